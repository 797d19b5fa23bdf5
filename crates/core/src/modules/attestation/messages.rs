//! What providers and attestors can ask.

use crate::address::Address;
use crate::hash::Hash;
use borsh::{BorshDeserialize, BorshSerialize};

/// Ask for a privacy tier; replaces an earlier request that is still open.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RequestTier {
    /// The tier, from 1 on.
    pub tier: u8,
    /// Hash of what shows that the provider's hardware has it.
    pub evidence: Hash,
}

/// Say, as an attestor, whether the evidence of an open request shows the tier.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AttestTier {
    /// The provider.
    pub account: Address,
    /// The tier it asked for.
    pub tier: u8,
    /// The evidence it gave.
    pub evidence: Hash,
    /// Whether the attestor approves.
    pub approve: bool,
}

/// Say, as an attestor, that evidence once approved is false.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RefuteTier {
    /// The provider.
    pub account: Address,
    /// The evidence.
    pub evidence: Hash,
}

/// Report, as an attestor, who answered a probe. Further batches of the same probe go on after the
/// last address of the one before, so nobody is named twice.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AttestHeartbeats {
    /// Number of the probe in the open epoch, from 0.
    pub probe: u16,
    /// Providers that answered, strictly ascending; at most 1,024 in a batch, none is allowed in
    /// the first.
    pub answered: Vec<Address>,
}
