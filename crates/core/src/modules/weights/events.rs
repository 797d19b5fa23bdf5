//! What happened in `weights`.

use crate::address::Address;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};

/// What happened in `weights`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A reading of a participant's weight counts.
    Confirmed {
        /// The participant.
        account: Address,
        /// The smallest reading of the epoch so far, at most the potential weight.
        confirmed: u64,
        /// Whether it fell too far behind: it is inactive for the epoch.
        inactive: bool,
    },
    /// A participant delegated a model, or took it back.
    ModelDelegated {
        /// The participant.
        account: Address,
        /// The model.
        model: ModelId,
        /// To whom.
        to: Option<Address>,
    },
    /// A participant refused a model, or took it back.
    ModelRefused {
        /// The participant.
        account: Address,
        /// The model.
        model: ModelId,
        /// Whether it is refused now.
        refused: bool,
    },
}
