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
