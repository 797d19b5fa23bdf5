//! Power and outcome: pure functions of numbers.

use super::{Choice, Frozen};
use crate::modules::parameters::{PowerRule, ProposalRules};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError, Operation, sqrt_floor};

/// floor(sqrt(spendable)) + 2 floor(sqrt(stake)), both in base units (document 003, voting power).
/// With 18 decimals that is document 003's number in units of 10^-9, each root rounded down.
#[must_use]
pub fn square_root_power(spendable: Amount, stake: Amount) -> u128 {
    let (balance, staked) = (sqrt_floor(spendable.get()), sqrt_floor(stake.get()));
    // Roots of 128 bits have 64 bits: the sum of three cannot overflow.
    [balance, staked, staked].iter().sum()
}

/// Power by a rule of what an account had.
#[must_use]
pub(super) fn power(rule: PowerRule, frozen: Frozen) -> u128 {
    match rule {
        PowerRule::Sqrt => square_root_power(Amount::new(frozen.held), frozen.stake),
        PowerRule::Linear => frozen.stake.get(),
        PowerRule::EffectiveWeight => frozen.held,
    }
}

/// Power that voted, by choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Tally {
    /// For it.
    pub yes: u128,
    /// Against it.
    pub no: u128,
    /// Neither.
    pub abstain: u128,
}

impl Tally {
    /// The same with one more ballot.
    pub fn add(self, choice: Choice, power: u128) -> Result<Self, ArithmeticError> {
        let mut sum = self;
        let counter = match choice {
            Choice::Yes => &mut sum.yes,
            Choice::No => &mut sum.no,
            Choice::Abstain => &mut sum.abstain,
        };
        *counter = plus(*counter, power)?;
        Ok(sum)
    }
}

pub(super) fn plus(some: u128, other: u128) -> Result<u128, ArithmeticError> {
    let overflow = ArithmeticError::Overflow { operation: Operation::Add };
    some.checked_add(other).ok_or(overflow)
}

/// How a vote ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Enough power voted.
    pub quorum: bool,
    /// And enough of it was for the proposal.
    pub passed: bool,
    /// The deposit returns: the quorum was met, and a third of yes and no was yes.
    pub returned: bool,
}

/// Quorum: (yes + no + abstain) >= quorum x total, and somebody voted. Approval: yes above
/// approval x (yes + no). Both are compared exactly: the first bound is rounded up, the second
/// down, and powers are whole numbers. What few want costs its deposit, so that nobody fills the
/// places of others for nothing: yes below ceil((yes + no) / 3).
pub fn outcome(
    rules: &ProposalRules,
    total: u128,
    tally: &Tally,
) -> Result<Outcome, ArithmeticError> {
    let decided = plus(tally.yes, tally.no)?;
    let voted = plus(decided, tally.abstain)?;
    let quorum = voted > 0 && voted >= rules.quorum.ceil_mul(total)?;
    let passed = quorum && tally.yes > rules.approval.floor_mul(decided)?;
    let returned = quorum && tally.yes >= decided.div_ceil(3);
    Ok(Outcome { quorum, passed, returned })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Duration;

    fn rules(quorum: &str, approval: &str) -> ProposalRules {
        let (quorum, approval) = (quorum.parse().unwrap(), approval.parse().unwrap());
        ProposalRules { quorum, approval, voting: Duration::Epochs(1) }
    }

    #[test]
    fn quorum_counts_abstentions_and_approval_does_not() {
        let rules = rules("0.51", "1/2");
        let of = |yes, no, abstain| {
            let outcome = outcome(&rules, 1_000, &Tally { yes, no, abstain }).unwrap();
            (outcome.quorum, outcome.passed)
        };
        assert_eq!(of(509, 0, 0), (false, false), "509 of 1,000 are below 51 %");
        assert_eq!(of(510, 0, 0), (true, true));
        assert_eq!(of(2, 1, 507), (true, true), "two of three, the others abstain");
        assert_eq!(of(255, 255, 0), (true, false), "half is not above half");
        assert_eq!(of(0, 0, 510), (true, false), "nobody is for it");
    }

    #[test]
    fn quorum_of_a_fraction_rounds_up_and_approval_is_strict() {
        let of = |total, yes, no| {
            let tally = Tally { yes, no, abstain: 0 };
            outcome(&rules("1/3", "2/3"), total, &tally).unwrap()
        };
        assert!(!of(10, 3, 0).quorum, "a third of 10 is more than 3");
        assert!(of(10, 4, 0).quorum);
        assert!(!of(3, 2, 1).passed, "2 of 3 are two thirds, not more");
        assert!(of(4, 3, 1).passed);
        assert!(!of(0, 0, 0).quorum, "without power nothing is decided");
    }

    #[test]
    fn a_deposit_returns_with_a_quorum_and_a_third() {
        let of = |yes, no, abstain| {
            let tally = Tally { yes, no, abstain };
            outcome(&rules("0.51", "1/2"), 1_000, &tally).unwrap().returned
        };
        assert!(!of(509, 0, 0), "no quorum");
        assert!(of(200, 400, 0), "exactly a third");
        assert!(!of(200, 401, 0), "601 / 3 is more than 200");
        assert!(!of(0, 510, 0));
        assert!(of(0, 0, 510), "nobody is against it");
    }

    #[test]
    fn roots_are_rounded_down_before_they_are_added() {
        let power = |balance, stake| square_root_power(Amount::new(balance), Amount::new(stake));
        assert_eq!(power(2_000_000_000_000_000_000, 0), 1_414_213_562);
        // floor(sqrt(50 x 10^18)) = 7,071,067,811, twice that ends in 622, not in 623.
        assert_eq!(power(0, 50_000_000_000_000_000_000), 14_142_135_622);
        assert_eq!(power(u128::MAX, u128::MAX), 3 * u128::from(u64::MAX));
    }
}
