//! Commission, asking to be active, retiring, leaving the jail.

use super::apply::{pool_of, rules};
use super::pool::Jail;
use super::{Error, Event, Wish};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::state::{Context, State};
use workmint_amounts::Ratio;

/// Highest denominator of a commission, as of the parameters it is compared with and added to.
const MOST_DENOMINATOR: u128 = 1_000_000_000_000_000_000;

/// A commission of at most 18 digits: adding a step to it never overflows.
pub(super) fn require_coarse(commission: Ratio) -> Result<(), Error> {
    let (denominator, most) = (commission.denominator(), MOST_DENOMINATOR);
    if denominator > most {
        return Err(Error::CommissionTooFine { denominator, most });
    }
    Ok(())
}

/// Sets the sender's commission from the next epoch on. It may fall by any step, and rise by one of
/// `commission_step` above what it is in the open epoch.
pub(super) fn set_commission(
    state: &mut State,
    context: &Context,
    commission: Ratio,
) -> Result<(), AnyError> {
    let (rules, sender, epoch) = (rules(context)?, context.sender, context.now.epoch);
    let mut pool = pool_of(state, context, sender)?;
    require_coarse(commission)?;
    let (now, mut most) = (pool.commission.during(epoch), rules.most_commission);
    if commission > now {
        most = most.min(now.checked_add(rules.commission_step)?);
    }
    if commission > most {
        return Err(Error::CommissionTooHigh { commission, most }.into());
    }
    let from = epoch.checked_add(1).ok_or(OVERFLOW)?;
    pool.commission.last = now;
    pool.commission.set = Some((commission, from));
    state.validators.pools.put(sender, pool);
    let validator = state.ledger.address(sender);
    state.emit(Event::CommissionSet { validator, commission, from });
    Ok(())
}

/// Asks for the sender to be active; also takes back that it retires.
pub(super) fn activate(state: &mut State, context: &Context) -> Result<(), AnyError> {
    let (rules, sender, epoch) = (rules(context)?, context.sender, context.now.epoch);
    let mut pool = pool_of(state, context, sender)?;
    if let Some(Jail { until, .. }) = pool.jail {
        return Err(Error::Jailed { until }.into());
    }
    if matches!(pool.wish, Wish::Serve(_)) {
        return Err(Error::AlreadyAsked {}.into());
    }
    let (left, minimum) = (pool.own_worth()?, rules.minimum);
    if left < minimum {
        return Err(Error::BelowMinimum { left, minimum }.into());
    }
    pool.wish = Wish::Serve(epoch);
    state.validators.pools.put(sender, pool);
    let wait = rules.activation_delay_epochs.checked_add(1).ok_or(OVERFLOW)?;
    let from = epoch.checked_add(wait).ok_or(OVERFLOW)?;
    let validator = state.ledger.address(sender);
    state.emit(Event::Asked { validator, from });
    Ok(())
}

/// Asks for the sender to be active no more. Whoever is leaves at a close, as churn allows.
pub(super) fn retire(state: &mut State, context: &Context) -> Result<(), AnyError> {
    let (sender, epoch) = (context.sender, context.now.epoch);
    let mut pool = pool_of(state, context, sender)?;
    if !matches!(pool.wish, Wish::Serve(_)) {
        return Err(Error::NotServing {}.into());
    }
    let active = state.validators.is_active(sender);
    pool.wish = if active { Wish::Leave(epoch) } else { Wish::Rest };
    state.validators.pools.put(sender, pool);
    let validator = state.ledger.address(sender);
    state.emit(Event::Retiring { validator });
    Ok(())
}

/// Lets the sender out of jail, once its time there is over.
pub(super) fn leave_jail(state: &mut State, context: &Context) -> Result<(), AnyError> {
    let sender = context.sender;
    let mut pool = pool_of(state, context, sender)?;
    let Jail { until, .. } = pool.jail.ok_or(Error::NotJailed {})?;
    if context.now.epoch < until {
        return Err(Error::Jailed { until }.into());
    }
    pool.jail = None;
    state.validators.pools.put(sender, pool);
    state.validators.remove_if_done(sender);
    let validator = state.ledger.address(sender);
    state.emit(Event::LeftJail { validator });
    Ok(())
}
