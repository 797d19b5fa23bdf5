//! What offers are worth as supply: stake backs them, and what was offered in an epoch stays
//! counted in it, so that nobody moves prices or rewards by an offer that is not meant.

use super::{Event, backing};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::modules::pricing;
use crate::names::ModelId;
use crate::state::{Context, State};

/// Sets what one offer gives, 0 if it ends, and the sum of its model, which prices go by.
pub(super) fn set_capacity(
    state: &mut State,
    (provider, model): (AccountHandle, ModelId),
    (before, after): (u64, u64),
) -> Result<(), AnyError> {
    let jobs = &mut state.market.jobs;
    if after < before {
        let key = (provider, model);
        let peak = jobs.peaks.get(&key).copied().unwrap_or(0).max(before);
        jobs.peaks.put(key, peak);
    }
    let others = jobs.capacity(model).checked_sub(before).ok_or(OVERFLOW)?;
    let total = others.checked_add(after).ok_or(OVERFLOW)?;
    if total == 0 {
        jobs.capacity.remove(&model);
    } else {
        jobs.capacity.put(model, total);
    }
    pricing::set_supply(state, model, total);
    Ok(())
}

/// Ends the offers of a provider whose stake no longer backs them: called after its stake fell.
/// Never an error: what moved the stake must not depend on it.
pub(crate) fn prune(state: &mut State, context: &Context, provider: AccountHandle) {
    let offered: Vec<ModelId> = state.market.jobs.offers_of(provider).map(|row| row.0).collect();
    if offered.is_empty() || backing::require_capacity(state, context, provider, 0).is_ok() {
        return;
    }
    for model in offered {
        state.isolate("end of an offer", |state| end(state, (provider, model)));
    }
}

/// At a close: ends every offer that stake or an attested tier no longer backs, whatever lowered
/// them.
pub(super) fn prune_all(state: &mut State, context: &Context) {
    let unbacked = |state: &State, provider, tier| {
        backing::require(state, context, provider, tier).is_err()
            || backing::require_capacity(state, context, provider, 0).is_err()
    };
    let over: Vec<(AccountHandle, ModelId)> = state
        .market
        .jobs
        .offers()
        .filter(|(provider, _, offer)| unbacked(state, *provider, offer.tier))
        .map(|(provider, model, _)| (provider, model))
        .collect();
    for key in over {
        state.isolate("end of an offer", |state| end(state, key));
    }
}

/// Takes an offer out of the state.
pub(super) fn end(
    state: &mut State,
    (provider, model): (AccountHandle, ModelId),
) -> Result<(), AnyError> {
    let before = state.market.jobs.offer(provider, model).map_or(0, |offer| offer.capacity);
    set_capacity(state, (provider, model), (before, 0))?;
    state.market.jobs.offers.remove(&(provider, model));
    let provider = state.ledger.address(provider);
    state.emit(Event::OfferWithdrawn { provider, model });
    Ok(())
}
