//! A chain of a network file, whose names own what the file gives them.

use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::block::Commitments;
use workmint_core::modules::parameters::{AssetId, EpochLength};
use workmint_core::modules::validators;
use workmint_core::{
    Address, Applied, Block, DecodedTransaction, Error, Message, RawTransaction, State,
};
use workmint_networks::NetworkDefinition;

/// The address of a name.
pub(crate) fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

pub(crate) struct Chain {
    pub(crate) state: State,
    length: EpochLength,
    nonces: BTreeMap<&'static str, u64>,
}

impl Chain {
    pub(crate) fn of(definition: &NetworkDefinition) -> Self {
        let names = definition.names();
        let named = names.iter().map(|name| (name.to_string(), address(name.as_str()))).collect();
        let genesis = definition.genesis(1_800_000_000_000, &named).unwrap();
        let state = State::genesis(&genesis).unwrap();
        let length = definition.parameters.network.epoch_length;
        Self { state, length, nonces: BTreeMap::new() }
    }

    /// The next block, signed by every active validator and proposed by whose turn it is.
    fn block(&mut self, after_ms: u64, messages: Vec<(&'static str, Message)>) -> Applied {
        let mut decoded = Vec::new();
        for (who, message) in messages {
            let nonce = self.nonces.entry(who).or_default();
            let (sender, tip) = (address(who), Amount::ZERO);
            decoded.push(DecodedTransaction { sender, nonce: *nonce, tip, message });
            *nonce += 1;
        }
        let bytes = decoded.iter().map(|transaction| transaction.encode_local().unwrap());
        let (votes, proposer) = validators::turn(&self.state).unwrap();
        let now = self.state.chain();
        let block = Block {
            height: now.height + 1,
            time_ms: now.time_ms + after_ms,
            transactions: bytes.map(|bytes| RawTransaction { codec: 0, bytes }).collect(),
            evidence: Vec::new(),
            votes,
            proposer,
        };
        self.state.apply_block(&block, &decoded, Commitments::Off).unwrap().0
    }

    pub(crate) fn ok(&mut self, messages: Vec<(&'static str, Message)>) {
        let applied = self.block(1_000, messages);
        assert!(applied.results.iter().all(Result::is_ok), "{:?}", applied.results);
    }

    pub(crate) fn error(&mut self, who: &'static str, message: Message) -> Error {
        let applied = self.block(1_000, vec![(who, message)]);
        applied.results[0].clone().unwrap_err()
    }

    /// Empty blocks until the open epoch has closed; the block that closed it.
    pub(crate) fn close(&mut self) -> Applied {
        loop {
            let after_ms = match self.length {
                EpochLength::Time(length) => length,
                EpochLength::Blocks(_) => 5_000,
            };
            let applied = self.block(after_ms, Vec::new());
            if applied.closed.is_some() {
                return applied;
            }
        }
    }

    /// Whole balance of the first asset, base units.
    pub(crate) fn balance(&self, who: &str) -> u128 {
        let handle = self.state.ledger.handle(&address(who)).unwrap();
        self.state.ledger.holding(handle, AssetId(0)).balance.get()
    }
}
