//! Tests of the storage crate through its public surface, one binary.

mod chunk;
mod crash;
mod crash_child;
mod index;
mod journal;
mod journal_damage;
mod journal_properties;
mod lock;
mod snapshot;
mod support;
