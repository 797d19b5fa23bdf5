//! A chain of a network file, whose names own what the file gives them.

use std::collections::BTreeMap;
use workmint_amounts::Amount;
use workmint_core::block::Commitments;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::opinions::{
    CommitWeights, RegisterSeat, Request, RevealWeights, commitment,
};
use workmint_core::modules::parameters::{AssetId, EpochLength};
use workmint_core::modules::validators;
use workmint_core::{
    Address, Applied, Block, DecodedTransaction, Error, Hash, Message, RawTransaction, State,
};
use workmint_networks::NetworkDefinition;

/// The address of a name.
pub(crate) fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

/// A payment in the first asset.
pub(crate) fn send(who: &str, amount: Amount) -> Message {
    Message::Transfer(Transfer { to: address(who), asset: AssetId(0), amount })
}

/// A seat at any price.
pub(crate) fn take_seat() -> Message {
    Message::Opinion(Request::RegisterSeat(RegisterSeat { most_price: Amount::MAX }))
}

const SALT: Hash = Hash([7; 32]);

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
            let plain = DecodedTransaction::new(sender, *nonce, message);
            decoded.push(DecodedTransaction { tip, ..plain });
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

    /// Commits to these weights of the accounts' seats, and reveals them an epoch later; the close
    /// at which they count.
    pub(crate) fn weigh(&mut self, all: &[&'static str], entries: &[(u16, u16)]) -> Applied {
        let now = (self.state.chain().genesis, self.state.chain().epoch);
        let commit = |who: &'static str| {
            let handle = self.state.ledger.handle(&address(who)).unwrap();
            let seat = self.state.opinions.seat_of(handle).unwrap();
            let hash = commitment(&now.0, (&address(who), seat), now.1, entries, &SALT);
            (who, Message::Opinion(Request::CommitWeights(CommitWeights { hash })))
        };
        let commits = all.iter().map(|who| commit(who)).collect();
        self.ok(commits);
        self.close();
        let reveal = |who: &&'static str| {
            let reveal = RevealWeights { entries: entries.to_vec(), salt: SALT };
            (*who, Message::Opinion(Request::RevealWeights(reveal)))
        };
        self.ok(all.iter().map(reveal).collect());
        self.close()
    }

    /// Whole balance of the first asset, base units.
    pub(crate) fn balance(&self, who: &str) -> u128 {
        let handle = self.state.ledger.handle(&address(who)).unwrap();
        self.state.ledger.holding(handle, AssetId(0)).balance.get()
    }
}
