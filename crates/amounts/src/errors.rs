//! What can go wrong with a number, and how it is said.

use core::fmt;

use crate::Amount;

/// The operation that produced a number too large for its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// An addition of two numbers.
    Add,
    /// A multiplication, or a multiplication followed by a division.
    Multiply,
    /// A division of one ratio by another.
    Divide,
    /// A sum over a sequence of numbers.
    Sum,
    /// A proportional share of a total.
    Share,
    /// The exponential function.
    Exponential,
    /// The natural logarithm.
    Logarithm,
    /// A power with an integer exponent.
    Power,
    /// A square root.
    SquareRoot,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "addition",
            Self::Multiply => "multiplication",
            Self::Divide => "division",
            Self::Sum => "sum",
            Self::Share => "proportional share",
            Self::Exponential => "exponential",
            Self::Logarithm => "logarithm",
            Self::Power => "power",
            Self::SquareRoot => "square root",
        })
    }
}

/// Why an exact result does not exist or cannot be represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArithmeticError {
    /// The exact result does not fit its type (128 bits, or 128 bits over 128 bits for a ratio).
    Overflow {
        /// The operation whose result is too large.
        operation: Operation,
    },
    /// The exact result is below zero.
    Underflow,
    /// A denominator, divisor or sum of weights is zero.
    DivisionByZero,
    /// The ratio exceeds one, so it has no complement.
    RatioAboveOne,
    /// The shares of a split do not sum to exactly one.
    SharesNotOne,
    /// The weights sum to more than the denominator they are shares of.
    WeightsExceedDenominator,
    /// The parts of a total do not sum to it. Cannot happen; checked so that it never passes.
    NotConserved,
    /// The floor is still undecided at the widest working precision (2048 bits).
    Undecided {
        /// The operation whose floor is undecided.
        operation: Operation,
    },
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overflow { operation } => write!(f, "{operation} exceeds 128 bits"),
            Self::Underflow => f.write_str("subtraction goes below zero"),
            Self::DivisionByZero => f.write_str("division by zero"),
            Self::RatioAboveOne => f.write_str("ratio exceeds one"),
            Self::SharesNotOne => f.write_str("shares do not sum to exactly one"),
            Self::WeightsExceedDenominator => {
                f.write_str("weights sum to more than the denominator")
            }
            Self::NotConserved => f.write_str("parts do not sum to the total"),
            Self::Undecided { operation } => {
                write!(f, "{operation} is too close to an integer to round within 2048 bits")
            }
        }
    }
}

impl std::error::Error for ArithmeticError {}

/// Why a text is not a decimal number this crate accepts.
///
/// Accepted is: one or more ASCII digits, without a leading zero unless it is the only one, then
/// optionally one dot and one or more digits. No sign, exponent, separator or space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParseAmountError {
    /// The text is empty.
    Empty,
    /// A character is neither a digit nor the only dot.
    InvalidCharacter {
        /// The first such character.
        character: char,
        /// Its position in the text, in bytes from 0.
        position: usize,
    },
    /// No digit stands before the dot.
    MissingIntegerPart,
    /// No digit stands after the dot.
    MissingFractionPart,
    /// The integer part has a needless leading zero.
    LeadingZero,
    /// More digits after the dot than the unit has.
    TooManyDecimals {
        /// How many digits after the dot are allowed.
        allowed: u8,
        /// How many there are.
        found: usize,
    },
    /// The number exceeds 2^128 - 1 units of its last digit.
    TooLarge {
        /// Digits after the dot in the unit the number was read in.
        decimals: u8,
    },
}

impl fmt::Display for ParseAmountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("empty: expected a decimal number such as 0.5"),
            Self::InvalidCharacter { character, position } => write!(
                f,
                "character {character:?} at position {position}: \
                 only digits and one dot are allowed"
            ),
            Self::MissingIntegerPart => f.write_str("expected a digit before the dot"),
            Self::MissingFractionPart => f.write_str("expected a digit after the dot"),
            Self::LeadingZero => f.write_str("leading zero: write 7, not 07"),
            Self::TooManyDecimals { allowed: 0, found } => {
                write!(f, "{found} digits after the dot: only whole numbers are allowed")
            }
            Self::TooManyDecimals { allowed, found } => {
                write!(f, "{found} digits after the dot: at most {allowed} are allowed")
            }
            Self::TooLarge { decimals } => {
                write!(f, "too large: at most {} is allowed", Amount::MAX.to_decimal(*decimals))
            }
        }
    }
}

impl std::error::Error for ParseAmountError {}

/// Why a text is not a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ParseRatioError {
    /// The decimal number, the numerator or the denominator cannot be read.
    Number(ParseAmountError),
    /// The denominator after the slash is zero.
    ZeroDenominator,
}

impl fmt::Display for ParseRatioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(error) => error.fmt(f),
            Self::ZeroDenominator => f.write_str("the denominator is zero"),
        }
    }
}

impl std::error::Error for ParseRatioError {}

impl From<ParseAmountError> for ParseRatioError {
    fn from(error: ParseAmountError) -> Self {
        Self::Number(error)
    }
}
