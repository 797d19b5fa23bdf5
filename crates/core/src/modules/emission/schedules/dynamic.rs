//! A budget of inflation that follows activity and backlog (`calculate_dynamic_budget` of Blyan,
//! reference/blyan-hanzo-moderntensor.md §1A.5).

use crate::modules::parameters::DynamicBudget;
use workmint_amounts::{Amount, ArithmeticError, Ratio, floor_of_product};

/// Days of a year, leap years too.
const YEAR_DAYS: u128 = 365;

/// What `plain`, the epoch's inflation, becomes: floor(plain x activity x factor by backlog), at
/// least floor(least x fixed) and at most floor(most x fixed), where `fixed` is the epoch's
/// inflation of the schedule's base; base units. Activity is `active` contributors over
/// `full_activity`, within its bounds. `backlog` is what is owed, in days of the plain budget.
pub(in super::super) fn amount(
    rule: &DynamicBudget,
    plain: Amount,
    fixed: Amount,
    active: u64,
    backlog: Ratio,
) -> Result<Amount, ArithmeticError> {
    let activity = Ratio::new(u128::from(active), u128::from(rule.full_activity))?;
    let activity = activity.max(rule.least_activity).min(rule.most_activity);
    let follows = floor_of_product(plain.get(), activity, rule.backlog.at(backlog))?;
    let (least, most) = (rule.least.apply_floor(fixed)?, rule.most.apply_floor(fixed)?);
    Ok(Amount::new(follows).max(least).min(most))
}

/// What is owed in days of a year's inflation: backpay / (year / 365), exactly; 0 if the year has
/// none, because nothing follows from it then.
pub(in super::super) fn backlog_days(
    backpay: Amount,
    year: Amount,
) -> Result<Ratio, ArithmeticError> {
    if year.is_zero() {
        return Ok(Ratio::ZERO);
    }
    Ratio::new(backpay.get(), year.get())?.checked_mul(Ratio::from_integer(YEAR_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::parameters::{Step, Steps};

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn rule() -> DynamicBudget {
        let step = |(from, value): (&str, &str)| Step { from: ratio(from), value: ratio(value) };
        DynamicBudget {
            of_supply: false,
            full_activity: 1_000,
            least_activity: ratio("0.5"),
            most_activity: ratio("1.5"),
            backlog: Steps { steps: [("0", "1"), ("1", "0.9"), ("3", "0.8")].map(step).to_vec() },
            least: ratio("0.5"),
            most: ratio("1.5"),
        }
    }

    /// Plain, fixed, active, days of backlog; the amount by hand.
    #[test]
    fn table() {
        let cases: [(u128, u128, u64, &str, u128); 12] = [
            (1_001, 1_001, 1_000, "0", 1_001),
            (1_001, 1_001, 700, "0", 700),
            (1_001, 1_001, 1_200, "0.999", 1_201),
            (1_001, 1_001, 1_000, "1", 900),
            (1_001, 1_001, 1_000, "2.999", 900),
            (1_001, 1_001, 1_000, "3", 800),
            // Least activity 0.5 x 0.8 is 400: at least floor(0.5 x 1,001).
            (1_001, 1_001, 0, "9", 500),
            (1_001, 1_001, u64::MAX, "0", 1_501),
            // The bounds follow the fixed base, whatever the supply.
            (100, 1_001, 1_000, "0", 500),
            (9_000, 1_001, 1_000, "0", 1_501),
            (0, 0, 1_000, "0", 0),
            (u128::MAX >> 1, u128::MAX >> 1, 1_000, "0", u128::MAX >> 1),
        ];
        for (plain, fixed, active, backlog, expected) in cases {
            let (plain, fixed) = (Amount::new(plain), Amount::new(fixed));
            let got = amount(&rule(), plain, fixed, active, ratio(backlog)).unwrap();
            assert_eq!(got.get(), expected, "{plain} {fixed} {active} {backlog}");
        }
    }

    #[test]
    fn a_backlog_in_days() {
        let days = |backpay, year| backlog_days(Amount::new(backpay), Amount::new(year)).unwrap();
        assert_eq!(days(0, 365), Ratio::ZERO);
        assert_eq!(days(10, 3_650), Ratio::ONE);
        assert_eq!(days(1, 730), Ratio::new(1, 2).unwrap());
        assert_eq!(days(7, 0), Ratio::ZERO);
        assert!(backlog_days(Amount::MAX, Amount::new(1)).is_err());
    }
}
