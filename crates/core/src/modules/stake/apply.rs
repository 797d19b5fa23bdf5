//! Depositing, withdrawing, binding.

use super::{DepositStake, Error, Event, WithdrawStake};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::parameters::Stake;
use crate::state::{Context, State};
use crate::time::{DAY_MS, Deadline};
use workmint_amounts::Amount;

/// Longest lock, milliseconds: 10 years of 366 days.
const MAX_LOCK_MS: u64 = 3_660 * DAY_MS;

/// The network's rules; an error where there are none.
pub(super) fn rules(context: &Context) -> Result<&Stake, AnyError> {
    context.parameters.stake.as_ref().ok_or_else(|| Error::Off {}.into())
}

/// Adds to the sender's stake; its lock begins anew for all of it and never ends earlier.
pub fn apply_deposit(
    state: &mut State,
    context: &Context,
    message: &DepositStake,
) -> Result<(), AnyError> {
    let DepositStake { amount, lock_ms } = *message;
    let (asset, minimum) = (rules(context)?.asset, rules(context)?.minimum);
    let sender = context.sender;
    let account = state.ledger.address(sender);
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    if state.registry.participant(sender).is_none() {
        return Err(Error::NotAParticipant { account }.into());
    }
    if lock_ms > MAX_LOCK_MS {
        return Err(Error::LockTooLong { lock_ms, most_ms: MAX_LOCK_MS }.into());
    }
    let now_ms = context.now.time_ms;
    let locked_until_ms = now_ms.checked_add(lock_ms).ok_or(OVERFLOW)?;
    let present_ms = state.stake.position(sender).map_or(0, |position| position.locked_until_ms);
    if present_ms > now_ms && locked_until_ms < present_ms {
        return Err(Error::LockShortened { ends_ms: locked_until_ms, present_ms }.into());
    }
    let active = super::active(state, sender).checked_add(amount)?;
    if active < minimum {
        return Err(Error::BelowMinimum { left: active, minimum }.into());
    }
    state.ledger.lock(sender, asset, LockKind::Stake, amount)?;
    let place = (sender, context.now.epoch);
    state.stake.write(place, active, (lock_ms, locked_until_ms));
    state.emit(Event::Staked { account, amount, active, locked_until_ms });
    Ok(())
}

/// Moves stake of the sender into unbonding, once its lock is over and nothing binds it.
pub fn apply_withdraw(
    state: &mut State,
    context: &Context,
    message: &WithdrawStake,
) -> Result<(), AnyError> {
    let (sender, amount) = (context.sender, message.amount);
    let rules = rules(context)?;
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    let active = super::active(state, sender);
    if active < amount {
        return Err(Error::InsufficientStake { asked: amount, active }.into());
    }
    let left = active.checked_sub(amount)?;
    if !left.is_zero() && left < rules.minimum {
        return Err(Error::BelowMinimum { left, minimum: rules.minimum }.into());
    }
    let ends_ms = state.stake.position(sender).map_or(0, |position| position.locked_until_ms);
    if context.now.time_ms < ends_ms {
        return Err(Error::StillLocked { ends_ms }.into());
    }
    let count = state.stake.bound(sender);
    if count > 0 {
        return Err(Error::Bound { count }.into());
    }
    let completes = rules.unbonding.after(&context.now)?;
    let under_way: Vec<(Deadline, Amount)> = state.stake.withdrawals(sender).collect();
    let same = under_way.iter().find(|(deadline, _)| *deadline == completes);
    let limit = rules.max_withdrawals;
    if same.is_none() && under_way.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
        return Err(Error::TooManyWithdrawals { limit }.into());
    }
    let together = same.map_or(Amount::ZERO, |(_, other)| *other).checked_add(amount)?;
    let locks = (LockKind::Stake, LockKind::UnbondingStake);
    state.ledger.relock(sender, rules.asset, locks, amount)?;
    write_active(state, context, sender, left);
    state.stake.withdrawals.put((sender, completes), together);
    state.stake.due.put((completes, sender), ());
    let account = state.ledger.address(sender);
    state.emit(Event::WithdrawalBegan { account, amount, completes });
    Ok(())
}

/// Writes what is left of a position; one with nothing left is removed.
pub(super) fn write_active(
    state: &mut State,
    context: &Context,
    account: AccountHandle,
    amount: Amount,
) {
    let lock = state.stake.position(account).map(|row| (row.lock_ms, row.locked_until_ms));
    if let Some(lock) = lock {
        state.stake.write((account, context.now.epoch), amount, lock);
    }
}

/// A vote or a job of the account begins: its stake, also what it stakes later, stays until
/// [`unbind`].
pub(crate) fn bind(state: &mut State, account: AccountHandle) -> Result<(), AnyError> {
    let count = state.stake.bound(account).checked_add(1).ok_or(OVERFLOW)?;
    state.stake.bound.put(account, count);
    Ok(())
}

/// A vote or a job that bound the account's stake is over.
pub(crate) fn unbind(state: &mut State, account: AccountHandle) -> Result<(), AnyError> {
    const UNBOUND: AnyError = AnyError::Inconsistent { what: "stake unbound that nothing binds" };
    match state.stake.bound(account).checked_sub(1).ok_or(UNBOUND)? {
        0 => state.stake.bound.remove(&account),
        count => state.stake.bound.put(account, count),
    }
    Ok(())
}
