//! What models a participant does not serve cost it.

use super::{DelegateModel, RefuseModel};
use super::{Error, Event, Factors, Snapshot};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{WeightPenalty, WeightTransfer};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Participation;
use crate::modules::registry;
use crate::names::ModelId;
use crate::state::{Context, State};
use std::collections::BTreeMap;
use std::sync::Arc;
use workmint_amounts::Ratio;

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
            require_weight(state, account)?;
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
        require_weight(state, account)?;
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

/// The error if the account has no weight in the open epoch: rows cost compute, or free accounts
/// could grow the tables.
fn require_weight(state: &State, account: Address) -> Result<(), AnyError> {
    if state.weights.current().potential_of(&account) == 0 {
        return Err(Error::NoWeight { account }.into());
    }
    Ok(())
}

/// Forgets what accounts said that have no node in the snapshot that is next and had none in the
/// last one. A network's models never go.
pub(super) fn forget(state: &mut State, next: &Snapshot) {
    let current = Arc::clone(state.weights.current());
    let stale = |(handle, _): &(AccountHandle, ModelId)| {
        let account = state.ledger.address(*handle);
        current.find(&account).is_none() && next.find(&account).is_none()
    };
    let delegations = state.weights.delegations.iter().map(|(key, _)| *key);
    let delegations: Vec<_> = delegations.filter(stale).collect();
    let refusals: Vec<_> =
        state.weights.refusals.iter().map(|(key, ())| *key).filter(stale).collect();
    delegations.iter().for_each(|key| state.weights.delegations.remove(key));
    refusals.iter().for_each(|key| state.weights.refusals.remove(key));
}

/// How a participant takes part in a model that others serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
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
/// for each participant and each model that counts as served. The penalties of one participant are
/// added, to at most 1.
pub(super) fn adjustments(
    state: &State,
    rules: &Participation,
    factors: &Factors,
    snapshot: &Snapshot,
) -> Result<Adjustments, AnyError> {
    let serving = Serving::of(rules, factors, snapshot)?;
    let (mut penalties, mut transfers) = (Vec::new(), Vec::new());
    for (from, (handle, direct)) in (0_u32..).zip(snapshot.handle.iter().zip(&serving.direct)) {
        let mut fraction = Ratio::ZERO;
        let mut direct = direct.iter().copied().peekable();
        for model in &serving.counted {
            // Both ascend, and all of the first are among the second.
            if direct.next_if_eq(model).is_some() {
                continue;
            }
            let lost = match mode(state, snapshot, &serving, (*handle, *model)) {
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

/// Who serves which model. At most 1 / `minimum_share` models count.
struct Serving {
    /// Models that enough participants serve with enough weight, ascending.
    counted: Vec<ModelId>,
    /// By row of the snapshot: those of them for which it has weight, ascending.
    direct: Vec<Vec<ModelId>>,
}

impl Serving {
    /// A participant serves a model if its nodes for it together weigh at least 1 by the model's
    /// factor, rounded down.
    fn of(rules: &Participation, factors: &Factors, snapshot: &Snapshot) -> Result<Self, AnyError> {
        let mut direct = Vec::with_capacity(snapshot.account.len());
        // Members and weight, by model.
        let mut models: BTreeMap<ModelId, (u64, u128)> = BTreeMap::new();
        let mut total = 0_u128;
        for at in 0..snapshot.account.len() {
            let mut weights = factors.by_model(snapshot.nodes_of(at))?;
            weights.retain(|(_, weight)| *weight > 0);
            for (model, weight) in &weights {
                let (members, sum) = models.entry(*model).or_default();
                *members = members.checked_add(1).ok_or(OVERFLOW)?;
                *sum = sum.checked_add(u128::from(*weight)).ok_or(OVERFLOW)?;
                total = total.checked_add(u128::from(*weight)).ok_or(OVERFLOW)?;
            }
            direct.push(weights.into_iter().map(|(model, _)| model).collect::<Vec<_>>());
        }
        let least = rules.minimum_share.ceil_mul(total)?;
        models.retain(|_, (members, weight)| {
            *members >= u64::from(rules.minimum_members) && *weight >= least
        });
        let counted: Vec<ModelId> = models.into_keys().collect();
        for models in &mut direct {
            models.retain(|model| counted.binary_search(model).is_ok());
        }
        Ok(Self { counted, direct })
    }

    fn is_direct(&self, row: usize, model: ModelId) -> bool {
        self.direct.get(row).is_some_and(|models| models.binary_search(&model).is_ok())
    }
}

/// Of a participant that does not serve the model itself.
fn mode(
    state: &State,
    snapshot: &Snapshot,
    serving: &Serving,
    (handle, model): (AccountHandle, ModelId),
) -> Mode {
    let target = state.weights.delegations.get(&(handle, model)).and_then(|target| {
        let row = snapshot.find(&state.ledger.address(*target))?;
        serving.is_direct(row, model).then_some(u32::try_from(row).ok()?)
    });
    match target {
        Some(target) => Mode::Delegated(target),
        None if state.weights.refusals.contains(&(handle, model)) => Mode::Refused,
        None => Mode::Absent,
    }
}
