//! Statistics of what was paid; nothing is paid by them.

use workmint_amounts::{Amount, ArithmeticError, Operation, Ratio};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };

/// The Gini coefficient, exactly: with n amounts in ascending order, the sum of
/// (2 i - n - 1) x amount i over i = 1 to n, divided by n x their sum. 0 if all are equal, nothing
/// was paid or nobody was, and up to 1 - 1/n if one takes all (`calculate_gini_coefficient` of
/// Blyan, reference/blyan-hanzo-moderntensor.md §1A.5). The order of `amounts` does not matter.
///
/// # Errors
/// Overflow if n x the sum exceeds 128 bits.
pub fn gini(amounts: &[Amount]) -> Result<Ratio, ArithmeticError> {
    let mut ascending = amounts.to_vec();
    ascending.sort_unstable();
    let count = u128::try_from(ascending.len()).map_err(|_| OVERFLOW)?;
    // Sums of amount i x i, and of amount i x (n + 1 - i).
    let (mut up, mut down) = (Amount::ZERO, Amount::ZERO);
    for (amount, (rank, back)) in ascending.iter().zip((1..=count).zip((1..=count).rev())) {
        up = up.checked_add(amount.checked_mul(rank)?)?;
        down = down.checked_add(amount.checked_mul(back)?)?;
    }
    let whole = Amount::sum(ascending)?.checked_mul(count)?;
    if whole.is_zero() {
        return Ok(Ratio::ZERO);
    }
    Ratio::new(up.checked_sub(down)?.get(), whole.get())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(amounts: &[u128]) -> Ratio {
        let amounts: Vec<Amount> = amounts.iter().copied().map(Amount::new).collect();
        gini(&amounts).unwrap()
    }

    #[test]
    fn table() {
        let cases: [(&[u128], (u128, u128)); 8] = [
            (&[], (0, 1)),
            (&[7], (0, 1)),
            (&[0, 0], (0, 1)),
            (&[5, 5, 5], (0, 1)),
            (&[0, 0, 10], (2, 3)),
            (&[10, 0, 0], (2, 3)),
            (&[1, 2, 3, 4], (1, 4)),
            (&[u128::MAX >> 2, 0], (1, 2)),
        ];
        for (amounts, (numerator, denominator)) in cases {
            let expected = Ratio::new(numerator, denominator).unwrap();
            assert_eq!(of(amounts), expected, "{amounts:?}");
        }
        assert!(gini(&[Amount::MAX, Amount::MAX]).is_err());
    }

    /// Half the mean absolute difference over the mean, pair by pair.
    #[test]
    fn every_pair_compared() {
        let mut seed = 1_u64;
        for count in 1..40 {
            let amounts: Vec<u128> = (0..count)
                .map(|_| {
                    seed = seed * 48_271 % 0x7fff_ffff;
                    u128::from(seed % 1_000)
                })
                .collect();
            let pairs = amounts.iter().flat_map(|one| amounts.iter().map(|two| one.abs_diff(*two)));
            let (difference, sum): (u128, u128) = (pairs.sum(), amounts.iter().sum());
            let expected = Ratio::new(difference, 2 * count as u128 * sum.max(1)).unwrap();
            assert_eq!(of(&amounts), expected, "{amounts:?}");
        }
    }
}
