//! What is left after a time of something that halves, floored exactly.
//!
//! Used by the price of a seat: `floor(price * 2^(-blocks / half_life))`.

use ruint::Uint;

use crate::{
    ArithmeticError, Operation,
    exp::{fixed_exp, ln_2},
    interval::{Attempt, End, Floor, Scaled, common_floor, precision},
};

/// `floor(scale * 2^(-steps / half_life))`, rounded toward zero and exact.
///
/// `2^(-r / h)` with `0 < r < h` is irrational, so the floor is always decided at some width; whole
/// half-lives are shifts.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `half_life` is 0; [`ArithmeticError::Undecided`] if 2048
/// bits do not decide the floor, which no known input does.
pub fn halving_floor(scale: u128, steps: u64, half_life: u64) -> Result<u128, ArithmeticError> {
    let whole = steps.checked_div(half_life).ok_or(ArithmeticError::DivisionByZero)?;
    let rest = steps.checked_rem(half_life).ok_or(ArithmeticError::DivisionByZero)?;
    let shifted = u32::try_from(whole).ok().and_then(|whole| scale.checked_shr(whole));
    match shifted {
        None | Some(0) => Ok(0),
        Some(shifted) if rest == 0 => Ok(shifted),
        Some(_) => Halving { scale, whole, rest, half_life }.widen(),
    }
}

/// `scale * 2^(-whole - rest / half_life)`; `rest` is above 0 and below `half_life`, `whole` below
/// 128.
struct Halving {
    scale: u128,
    whole: u64,
    rest: u64,
    half_life: u64,
}

impl Attempt for Halving {
    const OPERATION: Operation = Operation::Exponential;

    fn attempt<const BITS: usize, const LIMBS: usize>(&self) -> Option<Floor> {
        // 2^(-whole - rest / h) = 2^(-whole - 1) * e^(ln 2 * (h - rest) / h).
        let part = Uint::<BITS, LIMBS>::from(self.half_life.checked_sub(self.rest)?);
        let half_life = Uint::from(self.half_life);
        let (lower, upper) = ln_2::<BITS, LIMBS>()?;
        let lower = End::Lower.divide(lower.checked_mul(part)?, half_life)?;
        let upper = End::Upper.divide(upper.checked_mul(part)?, half_life)?;
        let places = i128::try_from(precision(BITS)).ok()?;
        let exponent = places.checked_add(i128::from(self.whole))?.checked_add(1)?.checked_neg()?;
        let lower = Scaled { mantissa: fixed_exp(lower, End::Lower)?, exponent };
        let upper = Scaled { mantissa: fixed_exp(upper, End::Upper)?, exponent };
        common_floor(self.scale, lower, upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::tests::floors_by_width;

    /// The floor f of x = scale * 2^(-steps / h) is certain by f^h <= scale^h / 2^steps < (f+1)^h.
    fn assert_floor(scale: u64, steps: usize, half_life: u64) {
        type Wide = Uint<4096, 64>;
        let power = |base: Wide| base.checked_pow(Wide::from(half_life)).unwrap();
        let floor = halving_floor(u128::from(scale), steps as u64, half_life).unwrap();
        let times = |base: Wide| power(base).checked_shl(steps).unwrap();
        let whole = power(Wide::from(scale));
        assert!(times(Wide::from(floor)) <= whole, "{scale} {steps} {half_life}: {floor}");
        assert!(times(Wide::from(floor + 1)) > whole, "{scale} {steps} {half_life}: {floor}");
    }

    #[test]
    fn floors_are_certain_by_powers() {
        for scale in [1, 2, 3, 1_000, 999_999_937, u64::from(u32::MAX)] {
            for half_life in [1, 2, 3, 7, 30] {
                for steps in 0..100 {
                    assert_floor(scale, steps, half_life);
                }
            }
        }
    }

    #[test]
    fn whole_half_lives_are_shifts_and_nothing_is_left_in_the_end() {
        assert_eq!(halving_floor(u128::MAX, 0, 360), Ok(u128::MAX));
        assert_eq!(halving_floor(u128::MAX, 720, 360), Ok(u128::MAX >> 2));
        assert_eq!(halving_floor(u128::MAX, 127 * 360 + 359, 360), Ok(1));
        assert_eq!(halving_floor(u128::MAX, 128 * 360, 360), Ok(0));
        assert_eq!(halving_floor(u128::MAX, u64::MAX, 1), Ok(0));
        assert_eq!(halving_floor(1, 1, 0), Err(ArithmeticError::DivisionByZero));
    }

    #[test]
    fn widths_agree_and_time_never_raises_what_is_left() {
        let mut before = u128::MAX;
        for rest in (1..1_000_000).step_by(9_973) {
            let halving = Halving { scale: u128::MAX, whole: 0, rest, half_life: 1_000_000 };
            let floors = floors_by_width(&halving);
            let last = floors[3].expect("2048 bits decide");
            assert!(floors.iter().flatten().all(|floor| *floor == last), "{floors:?}");
            let now = halving_floor(u128::MAX, rest, 1_000_000).unwrap();
            assert!(now < before);
            before = now;
        }
    }
}
