//! What a participant earns, exactly where that is known, as a band beyond; what a job costs.

mod band;
mod calculator;
mod contributed;
mod job;
mod live;
mod report;

use serde_json::Value;
use workmint_core::Address;

pub use band::{Band, Earned, Period};
pub use calculator::{Question, by_weight};
pub use contributed::Contributed;
pub use job::{Asked, Basis, JobEstimate, PROVIDERS, job, job_of_file};
pub use report::{Assets, Assumption, Estimate, Exact, NextWeight};

use crate::error::AnswerError;
use crate::explain::delegator::Delegator;
use crate::explain::{Past, delegated};
use crate::network::Network;

/// What an account is estimated to earn.
pub enum Estimated {
    /// It has weight, work, a score or contributions.
    Participant(Box<Estimate>),
    /// It only delegated: the open epoch, as a preview.
    Delegator(Delegator),
}

/// Estimates what an account earns from the open epoch on. It takes a preview of the close
/// ([`Network::preview`]) and the inputs of the last settled epoch.
///
/// # Errors
/// [`AnswerError::NotFound`] of the field `account`; damage.
pub fn of_account(network: &impl Network, account: &Address) -> Result<Estimated, AnswerError> {
    if let Some(estimate) = live::estimate(network, account)? {
        return Ok(Estimated::Participant(Box::new(estimate)));
    }
    let epoch = network.chain().epoch;
    delegated(network, (epoch, account), Past::Leave).map(Estimated::Delegator)
}

impl Estimated {
    /// For machines.
    ///
    /// # Errors
    /// Damage.
    pub fn document(&self) -> Result<Value, AnswerError> {
        match self {
            Self::Participant(estimate) => estimate.document(),
            Self::Delegator(found) => found.document(),
        }
    }
}
