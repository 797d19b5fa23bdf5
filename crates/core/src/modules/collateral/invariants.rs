//! INV-11: rows and locks agree.

use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::LockKind;
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// Compares every collateral and unbonding lock with the rows.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    if state.collateral.unit_price().is_some_and(|price| price.is_zero()) {
        return Err(Violation::new("INV-11", || "a unit of weight takes nothing".to_owned()));
    }
    let asset = parameters.collateral.asset;
    let active = state.collateral.active.iter();
    let active = active.map(|(account, amount)| ((*account, asset), *amount)).collect();
    match_locks(state, LockKind::Collateral, &active)?;
    let mut unbonding: BTreeMap<_, Amount> = BTreeMap::new();
    for ((account, deadline), amount) in state.collateral.withdrawals.iter() {
        let sum = unbonding.entry((*account, asset)).or_default();
        let broken = |what: &str| {
            Violation::new("INV-11", || format!("withdrawal of {account:?}, {deadline}: {what}"))
        };
        *sum = sum.checked_add(*amount).map_err(|_| broken("sum exceeds 2^128"))?;
        if !state.collateral.due.contains(&(*deadline, *account)) {
            return Err(broken("it has no release date"));
        }
    }
    if state.collateral.due.len() != state.collateral.withdrawals.len() {
        return Err(Violation::new("INV-11", || {
            "withdrawals and their release dates differ in number".to_owned()
        }));
    }
    match_locks(state, LockKind::Unbonding, &unbonding)
}
