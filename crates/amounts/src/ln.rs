//! The natural logarithm of a fraction, rounded to decimal digits and decided exactly.

use ruint::Uint;

use crate::{
    ArithmeticError, Operation, Ratio, SignedRatio,
    exp::ln_2,
    interval::{Attempt, End, Floor, Scaled, common_floor, precision},
};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Logarithm };

/// The multiple of `10^-digits` nearest to `ln(value)`.
///
/// The logarithm of a rational number other than 1 is irrational (Lindemann), so it is never
/// half-way between two multiples, and at some width it is certain which one is nearer.
///
/// # Errors
/// [`ArithmeticError::Overflow`] for the logarithm of 0, or if the multiple, counted in
/// `10^-digits`, exceeds 128 bits; [`ArithmeticError::Undecided`] if 2048 bits do not decide it,
/// which no known input does.
pub fn ln_rounded(value: Ratio, digits: u8) -> Result<SignedRatio, ArithmeticError> {
    let (numerator, denominator) = (value.numerator(), value.denominator());
    if numerator == 0 {
        return Err(OVERFLOW);
    }
    let unit = 10_u128.checked_pow(u32::from(digits)).ok_or(OVERFLOW)?;
    if numerator == denominator {
        return Ok(SignedRatio::ZERO);
    }
    let negative = numerator < denominator;
    let twice = Logarithm {
        scale: unit.checked_mul(2).ok_or(OVERFLOW)?,
        larger: numerator.max(denominator),
        smaller: numerator.min(denominator),
    };
    // round(x) = floor((floor(2 x) + 1) / 2).
    let nearest = twice.widen()?.checked_add(1).ok_or(OVERFLOW)? >> 1;
    Ok(SignedRatio::new(negative, Ratio::new(nearest, unit)?))
}

/// `scale * ln(larger / smaller)`, with `larger > smaller > 0`.
struct Logarithm {
    scale: u128,
    larger: u128,
    smaller: u128,
}

impl Attempt for Logarithm {
    const OPERATION: Operation = Operation::Logarithm;

    /// `ln(larger / smaller) = k ln 2 + 2 atanh(z)` with `larger / smaller = 2^k m`, `1 <= m < 2`
    /// and `z = (m - 1) / (m + 1) < 1/3`.
    fn attempt<const BITS: usize, const LIMBS: usize>(&self) -> Option<Floor> {
        let halvings = self.halvings()?;
        let bits = precision(BITS);
        let larger = Uint::<BITS, LIMBS>::from(self.larger);
        // At most `larger`, so nothing is shifted out.
        let smaller = Uint::<BITS, LIMBS>::from(self.smaller).checked_shl(halvings)?;
        let difference = larger.checked_sub(smaller)?.checked_shl(bits)?;
        let sum = larger.checked_add(smaller)?;
        let halvings = Uint::from(u64::try_from(halvings).ok()?);
        let (ln_2_lower, ln_2_upper) = ln_2::<BITS, LIMBS>()?;
        let end = |end: End, ln_2: Uint<BITS, LIMBS>| {
            let series = atanh(end.divide(difference, sum)?, end)?;
            let mantissa = halvings.checked_mul(ln_2)?.checked_add(series.checked_shl(1)?)?;
            Some(Scaled { mantissa, exponent: i128::try_from(bits).ok()?.checked_neg()? })
        };
        common_floor(self.scale, end(End::Lower, ln_2_lower)?, end(End::Upper, ln_2_upper)?)
    }
}

impl Logarithm {
    /// `k` with `2^k <= larger / smaller < 2^(k + 1)`.
    fn halvings(&self) -> Option<usize> {
        usize::try_from(self.larger.checked_div(self.smaller)?.checked_ilog2()?).ok()
    }
}

/// One end of `atanh(z) = z + z^3 / 3 + z^5 / 5 + ..` in fixed point, for `z` up to 1/3.
///
/// The lower end may stop anywhere. The upper end stops at a power of at most one unit in the last
/// place; all later terms together stay below one unit, because each is less than a ninth of the
/// one before.
fn atanh<const BITS: usize, const LIMBS: usize>(
    z: Uint<BITS, LIMBS>,
    end: End,
) -> Option<Uint<BITS, LIMBS>> {
    let bits = precision(BITS);
    let square = end.shift_right(z.checked_mul(z)?, bits)?;
    let (mut power, mut sum) = (z, z);
    for odd in (3_u64..).step_by(2) {
        if power <= Uint::ONE {
            break;
        }
        power = end.shift_right(power.checked_mul(square)?, bits)?;
        sum = sum.checked_add(end.divide(power, Uint::from(odd))?)?;
    }
    match end {
        End::Lower => Some(sum),
        End::Upper => sum.checked_add(Uint::ONE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::tests::first_deciding_width;

    /// All widths agree on `floor(10^30 ln 3)` and on `ln 2`, whose series is empty; values of
    /// mpmath at 60 digits.
    #[test]
    fn every_width_agrees() {
        let scale = 10_u128.pow(30);
        for (larger, smaller, floor) in [
            (3, 1, 1_098_612_288_668_109_691_395_245_236_922),
            (2, 1, 693_147_180_559_945_309_417_232_121_458),
            (u128::MAX, 1, 88_722_839_111_672_999_605_405_711_546_646),
            (u128::MAX, u128::MAX - 1, 0),
        ] {
            let logarithm = Logarithm { scale, larger, smaller };
            first_deciding_width(&logarithm, Floor::Value(floor));
        }
    }
}
