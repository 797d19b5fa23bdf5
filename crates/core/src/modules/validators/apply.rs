//! Bonding money of one's own, and which message goes where.

use super::{Bond, Error, Event, Message, Pool, delegate, standing, unbond};
use crate::error::Error as AnyError;
use crate::modules::ledger::{AccountHandle, Holder, Posting, Pot, Reason};
use crate::modules::parameters::Validators;
use crate::state::{Context, State};
use workmint_amounts::{Amount, Ratio};

/// The network's rules; an error where there are none.
pub(super) fn rules(context: &Context) -> Result<&Validators, AnyError> {
    context.parameters.validators.as_ref().ok_or_else(|| Error::Off {}.into())
}

/// Runs a message.
pub fn apply(state: &mut State, context: &Context, message: &Message) -> Result<(), AnyError> {
    rules(context)?;
    match message {
        Message::Bond(message) => bond(state, context, message),
        Message::Unbond(amount) => unbond::unbond(state, context, *amount),
        Message::Delegate(message) => delegate::delegate(state, context, message),
        Message::Undelegate(message) => delegate::undelegate(state, context, message),
        Message::SetCommission(commission) => standing::set_commission(state, context, *commission),
        Message::Activate => standing::activate(state, context),
        Message::Retire => standing::retire(state, context),
        Message::LeaveJail => standing::leave_jail(state, context),
        Message::Collect(validator) => delegate::collect(state, context, validator),
        Message::Withdraw(validator) => unbond::withdraw(state, context, validator),
    }
}

/// A validator's account and its pool as it stands in the open epoch.
pub(super) fn pool_of(
    state: &State,
    context: &Context,
    validator: AccountHandle,
) -> Result<Pool, AnyError> {
    let pool = state.validators.pool(validator).copied();
    let validator = state.ledger.address(validator);
    let pool = pool.ok_or(Error::UnknownValidator { validator })?;
    Ok(pool.at(context.now.epoch)?)
}

pub(super) fn require_some(amount: Amount) -> Result<(), Error> {
    if amount.is_zero() { Err(Error::ZeroAmount {}) } else { Ok(()) }
}

/// Moves bonded money.
pub(super) fn post(
    state: &mut State,
    rules: &Validators,
    (from, to): (Holder, Holder),
    amount: Amount,
) -> Result<(), AnyError> {
    let (asset, reason) = (rules.asset, Reason::Bond);
    state.ledger.post(Posting { asset, from, to, amount, reason })
}

/// Adds to the sender's own bond; it counts from the next epoch on.
fn bond(state: &mut State, context: &Context, message: &Bond) -> Result<(), AnyError> {
    let (rules, sender, amount) = (rules(context)?, context.sender, message.amount);
    require_some(amount)?;
    let mut pool = match (state.validators.pool(sender), message.commission) {
        (None, None) => return Err(Error::CommissionMissing {}.into()),
        (Some(_), Some(_)) => return Err(Error::CommissionGiven {}.into()),
        (None, Some(commission)) => new_pool(rules, context, commission)?,
        (Some(_), None) => pool_of(state, context, sender)?,
    };
    let shares = pool.shares_for(amount)?;
    pool.own = pool.own.plus(shares)?;
    pool.tokens = pool.tokens.checked_add(amount)?;
    let (left, minimum) = (pool.own_worth()?, rules.minimum);
    if left < minimum {
        return Err(Error::BelowMinimum { left, minimum }.into());
    }
    let holders = (Holder::Account(sender), Holder::Pot(Pot::Bonds));
    post(state, rules, holders, amount)?;
    state.validators.pools.put(sender, pool);
    let account = state.ledger.address(sender);
    state.emit(Event::Bonded { account, validator: account, amount, shares });
    Ok(())
}

fn new_pool(rules: &Validators, context: &Context, commission: Ratio) -> Result<Pool, Error> {
    standing::require_coarse(commission)?;
    let most = rules.most_commission;
    if commission > most {
        return Err(Error::CommissionTooHigh { commission, most });
    }
    Ok(Pool::new(commission, context.now.epoch))
}
