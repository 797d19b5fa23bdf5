//! Adapters for Blyan at 56e1d0c (`backend/rewards`) and for what its documents print.
//!
//! Rates, multipliers' ranges, shares, bounds and the decay of backpay are those of the network
//! `blyan`. Typed in here, because no network file has them: difficulty by improvement, quality by
//! consensus (`governance`), the budget by activity and backlog, the parts of a reputation
//! (`rules`). What they are run through is the core's.

mod buckets;
mod documents;
mod governance;
mod policy;
mod rules;

use super::suite::Adapter;

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] =
    &[buckets::ADAPTERS, documents::ADAPTERS, governance::ADAPTERS, policy::ADAPTERS];
