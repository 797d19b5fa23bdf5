//! Adapters for Bittensor: opentensor/subtensor 14bc6f9, run from outside its runtime.

mod epochs;
mod numbers;
mod read;
mod sequences;

use super::suite::Adapter;

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] =
    &[epochs::ADAPTERS, numbers::ADAPTERS, sequences::ADAPTERS];
