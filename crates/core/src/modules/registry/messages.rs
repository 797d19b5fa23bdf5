//! What a user can ask of `registry`.

use crate::address::Address;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};

/// Become a participant.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RegisterParticipant {
    /// Who controls the account: participants of one owner may not judge each other.
    pub owner: Address,
    /// The validator whose faults and status count for this participant, if it runs one, from when
    /// that validator confirms it.
    pub validator: Option<Address>,
}

/// Add a node, or change the models of one.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RegisterNode {
    /// The participant's own number for it.
    pub node: u32,
    /// Models it serves, each once.
    pub models: Vec<ModelId>,
}

/// Take a node out of service; what it proved before stays.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RetireNode {
    /// Its number.
    pub node: u32,
}

/// Name who receives claims from now on.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetRecipient {
    /// The recipient.
    pub recipient: Address,
}

/// Confirm, as a validator, the participant that named it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ConfirmValidator {
    /// The participant.
    pub participant: Address,
}

/// Confirm, as its owner or recipient, the participant that names the sender.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ConfirmTie {
    /// The participant.
    pub participant: Address,
}
