//! Account addresses: 20 bytes, written as Ethereum addresses with the EIP-55 checksum.

use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use std::str::FromStr;

/// An account address. Any 20 bytes are an address; the zero address is the null recipient and
/// never owns anything.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, BorshSerialize, BorshDeserialize,
)]
pub struct Address(pub [u8; 20]);

impl Address {
    /// The zero address.
    pub const ZERO: Self = Self([0; 20]);

    /// The address derived from `seed`: the last 20 bytes of keccak256(seed). Used for accounts of
    /// local networks, pots and assets, which have no signing key.
    #[must_use]
    pub fn derived(seed: &[u8]) -> Self {
        let digest = alloy_primitives::keccak256(seed);
        let mut bytes = [0_u8; 20];
        bytes.copy_from_slice(digest.split_at(12).1);
        Self(bytes)
    }

    /// The address bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&alloy_primitives::Address::from(self.0).to_checksum(None))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Why a text is not an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseAddressError {
    /// Not `0x` followed by 40 hexadecimal digits.
    Form,
    /// Mixed-case text whose EIP-55 checksum is wrong: most likely a typing error.
    Checksum {
        /// The text with the right checksum.
        expected: String,
    },
}

impl fmt::Display for ParseAddressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => formatter.write_str("an address is 0x followed by 40 hexadecimal digits"),
            Self::Checksum { expected } => write!(
                formatter,
                "the upper and lower case letters do not match the address checksum; \
                 if every digit is right, write {expected}"
            ),
        }
    }
}

impl std::error::Error for ParseAddressError {}

impl FromStr for Address {
    type Err = ParseAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("0x").ok_or(ParseAddressError::Form)?;
        let bytes: [u8; 20] = hex_bytes(digits).ok_or(ParseAddressError::Form)?;
        let address = Self(bytes);
        let has_upper = digits.bytes().any(|byte| byte.is_ascii_uppercase());
        let has_lower = digits.bytes().any(|byte| byte.is_ascii_lowercase());
        if has_upper && has_lower && address.to_string() != text {
            return Err(ParseAddressError::Checksum { expected: address.to_string() });
        }
        Ok(address)
    }
}

/// Exactly `2 * N` hexadecimal digits as bytes; `None` for anything else.
#[must_use]
pub fn hex_bytes<const N: usize>(digits: &str) -> Option<[u8; N]> {
    let text = digits.as_bytes();
    if text.len() != N.checked_mul(2)? {
        return None;
    }
    let mut bytes = [0_u8; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let high = char::from(*pair.first()?).to_digit(16)?;
        let low = char::from(*pair.get(1)?).to_digit(16)?;
        *byte = u8::try_from(high.checked_mul(16)?.checked_add(low)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_of_the_eip_55_example() {
        let text = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        assert_eq!(text.to_lowercase().parse::<Address>().unwrap().to_string(), text);
        let wrong = "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert!(matches!(wrong.parse::<Address>(), Err(ParseAddressError::Checksum { .. })));
        for bad in ["", "0x", "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "0x5a", "0xZZ"] {
            assert_eq!(bad.parse::<Address>(), Err(ParseAddressError::Form), "{bad}");
        }
    }
}
