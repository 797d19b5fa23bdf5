//! The exponential function, floored exactly.
//!
//! Used by exponential emission: `budget(n) = floor(initial * exp(rate * n))` (Gonka tokenomics V2
//! §4.1, design document 000).

use ruint::Uint;

use crate::{
    ArithmeticError, Operation, SignedRatio,
    interval::{Attempt, End, Floor, Scaled, common_floor, precision},
    mul_div::U256,
};

/// `floor(ln 2 * 2^1024)`, least significant limb first.
const LN_2: [u64; 16] = [
    0xda2d_97c5_0f3f_d5c6,
    0x655f_a187_2f20_e3a2,
    0xf5df_a6bd_3830_3248,
    0x72ce_87b1_9d65_48ca,
    0x256f_a0ec_7657_f74b,
    0xb9ea_9bc3_b136_603b,
    0x1acb_da11_317c_387e,
    0x3e96_ca16_224a_e8c5,
    0x2757_3b29_1169_b825,
    0xed2e_ae35_c138_2144,
    0x5595_52fb_4afa_1b10,
    0xe7b8_7620_6deb_ac98,
    0x8a0d_175b_8baa_fa2b,
    0x40f3_4326_7298_b62d,
    0xc9e3_b398_03f2_f6af,
    0xb172_17f7_d1cf_79ab,
];

/// The argument is divided by 2^8 before the series, so its terms shrink by 2^8 at least.
const HALVINGS: usize = 8;

/// From here on `exp` exceeds 2^128 (`e^89 = 2^128.4`), so a positive exponent overflows and a
/// negative one gives zero.
const LARGE_EXPONENT: u128 = 89;

/// `floor(scale * e^exponent)`, rounded toward zero and exact.
///
/// `e^x` of a rational `x` other than 0 is irrational (Lindemann), so the floor is always decided
/// at some width; see `docs/spec/amounts.md`.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the result exceeds 128 bits; [`ArithmeticError::Undecided`] if
/// 2048 bits do not decide the floor, which no known input does.
pub fn exp_floor(scale: u128, exponent: SignedRatio) -> Result<u128, ArithmeticError> {
    exp_decay_floor(scale, exponent, 1)
}

/// `floor(scale * e^(rate * steps))`, rounded toward zero and exact; `rate * steps` is exact too.
///
/// # Errors
/// As [`exp_floor`].
pub fn exp_decay_floor(
    scale: u128,
    rate: SignedRatio,
    steps: u64,
) -> Result<u128, ArithmeticError> {
    const OVERFLOW: ArithmeticError =
        ArithmeticError::Overflow { operation: Operation::Exponential };
    if scale == 0 || rate.is_zero() || steps == 0 {
        return Ok(scale);
    }
    let magnitude = rate.magnitude();
    let denominator = magnitude.denominator();
    let numerator = U256::from(magnitude.numerator()).checked_mul(U256::from(steps));
    let (whole, rest) = numerator.ok_or(OVERFLOW)?.div_rem(U256::from(denominator));
    let rest = u128::try_from(rest).map_err(|_| OVERFLOW)?;
    let whole = match u128::try_from(whole) {
        Ok(whole) if whole < LARGE_EXPONENT => whole,
        Ok(_) | Err(_) if rate.is_negative() => return Ok(0),
        Ok(_) | Err(_) => return Err(OVERFLOW),
    };
    Exponential { scale, negative: rate.is_negative(), whole, rest, denominator }.widen()
}

/// `scale * e^(whole + rest / denominator)`, or with the exponent negated. `whole` is below 89,
/// `rest` below `denominator`, the exponent not zero.
struct Exponential {
    scale: u128,
    negative: bool,
    whole: u128,
    rest: u128,
    denominator: u128,
}

impl Attempt for Exponential {
    const OPERATION: Operation = Operation::Exponential;

    fn attempt<const BITS: usize, const LIMBS: usize>(&self) -> Option<Floor> {
        let (halves, lower, upper) = self.reduce::<BITS, LIMBS>()?;
        let exponent = halves.checked_sub(i128::try_from(precision(BITS)).ok()?)?;
        let lower = Scaled { mantissa: fixed_exp(lower, End::Lower)?, exponent };
        let upper = Scaled { mantissa: fixed_exp(upper, End::Upper)?, exponent };
        common_floor(self.scale, lower, upper)
    }
}

impl Exponential {
    /// Finds `k` and an enclosure of `r` with `exponent = k * ln 2 + r`, `0 <= r < ln 2` up to the
    /// width of the enclosure, so that `e^exponent = 2^k * e^r`.
    fn reduce<const BITS: usize, const LIMBS: usize>(
        &self,
    ) -> Option<(i128, Uint<BITS, LIMBS>, Uint<BITS, LIMBS>)> {
        let bits = precision(BITS);
        let whole = Uint::<BITS, LIMBS>::from(self.whole).checked_shl(bits)?;
        let rest = Uint::from(self.rest).checked_shl(bits)?;
        let lower = whole.checked_add(rest.checked_div(Uint::from(self.denominator))?)?;
        let upper = lower.checked_add(Uint::ONE)?;
        let (ln_2_lower, ln_2_upper) = ln_2::<BITS, LIMBS>()?;
        if self.negative {
            // Rounding k away from zero keeps r non-negative: -x = -k ln 2 + r.
            let k = End::Upper.divide(upper, ln_2_lower)?;
            let r_lower = k.checked_mul(ln_2_lower)?.checked_sub(upper)?;
            let r_upper = k.checked_mul(ln_2_upper)?.checked_sub(lower)?;
            Some((i128::try_from(k).ok()?.checked_neg()?, r_lower, r_upper))
        } else {
            let k = lower.checked_div(ln_2_upper)?;
            let r_lower = lower.checked_sub(k.checked_mul(ln_2_upper)?)?;
            let r_upper = upper.checked_sub(k.checked_mul(ln_2_lower)?)?;
            Some((i128::try_from(k).ok()?, r_lower, r_upper))
        }
    }
}

/// An enclosure of `ln 2` in fixed point.
pub(crate) fn ln_2<const BITS: usize, const LIMBS: usize>()
-> Option<(Uint<BITS, LIMBS>, Uint<BITS, LIMBS>)> {
    // The top BITS / 2 bits of the constant, of which `precision` keeps all but the last few.
    let limbs = LN_2.rchunks(LIMBS / 2).next()?;
    let excess = (BITS / 2).checked_sub(precision(BITS))?;
    let lower = Uint::checked_from_limbs_slice(limbs)?.overflowing_shr(excess).0;
    Some((lower, lower.checked_add(Uint::ONE)?))
}

/// One end of `e^argument` in fixed point, for an argument between 0 and 1.
///
/// The series of `e^t` with `t = argument / 2^8`, squared 8 times. The lower end may stop anywhere;
/// the upper end stops at a term of at most one unit in the last place, where all later terms
/// together stay below one unit because each is less than half the one before.
pub(crate) fn fixed_exp<const BITS: usize, const LIMBS: usize>(
    argument: Uint<BITS, LIMBS>,
    end: End,
) -> Option<Uint<BITS, LIMBS>> {
    let bits = precision(BITS);
    let argument = end.shift_right(argument, HALVINGS)?;
    let mut term = Uint::<BITS, LIMBS>::ONE.checked_shl(bits)?;
    let mut sum = term;
    for index in 1_u64.. {
        let product = end.shift_right(term.checked_mul(argument)?, bits)?;
        term = end.divide(product, Uint::from(index))?;
        sum = sum.checked_add(term)?;
        if term <= Uint::ONE {
            break;
        }
    }
    if end == End::Upper {
        sum = sum.checked_add(Uint::ONE)?;
    }
    for _ in 0..HALVINGS {
        sum = end.shift_right(sum.checked_mul(sum)?, bits)?;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::tests::first_deciding_width;

    fn expected(text: &str) -> Floor {
        text.parse().map_or(Floor::AboveMax, Floor::Value)
    }

    #[test]
    fn every_width_agrees_with_the_golden_file() {
        let mut decided_by = [0; 4];
        for line in include_str!("../golden/exp.csv").lines().skip(1) {
            let [scale, rate, steps, floor] = *line.split(',').collect::<Vec<_>>() else {
                panic!("{line}")
            };
            let rate: SignedRatio = rate.parse().unwrap();
            let numerator = rate.magnitude().numerator().checked_mul(steps.parse().unwrap());
            let denominator = rate.magnitude().denominator();
            let Some(numerator) = numerator.filter(|n| *n > 0 && n / denominator < LARGE_EXPONENT)
            else {
                continue;
            };
            let exponential = Exponential {
                scale: scale.parse().unwrap(),
                negative: rate.is_negative(),
                whole: numerator / denominator,
                rest: numerator % denominator,
                denominator,
            };
            decided_by[first_deciding_width(&exponential, expected(floor))] += 1;
        }
        // The file has easy rows, and hard rows that the narrowest width must leave open.
        assert!(decided_by[0] > 200 && decided_by[1] > 50, "{decided_by:?}");
    }

    /// The reduced argument at 2048 bits lies inside the enclosures of all narrower widths.
    #[test]
    fn reduced_arguments_are_enclosed() {
        fn at_full_width<const BITS: usize, const LIMBS: usize>(
            exponential: &Exponential,
        ) -> (i128, [Uint<2048, 32>; 2]) {
            let (k, lower, upper) = exponential.reduce::<BITS, LIMBS>().unwrap();
            let shift = precision(2048) - precision(BITS);
            let widened = [lower, upper]
                .map(|end| Uint::from_limbs_slice(end.as_limbs()).checked_shl(shift).unwrap());
            (k, widened)
        }
        for negative in [false, true] {
            for (whole, rest, denominator) in
                [(0, 1, 3), (0, 1, u128::MAX), (1, 2, 7), (40, 0, 1), (88, 99, 100)]
            {
                let exponential = Exponential { scale: 1, negative, whole, rest, denominator };
                let (k, [lower, upper]) = at_full_width::<2048, 32>(&exponential);
                for (narrow_k, [below, above]) in [
                    at_full_width::<256, 4>(&exponential),
                    at_full_width::<512, 8>(&exponential),
                    at_full_width::<1024, 16>(&exponential),
                ] {
                    assert_eq!(narrow_k, k);
                    assert!(below <= lower && lower < upper && upper <= above);
                }
            }
        }
    }

    #[test]
    fn ln_2_is_enclosed_at_every_width() {
        // e^(ln 2) = 2, from both sides.
        fn check<const BITS: usize, const LIMBS: usize>() {
            let (lower, upper) = ln_2::<BITS, LIMBS>().unwrap();
            let two = Uint::<BITS, LIMBS>::from(2).checked_shl(precision(BITS)).unwrap();
            let near = fixed_exp(lower, End::Lower).unwrap();
            let far = fixed_exp(upper, End::Upper).unwrap();
            assert!(near < two && two < far);
            assert!(far.checked_sub(near).unwrap().bit_len() < 20, "{}", BITS);
        }
        check::<256, 4>();
        check::<512, 8>();
        check::<1024, 16>();
        check::<2048, 32>();
    }
}
