//! Contributions, verdicts, challenges, records of models and datasets, rates, reputation.

use super::{ClosedReason, ContributionKey};
use crate::hash::Hash;
use crate::modules::ledger::{AccountHandle, Ledger};
use crate::modules::parameters::{ContributionKind, Parameters};
use crate::modules::work::OpenChallenge;
use crate::names::{ModelId, Name};
use crate::table::{Single, Table};
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use std::ops::RangeInclusive;

/// Multipliers and confidences are counted in this fraction.
pub const MULTIPLIER_UNIT: u32 = 1_000_000;

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
    /// What the stream paid for when it was submitted; if that changes, the contribution ends.
    pub kind: ContributionKind,
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
    /// Its place among all submissions ever taken; the first is 0.
    pub number: u64,
    /// How far it is.
    pub stage: Stage,
}

/// How far a contribution is.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// Verifiers have until the deadline.
    Submitted {
        /// Verdicts so far, in order.
        verdicts: Vec<GivenVerdict>,
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

/// A verdict on a contribution that is not yet decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct GivenVerdict {
    /// Who gave it.
    pub verifier: AccountHandle,
    /// Whether it counts for the contribution: the verifier approves and is sure enough.
    pub approved: bool,
    /// How sure the verifier is, 10^-6.
    pub confidence: u32,
    /// Quantity measured, in the submission's unit.
    pub quantity: u64,
    /// First multiplier measured, 10^-6.
    pub first: u32,
    /// Second multiplier measured, 10^-6.
    pub second: u32,
}

impl Stage {
    /// When this stage ends by itself, if it does.
    #[must_use]
    pub const fn until(&self) -> Option<Deadline> {
        match self {
            Self::Submitted { until, .. } | Self::Accepted { until, .. } => Some(*until),
            Self::Settled { .. } | Self::Closed { .. } => None,
        }
    }
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
    /// First submission or verdict, milliseconds; 0: none yet.
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
    /// Contributions by when their stage ends: those submitted, and those accepted that are not
    /// final.
    pub(crate) due: Table<(Deadline, ContributionId), ()>,
    /// Those closed and settled.
    pub(crate) ended: Table<ContributionId, ()>,
    /// The first epoch whose ids can still be used. It never falls, whatever the window becomes:
    /// what ended before it is forgotten.
    pub(crate) horizon: Single<u64>,
    pub(crate) challenges: Table<ContributionId, OpenChallenge>,
    /// The lowest loss of a model that was paid for, 10^-9; at first the network file's.
    pub(crate) losses: Table<ModelId, u64>,
    /// Contents of datasets that became final, and as which contribution.
    pub(crate) datasets: Table<Hash, ContributionId>,
    /// Datasets that are submitted or accepted and not final, by content, the earliest first.
    pub(crate) open_datasets: Table<(Hash, u64), ContributionId>,
    /// Contents that a contributor has used, while the row is kept; not of those that nobody
    /// verified.
    pub(crate) evidence: Table<(AccountHandle, Hash), ContributionId>,
    /// The number of the next submission.
    pub(crate) submissions: Single<u64>,
    pub(crate) paces: Table<(AccountHandle, u32), Pace>,
    pub(crate) conduct: Table<AccountHandle, Conduct>,
    /// Contributions that become final with the close under way. Between blocks: those whose
    /// stream could not be planned, for the next close.
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
    /// The loss an improvement was measured against, 10^-9.
    pub recorded_loss: Option<u64>,
}

impl ContributionState {
    /// A contribution, while its row is kept.
    #[must_use]
    pub fn get(&self, id: &ContributionId) -> Option<&Contribution> {
        self.rows.get(id)
    }

    /// Contributions that are kept, of these, by epoch, contributor and id.
    pub fn rows_in(
        &self,
        ids: RangeInclusive<ContributionId>,
    ) -> impl DoubleEndedIterator<Item = (&ContributionId, &Contribution)> {
        self.rows.range(ids)
    }

    /// All contributions that are kept, by epoch, contributor and id.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = (&ContributionId, &Contribution)> {
        self.rows.iter()
    }

    /// The first epoch whose ids can still be used, beside the window of the parameters.
    #[must_use]
    pub fn horizon(&self) -> u64 {
        *self.horizon.get()
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

    /// The loss that an improvement of a model must be below, 10^-9: the lowest that was paid for,
    /// at first the network file's. `None`: nothing can improve on it.
    #[must_use]
    pub fn recorded_loss(&self, parameters: &Parameters, model: ModelId) -> Option<u64> {
        let first = || parameters.model(model).map(|model| model.recorded_loss);
        self.loss(model).or_else(first).filter(|loss| *loss > 0)
    }

    /// As which contribution a dataset of this content became final.
    #[must_use]
    pub fn dataset(&self, content: &Hash) -> Option<&ContributionId> {
        self.datasets.get(content)
    }

    /// The row of a contribution is forgotten, and the content that it used.
    pub(super) fn forget(&mut self, id: &ContributionId) {
        if let Some(content) = self.rows.get(id).map(|row| row.content) {
            self.free_content(id, content);
        }
        self.rows.remove(id);
    }

    /// The contributor may use this content again, if it was used by this contribution.
    pub(super) fn free_content(&mut self, id: &ContributionId, content: Hash) {
        let key = (id.contributor, content);
        if self.evidence.get(&key) == Some(id) {
            self.evidence.remove(&key);
        }
    }

    /// What a node has submitted lately.
    #[must_use]
    pub fn pace(&self, account: AccountHandle, node: u32) -> Option<Pace> {
        self.paces.get(&(account, node)).copied()
    }

    /// What becomes final with the close under way.
    pub fn final_now(&self) -> impl Iterator<Item = (&ContributionId, &FinalContribution)> {
        self.final_now.iter()
    }

    /// Notes the first thing that an account does here.
    pub(super) fn note_start(&mut self, account: AccountHandle, now_ms: u64) {
        let conduct = self.conduct(account);
        if conduct.since_ms == 0 {
            self.conduct.put(account, Conduct { since_ms: now_ms, ..conduct });
        }
    }

    /// What an account's reputation is computed from.
    #[must_use]
    pub fn conduct(&self, account: AccountHandle) -> Conduct {
        self.conduct.get(&account).copied().unwrap_or_default()
    }
}

impl ContributionId {
    /// The id of a key; `None` if its contributor never had an account.
    #[must_use]
    pub fn of(ledger: &Ledger, key: &ContributionKey) -> Option<Self> {
        let contributor = ledger.handle(&key.contributor)?;
        Some(Self { epoch: key.epoch, contributor, id: key.id })
    }

    /// The key that people and messages use.
    #[must_use]
    pub fn key(&self, ledger: &Ledger) -> ContributionKey {
        let contributor = ledger.address(self.contributor);
        ContributionKey { epoch: self.epoch, contributor, id: self.id }
    }
}
