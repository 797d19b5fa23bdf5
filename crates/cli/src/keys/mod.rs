//! The user's keys: encrypted Ethereum keystore files in one folder.
//!
//! | module | owns |
//! |---|---|
//! | `keystore` | one file: version 3 of the Web3 Secret Storage, as geth and MetaMask write it |
//! | `folder` | which files there are; names and addresses select one |
//! | `passphrase` | where passphrases come from; never from an argument |

pub(crate) mod folder;
pub(crate) mod keystore;
pub(crate) mod passphrase;

use rand::RngCore;
use rand::rngs::OsRng;
use secp256k1::{SECP256K1, SecretKey};
use std::fmt;
use workmint_core::Address;
use zeroize::Zeroizing;

use crate::failure::Failure;

pub(crate) use folder::Folder;
pub(crate) use passphrase::{Passphrase, PassphraseArguments};

/// A private key; erased from memory when it is dropped, never printed.
pub(crate) struct Secret(SecretKey);

impl Secret {
    /// A new key from the operating system's randomness.
    pub(crate) fn generate() -> Result<Self, Failure> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        loop {
            OsRng.try_fill_bytes(&mut *bytes).map_err(|error| {
                Failure::Machine(format!("the operating system gives no randomness: {error}"))
            })?;
            // All but 2^-128 of all numbers are keys.
            if let Some(secret) = Self::from_bytes(&bytes) {
                return Ok(secret);
            }
        }
    }

    /// The key with these bytes; `None` for zero and for numbers above the curve's order.
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        SecretKey::from_byte_array(bytes).ok().map(Self)
    }

    /// Reads 64 hexadecimal digits, with or without `0x`.
    pub(crate) fn from_hex(text: &str) -> Result<Self, Failure> {
        let digits = text.trim();
        let digits = digits.strip_prefix("0x").unwrap_or(digits);
        // The text is a secret: no message repeats it.
        let wrong = || {
            Failure::input(
                "private key: allowed are 64 hexadecimal digits, of a number from 1 to the order \
                 of secp256k1 - 1",
            )
        };
        let bytes = Zeroizing::new(unhex(digits).ok_or_else(wrong)?);
        let bytes: &[u8; 32] = bytes.as_slice().try_into().map_err(|_| wrong())?;
        Self::from_bytes(bytes).ok_or_else(wrong)
    }

    /// The key itself, for signing.
    pub(crate) fn key(&self) -> &SecretKey {
        &self.0
    }

    /// Its 32 bytes.
    pub(crate) fn bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.secret_bytes())
    }

    /// Its account.
    pub(crate) fn address(&self) -> Address {
        let point = self.0.public_key(SECP256K1).serialize_uncompressed();
        let digest = alloy_primitives::keccak256(&point[1..]);
        let mut address = [0_u8; 20];
        address.copy_from_slice(&digest[12..]);
        Address(address)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.non_secure_erase();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "key of {}", self.address())
    }
}

/// Bytes of hexadecimal digits.
pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.last()?)?)).collect()
}

/// Hexadecimal digits of bytes, without `0x`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}
