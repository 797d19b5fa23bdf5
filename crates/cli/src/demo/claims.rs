//! Who can claim.

use workmint_core::{Address, State};

/// Whether an account can still claim of a settled epoch.
pub(super) fn has_open_claim(state: &State, epoch: u64, address: &Address) -> bool {
    state.settlement.record(epoch).is_some_and(|record| {
        let mut entries = record.entries.of(address);
        entries.any(|at| !state.settlement.is_claimed(epoch, at))
    })
}
