//! Blocks, transactions, receipts and logs as Ethereum clients read them.

use alloy_primitives::{U256, hex, keccak256};
use serde_json::{Map, Value, json};
use workmint_core::transaction::ETHEREUM_CODEC;
use workmint_core::{Address, Hash};
use workmint_node::{BlockRecord, TransactionRecord};
use workmint_protocol::wire::logs::Log;
use workmint_protocol::wire::{ChainSpec, Envelope, Verified, call_of};

use super::paid::gas_limit;

/// Keccak-256 of the RLP of an empty list: there are no uncles.
const NO_UNCLES: &str = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";

/// A quantity.
pub(super) fn quantity(value: impl Into<u128>) -> Value {
    Value::String(format!("{:#x}", value.into()))
}

/// A quantity of up to 256 bits.
pub(super) fn wide(value: U256) -> Value {
    Value::String(format!("{value:#x}"))
}

/// Data.
pub(super) fn data(bytes: &[u8]) -> Value {
    Value::String(hex::encode_prefixed(bytes))
}

fn zeros(bytes: usize) -> Value {
    data(&vec![0; bytes])
}

/// An account or contract; lower case, as nodes answer.
pub(super) fn address(address: &Address) -> Value {
    data(address.as_bytes())
}

pub(super) fn hash(hash: &Hash) -> Value {
    data(&hash.0)
}

fn position(index: usize) -> Value {
    quantity(u64::try_from(index).unwrap_or(u64::MAX))
}

/// What is shown depends on: how the network's money looks.
pub(super) struct View<'a> {
    pub(super) chain: &'a ChainSpec,
}

impl View<'_> {
    /// A block. In `full` form its transactions are whole, else hashes.
    pub(super) fn block(&self, record: &BlockRecord, full: bool) -> Value {
        let mut block = self.header(record);
        let listed: Vec<Value> = match full {
            true => {
                let all = 0..record.transactions.len();
                all.map(|index| self.transaction(record, index)).collect()
            }
            false => record.transactions.iter().map(|it| hash(&it.hash)).collect(),
        };
        block.insert("transactions".to_owned(), listed.into());
        block.insert("uncles".to_owned(), json!([]));
        let size: usize = record.transactions.iter().map(|it| it.raw.bytes.len()).sum();
        block.insert("size".to_owned(), position(size));
        Value::Object(block)
    }

    /// What `newHeads` tells: a block without its transactions. `hash` and `stateRoot` are the app
    /// hash after it.
    pub(super) fn header(&self, record: &BlockRecord) -> Map<String, Value> {
        let used = self.gas_used(record);
        let logs = record.transactions.iter().flat_map(|it| &it.logs).chain(&record.end_logs);
        let header = json!({
            "number": quantity(record.height),
            "hash": hash(&record.hash),
            "parentHash": hash(&record.parent),
            "nonce": zeros(8),
            "sha3Uncles": NO_UNCLES,
            "logsBloom": data(&bloom(logs)),
            "transactionsRoot": zeros(32),
            "stateRoot": hash(&record.hash),
            "receiptsRoot": zeros(32),
            "mixHash": zeros(32),
            "miner": zeros(20),
            "difficulty": "0x0",
            "extraData": "0x",
            "gasLimit": quantity(gas_limit(used)),
            "gasUsed": quantity(used),
            "timestamp": quantity(record.time_ms / 1_000),
            "baseFeePerGas": wide(self.price(record)),
        });
        match header {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// A transaction of a block; null if it has none of this index.
    pub(super) fn transaction(&self, record: &BlockRecord, index: usize) -> Value {
        let Some(it) = record.transactions.get(index) else {
            return Value::Null;
        };
        let place = json!({
            "blockHash": hash(&record.hash),
            "blockNumber": quantity(record.height),
            "transactionIndex": position(index),
            "gasPrice": wide(self.paid(record, it).price),
        });
        placed(place, (&it.hash, &it.decoded.sender), &self.envelope(record, it))
    }

    /// A transaction that waits for a block.
    pub(super) fn waiting(&self, verified: &Verified) -> Value {
        let signed = verified.envelope();
        let place = json!({
            "blockHash": null,
            "blockNumber": null,
            "transactionIndex": null,
            "gasPrice": quantity(signed.max_fee_per_gas),
        });
        placed(place, (&verified.hash(), &verified.decoded().sender), signed)
    }

    /// What was signed. A driven network's own transactions carry no signature: they are shown as
    /// what would have been signed, with a signature of zeros.
    fn envelope(&self, record: &BlockRecord, it: &TransactionRecord) -> Envelope {
        let signed = it.raw.codec == ETHEREUM_CODEC;
        let signed = signed.then(|| Envelope::decode(&it.raw.bytes).ok()).flatten();
        signed.unwrap_or_else(|| {
            let call = call_of(&it.decoded.message, self.chain).unwrap_or_default();
            let paid = self.paid(record, it);
            Envelope {
                chain_id: self.chain.chain_id,
                nonce: it.decoded.nonce,
                max_priority_fee_per_gas: 0,
                max_fee_per_gas: u128::try_from(paid.price).unwrap_or(u128::MAX),
                gas_limit: paid.gas,
                to: call.to,
                value: call.value,
                input: call.input.into(),
                y_parity: false,
                r: U256::ZERO,
                s: U256::ZERO,
            }
        })
    }

    /// The receipt of a transaction; null if the block has none of this index. A failed one has
    /// besides the usual fields `revertReason`, the custom error's bytes, as other nodes name it.
    pub(super) fn receipt(&self, record: &BlockRecord, index: usize) -> Value {
        let Some(it) = record.transactions.get(index) else {
            return Value::Null;
        };
        let before = record.transactions.iter().take(index);
        let logs_before: usize = before.clone().map(|it| it.logs.len()).sum();
        let gas_before = before.map(|it| self.paid(record, it).gas).fold(0, u64::saturating_add);
        let paid = self.paid(record, it);
        let place = Place { record, hash: &it.hash, index };
        let logs = it.logs.iter().zip(logs_before..);
        let mut receipt = json!({
            "transactionHash": hash(&it.hash),
            "transactionIndex": position(index),
            "blockHash": hash(&record.hash),
            "blockNumber": quantity(record.height),
            "from": address(&it.decoded.sender),
            "to": address(&self.envelope(record, it).to),
            "contractAddress": null,
            "type": "0x2",
            "status": if it.outcome.is_ok() { "0x1" } else { "0x0" },
            "gasUsed": quantity(paid.gas),
            "cumulativeGasUsed": quantity(gas_before.saturating_add(paid.gas)),
            "effectiveGasPrice": wide(paid.price),
            "logsBloom": data(&bloom(it.logs.iter())),
            "logs": logs.map(|(log, number)| place.log(log, number)).collect::<Vec<_>>(),
        });
        if let Err(failed) = &it.outcome {
            receipt["revertReason"] = data(&failed.revert);
            receipt["workmintError"] = json!({ "code": failed.code, "text": failed.text });
        }
        receipt
    }
}

/// Where a transaction is, and all that it says.
fn placed(mut place: Value, (own, from): (&Hash, &Address), it: &Envelope) -> Value {
    let parity = quantity(u8::from(it.y_parity));
    let said = json!({
        "hash": hash(own),
        "from": address(from),
        "nonce": quantity(it.nonce),
        "type": "0x2",
        "chainId": quantity(it.chain_id),
        "accessList": [],
        "to": address(&it.to),
        "value": wide(it.value),
        "input": data(&it.input),
        "gas": quantity(it.gas_limit),
        "maxFeePerGas": quantity(it.max_fee_per_gas),
        "maxPriorityFeePerGas": quantity(it.max_priority_fee_per_gas),
        "v": parity,
        "yParity": parity,
        "r": wide(it.r),
        "s": wide(it.s),
    });
    if let (Some(place), Value::Object(said)) = (place.as_object_mut(), said) {
        place.extend(said);
    }
    place
}

/// Where a log is. What the end of a block says has the block's own hash for its transaction's: no
/// transaction said it.
pub(super) struct Place<'a> {
    pub(super) record: &'a BlockRecord,
    pub(super) hash: &'a Hash,
    pub(super) index: usize,
}

impl Place<'_> {
    /// A log; `number` is its place among all logs of its block.
    pub(super) fn log(&self, log: &Log, number: usize) -> Value {
        json!({
            "address": address(&log.address),
            "topics": log.topics.iter().map(hash).collect::<Vec<_>>(),
            "data": data(&log.data),
            "blockNumber": quantity(self.record.height),
            "blockHash": hash(&self.record.hash),
            "blockTimestamp": quantity(self.record.time_ms / 1_000),
            "transactionHash": hash(self.hash),
            "transactionIndex": position(self.index),
            "logIndex": position(number),
            "removed": false,
        })
    }
}

/// Every log of a block with its place: those of the transactions, then those of its end.
pub(super) fn logs_of(record: &BlockRecord) -> impl Iterator<Item = (Place<'_>, &Log)> {
    let of_transactions = record.transactions.iter().enumerate().flat_map(move |(index, it)| {
        it.logs.iter().map(move |log| (Place { record, hash: &it.hash, index }, log))
    });
    let index = record.transactions.len();
    let of_end =
        record.end_logs.iter().map(move |log| (Place { record, hash: &record.hash, index }, log));
    of_transactions.chain(of_end)
}

/// Ethereum's Bloom filter over addresses and topics: 3 bits of 2,048 for each.
fn bloom<'a>(logs: impl Iterator<Item = &'a Log>) -> [u8; 256] {
    let mut bits = [0_u8; 256];
    let mut add = |bytes: &[u8]| {
        let digest = keccak256(bytes);
        for pair in digest.chunks_exact(2).take(3) {
            let bit = usize::from(pair[0] & 7) << 8 | usize::from(pair[1]);
            bits[255 - bit / 8] |= 1 << (bit % 8);
        }
    };
    for log in logs {
        add(log.address.as_bytes());
        log.topics.iter().for_each(|topic| add(&topic.0));
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_ethereums() {
        // Of a Transfer log of the token 0x0000000000000000000000000000000000010000, computed by
        // hand: for each item the low 11 bits of the first three pairs of its Keccak-256.
        let mut token = Address::ZERO;
        token.0[17] = 1;
        let topic = Hash(keccak256("Transfer(address,address,uint256)").0);
        let log = Log { address: token, topics: vec![topic], data: vec![1, 2, 3] };
        let bits = bloom(std::iter::once(&log));
        let mut expected = std::collections::BTreeSet::new();
        for item in [token.as_bytes().as_slice(), &topic.0] {
            let digest = keccak256(item);
            for at in [0, 2, 4] {
                let pair = u16::from_be_bytes([digest[at], digest[at + 1]]);
                expected.insert(pair % 2_048);
            }
        }
        let set: std::collections::BTreeSet<u16> = (0..2_048)
            .filter(|bit| bits[255 - usize::from(*bit) / 8] >> (bit % 8) & 1 == 1)
            .collect();
        assert_eq!(set, expected);
        assert_eq!(bloom(std::iter::empty()), [0; 256]);
    }

    #[test]
    fn quantities_have_no_leading_zeros() {
        assert_eq!(quantity(0_u64), "0x0");
        assert_eq!(quantity(16_u64), "0x10");
        assert_eq!(wide(U256::MAX), format!("0x{}", "f".repeat(64)));
        assert_eq!(wide(U256::ZERO), "0x0");
        assert_eq!(data(&[0, 1]), "0x0001");
        assert_eq!(data(&[]), "0x");
    }
}
