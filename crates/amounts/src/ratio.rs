//! An exact, non-negative fraction.

use core::{cmp::Ordering, fmt, str::FromStr};

use borsh::{BorshDeserialize, BorshSerialize, io};
use ruint::Uint;

use crate::{
    Amount, ArithmeticError, Operation, ParseAmountError, ParseRatioError, decimal,
    mul_div::{mul_div_ceil, mul_div_floor, mul_div_remainder},
};

/// Most digits after the dot in the decimal text of a ratio: 10^38 is the last power of ten below
/// 2^128.
const MAX_DECIMALS: u8 = 38;

/// An exact fraction of two 128-bit numbers, at least 0, always in lowest terms.
///
/// Lowest terms make equality and hashing exact; order compares cross products of 256 bits. Borsh:
/// numerator then denominator, 32 bytes; decoding refuses a fraction that is not in lowest terms or
/// has denominator 0, so every ratio has one encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize)]
pub struct Ratio {
    numerator: u128,
    denominator: u128,
}

impl Ratio {
    /// Zero, `0/1`.
    pub const ZERO: Self = Self::from_integer(0);
    /// One, `1/1`.
    pub const ONE: Self = Self::from_integer(1);

    /// `numerator / denominator`, reduced to lowest terms.
    ///
    /// # Errors
    /// [`ArithmeticError::DivisionByZero`] if `denominator` is 0.
    pub fn new(numerator: u128, denominator: u128) -> Result<Self, ArithmeticError> {
        let divisor = greatest_common_divisor(numerator, denominator);
        match (numerator.checked_div(divisor), denominator.checked_div(divisor)) {
            (Some(numerator), Some(denominator)) if denominator > 0 => {
                Ok(Self { numerator, denominator })
            }
            (Some(_) | None, Some(_) | None) => Err(ArithmeticError::DivisionByZero),
        }
    }

    /// A whole number as a ratio.
    #[must_use]
    pub const fn from_integer(integer: u128) -> Self {
        Self { numerator: integer, denominator: 1 }
    }

    /// The numerator in lowest terms.
    #[must_use]
    pub const fn numerator(self) -> u128 {
        self.numerator
    }

    /// The denominator in lowest terms, at least 1.
    #[must_use]
    pub const fn denominator(self) -> u128 {
        self.denominator
    }

    /// Whether this is 0.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.numerator == 0
    }

    /// Whether this is 1 or less.
    #[must_use]
    pub const fn at_most_one(self) -> bool {
        self.numerator <= self.denominator
    }

    /// Reads a decimal number exactly: `"0.000475"` is 19/40000. At most 38 digits after the dot.
    ///
    /// # Errors
    /// [`ParseRatioError::Number`] for anything but digits with at most one dot between them, and
    /// for a number whose digits exceed 128 bits.
    pub fn parse_decimal(text: &str) -> Result<Self, ParseRatioError> {
        let read = decimal::read(text, MAX_DECIMALS)?;
        let too_large = ParseAmountError::TooLarge { decimals: read.decimals };
        let denominator = decimal::times_power_of_ten(1, read.decimals).ok_or(too_large)?;
        Self::new(read.digits.ok_or(too_large)?, denominator)
            .map_err(|_| ParseRatioError::ZeroDenominator)
    }

    /// Writes the ratio with exactly `digits` digits after the dot, rounded toward zero.
    #[must_use]
    pub fn to_decimal_string(self, digits: u8) -> String {
        let (whole, mut rest) = self.whole_and_rest();
        let mut text = whole.to_string();
        for position in 0..digits {
            if position == 0 {
                text.push('.');
            }
            rest = push_next_digit(&mut text, rest, self.denominator);
        }
        text
    }

    /// The exact sum.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] if the sum in lowest terms does not fit.
    pub fn checked_add(self, other: Self) -> Result<Self, ArithmeticError> {
        let common = greatest_common_divisor(self.denominator, other.denominator);
        let (left, right) = self.over_common(other, common)?;
        // The sum of two 256-bit products needs 257 bits.
        let sum = left.checked_add(right);
        self.with_wide_numerator(sum, other, common)
    }

    /// The exact difference.
    ///
    /// # Errors
    /// [`ArithmeticError::Underflow`] if `other` is the larger; [`ArithmeticError::Overflow`] if
    /// the difference in lowest terms does not fit.
    pub fn checked_sub(self, other: Self) -> Result<Self, ArithmeticError> {
        if other > self {
            return Err(ArithmeticError::Underflow);
        }
        let common = greatest_common_divisor(self.denominator, other.denominator);
        let (left, right) = self.over_common(other, common)?;
        let difference = left.checked_sub(right);
        self.with_wide_numerator(difference, other, common)
    }

    /// The exact product.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] if the product in lowest terms does not fit.
    pub fn checked_mul(self, other: Self) -> Result<Self, ArithmeticError> {
        // Cancelling crosswise first leaves the factors of the lowest terms, so an overflow below
        // is a true one.
        let left = Self::new(self.numerator, other.denominator)?;
        let right = Self::new(other.numerator, self.denominator)?;
        let numerator = left.numerator.checked_mul(right.numerator);
        let denominator = left.denominator.checked_mul(right.denominator);
        match (numerator, denominator) {
            (Some(numerator), Some(denominator)) => Ok(Self { numerator, denominator }),
            (Some(_) | None, Some(_) | None) => {
                Err(ArithmeticError::Overflow { operation: Operation::Multiply })
            }
        }
    }

    /// The exact quotient.
    ///
    /// # Errors
    /// [`ArithmeticError::DivisionByZero`] if `other` is 0; [`ArithmeticError::Overflow`] if the
    /// quotient in lowest terms does not fit.
    pub fn checked_div(self, other: Self) -> Result<Self, ArithmeticError> {
        if other.is_zero() {
            return Err(ArithmeticError::DivisionByZero);
        }
        let reciprocal = Self { numerator: other.denominator, denominator: other.numerator };
        self.checked_mul(reciprocal)
            .map_err(|_| ArithmeticError::Overflow { operation: Operation::Divide })
    }

    /// `1 - self`, exactly.
    ///
    /// # Errors
    /// [`ArithmeticError::RatioAboveOne`] if the ratio exceeds 1.
    pub fn complement(self) -> Result<Self, ArithmeticError> {
        let numerator =
            self.denominator.checked_sub(self.numerator).ok_or(ArithmeticError::RatioAboveOne)?;
        Self::new(numerator, self.denominator)
    }

    /// `floor(amount * self)` in base units, rounded toward zero.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above [`Amount::MAX`].
    pub fn apply_floor(self, amount: Amount) -> Result<Amount, ArithmeticError> {
        self.floor_mul(amount.get()).map(Amount::new)
    }

    /// `ceil(amount * self)` in base units, rounded up.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above [`Amount::MAX`].
    pub fn apply_ceil(self, amount: Amount) -> Result<Amount, ArithmeticError> {
        self.ceil_mul(amount.get()).map(Amount::new)
    }

    /// `floor(factor * self)`, rounded toward zero.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above 128 bits.
    pub fn floor_mul(self, factor: u128) -> Result<u128, ArithmeticError> {
        mul_div_floor(factor, self.numerator, self.denominator)
    }

    /// `ceil(factor * self)`, rounded up.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above 128 bits.
    pub fn ceil_mul(self, factor: u128) -> Result<u128, ArithmeticError> {
        mul_div_ceil(factor, self.numerator, self.denominator)
    }

    /// The integer part and the numerator of what remains.
    fn whole_and_rest(self) -> (u128, u128) {
        // The denominator is at least 1, so the default is never taken.
        mul_div_remainder(self.numerator, 1, self.denominator).unwrap_or_default()
    }

    /// Whether the decimal expansion ends: the denominator has no prime factor but 2 and 5.
    fn terminates(self) -> bool {
        let twos = self.denominator.trailing_zeros();
        let mut rest = self.denominator.checked_shr(twos).unwrap_or_default();
        while rest.checked_rem(5) == Some(0) && rest > 0 {
            rest = rest.checked_div(5).unwrap_or_default();
        }
        rest == 1
    }

    /// Numerators of both ratios over the common multiple of their denominators, whose greatest
    /// common divisor is `common`.
    fn over_common(
        self,
        other: Self,
        common: u128,
    ) -> Result<(Uint<320, 5>, Uint<320, 5>), ArithmeticError> {
        let cross = |numerator: u128, denominator: u128| {
            let factor = denominator.checked_div(common).ok_or(ArithmeticError::DivisionByZero)?;
            Uint::from(numerator)
                .checked_mul(Uint::from(factor))
                .ok_or(ArithmeticError::Overflow { operation: Operation::Add })
        };
        Ok((cross(self.numerator, other.denominator)?, cross(other.numerator, self.denominator)?))
    }

    /// `numerator / least common multiple of the denominators`, reduced. Only divisors of `common`
    /// can cancel (Knuth, TAOCP 2, 4.5.1), so the result is in lowest terms.
    fn with_wide_numerator(
        self,
        numerator: Option<Uint<320, 5>>,
        other: Self,
        common: u128,
    ) -> Result<Self, ArithmeticError> {
        let overflow = ArithmeticError::Overflow { operation: Operation::Add };
        let numerator = numerator.ok_or(overflow)?;
        let rest = numerator.checked_rem(Uint::from(common)).ok_or(overflow)?;
        let cancelled =
            greatest_common_divisor(u128::try_from(rest).map_err(|_| overflow)?, common);
        let numerator = numerator.checked_div(Uint::from(cancelled)).ok_or(overflow)?;
        let denominator = (other.denominator.checked_div(cancelled))
            .zip(self.denominator.checked_div(common))
            .and_then(|(left, right)| left.checked_mul(right))
            .ok_or(overflow)?;
        let numerator = u128::try_from(numerator).map_err(|_| overflow)?;
        Ok(Self { numerator, denominator })
    }
}

/// Appends the next digit of `rest / denominator` and returns the new rest.
fn push_next_digit(text: &mut String, rest: u128, denominator: u128) -> u128 {
    // rest < denominator, so the digit is below 10 and the default is never taken.
    let (digit, rest) = mul_div_remainder(rest, 10, denominator).unwrap_or_default();
    text.push_str(&digit.to_string());
    rest
}

/// Euclid's algorithm; `gcd(0, n) = n`.
fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while let Some(rest) = a.checked_rem(b) {
        a = b;
        b = rest;
    }
    a
}

impl Default for Ratio {
    fn default() -> Self {
        Self::ZERO
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left_low, left_high) = self.numerator.carrying_mul(other.denominator, 0);
        let (right_low, right_high) = other.numerator.carrying_mul(self.denominator, 0);
        (left_high, left_low).cmp(&(right_high, right_low))
    }
}

impl From<u64> for Ratio {
    fn from(integer: u64) -> Self {
        Self::from_integer(u128::from(integer))
    }
}

impl fmt::Display for Ratio {
    /// Writes the exact decimal if it ends, `numerator/denominator` otherwise.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.terminates() {
            return write!(f, "{}/{}", self.numerator, self.denominator);
        }
        let (whole, mut rest) = self.whole_and_rest();
        let mut text = whole.to_string();
        if rest > 0 {
            text.push('.');
        }
        while rest > 0 {
            rest = push_next_digit(&mut text, rest, self.denominator);
        }
        f.pad(&text)
    }
}

impl FromStr for Ratio {
    type Err = ParseRatioError;

    /// Reads a decimal number, or `numerator/denominator` with whole numbers in any terms.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((numerator, denominator)) = text.split_once('/') else {
            return Self::parse_decimal(text);
        };
        let (numerator, denominator): (Amount, Amount) = (numerator.parse()?, denominator.parse()?);
        Self::new(numerator.get(), denominator.get()).map_err(|_| ParseRatioError::ZeroDenominator)
    }
}

impl BorshDeserialize for Ratio {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let numerator = u128::deserialize_reader(reader)?;
        let denominator = u128::deserialize_reader(reader)?;
        let reduced = Self::new(numerator, denominator)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        if reduced.denominator != denominator {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "ratio is not in lowest terms"));
        }
        Ok(reduced)
    }
}
