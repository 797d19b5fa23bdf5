//! INV-39: sessions and locks agree, nothing of a deposit is lost.

use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::LockKind;
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// O(1): deposited - paid - fees - refunded is the sum of session locks.
pub(crate) fn check_sessions(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let supply = state.ledger.supply(parameters.market.asset);
    let at = LockKind::ALL.iter().position(|kind| *kind == LockKind::Session);
    let locked = at.and_then(|at| supply.locked.get(at)).copied().unwrap_or_default();
    let totals = state.market.session_totals();
    if totals.held() == Ok(locked) {
        return Ok(());
    }
    Err(Violation::new("INV-39", || format!("{totals:?}, but locks sum to {locked}")))
}

/// O(sessions): each session against its lock, its fee and its deadlines; its number was given out.
pub(crate) fn recount_sessions(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let market = &state.market;
    let mut held: BTreeMap<_, Amount> = BTreeMap::new();
    let mut deadlines: usize = 0;
    for (id, session) in market.sessions.iter() {
        let broken = || Violation::new("INV-39", || format!("session {id:?}: {session:?}"));
        let left = session.left().map_err(|_| broken())?;
        let sum = held.entry((id.0, parameters.market.asset)).or_default();
        *sum = sum.checked_add(left).map_err(|_| broken())?;
        let due = session.deadlines().all(|deadline| market.session_due.contains(&(deadline, *id)));
        let fee = session.rate.apply_ceil(session.taken);
        if !due || fee != Ok(session.fee) || id.1 >= market.next_session(id.0) {
            return Err(broken());
        }
        deadlines = deadlines.checked_add(session.deadlines().count()).ok_or_else(broken)?;
    }
    if deadlines != market.session_due.len() {
        return Err(Violation::new("INV-39", || {
            format!("{} deadlines, sessions have {deadlines}", market.session_due.len())
        }));
    }
    match_locks(state, LockKind::Session, &held)
}
