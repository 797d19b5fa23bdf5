//! Weighted sums of fractions, exact until they are rounded once.

use ruint::Uint;

use crate::{ArithmeticError, Operation, Ratio};

/// 1,280 bits: an amount x two ratios x the sum of three products of two ratios, over their common
/// denominator, needs at most 1,154.
type Wide = Uint<1_280, 20>;

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };

fn product(numbers: &[u128]) -> Result<Wide, ArithmeticError> {
    let mut numbers = numbers.iter().map(|number| Wide::from(*number));
    numbers.try_fold(Wide::from(1), Wide::checked_mul).ok_or(OVERFLOW)
}

/// `floor(amount * f * g * (w1 * x1 + w2 * x2 + w3 * x3))` with exact fractions: rounded once,
/// toward zero, whatever the common denominator.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the result exceeds 128 bits.
pub fn floor_of_weighted_sum(
    amount: u128,
    factors: [Ratio; 2],
    terms: [(Ratio, Ratio); 3],
) -> Result<u128, ArithmeticError> {
    let [f, g] = factors;
    let below = |(weight, value): (Ratio, Ratio)| (weight.denominator(), value.denominator());
    let [one, two, three] = terms.map(below);
    let over = |(weight, value): (Ratio, Ratio), others: [(u128, u128); 2]| {
        let [(a, b), (c, d)] = others;
        product(&[weight.numerator(), value.numerator(), a, b, c, d])
    };
    let [first, second, third] = terms;
    let sums = [over(first, [two, three])?, over(second, [one, three])?, over(third, [one, two])?];
    let sum = sums.into_iter().try_fold(Wide::ZERO, Wide::checked_add).ok_or(OVERFLOW)?;
    let top = product(&[amount, f.numerator(), g.numerator()])?.checked_mul(sum).ok_or(OVERFLOW)?;
    let bottom = [f.denominator(), g.denominator(), one.0, one.1, two.0, two.1, three.0, three.1];
    let quotient = top.checked_div(product(&bottom)?).ok_or(ArithmeticError::DivisionByZero)?;
    u128::try_from(quotient).map_err(|_| OVERFLOW)
}

/// `floor(amount * (goal - reached))`, 0 if `goal` is reached. Rounded once, toward zero.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the result exceeds 128 bits.
pub fn floor_of_shortfall(
    amount: u128,
    goal: Ratio,
    reached: Ratio,
) -> Result<u128, ArithmeticError> {
    let goal_over = product(&[amount, goal.numerator(), reached.denominator()])?;
    let reached_over = product(&[amount, reached.numerator(), goal.denominator()])?;
    let Some(missing) = goal_over.checked_sub(reached_over) else {
        return Ok(0);
    };
    let bottom = product(&[goal.denominator(), reached.denominator()])?;
    let quotient = missing.checked_div(bottom).ok_or(ArithmeticError::DivisionByZero)?;
    u128::try_from(quotient).map_err(|_| OVERFLOW)
}

/// `sum(weight * part) / sum(weight * whole)` of rows (weight, part, whole); 0 without any whole.
/// Exact if the lower sum fits 128 bits; above that rounded down to as many bits.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the upper sum is above the lower one and exceeds 128 bits.
pub fn ratio_of_sums(
    rows: impl IntoIterator<Item = (u128, u128, u128)>,
) -> Result<Ratio, ArithmeticError> {
    let (mut top, mut bottom) = (Wide::ZERO, Wide::ZERO);
    for (weight, part, whole) in rows {
        top = top.checked_add(product(&[weight, part])?).ok_or(OVERFLOW)?;
        bottom = bottom.checked_add(product(&[weight, whole])?).ok_or(OVERFLOW)?;
    }
    if bottom.is_zero() {
        return Ok(Ratio::ZERO);
    }
    if top == bottom {
        return Ok(Ratio::ONE);
    }
    let one = Wide::from(1);
    while bottom.bit_len() > 128 {
        // Up below, down above: never more than the exact ratio.
        let odd = bottom & one;
        bottom = bottom.overflowing_shr(1).0.checked_add(odd).ok_or(OVERFLOW)?;
        top = top.overflowing_shr(1).0;
    }
    let narrow = |number: Wide| u128::try_from(number).map_err(|_| OVERFLOW);
    Ratio::new(narrow(top)?, narrow(bottom)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn weighted_sums() {
        let whole = (Ratio::ONE, Ratio::ZERO);
        let one = [Ratio::ONE, Ratio::ONE];
        // 0.375 + 0.15 + 0.18 = 0.705.
        let terms = [
            (ratio("0.5"), ratio("0.75")),
            (ratio("0.3"), ratio("0.5")),
            (ratio("0.2"), ratio("0.9")),
        ];
        assert_eq!(floor_of_weighted_sum(1_000, one, terms), Ok(705));
        assert_eq!(floor_of_weighted_sum(999, one, terms), Ok(704), "704.295");
        // One rounding: 3 x 1/3 is 1, not 3 x 0.33.
        let third = Ratio::new(1, 3).unwrap();
        let thirds = [(third, Ratio::ONE); 3];
        assert_eq!(floor_of_weighted_sum(7, one, thirds), Ok(7));
        assert_eq!(floor_of_weighted_sum(7, [third, third], thirds), Ok(0));
        assert_eq!(floor_of_weighted_sum(9, [third, third], thirds), Ok(1));
        assert_eq!(floor_of_weighted_sum(7, one, [whole; 3]), Ok(0));
        // The widest numbers: almost 1 eight times, and the largest amount.
        let most = Ratio::new(u128::MAX - 1, u128::MAX).unwrap();
        let small = Ratio::new(1, u128::MAX).unwrap();
        let wide = [(most, most), (small, small), (small, most)];
        let got = floor_of_weighted_sum(u128::MAX, [most, most], wide);
        // With e = 1 / (2^128 - 1): (1 - e)^2 x (1 - e + e^2) = 1 - 3e + 4e^2 - ...
        assert_eq!(got, Ok(u128::MAX - 3));
        let two = Ratio::from_integer(2);
        let double = [(two, Ratio::ONE), whole, whole];
        assert!(floor_of_weighted_sum(u128::MAX, one, double).is_err());
    }

    #[test]
    fn shortfalls() {
        for (amount, goal, reached, expected) in [
            (1_000, "0.8", "0.3", 500),
            (1_000, "0.8", "0.8", 0),
            (1_000, "0.8", "0.9", 0),
            (999, "0.8", "0.3", 499),
            (7, "1", "0", 7),
            (0, "1", "0", 0),
        ] {
            let got = floor_of_shortfall(amount, ratio(goal), ratio(reached));
            assert_eq!(got, Ok(expected), "{amount} x ({goal} - {reached})");
        }
        let odd = Ratio::new(u128::MAX - 2, u128::MAX).unwrap();
        assert_eq!(floor_of_shortfall(u128::MAX, Ratio::ONE, odd), Ok(2));
    }

    #[test]
    fn sums_over_sums() {
        assert_eq!(ratio_of_sums([]), Ok(Ratio::ZERO));
        assert_eq!(ratio_of_sums([(5, 0, 0), (0, 1, 1)]), Ok(Ratio::ZERO));
        assert_eq!(ratio_of_sums([(3, 10, 10), (1, 0, 10)]), Ok(ratio("0.75")));
        assert_eq!(ratio_of_sums([(2, 1, 4), (3, 2, 4)]), Ok(ratio("0.4")));
        // Beyond 128 bits: whole stays whole, and nothing is ever rounded up.
        let most = u128::MAX;
        assert_eq!(ratio_of_sums([(most, most, most), (most, most, most)]), Ok(Ratio::ONE));
        let half = ratio_of_sums([(most, 1, 2), (most, 1, 2)]).unwrap();
        assert!(half <= ratio("0.5"), "{half}");
        assert!(half > ratio("0.499999999999999999999999999999"), "{half}");
    }
}
