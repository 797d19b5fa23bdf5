//! What customers ask of a market of jobs: document 003's metrics, and what a job would cost.
//!
//! Fields have the names of document 003 where it has one. Amounts are decimal strings in base
//! units with asset and decimals beside them, counts and ratios decimal strings.

mod metrics;
mod quote;

pub use metrics::{EpochMetrics, Facts, ModelUtilization, TierPrice, Utilization, metrics};
pub use quote::{Question, Quote, Reach, model, quote, tier, tiers};

use std::fmt;

use workmint_amounts::ArithmeticError;
use workmint_core::modules::market::jobs;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A value of the request is not allowed.
    NotAllowed {
        /// The request's parameter.
        parameter: &'static str,
        /// What was given.
        given: String,
        /// What is allowed.
        allowed: String,
    },
    /// The network has no jobs.
    NoJobs,
    /// The parameters do not define the market's asset.
    NoAsset,
    /// The engine refused.
    Engine(workmint_core::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed { parameter, given, allowed } => {
                write!(formatter, "{parameter}: \"{given}\"; allowed: {allowed}")
            }
            Self::NoJobs => formatter.write_str("the network has no market of jobs"),
            Self::NoAsset => formatter.write_str("the parameters do not define the market's asset"),
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

impl From<jobs::Error> for Error {
    fn from(error: jobs::Error) -> Self {
        Self::Engine(error.into())
    }
}

impl From<ArithmeticError> for Error {
    fn from(error: ArithmeticError) -> Self {
        Self::Engine(error.into())
    }
}
