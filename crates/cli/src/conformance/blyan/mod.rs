//! Adapters for Blyan at 56e1d0c (`backend/rewards`) and for what its documents print.

mod buckets;
mod documents;
mod governance;
mod policy;
mod rules;

use super::suite::Adapter;

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] =
    &[buckets::ADAPTERS, documents::ADAPTERS, governance::ADAPTERS, policy::ADAPTERS];
