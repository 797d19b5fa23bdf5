//! What happened in `registry`.

use crate::address::Address;
use borsh::{BorshDeserialize, BorshSerialize};

/// What happened in `registry`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A participant joined.
    ParticipantRegistered {
        /// Its account.
        account: Address,
    },
    /// A validator confirmed its participant.
    ValidatorConfirmed {
        /// The participant.
        account: Address,
        /// The validator.
        validator: Address,
    },
    /// An owner or recipient confirmed the participant that names it.
    TieConfirmed {
        /// The participant.
        account: Address,
        /// Who confirmed.
        by: Address,
    },
    /// A node was added, or its models changed.
    NodeRegistered {
        /// Its participant.
        account: Address,
        /// Its number.
        node: u32,
    },
    /// A node left.
    NodeRetired {
        /// Its participant.
        account: Address,
        /// Its number.
        node: u32,
    },
    /// Claims now go to another account.
    RecipientSet {
        /// The participant.
        account: Address,
        /// Who receives.
        recipient: Address,
    },
}
