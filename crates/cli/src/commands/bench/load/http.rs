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
