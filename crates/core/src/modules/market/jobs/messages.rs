//! What a user can ask of `market::jobs`.

use crate::address::Address;
use crate::hash::Hash;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Everything a user can ask of `market::jobs`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// Offer to take jobs.
    PutOffer(PutOffer),
    /// Take no more of them.
    WithdrawOffer(WithdrawOffer),
    /// Create a job.
    CreateJob(CreateJob),
    /// Take it back.
    CancelJob(CancelJob),
    /// Accept a job.
    AcceptJob(AcceptJob),
    /// Reveal its result.
    RevealResult(RevealResult),
    /// Say how it was done.
    AttestQuality(AttestQuality),
    /// Dispute it.
    DisputeJob(DisputeJob),
    /// Answer a dispute of a job.
    PostEvidence(PostEvidence),
    /// Judge a dispute of a job.
    JudgeJob(JudgeJob),
}

/// Offer to take jobs, or change what is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PutOffer {
    /// The model.
    pub model: ModelId,
    /// The highest privacy tier offered; jobs of lower ones are taken too.
    pub tier: u8,
    /// Units of work in an epoch; 1 to 2^48.
    pub capacity: u64,
}

/// Take no more jobs. Those accepted go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct WithdrawOffer {
    /// The model.
    pub model: ModelId,
}

/// Create a job: its price is locked, and its largest cost out of the sender's balance.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CreateJob {
    /// The model.
    pub model: ModelId,
    /// Most units of work; 1 to the network's `max_units`.
    pub max_units: u64,
    /// The privacy tier.
    pub tier: u8,
    /// The service level: milliseconds to the result; 1 to 2^32 - 1.
    pub max_latency_ms: u32,
    /// The job is refused if its deposit exceeds this, base units of the market's asset.
    pub max_spend: Amount,
    /// Hash of the input, with which judges open it.
    pub commitment: Hash,
    /// Who may accept it; `None`: whoever offers it.
    pub provider: Option<Address>,
}

/// Take back a job that nobody has accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct CancelJob {
    /// The sender's job.
    pub number: u64,
}

/// Accept a job, with a bond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AcceptJob {
    /// The customer.
    pub customer: Address,
    /// The customer's number of the job.
    pub number: u64,
}

/// Reveal the result of an accepted job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RevealResult {
    /// The customer.
    pub customer: Address,
    /// The customer's number of the job.
    pub number: u64,
    /// Units of work; 1 to the job's `max_units`.
    pub units: u64,
    /// Hash of the result.
    pub result: Hash,
    /// [`super::result_seal`] of it: what another provider, or the same for another job, revealed
    /// cannot be copied.
    pub seal: Hash,
}

/// Say, as a reporter, how a revealed job was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AttestQuality {
    /// The customer.
    pub customer: Address,
    /// The customer's number of the job.
    pub number: u64,
    /// Milliseconds to the result.
    pub latency_ms: u32,
    /// Quality, thousandths; the network bounds it.
    pub quality_permille: u16,
}

/// Dispute the sender's revealed job, with a bond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DisputeJob {
    /// The sender's job.
    pub number: u64,
    /// Hash of what shows that the result is wrong.
    pub grounds: Hash,
}

/// Answer a dispute, as the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PostEvidence {
    /// The customer.
    pub customer: Address,
    /// The customer's number of the job.
    pub number: u64,
    /// Hash of what shows that the result is right.
    pub evidence: Hash,
}

/// Decide a dispute, as a judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct JudgeJob {
    /// The customer.
    pub customer: Address,
    /// The customer's number of the job.
    pub number: u64,
    /// Whether the customer is right.
    pub for_customer: bool,
}
