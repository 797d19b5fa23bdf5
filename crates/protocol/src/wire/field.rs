//! A value with its kind, as JSON shows it.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use workmint_core::{Address, Hash};

/// A value of a log or of an error. In JSON numbers are decimal strings, accounts have their
/// checksum, words of a closed list are words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A number, at least 0.
    Number(u128),
    /// A number with a sign.
    Signed(i128),
    /// An account.
    Address(Address),
    /// 32 bytes.
    Hash(Hash),
    /// Text.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A word of a closed list.
    Word(&'static str),
    /// Values of one kind.
    List(Vec<Field>),
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.collect_str(number),
            Self::Signed(number) => serializer.collect_str(number),
            Self::Address(address) => serializer.collect_str(address),
            Self::Hash(hash) => serializer.collect_str(hash),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Word(word) => serializer.serialize_str(word),
            Self::List(fields) => serializer.collect_seq(fields),
        }
    }
}

/// Named fields as a JSON object, in their order.
pub(crate) fn as_map<S: Serializer>(
    fields: &[(String, Field)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(fields.len()))?;
    for (name, value) in fields {
        map.serialize_entry(name, value)?;
    }
    map.end()
}
