//! What one client may use: sizes, rates, connections; bounded memory for all of it.

mod buckets;
mod connections;

use std::time::Duration;

pub use buckets::{Buckets, Rate};
pub(crate) use connections::{Connections, Slot};

/// Limits of the public surface. A rate or number of 0 switches that limit off where it says so.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Requests of one client address, calls of a batch counted singly. An IPv6 address counts by
    /// its first 64 bits. Default 500 a second, 2,000 at once; 0 a second: no limit.
    pub per_address: Rate,
    /// Transactions of one account. Default 200 a second, 1,000 at once; 0 a second: no limit.
    pub per_account: Rate,
    /// Gifts of the faucet to one account in an hour; a client address may ask for ten times as
    /// many. Default 10; 0: no limit.
    pub faucet_per_hour: u32,
    /// Clients and accounts remembered for rates; the longest unseen are forgotten. Default 65,536.
    pub remembered: usize,
    /// Connections at once, of all clients. Default 1,024.
    pub connections: usize,
    /// Connections at once, of one client address. Default 256.
    pub connections_per_address: usize,
    /// Bytes of a request's head. Default 32,768.
    pub head_bytes: usize,
    /// Bytes of a request's body, and of a WebSocket message. Default 1,048,576.
    pub body_bytes: usize,
    /// Nesting of JSON. Default 64.
    pub json_depth: usize,
    /// Calls in one JSON-RPC batch. Default 100.
    pub batch: usize,
    /// Raw transactions in one `workmint_submitRawTransactions`. Default 1,000.
    pub transactions: usize,
    /// Blocks one `eth_getLogs` may span. Default 10,000.
    pub log_blocks: u64,
    /// Logs one `eth_getLogs` may return. Default 10,000.
    pub logs: usize,
    /// Bytes one batch may return; its later answers become errors. Default 16,777,216.
    pub answer_bytes: usize,
    /// Subscriptions of one connection. Default 32.
    pub subscriptions: usize,
    /// Messages waiting for one slow reader before it is cut off. Default 1,024.
    pub queued_messages: usize,
    /// Costly questions (explain, what-if) at once, of all clients. Default 2.
    pub heavy: usize,
    /// How long a head may take to arrive, and a connection may be idle. Default 30 s.
    pub head_time: Duration,
    /// How long a body may take to arrive. Default 10 s.
    pub body_time: Duration,
    /// How long a client may take none of what is written to it. Default 20 s.
    pub write_time: Duration,
    /// How long open requests have at a stop. Default 10 s.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_address: Rate { per_second: 500, burst: 2_000 },
            per_account: Rate { per_second: 200, burst: 1_000 },
            faucet_per_hour: 10,
            remembered: 65_536,
            connections: 1_024,
            connections_per_address: 256,
            head_bytes: 32_768,
            body_bytes: 1 << 20,
            json_depth: 64,
            batch: 100,
            transactions: 1_000,
            log_blocks: 10_000,
            logs: 10_000,
            answer_bytes: 16 << 20,
            subscriptions: 32,
            queued_messages: 1_024,
            heavy: 2,
            head_time: Duration::from_secs(30),
            body_time: Duration::from_secs(10),
            write_time: Duration::from_secs(20),
            drain_time: Duration::from_secs(10),
        }
    }
}
