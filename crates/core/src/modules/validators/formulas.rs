//! Pure functions of numbers.

use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::Validators;
use crate::time::{Deadline, Duration, Now};
use workmint_amounts::{Amount, ArithmeticError, Ratio, mul_div_ceil};

/// An unbonding period is cut into so many steps: more deadlines one validator never has at once.
const STEPS: u64 = 64;
/// A missed share is rounded up to a whole number of 1 / this.
const MISSED_UNIT: u128 = 1_000_000_000;

/// When a withdrawal that begins now is released: after the period, rounded up to a whole step of
/// 1/64 of it, so that those of nearby times share a pool and a slash touches few of them.
///
/// # Errors
/// Overflow beyond the last time or epoch.
pub fn release_at(unbonding: Duration, now: &Now) -> Result<Deadline, Error> {
    let (Duration::Milliseconds(length) | Duration::Epochs(length)) = unbonding;
    let deadline = unbonding.after(now)?;
    let step = length.div_ceil(STEPS).max(1);
    let rounded =
        |at: u64| at.div_ceil(step).checked_mul(step).ok_or_else(|| Error::from(OVERFLOW));
    Ok(match deadline {
        Deadline::Time(at) => Deadline::Time(rounded(at)?),
        Deadline::Epoch(epoch) => Deadline::Epoch(rounded(epoch)?),
    })
}

/// What a slash takes of bonds, base units: ceil(base x fraction), at least `least`, at most all;
/// nothing for a fraction of 0.
///
/// # Errors
/// None for a fraction of at most 1.
pub fn slash_amount(
    fraction: Ratio,
    least: Amount,
    base: Amount,
) -> Result<Amount, ArithmeticError> {
    if fraction.is_zero() {
        return Ok(Amount::ZERO);
    }
    Ok(fraction.min(Ratio::ONE).apply_ceil(base)?.max(least).min(base))
}

/// What of a validator's bonds its absence costs: `absence_least` where it signed just too few
/// blocks, `absence_most` where it signed none, in between by the share it missed of what it had to
/// sign, rounded up to 10^-9. Zero if it signed enough, and where it had to sign so few that the
/// share would not allow it a single miss.
///
/// # Errors
/// Overflow for rates of more than 18 digits, which the checker refuses.
pub fn absence_fraction(
    rules: &Validators,
    signed: u64,
    due: u64,
) -> Result<Ratio, ArithmeticError> {
    let (signed, due, least) = (u128::from(signed), u128::from(due), rules.least_signed);
    let wanted = least.numerator().checked_mul(due).ok_or(OVERFLOW)?;
    let given = least.denominator().checked_mul(signed).ok_or(OVERFLOW)?;
    if !judges(least, due)? {
        return Ok(Ratio::ZERO);
    }
    let Some(missing) = wanted.checked_sub(given).filter(|missing| *missing > 0) else {
        return Ok(Ratio::ZERO);
    };
    let missed = Ratio::new(mul_div_ceil(MISSED_UNIT, missing, wanted)?, MISSED_UNIT)?;
    let span = rules.absence_most.checked_sub(rules.absence_least)?;
    Ok(rules.absence_least.checked_add(span.checked_mul(missed)?)?.min(Ratio::ONE))
}

/// Whether so many blocks say anything about absence: one miss must be allowed, that is,
/// floor(due x (1 - least)) >= 1, or none ever is, where all must be signed. Else a chain that
/// stood still for most of an epoch would cost whoever missed one block of two.
fn judges(least: Ratio, due: u128) -> Result<bool, ArithmeticError> {
    let allowed = Ratio::ONE.checked_sub(least)?;
    let misses = allowed.numerator().checked_mul(due).ok_or(OVERFLOW)?;
    Ok(allowed.is_zero() || misses >= allowed.denominator())
}
