//! Delegating, taking it back, and what delegations earn.
//!
//! A reward of epoch e is split over the shares that earn in e. A delegation made in e is pending:
//! it needs what a share had earned after the close of e, which is kept as a checkpoint, counted by
//! the delegations that ask for it. So a close adds one number per pool, and an action of a
//! delegator reads at most three.

use super::apply::{pool_of, post, require_some, rules};
use super::state::Checkpoint;
use super::{Delegate, Delegation, Error, Event, Part, Pool, Undelegate, unbond};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, Holder, Posting, Pot, Reason};
use crate::modules::vesting::{self, GrantId};
use crate::state::{Context, State};
use crate::table::Table;
use workmint_amounts::{Amount, Fixed};

/// Delegator and validator.
type Pair = (AccountHandle, AccountHandle);

const NO_CHECKPOINT: AnyError = AnyError::Inconsistent { what: "a delegation's checkpoint" };

fn handle_of(state: &State, validator: &Address) -> Result<AccountHandle, Error> {
    let unknown = Error::UnknownValidator { validator: *validator };
    state.ledger.handle(validator).ok_or(unknown)
}

/// Adds money of the sender to another's pool; it earns from the next epoch on.
pub(super) fn delegate(
    state: &mut State,
    context: &Context,
    message: &Delegate,
) -> Result<(), AnyError> {
    let Delegate { validator: address, amount } = *message;
    let (rules, sender) = (rules(context)?, context.sender);
    require_some(amount)?;
    let validator = handle_of(state, &address)?;
    if validator == sender {
        return Err(Error::SelfDelegation {}.into());
    }
    if let Some(jail) = pool_of(state, context, validator)?.jail {
        return Err(Error::Jailed { until: jail.until }.into());
    }
    let key = (sender, validator);
    let settled = settle(state, context, key)?;
    let mut pool = pool_of(state, context, validator)?;
    let shares = pool.shares_for(amount)?;
    let mut row = settled.unwrap_or(Delegation {
        part: Part::default(),
        since: context.now.epoch,
        generation: pool.generation,
        seen: pool.per_share,
    });
    if row.part.pending == 0 {
        row.since = context.now.epoch;
        remember(&mut state.validators.entries, (validator, row.since), pool.per_share)?;
    }
    row.part = row.part.plus(shares)?;
    pool.delegated = pool.delegated.plus(shares)?;
    pool.tokens = pool.tokens.checked_add(amount)?;
    if settled.is_none() {
        pool.holders = pool.holders.checked_add(1).ok_or(OVERFLOW)?;
    }
    let (left, minimum) = (pool.worth(row.part.sum()?)?, rules.minimum_delegation);
    if left < minimum {
        return Err(Error::BelowMinimum { left, minimum }.into());
    }
    post(state, rules, (Holder::Account(sender), Holder::Pot(Pot::Bonds)), amount)?;
    state.validators.pools.put(validator, pool);
    state.validators.delegations.put(key, row);
    let account = state.ledger.address(sender);
    state.emit(Event::Bonded { account, validator: address, amount, shares });
    Ok(())
}

/// Begins to withdraw what the sender delegated; it earns nothing of the open epoch.
pub(super) fn undelegate(
    state: &mut State,
    context: &Context,
    message: &Undelegate,
) -> Result<(), AnyError> {
    let Undelegate { validator: address, amount } = *message;
    let (rules, sender) = (rules(context)?, context.sender);
    let validator = handle_of(state, &address)?;
    let key = (sender, validator);
    let none = Error::NoDelegation { validator: address };
    let mut row = settle(state, context, key)?.ok_or(none)?;
    let mut pool = pool_of(state, context, validator)?;
    let (shares, amount) = unbond::asked(&pool, row.part.sum()?, amount)?;
    let before = row.part;
    row.part = before.minus(shares)?;
    if before.pending > 0 && row.part.pending == 0 {
        forget(&mut state.validators.entries, (validator, row.since))?;
    }
    // Those of others that are pending are none of them.
    pool.delegated = pool.delegated.without(before.without(row.part)?)?;
    pool.tokens = pool.tokens.checked_sub(amount)?;
    let (left, minimum) = (pool.worth(row.part.sum()?)?, rules.minimum_delegation);
    if row.part.sum()? == 0 {
        pool.holders = pool.holders.checked_sub(1).ok_or(OVERFLOW)?;
        state.validators.delegations.remove(&key);
    } else if left < minimum {
        return Err(Error::BelowMinimum { left, minimum }.into());
    } else {
        state.validators.delegations.put(key, row);
    }
    state.validators.pools.put(validator, pool);
    unbond::begin(state, context, key, amount)
}

/// Pays the sender what its delegation to a validator has earned.
pub(super) fn collect(
    state: &mut State,
    context: &Context,
    validator: &Address,
) -> Result<(), AnyError> {
    let key = (context.sender, handle_of(state, validator)?);
    if !state.validators.delegations.contains(&key) {
        return Err(Error::NoDelegation { validator: *validator }.into());
    }
    if let Some(row) = settle(state, context, key)? {
        state.validators.delegations.put(key, row);
    }
    Ok(())
}

/// Pays what a delegation has earned and gives back its row as of now, which the caller writes.
/// A row whose shares are of an earlier generation is removed: `None`, as for no row at all. What
/// does not make a whole base unit goes back to the pool.
fn settle(state: &mut State, context: &Context, key: Pair) -> Result<Option<Delegation>, AnyError> {
    let (account, validator) = key;
    let mut pool = pool_of(state, context, validator)?;
    let Some(mut row) = state.validators.delegations.get(&key).copied() else {
        return Ok(None);
    };
    let lives = row.generation == pool.generation;
    let ending = (validator, row.generation);
    let now = if lives { pool.per_share } else { earned_by(&state.validators.endings, ending)? };
    let mut earned = now.checked_sub(row.seen)?.times(row.part.earning)?;
    if row.part.pending > 0 && (row.since < context.now.epoch || !lives) {
        let entry = (validator, row.since);
        let seen = earned_by(&state.validators.entries, entry)?;
        earned = earned.checked_add(now.checked_sub(seen)?.times(row.part.pending)?)?;
        forget(&mut state.validators.entries, entry)?;
        row.part = row.part.next()?;
    }
    row.seen = now;
    let amount = paid_of(&mut pool, earned)?;
    pool.unclaimed = pool.unclaimed.checked_sub(amount)?;
    state.validators.pools.put(validator, pool);
    pay(state, context, key, amount)?;
    if lives {
        return Ok(Some(row));
    }
    forget(&mut state.validators.endings, ending)?;
    state.validators.delegations.remove(&(account, validator));
    Ok(None)
}

/// The whole base units of what was earned; the fraction goes back to the pool. What misses a unit
/// by less than 2^-32 does so because a division was rounded down: the pool's remainder, which is
/// what it left, completes it.
fn paid_of(pool: &mut Pool, earned: Fixed) -> Result<Amount, AnyError> {
    const NEARLY_ONE: u128 = u128::MAX << 96;
    let missing = Fixed::from_whole(1).checked_sub(Fixed { whole: 0, ..earned })?;
    if earned.fraction >= NEARLY_ONE && missing <= pool.remainder {
        pool.remainder = pool.remainder.checked_sub(missing)?;
        return Ok(Amount::new(earned.whole.checked_add(1).ok_or(OVERFLOW)?));
    }
    pool.remainder = pool.remainder.checked_add(Fixed { whole: 0, ..earned })?;
    Ok(Amount::new(earned.whole))
}

/// Pays a delegator. Of it the same share vests as of a claim, from the open epoch on: one's own
/// second account frees nothing sooner. No conviction takes it, as the delegator reported nothing.
fn pay(
    state: &mut State,
    context: &Context,
    (account, validator): Pair,
    amount: Amount,
) -> Result<(), AnyError> {
    if amount.is_zero() {
        return Ok(());
    }
    let (from, to) = (Holder::Pot(Pot::Delegators), Holder::Account(account));
    let (asset, reason) = (context.parameters.emission.asset, Reason::Claim);
    state.ledger.post(Posting { asset, from, to, amount, reason })?;
    let rules = &context.parameters.claims;
    let (start_epoch, epochs) = (context.now.epoch, rules.vesting_epochs);
    let id = GrantId { account, asset, start_epoch, epochs, earner: None };
    vesting::grant_share(state, rules, id, amount)?;
    let account = state.ledger.address(account);
    let validator = state.ledger.address(validator);
    state.emit(Event::Collected { account, validator, amount });
    Ok(())
}

/// One more row asks for what a share has earned at this point.
fn remember(
    table: &mut Table<(AccountHandle, u64), Checkpoint>,
    key: (AccountHandle, u64),
    per_share: Fixed,
) -> Result<(), AnyError> {
    let rows = table.get(&key).map_or(0, |row| row.rows).checked_add(1).ok_or(OVERFLOW)?;
    table.put(key, Checkpoint { per_share, rows });
    Ok(())
}

/// One row less does.
fn forget(
    table: &mut Table<(AccountHandle, u64), Checkpoint>,
    key: (AccountHandle, u64),
) -> Result<(), AnyError> {
    let row = table.get(&key).copied().ok_or(NO_CHECKPOINT)?;
    match row.rows.checked_sub(1).ok_or(NO_CHECKPOINT)? {
        0 => table.remove(&key),
        rows => table.put(key, Checkpoint { rows, ..row }),
    }
    Ok(())
}

fn earned_by(
    table: &Table<(AccountHandle, u64), Checkpoint>,
    key: (AccountHandle, u64),
) -> Result<Fixed, AnyError> {
    table.get(&key).map(|row| row.per_share).ok_or(NO_CHECKPOINT)
}

/// At a close: a reward that the pot of delegators has just received is theirs, by the shares that
/// earned in the closing epoch. Where there are none it waits for the next reward.
pub(crate) fn credit(
    state: &mut State,
    context: &Context,
    validator: AccountHandle,
    amount: Amount,
) -> Result<(), AnyError> {
    let mut pool = pool_of(state, context, validator)?;
    add_reward(&mut pool, amount)?;
    let entry = (validator, context.now.epoch);
    if let Some(row) = state.validators.entries.get(&entry).copied() {
        let per_share = pool.per_share;
        state.validators.entries.put(entry, Checkpoint { per_share, ..row });
    }
    state.validators.pools.put(validator, pool);
    let validator = state.ledger.address(validator);
    state.emit(Event::Credited { validator, amount });
    Ok(())
}

/// Splits a reward, with what earlier ones left over, over the earning shares.
pub(super) fn add_reward(pool: &mut Pool, amount: Amount) -> Result<(), AnyError> {
    let whole = pool.remainder.checked_add(Fixed::from_whole(amount.get()))?;
    pool.unclaimed = pool.unclaimed.checked_add(amount)?;
    if pool.delegated.earning == 0 {
        pool.remainder = whole;
        return Ok(());
    }
    let (each, left) = whole.divide(pool.delegated.earning)?;
    pool.per_share = pool.per_share.checked_add(each)?;
    pool.remainder = left;
    Ok(())
}

/// All of a pool was slashed: its shares end, and what they have earned stays theirs.
pub(super) fn end_generation(
    state: &mut State,
    validator: AccountHandle,
    pool: &mut Pool,
) -> Result<(), AnyError> {
    if pool.holders > 0 {
        let row = Checkpoint { per_share: pool.per_share, rows: pool.holders };
        state.validators.endings.put((validator, pool.generation), row);
    }
    pool.generation = pool.generation.checked_add(1).ok_or(OVERFLOW)?;
    (pool.own, pool.delegated, pool.holders) = (Part::default(), Part::default(), 0);
    pool.tokens = Amount::ZERO;
    Ok(())
}
