//! Depositing, withdrawing, slashing, releasing.

use super::{Error, Event, required_collateral, slash_amounts};
use crate::error::Error as AnyError;
use crate::modules::fees::holder_of;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Reason};
use crate::state::{Context, State};
use crate::time::{Deadline, Now};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Deposit collateral (document 001, MsgDepositCollateral).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Deposit {
    /// Base units of the collateral asset, at least 1.
    pub amount: Amount,
}

/// Begin to withdraw collateral (document 001, MsgWithdrawCollateral).
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Withdraw {
    /// Base units of the collateral asset, at least 1.
    pub amount: Amount,
}

/// Adds to the sender's active collateral; it gives weight from the next epoch on.
pub fn apply_deposit(
    state: &mut State,
    context: &Context,
    message: &Deposit,
) -> Result<(), AnyError> {
    let (sender, amount) = (context.sender, message.amount);
    let account = state.ledger.address(sender);
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    if state.registry.participant(sender).is_none() {
        return Err(Error::NotAParticipant { account }.into());
    }
    if state.collateral.is_jailed(sender) {
        return Err(Error::ValidatorInactive {}.into());
    }
    let active = state.collateral.active(sender).checked_add(amount)?;
    let asset = context.parameters.collateral.asset;
    state.ledger.lock(sender, asset, LockKind::Collateral, amount)?;
    state.collateral.active.put(sender, active);
    state.emit(Event::Deposited { account, amount, active });
    Ok(())
}

/// Moves active collateral of the sender into unbonding.
pub fn apply_withdraw(
    state: &mut State,
    context: &Context,
    message: &Withdraw,
) -> Result<(), AnyError> {
    let (sender, amount) = (context.sender, message.amount);
    let parameters = &context.parameters.collateral;
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    let active = state.collateral.active(sender);
    if active < amount {
        return Err(Error::InsufficientCollateral { asked: amount, active }.into());
    }
    let completes = parameters.unbonding.after(&context.now)?;
    let under_way: Vec<(Deadline, Amount)> = state.collateral.withdrawals(sender).collect();
    let same = under_way.iter().find(|(deadline, _)| *deadline == completes);
    let limit = parameters.max_withdrawals;
    if same.is_none() && under_way.len() >= usize::try_from(limit).unwrap_or(usize::MAX) {
        return Err(Error::TooManyWithdrawals { limit }.into());
    }
    let together = same.map_or(Amount::ZERO, |(_, other)| *other).checked_add(amount)?;
    let locks = (LockKind::Collateral, LockKind::Unbonding);
    state.ledger.relock(sender, parameters.asset, locks, amount)?;
    write_active(state, sender, active.checked_sub(amount)?);
    state.collateral.withdrawals.put((sender, completes), together);
    state.collateral.due.put((completes, sender), ());
    let account = state.ledger.address(sender);
    state.emit(Event::WithdrawalBegan { account, amount, completes });
    Ok(())
}

fn write_active(state: &mut State, account: AccountHandle, amount: Amount) {
    if amount.is_zero() {
        state.collateral.active.remove(&account);
    } else {
        state.collateral.active.put(account, amount);
    }
}

/// Whose collateral is slashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offender {
    /// The participant.
    pub account: AccountHandle,
    /// Its effective weight, the larger one of the offence's epoch and the open one: what is
    /// required of it follows from that.
    pub weight: u64,
}

/// What a slash took, base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slashed {
    /// In total.
    pub amount: Amount,
    /// Of which went to the challenger.
    pub bounty: Amount,
}

/// Takes `fraction` of the base that the slashing rules give, from the offender's active and
/// unbonding collateral. `challenger` receives at most `reporter_share` of it, rounded down; the
/// rest goes to the slashing destination.
pub(crate) fn slash(
    state: &mut State,
    context: &Context,
    offender: Offender,
    fraction: Ratio,
    challenger: Option<AccountHandle>,
) -> Result<Slashed, AnyError> {
    let Offender { account, weight } = offender;
    let rules = &context.parameters.slashing;
    let asset = context.parameters.collateral.asset;
    let weights = context.parameters.weights.at_price(state.collateral.unit_price());
    let required = required_collateral(&weights, context.now.epoch, weight);
    let active = state.collateral.active(account);
    let withdrawals: Vec<(Deadline, Amount)> = state.collateral.withdrawals(account).collect();
    let mut holdings = vec![active];
    holdings.extend(withdrawals.iter().map(|(_, amount)| *amount));
    let parts = slash_amounts(rules, &holdings, fraction, required)?;
    let amount = Amount::sum(parts.iter().copied())?;
    if amount.is_zero() {
        return Ok(Slashed { amount, bounty: Amount::ZERO });
    }
    let from_active = parts.first().copied().unwrap_or(Amount::ZERO);
    let from_unbonding = amount.checked_sub(from_active)?;
    state.ledger.unlock(account, asset, LockKind::Collateral, from_active)?;
    state.ledger.unlock(account, asset, LockKind::Unbonding, from_unbonding)?;
    write_active(state, account, active.checked_sub(from_active)?);
    for ((deadline, held), part) in withdrawals.into_iter().zip(parts.iter().skip(1)) {
        let left = held.checked_sub(*part)?;
        if left.is_zero() {
            state.collateral.withdrawals.remove(&(account, deadline));
            state.collateral.due.remove(&(deadline, account));
        } else {
            state.collateral.withdrawals.put((account, deadline), left);
        }
    }
    let bounty = match challenger {
        Some(_) => rules.reporter_share.apply_floor(amount)?,
        None => Amount::ZERO,
    };
    let from = Holder::Account(account);
    let mut post = |to: Holder, amount: Amount, reason: Reason| {
        state.ledger.post(Posting { asset, from: from.clone(), to, amount, reason })
    };
    if let Some(challenger) = challenger {
        post(Holder::Account(challenger), bounty, Reason::Bounty)?;
    }
    post(holder_of(rules.destination), amount.checked_sub(bounty)?, Reason::Slash)?;
    let account = state.ledger.address(account);
    state.emit(Event::Slashed { account, amount, from_unbonding, bounty });
    Ok(Slashed { amount, bounty })
}

/// At a close, after slashing: releases the withdrawals that are due.
pub(crate) fn release_due(state: &mut State, context: &Context) {
    let mut due = Vec::new();
    for first in [Deadline::Time(0), Deadline::Epoch(0)] {
        let rows = state.collateral.due.range((first, AccountHandle(0))..);
        due.extend(
            rows.take_while(|((deadline, _), ())| is_due(*deadline, first, &context.now))
                .map(|(key, ())| *key),
        );
    }
    for (deadline, account) in due {
        state.isolate("unbonding release", |state| {
            let asset = context.parameters.collateral.asset;
            let key = (account, deadline);
            let amount = state.collateral.withdrawals.get(&key).copied().unwrap_or_default();
            state.collateral.withdrawals.remove(&key);
            state.collateral.due.remove(&(deadline, account));
            state.ledger.unlock(account, asset, LockKind::Unbonding, amount)?;
            let account = state.ledger.address(account);
            state.emit(Event::Released { account, amount });
            Ok(())
        });
    }
}

/// Whether `deadline` is of the same kind as `first` and over at this close.
fn is_due(deadline: Deadline, first: Deadline, now: &Now) -> bool {
    std::mem::discriminant(&deadline) == std::mem::discriminant(&first)
        && deadline.is_over_at_close(now)
}

/// Document 001 §3.2, §3.3: mirrors the validator's status.
pub(crate) fn set_jailed(state: &mut State, account: AccountHandle, jailed: bool) {
    let address = state.ledger.address(account);
    if jailed && !state.collateral.is_jailed(account) {
        state.collateral.jailed.put(account, ());
        state.emit(Event::Suspended { account: address });
    } else if !jailed && state.collateral.is_jailed(account) {
        state.collateral.jailed.remove(&account);
        state.emit(Event::Restored { account: address });
    }
}
