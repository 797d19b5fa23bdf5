//! What a network answers when it is asked why, how much and what if.
//!
//! Everything here is computed from a [`Network`]: the state, the frozen inputs of closed epochs
//! and the index. A data directory that is read ([`Directory`]) is one, a running node another:
//! both give the same answers by the same code. Every answer is a struct of facts; its `document`
//! is what `--json` prints and what an API sends: amounts as decimal strings of base units with
//! asset and decimals beside them, numbers as decimal strings, lists paged.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::let_underscore_must_use,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod buckets;
pub mod contribution;
pub mod definition;
mod error;
pub mod estimate;
pub mod explain;
pub mod history;
pub mod lists;
pub mod metrics;
mod network;
pub mod preview;
pub mod proof;
pub mod supply;
pub mod text;
pub mod what_if;

pub use error::AnswerError;
pub use network::{Directory, Events, Network};
pub use workmint_storage::index::{EventKey, Order};
