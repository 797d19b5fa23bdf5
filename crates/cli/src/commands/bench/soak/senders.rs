//! Clients that send transfers and questions at an even rate, and sign what they send.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_node::load::{Crowd, Phase, Tally};

use super::super::client::Client;
use super::verdict::Sample;
use crate::failure::Failure;

/// Clients, each with one connection and accounts of its own.
const CLIENTS: usize = 4;
/// Transactions of one request.
const BATCH: usize = 10;
/// After so many requests a client asks questions.
const QUESTIONS_EVERY: u64 = 20;

/// What is to be sent.
pub(super) struct Load<'a> {
    pub(super) crowd: &'a Crowd,
    /// Transactions a second, of all clients.
    pub(super) rate: u32,
    pub(super) length: Duration,
}

impl Load<'_> {
    /// Sends it all, however long that takes, and takes a sample after every pause meanwhile.
    pub(super) fn run(
        &self,
        url: &str,
        sample: impl Fn() -> Sample,
        pause: Duration,
    ) -> Result<(Phase, Vec<Sample>), Failure> {
        let mut all = Tally::begin();
        let end = all.began() + self.length;
        let broken = AtomicBool::new(false);
        let mut samples = Vec::new();
        let tallies: Vec<Result<Tally, String>> = std::thread::scope(|scope| {
            let client = |number| {
                let broken = &broken;
                scope.spawn(move || {
                    let sent = self.client(number, url, (end, broken));
                    broken.fetch_or(sent.is_err(), Relaxed);
                    sent
                })
            };
            let clients: Vec<_> = (0..CLIENTS).map(client).collect();
            while clients.iter().any(|client| !client.is_finished()) {
                sleep(pause);
                samples.push(sample());
            }
            let gone = |_| Err("a client's thread panicked".to_owned());
            clients.into_iter().map(|client| client.join().unwrap_or_else(gone)).collect()
        });
        for tally in tallies {
            all.add(tally.map_err(Failure::Check)?);
        }
        Ok((all.end(), samples))
    }

    /// One client: its accounts send in turn, each to the next; a request when it is due.
    fn client(
        &self,
        number: usize,
        url: &str,
        (end, broken): (Instant, &AtomicBool),
    ) -> Result<Tally, String> {
        let client = Client::new(url);
        let mut tally = Tally::begin();
        let accounts: Vec<usize> = (number..self.crowd.len()).step_by(CLIENTS).collect();
        let gap_us = 1_000_000_u64.saturating_mul((BATCH * CLIENTS) as u64);
        let gap_us = gap_us.checked_div(self.rate.into()).unwrap_or(0);
        let mut turns = accounts.iter().cycle();
        let mut sent = 0_u64;
        loop {
            let due = tally.began() + Duration::from_micros(gap_us.saturating_mul(sent));
            if due >= end || broken.load(Relaxed) {
                return Ok(tally);
            }
            sleep(due.saturating_duration_since(Instant::now()));
            let first = sent.saturating_mul(BATCH as u64);
            let signed = (first..).zip(turns.by_ref().take(BATCH)).map(|(place, from)| {
                let nonce = place.checked_div(accounts.len() as u64).unwrap_or(0);
                let to = (from + 1) % self.crowd.len();
                self.crowd.transfer_at(*from, (to, Amount::new(1)), nonce, 0)
            });
            let batch: Vec<Vec<u8>> = signed.collect();
            let answer = client.send(&batch)?;
            // However late a slow answer before it made it.
            tally.answered(due.elapsed(), answer.good, (answer.failed, answer.first_failure));
            sent = sent.saturating_add(1);
            if sent.is_multiple_of(QUESTIONS_EVERY) {
                let account = accounts.first().copied().unwrap_or(0);
                ask(&client, &self.crowd.address(account).to_string())?;
            }
        }
    }
}

/// Questions that wallets ask; an error is what was not answered.
fn ask(client: &Client, address: &str) -> Result<(), String> {
    let asked = [
        ("eth_getBalance", json!([address, "latest"])),
        ("eth_getTransactionCount", json!([address, "pending"])),
        ("eth_getBlockByNumber", json!(["latest", true])),
        ("eth_getLogs", json!([{"fromBlock": "latest", "toBlock": "latest"}])),
        ("eth_feeHistory", json!(["0x4", "latest", []])),
    ];
    let calls: Vec<Value> = (0_u64..)
        .zip(asked)
        .map(|(id, (method, params))| {
            json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
        })
        .collect();
    let answers = client.post(&calls.into())?;
    let answers = answers.as_array().map(Vec::as_slice).unwrap_or_default();
    let wrong = answers.iter().find(|answer| answer.get("result").is_none());
    match wrong {
        Some(wrong) => Err(format!("a question was answered {wrong}")),
        None => Ok(()),
    }
}
