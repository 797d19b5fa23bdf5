//! Opening, charging, ending deposits.

use super::{CloseDeposit, Deposit, Error, Event, OpenDeposit};
use crate::charge::Charge;
use crate::error::Error as AnyError;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Pot, Reason};
use crate::names::ModelId;
use crate::state::{Context, State};
use workmint_amounts::Amount;

/// Adds to the sender's deposit.
pub fn apply_open(
    state: &mut State,
    context: &Context,
    message: &OpenDeposit,
) -> Result<(), AnyError> {
    let OpenDeposit { model, amount, max_price } = *message;
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    if context.parameters.model(model).is_none() {
        return Err(Error::UnknownModel {}.into());
    }
    let key = (context.sender, model);
    let mut deposit = state.market.deposits.get(&key).copied().unwrap_or_default();
    if deposit.ends.is_some() {
        return Err(Error::Closing {}.into());
    }
    deposit.deposited = deposit.deposited.checked_add(amount)?;
    deposit.max_price = max_price;
    let left = deposit.left()?;
    let total = state.market.totals.get().checked_add(amount)?;
    let asset = context.parameters.market.asset;
    state.ledger.lock(context.sender, asset, LockKind::Deposit, amount)?;
    state.market.deposits.put(key, deposit);
    state.market.totals.set(total);
    let customer = state.ledger.address(context.sender);
    state.emit(Event::Deposited { customer, model, amount, left });
    Ok(())
}

/// Begins to end the sender's deposit.
pub fn apply_close(
    state: &mut State,
    context: &Context,
    message: &CloseDeposit,
) -> Result<(), AnyError> {
    let key = (context.sender, message.model);
    let mut deposit = find(state, key)?;
    if deposit.ends.is_some() {
        return Err(Error::Closing {}.into());
    }
    let ends = context.parameters.market.close_window.after(&context.now)?;
    deposit.ends = Some(ends);
    state.market.deposits.put(key, deposit);
    let customer = state.ledger.address(context.sender);
    state.emit(Event::Closing { customer, model: message.model, ends });
    Ok(())
}

pub(super) fn find(state: &State, key: (AccountHandle, ModelId)) -> Result<Deposit, AnyError> {
    let customer = state.ledger.address(key.0);
    Ok(state.market.deposits.get(&key).copied().ok_or(Error::NoDeposit { customer })?)
}

/// The error if a deposit does not cover a charge, or its close window is over.
fn covering(state: &State, context: &Context, charge: &Charge) -> Result<Deposit, AnyError> {
    let deposit = find(state, (charge.customer, charge.model))?;
    if deposit.ends.is_some_and(|ends| ends.is_over(&context.now)) {
        return Err(Error::Closing {}.into());
    }
    if charge.price > deposit.max_price {
        let limit = deposit.max_price;
        return Err(Error::PriceAboveLimit { price: charge.price, limit }.into());
    }
    let available = deposit.available()?;
    if charge.amount > available {
        let customer = state.ledger.address(charge.customer);
        let charge = charge.amount;
        return Err(Error::DepositTooSmall { customer, charge, available }.into());
    }
    Ok(deposit)
}

/// The error if the deposits do not cover reported work. Changes nothing: what nobody has attested
/// must not bind a customer's money.
pub(crate) fn require_funds(
    state: &State,
    context: &Context,
    charges: &[Charge],
) -> Result<(), AnyError> {
    charges.iter().try_for_each(|charge| covering(state, context, charge).map(|_| ()))
}

/// Reserves what accepted work will cost.
pub(crate) fn reserve(
    state: &mut State,
    context: &Context,
    charges: &[Charge],
) -> Result<(), AnyError> {
    for charge in charges {
        let mut deposit = covering(state, context, charge)?;
        deposit.reserved = deposit.reserved.checked_add(charge.amount)?;
        state.market.deposits.put((charge.customer, charge.model), deposit);
    }
    Ok(())
}

/// Frees what was reserved for work that does not count. Free work reserved nothing, and its
/// customer may have ended the deposit.
pub(crate) fn release(state: &mut State, charges: &[Charge]) -> Result<(), AnyError> {
    for charge in charges.iter().filter(|charge| !charge.amount.is_zero()) {
        let key = (charge.customer, charge.model);
        let mut deposit = find(state, key)?;
        deposit.reserved = deposit.reserved.checked_sub(charge.amount)?;
        state.market.deposits.put(key, deposit);
    }
    Ok(())
}

/// Pays final work from what was reserved for it, into the payments pot.
pub(crate) fn pay(
    state: &mut State,
    context: &Context,
    charges: &[Charge],
) -> Result<(), AnyError> {
    let asset = context.parameters.market.asset;
    for charge in charges {
        let (key, amount) = ((charge.customer, charge.model), charge.amount);
        if amount.is_zero() {
            continue;
        }
        let mut deposit = find(state, key)?;
        deposit.reserved = deposit.reserved.checked_sub(amount)?;
        deposit.paid = deposit.paid.checked_add(amount)?;
        let total = state.market.totals.get().checked_sub(amount)?;
        let posting = Posting {
            asset,
            from: Holder::Account(charge.customer),
            to: Holder::Pot(Pot::Payments),
            amount,
            reason: Reason::Payment,
        };
        state.ledger.post_locked(LockKind::Deposit, charge.customer, posting)?;
        state.market.deposits.put(key, deposit);
        state.market.totals.set(total);
        let customer = state.ledger.address(charge.customer);
        state.emit(Event::Paid { customer, model: charge.model, amount });
    }
    Ok(())
}

/// At a close: ends the deposits whose window is over and that nothing is reserved of.
pub(crate) fn refund_due(state: &mut State, context: &Context) {
    let over = |deposit: &Deposit| {
        deposit.reserved.is_zero()
            && deposit.ends.is_some_and(|ends| ends.is_over_at_close(&context.now))
    };
    let deposits = state.market.deposits.iter();
    let due: Vec<_> =
        deposits.filter(|(_, deposit)| over(deposit)).map(|(key, row)| (*key, *row)).collect();
    for (key, deposit) in due {
        state.isolate("deposit refund", |state| refund(state, context, key, &deposit));
    }
}

fn refund(
    state: &mut State,
    context: &Context,
    key: (AccountHandle, ModelId),
    deposit: &Deposit,
) -> Result<(), AnyError> {
    let amount: Amount = deposit.left()?;
    let asset = context.parameters.market.asset;
    let total = state.market.totals.get().checked_sub(amount)?;
    state.ledger.unlock(key.0, asset, LockKind::Deposit, amount)?;
    state.market.deposits.remove(&key);
    state.market.totals.set(total);
    let customer = state.ledger.address(key.0);
    state.emit(Event::Refunded { customer, model: key.1, amount });
    Ok(())
}
