//! What a node says about itself.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use workmint_core::Hash;

/// The last durable block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its height, 0 at genesis.
    pub height: u64,
    /// Its time, milliseconds since 1970.
    pub time_ms: u64,
    /// The app hash after it.
    pub hash: Hash,
    /// The open epoch.
    pub epoch: u64,
}

/// How the node is doing.
#[derive(Clone, Debug)]
pub struct Status {
    /// The last durable block.
    pub head: Head,
    /// Whether blocks can be made.
    pub healthy: bool,
    /// The machine's clock less the last block's time, milliseconds. A node whose clock is behind
    /// gives its blocks the last one's time until the clock is past it.
    pub clock_lead_ms: i64,
    /// Whether the clock can be right: neither so far ahead that no block is made nor behind.
    pub clock_right: bool,
    /// Whether transactions are accepted.
    pub ready: bool,
    /// Transactions on their way into a block.
    pub pending: usize,
    /// Bytes of them.
    pub pending_bytes: usize,
    /// Those of them behind a missing nonce.
    pub gapped: usize,
    /// The last height that is indexed.
    pub indexed: u64,
    /// Milliseconds since the node started.
    pub uptime_ms: u64,
    /// Transactions in blocks since the start; of them failed ones.
    pub transactions: (u64, u64),
    /// Transactions refused since the start.
    pub refused: u64,
    /// How often the producer thread woke up since the start, to look what there is to do.
    pub rounds: u64,
    /// Applying one group of blocks.
    pub apply: Histogram,
    /// Making one group durable.
    pub sync: Histogram,
    /// From a transaction's arrival to its answer.
    pub answer: Histogram,
}

/// Upper bounds of a histogram's buckets, microseconds; one more bucket is above all.
pub const BOUNDS_US: [u64; 12] =
    [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_500_000];

/// How long something took, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Durations up to each of [`BOUNDS_US`], not summed up; the last counts those above.
    pub buckets: [u64; 13],
    /// All of them together, microseconds.
    pub sum_us: u64,
}

/// A histogram that many threads count in.
#[derive(Default)]
pub(crate) struct Timing {
    buckets: [AtomicU64; 13],
    sum_us: AtomicU64,
}

impl Timing {
    pub(crate) fn count(&self, duration: Duration) {
        let us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        let at = BOUNDS_US.partition_point(|bound| *bound < us);
        if let Some(bucket) = self.buckets.get(at) {
            bucket.fetch_add(1, Relaxed);
        }
        self.sum_us.fetch_add(us, Relaxed);
    }

    pub(crate) fn read(&self) -> Histogram {
        let mut histogram = Histogram { sum_us: self.sum_us.load(Relaxed), ..Default::default() };
        for (to, from) in histogram.buckets.iter_mut().zip(&self.buckets) {
            *to = from.load(Relaxed);
        }
        histogram
    }
}

/// What is counted while the node runs.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) transactions: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) rounds: AtomicU64,
    pub(crate) apply: Timing,
    pub(crate) sync: Timing,
    pub(crate) answer: Timing,
}
