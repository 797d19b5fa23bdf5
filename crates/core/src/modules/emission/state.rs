//! Cumulative emission.

use crate::error::Error;
use crate::table::Single;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Base units over all closed epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Offered by the schedule, before allocation and cap. Stays at 2^128 - 1 once it gets there,
    /// which only a schedule far above its allocation does.
    pub scheduled: Amount,
    /// Minted; at most `scheduled`.
    pub minted: Amount,
}

/// State of `emission`.
#[derive(Default)]
pub struct EmissionState {
    pub(crate) totals: Single<Totals>,
}

impl EmissionState {
    /// What was offered and minted so far.
    #[must_use]
    pub fn totals(&self) -> Totals {
        *self.totals.get()
    }

    /// Adds one closed epoch: what its schedule offered and what settlement minted. Refuses, and
    /// records nothing, if more was minted than offered.
    pub(crate) fn record(&mut self, scheduled: Amount, minted: Amount) -> Result<(), Error> {
        if minted > scheduled {
            return Err(Error::Inconsistent { what: "an epoch minted more than its schedule" });
        }
        let old = self.totals();
        self.totals.set(Totals {
            scheduled: old.scheduled.checked_add(scheduled).unwrap_or(Amount::MAX),
            minted: old.minted.checked_add(minted)?,
        });
        Ok(())
    }
}
