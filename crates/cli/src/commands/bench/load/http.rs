//! The same load over HTTP: the API's server and keep-alive clients, all on this machine.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use alloy_primitives::hex::encode_prefixed;
use serde_json::{Value, json};
use workmint_api::limits::Rate;
use workmint_api::{ApiConfig, Limits, serve};
use workmint_node::Node;
use workmint_node::load::{Batches, Phase};

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
    let began = Instant::now();
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let next = || ready.lock().unwrap_or_else(PoisonError::into_inner).next();
                    client(&url, next, began + length)
                })
            })
            .collect();
        clients.into_iter().filter_map(|client| client.join().ok()).collect()
    });
    let elapsed = began.elapsed();
    runtime.block_on(server.stop());
    let failed = tallies.iter().map(|tally| tally.failed).sum();
    if let Some(first) = tallies.iter().find_map(|tally| tally.first.clone()) {
        return Err(first);
    }
    let answers = tallies.into_iter().flat_map(|tally| tally.answers).collect();
    Ok(Phase::of(answers, failed, elapsed))
}

#[derive(Default)]
struct Tally {
    answers: Vec<(Duration, u64)>,
    failed: u64,
    /// The first request that was not answered at all.
    first: Option<String>,
}

fn client(url: &str, next: impl Fn() -> Option<Vec<Vec<u8>>>, end: Instant) -> Tally {
    let agent = ureq::Agent::new_with_defaults();
    let mut tally = Tally::default();
    while Instant::now() < end {
        let Some(batch) = next() else { break };
        let began = Instant::now();
        match call(&agent, url, &batch) {
            Ok(good) => {
                tally.answers.push((began.elapsed(), good));
                tally.failed += (batch.len() as u64).abs_diff(good);
            }
            Err(error) => {
                tally.first = Some(error);
                break;
            }
        }
    }
    tally
}

/// Sends one batch; how many of its transactions are durable.
fn call(agent: &ureq::Agent, url: &str, batch: &[Vec<u8>]) -> Result<u64, String> {
    let calls: Vec<Value> = (0_u64..)
        .zip(batch)
        .map(|(id, bytes)| {
            let params = [encode_prefixed(bytes)];
            let method = "eth_sendRawTransaction";
            json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
        })
        .collect();
    let failed = |error: ureq::Error| error.to_string();
    let mut answer = agent.post(url).send_json(calls).map_err(failed)?;
    let answers: Vec<Value> = answer.body_mut().read_json().map_err(failed)?;
    let good = answers.iter().filter(|answer| answer.get("result").is_some());
    Ok(good.count() as u64)
}
