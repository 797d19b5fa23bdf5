//! Why there is no answer.

use std::fmt;

use workmint_amounts::ArithmeticError;
use workmint_core::modules::parameters::ContributionKind;

use super::words::words;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The network pays nothing at a rate.
    NoRates,
    /// The network pays nothing for this kind of contribution.
    NoStream(ContributionKind),
    /// A multiplier cannot be asked for: the network finds it by a rule.
    NotAsked {
        /// The request's parameter.
        parameter: &'static str,
        /// Where the multiplier comes from.
        rule: &'static str,
    },
    /// More than contributions are counted in: at most 2^64 - 1.
    TooMuch(ContributionKind),
    /// One contribution cannot be of that quantity; a day's work could.
    NotOne(ContributionKind),
    /// Nothing was asked.
    NothingAsked,
    /// The parameters do not define the asset of emission.
    NoAsset,
    /// The engine refused.
    Engine(workmint_core::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRates => formatter.write_str("the network pays no contributions at a rate"),
            Self::NoStream(kind) => {
                write!(formatter, "the network has no stream that pays {}", words(*kind).what)
            }
            Self::NotAsked { parameter, rule } => {
                write!(formatter, "{parameter} cannot be chosen: it comes from {rule}")
            }
            Self::TooMuch(kind) => {
                write!(formatter, "more {} than 2^64 - 1", words(*kind).what)
            }
            Self::NotOne(kind) => {
                write!(formatter, "one contribution has {}", words(*kind).range_in_one())
            }
            Self::NothingAsked => formatter.write_str("no contribution is given"),
            Self::NoAsset => formatter.write_str("the parameters do not define what is minted"),
            Self::Engine(error) => write!(formatter, "{error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<workmint_core::Error> for Error {
    fn from(error: workmint_core::Error) -> Self {
        Self::Engine(error)
    }
}

impl From<ArithmeticError> for Error {
    fn from(error: ArithmeticError) -> Self {
        Self::Engine(error.into())
    }
}
