//! Counting single requests. `market` pays them; the callers say what happened.

use super::LostChallenge;
use super::challenge::punish_invalid;
use super::state::count;
use crate::charge::Answered;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::collateral::Offender;
use crate::modules::ledger::AccountHandle;
use crate::modules::pricing;
use crate::state::{Context, State};

/// Counts an answered request in the open epoch.
pub(crate) fn count_answer(state: &mut State, answered: &Answered) -> Result<(), AnyError> {
    let Answered { provider, model, units, paid } = *answered;
    let mut tally = state.work.tally(provider);
    tally.requests = count(tally.requests, 1);
    tally.units = count(tally.units, units);
    tally.work = tally.work.checked_add(paid)?;
    let of_model = count(state.work.model_units(model), units);
    state.isolate("load of a model", |state| pricing::add_load(state, model, units));
    state.work.tallies.put(provider, tally);
    state.work.model_units.put(model, of_model);
    Ok(())
}

/// What a refuted answer of `epoch` costs its provider, whose weight is `weight`, beside its
/// payment: the same as a summary that lost its challenge, but without the status test once for
/// all its answers of an epoch, as summaries are few and answers many. An answer of the open epoch
/// no longer counts.
pub(crate) fn refute_answer(
    state: &mut State,
    context: &Context,
    (answered, epoch): (&Answered, u64),
    weight: u64,
) -> Result<LostChallenge, AnyError> {
    if epoch == context.now.epoch {
        withdraw_answer(state, answered)?;
    }
    let participant = answered.provider;
    let offender = Offender { account: participant, weight };
    let judged = (epoch, participant);
    let punished = if state.work.refuted_answers.contains(&judged) {
        true
    } else {
        punish_invalid(state, context, offender, None)?
    };
    if punished && context.parameters.work.status.is_none() {
        state.work.refuted_answers.put(judged, ());
    }
    Ok(LostChallenge { participant, epoch, punished, refunds: Vec::new() })
}

/// Takes a refuted answer out of what the open epoch counts.
fn withdraw_answer(state: &mut State, answered: &Answered) -> Result<(), AnyError> {
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
pub(crate) fn count_miss(state: &mut State, provider: AccountHandle) {
    let mut tally = state.work.tally(provider);
    tally.expired = count(tally.expired, 1);
    state.work.tallies.put(provider, tally);
}

/// At a close: forgets who was punished for answers of epochs before `oldest`, of which none can be
/// refuted any more; without it, of all.
pub(crate) fn forget_refuted(state: &mut State, oldest: Option<u64>) {
    let rows = state.work.refuted_answers.iter().map(|(key, ())| *key);
    let old: Vec<_> = rows.filter(|(epoch, _)| oldest.is_none_or(|first| *epoch < first)).collect();
    old.iter().for_each(|key| state.work.refuted_answers.remove(key));
}
