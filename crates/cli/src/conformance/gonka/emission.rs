//! Adapters: emission.

use crate::conformance::suite::Adapter;

pub(super) const ADAPTERS: &[Adapter] = &[];
