//! What providers offer.

use super::capacity::{self, set_capacity};
use super::{Error, Event, Offer, PutOffer, WithdrawOffer, backing};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::names::ModelId;
use crate::state::{Context, State};

/// Most units an offer gives in an epoch: 2^16 offers together stay below 2^64.
const MAX_CAPACITY: u64 = 1 << 48;

/// Makes the sender's offer for a model, or changes it.
pub fn apply_put_offer(
    state: &mut State,
    context: &Context,
    message: &PutOffer,
) -> Result<(), AnyError> {
    let PutOffer { model, tier, capacity } = *message;
    let provider = context.sender;
    context.parameters.market.jobs.as_ref().ok_or(Error::NoJobs {})?;
    if context.parameters.model(model).is_none() {
        return Err(Error::UnknownModel {}.into());
    }
    if !(1..=MAX_CAPACITY).contains(&capacity) {
        let rule = "the capacity of an offer";
        return Err(Error::OutOfRange { rule, least: 1, most: MAX_CAPACITY }.into());
    }
    let account = state.ledger.address(provider);
    if state.registry.participant(provider).is_none() {
        return Err(Error::NotAParticipant { account }.into());
    }
    backing::multiplier(&context.parameters, tier)?;
    backing::require(state, context, provider, tier)?;
    let key = (provider, model);
    let before = state.market.jobs.offer(provider, model).map_or(0, |offer| offer.capacity);
    let more = capacity.abs_diff(before.min(capacity));
    backing::require_capacity(state, context, provider, more)?;
    set_capacity(state, key, (before, capacity))?;
    state.market.jobs.offers.put(key, Offer { tier, capacity });
    state.emit(Event::Offered { provider: account, model, tier, capacity });
    Ok(())
}

/// Ends the sender's offer for a model.
pub fn apply_withdraw_offer(
    state: &mut State,
    context: &Context,
    message: &WithdrawOffer,
) -> Result<(), AnyError> {
    let (provider, model) = (context.sender, message.model);
    state.market.jobs.offer(provider, model).ok_or(Error::NoOffer {})?;
    capacity::end(state, (provider, model))
}

/// Units that the provider's offer has left in the open epoch for jobs of a model and tier.
pub(super) fn free_units(
    state: &State,
    provider: AccountHandle,
    (model, tier): (ModelId, u8),
) -> Result<u64, Error> {
    let offer = state.market.jobs.offer(provider, model).filter(|offer| offer.tier >= tier);
    let capacity = offer.ok_or(Error::NoOffer {})?.capacity;
    // A lowered offer may already be exceeded.
    Ok(capacity.abs_diff(state.market.jobs.used(provider, model).min(capacity)))
}

/// Takes units of the provider's offer in the open epoch.
pub(super) fn take_units(
    state: &mut State,
    provider: AccountHandle,
    (model, tier): (ModelId, u8),
    units: u64,
) -> Result<(), AnyError> {
    let free = free_units(state, provider, (model, tier))?;
    if units > free {
        return Err(Error::CapacityTaken { free }.into());
    }
    let used = state.market.jobs.used(provider, model);
    let used = used.checked_add(units).ok_or(OVERFLOW)?;
    let all = state.market.jobs.taken.get(&model).copied().unwrap_or(0);
    let all = all.checked_add(units).ok_or(OVERFLOW)?;
    state.market.jobs.used.put((provider, model), used);
    state.market.jobs.taken.put(model, all);
    Ok(())
}
