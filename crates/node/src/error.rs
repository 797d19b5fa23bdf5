//! Why a node could not start, and why a transaction is not in a block.

use std::fmt;

use workmint_amounts::Amount;
use workmint_core::Hash;
use workmint_protocol::wire::Refusal;
use workmint_storage::store::StoreError;

use crate::clock::Pause;

/// Why a node could not start or go on.
#[derive(Debug)]
pub enum NodeError {
    /// The data directory.
    Store(StoreError),
    /// The directory holds another network.
    OtherNetwork {
        /// Genesis hash of the one asked for.
        expected: Hash,
        /// Genesis hash of the one there.
        found: Hash,
    },
    /// The directory is empty and no network was named.
    NoNetwork,
    /// A setting is outside its range.
    Setting {
        /// Which.
        field: &'static str,
        /// Its value.
        given: usize,
        /// The least it may be.
        least: usize,
    },
    /// The clock is too far ahead of the last block.
    Clock(Pause),
    /// A thread could not be started.
    Thread(std::io::Error),
    /// What a message could not be encoded as.
    Encoding(String),
    /// The node is stopping.
    Stopping,
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::OtherNetwork { expected, found } => write!(
                f,
                "the data directory holds another network: genesis {found}, not {expected}; name \
                 another directory or that network"
            ),
            Self::NoNetwork => {
                f.write_str("the data directory holds no network, and none was named to make there")
            }
            Self::Setting { field, given, least } => {
                write!(f, "{field} is {given}; allowed: {least} and more")
            }
            Self::Clock(pause) => pause.fmt(f),
            Self::Thread(error) => write!(f, "a thread could not be started: {error}"),
            Self::Encoding(why) => write!(f, "encoding failed: {why}"),
            Self::Stopping => f.write_str("the node is stopping"),
        }
    }
}

impl std::error::Error for NodeError {}

impl From<StoreError> for NodeError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Why there is no answer from a block. But for [`SubmitError::Queued`] the transaction is in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmitError {
    /// The bytes are not a transaction of this network.
    Refused(Refusal),
    /// The nonce is used.
    NonceTooLow {
        /// The sender's next.
        expected: u64,
        /// The transaction's.
        given: u64,
    },
    /// The nonce is further ahead than one sender may queue.
    NonceTooHigh {
        /// The sender's next.
        expected: u64,
        /// The transaction's.
        given: u64,
        /// Most by which it may be ahead.
        limit: usize,
    },
    /// Another transaction of this nonce waits, and this one pays too little to take its place.
    Underpriced {
        /// Base units of the fee asset.
        tip: Amount,
        /// Least tip that replaces it.
        needed: Amount,
    },
    /// Fee, value and storage deposits, with those of the sender's waiting transactions, are more
    /// than it has.
    NotCovered {
        /// Base units of the fee asset.
        needed: Amount,
        /// Base units the sender can spend.
        spendable: Amount,
    },
    /// The fee is more than the transaction allows.
    FeeAboveLimit {
        /// Base units of the fee asset.
        fee: Amount,
        /// What it allows.
        limit: Amount,
    },
    /// Too many transactions of this sender wait.
    SenderFull {
        /// The limit.
        limit: usize,
    },
    /// Too much waits.
    Full {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// Accepted, but not in a durable block yet: it waits for an earlier nonce or for room.
    Queued {
        /// The transaction's hash.
        hash: Hash,
    },
    /// It waited too long.
    Expired {
        /// How long it may wait, milliseconds.
        after_ms: u64,
    },
    /// Another transaction of the same sender and nonce took its place.
    Replaced {
        /// That one's hash.
        by: Hash,
    },
    /// When its turn came it could not pay its fee; it is in no block.
    Dropped {
        /// Number of the engine's error.
        code: u16,
        /// The error.
        text: String,
    },
    /// The node is stopping; the transaction was not accepted.
    Stopping,
}

impl SubmitError {
    /// A number that never changes: those of [`Refusal`], or 3500 and more.
    #[must_use]
    pub fn code(&self) -> u16 {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::NonceTooLow { .. } => 3500,
            Self::NonceTooHigh { .. } => 3501,
            Self::Underpriced { .. } => 3502,
            Self::NotCovered { .. } => 3503,
            Self::FeeAboveLimit { .. } => 3504,
            Self::SenderFull { .. } => 3505,
            Self::Full { .. } => 3506,
            Self::Queued { .. } => 3507,
            Self::Expired { .. } => 3508,
            Self::Replaced { .. } => 3509,
            Self::Dropped { .. } => 3510,
            Self::Stopping => 3511,
        }
    }
}

/// An amount of the asset that fees are paid in.
fn units(amount: Amount) -> String {
    let end = if amount == Amount::new(1) { "" } else { "s" };
    format!("{amount} base unit{end} of the fee asset")
}

impl fmt::Display for SubmitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::NonceTooLow { expected, given } => {
                write!(f, "nonce too low: the sender's next is {expected}, not {given}")
            }
            Self::NonceTooHigh { expected, given, limit } => write!(
                f,
                "nonce too high: the sender's next is {expected}, {given} is more than {limit} \
                 ahead"
            ),
            Self::Underpriced { tip, needed } => write!(
                f,
                "replacement transaction underpriced: another one of this nonce waits; to take its \
                 place the tip (maxPriorityFeePerGas x gas limit) must be at least {}, and is {}",
                units(*needed),
                units(*tip)
            ),
            Self::NotCovered { needed, spendable } => write!(
                f,
                "insufficient funds: fee, value and storage deposits of this and the sender's \
                 waiting transactions are {}, the sender can spend {}",
                units(*needed),
                units(*spendable)
            ),
            Self::FeeAboveLimit { fee, limit } => {
                let (fee, limit) = (units(*fee), units(*limit));
                write!(
                    f,
                    "the fee is {fee}, the transaction (maxFeePerGas x gas limit) allows {limit}"
                )
            }
            Self::SenderFull { limit } => {
                write!(f, "{limit} transactions of this sender wait, which is the limit")
            }
            Self::Full { what, limit } => {
                write!(f, "the node is busy: {limit} {what} wait, which is the limit; try later")
            }
            Self::Queued { hash } => write!(
                f,
                "transaction {hash} is accepted and waits; it is not in a block yet, as an earlier \
                 nonce of its sender is missing or blocks are full"
            ),
            Self::Expired { after_ms } => {
                write!(f, "the transaction waited {after_ms} ms for a block and was dropped")
            }
            Self::Replaced { by } => {
                write!(f, "transaction {by} of the same sender and nonce took its place")
            }
            Self::Dropped { code, text } => {
                write!(f, "dropped before any block, error {code}: {text}")
            }
            Self::Stopping => f.write_str("the node is stopping and accepts no transactions"),
        }
    }
}

impl std::error::Error for SubmitError {}

impl From<Refusal> for SubmitError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tip_that_is_too_small_is_told_with_its_field() {
        let (tip, needed) = (Amount::ZERO, Amount::new(1));
        assert_eq!(
            SubmitError::Underpriced { tip, needed }.to_string(),
            "replacement transaction underpriced: another one of this nonce waits; to take its \
             place the tip (maxPriorityFeePerGas x gas limit) must be at least 1 base unit of the \
             fee asset, and is 0 base units of the fee asset"
        );
    }
}
