//! How much a slash takes from each holding.

use crate::error::Error;
use crate::modules::parameters::{SlashBase, SlashRounding, Slashing, Weights};
use workmint_amounts::{
    Amount, ArithmeticError, Ratio, floor_of_product, mul_div_half_even, spread,
};

/// Base units that a participant's weight requires in an epoch:
/// floor(weight x (1 - base_weight_ratio) x collateral_per_weight_unit), rounded once; all there
/// can be if that exceeds 128 bits. 0, nothing required, in the grace epochs and for a ratio that
/// is not below 1.
#[must_use]
pub fn required_collateral(rules: &Weights, epoch: u64, weight: u64) -> Amount {
    let in_grace = rules.grace_until_epoch.is_some_and(|last| epoch <= last);
    match rules.base_weight_ratio.complement() {
        Ok(eligible) if !in_grace => {
            let per_unit = rules.collateral_per_weight_unit;
            let required = floor_of_product(u128::from(weight), eligible, per_unit);
            required.map_or(Amount::MAX, Amount::new)
        }
        Ok(_) | Err(_) => Amount::ZERO,
    }
}

/// What `fraction` (0 to 1) takes from each holding, in their order. The base is the sum of the
/// holdings, under [`SlashBase::Required`] at most `required` of it if that is above 0.
///
/// `UpOnSum`: ceil(base x fraction), spread by [`spread`]: no size of holding escapes.
/// `DownPerHolding`: floor(holding x [`share_taken`]) each, as Gonka truncates.
pub fn slash_amounts(
    rules: &Slashing,
    holdings: &[Amount],
    fraction: Ratio,
    required: Amount,
) -> Result<Vec<Amount>, Error> {
    let sum = Amount::sum(holdings.iter().copied())?;
    match rules.rounding {
        SlashRounding::UpOnSum => {
            let base = base_of(rules, sum, required).unwrap_or(sum);
            Ok(spread(fraction.apply_ceil(base)?, holdings)?)
        }
        SlashRounding::DownPerHolding => {
            let share = share_taken(rules, sum, fraction, required)?;
            holdings.iter().map(|holding| Ok(share.apply_floor(*holding)?)).collect()
        }
    }
}

/// The share of every holding that `fraction` of the base is, where holdings are rounded one by
/// one: base x fraction / sum. Under [`SlashBase::Required`] fraction and share are multiples of
/// 10^-18, rounded half to even, as Gonka's decimals are; at most 1.
pub fn share_taken(
    rules: &Slashing,
    sum: Amount,
    fraction: Ratio,
    required: Amount,
) -> Result<Ratio, ArithmeticError> {
    const DIGITS: u8 = 18;
    const UNIT: u128 = 1_000_000_000_000_000_000;
    let Some(base) = base_of(rules, sum, required) else {
        return Ok(fraction);
    };
    let fraction = fraction.rounded_half_even(DIGITS)?.floor_mul(UNIT)?;
    let share = mul_div_half_even(base.get(), fraction, sum.get())?;
    Ok(Ratio::new(share, UNIT)?.min(Ratio::ONE))
}

/// What is required of the sum; `None`: all of it counts.
fn base_of(rules: &Slashing, sum: Amount, required: Amount) -> Option<Amount> {
    match rules.base {
        SlashBase::Required if !required.is_zero() && !sum.is_zero() => Some(required.min(sum)),
        SlashBase::Required | SlashBase::All => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::parameters::Destination;
    use crate::time::Duration;

    fn amounts(values: &[u128]) -> Vec<Amount> {
        values.iter().copied().map(Amount::new).collect()
    }

    fn rules(rounding: SlashRounding, base: SlashBase) -> Slashing {
        Slashing {
            downtime_most: None,
            invalid_work: Ratio::ZERO,
            downtime: Ratio::ZERO,
            reporter_share: Ratio::ZERO,
            destination: Destination::Burn,
            rounding,
            base,
            evidence_max_age: Duration::Milliseconds(0),
        }
    }

    fn slashed(rules: &Slashing, holdings: &[u128], fraction: &str, required: u128) -> Vec<u128> {
        let fraction = fraction.parse().unwrap();
        let parts = slash_amounts(rules, &amounts(holdings), fraction, Amount::new(required));
        parts.unwrap().into_iter().map(Amount::get).collect()
    }

    #[test]
    fn slash_rounds_up_on_the_sum_and_never_exceeds_a_holding() {
        let up = rules(SlashRounding::UpOnSum, SlashBase::All);
        let lost: u128 = slashed(&up, &[1, 0, 3, 5], "0.1", 4).iter().sum();
        assert_eq!(lost, 1, "nine units lose one, not zero");
        let down = rules(SlashRounding::DownPerHolding, SlashBase::All);
        assert_eq!(slashed(&down, &[9, 19], "0.1", 4), [0, 1]);
        assert_eq!(slashed(&up, &[7, 2], "1", 4), [7, 2]);
        assert_eq!(slashed(&up, &[], "0.1", 4), [0_u128; 0]);
    }

    /// Reference gonka.md §1.9: 300 active, 70 required, 0.1: 6, not 7.
    #[test]
    fn the_required_part_is_spread_over_all_holdings() {
        let down = rules(SlashRounding::DownPerHolding, SlashBase::Required);
        assert_eq!(slashed(&down, &[300], "0.1", 70), [6], "300 x 0.023333333333333333");
        assert_eq!(slashed(&down, &[150, 50], "0.1", 80), [6, 2]);
        assert_eq!(slashed(&down, &[50], "0.1", 80), [5], "less is held than required");
        assert_eq!(slashed(&down, &[200], "0.1", 0), [20], "nothing is required: all counts");
        assert_eq!(slashed(&down, &[0, 0], "0.1", 80), [0, 0]);
        let up = rules(SlashRounding::UpOnSum, SlashBase::Required);
        assert_eq!(slashed(&up, &[300], "0.1", 70), [7]);
        assert_eq!(slashed(&up, &[149, 51], "0.1", 81), [6, 3], "ceil(8.1), spread");
    }

    #[test]
    fn shares_are_rounded_half_to_even_at_18_digits() {
        let down = rules(SlashRounding::DownPerHolding, SlashBase::Required);
        let share = |sum, fraction: &str, required| {
            let fraction = fraction.parse().unwrap();
            let share = share_taken(&down, Amount::new(sum), fraction, Amount::new(required));
            share.unwrap().to_decimal_string(18)
        };
        assert_eq!(share(3, "0.5", 1), "0.166666666666666667");
        assert_eq!(share(300, "0.1", 70), "0.023333333333333333");
        assert_eq!(share(4, "0.000000000000000002", 1), "0.000000000000000000", "tie to even");
        assert_eq!(share(4, "0.000000000000000006", 1), "0.000000000000000002", "tie to even");
        assert_eq!(share(7, "1", 9), "1.000000000000000000");
    }
}
