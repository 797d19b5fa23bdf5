//! Interval arithmetic in fixed-width integers, widened until a floor is certain.
//!
//! A real number is enclosed between a lower and an upper end. Every step on the lower end rounds
//! down, every step on the upper end rounds up, and all quantities are non-negative, so the
//! enclosure holds by construction and no error analysis can be got wrong. If both ends have the
//! same floor, that is the floor of the number; if not, the computation is repeated with twice the
//! bits: 256, 512, 1024, 2048.

use ruint::Uint;

use crate::{ArithmeticError, Operation};

/// Which end of the enclosure is computed, hence how each step rounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The lower end: every step rounds down.
    Lower,
    /// The upper end: every step rounds up.
    Upper,
}

impl End {
    /// `value / 2^bits`, rounded toward this end. `None` if the width overflows.
    pub(crate) fn shift_right<const BITS: usize, const LIMBS: usize>(
        self,
        value: Uint<BITS, LIMBS>,
        bits: usize,
    ) -> Option<Uint<BITS, LIMBS>> {
        let (shifted, inexact) = value.overflowing_shr(bits);
        self.round(shifted, inexact)
    }

    /// `value / divisor`, rounded toward this end. `None` if `divisor` is 0.
    pub(crate) fn divide<const BITS: usize, const LIMBS: usize>(
        self,
        value: Uint<BITS, LIMBS>,
        divisor: Uint<BITS, LIMBS>,
    ) -> Option<Uint<BITS, LIMBS>> {
        if divisor.is_zero() {
            return None;
        }
        let (quotient, remainder) = value.div_rem(divisor);
        self.round(quotient, !remainder.is_zero())
    }

    fn round<const BITS: usize, const LIMBS: usize>(
        self,
        floor: Uint<BITS, LIMBS>,
        inexact: bool,
    ) -> Option<Uint<BITS, LIMBS>> {
        match (self, inexact) {
            (Self::Lower, true | false) | (Self::Upper, false) => Some(floor),
            (Self::Upper, true) => floor.checked_add(Uint::ONE),
        }
    }
}

/// Bits of a mantissa, or fraction bits of a fixed-point number, at a width of `bits`.
///
/// Half the width less 8: the product of two such numbers below 2^4 fits the width, and so does
/// the product of one with a 128-bit scale.
pub(crate) const fn precision(bits: usize) -> usize {
    match (bits / 2).checked_sub(8) {
        Some(precision) => precision,
        None => 0,
    }
}

/// One end of an enclosure: `mantissa * 2^exponent`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scaled<const BITS: usize, const LIMBS: usize> {
    /// The digits.
    pub(crate) mantissa: Uint<BITS, LIMBS>,
    /// The power of two they are multiplied by.
    pub(crate) exponent: i128,
}

impl<const BITS: usize, const LIMBS: usize> Scaled<BITS, LIMBS> {
    /// `floor(scale * self)`. `None` if the width overflows before the floor is known.
    fn floor_times(self, scale: u128) -> Option<Floor> {
        let product = Uint::from(scale).checked_mul(self.mantissa)?;
        if product.is_zero() {
            return Some(Floor::Value(0));
        }
        let Ok(shift) = usize::try_from(self.exponent.unsigned_abs()) else {
            return Some(if self.exponent < 0 { Floor::Value(0) } else { Floor::AboveMax });
        };
        let floor = if self.exponent < 0 {
            Some(product.overflowing_shr(shift).0)
        } else {
            product.checked_shl(shift)
        };
        let value = floor.and_then(|floor| u128::try_from(floor).ok());
        Some(value.map_or(Floor::AboveMax, Floor::Value))
    }
}

/// The floor of a real number, as far as 128 bits can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Floor {
    /// It is this.
    Value(u128),
    /// It is above 2^128 - 1.
    AboveMax,
}

/// The floor of `scale` times the number enclosed by two ends, if both ends agree on it.
pub(crate) fn common_floor<const BITS: usize, const LIMBS: usize>(
    scale: u128,
    lower: Scaled<BITS, LIMBS>,
    upper: Scaled<BITS, LIMBS>,
) -> Option<Floor> {
    let floor = lower.floor_times(scale)?;
    (upper.floor_times(scale)? == floor).then_some(floor)
}

/// A computation that can be attempted at any width; `None` means the width was not enough.
pub(crate) trait Attempt {
    /// The operation, for errors.
    const OPERATION: Operation;

    /// Computes the floor in numbers of `BITS` bits (`LIMBS` is `BITS / 64`).
    fn attempt<const BITS: usize, const LIMBS: usize>(&self) -> Option<Floor>;

    /// The floor, from the narrowest width that decides it.
    fn widen(&self) -> Result<u128, ArithmeticError> {
        let floor = self
            .attempt::<256, 4>()
            .or_else(|| self.attempt::<512, 8>())
            .or_else(|| self.attempt::<1024, 16>())
            .or_else(|| self.attempt::<2048, 32>());
        match floor {
            Some(Floor::Value(value)) => Ok(value),
            Some(Floor::AboveMax) => Err(ArithmeticError::Overflow { operation: Self::OPERATION }),
            None => Err(ArithmeticError::Undecided { operation: Self::OPERATION }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The floor at 256, 512, 1024 and 2048 bits.
    pub(crate) fn floors_by_width(attempt: &impl Attempt) -> [Option<Floor>; 4] {
        [
            attempt.attempt::<256, 4>(),
            attempt.attempt::<512, 8>(),
            attempt.attempt::<1024, 16>(),
            attempt.attempt::<2048, 32>(),
        ]
    }

    /// Asserts that no width decides wrongly and that no wider width is undecided after a narrower
    /// one decided; returns the index of the first that decides.
    pub(crate) fn first_deciding_width(attempt: &impl Attempt, expected: Floor) -> usize {
        let floors = floors_by_width(attempt);
        let first = floors.iter().position(Option::is_some).expect("2048 bits decide");
        assert!(floors[first..].iter().all(|floor| *floor == Some(expected)), "{floors:?}");
        first
    }

    #[test]
    fn ends_round_outward() {
        type U = Uint<256, 4>;
        let shifted = |end: End, value| end.shift_right(U::from(value), 3).unwrap();
        assert_eq!(shifted(End::Lower, 17_u64), U::from(2));
        assert_eq!(shifted(End::Upper, 17_u64), U::from(3));
        assert_eq!(shifted(End::Upper, 16_u64), U::from(2));
        assert_eq!(End::Upper.shift_right(U::MAX, 1000), Some(U::ONE));
        assert_eq!(End::Lower.shift_right(U::MAX, usize::MAX), Some(U::ZERO));
        assert_eq!(End::Upper.divide(U::from(7), U::from(2)), Some(U::from(4)));
        assert_eq!(End::Lower.divide(U::from(7), U::from(2)), Some(U::from(3)));
        assert_eq!(End::Lower.divide(U::from(7), U::ZERO), None);
    }

    #[test]
    fn floor_of_a_scaled_number() {
        let floor = |mantissa: u64, exponent, scale| {
            Scaled::<256, 4> { mantissa: Uint::from(mantissa), exponent }.floor_times(scale)
        };
        assert_eq!(floor(3, -1, 5), Some(Floor::Value(7)));
        assert_eq!(floor(3, 126, 1), Some(Floor::Value(3 << 126)));
        assert_eq!(floor(1, 127, 2), Some(Floor::AboveMax));
        assert_eq!(floor(1, 100_000, 1), Some(Floor::AboveMax));
        assert_eq!(floor(1, i128::MAX, 1), Some(Floor::AboveMax));
        assert_eq!(floor(1, i128::MIN, u128::MAX), Some(Floor::Value(0)));
        assert_eq!(floor(0, i128::MAX, 1), Some(Floor::Value(0)));
    }
}
