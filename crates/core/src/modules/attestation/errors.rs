//! Errors of `attestation`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use crate::hash::Hash;

numbered_errors! {
    /// Why nothing was attested.
    1600;
    /// The network has no tiers.
    1 Off {} => "this network has no privacy tiers and no heartbeats";
    /// Only participants have tiers.
    2 NotAParticipant {
        /// The account.
        account: Address,
    } => "account {account} is not a registered participant";
    /// There is no such tier to ask for.
    3 TierOutOfRange {
        /// The tier asked for.
        tier: u8,
        /// The highest there is.
        highest: u8,
    } => "tier is {tier}; allowed: 1 to {highest}";
    /// The evidence was found false.
    4 EvidenceRefuted {
        /// The evidence.
        evidence: Hash,
    } => "evidence {evidence} of this account was refuted";
    /// The sender is no attestor.
    5 NotAttestor {} => "the sender does not hold the role attestor";
    /// The attestor is tied to the provider.
    6 Related {
        /// The provider.
        account: Address,
    } => "the sender is account {account} or tied to it by owner or recipient";
    /// No such request is open.
    7 NoSuchRequest {
        /// The provider.
        account: Address,
    } => "account {account} has no open request for this tier with this evidence";
    /// Once per attestor.
    8 AlreadySaid {} => "the sender has said so already";
    /// No quorum ever approved it.
    9 UnknownEvidence {
        /// The evidence.
        evidence: Hash,
    } => "evidence {evidence} was never approved for this account";
    /// There is no such probe.
    10 ProbeOutOfRange {
        /// The probe.
        probe: u16,
        /// Probes in an epoch.
        probes: u16,
    } => "probe is {probe}; allowed: below {probes}, the probes of an epoch";
    /// A batch is too long.
    11 TooManyAnswers {
        /// Addresses in the batch.
        count: usize,
        /// Most in a batch.
        limit: usize,
    } => "answered has {count} addresses; allowed: at most {limit}";
    /// Addresses must ascend, over all batches of a probe.
    12 NotAscending {
        /// The address that is not above the one before.
        account: Address,
    } => "address {account} is not above the one before it; allowed: strictly ascending, also \
          after the sender's last batch of this probe";
    /// A report of a probe of another epoch.
    13 NotOpenEpoch {
        /// Its epoch.
        epoch: u64,
        /// The open one.
        open: u64,
    } => "epoch is {epoch}; allowed: {open}, the open one";
}
