//! Contributions, verdicts, challenges, records of models and datasets, rates, reputation.

use super::{ClosedReason, Verdict};
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::work::OpenChallenge;
use crate::names::{ModelId, Name};
use crate::table::Table;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};

/// Names a contribution in the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct ContributionId {
    /// The epoch in which the work was done.
    pub epoch: u64,
    /// Who contributed.
    pub contributor: AccountHandle,
    /// The contributor's own number for it.
    pub id: u64,
}

/// A contribution. It is kept until it is closed and its id can never be used again.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Contribution {
    /// The stream.
    pub stream: Name,
    /// The contributor's node.
    pub node: u32,
    /// The model, for tokens and improvements.
    pub model: Option<ModelId>,
    /// Tokens; loss in 10^-9; tasks; bytes.
    pub quantity: u64,
    /// Hash of the evidence or of the dataset.
    pub content: Hash,
    /// Hash of the whole submission: what verifiers saw, and what a repetition must equal.
    pub submission: Hash,
    /// How far it is.
    pub stage: Stage,
}

/// How far a contribution is.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Verifiers have until the deadline.
    Submitted {
        /// Verifiers and their verdicts, in order.
        verdicts: Vec<(AccountHandle, Verdict)>,
        /// When it lapses.
        until: Deadline,
    },
    /// Accepted; it becomes final when nobody challenges it in time.
    Accepted {
        /// What verifiers found.
        found: Found,
        /// End of the challenge window.
        until: Deadline,
    },
    /// Settled with this epoch: paid then, or owed.
    Settled {
        /// The epoch.
        epoch: u64,
    },
    /// Closed unpaid.
    Closed {
        /// Why.
        reason: ClosedReason,
    },
}

/// What verifiers found of an accepted contribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Found {
    /// Never more than submitted (of a loss: never less); lower median of the approving verdicts
    /// (of a loss: the upper one).
    pub quantity: u64,
    /// First multiplier, 10^-6.
    pub first: u32,
    /// Second multiplier, 10^-6.
    pub second: u32,
}

/// What a node has submitted lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pace {
    /// When its interval began, milliseconds.
    pub from_ms: u64,
    /// Submissions in it.
    pub count: u32,
    /// The last of them, milliseconds.
    pub last_ms: u64,
}

/// What reputation is computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Conduct {
    /// First submission or verdict, milliseconds.
    pub since_ms: u64,
    /// Improvements paid or owed.
    pub improvements: u64,
    /// Verdicts on contributions that were decided.
    pub verdicts: u64,
    /// Of those, with the decision.
    pub right: u64,
    /// Contributions refuted.
    pub violations: u64,
}

/// State of `contributions`.
#[derive(Default)]
pub struct ContributionState {
    pub(crate) rows: Table<ContributionId, Contribution>,
    /// Contributions by when their stage ends: those submitted and those accepted.
    pub(crate) due: Table<(Deadline, ContributionId), ()>,
    /// Closed and settled ones by the last epoch in which their id could be used.
    pub(crate) ended: Table<(u64, ContributionId), ()>,
    pub(crate) challenges: Table<ContributionId, OpenChallenge>,
    /// The lowest loss of a model that was paid for, 10^-9; at first the network file's.
    pub(crate) losses: Table<ModelId, u64>,
    /// Contents of datasets that were accepted, and of which contribution.
    pub(crate) datasets: Table<Hash, ContributionId>,
    pub(crate) paces: Table<(AccountHandle, u32), Pace>,
    pub(crate) conduct: Table<AccountHandle, Conduct>,
    /// Contributions that become final with the close under way; empty between blocks.
    pub(crate) final_now: Table<ContributionId, FinalContribution>,
}

/// A contribution that the close under way settles.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct FinalContribution {
    /// The stream.
    pub stream: Name,
    /// Tokens; improvement in 10^-9 of the recorded loss; tasks; bytes.
    pub quantity: u64,
    /// First multiplier, 10^-6.
    pub first: u32,
    /// Second multiplier, 10^-6.
    pub second: u32,
}

impl ContributionState {
    /// A contribution, while its row is kept.
    #[must_use]
    pub fn get(&self, id: &ContributionId) -> Option<&Contribution> {
        self.rows.get(id)
    }

    /// All contributions that are kept, by epoch, contributor and id.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = (&ContributionId, &Contribution)> {
        self.rows.iter()
    }

    /// The challenge under way of a contribution.
    #[must_use]
    pub fn challenge(&self, id: &ContributionId) -> Option<&OpenChallenge> {
        self.challenges.get(id)
    }

    /// The lowest loss of a model that was paid for, 10^-9.
    #[must_use]
    pub fn loss(&self, model: ModelId) -> Option<u64> {
        self.losses.get(&model).copied()
    }

    /// What an account's reputation is computed from.
    #[must_use]
    pub fn conduct(&self, account: AccountHandle) -> Conduct {
        self.conduct.get(&account).copied().unwrap_or_default()
    }
}
