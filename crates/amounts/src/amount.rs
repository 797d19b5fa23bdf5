//! A number of indivisible base units of some asset.

use core::{fmt, str::FromStr};

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{ArithmeticError, Operation, ParseAmountError, decimal};

/// A number of base units, from 0 to 2^128 - 1.
///
/// The asset and its decimals are known to the caller; an amount is only the integer. Display and
/// [`FromStr`] use base units; [`Amount::parse_decimal`], [`Amount::to_decimal`] and
/// [`Amount::to_grouped`] use display units. Borsh: 16 bytes, little-endian.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    BorshDeserialize,
)]
pub struct Amount(u128);

impl Amount {
    /// No units.
    pub const ZERO: Self = Self(0);
    /// The largest amount, 2^128 - 1 base units.
    pub const MAX: Self = Self(u128::MAX);

    /// An amount of `units` base units.
    #[must_use]
    pub const fn new(units: u128) -> Self {
        Self(units)
    }

    /// The number of base units.
    #[must_use]
    pub const fn get(self) -> u128 {
        self.0
    }

    /// Whether this is zero units.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The exact sum of two amounts.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above [`Amount::MAX`].
    pub const fn checked_add(self, other: Self) -> Result<Self, ArithmeticError> {
        match self.0.checked_add(other.0) {
            Some(units) => Ok(Self(units)),
            None => Err(ArithmeticError::Overflow { operation: Operation::Add }),
        }
    }

    /// The exact difference of two amounts.
    ///
    /// # Errors
    /// [`ArithmeticError::Underflow`] if `other` is the larger.
    pub const fn checked_sub(self, other: Self) -> Result<Self, ArithmeticError> {
        match self.0.checked_sub(other.0) {
            Some(units) => Ok(Self(units)),
            None => Err(ArithmeticError::Underflow),
        }
    }

    /// The exact product of an amount and a whole number.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above [`Amount::MAX`].
    pub const fn checked_mul(self, factor: u128) -> Result<Self, ArithmeticError> {
        match self.0.checked_mul(factor) {
            Some(units) => Ok(Self(units)),
            None => Err(ArithmeticError::Overflow { operation: Operation::Multiply }),
        }
    }

    /// The exact sum of any number of amounts; zero if there are none.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above [`Amount::MAX`].
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Result<Self, ArithmeticError> {
        let mut total = 0_u128;
        for amount in amounts {
            total = total
                .checked_add(amount.0)
                .ok_or(ArithmeticError::Overflow { operation: Operation::Sum })?;
        }
        Ok(Self(total))
    }

    /// Reads a number of display units, exactly. One display unit is `10^decimals` base units.
    ///
    /// `"285000"` and `"0.5"` are accepted; signs, exponents, separators, spaces, `".5"`, `"1."`
    /// and `"00"` are not. Nothing is rounded: too many digits after the dot are an error.
    ///
    /// # Errors
    /// [`ParseAmountError`] says what is allowed.
    pub fn parse_decimal(text: &str, decimals: u8) -> Result<Self, ParseAmountError> {
        let read = decimal::read(text, decimals)?;
        read.digits
            .and_then(|digits| {
                decimal::times_power_of_ten(digits, decimals.abs_diff(read.decimals))
            })
            .map(Self)
            .ok_or(ParseAmountError::TooLarge { decimals })
    }

    /// Writes display units exactly, without trailing zeros: `"285000"`, `"0.5"`.
    ///
    /// [`Amount::parse_decimal`] with the same `decimals` reads it back.
    #[must_use]
    pub fn to_decimal(self, decimals: u8) -> String {
        let (mut text, fraction) = decimal::split_digits(self.0, decimals);
        let fraction = fraction.trim_end_matches('0');
        if !fraction.is_empty() {
            text.push('.');
            text.push_str(fraction);
        }
        text
    }

    /// Writes display units for people: commas between thousands and exactly `shown_decimals`
    /// digits after the dot, the rest cut off (rounded toward zero): `"285,000.000000000"`.
    #[must_use]
    pub fn to_grouped(self, decimals: u8, shown_decimals: u8) -> String {
        let (integer, fraction) = decimal::split_digits(self.0, decimals);
        let mut text = decimal::group_thousands(&integer);
        if shown_decimals > 0 {
            let shown = usize::from(shown_decimals);
            text.push('.');
            // Precision cuts the digits, width fills them up with zeros.
            text.push_str(&format!("{fraction:0<shown$.shown$}"));
        }
        text
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Amount {
    type Err = ParseAmountError;

    /// Reads a whole number of base units with the same strictness as [`Amount::parse_decimal`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_decimal(text, 0)
    }
}
