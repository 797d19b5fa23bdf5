//! INV-49: rows and locks agree.

use super::reputation::MOST;
use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::LockKind;
use crate::state::State;
use std::collections::BTreeMap;
use workmint_amounts::Amount;

/// Compares every lock of stake and unbonding stake with the rows, and the indexes with their rows.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let stake = &state.stake;
    let broken = |what: &'static str| Err(Violation::new("INV-49", || what.to_owned()));
    if stake.reputations.iter().any(|(_, points)| *points == 0 || *points > MOST) {
        return broken("a reputation is not 1 to 1,000");
    }
    let open = stake.cases.iter().filter(|(_, case)| case.lapses.is_some()).count();
    let listed = stake.open_cases.iter().all(|((deadline, account, case), ())| {
        let row = stake.cases.get(&(*account, *case));
        row.is_some_and(|row| row.lapses == Some(*deadline))
    });
    if open != stake.open_cases.len() || !listed {
        return broken("cases of malice and their deadlines differ");
    }
    let parameters = state.active_parameters();
    let Some(rules) = parameters.as_ref().and_then(|parameters| parameters.stake.as_ref()) else {
        if stake.positions.is_empty() && stake.withdrawals.is_empty() {
            return Ok(());
        }
        return broken("something is staked where nothing can be");
    };
    let asset = rules.asset;
    let positions = stake.positions.iter();
    let active = positions.map(|(account, row)| ((*account, asset), row.amount)).collect();
    match_locks(state, LockKind::Stake, &active)?;
    let mut unbonding: BTreeMap<_, Amount> = BTreeMap::new();
    for ((account, deadline), amount) in stake.withdrawals.iter() {
        let sum = unbonding.entry((*account, asset)).or_default();
        let Ok(more) = sum.checked_add(*amount) else {
            return broken("withdrawals of an account exceed 2^128");
        };
        *sum = more;
        if !stake.due.contains(&(*deadline, *account)) {
            return broken("a withdrawal has no release date");
        }
    }
    if stake.due.len() != stake.withdrawals.len() {
        return broken("withdrawals and their release dates differ in number");
    }
    match_locks(state, LockKind::UnbondingStake, &unbonding)
}
