//! Exact parts of one whole without a division each.

use super::UNIT;
use crate::error::OVERFLOW;
use workmint_amounts::ArithmeticError;

/// `floor(UNIT x part / whole)` for many parts of one whole.
#[derive(Clone, Copy)]
pub(super) struct Portion {
    whole: u64,
    /// `floor(UNIT x 2^bits / whole)`, at most UNIT.
    scale: u64,
    /// The whole is at least 2^bits and less than twice that.
    bits: u32,
}

impl Portion {
    /// `None` if the whole is 0: nobody has a part then.
    ///
    /// # Errors
    /// None that can happen: the whole is at least 2^bits.
    pub(super) fn of(whole: u64) -> Result<Option<Self>, ArithmeticError> {
        let Some(bits) = whole.checked_ilog2() else { return Ok(None) };
        let shifted = u128::from(UNIT).checked_shl(bits).ok_or(OVERFLOW)?;
        let scale = shifted.checked_div(u128::from(whole)).ok_or(OVERFLOW)?;
        let scale = u64::try_from(scale).map_err(|_| OVERFLOW)?;
        Ok(Some(Self { whole, scale, bits }))
    }

    /// The part, rounded down.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] if the part exceeds the whole and the result 32 bits.
    pub(super) fn floor(&self, part: u32) -> Result<u32, ArithmeticError> {
        // Scale is less than 1 below the true quotient, so this is at most 2 too small.
        let part = u64::from(part);
        let near = part.checked_mul(self.scale).and_then(|product| product.checked_shr(self.bits));
        let mut quotient = near.ok_or(OVERFLOW)?;
        let product = part.checked_mul(u64::from(UNIT)).ok_or(OVERFLOW)?;
        let below = quotient.checked_mul(self.whole).ok_or(OVERFLOW)?;
        let mut rest = product.checked_sub(below).ok_or(ArithmeticError::Underflow)?;
        while let Some(less) = rest.checked_sub(self.whole) {
            rest = less;
            quotient = quotient.checked_add(1).ok_or(OVERFLOW)?;
        }
        u32::try_from(quotient).map_err(|_| OVERFLOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_floors_of_a_division() {
        let mut draw = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            draw ^= draw << 13;
            draw ^= draw >> 7;
            draw ^= draw << 17;
            draw
        };
        for _ in 0..200_000 {
            let whole = (next() >> (16 + next() % 48)).max(1);
            let portion = Portion::of(whole).unwrap().unwrap();
            let most = whole.min(u64::from(u32::MAX));
            for part in [0, 1, most / 2, most - 1, most, next() % (most + 1)] {
                let expected = u128::from(UNIT) * u128::from(part) / u128::from(whole);
                let found = portion.floor(u32::try_from(part).unwrap()).unwrap();
                assert_eq!(u128::from(found), expected, "{part} of {whole}");
            }
        }
        assert!(Portion::of(0).unwrap().is_none());
    }
}
