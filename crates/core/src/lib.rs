//! The deterministic state machine of Workmint.
//!
//! Verified work goes in, exact rewards come out. One call, [`State::apply_block`], moves the
//! state from one block to the next; one function, `epoch::close`, holds the ordered list of
//! steps that settle an epoch. The crate knows no clock, file, socket, environment, randomness,
//! float, JSON or log: everything it needs comes in as an argument, everything it says goes out
//! as a return value or an [`Event`].
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::let_underscore_must_use,
        clippy::wildcard_enum_match_arm,
        clippy::match_wildcard_for_single_variants,
        clippy::disallowed_types,
        clippy::disallowed_methods
    )
)]

pub mod address;
pub mod block;
pub mod charge;
mod due;
pub mod epoch;
pub mod error;
pub mod event;
pub mod explain;
pub mod fewest;
mod freeze;
pub mod genesis;
pub mod hash;
pub mod inputs;
pub mod invariants;
mod kinds;
pub mod merkle;
pub mod modules;
pub mod names;
pub mod offline;
pub mod relayed;
mod rows;
mod run;
pub mod state;
pub mod table;
pub mod time;
pub mod transaction;
pub mod tree;
mod verdicts;
mod what_if;

pub use address::Address;
pub use block::{Applied, Block, BlockError, Commitments, Evidence, RawTransaction, Reach, Undo};
pub use error::Error;
pub use event::Event;
pub use freeze::count_use;
pub use genesis::Genesis;
pub use hash::Hash;
pub use inputs::EpochInputs;
pub use relayed::{Relayed, Report};
pub use run::Simulated;
pub use state::State;
pub use transaction::{DecodedTransaction, Message};
