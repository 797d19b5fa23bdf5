//! What the network's use makes of a schedule's amount: utility, reference weight, quota.

use super::formulas::Facts;
use crate::modules::parameters::{Emission, Utility};
use workmint_amounts::{Amount, ArithmeticError, Ratio, floor_of_shortfall, floor_of_weighted_sum};

/// A schedule's amount after the network's use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Used {
    /// What is left of it, base units.
    pub(super) amount: Amount,
    /// What the quota took of it, base units.
    pub(super) unmet: Amount,
}

/// floor(plain x utility x min(1, weight / reference)), one rounding, less the unmet quota of it.
pub(super) fn used(
    emission: &Emission,
    facts: &Facts,
    plain: Amount,
) -> Result<Used, ArithmeticError> {
    let weight = of_reference(emission.reference_weight, facts.weight)?;
    let amount = match &emission.utility {
        Some(rule) => floor_of_utility(rule, facts, (plain, weight))?,
        None => weight.apply_floor(plain)?,
    };
    let unmet = unmet_quota(amount, emission.quota, facts)?;
    Ok(Used { amount: amount.checked_sub(unmet)?, unmet })
}

/// floor(amount x utility), base units: document 004 §3.2 with its sum, or behind a gate of tasks
/// ([`Utility`]). Exact, rounded once.
///
/// # Errors
/// Overflow if weights that the checker refuses lift it above 128 bits.
pub fn of_utility(
    rule: &Utility,
    facts: &Facts,
    amount: Amount,
) -> Result<Amount, ArithmeticError> {
    floor_of_utility(rule, facts, (amount, Ratio::ONE))
}

fn floor_of_utility(
    rule: &Utility,
    facts: &Facts,
    (amount, weight): (Amount, Ratio),
) -> Result<Amount, ArithmeticError> {
    let tasks = Ratio::new(facts.tasks.min(rule.max_tasks).into(), rule.max_tasks.into())?;
    let (of_all, of_tasks) = if rule.gate { (tasks, Ratio::ONE) } else { (Ratio::ONE, tasks) };
    let terms = [
        (rule.tasks, of_tasks),
        (rule.difficulty, facts.difficulty),
        (rule.participation, facts.participation),
    ];
    Ok(Amount::new(floor_of_weighted_sum(amount.get(), [of_all, weight], terms)?))
}

/// min(1, weight / reference); 1 if there is no reference.
fn of_reference(reference: u64, weight: u128) -> Result<Ratio, ArithmeticError> {
    let reference = u128::from(reference);
    if weight >= reference { Ok(Ratio::ONE) } else { Ratio::new(weight, reference) }
}

/// floor(amount x (quota - answered / asked)) if fewer were answered, base units (document 004,
/// `burn_unmet_quota`); nothing if nobody asked.
fn unmet_quota(amount: Amount, quota: Ratio, facts: &Facts) -> Result<Amount, ArithmeticError> {
    let asked = u128::from(facts.tasks).checked_add(facts.missed.into()).unwrap_or(0);
    if asked == 0 {
        return Ok(Amount::ZERO);
    }
    let answered = Ratio::new(facts.tasks.into(), asked)?;
    Ok(Amount::new(floor_of_shortfall(amount.get(), quota, answered)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::parameters::{AssetId, Schedule};

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    /// Document 004 §6.2: weights 0.5, 0.3, 0.2 and 10,000 tasks.
    fn rule(gate: bool) -> Utility {
        let [tasks, difficulty, participation] = ["0.5", "0.3", "0.2"].map(ratio);
        Utility { max_tasks: 10_000, tasks, difficulty, participation, gate }
    }

    fn facts(tasks: u64, difficulty: &str, participation: &str) -> Facts {
        let (difficulty, participation) = (ratio(difficulty), ratio(participation));
        Facts { tasks, difficulty, participation, ..Facts::default() }
    }

    /// Base units of an amount of 1,000,000, worked out by hand.
    #[test]
    fn gate_and_sum() {
        #[rustfmt::skip]
        let cases = [
            // tasks, difficulty, participation; with the gate, as the document's sum.
            (0, "0", "0", 0, 0),
            (0, "0", "1", 0, 200_000),
            (0, "1", "1", 0, 500_000),
            (1, "0.5", "0.9", 83, 330_050),          // 0.0001 x 0.83; 0.00005 + 0.33
            (5_000, "0", "0", 250_000, 250_000),
            (5_000, "0.8", "0.5", 420_000, 590_000), // 0.5 x 0.84; 0.25 + 0.24 + 0.1
            (9_999, "1", "1", 999_900, 999_950),
            (10_000, "1", "1", 1_000_000, 1_000_000),
            (u64::MAX, "1", "1", 1_000_000, 1_000_000),
            (10_000, "0.8", "0.9", 920_000, 920_000),
        ];
        for (tasks, difficulty, participation, gated, summed) in cases {
            let facts = facts(tasks, difficulty, participation);
            for (gate, expected) in [(true, gated), (false, summed)] {
                let got = of_utility(&rule(gate), &facts, Amount::new(1_000_000)).unwrap();
                assert_eq!(got.get(), expected, "{tasks} {difficulty} {participation} {gate}");
            }
        }
    }

    /// Schedule, then utility and weight with one rounding, then the quota of what is left.
    #[test]
    fn the_order_and_its_roundings() {
        let emission = Emission {
            asset: AssetId(0),
            schedule: Schedule::FixedPerBlock { reward: Amount::new(1) },
            allocation: Amount::MAX,
            genesis_epoch: 0,
            utility: Some(Utility { max_tasks: 3, tasks: Ratio::ONE, ..rule(true) }),
            quota: ratio("0.8"),
            reference_weight: 3,
        };
        let third = Emission {
            utility: Some(Utility {
                difficulty: Ratio::ZERO,
                participation: Ratio::ZERO,
                ..emission.utility.unwrap()
            }),
            ..emission
        };
        let facts = |tasks, missed, weight| Facts { tasks, missed, weight, ..Facts::default() };
        let used = |facts: &Facts, plain| {
            let used = used(&third, facts, Amount::new(plain)).unwrap();
            (used.amount.get(), used.unmet.get())
        };
        // 100 x 1/3 x 2/3 = 22.2; floor(100 / 3) = 33 x 2/3 = 22 as well, 101 tells them apart:
        // 22.44 and 22; 104: 23.1 and floor(34 x 2/3) = 22.
        assert_eq!(used(&facts(1, 0, 2), 104), (23, 0));
        // One of four answered: 22 x (0.8 - 0.25) = 12.1 is not minted.
        assert_eq!(used(&facts(1, 3, 2), 100), (22 - 12, 12));
        assert_eq!(used(&facts(4, 1, 2), 99), (66, 0), "0.8 are answered");
        assert_eq!(used(&facts(3, 0, 0), 99), (0, 0), "nobody has weight");
        assert_eq!(used(&facts(3, 0, u128::MAX), 99), (99, 0));
        let free = Emission { utility: None, ..third };
        let none = super::used(&free, &facts(0, 0, 3), Amount::new(99)).unwrap();
        assert_eq!((none.amount.get(), none.unmet.get()), (99, 0), "nobody asked");
        let none = super::used(&free, &facts(0, 1, 3), Amount::new(99)).unwrap();
        assert_eq!((none.amount.get(), none.unmet.get()), (20, 79), "99 x 0.8 = 79.2");
    }
}
