//! 32-byte hashes and the one domain-separated BLAKE3 hasher of the state machine.

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

/// A 32-byte hash.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize,
)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// 32 zero bytes: "no hash".
    pub const ZERO: Self = Self([0; 32]);

    /// BLAKE3 of the parts under `domain`. Every part is length-prefixed, so that no two lists of
    /// parts hash alike.
    #[must_use]
    pub fn of(domain: &str, parts: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(domain);
        for part in parts {
            update(&mut hasher, part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The first eight bytes as a big-endian number: a uniform draw when the hash is one.
    #[must_use]
    pub fn leading_u64(&self) -> u64 {
        let mut bytes = [0_u8; 8];
        bytes.copy_from_slice(self.0.split_at(8).0);
        u64::from_be_bytes(bytes)
    }
}

/// Feeds one length-prefixed part to a hasher.
pub(crate) fn update(hasher: &mut blake3::Hasher, part: &[u8]) {
    // A slice is never longer than 2^64 bytes.
    hasher.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(part);
}

impl fmt::Display for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The text is not `0x` and 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseHashError;

impl fmt::Display for ParseHashError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a hash is 0x followed by 64 hexadecimal digits")
    }
}

impl std::error::Error for ParseHashError {}

impl FromStr for Hash {
    type Err = ParseHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("0x").ok_or(ParseHashError)?;
        crate::address::hex_bytes(digits).map(Self).ok_or(ParseHashError)
    }
}
