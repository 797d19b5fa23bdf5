//! Its part of a close.

use super::apply::rules;
use super::{Event, unstake_burn};
use crate::due::take_due;
use crate::error::Error;
use crate::hash::Hash;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Reason};
use crate::state::{Context, State};
use crate::time::{Deadline, Now};
use workmint_amounts::Amount;

/// At a close, after slashing: releases the withdrawals that are due, less what is burned.
pub(crate) fn release_due(state: &mut State, context: &Context) {
    let over = |deadline: Deadline| deadline.is_over_at_close(&context.now);
    for row in take_due(&state.stake.due, AccountHandle(0), over) {
        state.isolate("unbonding release of stake", |state| release(state, context, row));
    }
}

fn release(
    state: &mut State,
    context: &Context,
    (deadline, account): (Deadline, AccountHandle),
) -> Result<(), Error> {
    let rules = rules(context)?;
    let asset = rules.asset;
    let key = (account, deadline);
    let amount = state.stake.withdrawals.get(&key).copied().unwrap_or(Amount::ZERO);
    let burned = unstake_burn(rules, amount)?;
    state.stake.withdrawals.remove(&key);
    state.stake.due.remove(&(deadline, account));
    state.ledger.unlock(account, asset, LockKind::UnbondingStake, amount)?;
    let (from, to, reason) = (Holder::Account(account), Holder::Issuance, Reason::UnstakeBurn);
    state.ledger.post(Posting { asset, from, to, amount: burned, reason })?;
    let account = state.ledger.address(account);
    let amount = amount.checked_sub(burned)?;
    state.emit(Event::Released { account, amount, burned });
    Ok(())
}

/// Whether `deadline` is of the same kind as `first` and over at this close.
fn is_due(deadline: Deadline, first: Deadline, now: &Now) -> bool {
    std::mem::discriminant(&deadline) == std::mem::discriminant(&first)
        && deadline.is_over_at_close(now)
}

/// At the end of a close: pairs of provider and customer count anew; cases without a majority are
/// forgotten.
pub(crate) fn end_close(state: &mut State, context: &Context) {
    state.stake.customers.clear();
    let mut over: Vec<(Deadline, AccountHandle, Hash)> = Vec::new();
    for first in [Deadline::Time(0), Deadline::Epoch(0)] {
        let rows = state.stake.open_cases.range((first, AccountHandle(0), Hash::ZERO)..);
        over.extend(
            rows.take_while(|((deadline, ..), ())| is_due(*deadline, first, &context.now))
                .map(|(key, ())| *key),
        );
    }
    for key in over {
        state.stake.open_cases.remove(&key);
        state.stake.cases.remove(&(key.1, key.2));
    }
}
