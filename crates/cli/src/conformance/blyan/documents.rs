//! Adapters: what document 002 and upstream's documents print.

use super::super::suite::Adapter;

pub(super) const ADAPTERS: &[Adapter] = &[];
