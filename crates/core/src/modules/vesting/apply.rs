//! Granting and releasing.

use super::{Error, Event, Grant, GrantId};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::invariants::Violation;
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::parameters::{Claims, VestingRemainder};
use crate::names::AssetId;
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use std::collections::BTreeMap;
use workmint_amounts::{Amount, Ratio};

/// Release what has vested so far of all the sender's grants.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ReleaseVested {}

/// Locks an amount that the account just received and lets it vest from `start_epoch` on.
pub(crate) fn grant(
    state: &mut State,
    id: GrantId,
    amount: Amount,
    remainder: VestingRemainder,
) -> Result<(), AnyError> {
    let Some(more) = Grant::of(amount, id.epochs, remainder)? else {
        return Ok(());
    };
    let end_epoch = id.start_epoch.checked_add(id.epochs).ok_or(OVERFLOW)?;
    let grant = state.vesting.grants.get(&id).copied().unwrap_or_default().and(more)?;
    state.ledger.lock(id.account, id.asset, LockKind::Vesting, amount)?;
    state.vesting.grants.put(id, grant);
    state.vesting.ends.put((end_epoch, id), ());
    if let Some(earner) = id.earner {
        state.vesting.earned.put((earner, id.start_epoch, id), ());
    }
    let account = state.ledger.address(id.account);
    let asset = id.asset;
    state.emit(Event::Granted { account, asset, amount, end_epoch });
    Ok(())
}

/// Of a reward that the account just received floor(amount x vesting share) vests by the rules of
/// claims, over the epochs of `id`; the rest is free. Gives back what vests, base units: 0 over 0
/// epochs.
pub(crate) fn grant_share(
    state: &mut State,
    rules: &Claims,
    id: GrantId,
    amount: Amount,
) -> Result<Amount, AnyError> {
    let vests = match id.epochs {
        0 => Amount::ZERO,
        _ => rules.vesting_share.min(Ratio::ONE).apply_floor(amount)?,
    };
    grant(state, id, vests, rules.vesting_remainder)?;
    Ok(vests)
}

/// Releases what has vested of the sender's grants.
pub fn apply_release(
    state: &mut State,
    context: &Context,
    _message: &ReleaseVested,
) -> Result<(), AnyError> {
    let grants: Vec<(GrantId, Grant)> = state.vesting.grants_of(context.sender).collect();
    let mut released = false;
    for (id, grant) in grants {
        released |= release(state, (id, grant), context.now.epoch)?;
    }
    if released { Ok(()) } else { Err(Error::NothingVested {}.into()) }
}

/// At a close: releases grants that end with the epoch that opens next.
pub(crate) fn release_ended(state: &mut State, next_epoch: u64) {
    let ended: Vec<(u64, GrantId)> = state
        .vesting
        .ends
        .iter()
        .take_while(|((end, _), ())| *end <= next_epoch)
        .map(|(key, ())| *key)
        .collect();
    for (end, id) in ended {
        state.isolate("vesting release", |state| {
            state.vesting.ends.remove(&(end, id));
            let grant = state.vesting.grants.get(&id).copied();
            grant.map_or(Ok(false), |grant| release(state, (id, grant), next_epoch)).map(|_| ())
        });
    }
}

/// Unlocks what has vested; `false` if that is nothing.
fn release(
    state: &mut State,
    (id, mut grant): (GrantId, Grant),
    epoch: u64,
) -> Result<bool, AnyError> {
    let Some(elapsed) = epoch.checked_sub(id.start_epoch) else {
        return Ok(false);
    };
    let free = grant.vested(elapsed, id.epochs)?;
    let amount = free.checked_sub(grant.released)?;
    if amount.is_zero() {
        return Ok(false);
    }
    state.ledger.unlock(id.account, id.asset, LockKind::Vesting, amount)?;
    grant.released = free;
    if grant.released == grant.total {
        remove(state, id)?;
    } else {
        state.vesting.grants.put(id, grant);
    }
    let account = state.ledger.address(id.account);
    let asset = id.asset;
    state.emit(Event::Released { account, asset, amount });
    Ok(true)
}

/// INV-15: the vesting lock of each account is what its grants still hold.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let mut held: BTreeMap<(AccountHandle, AssetId), Amount> = BTreeMap::new();
    let broken = |id: &GrantId| {
        Violation::new("INV-15", || format!("grant {id:?} released more than it holds"))
    };
    if state.vesting.grants.len() != state.vesting.ends.len() {
        return Err(Violation::new("INV-23", || {
            "grants and their ends differ in number".to_owned()
        }));
    }
    for (id, grant) in state.vesting.grants.iter() {
        let rest = grant.total.checked_sub(grant.released).map_err(|_| broken(id))?;
        let sum = held.entry((id.account, id.asset)).or_default();
        *sum = sum.checked_add(rest).map_err(|_| broken(id))?;
    }
    crate::invariants::match_locks(state, LockKind::Vesting, &held)
}

/// Removes a grant from every table.
fn remove(state: &mut State, id: GrantId) -> Result<(), AnyError> {
    let end = id.start_epoch.checked_add(id.epochs).ok_or(OVERFLOW)?;
    state.vesting.grants.remove(&id);
    state.vesting.ends.remove(&(end, id));
    if let Some(earner) = id.earner {
        state.vesting.earned.remove(&(earner, id.start_epoch, id));
    }
    Ok(())
}

/// Ends what a participant earned that began to vest in `start_epoch`: what has vested is released,
/// the rest is returned with its owner, still locked: the caller takes it.
pub(crate) fn cancel(
    state: &mut State,
    context: &Context,
    earner: AccountHandle,
    start_epoch: u64,
) -> Result<Vec<(AccountHandle, AssetId, Amount)>, AnyError> {
    let first = GrantId {
        account: AccountHandle(0),
        asset: AssetId(0),
        start_epoch: 0,
        epochs: 0,
        earner: None,
    };
    let earned = state.vesting.earned.range((earner, start_epoch, first)..);
    let grants: Vec<GrantId> = earned
        .take_while(|((of, start, _), ())| (*of, *start) == (earner, start_epoch))
        .map(|((_, _, id), ())| *id)
        .collect();
    let mut left = Vec::new();
    for id in grants {
        if let Some(grant) = state.vesting.grants.get(&id).copied() {
            release(state, (id, grant), context.now.epoch)?;
        }
        if let Some(grant) = state.vesting.grants.get(&id).copied() {
            remove(state, id)?;
            left.push((id.account, id.asset, grant.total.checked_sub(grant.released)?));
        }
    }
    Ok(left)
}
