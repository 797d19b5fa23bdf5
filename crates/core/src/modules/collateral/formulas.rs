//! How much a slash takes from each holding.

use crate::error::Error;
use crate::modules::parameters::SlashRounding;
use workmint_amounts::{Amount, Ratio, mul_div_floor};

/// What `fraction` (0 to 1) takes from each holding, in their order.
///
/// `UpOnSum`: ceil(sum x fraction), spread by [`spread`]: no size of holding escapes.
/// `DownPerHolding`: floor(holding x fraction) each, as Gonka truncates.
pub fn slash_amounts(
    holdings: &[Amount],
    fraction: Ratio,
    rounding: SlashRounding,
) -> Result<Vec<Amount>, Error> {
    match rounding {
        SlashRounding::UpOnSum => {
            let sum = Amount::sum(holdings.iter().copied())?;
            spread(fraction.apply_ceil(sum)?, holdings)
        }
        SlashRounding::DownPerHolding => {
            holdings.iter().map(|holding| Ok(fraction.apply_floor(*holding)?)).collect()
        }
    }
}

/// Splits `amount` over the holdings in proportion, by cumulative floor: the parts sum to exactly
/// `amount`, and none exceeds its holding as long as `amount` does not exceed their sum.
pub fn spread(amount: Amount, holdings: &[Amount]) -> Result<Vec<Amount>, Error> {
    let sum = Amount::sum(holdings.iter().copied())?;
    let mut before = Amount::ZERO;
    let mut taken = Amount::ZERO;
    let mut parts = Vec::with_capacity(holdings.len());
    for holding in holdings {
        before = before.checked_add(*holding)?;
        let until_here = if sum.is_zero() {
            Amount::ZERO
        } else {
            Amount::new(mul_div_floor(amount.get(), before.get(), sum.get())?)
        };
        parts.push(until_here.checked_sub(taken)?);
        taken = until_here;
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(values: &[u128]) -> Vec<Amount> {
        values.iter().copied().map(Amount::new).collect()
    }

    #[test]
    fn slash_rounds_up_on_the_sum_and_never_exceeds_a_holding() {
        let tenth = Ratio::new(1, 10).unwrap();
        let up = slash_amounts(&amounts(&[1, 0, 3, 5]), tenth, SlashRounding::UpOnSum).unwrap();
        assert_eq!(Amount::sum(up).unwrap(), Amount::new(1), "nine units lose one, not zero");
        let down = slash_amounts(&amounts(&[9, 19]), tenth, SlashRounding::DownPerHolding).unwrap();
        assert_eq!(down, amounts(&[0, 1]));
        let all = slash_amounts(&amounts(&[7, 2]), Ratio::ONE, SlashRounding::UpOnSum).unwrap();
        assert_eq!(all, amounts(&[7, 2]));
        assert_eq!(slash_amounts(&[], tenth, SlashRounding::UpOnSum).unwrap(), vec![]);
    }

    proptest::proptest! {
        #[test]
        fn spread_is_exact_and_bounded(
            holdings in proptest::collection::vec(0_u128..1 << 60, 1..12),
            share in 0_u128..=1000,
        ) {
            let holdings = amounts(&holdings);
            let sum = Amount::sum(holdings.iter().copied()).unwrap();
            let amount = Ratio::new(share, 1000).unwrap().apply_ceil(sum).unwrap();
            let parts = spread(amount, &holdings).unwrap();
            proptest::prop_assert_eq!(Amount::sum(parts.iter().copied()).unwrap(), amount);
            for (part, holding) in parts.iter().zip(&holdings) {
                proptest::prop_assert!(part <= holding);
            }
        }
    }
}
