//! A small network with funded accounts, and a node on it.

use std::collections::BTreeMap;
use std::path::Path;

use workmint_amounts::Amount;
use workmint_core::{Address, Genesis};
use workmint_networks::preset;
use workmint_node::load::Crowd;
use workmint_node::{Config, Node, Production};

/// Base units that each account has: 100 WMT.
pub(crate) const EACH: u128 = 100_000_000_000;

/// Workmint's own network with that many funded accounts; its genesis lies now.
pub(crate) fn genesis(accounts: usize) -> Genesis {
    let definition = preset("workmint").unwrap().definition().unwrap();
    let bindings: BTreeMap<String, Address> = (0_u8..)
        .zip(definition.names())
        .map(|(number, name)| (name.as_str().to_owned(), Address([number + 1; 20])))
        .collect();
    let mut genesis = definition.genesis(now_ms(), &bindings).unwrap();
    Crowd::fund(&mut genesis, accounts, Amount::new(EACH)).unwrap();
    genesis
}

pub(crate) fn now_ms() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    u64::try_from(since.as_millis()).unwrap()
}

pub(crate) fn config(dir: &Path, genesis: &Genesis) -> Config {
    // However slow the disk is, an answer is one of a block.
    Config { genesis: Some(genesis.clone()), wait_ms: 60_000, ..Config::new(dir.to_path_buf()) }
}

pub(crate) fn driven(dir: &Path, genesis: &Genesis) -> Config {
    Config { production: Production::Driven, ..config(dir, genesis) }
}

pub(crate) fn crowd(node: &Node, accounts: usize) -> Crowd {
    Crowd::new(accounts, node.chain(), &node.genesis().parameters).unwrap()
}

/// Runs a future on a runtime of its own.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// What an account can spend of the fee asset.
pub(crate) fn balance(node: &Node, address: &Address) -> u128 {
    node.read(|state| {
        let asset = state.active_parameters().unwrap().fees.asset;
        let handle = state.ledger.handle(address);
        handle.map_or(0, |handle| state.ledger.spendable(handle, asset).get())
    })
}

/// What a transfer of these bytes pays by the network's file: 0.001 WMT and 0.000005 WMT a byte.
pub(crate) fn fee(bytes: &[u8]) -> u128 {
    1_000_000 + 5_000 * u128::try_from(bytes.len()).unwrap()
}
