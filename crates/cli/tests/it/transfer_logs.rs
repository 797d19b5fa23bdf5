//! Whoever adds up the `Transfer` logs of a network has the ledger's books.

use std::collections::BTreeMap;
use std::path::Path;

use workmint_core::modules::ledger::{AccountHandle, Ledger};
use workmint_core::names::AssetId;
use workmint_core::{Address, Commitments, State};
use workmint_protocol::wire::addresses;
use workmint_protocol::wire::logs::{Log, logs_of, logs_of_genesis};
use workmint_storage::store::View;

use crate::demo_support::{finish, small};

/// The topic of `Transfer(address,address,uint256)`.
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// What a follower of logs knows: by contract and holder, and by contract what was minted less what
/// was burned.
#[derive(Default)]
struct Follower {
    holdings: BTreeMap<(Address, Address), u128>,
    existing: BTreeMap<Address, u128>,
    transfers: u64,
}

fn account(word: &[u8; 32]) -> Address {
    assert_eq!(word[..12], [0; 12]);
    Address(word[12..].try_into().unwrap())
}

impl Follower {
    fn read(&mut self, logs: &[Log]) {
        for log in logs.iter().filter(|log| log.topics[0].to_string() == TRANSFER) {
            let (from, to) = (account(&log.topics[1].0), account(&log.topics[2].0));
            let (zeros, value) = log.data.split_at(16);
            assert!(zeros.iter().all(|byte| *byte == 0));
            let value = u128::from_be_bytes(value.try_into().unwrap());
            self.transfers += 1;
            let existing = self.existing.entry(log.address).or_default();
            match from {
                Address::ZERO => *existing += value,
                from => *self.holdings.get_mut(&(log.address, from)).unwrap() -= value,
            }
            match to {
                Address::ZERO => *self.existing.get_mut(&log.address).unwrap() -= value,
                to => *self.holdings.entry((log.address, to)).or_default() += value,
            }
        }
    }

    fn must_be(&self, ledger: &Ledger) {
        let mut expected = BTreeMap::new();
        for number in 0..u16::try_from(ledger.asset_count()).unwrap() {
            let asset = AssetId(number);
            let contract = addresses::token(asset);
            for handle in (0..ledger.account_count()).map(AccountHandle) {
                let balance = ledger.holding(handle, asset).balance.get();
                expected.insert((contract, ledger.address(handle)), balance);
            }
            let existing = self.existing.get(&contract).copied().unwrap_or_default();
            assert_eq!(existing, ledger.supply(asset).existing().get(), "supply of {number}");
        }
        for (asset, pot, held) in ledger.pots() {
            let key = (addresses::token(asset), addresses::pot(pot));
            assert_eq!(expected.insert(key, held.get()), None, "two holders at {}", key.1);
        }
        expected.retain(|_, held| *held > 0);
        let held = self.holdings.iter().filter(|(_, held)| **held > 0);
        let held: BTreeMap<_, _> = held.map(|(key, held)| (*key, *held)).collect();
        assert_eq!(held, expected);
    }
}

fn follow(network: &str, dir: &Path) -> u64 {
    finish(small(dir, &["--network", network, "--epochs", "6"]));
    let (view, _) = View::open(dir).expect("a network");
    let mut state = State::genesis(view.genesis()).expect("a first state");
    let mut follower = Follower::default();
    follower.read(&logs_of_genesis(&state.ledger));
    follower.must_be(&state.ledger);
    let mut height = 0;
    while let Some(stored) = view.block(height + 1).expect("readable") {
        height += 1;
        let decoded = stored.decode().expect("decodable");
        let (applied, _) = state
            .apply_block(&stored.block, &decoded, Commitments::Full)
            .expect("it was applied before");
        follower.read(&logs_of(&applied.events, &applied.postings, &state.ledger));
        if applied.closed.is_some() {
            follower.must_be(&state.ledger);
        }
    }
    follower.must_be(&state.ledger);
    follower.transfers
}

#[test]
fn transfer_logs_are_the_books_of_every_holder() {
    for network in ["gonka", "workmint", "hanzo"] {
        let dir = tempfile::tempdir().unwrap();
        let transfers = follow(network, dir.path());
        assert!(transfers > 100, "{network}: {transfers}");
    }
}
