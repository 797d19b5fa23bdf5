//! What happened in `attestation`.

use crate::address::Address;
use crate::hash::Hash;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};

/// What happened in `attestation`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A provider asked for a tier.
    TierRequested {
        /// The provider.
        account: Address,
        /// The tier.
        tier: u8,
        /// Hash of the evidence.
        evidence: Hash,
    },
    /// An attestor said what it thinks of a request.
    TierAttested {
        /// The provider.
        account: Address,
        /// The attestor.
        attestor: Address,
        /// Whether it approves.
        approve: bool,
    },
    /// A quorum approved.
    TierGranted {
        /// The provider.
        account: Address,
        /// The tier.
        tier: u8,
        /// When it lapses.
        until: Deadline,
    },
    /// A quorum did not approve.
    TierRejected {
        /// The provider.
        account: Address,
        /// The tier asked for.
        tier: u8,
    },
    /// A quorum found evidence false: the provider has tier 0.
    TierRefuted {
        /// The provider.
        account: Address,
        /// Hash of the evidence.
        evidence: Hash,
    },
    /// A probe is held: a quorum reported it.
    ProbeHeld {
        /// Its number in the open epoch.
        probe: u16,
    },
}

impl Event {
    /// The accounts it is about.
    #[must_use]
    pub fn accounts(&self) -> Vec<Address> {
        match self {
            Self::TierAttested { account, attestor, .. } => vec![*account, *attestor],
            Self::TierRequested { account, .. }
            | Self::TierGranted { account, .. }
            | Self::TierRejected { account, .. }
            | Self::TierRefuted { account, .. } => vec![*account],
            Self::ProbeHeld { .. } => Vec::new(),
        }
    }
}
