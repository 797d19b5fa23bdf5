//! Bytes on disk: the block journal, snapshots, single checksummed files and rebuildable indexes.
//!
//! What each part owns:
//!
//! | module | owns | never does |
//! |---|---|---|
//! | [`background`] | the priority of threads nobody waits for | |
//! | [`journal`] | the only truth: append-only chained frames, one per height | skip or repair a damaged frame |
//! | [`snapshot`] | checksummed copies of the state, which shorten recovery | replace the journal |
//! | [`chunk`] | one checksummed file, such as an epoch's frozen inputs | hold anything that cannot be rebuilt |
//! | [`index`] | look-ups by transaction, account and epoch | hold truth, or stand in the acknowledge path |
//! | [`faults`] | named points where tests crash the process or fail an operation | anything unless asked by the environment |
//! | [`lock`] | one writer per directory | |
//! | [`store`] | a network: its state, kept durable through the parts above | decide what a block does |
//!
//! All parts but [`store`] know bytes only; [`store`] alone knows the core. Byte layouts and
//! recovery
//! rules: `docs/spec/storage.md`.
//!
//! The first failed write or fsync must stop the process: after it, nobody knows what is on the
//! disk. [`journal::Journal`] enforces this by refusing every later call; callers of the other
//! modules must exit as well.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::let_underscore_must_use,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod background;
mod bytes;
pub mod chunk;
pub mod faults;
mod files;
pub mod index;
pub mod journal;
pub mod lock;
pub mod snapshot;
pub mod store;

pub use files::{FileError, IoFailure};

/// A BLAKE3 hash.
pub type Hash = [u8; 32];
