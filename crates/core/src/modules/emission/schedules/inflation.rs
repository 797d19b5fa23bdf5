//! A rate a year of a fixed base, spread over the year's epochs (document 002, daily budget
//! distribution; DESIGN §3).

use super::geometric;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// What epoch number `offset` from the emission's genesis epoch gets, base units: the year's amount
/// by cumulative floor. A year's epochs sum to exactly [`of_year`].
pub(in super::super) fn amount(
    base: Amount,
    rate: Ratio,
    year_epochs: u64,
    offset: u64,
) -> Result<Amount, ArithmeticError> {
    geometric::amount(of_year(base, rate)?, Ratio::ONE, year_epochs, offset)
}

/// floor(base x rate), base units.
pub(in super::super) fn of_year(base: Amount, rate: Ratio) -> Result<Amount, ArithmeticError> {
    Ok(Amount::new(rate.floor_mul(base.get())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLY: u128 = 1_000_000_000;

    /// Document 002, daily budget distribution: 10 % of 1,000,000,000 BLY a year of hourly epochs.
    #[test]
    fn a_year_of_hours_sums_exactly() {
        let base = Amount::new(1_000_000_000 * BLY);
        let hour = |offset| amount(base, "0.1".parse().unwrap(), 8_760, offset).unwrap().get();
        for year in [0, 1, 7] {
            let hours: Vec<u128> = (8_760 * year..8_760 * (year + 1)).map(hour).collect();
            assert_eq!(hours.iter().sum::<u128>(), 100_000_000 * BLY, "year {year}");
            // 100,000,000 / 8,760 = 11,415.525114155...
            let whole = 11_415_525_114_155;
            assert!(hours.iter().all(|hour| [whole, whole + 1].contains(hour)));
        }
        // 365 days of 273,972.602739726..., the first of them rounded down.
        let day: u128 = (0..24).map(hour).sum();
        assert_eq!(day, 273_972_602_739_726);
    }

    /// Leap years have the same epochs as others: a year is a number of epochs.
    #[test]
    fn the_second_year_begins_after_the_first() {
        let rate: Ratio = "0.1".parse().unwrap();
        let at = |offset| amount(Amount::new(100), rate, 4, offset).unwrap().get();
        // 10 over 4 epochs: 2, 3, 2, 3.
        let two_years: Vec<u128> = (0..8).map(at).collect();
        assert_eq!(two_years, [2, 3, 2, 3, 2, 3, 2, 3]);
        assert_eq!(at(u64::MAX), 3);
    }

    #[test]
    fn edges() {
        let cases: [(u128, &str, u64, u64, u128); 6] = [
            (0, "10", 1, 0, 0),
            (9, "0", 1, 5, 0),
            (19, "0.1", 1, 0, 1),
            (1, "10", 1, u64::MAX, 10),
            (u128::MAX, "1", 1, 3, u128::MAX),
            (1, "1", u64::MAX, u64::MAX - 1, 1),
        ];
        for (base, rate, year, offset, expected) in cases {
            let got = amount(Amount::new(base), rate.parse().unwrap(), year, offset).unwrap();
            assert_eq!(got.get(), expected, "{base} x {rate} over {year}, {offset}");
        }
        assert!(amount(Amount::MAX, "2".parse().unwrap(), 1, 0).is_err());
        assert!(amount(Amount::new(1), Ratio::ONE, 0, 0).is_err());
    }
}
