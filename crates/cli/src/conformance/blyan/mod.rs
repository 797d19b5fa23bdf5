//! Adapters for Blyan at 56e1d0c (`backend/rewards`) and for what its documents print.

mod documents;
mod governance;
mod policy;
mod rules;

use super::suite::Adapter;

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] =
    &[documents::ADAPTERS, governance::ADAPTERS, policy::ADAPTERS];
