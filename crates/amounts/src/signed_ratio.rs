//! An exact fraction with a sign, for exponents.

use core::{cmp::Ordering, fmt, str::FromStr};

use borsh::{BorshDeserialize, BorshSerialize, io};

use crate::{ParseRatioError, Ratio};

/// An exact fraction that may be negative. Zero is never negative.
///
/// Borsh: the sign as one byte, then the magnitude; decoding refuses a negative zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, BorshSerialize)]
pub struct SignedRatio {
    negative: bool,
    magnitude: Ratio,
}

impl SignedRatio {
    /// Zero.
    pub const ZERO: Self = Self { negative: false, magnitude: Ratio::ZERO };

    /// `magnitude` or `-magnitude`; zero is non-negative whatever the sign given.
    #[must_use]
    pub const fn new(negative: bool, magnitude: Ratio) -> Self {
        Self { negative: negative && !magnitude.is_zero(), magnitude }
    }

    /// Whether this is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.negative
    }

    /// Whether this is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.magnitude.is_zero()
    }

    /// The distance from zero.
    #[must_use]
    pub const fn magnitude(self) -> Ratio {
        self.magnitude
    }

    /// The same distance on the other side of zero.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self::new(!self.negative, self.magnitude)
    }

    /// Reads a decimal number exactly, with an optional leading minus: `"-0.000475"`.
    ///
    /// # Errors
    /// As [`Ratio::parse_decimal`]; a position in the error counts from after the minus.
    pub fn parse_decimal(text: &str) -> Result<Self, ParseRatioError> {
        read_with_sign(text, Ratio::parse_decimal)
    }
}

fn read_with_sign(
    text: &str,
    read: impl Fn(&str) -> Result<Ratio, ParseRatioError>,
) -> Result<SignedRatio, ParseRatioError> {
    match text.strip_prefix('-') {
        Some(magnitude) => Ok(SignedRatio::new(true, read(magnitude)?)),
        None => Ok(SignedRatio::new(false, read(text)?)),
    }
}

impl From<Ratio> for SignedRatio {
    fn from(magnitude: Ratio) -> Self {
        Self::new(false, magnitude)
    }
}

impl PartialOrd for SignedRatio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SignedRatio {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude.cmp(&other.magnitude),
            (true, true) => other.magnitude.cmp(&self.magnitude),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl fmt::Display for SignedRatio {
    /// Writes as [`Ratio`] does, with a leading minus if negative.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        f.pad(&format!("{sign}{}", self.magnitude))
    }
}

impl FromStr for SignedRatio {
    type Err = ParseRatioError;

    /// Reads what [`Ratio`] reads, with an optional leading minus.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read_with_sign(text, str::parse)
    }
}

impl BorshDeserialize for SignedRatio {
    fn deserialize_reader<R: io::Read>(reader: &mut R) -> io::Result<Self> {
        let negative = bool::deserialize_reader(reader)?;
        let magnitude = Ratio::deserialize_reader(reader)?;
        if negative && magnitude.is_zero() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "zero with a minus sign"));
        }
        Ok(Self { negative, magnitude })
    }
}
