//! What a user can ask of `contributions`.

use crate::address::Address;
use crate::hash::Hash;
use crate::names::{ModelId, Name};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::Amount;

/// Names a contribution. Used once, for ever: an epoch that is too long ago is never accepted
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct ContributionKey {
    /// The epoch in which the work was done.
    pub epoch: u64,
    /// Who contributed.
    pub contributor: Address,
    /// The contributor's own number for it.
    pub id: u64,
}

/// Claim work for a stream with a rate. The same id with the same content is answered with what
/// became of the first submission.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct SubmitContribution {
    /// The epoch in which the work was done: the open one, or one before within the window.
    pub epoch: u64,
    /// The contributor's own number for it.
    pub id: u64,
    /// The stream.
    pub stream: Name,
    /// The contributor's node that did it.
    pub node: u32,
    /// The model, for tokens and improvements; none for tasks and datasets.
    pub model: Option<ModelId>,
    /// Tokens; the model's new loss in 10^-9; tasks; bytes. Above 0.
    pub quantity: u64,
    /// Hash of the evidence; of a dataset: of its content.
    pub content: Hash,
}

/// One verifier's verdict on one contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Verdict {
    /// The contribution.
    pub contribution: ContributionKey,
    /// Hash of the submission that was seen.
    pub submission: Hash,
    /// Whether it is right.
    pub approve: bool,
    /// How sure the verifier is, 10^-6; at most 1,000,000.
    pub confidence: u32,
    /// Quantity measured, in the submission's unit.
    pub quantity: u64,
    /// First multiplier measured, 10^-6.
    pub first: u32,
    /// Second multiplier measured, 10^-6.
    pub second: u32,
}

/// Verdicts on a batch of contributions.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct VerifyContributions {
    /// 1 to 4,096 verdicts, strictly ascending by contribution.
    pub verdicts: Vec<Verdict>,
}

/// Say that an accepted contribution is wrong.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ChallengeContribution {
    /// The contribution.
    pub contribution: ContributionKey,
    /// Bond, base units of the emission's asset.
    pub bond: Amount,
    /// Hash of what shows it.
    pub evidence: Hash,
}

/// A judge's vote on a challenge of a contribution.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct JudgeContribution {
    /// The challenged contribution.
    pub contribution: ContributionKey,
    /// Whether it is refuted.
    pub refuted: bool,
}

impl fmt::Display for ContributionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.epoch, self.contributor, self.id)
    }
}
