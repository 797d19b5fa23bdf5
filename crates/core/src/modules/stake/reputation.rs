//! A provider's reputation: earned by jobs of distinct customers, halved by a slash.

use super::Event;
use crate::error::Error;
use crate::modules::ledger::AccountHandle;
use crate::state::State;

/// Most points.
pub(super) const MOST: u16 = 1_000;

/// A job of `account` was paid by `customer`: one point, once per pair and epoch, at most 1,000.
/// Customers tied to the provider do not count.
pub(crate) fn earn_reputation(
    state: &mut State,
    account: AccountHandle,
    customer: AccountHandle,
) -> Result<(), Error> {
    let pair = (account, customer);
    let tied = |one, other| state.registry.related(&state.ledger, one, other);
    if state.stake.customers.contains(&pair) || tied(account, customer) || tied(customer, account) {
        return Ok(());
    }
    state.stake.customers.put(pair, ());
    let points = state.stake.reputation(account);
    if let Some(more) = points.checked_add(1).filter(|more| *more <= MOST) {
        write(state, account, more);
    }
    Ok(())
}

/// A slash takes half of the points, rounded up.
pub(super) fn halve(state: &mut State, account: AccountHandle) {
    let points = state.stake.reputation(account);
    if points > 0 {
        write(state, account, points >> 1);
    }
}

fn write(state: &mut State, account: AccountHandle, points: u16) {
    if points == 0 {
        state.stake.reputations.remove(&account);
    } else {
        state.stake.reputations.put(account, points);
    }
    let account = state.ledger.address(account);
    state.emit(Event::ReputationChanged { account, points });
}
