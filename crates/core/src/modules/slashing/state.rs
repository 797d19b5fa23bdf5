//! Offences already punished.

use crate::hash::Hash;
use crate::table::{Single, Table};
use borsh::{BorshDeserialize, BorshSerialize};

/// Identifies an offence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct Offence(pub Hash);

/// State of `slashing`.
#[derive(Default)]
pub struct SlashingState {
    /// Faults punished, with the time they happened at, milliseconds.
    pub(crate) judged: Table<Offence, u64>,
    /// Faults of this time or before are forgotten, and so are never accepted again, whatever the
    /// evidence age becomes; milliseconds.
    pub(crate) horizon: Single<u64>,
}
