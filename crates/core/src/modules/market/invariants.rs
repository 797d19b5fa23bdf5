//! INV-10: deposits and locks agree. INV-28: requests and deadlines agree; debts are paid on.

use super::Due;
use super::refute::deadline_of;
use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::{LockKind, Pot};
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

/// O(requests): everything remembered has its one deadline; the pot of restitution holds what was
/// recovered and not paid on, 0 unless a step failed, and no more than is owed.
pub(crate) fn recount_requests(state: &State) -> Result<(), Violation> {
    let market = &state.market;
    let of_requests = market.requests.iter().map(|(key, row)| deadline_of(&row.stage, *key));
    let of_answers = market.answers.iter().map(|(key, row)| (row.expires, Due::Answer(*key)));
    let entries: Vec<_> = of_requests.chain(of_answers).collect();
    if let Some(entry) = entries.iter().find(|entry| !market.due.contains(entry)) {
        return Err(Violation::new("INV-28", || format!("nothing is due for {entry:?}")));
    }
    if entries.len() != market.due.len() {
        return Err(Violation::new("INV-28", || {
            format!("{} deadlines for {} requests and answers", market.due.len(), entries.len())
        }));
    }
    let owed = Amount::sum(market.debts.iter().map(|(_, amount)| *amount)).ok();
    let recovered = Amount::sum(market.recovered.iter().map(|(_, amount)| *amount)).ok();
    let pots = state.ledger.pots().filter(|(_, pot, _)| **pot == Pot::Restitution);
    let held = Amount::sum(pots.map(|(_, _, amount)| amount)).ok();
    if held != recovered || held > owed {
        return Err(Violation::new("INV-28", || {
            format!("{held:?} is held for customers, {recovered:?} recovered, {owed:?} owed")
        }));
    }
    Ok(())
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
