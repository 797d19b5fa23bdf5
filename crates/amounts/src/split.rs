//! Splitting in a fixed order by cumulative floors: nothing is ever left over.

use crate::{Amount, ArithmeticError, Ratio, mul_div_floor};

/// Splits `total` into one part for each share, summing to exactly `total`.
///
/// With `S_k` the sum of the first `k` shares, part `k` is
/// `floor(total * S_k) - floor(total * S_(k-1))`. Each part is within one unit of
/// `total * share`; which part gets a spare unit depends on the order, which is therefore protocol.
///
/// # Errors
/// [`ArithmeticError::SharesNotOne`] if the shares do not sum to exactly 1 (or there are none);
/// [`ArithmeticError::Overflow`] if a partial sum of the shares does not fit a [`Ratio`].
pub fn split_cumulative(total: Amount, shares: &[Ratio]) -> Result<Vec<Amount>, ArithmeticError> {
    let mut parts = Vec::with_capacity(shares.len());
    let mut share_before = Ratio::ZERO;
    let mut floor_before = Amount::ZERO;
    for share in shares {
        let share_after = share_before.checked_add(*share)?;
        if !share_after.at_most_one() {
            return Err(ArithmeticError::SharesNotOne);
        }
        let floor_after = share_after.apply_floor(total)?;
        parts.push(floor_after.checked_sub(floor_before)?);
        share_before = share_after;
        floor_before = floor_after;
    }
    if share_before != Ratio::ONE {
        return Err(ArithmeticError::SharesNotOne);
    }
    if floor_before != total {
        return Err(ArithmeticError::NotConserved);
    }
    Ok(parts)
}

/// The part of the growth from `before` to `after` that a running `ratio` takes:
/// `ceil(after * ratio) - ceil(before * ratio)`.
///
/// Taken step by step, the parts sum to the ceiling of the whole, however it was cut into steps.
///
/// # Errors
/// [`ArithmeticError::Underflow`] if `after` is below `before`; [`ArithmeticError::Overflow`] if
/// `after * ratio` exceeds [`Amount::MAX`].
pub fn cumulative_ceil(
    before: Amount,
    after: Amount,
    ratio: Ratio,
) -> Result<Amount, ArithmeticError> {
    if after < before {
        return Err(ArithmeticError::Underflow);
    }
    ratio.apply_ceil(after)?.checked_sub(ratio.apply_ceil(before)?)
}

/// Splits `amount` over the holdings in proportion, by cumulative floor: the parts sum to exactly
/// `amount`, and none exceeds its holding as long as `amount` does not exceed their sum.
///
/// # Errors
/// Overflow if the holdings sum to 2^128 or more.
pub fn spread(amount: Amount, holdings: &[Amount]) -> Result<Vec<Amount>, ArithmeticError> {
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
