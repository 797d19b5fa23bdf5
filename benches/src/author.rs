//! Blocks of a local network: transactions encoded, heights and nonces counted.

use std::collections::BTreeMap;
use workmint_core::{Address, Block, DecodedTransaction, Message, RawTransaction};

/// A block and what it holds, decoded.
pub type Decoded = (Block, Vec<DecodedTransaction>);

/// What is sent, and by whom.
pub type Sent = (Address, Message);

/// The account of a number.
#[must_use]
pub fn account(number: u32) -> Address {
    let mut bytes = [1; 20];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Address(bytes)
}

/// Writes one block after the other.
#[derive(Clone, Debug, Default)]
pub struct Author {
    height: u64,
    nonces: BTreeMap<Address, u64>,
}

impl Author {
    /// Height of the last block.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.height
    }

    /// The next block.
    pub fn block(&mut self, time_ms: u64, messages: Vec<Sent>) -> Decoded {
        self.height += 1;
        let decoded: Vec<DecodedTransaction> = messages
            .into_iter()
            .map(|(sender, message)| {
                let nonce = self.nonces.entry(sender).or_default();
                *nonce += 1;
                DecodedTransaction::new(sender, *nonce - 1, message)
            })
            .collect();
        let encode = |one: &DecodedTransaction| RawTransaction {
            codec: 0,
            bytes: one.encode_local().unwrap_or_else(|error| unreachable!("{error}")),
        };
        let block = Block {
            height: self.height,
            time_ms,
            transactions: decoded.iter().map(encode).collect(),
            evidence: Vec::new(),
            votes: Vec::new(),
            proposer: None,
        };
        (block, decoded)
    }

    /// Blocks of so many messages each, all of one time.
    pub fn blocks(&mut self, time_ms: u64, messages: Vec<Sent>, each: usize) -> Vec<Decoded> {
        messages.chunks(each).map(|part| self.block(time_ms, part.to_vec())).collect()
    }
}
