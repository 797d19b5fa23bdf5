//! Offences already punished.

use crate::hash::Hash;
use crate::table::Table;
use borsh::{BorshDeserialize, BorshSerialize};

/// Identifies an offence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Offence(pub Hash);

/// State of `slashing`.
#[derive(Default)]
pub struct SlashingState {
    /// Faults punished, with the block time from which they are too old to be brought again.
    pub(crate) judged: Table<Offence, u64>,
}
