//! Powers with an integer exponent, floored exactly.
//!
//! Used by schedules that multiply by a decimal factor each epoch: `floor(initial * factor^n)`.

use ruint::Uint;

use crate::{
    ArithmeticError, Operation, Ratio,
    interval::{Attempt, End, Floor, Scaled, common_floor, precision},
    mul_div::mul_div_floor,
};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Power };

/// `floor(scale * base^exponent)`, rounded toward zero and exact. `0^0` is 1.
///
/// In lowest terms, `scale * base^exponent` is an integer exactly if `denominator^exponent` divides
/// `scale`; that case is computed in integers, every other one by interval arithmetic, which then
/// cannot meet an integer.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the result exceeds 128 bits; [`ArithmeticError::Undecided`] if
/// 2048 bits do not decide the floor, for which the product must come within about 2^-800 of an
/// integer without being one.
pub fn pow_floor(scale: u128, base: Ratio, exponent: u64) -> Result<u128, ArithmeticError> {
    if scale == 0 || exponent == 0 || base == Ratio::ONE {
        return Ok(scale);
    }
    if base.is_zero() {
        return Ok(0);
    }
    let numerator = checked_power(base.numerator(), exponent);
    let denominator = checked_power(base.denominator(), exponent);
    match (numerator, denominator) {
        (Some(numerator), Some(denominator)) => {
            mul_div_floor(scale, numerator, denominator).map_err(|_| OVERFLOW)
        }
        // An integer, and a multiple of a power that exceeds 128 bits.
        (None, Some(denominator)) if scale.checked_rem(denominator) == Some(0) => Err(OVERFLOW),
        (Some(_) | None, Some(_) | None) => Power { scale, base, exponent }.widen(),
    }
}

fn checked_power(base: u128, exponent: u64) -> Option<u128> {
    if base <= 1 {
        return Some(base);
    }
    base.checked_pow(u32::try_from(exponent).ok()?)
}

/// `scale * base^exponent` with a base other than 0 and 1 and an exponent of at least 1.
struct Power {
    scale: u128,
    base: Ratio,
    exponent: u64,
}

impl Attempt for Power {
    const OPERATION: Operation = Operation::Power;

    fn attempt<const BITS: usize, const LIMBS: usize>(&self) -> Option<Floor> {
        let lower = Scaled::<BITS, LIMBS>::power(self.base, self.exponent, End::Lower)?;
        let upper = Scaled::<BITS, LIMBS>::power(self.base, self.exponent, End::Upper)?;
        common_floor(self.scale, lower, upper)
    }
}

impl<const BITS: usize, const LIMBS: usize> Scaled<BITS, LIMBS> {
    /// One end of `base^exponent`, by squaring from the top bit of the exponent down.
    fn power(base: Ratio, exponent: u64, end: End) -> Option<Self> {
        let base = Self::from_ratio(base, end)?;
        let mut power = base;
        for position in (0..exponent.checked_ilog2()?).rev() {
            power = power.multiply(power, end)?;
            if exponent.checked_shr(position)? & 1 == 1 {
                power = power.multiply(base, end)?;
            }
        }
        Some(power)
    }

    fn from_ratio(ratio: Ratio, end: End) -> Option<Self> {
        let numerator = Uint::<BITS, LIMBS>::from(ratio.numerator());
        let denominator = Uint::from(ratio.denominator());
        // Shifted, if it must be, so that the quotient has the full precision.
        let wanted = precision(BITS).checked_add(denominator.bit_len())?;
        let shift = excess_over(wanted, numerator.bit_len());
        let mantissa = end.divide(numerator.checked_shl(shift)?, denominator)?;
        let exponent = i128::try_from(shift).ok()?.checked_neg()?;
        Self { mantissa, exponent }.normalised(end)
    }

    fn multiply(self, other: Self, end: End) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        let exponent = self.exponent.checked_add(other.exponent)?;
        Self { mantissa, exponent }.normalised(end)
    }

    /// The same number rounded to at most `precision` bits, or to the next power of two.
    fn normalised(self, end: End) -> Option<Self> {
        let excess = excess_over(self.mantissa.bit_len(), precision(BITS));
        let mantissa = end.shift_right(self.mantissa, excess)?;
        let exponent = self.exponent.checked_add(i128::try_from(excess).ok()?)?;
        Some(Self { mantissa, exponent })
    }
}

/// How far `bits` exceeds `limit`; 0 if it does not.
fn excess_over(bits: usize, limit: usize) -> usize {
    bits.max(limit).abs_diff(limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::tests::first_deciding_width;

    #[test]
    fn every_width_agrees_with_the_golden_file() {
        let mut decided_by = [0; 4];
        for line in include_str!("../golden/pow.csv").lines().skip(1) {
            let [scale, base, exponent, floor] = *line.split(',').collect::<Vec<_>>() else {
                panic!("{line}")
            };
            let (scale, base, exponent) =
                (scale.parse().unwrap(), base.parse().unwrap(), exponent.parse().unwrap());
            let power = Power { scale, base, exponent };
            let fits = |number| checked_power(number, exponent).is_some();
            if scale == 0 || exponent == 0 || base.is_zero() || fits(base.denominator()) {
                continue;
            }
            let floor = floor.parse().map_or(Floor::AboveMax, Floor::Value);
            decided_by[first_deciding_width(&power, floor)] += 1;
        }
        assert!(decided_by[0] > 200 && decided_by[1] > 50, "{decided_by:?}");
    }
}
