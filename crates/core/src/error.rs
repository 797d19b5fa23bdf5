//! Numbered errors: clients in any language switch on the number, people read the text.

mod fields;

use crate::address::Address;
use crate::modules::{
    attestation, collateral, contributions, exchange, fees, governance, ledger, market, opinions,
    parameters, pricing, registry, rewards, settlement, slashing, stake, validators, vesting,
    weights, work,
};
use std::fmt;
use workmint_amounts::{ArithmeticError, Operation};

pub use fields::{ErrorField, ErrorInfo, Field, FieldInfo, FieldKind};

/// A counter left its range.
pub(crate) const OVERFLOW: ArithmeticError =
    ArithmeticError::Overflow { operation: Operation::Add };

/// Declares one module's error type: every variant has a stable number and a text that states the
/// fact with its values.
macro_rules! numbered_errors {
    (
        $(#[$about:meta])*
        $base:literal;
        $( $(#[doc = $doc:literal])* $number:literal $name:ident
           { $( $(#[doc = $field_doc:literal])* $field:ident : $kind:ty ),* $(,)? }
           => $text:literal; )*
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Error {
            $( $(#[doc = $doc])* $name { $( $(#[doc = $field_doc])* $field : $kind ),* } ),*
        }

        impl Error {
            /// The stable number of this error.
            #[must_use]
            pub fn code(&self) -> u16 {
                match self {
                    $( Self::$name { .. } => const { $base + $number } ),*
                }
            }

            /// Every error of this module.
            pub const CATALOGUE: &'static [$crate::error::ErrorInfo] = &[
                $( $crate::error::ErrorInfo {
                    code: $base + $number,
                    name: stringify!($name),
                    about: concat!($($doc),*),
                    text: $text,
                    fields: &[ $( $crate::error::FieldInfo {
                        name: stringify!($field),
                        about: concat!($($field_doc),*),
                        kind: <$kind as $crate::error::ErrorField>::KIND,
                    } ),* ],
                } ),*
            ];

            /// Its name, unique in this module.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $( Self::$name { .. } => stringify!($name) ),*
                }
            }

            /// Its values, in the order of its fields.
            #[must_use]
            pub fn fields(&self) -> Vec<$crate::error::Field> {
                match self {
                    $( Self::$name { $( $field ),* } => {
                        vec![ $( $crate::error::ErrorField::field($field) ),* ]
                    } ),*
                }
            }
        }

        impl std::fmt::Display for Error {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( #[allow(unused_variables)]
                       Self::$name { $( $field ),* } => write!(formatter, $text) ),*
                }
            }
        }

        impl std::error::Error for Error {}
    };
}
pub(crate) use numbered_errors;

/// Why a message, or one item of a close, was refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A number left its range (codes 1..9).
    Arithmetic(ArithmeticError),
    /// The transaction's nonce is not the account's next one (code 10).
    WrongNonce {
        /// The nonce the account must use next.
        expected: u64,
        /// The nonce given.
        given: u64,
    },
    /// The state contradicts itself: a defect of the engine, never of the input (code 11).
    Inconsistent {
        /// What does not fit.
        what: &'static str,
    },
    /// Somebody carried the same word before (code 12).
    AlreadyCarried {
        /// Who signed it.
        by: Address,
    },
    /// 100..
    Ledger(ledger::Error),
    /// 200..
    Parameters(parameters::Error),
    /// 300..
    Registry(registry::Error),
    /// 400..
    Fees(fees::Error),
    /// 500..
    Vesting(vesting::Error),
    /// 600..
    Collateral(collateral::Error),
    /// 700..
    Slashing(slashing::Error),
    /// 800..
    Work(work::Error),
    /// 900..
    Market(market::Error),
    /// 950..
    Jobs(market::jobs::Error),
    /// 1000..
    Weights(weights::Error),
    /// 1100..
    Rewards(rewards::Error),
    /// 1200..
    Settlement(settlement::Error),
    /// 1300..
    Pricing(pricing::Error),
    /// 1400..
    Contributions(contributions::Error),
    /// 1600..
    Attestation(attestation::Error),
    /// 1700..
    Stake(stake::Error),
    /// 1800..
    Governance(governance::Error),
    /// 1500..
    Exchange(exchange::Error),
    /// 2000..
    Validators(validators::Error),
    /// 2100..
    Opinions(opinions::Error),
}

impl Error {
    /// The stable number of this error.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::Arithmetic(_) => 1,
            Self::WrongNonce { .. } => 10,
            Self::Inconsistent { .. } => 11,
            Self::AlreadyCarried { .. } => 12,
            Self::Ledger(error) => error.code(),
            Self::Parameters(error) => error.code(),
            Self::Registry(error) => error.code(),
            Self::Fees(error) => error.code(),
            Self::Vesting(error) => error.code(),
            Self::Collateral(error) => error.code(),
            Self::Slashing(error) => error.code(),
            Self::Work(error) => error.code(),
            Self::Market(error) => error.code(),
            Self::Jobs(error) => error.code(),
            Self::Weights(error) => error.code(),
            Self::Rewards(error) => error.code(),
            Self::Settlement(error) => error.code(),
            Self::Pricing(error) => error.code(),
            Self::Contributions(error) => error.code(),
            Self::Attestation(error) => error.code(),
            Self::Stake(error) => error.code(),
            Self::Governance(error) => error.code(),
            Self::Exchange(error) => error.code(),
            Self::Validators(error) => error.code(),
            Self::Opinions(error) => error.code(),
        }
    }

    /// Its name, unique in its module.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Arithmetic(_) => "Arithmetic",
            Self::WrongNonce { .. } => "WrongNonce",
            Self::Inconsistent { .. } => "Inconsistent",
            Self::AlreadyCarried { .. } => "AlreadyCarried",
            Self::Ledger(error) => error.name(),
            Self::Parameters(error) => error.name(),
            Self::Registry(error) => error.name(),
            Self::Fees(error) => error.name(),
            Self::Vesting(error) => error.name(),
            Self::Collateral(error) => error.name(),
            Self::Slashing(error) => error.name(),
            Self::Work(error) => error.name(),
            Self::Market(error) => error.name(),
            Self::Jobs(error) => error.name(),
            Self::Weights(error) => error.name(),
            Self::Rewards(error) => error.name(),
            Self::Settlement(error) => error.name(),
            Self::Pricing(error) => error.name(),
            Self::Contributions(error) => error.name(),
            Self::Attestation(error) => error.name(),
            Self::Stake(error) => error.name(),
            Self::Governance(error) => error.name(),
            Self::Exchange(error) => error.name(),
            Self::Validators(error) => error.name(),
            Self::Opinions(error) => error.name(),
        }
    }

    /// Its values, in the order of its fields.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::Arithmetic(error) => vec![Field::Text(error.to_string())],
            Self::WrongNonce { expected, given } => vec![expected.field(), given.field()],
            Self::Inconsistent { what } => vec![what.field()],
            Self::AlreadyCarried { by } => vec![by.field()],
            Self::Ledger(error) => error.fields(),
            Self::Parameters(error) => error.fields(),
            Self::Registry(error) => error.fields(),
            Self::Fees(error) => error.fields(),
            Self::Vesting(error) => error.fields(),
            Self::Collateral(error) => error.fields(),
            Self::Slashing(error) => error.fields(),
            Self::Work(error) => error.fields(),
            Self::Market(error) => error.fields(),
            Self::Jobs(error) => error.fields(),
            Self::Weights(error) => error.fields(),
            Self::Rewards(error) => error.fields(),
            Self::Settlement(error) => error.fields(),
            Self::Pricing(error) => error.fields(),
            Self::Contributions(error) => error.fields(),
            Self::Attestation(error) => error.fields(),
            Self::Stake(error) => error.fields(),
            Self::Governance(error) => error.fields(),
            Self::Exchange(error) => error.fields(),
            Self::Validators(error) => error.fields(),
            Self::Opinions(error) => error.fields(),
        }
    }

    /// Every error there is, by module: names are unique in one, numbers over all.
    #[must_use]
    pub fn catalogue() -> Vec<(&'static str, &'static [ErrorInfo])> {
        vec![
            ("engine", fields::ENGINE),
            ("ledger", ledger::Error::CATALOGUE),
            ("parameters", parameters::Error::CATALOGUE),
            ("registry", registry::Error::CATALOGUE),
            ("fees", fees::Error::CATALOGUE),
            ("vesting", vesting::Error::CATALOGUE),
            ("collateral", collateral::Error::CATALOGUE),
            ("slashing", slashing::Error::CATALOGUE),
            ("work", work::Error::CATALOGUE),
            ("market", market::Error::CATALOGUE),
            ("jobs", market::jobs::Error::CATALOGUE),
            ("weights", weights::Error::CATALOGUE),
            ("rewards", rewards::Error::CATALOGUE),
            ("settlement", settlement::Error::CATALOGUE),
            ("pricing", pricing::Error::CATALOGUE),
            ("contributions", contributions::Error::CATALOGUE),
            ("attestation", attestation::Error::CATALOGUE),
            ("stake", stake::Error::CATALOGUE),
            ("governance", governance::Error::CATALOGUE),
            ("exchange", exchange::Error::CATALOGUE),
            ("validators", validators::Error::CATALOGUE),
            ("opinions", opinions::Error::CATALOGUE),
        ]
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arithmetic(error) => error.fmt(formatter),
            Self::WrongNonce { expected, given } => {
                write!(formatter, "the account's next nonce is {expected}, not {given}")
            }
            Self::Inconsistent { what } => write!(formatter, "inconsistent state: {what}"),
            Self::AlreadyCarried { by } => {
                write!(formatter, "this word of {by} was carried in this epoch already")
            }
            Self::Ledger(error) => error.fmt(formatter),
            Self::Parameters(error) => error.fmt(formatter),
            Self::Registry(error) => error.fmt(formatter),
            Self::Fees(error) => error.fmt(formatter),
            Self::Vesting(error) => error.fmt(formatter),
            Self::Collateral(error) => error.fmt(formatter),
            Self::Slashing(error) => error.fmt(formatter),
            Self::Work(error) => error.fmt(formatter),
            Self::Market(error) => error.fmt(formatter),
            Self::Jobs(error) => error.fmt(formatter),
            Self::Weights(error) => error.fmt(formatter),
            Self::Rewards(error) => error.fmt(formatter),
            Self::Settlement(error) => error.fmt(formatter),
            Self::Pricing(error) => error.fmt(formatter),
            Self::Contributions(error) => error.fmt(formatter),
            Self::Attestation(error) => error.fmt(formatter),
            Self::Stake(error) => error.fmt(formatter),
            Self::Governance(error) => error.fmt(formatter),
            Self::Exchange(error) => error.fmt(formatter),
            Self::Validators(error) => error.fmt(formatter),
            Self::Opinions(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Error {}

macro_rules! from_module_error {
    ($($module:ident => $variant:ident),* $(,)?) => {
        $(impl From<$module::Error> for Error {
            fn from(error: $module::Error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

from_module_error! {
    ledger => Ledger, parameters => Parameters, registry => Registry, fees => Fees,
    vesting => Vesting, collateral => Collateral, slashing => Slashing, work => Work,
    market => Market, weights => Weights, rewards => Rewards, settlement => Settlement,
    pricing => Pricing, contributions => Contributions, attestation => Attestation, stake => Stake,
    governance => Governance, exchange => Exchange, validators => Validators,
    opinions => Opinions,
}

impl From<market::jobs::Error> for Error {
    fn from(error: market::jobs::Error) -> Self {
        Self::Jobs(error)
    }
}

impl From<ArithmeticError> for Error {
    fn from(error: ArithmeticError) -> Self {
        Self::Arithmetic(error)
    }
}
