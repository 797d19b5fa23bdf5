//! Cumulative emission.

use crate::error::{Error, OVERFLOW};
use crate::table::Single;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What all closed epochs came to; amounts in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Totals {
    /// Offered by the schedule, before allocation and cap. Stays at 2^128 - 1 once it gets there,
    /// which only a schedule far above its allocation does.
    pub scheduled: Amount,
    /// Minted; at most `scheduled`.
    pub minted: Amount,
    /// How often a cut-off lowered the rate of `work_subsidy`. Stays when the schedule changes.
    pub reductions: u32,
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

    /// Adds one closed epoch: what its schedule offered, what of earlier offers had rolled over and
    /// what settlement minted. A cut-off that the offer passes lowers the rate once minting has
    /// reached it. Refuses, and records nothing, if more was minted than offered: in the epoch with
    /// what had rolled over, or in all epochs.
    pub(crate) fn record(
        &mut self,
        (scheduled, rolled_over): (Amount, Amount),
        minted: Amount,
        cutoff: Option<Amount>,
    ) -> Result<(), Error> {
        let old = self.totals();
        let total = old.minted.checked_add(minted)?;
        let offered = |before: Amount| before.checked_add(scheduled).unwrap_or(Amount::MAX);
        if minted > offered(rolled_over) || total > offered(old.scheduled) {
            return Err(Error::Inconsistent { what: "an epoch minted more than its schedule" });
        }
        let reached = cutoff.is_some_and(|cutoff| total >= cutoff);
        self.totals.set(Totals {
            scheduled: old.scheduled.checked_add(scheduled).unwrap_or(Amount::MAX),
            minted: total,
            reductions: old.reductions.checked_add(u32::from(reached)).ok_or(OVERFLOW)?,
        });
        Ok(())
    }
}
