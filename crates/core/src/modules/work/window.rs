//! The time a compute proof measured.

use super::{Error, Window};
use crate::error::Error as AnyError;
use workmint_amounts::{ArithmeticError, Ratio};

/// Digits of the factor (CalculateTimeNormalizationFactor of Gonka).
const FACTOR_DIGITS: u8 = 16;

/// What a weight measured from `from` to `to` is multiplied by, so that it compares with one
/// measured for `nominal`: nominal / (to - from), rounded to 16 decimals, half-way cases up. 1 if
/// one of the times is missing (0) or they do not increase. All in one unit of time.
pub fn time_factor(nominal: Ratio, from: u64, to: u64) -> Result<Ratio, ArithmeticError> {
    match to.checked_sub(from) {
        Some(measured) if from > 0 && measured > 0 => {
            nominal.checked_div(Ratio::from(measured))?.rounded_half_up(FACTOR_DIGITS)
        }
        Some(_) | None => Ok(Ratio::ONE),
    }
}

/// The weight that counts: rounded down. Where weights are not scaled, a proof names no window.
pub(super) fn scaled(
    nominal_ms: Option<u64>,
    window: Window,
    weight: u64,
) -> Result<u64, AnyError> {
    let Some(nominal_ms) = nominal_ms else {
        if window == Window::default() {
            return Ok(weight);
        }
        return Err(
            Error::NotInForce { rule: "this network does not scale weights by time" }.into()
        );
    };
    let factor = time_factor(Ratio::from(nominal_ms), window.from_ms, window.to_ms)?;
    let scaled = factor.floor_mul(u128::from(weight))?;
    let range = Error::OutOfRange { rule: "a proof's weight, scaled to the window, is below 2^64" };
    u64::try_from(scaled).map_err(|_| range.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factor_of_the_time() {
        let factor = |nominal, from, to| time_factor(Ratio::from(nominal), from, to).unwrap();
        assert_eq!(factor(100, 1_000, 1_200), "0.5".parse().unwrap());
        assert_eq!(factor(100, 1_000, 1_003), "33.3333333333333333".parse().unwrap());
        assert_eq!(factor(200, 1_000, 1_003), "66.6666666666666667".parse().unwrap());
        for (from, to) in [(0, 50), (50, 0), (50, 50), (50, 49), (0, 0)] {
            assert_eq!(factor(100, from, to), Ratio::ONE, "{from} to {to}");
        }
    }
}
