//! Adapters for gonka-ai/gonka v0.2.14 and, where a vector's `source` says so, v0.2.0.

mod collateral;
mod conduct;
mod emission;
mod escrow;
mod pricing;
mod rewards;
mod split;
mod vesting;
mod weights;
mod work;

use super::suite::Adapter;

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] = &[
    collateral::ADAPTERS,
    conduct::ADAPTERS,
    emission::ADAPTERS,
    escrow::ADAPTERS,
    pricing::ADAPTERS,
    rewards::ADAPTERS,
    vesting::ADAPTERS,
    weights::ADAPTERS,
    work::ADAPTERS,
];
