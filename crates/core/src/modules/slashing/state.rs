//! Offences already punished.

use super::OffenceKind;
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
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
    /// Who was punished for what in the open epoch, as far as conduct is judged by the epoch.
    pub(crate) punished: Table<(AccountHandle, OffenceKind), ()>,
    /// Faults of this time or before are forgotten, and so are never accepted again, whatever the
    /// evidence age becomes; milliseconds.
    pub(crate) horizon: Single<u64>,
}
