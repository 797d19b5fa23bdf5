//! A fixed factor from period to period: Gonka's mainnet (periods of one epoch) and Hanzo's yearly
//! decay (reference/gonka.md §1.1; DESIGN §3).

use workmint_amounts::{Amount, ArithmeticError, Ratio, mul_div_floor, pow_floor};

/// What epoch number `offset` from the emission's genesis epoch gets of its period's amount, base
/// units: floor(amount x (i + 1) / epochs) - floor(amount x i / epochs) for the i-th epoch of the
/// period. A period's epochs sum to exactly [`of_period`].
pub(in super::super) fn amount(
    initial: Amount,
    factor: Ratio,
    period_epochs: u64,
    offset: u64,
) -> Result<Amount, ArithmeticError> {
    let division = ArithmeticError::DivisionByZero;
    let period = offset.checked_div(period_epochs).ok_or(division)?;
    let position = u128::from(offset.checked_rem(period_epochs).ok_or(division)?);
    let whole = of_period(initial, factor, period)?.get();
    let until = |epochs: u128| mul_div_floor(whole, epochs, period_epochs.into());
    // At most period_epochs, a u64.
    let next = position.checked_add(1).ok_or(division)?;
    Amount::new(until(next)?).checked_sub(Amount::new(until(position)?))
}

/// `floor(initial * factor^period)`, base units, exact; rounded toward zero. 2^128 or more gives
/// 2^128 - 1: the allocation is smaller either way.
pub(in super::super) fn of_period(
    initial: Amount,
    factor: Ratio,
    period: u64,
) -> Result<Amount, ArithmeticError> {
    match pow_floor(initial.get(), factor, period) {
        Ok(whole) => Ok(Amount::new(whole)),
        Err(ArithmeticError::Overflow { .. }) => Ok(Amount::MAX),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAINNET: &str = "0.9995251127946402";

    /// reference/gonka.md §1.1, checkpoints of upstream's exact decimals; ngonka.
    const PUBLISHED: [(u64, u128); 12] = [
        (0, 323_000_000_000_000),
        (1, 322_846_611_432_668),
        (10, 321_469_388_081_175),
        (55, 314_670_897_622_955),
        (180, 296_531_165_206_496),
        (365, 271_585_585_901_857),
        (1_460, 161_443_029_711_148),
        (2_920, 80_693_039_759_488),
        (10_000, 2_794_497_550_609),
        (50_000, 15_657),
        (69_998, 1),
        (u64::MAX, 0),
    ];

    #[test]
    fn published_rewards() {
        let initial = Amount::new(323_000_000_000_000);
        for (offset, expected) in PUBLISHED {
            let got = amount(initial, MAINNET.parse().unwrap(), 1, offset).unwrap();
            assert_eq!(got.get(), expected, "offset {offset}");
        }
    }

    /// Initial, factor, epochs of a period, offset; the amount by hand.
    #[test]
    fn edges() {
        let cases: [(u128, &str, u64, u64, u128); 16] = [
            (0, MAINNET, 1, 3, 0),
            (7, "1", 1, u64::MAX, 7),
            (7, "0", 1, 0, 7),
            (7, "0", 1, 1, 0),
            (1_000, "0.5", 1, 3, 125),
            (1_000, "0.5", 1, 9, 1),
            (1_000, "0.5", 1, 10, 0),
            // 10 over 4 epochs: 2, 3, 2, 3; then 7 (10 x 0.75) over 4: 1, 2, 2, 2.
            (10, "0.75", 4, 0, 2),
            (10, "0.75", 4, 1, 3),
            (10, "0.75", 4, 3, 3),
            (10, "0.75", 4, 4, 1),
            (10, "0.75", 4, 5, 2),
            (1, "1", u64::MAX, u64::MAX - 1, 1),
            (3, "2", 1, 10, 3_072),
            (1, "2", 1, 128, u128::MAX),
            (1, "1.0001000050001667", 1, u64::MAX, u128::MAX),
        ];
        for (initial, factor, period, offset, expected) in cases {
            let got = amount(Amount::new(initial), factor.parse().unwrap(), period, offset);
            assert_eq!(got.unwrap().get(), expected, "{initial} x {factor}^({offset} / {period})");
        }
        assert!(amount(Amount::new(1), Ratio::ONE, 0, 0).is_err());
    }

    /// The epochs of a period sum to its amount, and none differs from another by more than 1.
    #[test]
    fn a_period_is_spread_exactly() {
        for (initial, factor, length) in [
            (1_000_000_007_u128, "0.7", 365_u64),
            (100, "0.99", 365),
            (u128::MAX, "2", 7),
            (12_345, "1.5", 1),
        ] {
            let (initial, factor) = (Amount::new(initial), factor.parse().unwrap());
            for period in 0..5 {
                let epochs = (0..length).map(|epoch| {
                    amount(initial, factor, length, period * length + epoch).unwrap().get()
                });
                let all: Vec<u128> = epochs.collect();
                let whole = of_period(initial, factor, period).unwrap().get();
                assert_eq!(all.iter().sum::<u128>(), whole, "{factor}, period {period}");
                let (low, high) = (all.iter().min().unwrap(), all.iter().max().unwrap());
                assert!(high - low <= 1);
            }
        }
    }
}
