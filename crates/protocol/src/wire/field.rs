//! A value with its kind, as JSON shows it.

use alloy_primitives::U256;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::fmt;
use workmint_core::{Address, Hash};

/// A value of a log or of an error, as clients read it: the engine's own values of errors are its
/// first five. In JSON numbers are decimal strings, accounts have their
/// checksum, words of a closed list are words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A number, at least 0.
    Number(u128),
    /// 2^256 - 1: an allowance without limit.
    Unlimited,
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
            Self::Unlimited => serializer.collect_str(&U256::MAX),
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

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Unlimited => U256::MAX.fmt(formatter),
            Self::Address(address) => address.fmt(formatter),
            Self::Hash(hash) => hash.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
            Self::Flag(flag) => flag.fmt(formatter),
            Self::Word(word) => word.fmt(formatter),
            Self::List(fields) => {
                let texts: Vec<String> = fields.iter().map(Self::to_string).collect();
                formatter.write_str(&texts.join(", "))
            }
        }
    }
}
