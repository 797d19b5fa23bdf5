//! The same load over HTTP: the API's server and keep-alive clients, all on this machine.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use workmint_api::limits::Rate;
use workmint_api::{ApiConfig, Limits, serve};
use workmint_node::Node;
use workmint_node::load::{Batches, Phase, Tally};

use super::super::client::{Client, FAILED};

/// Clients at once, each with one connection and one batch on its way.
const CLIENTS: usize = 32;

/// Serves the node on a free port and sends every batch as one JSON-RPC batch, until time is over.
pub(super) fn send(node: &Node, ready: Batches, length: Duration) -> Result<Phase, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let none = Rate { per_second: 0, burst: 0 };
    let config = ApiConfig {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        limits: Limits { per_address: none, per_account: none, ..Limits::default() },
        ..ApiConfig::default()
    };
    let server =
        runtime.block_on(serve(node.clone(), config)).map_err(|error| error.to_string())?;
    let url = format!("http://{}/rpc", server.address());
    let ready = Mutex::new(ready.into_iter());
    let (durable, failed) = node.status().transactions;
    let mut all = Tally::begin();
    let end = all.began() + length;
    let tallies: Vec<Result<Tally, String>> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let next = || ready.lock().unwrap_or_else(PoisonError::into_inner).next();
                    one_client(&url, next, end)
                })
            })
            .collect();
        let gone = |_| Err("a client's thread panicked".to_owned());
        clients.into_iter().map(|client| client.join().unwrap_or_else(gone)).collect()
    });
    for tally in tallies {
        all.add(tally?);
    }
    let mut phase = all.end();
    // A wallet gets the hash of what waits too long: what is no block by now is not durable.
    let (durable_now, failed_now) = node.status().transactions;
    let durable = durable_now.saturating_sub(durable);
    phase.take_back(phase.transactions.saturating_sub(durable), "answered before it was durable");
    // And it gets the hash of what failed in its block.
    phase.take_back(failed_now.saturating_sub(failed), FAILED);
    runtime.block_on(server.stop());
    Ok(phase)
}

/// Sends batch after batch, each when the last one is answered.
fn one_client(
    url: &str,
    next: impl Fn() -> Option<Vec<Vec<u8>>>,
    end: Instant,
) -> Result<Tally, String> {
    let client = Client::new(url);
    let mut tally = Tally::begin();
    while Instant::now() < end {
        let Some(batch) = next() else { break };
        let began = Instant::now();
        let answer = client.send(&batch)?;
        tally.answered(began.elapsed(), answer.good, (answer.failed, answer.first_failure));
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use workmint_amounts::Amount;
    use workmint_core::Message;
    use workmint_core::genesis::AllocationTo;
    use workmint_core::modules::ledger::TransferFrom;
    use workmint_node::Config;
    use workmint_node::load::Crowd;
    use workmint_protocol::wire::{SecretKey, Unsigned, address_of, call_of, gas, sign};

    use super::super::super::network;
    use super::*;

    /// The first of the crowd sends what is done; another account takes what nobody allowed it:
    /// that gets into a block, which is all that a hash says, and fails there.
    #[test]
    fn what_fails_in_its_block_counts_as_failed() {
        let dir = tempfile::tempdir().unwrap();
        let mut genesis = network().unwrap();
        Crowd::fund(&mut genesis, 2, Amount::new(1_000_000_000_000)).unwrap();
        let key = SecretKey::from_slice(&[7; 32]).unwrap();
        let funded = genesis.allocations.last_mut().unwrap();
        funded.to = AllocationTo::Account(address_of(&key));
        let config = Config::new(dir.path().join("net"));
        let node = Node::start(Config { genesis: Some(genesis), ..config }).unwrap();
        let (chain, parameters) = (node.chain(), &node.genesis().parameters);
        let mut crowd = Crowd::new(2, chain, parameters).unwrap();
        let (from, to) = (crowd.address(0), address_of(&key));
        let (asset, amount) = (chain.fee_asset, Amount::new(1));
        let message = Message::TransferFrom(TransferFrom { from, to, asset, amount });
        let taking = |nonce| Unsigned {
            chain_id: chain.chain_id,
            nonce,
            max_priority_fee_per_gas: 0,
            max_fee_per_gas: u128::try_from(gas::price_wei(parameters, chain)).unwrap(),
            gas_limit: 20_000_000,
            call: call_of(&message, chain).unwrap(),
        };
        let mut batch: Vec<Vec<u8>> = (0..3).map(|nonce| sign(&key, &taking(nonce))).collect();
        batch.extend((0..5).map(|_| crowd.transfer(0, 1, amount)));
        let phase = send(&node, vec![batch], Duration::from_secs(60)).unwrap();
        assert_eq!((phase.transactions, phase.failed), (5, 3), "{phase:?}");
        assert_eq!(phase.first_failure.as_deref(), Some(FAILED));
        // The same in this process: each is told what became of it.
        let again = vec![sign(&key, &taking(3)), crowd.transfer(0, 1, amount)];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let answers = runtime.block_on(node.submit_many(again));
        let done: Vec<bool> = answers.into_iter().map(|one| one.unwrap().result.is_ok()).collect();
        assert_eq!(done, [false, true]);
        node.stop();
    }
}
