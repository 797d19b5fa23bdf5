//! Reports, challenges, tallies, seeds, duties.

use super::{OpenChallenge, Reputation, Standing};
use crate::charge::Charge;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::names::ModelId;
use crate::table::Table;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;
use workmint_amounts::Amount;

/// Names a summary or compute proof in the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct ReportId {
    /// Epoch it was submitted for.
    pub epoch: u64,
    /// The provider.
    pub participant: AccountHandle,
    /// The provider's node.
    pub node: u32,
    /// The model.
    pub model: ModelId,
}

/// A summary under way.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Receipt {
    /// By customer.
    pub charges: Vec<Charge>,
    /// Requests answered.
    pub requests: u64,
    /// Requests not answered.
    pub missed: u64,
    /// Units of work.
    pub units: u64,
    /// Median time to the first token, milliseconds.
    pub latency_ms: u32,
    /// Quality evidence, parts per thousand.
    pub quality_permille: u16,
    /// Merkle root of the single requests.
    pub requests_root: Hash,
    /// Sum of the charges.
    pub value: Amount,
    /// What reporters attest.
    pub content: Hash,
    /// Reporters that attested, in order.
    pub attested_by: Vec<AccountHandle>,
    /// End of the challenge window, once accepted.
    pub window_ends: Option<Deadline>,
}

/// A compute proof.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proof {
    /// Weight that counts: what was measured, scaled to the nominal time.
    pub weight: u64,
    /// What reporters attest.
    pub content: Hash,
    /// Reporters that attested, in order.
    pub attested_by: Vec<AccountHandle>,
    /// Whether the quorum is reached.
    pub accepted: bool,
}

/// Names a report of misses in the state: epoch, participant, reporter.
pub type MissId = (u64, AccountHandle, AccountHandle);

/// A report of misses.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct MissReport {
    /// Requests not answered.
    pub missed: u64,
    /// What reporters attest.
    pub content: Hash,
    /// Reporters that attested; the one that reported is the first.
    pub attested_by: Vec<AccountHandle>,
    /// When it counts, once accepted: as long after the quorum as a summary, so that misses and
    /// answers of the same hours fall into the same epoch.
    pub counts_after: Option<Deadline>,
}

/// Names a reading of a weight in the state: epoch, participant, reporter.
pub type ReadingId = (u64, AccountHandle, AccountHandle);

/// A reading of a participant's weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Reading {
    /// Weight measured.
    pub measured: u64,
    /// Weight of nodes excused because they were serving.
    pub preserved: u64,
    /// What reporters attest.
    pub content: Hash,
    /// Reporters that attested; the one that read it is the first.
    pub attested_by: Vec<AccountHandle>,
    /// Whether the quorum is reached.
    pub accepted: bool,
}

/// What an epoch counts of one participant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tally {
    /// Requests answered.
    pub requests: u64,
    /// Requests not answered, as summaries and reporters say.
    pub missed: u64,
    /// Single requests that expired unanswered: nobody reports them, so they come on top.
    pub expired: u64,
    /// Units of work.
    pub units: u64,
    /// Payments for accepted work, base units of the market's asset (WorkCoins).
    pub work: Amount,
    /// Such payments of earlier epochs that are still to be split: their stream was quarantined.
    pub unsplit: Amount,
    /// Lost a challenge in this epoch.
    pub refuted: bool,
}

impl Tally {
    /// Everything missed: what was reported and what expired.
    #[must_use]
    pub fn all_missed(&self) -> u64 {
        count(self.missed, self.expired)
    }
}

/// A counter of statistics that cannot grow stays where it is: it must not make an answer or a
/// payment fail.
pub(super) fn count(sum: u64, more: u64) -> u64 {
    sum.checked_add(more).unwrap_or(sum)
}

/// A committed seed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seed {
    /// Hash of the seed.
    pub commitment: Hash,
    /// The participant's signature over it.
    pub signature: Vec<u8>,
}

/// What duties of a closed epoch are drawn from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Closed {
    /// The entropy before the closing block: unknown while seeds could be committed. Zero if no
    /// duties are drawn.
    pub randomness: Hash,
    /// The receipts tallied, ascending; with sampled checks those they are drawn from.
    pub receipts: Arc<Vec<ReportId>>,
    /// Requests answered in the epoch.
    pub requests: u64,
}

/// What a participant was in a closed epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Member {
    /// The participant.
    pub account: AccountHandle,
    /// Its effective weight.
    pub weight: u64,
    /// Its reputation after that epoch, 0 to 100.
    pub reputation: u64,
}

/// Everyone with a weight or a reputation in a closed epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Members {
    /// Sum of the weights.
    pub total: u128,
    /// The participants, ascending by handle.
    pub rows: Vec<Member>,
}

impl Members {
    /// Effective weight and reputation of an account; 0 of whoever was not there.
    #[must_use]
    pub fn weight_and_reputation(&self, account: AccountHandle) -> (u64, u64) {
        let found = self.rows.binary_search_by_key(&account, |member| member.account).ok();
        let member = found.and_then(|at| self.rows.get(at));
        member.map_or((0, 0), |member| (member.weight, member.reputation))
    }
}

/// One participant's duties of one epoch.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Duty {
    /// Receipts drawn, ascending.
    pub due: Vec<ReportId>,
    /// Receipts checked, ascending.
    pub done: Vec<ReportId>,
}

/// State of `work`.
#[derive(Default)]
pub struct WorkState {
    pub(crate) receipts: Table<ReportId, Receipt>,
    pub(crate) proofs: Table<ReportId, Proof>,
    pub(crate) misses: Table<MissId, MissReport>,
    pub(crate) readings: Table<ReadingId, Reading>,
    pub(crate) challenges: Table<ReportId, OpenChallenge>,
    pub(crate) tallies: Table<AccountHandle, Tally>,
    pub(crate) model_units: Table<ModelId, u64>,
    pub(crate) seeds: Table<(u64, AccountHandle), Seed>,
    pub(crate) duties: Table<(u64, AccountHandle), Duty>,
    pub(crate) closed: Table<u64, Closed>,
    pub(crate) members: Table<u64, Arc<Members>>,
    /// Receipts of a closed epoch of which a valid check counts already.
    pub(crate) validated: Table<(u64, ReportId), ()>,
    pub(crate) standings: Table<AccountHandle, Standing>,
    pub(crate) reputations: Table<AccountHandle, Reputation>,
    /// Who was punished for an answer of which epoch, while answers of it can be refuted.
    pub(crate) refuted_answers: Table<(u64, AccountHandle), ()>,
}

impl WorkState {
    /// What the open epoch counts of a participant so far.
    #[must_use]
    pub fn tally(&self, account: AccountHandle) -> Tally {
        self.tallies.get(&account).copied().unwrap_or_default()
    }

    /// How a participant stands in the open epoch.
    #[must_use]
    pub fn standing(&self, account: AccountHandle) -> Standing {
        self.standings.get(&account).copied().unwrap_or_default()
    }

    /// What a participant's reputation is computed from.
    #[must_use]
    pub fn reputation(&self, account: AccountHandle) -> Reputation {
        self.reputations.get(&account).copied().unwrap_or_default()
    }

    /// Effective weight of an account in a closed epoch whose claims are not over; 0 if that is not
    /// kept.
    #[must_use]
    pub fn weight_in(&self, epoch: u64, account: AccountHandle) -> u64 {
        self.members.get(&epoch).map_or(0, |members| members.weight_and_reputation(account).0)
    }

    /// Effective weight of an account in the last epoch that closed; 0 if that is not kept.
    #[must_use]
    pub fn last_weight(&self, account: AccountHandle) -> u64 {
        let last = self.members.iter().next_back();
        last.map_or(0, |(_, members)| members.weight_and_reputation(account).0)
    }

    /// All tallies of the open epoch.
    pub fn tallies(&self) -> impl Iterator<Item = (AccountHandle, Tally)> {
        self.tallies.iter().map(|(account, tally)| (*account, *tally))
    }

    /// Summaries under way.
    pub fn receipts(&self) -> impl Iterator<Item = (ReportId, &Receipt)> {
        self.receipts.iter().map(|(id, receipt)| (*id, receipt))
    }

    /// Compute proofs of the open epoch.
    pub fn proofs(&self) -> impl Iterator<Item = (ReportId, &Proof)> {
        self.proofs.iter().map(|(id, proof)| (*id, proof))
    }

    /// Reports of misses of the open epoch.
    pub fn misses(&self) -> impl Iterator<Item = (MissId, &MissReport)> {
        self.misses.iter().map(|(id, report)| (*id, report))
    }

    /// Readings of weights in the open epoch.
    pub fn readings(&self) -> impl Iterator<Item = (ReadingId, &Reading)> {
        self.readings.iter().map(|(id, reading)| (*id, reading))
    }

    /// Accepted units of a model in the open epoch.
    #[must_use]
    pub fn model_units(&self, model: ModelId) -> u64 {
        self.model_units.get(&model).copied().unwrap_or(0)
    }

    /// The seed a participant committed in an epoch.
    #[must_use]
    pub fn seed(&self, epoch: u64, account: AccountHandle) -> Option<&Seed> {
        self.seeds.get(&(epoch, account))
    }

    /// The duties of a participant for a closed epoch, once its seed is revealed.
    #[must_use]
    pub fn duty(&self, epoch: u64, account: AccountHandle) -> Option<&Duty> {
        self.duties.get(&(epoch, account))
    }

    /// The open challenge of a summary.
    #[must_use]
    pub fn challenge(&self, id: &ReportId) -> Option<&OpenChallenge> {
        self.challenges.get(id)
    }
}
