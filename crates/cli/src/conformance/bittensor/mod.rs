//! Adapters for Bittensor: opentensor/subtensor 14bc6f9, run from outside its runtime.

mod coinbase;
mod emission;
mod epochs;
mod math;
mod numbers;
mod pricing;
mod read;
mod sequences;
mod weighing;

use super::suite::Adapter;

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] = &[
    coinbase::ADAPTERS,
    emission::ADAPTERS,
    epochs::ADAPTERS,
    math::ADAPTERS,
    numbers::ADAPTERS,
    pricing::ADAPTERS,
    sequences::ADAPTERS,
    weighing::ADAPTERS,
];
