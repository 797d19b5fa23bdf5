//! Why an account received what it received in an epoch, or would receive now, step by step.

pub mod claim;
pub mod contribution;
pub mod delegator;
pub mod facts;
pub mod formula;
mod json;
pub mod models;
mod provider;
mod rate;
pub mod seat;
pub mod steps;
pub mod validator;
pub mod weight;

use serde_json::Value;
use workmint_core::Address;

use crate::error::AnswerError;
use crate::network::Network;
use claim::Claims;
use delegator::Delegator;
use facts::Facts;

/// Whether the journal may be replayed for what only the past can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// It may: the answer can take as long as running the network again.
    Replay,
    /// It may not: the answer is an error then.
    Leave,
}

/// What an account's epoch came to.
pub enum Explained {
    /// It had weight, work, a score or a stream of its own.
    Participant(Box<Facts>, Claims),
    /// It had only delegated to validators.
    Delegator(Delegator),
}

/// Explains an account's epoch. The open epoch is explained as a preview ([`Network::preview`]), a
/// settled one from its frozen inputs; what an account that only delegated earned in a settled
/// epoch takes a replay of the journal, if `past` allows it. Nothing is computed under a lock.
///
/// # Errors
/// [`AnswerError::BadInput`] or [`AnswerError::NotFound`] of the fields `epoch` and `account`;
/// damage.
pub fn explain(
    network: &impl Network,
    (epoch, account): (u64, &Address),
    past: Past,
) -> Result<Explained, AnswerError> {
    let Some(facts) = facts::gather(network, epoch, account)? else {
        return delegated(network, (epoch, account), past).map(Explained::Delegator);
    };
    let claims = claim::status(network, &facts)?;
    Ok(Explained::Participant(Box::new(facts), claims))
}

/// What an account earned by delegating; an error if it did not.
pub(crate) fn delegated(
    network: &impl Network,
    (epoch, account): (u64, &Address),
    past: Past,
) -> Result<Delegator, AnswerError> {
    let found = delegator::find(network, (epoch, account), past)?;
    found.ok_or_else(|| facts::nothing(network, epoch, account))
}

impl Explained {
    /// For machines.
    ///
    /// # Errors
    /// Damage.
    pub fn document(&self) -> Result<Value, AnswerError> {
        match self {
            Self::Participant(facts, claims) => json::document(facts, claims),
            Self::Delegator(found) => found.document(),
        }
    }
}
