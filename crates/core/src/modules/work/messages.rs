//! What a user can ask of `work`.

use crate::address::Address;
use crate::hash::Hash;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What one customer used of one node and model in one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Usage {
    /// The customer.
    pub customer: Address,
    /// Requests answered, at least 1.
    pub requests: u64,
    /// Units of work (tokens), at least 1.
    pub units: u64,
}

/// A provider's signed summary of one node and model in the open epoch.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SubmitSummary {
    /// The open epoch.
    pub epoch: u64,
    /// The provider's node.
    pub node: u32,
    /// The model.
    pub model: ModelId,
    /// By customer, addresses ascending, each once.
    pub usage: Vec<Usage>,
    /// Requests not answered.
    pub missed: u64,
    /// Median time to the first token, milliseconds.
    pub latency_ms: u32,
    /// Quality evidence: the share of self-checks passed, parts per thousand, at most 1,000.
    pub quality_permille: u16,
    /// Merkle root of the single requests; they are opened only in a challenge.
    pub requests_root: Hash,
}

/// When a compute proof began and ended to measure, milliseconds since 1970; both 0: for the
/// network's nominal time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Window {
    /// Begin.
    pub from_ms: u64,
    /// End.
    pub to_ms: u64,
}

/// A claim of compute, to be attested before it is worth anything.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SubmitComputeProof {
    /// The open epoch.
    pub epoch: u64,
    /// The provider's node.
    pub node: u32,
    /// The model.
    pub model: ModelId,
    /// Weight measured, 1 to 10^12.
    pub weight: u64,
    /// Hash of the proof's evidence.
    pub evidence: Hash,
    /// When it was measured: with `work.proof_window_ms` the weight is scaled to that time.
    pub window: Window,
}

/// A reporter's count of requests that a participant left unanswered in the open epoch.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ReportMisses {
    /// The open epoch.
    pub epoch: u64,
    /// The participant.
    pub participant: Address,
    /// Requests not answered, at least 1.
    pub missed: u64,
}

/// A reporter's reading of a participant's weight in the open epoch, in units of potential weight.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ReportConfirmation {
    /// The open epoch.
    pub epoch: u64,
    /// The participant.
    pub participant: Address,
    /// Weight measured.
    pub measured: u64,
    /// Weight of nodes that were excused because they were serving.
    pub preserved: u64,
}

/// Names a summary or a compute proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct ReportKey {
    /// Epoch it was submitted for.
    pub epoch: u64,
    /// The provider.
    pub participant: Address,
    /// The provider's node.
    pub node: u32,
    /// The model.
    pub model: ModelId,
}

/// Names a report of misses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct MissKey {
    /// Epoch it was submitted for.
    pub epoch: u64,
    /// The participant.
    pub participant: Address,
    /// Who reported.
    pub reporter: Address,
}

/// Names a reading of a participant's weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct ConfirmationKey {
    /// Epoch it was submitted for.
    pub epoch: u64,
    /// The participant.
    pub participant: Address,
    /// Who read it.
    pub reporter: Address,
}

/// Any report that reporters attest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum ReportRef {
    /// A summary.
    Summary(ReportKey),
    /// A compute proof.
    Proof(ReportKey),
    /// A report of misses.
    Misses(MissKey),
    /// A reading of a weight.
    Confirmation(ConfirmationKey),
}

/// A reporter's word for a batch of reports: one signature for all of them.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Attest {
    /// 1 to 4,096 reports, strictly ascending.
    pub reports: Vec<ReportRef>,
    /// State-tree root over the reports' content hashes in that order: binds what was seen.
    pub root: Hash,
}

/// Say that an accepted summary is wrong.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Challenge {
    /// The summary.
    pub summary: ReportKey,
    /// Bond, base units of the market's asset.
    pub bond: Amount,
    /// Hash of the opened request that shows it.
    pub evidence: Hash,
}

/// A judge's vote on a challenge.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Judge {
    /// The challenged summary.
    pub summary: ReportKey,
    /// Whether the summary is refuted.
    pub refuted: bool,
}

/// Commit the seed of the open epoch's duties.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CommitSeed {
    /// The open epoch.
    pub epoch: u64,
    /// Hash of the seed.
    pub commitment: Hash,
    /// The participant's signature over it, at most 96 bytes; kept with the settlement.
    pub signature: Vec<u8>,
}

/// Reveal the seed committed in the epoch just closed.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RevealSeed {
    /// The epoch just closed.
    pub epoch: u64,
    /// The seed.
    pub seed: Hash,
}

/// One check done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Check {
    /// The summary checked.
    pub summary: ReportKey,
    /// Whether the opened requests were right.
    pub valid: bool,
    /// Hash of what was opened.
    pub evidence: Hash,
}

/// Record checks that were due.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RecordChecks {
    /// The epoch whose receipts were drawn.
    pub epoch: u64,
    /// The checks.
    pub checks: Vec<Check>,
}
