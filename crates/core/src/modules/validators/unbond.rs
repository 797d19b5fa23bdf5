//! Taking money out: through unbonding pools that stay slashable until a close releases them.

use super::apply::{pool_of, post, require_some, rules};
use super::pool::{shares_for, worth};
use super::{Error, Event, Pool, Unbonding, Wish, Withdrawal, release_at};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, Holder, Pot};
use crate::modules::parameters::Validators;
use crate::state::{Context, State};
use crate::time::Deadline;
use workmint_amounts::{Amount, ArithmeticError};

/// What a message asks to take out of `shares` of a pool: shares and base units. All of it takes
/// every share, so that none is left behind that is worth nothing.
pub(super) fn asked(
    pool: &Pool,
    shares: u128,
    amount: Option<Amount>,
) -> Result<(u128, Amount), AnyError> {
    let bonded = pool.worth(shares)?;
    let asked = amount.unwrap_or(bonded);
    require_some(asked)?;
    if asked > bonded {
        return Err(Error::InsufficientBond { asked, bonded }.into());
    }
    Ok((if asked == bonded { shares } else { pool.shares_of(asked)? }, asked))
}

/// Begins to withdraw the sender's own bond. Of an active validator only what is above the least.
pub(super) fn unbond(
    state: &mut State,
    context: &Context,
    amount: Option<Amount>,
) -> Result<(), AnyError> {
    let (rules, sender) = (rules(context)?, context.sender);
    let mut pool = pool_of(state, context, sender)?;
    let (shares, amount) = asked(&pool, pool.own.sum()?, amount)?;
    pool.own = pool.own.minus(shares)?;
    pool.tokens = pool.tokens.checked_sub(amount)?;
    let (left, minimum) = (pool.own_worth()?, rules.minimum);
    if left < minimum && state.validators.is_active(sender) {
        return Err(Error::StillActive { left, minimum }.into());
    }
    if left < minimum && !left.is_zero() {
        return Err(Error::BelowMinimum { left, minimum }.into());
    }
    if left.is_zero() {
        pool.wish = Wish::Rest;
    }
    state.validators.pools.put(sender, pool);
    begin(state, context, (sender, sender), amount)
}

/// Puts base units that left a pool into the unbonding pool of their deadline.
pub(super) fn begin(
    state: &mut State,
    context: &Context,
    (account, validator): (AccountHandle, AccountHandle),
    amount: Amount,
) -> Result<(), AnyError> {
    let rules = rules(context)?;
    let completes = release_at(rules.unbonding, &context.now)?;
    let key = (account, validator, completes);
    let under_way = state.validators.withdrawals(account, validator);
    let others = under_way.filter(|(deadline, _)| *deadline != completes).count();
    let limit = rules.max_withdrawals;
    if u32::try_from(others).unwrap_or(u32::MAX) >= limit {
        return Err(Error::TooManyWithdrawals { limit }.into());
    }
    let row = state.validators.unbonding.get(&(validator, completes));
    let mut row = row.copied().unwrap_or_default();
    let shares = shares_for((row.tokens, row.shares), amount)?;
    row.tokens = row.tokens.checked_add(amount)?;
    row.shares = row.shares.checked_add(shares).ok_or(OVERFLOW)?;
    let present = state.validators.withdrawals.get(&key);
    let present = present.filter(|own| own.generation == row.generation);
    let together = present.map_or(0, |own| own.shares).checked_add(shares).ok_or(OVERFLOW)?;
    let own = Withdrawal { shares: together, generation: row.generation };
    state.validators.withdrawals.put(key, own);
    state.validators.unbonding.put((validator, completes), row);
    state.validators.due.put((completes, validator), ());
    let account = state.ledger.address(account);
    let validator = state.ledger.address(validator);
    state.emit(Event::WithdrawalBegan { account, validator, amount, completes });
    Ok(())
}

/// Pays the sender all of its released withdrawals from a validator.
pub(super) fn withdraw(
    state: &mut State,
    context: &Context,
    validator: &Address,
) -> Result<(), AnyError> {
    let (rules, sender) = (rules(context)?, context.sender);
    let unknown = Error::UnknownValidator { validator: *validator };
    let handle = state.ledger.handle(validator).ok_or(unknown)?;
    let own: Vec<(Deadline, Withdrawal)> =
        state.validators.withdrawals(sender, handle).map(|(at, own)| (at, *own)).collect();
    let (mut paid, mut some) = (Amount::ZERO, false);
    for (deadline, own) in own {
        if let Some(part) = take(state, (sender, handle, deadline), own)? {
            paid = paid.checked_add(part)?;
            some = true;
        }
    }
    if !some {
        return Err(Error::NothingReleased { validator: *validator }.into());
    }
    pay(state, rules, sender, paid)?;
    state.validators.remove_if_done(handle);
    let account = state.ledger.address(sender);
    state.emit(Event::Withdrawn { account, validator: *validator, amount: paid });
    Ok(())
}

fn pay(
    state: &mut State,
    rules: &Validators,
    account: AccountHandle,
    amount: Amount,
) -> Result<(), AnyError> {
    post(state, rules, (Holder::Pot(Pot::Bonds), Holder::Account(account)), amount)
}

/// Takes a withdrawal out of its pool and says what it was worth; `None` if it waits for its
/// release. What was slashed to nothing is gone at once.
fn take(
    state: &mut State,
    key: (AccountHandle, AccountHandle, Deadline),
    own: Withdrawal,
) -> Result<Option<Amount>, AnyError> {
    let place = (key.1, key.2);
    let row = state.validators.unbonding.get(&place).copied();
    let Some(row) = row.filter(|row| row.generation == own.generation) else {
        state.validators.withdrawals.remove(&key);
        return Ok(Some(Amount::ZERO));
    };
    if !row.released {
        return Ok(None);
    }
    let amount = worth((row.tokens, row.shares), own.shares)?;
    let shares = row.shares.checked_sub(own.shares).ok_or(ArithmeticError::Underflow)?;
    if shares == 0 {
        state.validators.unbonding.remove(&place);
    } else {
        let tokens = row.tokens.checked_sub(amount)?;
        state.validators.unbonding.put(place, Unbonding { tokens, shares, ..row });
    }
    state.validators.withdrawals.remove(&key);
    Ok(Some(amount))
}
