//! What an error is made of: its number, name, text and values, for those who say errors in another
//! language. The language itself is none of the engine's business.

use crate::address::Address;
use crate::hash::Hash;
use crate::modules::contributions::ContributionKey;
use crate::modules::ledger::{LockKind, Pot};
use crate::names::{AssetId, ModelId, Name};
use crate::time::Deadline;
use workmint_amounts::{Amount, Ratio};

/// A value of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A number.
    Number(u128),
    /// An account.
    Address(Address),
    /// 32 bytes.
    Hash(Hash),
    /// Text; also what is no number, as the error's text writes it.
    Text(String),
    /// True or false.
    Flag(bool),
}

/// Of which kind a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// [`Field::Number`].
    Number,
    /// [`Field::Address`].
    Address,
    /// [`Field::Hash`].
    Hash,
    /// [`Field::Text`].
    Text,
    /// [`Field::Flag`].
    Flag,
}

/// A field that every error of one kind has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Of which kind.
    pub kind: FieldKind,
}

/// One kind of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorInfo {
    /// Its stable number.
    pub code: u16,
    /// Its name, unique in its module.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// Its text, with `{name}` where the value of a field stands.
    pub text: &'static str,
    /// Its fields.
    pub fields: &'static [FieldInfo],
}

/// A type that errors have values of.
pub trait ErrorField {
    /// Of which kind they are.
    const KIND: FieldKind;

    /// The value.
    fn field(&self) -> Field;
}

macro_rules! error_fields {
    ($($kind:ident { $($of:ty, $value:ident => $field:expr;)* })*) => { $($(
        impl ErrorField for $of {
            const KIND: FieldKind = FieldKind::$kind;

            fn field(&self) -> Field {
                let $value = self;
                Field::$kind($field)
            }
        }
    )*)* };
}

error_fields! {
    Number {
        u8, value => u128::from(*value);
        u16, value => u128::from(*value);
        u32, value => u128::from(*value);
        u64, value => u128::from(*value);
        u128, value => *value;
        // A length in memory is far below 2^128.
        usize, value => u128::try_from(*value).unwrap_or(u128::MAX);
        Amount, value => value.get();
        AssetId, value => u128::from(value.0);
        ModelId, value => u128::from(value.0);
    }
    Address {
        Address, value => *value;
    }
    Hash {
        Hash, value => *value;
    }
    Text {
        &str, value => (*value).to_owned();
        String, value => value.clone();
        Name, value => value.to_string();
        Ratio, value => value.to_string();
        Deadline, value => value.to_string();
        ContributionKey, value => value.to_string();
        LockKind, value => value.to_string();
        Pot, value => value.to_string();
    }
    Flag {
        bool, value => *value;
    }
}

/// The errors of the engine itself, of no module.
pub(super) const ENGINE: &[ErrorInfo] = &[
    ErrorInfo {
        code: 1,
        name: "Arithmetic",
        about: "A number left its range.",
        text: "{what}",
        fields: &[FieldInfo { name: "what", about: "What went wrong.", kind: FieldKind::Text }],
    },
    ErrorInfo {
        code: 10,
        name: "WrongNonce",
        about: "The transaction's nonce is not the account's next one.",
        text: "the account's next nonce is {expected}, not {given}",
        fields: &[
            FieldInfo {
                name: "expected",
                about: "The nonce the account must use next.",
                kind: FieldKind::Number,
            },
            FieldInfo { name: "given", about: "The nonce given.", kind: FieldKind::Number },
        ],
    },
    ErrorInfo {
        code: 11,
        name: "Inconsistent",
        about: "The state contradicts itself: a defect of the engine, never of the input.",
        text: "inconsistent state: {what}",
        fields: &[FieldInfo { name: "what", about: "What does not fit.", kind: FieldKind::Text }],
    },
    ErrorInfo {
        code: 12,
        name: "AlreadyCarried",
        about: "Somebody carried the same word before.",
        text: "this word of {by} was carried in this epoch already",
        fields: &[FieldInfo { name: "by", about: "Who signed it.", kind: FieldKind::Address }],
    },
];
