//! Proposals, ballots, snapshots of power, upgrades.

use super::{Choice, Kind, Tally, power};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{PowerRule, ProposalRules};
use crate::names::AssetId;
use crate::table::{Single, Table};
use crate::time::{Deadline, Duration};
use borsh::{BorshDeserialize, BorshSerialize};
use std::ops::RangeInclusive;
use std::sync::Arc;
use workmint_amounts::Amount;

/// The version of the rules a chain begins under. It belongs to genesis and never changes: what a
/// block does must not depend on which binary applies it.
pub const FIRST_VERSION: u32 = 1;

/// Least number of blocks between the decision on an upgrade and its first height. The timelock
/// gives time to install it; this keeps a height that came near meanwhile from stopping everybody.
pub const UPGRADE_NOTICE: u64 = 1_000;

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
    /// What it asks for; shared, because a close takes rows out to change their stage.
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

/// What an account had at a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Frozen {
    /// Base units of its spendable balance under `sqrt`; its weight under `effective_weight`.
    pub held: u128,
    /// Its active stake, base units.
    pub stake: Amount,
}

/// Who had how much power at a close.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PowerSnapshot {
    /// What gave power.
    pub rule: PowerRule,
    /// Ascending; those without power are left out.
    pub accounts: Vec<(AccountHandle, Frozen)>,
    /// Sum of all power.
    pub total: u128,
}

impl PowerSnapshot {
    /// Power of an account that has `active` staked now: stake that left since does not count. 0
    /// if it had none.
    #[must_use]
    pub fn of(&self, account: AccountHandle, active: Amount) -> u128 {
        let found = self.accounts.binary_search_by_key(&account, |(of, _)| *of).ok();
        let frozen = found.and_then(|at| self.accounts.get(at)).map(|(_, frozen)| *frozen);
        frozen.map_or(0, |frozen| {
            power(self.rule, Frozen { stake: frozen.stake.min(active), ..frozen })
        })
    }
}

/// A ballot that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Ballot {
    /// What it says.
    pub choice: Choice,
    /// Its power.
    pub power: u128,
}

/// State of `governance`.
#[derive(Default)]
pub struct GovernanceState {
    /// Proposals that have not ended, by number.
    pub(crate) proposals: Table<u64, Proposal>,
    /// Sums of the ballots of open votes. Not in the proposal: a ballot writes no parameters.
    pub(crate) tallies: Table<u64, Tally>,
    /// Number of the next proposal.
    pub(crate) next: Single<u64>,
    /// Ballots of proposals that have not ended.
    pub(crate) ballots: Table<(u64, AccountHandle), Ballot>,
    /// By the epoch whose close froze it; one for all votes that close opened.
    pub(crate) snapshots: Table<u64, Arc<PowerSnapshot>>,
    /// Versions of the rules by first height; past ones stay, one at most lies ahead.
    pub(crate) upgrades: Table<u64, u32>,
}

impl GovernanceState {
    /// Proposals that have not ended, by number.
    pub fn proposals(&self) -> impl Iterator<Item = (u64, &Proposal)> {
        self.proposals.iter().map(|(number, proposal)| (*number, proposal))
    }

    /// Proposals that have not ended, of these numbers, ascending.
    pub fn proposals_in(
        &self,
        numbers: RangeInclusive<u64>,
    ) -> impl DoubleEndedIterator<Item = (u64, &Proposal)> {
        self.proposals.range(numbers).map(|(number, proposal)| (*number, proposal))
    }

    /// A proposal that has not ended.
    #[must_use]
    pub fn proposal(&self, number: u64) -> Option<&Proposal> {
        self.proposals.get(&number)
    }

    /// The sums of an open vote.
    #[must_use]
    pub fn tally(&self, number: u64) -> Option<Tally> {
        self.tallies.get(&number).copied()
    }

    /// How an account voted.
    #[must_use]
    pub fn ballot(&self, number: u64, account: AccountHandle) -> Option<Ballot> {
        self.ballots.get(&(number, account)).copied()
    }

    /// The ballots of a proposal, by account.
    pub fn ballots(&self, number: u64) -> impl Iterator<Item = (AccountHandle, Ballot)> {
        let range = (number, AccountHandle(0))..=(number, AccountHandle(u32::MAX));
        self.ballots.range(range).map(|((_, account), ballot)| (*account, *ballot))
    }

    /// The ballots of a proposal, from an account on.
    pub fn ballots_from(
        &self,
        number: u64,
        first: AccountHandle,
    ) -> impl Iterator<Item = (AccountHandle, Ballot)> {
        let range = (number, first)..=(number, AccountHandle(u32::MAX));
        self.ballots.range(range).map(|((_, account), ballot)| (*account, *ballot))
    }

    /// The power frozen at the close of an epoch, while a vote counts by it.
    #[must_use]
    pub fn snapshot(&self, epoch: u64) -> Option<&Arc<PowerSnapshot>> {
        self.snapshots.get(&epoch)
    }

    /// Upgrades that were decided, by first height: the version of the rules from then on.
    pub fn upgrades(&self) -> impl Iterator<Item = (u64, u32)> {
        self.upgrades.iter().map(|(height, version)| (*height, *version))
    }

    /// The version of the rules in force for the block of this height.
    #[must_use]
    pub fn version_at(&self, height: u64) -> u32 {
        let last = self.upgrades.range(..=height).next_back();
        last.map_or(FIRST_VERSION, |(_, version)| *version)
    }

    /// Decides an upgrade. One that was decided and not reached at height `now` is replaced.
    pub(crate) fn decide_upgrade(&mut self, now: u64, height: u64, version: u32) {
        let later = self.upgrades.iter().map(|(height, _)| *height).filter(|at| *at > now);
        let replaced: Vec<u64> = later.collect();
        for at in replaced {
            self.upgrades.remove(&at);
        }
        self.upgrades.put(height, version);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_height_has_the_last_version_decided_for_it() {
        let mut state = GovernanceState::default();
        assert_eq!((state.version_at(0), state.version_at(u64::MAX)), (1, 1));
        state.decide_upgrade(5, 2_000, 2);
        assert_eq!([1_999, 2_000, 9_000].map(|height| state.version_at(height)), [1, 2, 2]);
        state.decide_upgrade(2_000, 9_000, 3);
        assert_eq!([2_000, 8_999, 9_000].map(|height| state.version_at(height)), [2, 2, 3]);
        // Version 3 is not reached: another height takes its place, what is in force stays.
        state.decide_upgrade(8_999, 50_000, 3);
        assert_eq!(state.upgrades().collect::<Vec<_>>(), [(2_000, 2), (50_000, 3)]);
        assert_eq!([2_000, 9_000, 50_000].map(|height| state.version_at(height)), [2, 2, 3]);
    }
}
