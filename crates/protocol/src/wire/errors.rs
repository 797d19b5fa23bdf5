//! The engine's numbered errors as custom errors of Solidity.

use super::token::{Token, encode, number_word};
use workmint_core::Error;

/// What `eth_call` answers for a failed call: `Refused(uint16 code, string text)`.
#[must_use]
pub fn revert_data(error: &Error) -> Vec<u8> {
    refused(error.code(), &error.to_string())
}

/// The same of an error with this number and text.
#[must_use]
pub fn refused(code: u16, text: &str) -> Vec<u8> {
    let selector = alloy_primitives::keccak256("Refused(uint16,string)");
    let values = [Token::Word(number_word(u128::from(code))), Token::Text(text.to_owned())];
    let mut data = selector.split_at(4).0.to_vec();
    data.extend(encode(&values));
    data
}
