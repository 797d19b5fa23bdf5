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
    for (account, standing) in state.work.standings.iter() {
        if standing.status != Status::Active {
            let status = standing.status;
            return Err(Violation::new("INV-29", || {
                format!("{account:?} is {status} in no epoch")
            }));
        }
    }
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::ledger::AccountHandle;
    use crate::modules::work::Standing;

    #[test]
    fn a_status_outlives_no_epoch() {
        let mut state = State::default();
        let row = Standing { failures_in_a_row: 2, ..Standing::default() };
        state.work.standings.put(AccountHandle(1), row);
        assert!(recount(&state).is_ok());
        let row = Standing { status: Status::Invalid, ..row };
        state.work.standings.put(AccountHandle(2), row);
        assert_eq!(recount(&state).unwrap_err().invariant, "INV-29");
    }
}
