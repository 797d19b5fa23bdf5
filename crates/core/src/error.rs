//! Numbered errors: clients in any language switch on the number, people read the text.

use crate::modules::{
    attestation, collateral, contributions, exchange, fees, governance, ledger, market, opinions,
    parameters, pricing, registry, rewards, settlement, slashing, stake, validators, vesting,
    weights, work,
};
use std::fmt;
use workmint_amounts::{ArithmeticError, Operation};

/// A counter left its range.
pub(crate) const OVERFLOW: ArithmeticError =
    ArithmeticError::Overflow { operation: Operation::Add };

/// Declares one module's error type: every variant has a stable number and a text that states the
/// fact with its values.
macro_rules! numbered_errors {
    (
        $(#[$about:meta])*
        $base:literal;
        $( $(#[$doc:meta])* $number:literal $name:ident
           { $( $(#[$field_doc:meta])* $field:ident : $kind:ty ),* $(,)? } => $text:literal; )*
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Error {
            $( $(#[$doc])* $name { $( $(#[$field_doc])* $field : $kind ),* } ),*
        }

        impl Error {
            /// The stable number of this error.
            #[must_use]
            pub fn code(&self) -> u16 {
                match self {
                    $( Self::$name { .. } => const { $base + $number } ),*
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
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arithmetic(error) => error.fmt(formatter),
            Self::WrongNonce { expected, given } => {
                write!(formatter, "the account's next nonce is {expected}, not {given}")
            }
            Self::Inconsistent { what } => write!(formatter, "inconsistent state: {what}"),
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
