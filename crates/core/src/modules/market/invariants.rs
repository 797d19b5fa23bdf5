//! INV-10: deposits and locks agree.

use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::LockKind;
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// O(1): the sum of deposits is the sum of deposit locks.
pub(crate) fn check_totals(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let supply = state.ledger.supply(parameters.market.asset);
    let at = LockKind::ALL.iter().position(|kind| *kind == LockKind::Deposit);
    let locked = at.and_then(|at| supply.locked.get(at)).copied().unwrap_or_default();
    let total = *state.market.totals.get();
    if locked == total {
        return Ok(());
    }
    Err(Violation::new("INV-10", || format!("deposits sum to {total}, locks to {locked}")))
}

/// O(deposits): each deposit against its lock.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let mut held: BTreeMap<_, Amount> = BTreeMap::new();
    for ((customer, model), deposit) in state.market.deposits.iter() {
        let broken = |_| {
            Violation::new("INV-10", || {
                format!("deposit of {customer:?} for {model:?} is overdrawn: {deposit:?}")
            })
        };
        deposit.available().map_err(broken)?;
        let sum = held.entry((*customer, parameters.market.asset)).or_default();
        *sum = sum.checked_add(deposit.left().map_err(broken)?).map_err(broken)?;
    }
    match_locks(state, LockKind::Deposit, &held)
}
