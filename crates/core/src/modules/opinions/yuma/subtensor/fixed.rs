//! Subtensor's numbers: two's complement with a fixed number of binary digits after the point, as
//! encointer/substrate-fixed 0.6.0 computes with them (reference/bittensor.md §1.0).
//!
//! The only file whose arithmetic may saturate, wrap and cut bits off: to reproduce exactly that
//! is what it is for.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    reason = "bit equality with numbers that saturate and wrap (DESIGN §8)"
)]

use alloy_primitives::U256;
use std::iter::Sum;

/// 31 binary digits before the point, 32 after it, and a sign: all that Yuma computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct I32F32(i64);

/// A number of 128 bits with a sign, `FRACTION` of them after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signed<const FRACTION: u32>(i128);

/// A number of 128 bits without a sign, `FRACTION` of them after the point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsigned<const FRACTION: u32>(u128);

/// Stake before it is normalised.
pub type I64F64 = Signed<64>;
/// Products with an amount of rao.
pub type I96F32 = Signed<32>;
/// Shares and weights of stake, takes.
pub type U96F32 = Unsigned<32>;
/// Prices and pool shares.
pub type U64F64 = Unsigned<64>;

/// Binary digits of [`I32F32`] after the point.
const DIGITS: u32 = 32;
/// e as upstream's library has it: 23 binary digits after the point.
const E: I32F32 = I32F32(22_802_600 << 9);
/// The logarithm of e to base 2, likewise.
const LOG2_E: I32F32 = I32F32(12_102_203 << 9);
/// Where [`I32F32::exp_safe`] cuts its argument off, on both sides.
const LARGEST_EXPONENT: I32F32 = I32F32(20 << DIGITS);

impl I32F32 {
    /// 0.
    pub const ZERO: Self = Self(0);
    /// 1.
    pub const ONE: Self = Self(1 << DIGITS);
    /// 1/2.
    pub const HALF: Self = Self(1 << (DIGITS - 1));
    /// The largest.
    pub const MAX: Self = Self(i64::MAX);
    /// The smallest.
    pub const MIN: Self = Self(i64::MIN);

    /// The number of these bits, in parts of 2^32.
    #[must_use]
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits)
    }

    /// Its bits, parts of 2^32.
    #[must_use]
    pub const fn to_bits(self) -> i64 {
        self.0
    }

    /// A whole number; the nearest there is, if it is none of these.
    #[must_use]
    pub const fn from_integer(integer: i64) -> Self {
        clamped((integer as i128) << DIGITS)
    }

    /// Parts of 65,535, rounded down.
    #[must_use]
    pub fn from_proportion(parts: u16) -> Self {
        Self::from_integer(i64::from(parts)).over(Self::from_integer(i64::from(u16::MAX)))
    }

    /// In parts of 65,535, rounded down; 0 if negative, 65,535 if it is more.
    #[must_use]
    pub fn to_proportion(self) -> u16 {
        self.times(Self::from_integer(i64::from(u16::MAX))).whole_u16()
    }

    /// The whole number below it; 0 if negative, 65,535 if it is more.
    #[must_use]
    pub fn whole_u16(self) -> u16 {
        (self.0 >> DIGITS).clamp(0, i64::from(u16::MAX)) as u16
    }

    /// The whole number below it; 0 if negative.
    #[must_use]
    pub fn whole_u64(self) -> u64 {
        (self.0 >> DIGITS).max(0) as u64
    }

    /// The sum, saturating.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The difference, saturating.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The product, rounded toward minus infinity, saturating.
    #[must_use]
    pub const fn times(self, other: Self) -> Self {
        clamped(self.product(other))
    }

    /// The product, rounded toward minus infinity; `None` out of range.
    #[must_use]
    pub fn checked_times(self, other: Self) -> Option<Self> {
        i64::try_from(self.product(other)).ok().map(Self)
    }

    const fn product(self, other: Self) -> i128 {
        (self.0 as i128 * other.0 as i128) >> DIGITS
    }

    /// The quotient, rounded toward 0; 0 if it is out of range or the divisor is 0.
    #[must_use]
    pub fn over(self, divisor: Self) -> Self {
        if self.0 >= 0 && divisor.0 > 0 {
            // 64 bits are enough for a dividend below 1 or a whole divisor.
            let (dividend, divisor) = (self.0 as u64, divisor.0 as u64);
            if dividend >> DIGITS == 0 {
                return Self(i64::try_from((dividend << DIGITS) / divisor).unwrap_or(0));
            }
            if divisor & u64::from(u32::MAX) == 0 {
                return Self((dividend / (divisor >> DIGITS)) as i64);
            }
        }
        self.checked_over(divisor).unwrap_or_default()
    }

    /// The quotient, rounded toward 0; `None` if it is out of range or the divisor is 0.
    #[must_use]
    pub fn checked_over(self, divisor: Self) -> Option<Self> {
        self.quotient(divisor).and_then(|bits| i64::try_from(bits).ok()).map(Self)
    }

    /// The quotient, rounded toward 0, saturating; `None` if the divisor is 0.
    #[must_use]
    pub fn saturating_over(self, divisor: Self) -> Option<Self> {
        self.quotient(divisor).map(clamped)
    }

    fn quotient(self, divisor: Self) -> Option<i128> {
        (i128::from(self.0) << DIGITS).checked_div(i128::from(divisor.0))
    }

    /// The largest whole number that is not larger.
    #[must_use]
    pub const fn floor(self) -> Self {
        Self((self.0 >> DIGITS) << DIGITS)
    }

    /// The nearest whole number; of two the one farther from 0.
    #[must_use]
    pub const fn round(self) -> Self {
        let half = Self::HALF.0;
        if self.0 < 0 {
            return Self(Self(half.wrapping_sub(self.0)).floor().0.wrapping_neg());
        }
        Self(self.0.wrapping_add(half)).floor()
    }

    /// e to this power by 30 terms of the series; `None` if a term leaves the range. Exactly 1
    /// gives a constant of fewer digits, so that there is a step at 1.
    #[must_use]
    pub fn exp(self) -> Option<Self> {
        if self == Self::ZERO {
            return Some(Self::ONE);
        }
        if self == Self::ONE {
            return Some(E);
        }
        let power = Self(self.0.wrapping_abs());
        let mut term = power;
        let mut sum = Self(power.0.wrapping_add(Self::ONE.0));
        for place in 2..i64::from(DIGITS) {
            term = term.checked_times(power)?;
            // Over a whole number; what is 0 stays so.
            term = Self(term.0 / place);
            if term == Self::ZERO {
                break;
            }
            sum = Self(sum.0.checked_add(term.0)?);
        }
        if self < Self::ZERO { Self::ONE.checked_over(sum) } else { Some(sum) }
    }

    /// e to this power, taken as -20 to 20; out of range 0 below 0, the largest number above.
    #[must_use]
    pub fn exp_safe(self) -> Self {
        let power = self.clamp(Self(-LARGEST_EXPONENT.0), LARGEST_EXPONENT);
        let out = if power <= Self::ZERO { Self::ZERO } else { Self::MAX };
        power.exp().unwrap_or(out)
    }

    /// 1 / (1 + e^(-rho (x - kappa))).
    #[must_use]
    pub fn sigmoid(self, rho: Self, kappa: Self) -> Self {
        let power = rho.times(Self(-Self::ONE.0)).times(self.minus(kappa));
        Self::ONE.over(power.exp_safe().plus(Self::ONE))
    }

    /// The logarithm to base 2, a binary digit at a time; `None` unless it is positive and its
    /// inverse in range.
    #[must_use]
    pub fn log2(self) -> Option<Self> {
        if self <= Self::ZERO {
            return None;
        }
        if self < Self::ONE {
            return Some(Self(-Self::ONE.checked_over(self)?.log2_of_large().0));
        }
        Some(self.log2_of_large())
    }

    /// Of 1 or more.
    fn log2_of_large(self) -> Self {
        let two = Self::ONE.0 << 1;
        let half = |bits: i64| (bits >> 1) + (bits & 1);
        let (mut rest, mut digits) = (self.0, 0_i64);
        while rest >= two {
            digits += 1;
            rest = half(rest);
        }
        if rest == Self::ONE.0 {
            return Self(digits << DIGITS);
        }
        for _ in 0..DIGITS {
            rest = Self(rest).times(Self(rest)).0;
            digits <<= 1;
            if rest >= two {
                digits |= 1;
                rest = half(rest);
            }
        }
        Self(digits)
    }

    /// The natural logarithm; `None` as for [`Self::log2`].
    #[must_use]
    pub fn ln(self) -> Option<Self> {
        self.log2()?.checked_over(LOG2_E)
    }
}

/// Wraps around at the end of the range, as upstream's does in production.
impl Sum for I32F32 {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::ZERO, |sum, number| Self(sum.0.wrapping_add(number.0)))
    }
}

const fn clamped(bits: i128) -> I32F32 {
    if bits > i64::MAX as i128 {
        I32F32::MAX
    } else if bits < i64::MIN as i128 {
        I32F32::MIN
    } else {
        I32F32(bits as i64)
    }
}

impl<const FRACTION: u32> Signed<FRACTION> {
    /// The number of these bits.
    #[must_use]
    pub const fn from_bits(bits: i128) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn to_bits(self) -> i128 {
        self.0
    }

    /// A whole number divided by 2^`scale`, exactly; `None` out of range or with more digits than
    /// there are.
    #[must_use]
    pub fn from_scaled(integer: u128, scale: u32) -> Option<Self> {
        let shift = FRACTION.checked_sub(scale)?;
        let bits = i128::try_from(integer).ok()?;
        (bits.leading_zeros() > shift || bits == 0).then_some(Self(bits << shift))
    }

    /// The whole number below the 2^`scale`-fold; 0 if negative, or if `scale` is more than the
    /// digits after the point.
    #[must_use]
    pub fn to_scaled(self, scale: u32) -> u128 {
        let shift = FRACTION.checked_sub(scale);
        shift.map_or(0, |shift| (self.0 >> shift).max(0) as u128)
    }

    /// The whole number below it; 0 if negative, 2^64 - 1 if it is more.
    #[must_use]
    pub fn whole_u64(self) -> u64 {
        u64::try_from(self.to_scaled(0)).unwrap_or(u64::MAX)
    }

    /// Rounded toward minus infinity, saturating.
    #[must_use]
    pub const fn to_i32f32(self) -> I32F32 {
        clamped(self.0 >> (FRACTION - DIGITS))
    }

    /// The product, rounded toward minus infinity, saturating.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let product = U256::from(self.0.unsigned_abs()) * U256::from(other.0.unsigned_abs());
        let whole = product >> FRACTION as usize;
        let negative = (self.0 < 0) != (other.0 < 0);
        let up = negative && whole << FRACTION as usize != product;
        let magnitude = whole + U256::from(u8::from(up));
        let out = if negative { i128::MIN } else { i128::MAX };
        Self(signed(magnitude, negative).unwrap_or(out))
    }

    /// The quotient, rounded toward 0; `None` if it is out of range or the divisor is 0.
    #[must_use]
    pub fn checked_over(self, divisor: Self) -> Option<Self> {
        let quotient = quotient(self.0.unsigned_abs(), divisor.0.unsigned_abs(), FRACTION)?;
        signed(quotient, (self.0 < 0) != (divisor.0 < 0)).map(Self)
    }

    /// The quotient, rounded toward 0; 0 if it is out of range or the divisor is 0.
    #[must_use]
    pub fn over(self, divisor: Self) -> Self {
        self.checked_over(divisor).unwrap_or_default()
    }
}

impl From<I32F32> for I96F32 {
    fn from(number: I32F32) -> Self {
        Self(i128::from(number.0))
    }
}

/// Wraps around at the end of the range, as upstream's does in production.
impl<const FRACTION: u32> Sum for Signed<FRACTION> {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self(0), |sum, number| Self(sum.0.wrapping_add(number.0)))
    }
}

fn quotient(dividend: u128, divisor: u128, fraction: u32) -> Option<U256> {
    (U256::from(dividend) << fraction as usize).checked_div(U256::from(divisor))
}

fn signed(magnitude: U256, negative: bool) -> Option<i128> {
    let magnitude = u128::try_from(magnitude).ok()?;
    if negative {
        return 0_i128.checked_sub_unsigned(magnitude);
    }
    i128::try_from(magnitude).ok()
}

impl<const FRACTION: u32> Unsigned<FRACTION> {
    /// The number of these bits.
    #[must_use]
    pub const fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// Its bits.
    #[must_use]
    pub const fn to_bits(self) -> u128 {
        self.0
    }

    /// The difference, not below 0.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The product, rounded down, saturating.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let product = (U256::from(self.0) * U256::from(other.0)) >> FRACTION as usize;
        Self(u128::try_from(product).unwrap_or(u128::MAX))
    }

    /// The quotient, rounded down; `None` if it is out of range or the divisor is 0.
    #[must_use]
    pub fn checked_over(self, divisor: Self) -> Option<Self> {
        u128::try_from(quotient(self.0, divisor.0, FRACTION)?).ok().map(Self)
    }
}
