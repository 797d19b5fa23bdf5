//! What holders of seats, and those who want one, can ask.

use crate::address::Address;
use crate::hash::Hash;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// One message about seats, weights or lent power.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Request {
    /// Take a seat at the price of now.
    RegisterSeat(RegisterSeat),
    /// Set weights in the open.
    SetWeights(SetWeights),
    /// Commit to weights.
    CommitWeights(CommitWeights),
    /// Reveal what one committed to.
    RevealWeights(RevealWeights),
    /// Let one's power count for others.
    SetChildren(SetChildren),
    /// Say what one keeps of what others' power earns.
    SetChildTake(SetChildTake),
}

/// Take a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RegisterSeat {
    /// Most to pay, base units of the emission's asset.
    pub most_price: Amount,
}

/// Set the weights of one's seat.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetWeights {
    /// Seats and their weights; each seat once. They are stored scaled up so that the largest is
    /// 65,535.
    pub entries: Vec<(u16, u16)>,
}

/// Commit to the weights of one's seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CommitWeights {
    /// [`commitment`](super::commitment) of the weights.
    pub hash: Hash,
}

/// Reveal weights that the sender's seat committed to.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RevealWeights {
    /// As in [`SetWeights`].
    pub entries: Vec<(u16, u16)>,
    /// What was hashed with them.
    pub salt: Hash,
}

/// Say for whom one's power counts.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetChildren {
    /// Accounts and the shares of the sender's power that count for them, parts of 65,535, each at
    /// least 1, together at most 65,535; empty: all of it counts for the sender.
    pub children: Vec<(Address, u16)>,
}

/// Say what one keeps of what others' power earns with one's seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SetChildTake {
    /// At most the network's limit.
    pub take: Ratio,
}
