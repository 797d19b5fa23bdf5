//! Adapters for Hanzo: design document 003 as written, and the contracts of hanzoai/node and
//! luxfi/standard that were run for it.

mod exchange;
mod fees;
mod governance;
mod jobs;
mod network;
mod prices;
mod rewards;
mod stake;
mod token;

use super::suite::Adapter;

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] = &[
    exchange::ADAPTERS,
    fees::ADAPTERS,
    governance::ADAPTERS,
    jobs::ADAPTERS,
    prices::ADAPTERS,
    rewards::ADAPTERS,
    stake::ADAPTERS,
    token::ADAPTERS,
];
