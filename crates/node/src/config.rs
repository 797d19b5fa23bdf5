//! How a node is run: none of it changes what a transaction does.

use std::path::PathBuf;

use workmint_core::Genesis;
use workmint_protocol::wire;
use workmint_storage::store::Settings;

use crate::error::NodeError;

/// How a node is run.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data directory.
    pub dir: PathBuf,
    /// The network to make if the directory is empty; if it is not, it must be this one.
    pub genesis: Option<Genesis>,
    /// When blocks are made.
    pub production: Production,
    /// What may wait for a block.
    pub mempool: MempoolLimits,
    /// What one block may hold.
    pub block: BlockLimits,
    /// How long an answer waits for its transaction's block, milliseconds.
    pub wait_ms: u64,
    /// A network whose epochs are counted in blocks gets one at least so often, milliseconds.
    pub heartbeat_ms: u64,
    /// Longest time, milliseconds, from the last block to the next by the machine's clock: two
    /// epochs at least. Beyond it no block is made, for a block from a wrong future cannot be taken
    /// back: until then no epoch would close and no deadline could be kept.
    pub most_pause_ms: u64,
    /// Blocks kept in memory, bytes: at least those that are not indexed yet.
    pub recent_bytes: usize,
    /// Blocks that wait for the index, bytes: producing waits when there are more.
    pub unindexed_bytes: usize,
    /// Snapshots and segments.
    pub store: Settings,
}

/// When blocks are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Production {
    /// As soon as a transaction waits. What arrives during a write goes into the next block.
    Instant,
    /// Every so many milliseconds, if a transaction waits.
    Interval(u64),
    /// Only when [`crate::Node::drive`] is called.
    Driven,
}

/// What may wait for a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MempoolLimits {
    /// Transactions.
    pub count: usize,
    /// Bytes of them; at least those of the longest one, 131,072.
    pub bytes: usize,
    /// Transactions of one sender.
    pub per_sender: usize,
    /// Transactions that wait for an earlier nonce.
    pub gapped: usize,
    /// A transaction leaves after so many milliseconds.
    pub expire_ms: u64,
}

/// What one block may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockLimits {
    /// Bytes of transactions; at least those of the longest one, 131,072.
    pub bytes: usize,
    /// Signed transactions: each costs whoever checks the block a recovery.
    pub signatures: usize,
    /// Blocks written with one sync.
    pub group: usize,
}

impl Config {
    /// The usual settings.
    #[must_use]
    pub fn new(dir: PathBuf) -> Self {
        Self {
            dir,
            genesis: None,
            production: Production::Instant,
            mempool: MempoolLimits::default(),
            block: BlockLimits::default(),
            wait_ms: 5_000,
            heartbeat_ms: 5_000,
            most_pause_ms: 86_400_000,
            recent_bytes: 32 << 20,
            unindexed_bytes: 128 << 20,
            store: Settings::default(),
        }
    }
}

impl Config {
    /// Whether every transaction that the network has can get into a block.
    pub(crate) fn check(&self) -> Result<(), NodeError> {
        let (pool, block) = (&self.mempool, &self.block);
        let settings = [
            ("block.bytes", block.bytes, wire::MAX_BYTES),
            ("block.signatures", block.signatures, 1),
            ("block.group", block.group, 1),
            ("mempool.bytes", pool.bytes, wire::MAX_BYTES),
            ("mempool.count", pool.count, 1),
            ("mempool.per_sender", pool.per_sender, 1),
        ];
        match settings.into_iter().find(|(_, given, least)| given < least) {
            Some((field, given, least)) => Err(NodeError::Setting { field, given, least }),
            None => Ok(()),
        }
    }
}

impl Default for MempoolLimits {
    fn default() -> Self {
        Self {
            count: 50_000,
            bytes: 64 << 20,
            per_sender: 1_000,
            gapped: 10_000,
            expire_ms: 600_000,
        }
    }
}

impl Default for BlockLimits {
    fn default() -> Self {
        Self { bytes: 4 << 20, signatures: 10_000, group: 4 }
    }
}
