//! One running network: mempool, block production, receipts and their index. Knows no HTTP.
//!
//! A transaction's way: [`Node::submit`] checks the signature; the producer judges nonce, fee and
//! balance against the state and lets it wait in the mempool; it runs in a block; the block is
//! written to the journal and synced; only then is it shown and answered. The index follows on a
//! thread of its own; what it lacks is in memory, so a durable transaction is never unknown.
//!
//! | module | owns | never does |
//! |---|---|---|
//! | [`application`] | the state over its store, shaped like ABCI 2.0 | decide when a block is made |
//! | `mempool` | what waits: nonces, prices, limits | look at the state |
//! | `producer` | the one thread that makes blocks | answer before the disk has it |
//! | `recent`, `indexer` | blocks in memory, and in the index | hold truth: the journal does |
//! | [`node`](Node) | the handle | HTTP |
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::let_underscore_must_use,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod application;
mod clock;
mod config;
mod error;
mod fatal;
mod indexer;
pub mod load;
mod mempool;
mod node;
mod producer;
mod recent;
mod record;
mod status;
mod verifiers;

pub use clock::Pause;
pub use config::{BlockLimits, Config, MempoolLimits, Production};
pub use error::{NodeError, SubmitError};
pub use fatal::{ENGINE_EXIT_CODE, EXIT_CODE};
pub use node::{AccountEvents, Examined, Included, Node};
pub use producer::Driven;
pub use record::{BlockRecord, Failed, TransactionRecord};
pub use status::{BOUNDS_US, Head, Histogram, Status};
