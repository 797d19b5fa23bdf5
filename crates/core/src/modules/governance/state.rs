//! Proposals, ballots, snapshots of power, upgrades.

use super::{Choice, Kind, Tally};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::ProposalRules;
use crate::names::AssetId;
use crate::table::{Single, Table};
use crate::time::{Deadline, Duration};
use borsh::{BorshDeserialize, BorshSerialize};
use std::sync::Arc;
use workmint_amounts::Amount;

/// The version of this software's rules. A change of what a block does raises it by one, so that an
/// upgrade that was voted stops older binaries before the first block they would judge wrongly.
pub const SOFTWARE_VERSION: u32 = 1;

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Stage {
    /// The next close opens its vote.
    Waiting,
    /// Ballots are counted at the first close after its end.
    Voting {
        /// The epoch whose close froze the power.
        snapshot: u64,
        /// Sum of all power.
        total: u128,
        /// No ballot counts from then on.
        ends: Deadline,
        /// Ballots so far.
        tally: Tally,
    },
    /// It passed; the first close after this carries it out.
    Passed {
        /// When.
        executes: Deadline,
    },
}

/// A proposal, under the rules of the epoch in which it was made.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Proposal {
    /// Who made it.
    pub proposer: AccountHandle,
    /// What it asks for; shared, because each vote writes the row anew.
    pub kind: Arc<Kind>,
    /// The asset of the deposit.
    pub asset: AssetId,
    /// What is still locked for it, base units; nothing once the vote is counted.
    pub deposit: Amount,
    /// Quorum, approval and length of the vote.
    pub rules: ProposalRules,
    /// From the count to its execution.
    pub timelock: Duration,
    /// Where it stands.
    pub stage: Stage,
}

/// Who had how much power at a close.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PowerSnapshot {
    /// Ascending; those without power are left out.
    pub power: Vec<(AccountHandle, u128)>,
    /// Sum of all power.
    pub total: u128,
}

impl PowerSnapshot {
    /// Power of an account; 0 if it had none.
    #[must_use]
    pub fn of(&self, account: AccountHandle) -> u128 {
        let found = self.power.binary_search_by_key(&account, |(of, _)| *of).ok();
        found.and_then(|at| self.power.get(at)).map_or(0, |(_, power)| *power)
    }
}

/// State of `governance`.
#[derive(Default)]
pub struct GovernanceState {
    /// Proposals that have not ended, by number.
    pub(crate) proposals: Table<u64, Proposal>,
    /// Number of the next proposal.
    pub(crate) next: Single<u64>,
    /// Ballots of proposals that have not ended.
    pub(crate) ballots: Table<(u64, AccountHandle), Choice>,
    /// By the epoch whose close froze it; one for all votes that close opened.
    pub(crate) snapshots: Table<u64, Arc<PowerSnapshot>>,
    /// Least version of the software by first height; past ones stay.
    pub(crate) upgrades: Table<u64, u32>,
}

impl GovernanceState {
    /// Proposals that have not ended, by number.
    pub fn proposals(&self) -> impl Iterator<Item = (u64, &Proposal)> {
        self.proposals.iter().map(|(number, proposal)| (*number, proposal))
    }

    /// A proposal that has not ended.
    #[must_use]
    pub fn proposal(&self, number: u64) -> Option<&Proposal> {
        self.proposals.get(&number)
    }

    /// How an account voted.
    #[must_use]
    pub fn ballot(&self, number: u64, account: AccountHandle) -> Option<Choice> {
        self.ballots.get(&(number, account)).copied()
    }

    /// The ballots of a proposal, by account.
    pub fn ballots(&self, number: u64) -> impl Iterator<Item = (AccountHandle, Choice)> {
        let range = (number, AccountHandle(0))..=(number, AccountHandle(u32::MAX));
        self.ballots.range(range).map(|((_, account), choice)| (*account, *choice))
    }

    /// The power frozen at the close of an epoch, while a vote counts by it.
    #[must_use]
    pub fn snapshot(&self, epoch: u64) -> Option<&Arc<PowerSnapshot>> {
        self.snapshots.get(&epoch)
    }

    /// Upgrades that were decided: first height and least version.
    pub fn upgrades(&self) -> impl Iterator<Item = (u64, u32)> {
        self.upgrades.iter().map(|(height, version)| (*height, *version))
    }

    /// Least version of the software that may apply the block of this height; 0: any.
    #[must_use]
    pub fn needed_version(&self, height: u64) -> u32 {
        self.upgrades.range(..=height).map(|(_, version)| *version).max().unwrap_or(0)
    }
}
