//! Reputation: epochs served, less the misses of bad ones (`CalculateReputation`,
//! reference/gonka.md §1.8).

use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::ReputationRule;
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Ratio;

/// Shares of misses, and the value of one epoch, have 16 decimals, as the peer's divisions.
const DECIMALS: u8 = 16;
const SHARE_UNITS: u128 = 10_000_000_000_000_000;
/// Full reputation.
pub(super) const FULL: u64 = 100;

/// What a participant's reputation is computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Reputation {
    /// Epochs in which it had a weight and was active.
    pub epochs: u64,
    /// Shares of misses of its bad epochs, summed; 10^-16.
    pub missed: u128,
}

/// What one epoch was for a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EpochServed {
    /// The participant.
    pub(crate) account: AccountHandle,
    /// Its effective weight: without one only invalid work counts.
    pub(crate) weight: u64,
    /// Whether it counts as an epoch of service.
    pub(crate) active: bool,
    /// Whether its work was found invalid: that takes all reputation.
    pub(crate) invalid: bool,
    /// Requests answered.
    pub(crate) answered: u64,
    /// Requests not answered.
    pub(crate) missed: u64,
}

impl Reputation {
    /// Adds an epoch's share of misses, cut off after 16 decimals, if that is bad.
    pub fn add_share(&mut self, rule: &ReputationRule, share: Ratio) -> Result<(), AnyError> {
        if share > rule.miss_cutoff {
            let added = share.floor_mul(SHARE_UNITS)?;
            self.missed = self.missed.checked_add(added).ok_or(OVERFLOW)?;
        }
        Ok(())
    }

    /// 0 to 100: x = epochs - misses x value of an epoch x penalty x `epochs_to_full`; above
    /// `epochs_to_full` full, otherwise its share of that, rounded to 16 decimals and cut off after
    /// two.
    pub fn score(&self, rule: &ReputationRule) -> Result<u64, AnyError> {
        if self.epochs == 0 {
            return Ok(0);
        }
        let full = Ratio::from(rule.epochs_to_full);
        let one_epoch = Ratio::ONE.checked_div(full)?.rounded_half_up(DECIMALS)?;
        let missed = Ratio::new(self.missed, SHARE_UNITS)?;
        let cost = missed.checked_mul(one_epoch)?.checked_mul(rule.miss_penalty)?;
        let (epochs, cost) = (Ratio::from(self.epochs), cost.checked_mul(full)?);
        if epochs <= cost {
            return Ok(0);
        }
        let left = epochs.checked_sub(cost)?;
        if left > full {
            return Ok(FULL);
        }
        let share = left.checked_div(full)?.rounded_half_up(DECIMALS)?;
        let percent = share.floor_mul(u128::from(FULL))?;
        Ok(u64::try_from(percent).map_err(|_| OVERFLOW)?)
    }

    fn add_epoch(&mut self, rule: &ReputationRule, epoch: &EpochServed) -> Result<(), AnyError> {
        if epoch.invalid {
            *self = Self::default();
        }
        if epoch.invalid || epoch.weight == 0 {
            return Ok(());
        }
        if epoch.active {
            self.epochs = self.epochs.checked_add(1).ok_or(OVERFLOW)?;
        }
        let (missed, answered) = (u128::from(epoch.missed), u128::from(epoch.answered));
        let total = missed.checked_add(answered).ok_or(OVERFLOW)?;
        if total > 0 {
            let share = Ratio::new(missed, total)?.rounded_half_up(DECIMALS)?;
            self.add_share(rule, share)?;
        }
        Ok(())
    }
}

impl State {
    /// A participant's reputation, 0 to 100; 0 where the rules know none.
    pub(crate) fn reputation_score(
        &self,
        context: &Context,
        account: AccountHandle,
    ) -> Result<u64, AnyError> {
        let rule = context.parameters.work.reputation.as_ref();
        rule.map_or(Ok(0), |rule| self.work.reputation(account).score(rule))
    }
}

/// At a close: counts the epoch for everyone in it. Nothing is kept of whoever has nothing.
pub(crate) fn earn_reputation(state: &mut State, context: &Context, served: &[EpochServed]) {
    let Some(rule) = &context.parameters.work.reputation else {
        return;
    };
    for epoch in served {
        state.isolate("reputation", |state| {
            let mut reputation = state.work.reputation(epoch.account);
            reputation.add_epoch(rule, epoch)?;
            if reputation == Reputation::default() {
                state.work.reputations.remove(&epoch.account);
            } else {
                state.work.reputations.put(epoch.account, reputation);
            }
            Ok(())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(penalty: &str) -> ReputationRule {
        ReputationRule {
            epochs_to_full: 30,
            miss_cutoff: "0.01".parse().unwrap(),
            miss_penalty: penalty.parse().unwrap(),
        }
    }

    fn score(epochs: u64, shares: &[&str], penalty: &str) -> u64 {
        let mut reputation = Reputation { epochs, missed: 0 };
        for share in shares {
            reputation.add_share(&rule(penalty), share.parse().unwrap()).unwrap();
        }
        reputation.score(&rule(penalty)).unwrap()
    }

    /// Hand computed: 15 of 30 epochs are 50; half an epoch missed leaves 14.5 of 30 = 0.48.
    #[test]
    fn epochs_less_misses() {
        assert_eq!(score(0, &[], "1"), 0);
        assert_eq!(score(1, &[], "1"), 3, "0.0333");
        assert_eq!(score(15, &[], "1"), 50);
        assert_eq!(score(30, &[], "1"), 100);
        assert_eq!(score(1_000_000, &["1"; 20], "1"), 100);
        assert_eq!(score(15, &["0.5"], "1"), 48);
        assert_eq!(score(15, &["0.01"], "1"), 50, "not above the cut-off");
        assert_eq!(score(15, &["0.5"], "2"), 46, "14 of 30");
        assert_eq!(score(2, &["0.9", "0.9"], "2"), 0);
        // 1/30 has 16 decimals and is too small, so three epochs missed cost less than three:
        // 6.0000000000000030 of 30 are 0.2000000000000001.
        assert_eq!(score(9, &["1", "1", "1"], "1"), 20);
    }

    #[test]
    fn an_epoch_counts_as_it_was() {
        let epoch = EpochServed {
            account: AccountHandle(1),
            weight: 5,
            active: true,
            invalid: false,
            answered: 2,
            missed: 1,
        };
        let mut reputation = Reputation::default();
        let mut add = |epoch: &EpochServed| {
            reputation.add_epoch(&rule("1"), epoch).unwrap();
            reputation
        };
        let third = 3_333_333_333_333_333;
        assert_eq!(add(&epoch), Reputation { epochs: 1, missed: third });
        let inactive = EpochServed { active: false, ..epoch };
        assert_eq!(add(&inactive), Reputation { epochs: 1, missed: 2 * third }, "misses stay");
        let silent = EpochServed { answered: 0, missed: 0, ..epoch };
        assert_eq!(add(&silent), Reputation { epochs: 2, missed: 2 * third });
        let kept = add(&EpochServed { weight: 0, ..epoch });
        assert_eq!(kept, Reputation { epochs: 2, missed: 2 * third }, "no weight, no epoch");
        let invalid = EpochServed { invalid: true, weight: 0, ..epoch };
        assert_eq!(add(&invalid), Reputation::default());
    }
}
