//! Types of Solidity that events and errors have fields of, and their values read back.

use super::Field;
use alloy_dyn_abi::{DynSolType, DynSolValue};
use alloy_primitives::U256;
use workmint_core::error::FieldKind;
use workmint_core::{Address, Hash};

/// Words that Solidity reserves and that our fields use.
const RESERVED: [&str; 8] =
    ["case", "final", "match", "of", "override", "reference", "return", "static"];

/// A closed list of words: an `enum` of Solidity, a `uint8` on the wire.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Name of the enum.
    pub name: &'static str,
    /// The words; the place of a word is its number.
    pub words: &'static [&'static str],
}

/// The Solidity type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An unsigned number of so many bits.
    Uint(u16),
    /// An account.
    Address,
    /// 32 bytes.
    Hash,
    /// True or false.
    Flag,
    /// Text.
    Text,
    /// One of a closed list of words.
    Word(&'static Words),
    /// A list of unsigned numbers of so many bits.
    Uints(u16),
    /// A list of accounts.
    Addresses,
}

impl Kind {
    /// The type as the signature of an event names it.
    #[must_use]
    pub fn abi(&self) -> String {
        match self {
            Self::Uint(bits) => format!("uint{bits}"),
            Self::Address => "address".into(),
            Self::Hash => "bytes32".into(),
            Self::Flag => "bool".into(),
            Self::Text => "string".into(),
            Self::Word(_) => "uint8".into(),
            Self::Uints(bits) => format!("uint{bits}[]"),
            Self::Addresses => "address[]".into(),
        }
    }

    /// The type as a Solidity file writes it: an enum by its name.
    #[must_use]
    pub fn solidity(&self) -> String {
        match self {
            Self::Word(words) => words.name.into(),
            Self::Uint(_)
            | Self::Address
            | Self::Hash
            | Self::Flag
            | Self::Text
            | Self::Uints(_)
            | Self::Addresses => self.abi(),
        }
    }
}

/// Errors say numbers as `uint256`, whatever they count.
impl From<FieldKind> for Kind {
    fn from(kind: FieldKind) -> Self {
        match kind {
            FieldKind::Number => Self::Uint(256),
            FieldKind::Address => Self::Address,
            FieldKind::Hash => Self::Hash,
            FieldKind::Text => Self::Text,
            FieldKind::Flag => Self::Flag,
        }
    }
}

/// `from_unbonding` and `epoch` are `fromUnbondingEpoch` in Solidity.
pub(crate) fn solidity_name(field: &str, part: &str) -> String {
    let mut name = String::new();
    for word in field.split('_').chain(part.split('_')) {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if !name.is_empty() => name.extend(first.to_uppercase()),
            Some(first) => name.push(first),
            None => {}
        }
        name.push_str(letters.as_str());
    }
    if RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Parameters of these kinds; `None` if the bytes are anything else.
pub(crate) fn decode(kinds: &[Kind], data: &[u8]) -> Option<Vec<Field>> {
    let types = kinds.iter().map(|kind| sol_type(*kind)).collect();
    let DynSolValue::Tuple(values) = DynSolType::Tuple(types).abi_decode_params(data).ok()? else {
        return None;
    };
    kinds.iter().zip(values).map(|(kind, value)| field_of(*kind, value)).collect()
}

fn sol_type(kind: Kind) -> DynSolType {
    match kind {
        Kind::Uint(bits) => DynSolType::Uint(usize::from(bits)),
        Kind::Address => DynSolType::Address,
        Kind::Hash => DynSolType::FixedBytes(32),
        Kind::Flag => DynSolType::Bool,
        Kind::Text => DynSolType::String,
        Kind::Word(_) => DynSolType::Uint(8),
        Kind::Uints(bits) => DynSolType::Array(Box::new(DynSolType::Uint(usize::from(bits)))),
        Kind::Addresses => DynSolType::Array(Box::new(DynSolType::Address)),
    }
}

fn field_of(kind: Kind, value: DynSolValue) -> Option<Field> {
    Some(match (kind, value) {
        (Kind::Word(words), DynSolValue::Uint(number, _)) => {
            Field::Word(words.words.get(usize::try_from(number).ok()?)?)
        }
        (Kind::Uint(256), DynSolValue::Uint(number, _)) if number == U256::MAX => Field::Unlimited,
        (_, DynSolValue::Uint(number, _)) => Field::Number(u128::try_from(number).ok()?),
        (_, DynSolValue::Address(address)) => Field::Address(Address(address.0.0)),
        (_, DynSolValue::FixedBytes(bytes, 32)) => Field::Hash(Hash(bytes.0)),
        (_, DynSolValue::Bool(flag)) => Field::Flag(flag),
        (_, DynSolValue::String(text)) => Field::Text(text),
        (Kind::Uints(bits), DynSolValue::Array(items)) => list(Kind::Uint(bits), items)?,
        (Kind::Addresses, DynSolValue::Array(items)) => list(Kind::Address, items)?,
        _ => return None,
    })
}

fn list(kind: Kind, items: Vec<DynSolValue>) -> Option<Field> {
    items.into_iter().map(|item| field_of(kind, item)).collect::<Option<_>>().map(Field::List)
}
