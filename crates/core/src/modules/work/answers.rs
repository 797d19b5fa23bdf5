//! Counting single requests. `market` pays them; the callers say what happened.

use crate::charge::Answered;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::modules::pricing;
use crate::state::State;

/// Counts an answered request in the open epoch.
pub(crate) fn count_answer(state: &mut State, answered: &Answered) -> Result<(), AnyError> {
    let Answered { provider, model, units, paid } = *answered;
    let mut tally = state.work.tally(provider);
    tally.requests = tally.requests.checked_add(1).ok_or(OVERFLOW)?;
    tally.units = tally.units.checked_add(units).ok_or(OVERFLOW)?;
    tally.work = tally.work.checked_add(paid)?;
    let of_model = state.work.model_units(model).checked_add(units).ok_or(OVERFLOW)?;
    pricing::add_load(state, model, units)?;
    state.work.tallies.put(provider, tally);
    state.work.model_units.put(model, of_model);
    Ok(())
}

/// Takes a refuted answer out of what the open epoch counts.
pub(crate) fn withdraw_answer(state: &mut State, answered: &Answered) -> Result<(), AnyError> {
    let Answered { provider, model, units, paid } = *answered;
    let mut tally = state.work.tally(provider);
    tally.requests = tally.requests.checked_sub(1).ok_or(OVERFLOW)?;
    tally.units = tally.units.checked_sub(units).ok_or(OVERFLOW)?;
    tally.work = tally.work.checked_sub(paid)?;
    let of_model = state.work.model_units(model).checked_sub(units).ok_or(OVERFLOW)?;
    state.work.tallies.put(provider, tally);
    state.work.model_units.put(model, of_model);
    Ok(())
}

/// Counts a request that found no answer in time.
pub(crate) fn count_miss(state: &mut State, provider: AccountHandle) -> Result<(), AnyError> {
    let mut tally = state.work.tally(provider);
    tally.missed = tally.missed.checked_add(1).ok_or(OVERFLOW)?;
    state.work.tallies.put(provider, tally);
    Ok(())
}
