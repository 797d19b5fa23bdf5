//! What models a participant does not serve cost it.

use super::{DelegateModel, RefuseModel};
use super::{Error, Event, Snapshot};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{WeightPenalty, WeightTransfer};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Participation;
use crate::modules::registry;
use crate::names::ModelId;
use crate::state::{Context, State};
use std::collections::BTreeSet;
use workmint_amounts::{ArithmeticError, Ratio};

/// Delegates a model, or takes it back.
pub fn apply_delegate(
    state: &mut State,
    context: &Context,
    message: &DelegateModel,
) -> Result<(), AnyError> {
    let account = require_participant(state, context, message.model)?;
    let key = (context.sender, message.model);
    match message.to {
        None => state.weights.delegations.remove(&key),
        Some(to) => {
            let target = state
                .ledger
                .handle(&to)
                .filter(|handle| state.registry.participant(*handle).is_some())
                .ok_or(registry::Error::NotRegistered { account: to })?;
            if target == context.sender {
                return Err(Error::DelegatedToItself {}.into());
            }
            state.weights.delegations.put(key, target);
        }
    }
    let DelegateModel { model, to } = *message;
    state.emit(Event::ModelDelegated { account, model, to });
    Ok(())
}

/// Refuses a model, or takes it back.
pub fn apply_refuse(
    state: &mut State,
    context: &Context,
    message: &RefuseModel,
) -> Result<(), AnyError> {
    let account = require_participant(state, context, message.model)?;
    let key = (context.sender, message.model);
    if message.refused {
        state.weights.refusals.put(key, ());
    } else {
        state.weights.refusals.remove(&key);
    }
    let RefuseModel { model, refused } = *message;
    state.emit(Event::ModelRefused { account, model, refused });
    Ok(())
}

/// The sender's address, if the network has the rule, the model, and the sender as a participant.
fn require_participant(
    state: &State,
    context: &Context,
    model: ModelId,
) -> Result<Address, AnyError> {
    if context.parameters.weights.participation.is_none() {
        return Err(Error::NoParticipation {}.into());
    }
    let account = state.ledger.address(context.sender);
    if state.registry.participant(context.sender).is_none() {
        return Err(registry::Error::NotRegistered { account }.into());
    }
    if context.parameters.model(model).is_none() {
        return Err(registry::Error::UnknownModel { model }.into());
    }
    Ok(account)
}

/// How a participant takes part in a model that somebody serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// It has weight for the model.
    Direct,
    /// The participant of this row, which has weight for it, serves in its place.
    Delegated(u32),
    /// It said that it does not serve it.
    Refused,
    /// None of these.
    Absent,
}

/// Reward weight that is lost and that moves, by rows of a snapshot.
pub(super) type Adjustments = (Vec<WeightPenalty>, Vec<WeightTransfer>);

/// Penalties and transfers of the participants of a snapshot, in their order and that of models:
/// for each participant and each model that anybody in the snapshot serves. The penalties of one
/// participant are added, to at most 1.
pub(super) fn adjustments(
    state: &State,
    rules: &Participation,
    snapshot: &Snapshot,
) -> Result<Adjustments, ArithmeticError> {
    let served: BTreeSet<ModelId> = snapshot.nodes.model.iter().copied().collect();
    let direct = serving(snapshot)?;
    let (mut penalties, mut transfers) = (Vec::new(), Vec::new());
    for (from, handle) in (0_u32..).zip(&snapshot.handle) {
        let mut fraction = Ratio::ZERO;
        for model in &served {
            let lost = match mode(state, snapshot, &direct, (from, *handle, *model)) {
                Mode::Direct => continue,
                Mode::Delegated(to) => {
                    transfers.push(WeightTransfer { from, to, share: rules.delegated });
                    continue;
                }
                Mode::Refused => rules.refused,
                Mode::Absent => rules.absent,
            };
            fraction = fraction.checked_add(lost)?.min(Ratio::ONE);
        }
        if !fraction.is_zero() {
            penalties.push(WeightPenalty { participant: from, fraction });
        }
    }
    Ok((penalties, transfers))
}

/// Which row of a snapshot has weight for which model, ascending.
fn serving(snapshot: &Snapshot) -> Result<Vec<(u32, ModelId)>, ArithmeticError> {
    let mut direct = Vec::with_capacity(snapshot.nodes.model.len());
    for at in 0..snapshot.account.len() {
        let row = u32::try_from(at).map_err(|_| OVERFLOW)?;
        direct.extend(snapshot.nodes_of(at).map(|(model, _)| (row, model)));
    }
    direct.sort_unstable();
    direct.dedup();
    Ok(direct)
}

fn mode(
    state: &State,
    snapshot: &Snapshot,
    direct: &[(u32, ModelId)],
    (row, handle, model): (u32, AccountHandle, ModelId),
) -> Mode {
    let serves = |row: u32| direct.binary_search(&(row, model)).is_ok();
    if serves(row) {
        return Mode::Direct;
    }
    let target = state.weights.delegations.get(&(handle, model)).and_then(|target| {
        let row = snapshot.find(&state.ledger.address(*target))?;
        u32::try_from(row).ok()
    });
    match target {
        Some(target) if serves(target) => Mode::Delegated(target),
        Some(_) | None if state.weights.refusals.contains(&(handle, model)) => Mode::Refused,
        Some(_) | None => Mode::Absent,
    }
}
