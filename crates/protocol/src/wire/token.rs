//! Values as the words of Solidity's ABI.

use workmint_core::Address;

/// A value on its way to the wire.
#[derive(Clone, Debug)]
pub(crate) enum Token {
    /// One word of 32 bytes.
    Word([u8; 32]),
    /// Text.
    Text(String),
    /// A list of words.
    Words(Vec<[u8; 32]>),
}

/// A number as a word.
pub(crate) fn number_word(number: u128) -> [u8; 32] {
    let mut word = [0; 32];
    word[16..].copy_from_slice(&number.to_be_bytes());
    word
}

/// What an allowance without limit is: 2^256 - 1.
pub(crate) const UNLIMITED: [u8; 32] = [0xff; 32];

/// An account as a word.
pub(crate) fn address_word(address: &Address) -> [u8; 32] {
    let mut word = [0; 32];
    word[12..].copy_from_slice(&address.0);
    word
}

/// The values one after another as Solidity's ABI encodes parameters.
pub(crate) fn encode(values: &[Token]) -> Vec<u8> {
    let mut head = Vec::with_capacity(32 * values.len());
    let mut tail = Vec::new();
    for value in values {
        let offset = (32 * values.len() + tail.len()) as u128;
        match value {
            Token::Word(word) => head.extend_from_slice(word),
            Token::Text(text) => {
                head.extend_from_slice(&number_word(offset));
                tail.extend_from_slice(&number_word(text.len() as u128));
                tail.extend_from_slice(text.as_bytes());
                tail.resize(tail.len().next_multiple_of(32), 0);
            }
            Token::Words(words) => {
                head.extend_from_slice(&number_word(offset));
                tail.extend_from_slice(&number_word(words.len() as u128));
                tail.extend(words.iter().flatten());
            }
        }
    }
    head.extend(tail);
    head
}
