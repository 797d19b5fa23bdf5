//! Bonds and locks agree.

use super::Status;
use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::LockKind;
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// The bond lock of each account is the sum of its open challenges' bonds, and every challenge has
/// its summary; after a close everyone is active.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    for (account, standing) in state.work.standings.iter() {
        if standing.status != Status::Active {
            let status = standing.status;
            return Err(Violation::new("INV-29", || {
                format!("{account:?} is {status} in no epoch")
            }));
        }
    }
    let mut bonds: BTreeMap<_, Amount> = BTreeMap::new();
    for (id, challenge) in state.work.challenges.iter() {
        if !state.work.receipts.contains(id) {
            return Err(Violation::new("INV-23", || format!("challenge without summary: {id:?}")));
        }
        let sum = bonds.entry((challenge.challenger, parameters.market.asset)).or_default();
        *sum = sum.checked_add(challenge.bond).map_err(|_| {
            Violation::new("INV-10", || format!("bonds of {:?} exceed 2^128", challenge.challenger))
        })?;
    }
    match_locks(state, LockKind::Bond, &bonds)
}
