//! How fast a bond moves with liquid alpha: slowly where a validator agrees with the others,
//! faster the more it differs.

use super::UNIT;
use crate::error::OVERFLOW;
use crate::modules::parameters::LiquidAlpha;
use workmint_amounts::{ArithmeticError, Ratio, SignedRatio, exp_floor};

/// Steps of the curve between no difference and a difference of 1.
const STEPS: u64 = 256;
/// Half of them.
const MIDDLE: u64 = STEPS / 2;
/// Bits of a difference below a step.
const FINE_BITS: u32 = 24;
/// What 1 is under the fraction of the logistic function.
const WHOLE: u128 = 1 << 64;

/// `low + (high - low) / (1 + e^(-steepness x (difference - 1/2)))` at 257 points, between them in
/// straight lines.
pub(super) struct Curve {
    /// Parts of the unit.
    points: Vec<u32>,
}

impl Curve {
    /// # Errors
    /// Those of `exp_floor`, none of which an exponent of 2^15 / 200 has.
    pub(super) fn of(liquid: &LiquidAlpha) -> Result<Self, ArithmeticError> {
        let wide = |part: u16| u64::from(part).checked_mul(u64::from(u16::MAX) + 2).ok_or(OVERFLOW);
        let low = wide(liquid.low)?;
        let span = wide(liquid.high.max(liquid.low))?.abs_diff(low);
        // The curve is symmetrical: 1 / (1 + e^x) = 1 - 1 / (1 + e^-x).
        let half: Vec<u64> =
            (0..=MIDDLE).map(|from| logistic(liquid.steepness, from)).collect::<Result<_, _>>()?;
        let flat = liquid.steepness == 0;
        let rising = liquid.steepness > 0;
        let point = |at: u64| -> Result<u32, ArithmeticError> {
            let from = usize::try_from(at.abs_diff(MIDDLE)).map_err(|_| OVERFLOW)?;
            let above = half.get(from).copied().ok_or(OVERFLOW)?;
            let is_above = flat || at == MIDDLE || (at > MIDDLE) == rising;
            let part = if is_above { above } else { u64::from(UNIT).abs_diff(above) };
            let more = span.checked_mul(part).and_then(|more| more.checked_div(UNIT.into()));
            let point = more.and_then(|more| low.checked_add(more)).ok_or(OVERFLOW)?;
            u32::try_from(point).map_err(|_| OVERFLOW)
        };
        Ok(Self { points: (0..=STEPS).map(point).collect::<Result<_, _>>()? })
    }

    /// How far a bond goes, parts of the unit, at a difference in parts of 2^32.
    pub(super) fn at(&self, difference: u32) -> Result<u32, ArithmeticError> {
        let step = (difference >> FINE_BITS) as usize;
        let fine = difference & ((1 << FINE_BITS) - 1);
        let pair = self.points.get(step..).and_then(|points| points.first_chunk());
        let [from, to] = *pair.ok_or(OVERFLOW)?;
        let way = u64::from(from.abs_diff(to)).checked_mul(u64::from(fine)).ok_or(OVERFLOW)?;
        let way = u32::try_from(way >> FINE_BITS).map_err(|_| OVERFLOW)?;
        let point = if to >= from { from.checked_add(way) } else { from.checked_sub(way) };
        point.ok_or(OVERFLOW)
    }
}

/// `UNIT / (1 + e^-x)` rounded down, at `x = |steepness| / 100 x steps / 256`, with the power of e
/// rounded down to parts of 2^64.
fn logistic(steepness: i16, steps: u64) -> Result<u64, ArithmeticError> {
    let exponent = u64::from(steepness.unsigned_abs()).checked_mul(steps).ok_or(OVERFLOW)?;
    let exponent = Ratio::new(u128::from(exponent), u128::from(STEPS) * 100)?;
    let power = exp_floor(WHOLE, SignedRatio::new(true, exponent))?;
    let above = u128::from(UNIT).checked_mul(WHOLE).ok_or(OVERFLOW)?;
    let below = WHOLE.checked_add(power).ok_or(OVERFLOW)?;
    let part = above.checked_div(below).ok_or(ArithmeticError::DivisionByZero)?;
    u64::try_from(part).map_err(|_| OVERFLOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(steepness: i16) -> Curve {
        Curve::of(&LiquidAlpha { low: 45_875, high: 58_982, steepness }).unwrap()
    }

    #[test]
    fn the_curve_rises_with_the_difference_and_falls_if_it_is_told_to() {
        for steepness in [1, 40, 1_000, i16::MAX, -1, -1_000, i16::MIN, 0] {
            let curve = curve(steepness);
            let samples = (0..=u32::MAX >> 12).map(|at| at << 12).chain([u32::MAX]);
            let points: Vec<u32> = samples.map(|at| curve.at(at).unwrap()).collect();
            let rises = points.is_sorted();
            let falls = points.is_sorted_by(|one, next| one >= next);
            assert_eq!((rises, falls), (steepness >= 0, steepness <= 0), "{steepness}");
            let within = |point: &u32| (45_875 * 65_537..=58_982 * 65_537).contains(point);
            assert!(points.iter().all(within));
        }
    }

    /// 1 / (1 + e^5), 1 / (1 + e^2.5) and 1 / (1 + e^-5), from tables.
    #[test]
    fn points_of_the_curve() {
        let (low, span) = (45_875 * 65_537, 13_107 * 65_537_u128);
        for (difference, parts) in
            [(0, 6_692_850_924_u128), (1 << 30, 75_858_180_022), (u32::MAX, 993_307_149_076)]
        {
            let expected = low + span * parts / 1_000_000_000_000;
            let found = u128::from(curve(1_000).at(difference).unwrap());
            assert!(found.abs_diff(expected) <= 4, "{difference}: {found}, {expected}");
        }
    }
}
