//! Requests, tiers, evidence, heartbeats of the open epoch.

use crate::address::Address;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Attestation;
use crate::state::State;
use crate::table::{Single, Table};
use crate::time::{Deadline, Now};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Ratio;

/// A request for a tier that attestors have not decided.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TierRequest {
    /// The tier asked for.
    pub tier: u8,
    /// Hash of the evidence.
    pub evidence: Hash,
    /// Attestors that approve.
    pub approved_by: Vec<AccountHandle>,
    /// Attestors that do not.
    pub rejected_by: Vec<AccountHandle>,
}

/// A tier that a quorum approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct HeldTier {
    /// The tier.
    pub tier: u8,
    /// Hash of its evidence.
    pub evidence: Hash,
    /// When it lapses.
    pub until: Deadline,
}

/// Evidence that was approved once; kept for ever, so that it is punished at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Evidence {
    /// Attestors that say it is false.
    pub refuted_by: Vec<AccountHandle>,
    /// Whether a quorum said so.
    pub refuted: bool,
}

/// State of `attestation`.
#[derive(Default)]
pub struct AttestationState {
    pub(crate) requests: Table<AccountHandle, TierRequest>,
    pub(crate) tiers: Table<AccountHandle, HeldTier>,
    pub(crate) evidence: Table<(AccountHandle, Hash), Evidence>,
    /// The last address that an attestor named for a probe; the zero address: none yet.
    pub(crate) reports: Table<(u16, AccountHandle), Address>,
    /// Attestors that named a provider for a probe.
    pub(crate) named: Table<(AccountHandle, u16), u32>,
    /// Probes that a quorum says the provider answered.
    pub(crate) answered: Table<AccountHandle, u32>,
    /// Probes that a quorum reported.
    pub(crate) held: Single<u32>,
}

impl AttestationState {
    /// The provider's open request.
    #[must_use]
    pub fn request(&self, account: AccountHandle) -> Option<&TierRequest> {
        self.requests.get(&account)
    }

    /// The tier last approved, lapsed or not.
    #[must_use]
    pub fn held_tier(&self, account: AccountHandle) -> Option<&HeldTier> {
        self.tiers.get(&account)
    }
}

/// The provider's privacy tier: 0 if none was approved, or it lapsed, or was refuted.
#[must_use]
pub fn tier(state: &State, account: AccountHandle, now: &Now) -> u8 {
    let held = state.attestation.held_tier(account);
    held.filter(|held| !held.until.is_over(now)).map_or(0, |held| held.tier)
}

/// What a tier multiplies payments and staking power by; 1 without tiers. A tier that the rules no
/// longer know counts as the highest they do.
#[must_use]
pub fn multiplier(rules: Option<&Attestation>, tier: u8) -> Ratio {
    let tiers = rules.map(|rules| rules.tiers.as_slice()).unwrap_or_default();
    let known = tiers.get(usize::from(tier)).or(tiers.last());
    known.map_or(Ratio::ONE, |tier| tier.multiplier)
}

/// Probes of the open epoch that a quorum reported.
#[must_use]
pub fn held(state: &State) -> u32 {
    *state.attestation.held.get()
}

/// Probes of the open epoch that the provider answered, and how many were held; each by the word of
/// a quorum.
#[must_use]
pub fn uptime(state: &State, account: AccountHandle) -> (u32, u32) {
    let answered = state.attestation.answered.get(&account).copied().unwrap_or(0);
    (answered, *state.attestation.held.get())
}
