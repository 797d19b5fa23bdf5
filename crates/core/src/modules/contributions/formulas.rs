//! Reputation of contributors, in points. Pure functions of numbers.

use super::Conduct;
use crate::modules::parameters::{ContributorReputation, Steps};
use crate::time::DAY_MS;
use workmint_amounts::{Amount, ArithmeticError, Operation, Ratio, floor_of_product, ln_rounded};

/// Digits of a logarithm to the base 10, and of each part of a score.
const DIGITS: u8 = 12;
/// Parts of a score are counted in this fraction of a point.
const POINT: u128 = 1_000_000_000_000;
/// Digits of the natural logarithms it is computed from.
const LN_DIGITS: u8 = 30;

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };

/// What a score is computed from, as plain numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Accepted improvements.
    pub contributions: Ratio,
    /// Verdicts that agreed with the decision, of all that it gave; 0 without any.
    pub accuracy: Ratio,
    /// Active collateral, display units.
    pub stake: Ratio,
    /// Time since the first submission or verdict, days.
    pub age_days: Ratio,
    /// Contributions refuted.
    pub violations: Ratio,
}

/// Points of a contributor: [`points`] of its conduct until `now_ms` with `stake` base units of an
/// asset with so many decimals. Of an account that never submitted nor verified anything the age is
/// 0.
pub fn reputation_points(
    rule: &ContributorReputation,
    conduct: &Conduct,
    stake: Amount,
    decimals: u8,
    now_ms: u64,
) -> Result<Ratio, ArithmeticError> {
    let unit = 10_u128.checked_pow(u32::from(decimals)).ok_or(OVERFLOW)?;
    let known = conduct.since_ms > 0;
    let age = now_ms.checked_sub(conduct.since_ms).filter(|_| known).unwrap_or(0);
    let accuracy = match conduct.verdicts {
        0 => Ratio::ZERO,
        verdicts => Ratio::new(u128::from(conduct.right), u128::from(verdicts))?,
    };
    let standing = Standing {
        contributions: Ratio::from(conduct.improvements),
        accuracy,
        stake: Ratio::new(stake.get(), unit)?,
        age_days: Ratio::new(u128::from(age), u128::from(DAY_MS))?,
        violations: Ratio::from(conduct.violations),
    };
    points(rule, &standing)
}

/// The sum of five parts (`ReputationScore` of Blyan, reference/blyan-hanzo-moderntensor.md §1A.5),
/// each rounded down to 10^-12 of a point:
///
/// * min(`most_contributions`, `per_contribution` x contributions)
/// * `accuracy` x accuracy
/// * min(`most_stake`, `per_stake_decade` x log10(stake)), with a logarithm rounded to 12 decimals
/// * min(`most_age`, age in days / `days_per_point`)
/// * max(0, `clean` - `per_violation` x violations)
pub fn points(rule: &ContributorReputation, standing: &Standing) -> Result<Ratio, ArithmeticError> {
    let part = |points: Ratio, factor: Ratio| floor_of_product(POINT, points, factor);
    let whole = |points: Ratio| part(points, Ratio::ONE);
    let contributed = part(rule.per_contribution, standing.contributions)?;
    let staked = part(rule.per_stake_decade, log10(standing.stake)?)?;
    let day = Ratio::ONE.checked_div(rule.days_per_point)?;
    let lost = part(rule.per_violation, standing.violations)?;
    let clean = whole(rule.clean)?;
    let parts = [
        contributed.min(whole(rule.most_contributions)?),
        part(rule.accuracy, standing.accuracy)?,
        staked.min(whole(rule.most_stake)?),
        part(standing.age_days, day)?.min(whole(rule.most_age)?),
        clean.checked_sub(lost.min(clean)).ok_or(OVERFLOW)?,
    ];
    let sum = parts.into_iter().try_fold(0_u128, u128::checked_add).ok_or(OVERFLOW)?;
    Ratio::new(sum, POINT)
}

/// The logarithm to the base 10, rounded to the nearest multiple of 10^-12; 0 up to 1. It is the
/// quotient of two natural logarithms rounded at 10^-30, which is off by less than 10^-28: exact
/// for powers of 10, otherwise only where the logarithm is that close to half-way between two
/// multiples may it be the other one.
fn log10(value: Ratio) -> Result<Ratio, ArithmeticError> {
    if value <= Ratio::ONE {
        return Ok(Ratio::ZERO);
    }
    let ln = |of: Ratio| Ok(ln_rounded(of, LN_DIGITS)?.magnitude());
    ln(value)?.checked_div(ln(Ratio::from_integer(10))?)?.rounded_half_up(DIGITS)
}

/// The value of a multiplier by consensus: its step for the share of verifiers that approve, or
/// `few_value` with fewer than `few` verdicts.
///
/// # Errors
/// A share of no verdicts at all, where that is not too few.
pub fn by_consensus(
    steps: &Steps,
    (few, few_value): (u32, Ratio),
    approving: u128,
    verdicts: u128,
) -> Result<Ratio, ArithmeticError> {
    if verdicts < u128::from(few) {
        return Ok(few_value);
    }
    Ok(steps.at(Ratio::new(approving, verdicts)?))
}

/// More contributions an hour than each number, and the length of an epoch that suits them,
/// milliseconds; with fewer than all of them it is [`QUIET_EPOCH_MS`].
const BUSY: [(u64, u64); 2] = [(100, 3_600_000), (10, 21_600_000)];
const QUIET_EPOCH_MS: u64 = DAY_MS;

/// The length of an epoch that suits so many contributions an hour, milliseconds: an hour above
/// 100, 6 hours above 10, else a day (`auto_tune_epoch_size` of Blyan,
/// reference/blyan-hanzo-moderntensor.md §1A.5). Advice for whoever governs; an epoch's length
/// never changes by itself.
#[must_use]
pub fn recommended_epoch_ms(per_hour: Ratio) -> u64 {
    let suits = BUSY.into_iter().find(|(above, _)| per_hour > Ratio::from(*above));
    suits.map_or(QUIET_EPOCH_MS, |(_, length)| length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_that_suits() {
        let cases = [("0", 24), ("10", 24), ("10.1", 6), ("100", 6), ("100.001", 1), ("9999", 1)];
        for (per_hour, hours) in cases {
            let got = recommended_epoch_ms(per_hour.parse().unwrap());
            assert_eq!(got, hours * 3_600_000, "{per_hour}");
        }
    }

    /// The peer's numbers: reference/blyan-hanzo-moderntensor.md §1A.5.
    fn rule() -> ContributorReputation {
        let ratio = |text: &str| text.parse().unwrap();
        ContributorReputation {
            per_contribution: ratio("0.1"),
            most_contributions: ratio("30"),
            accuracy: ratio("20"),
            per_stake_decade: ratio("5"),
            most_stake: ratio("20"),
            days_per_point: ratio("30"),
            most_age: ratio("20"),
            clean: ratio("10"),
            per_violation: ratio("2"),
            least: ratio("20"),
            least_stake: Amount::ZERO,
        }
    }

    /// Contributions, accuracy, stake, days, violations; points by hand.
    #[test]
    fn parts_and_their_limits() {
        let cases = [
            (["0", "0", "0", "0", "0"], "10"),
            (["1", "0", "0", "0", "0"], "10.1"),
            (["300", "0", "0", "0", "0"], "40"),
            (["301", "0", "0", "0", "0"], "40"),
            (["0", "0.5", "0", "0", "0"], "20"),
            (["0", "1", "0", "0", "0"], "30"),
            (["0", "0", "0.5", "0", "0"], "10"),
            (["0", "0", "1", "0", "0"], "10"),
            (["0", "0", "100", "0", "0"], "20"),
            (["0", "0", "10000", "0", "0"], "30"),
            (["0", "0", "1000000", "0", "0"], "30"),
            // 5 x log10(2), cut off after 12 decimals; log10(2) = 0.301029995663981...
            (["0", "0", "2", "0", "0"], "11.50514997832"),
            (["0", "0", "0", "45", "0"], "11.5"),
            (["0", "0", "0", "100", "0"], "13.333333333333"),
            (["0", "0", "0", "601", "0"], "30"),
            (["0", "0", "0", "0", "1"], "8"),
            (["0", "0", "0", "0", "5"], "0"),
            (["0", "0", "0", "0", "9"], "0"),
            (["1000", "1", "1000000", "3000", "0"], "100"),
        ];
        for (numbers, expected) in cases {
            let [contributions, accuracy, stake, age_days, violations] =
                numbers.map(|text| text.parse().unwrap());
            let standing = Standing { contributions, accuracy, stake, age_days, violations };
            let got = points(&rule(), &standing).unwrap();
            assert_eq!(got, expected.parse().unwrap(), "{numbers:?}");
        }
    }

    #[test]
    fn conduct_becomes_points() {
        let conduct =
            Conduct { since_ms: 5, improvements: 7, verdicts: 4, right: 3, violations: 1 };
        let now = 5 + 60 * DAY_MS;
        let got = reputation_points(&rule(), &conduct, Amount::new(1_000_000), 3, now).unwrap();
        // 0.7 + 15 + 5 x log10(1000) + 2 + 8.
        assert_eq!(got, "40.7".parse().unwrap());
        let unknown = Conduct::default();
        let got = reputation_points(&rule(), &unknown, Amount::ZERO, 9, u64::MAX).unwrap();
        assert_eq!(got, "10".parse().unwrap(), "no age without a first submission");
    }

    /// log10 from mpmath at 50 digits, rounded to 12.
    #[test]
    fn logarithms() {
        let cases: [(u128, u128, &str); 7] = [
            (10, 1, "1"),
            (1_000_000_000, 1, "9"),
            (u128::MAX, 1, "38.531839444990"),
            (3, 1, "0.477121254720"),
            (3, 2, "0.176091259056"),
            (1_000_000_001, 1_000_000_000, "0.000000000434"),
            (1, 1_000, "0"),
        ];
        for (numerator, denominator, expected) in cases {
            let got = log10(Ratio::new(numerator, denominator).unwrap()).unwrap();
            assert_eq!(got, expected.parse().unwrap(), "log10({numerator}/{denominator})");
        }
        for power in 0..=38 {
            let got = log10(Ratio::from_integer(10_u128.pow(power))).unwrap();
            assert_eq!(got, Ratio::from_integer(u128::from(power)));
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        let conduct = Conduct {
            since_ms: 1,
            improvements: u64::MAX,
            verdicts: u64::MAX,
            right: u64::MAX - 1,
            violations: u64::MAX,
        };
        let got = reputation_points(&rule(), &conduct, Amount::MAX, 0, u64::MAX).unwrap();
        // 30 + 20 - 10^-12 (rounded down) + 20 + 20 + 0.
        assert_eq!(got, "89.999999999999".parse().unwrap());
    }
}
