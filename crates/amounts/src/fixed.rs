//! Money shared out over shares without touching who holds them: an exact fixed-point number.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{
    ArithmeticError, Operation,
    mul_div::{U256, join},
};

/// `whole + fraction / 2^128`, from 0 to just below `2^128`; exact, nothing is ever rounded.
///
/// An accumulator of rewards per share is one, and so is what its divisions leave over.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize,
)]
pub struct Fixed {
    /// The whole part.
    pub whole: u128,
    /// In units of 2^-128.
    pub fraction: u128,
}

const ADD: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };
const MULTIPLY: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };

impl Fixed {
    /// Zero.
    pub const ZERO: Self = Self { whole: 0, fraction: 0 };

    /// A whole number.
    #[must_use]
    pub const fn from_whole(whole: u128) -> Self {
        Self { whole, fraction: 0 }
    }

    /// The sum.
    ///
    /// # Errors
    /// Overflow if it reaches 2^128.
    pub fn checked_add(self, other: Self) -> Result<Self, ArithmeticError> {
        self.bits().checked_add(other.bits()).map(Self::of).ok_or(ADD)
    }

    /// The difference.
    ///
    /// # Errors
    /// [`ArithmeticError::Underflow`] if `other` is larger.
    pub fn checked_sub(self, other: Self) -> Result<Self, ArithmeticError> {
        self.bits().checked_sub(other.bits()).map(Self::of).ok_or(ArithmeticError::Underflow)
    }

    /// `self x count`.
    ///
    /// # Errors
    /// Overflow if it reaches 2^128.
    pub fn times(self, count: u128) -> Result<Self, ArithmeticError> {
        self.bits().checked_mul(U256::from(count)).map(Self::of).ok_or(MULTIPLY)
    }

    /// `self = quotient x count + remainder` with a remainder below count / 2^128, as
    /// `(quotient, remainder)`.
    ///
    /// # Errors
    /// [`ArithmeticError::DivisionByZero`] if `count` is 0.
    pub fn divide(self, count: u128) -> Result<(Self, Self), ArithmeticError> {
        if count == 0 {
            return Err(ArithmeticError::DivisionByZero);
        }
        let (quotient, remainder) = self.bits().div_rem(U256::from(count));
        Ok((Self::of(quotient), Self::of(remainder)))
    }

    fn bits(self) -> U256 {
        join(self.whole, self.fraction)
    }

    fn of(bits: U256) -> Self {
        let [a, b, c, d] = bits.into_limbs();
        let pair = |low: u64, high: u64| u128::from(high) << 64 | u128::from(low);
        Self { whole: pair(c, d), fraction: pair(a, b) }
    }
}
