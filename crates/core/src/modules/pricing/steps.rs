//! How prices move: at every close, or with every block.

use super::formulas::Bounds;
use super::hamiltonian::queue_limit;
use super::{
    Event, FinePrice, ModelPrice, capacity_of_step, paced, slide, stepped, weighted_median,
};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::event::Event as AnyEvent;
use crate::inputs::Nodes;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{
    EpochLength, Model, Parameters, PriceStep, Pricing, StabilityZone,
};
use crate::names::ModelId;
use crate::state::{Context, State};
use workmint_amounts::Amount;

/// A participant of the epoch and its effective weight.
pub(crate) type Member = (AccountHandle, u64);

/// Every model's number.
pub(super) fn model_ids(parameters: &Parameters) -> impl Iterator<Item = ModelId> + use<> {
    (0..u16::try_from(parameters.models.len()).unwrap_or(u16::MAX)).map(ModelId)
}

/// Every price, by model; `None` where it cannot be computed.
fn quotes(state: &State, parameters: &Parameters, epoch: u64) -> Vec<Option<Amount>> {
    let quote = |model| state.pricing.quote(parameters, epoch, model).ok();
    model_ids(parameters).map(quote).collect()
}

fn emit_changes(state: &mut State, before: &[Option<Amount>], after: &[Option<Amount>]) {
    for (at, price) in after.iter().enumerate() {
        let old = before.get(at).copied().flatten();
        if let (Some(price), Ok(model)) = (*price, u16::try_from(at))
            && old != Some(price)
        {
            state.emit(Event::PriceChanged { model: ModelId(model), price });
        }
    }
}

/// Whether prices follow work done: by its utilisation, or as demand where there are no jobs.
fn follows_work(parameters: &Parameters) -> bool {
    match parameters.pricing {
        Pricing::StabilityZone(_) => true,
        Pricing::Imbalance(_) | Pricing::Hamiltonian(_) => parameters.market.jobs.is_none(),
        Pricing::Fixed | Pricing::UnitOfCompute { .. } => false,
    }
}

/// Counts units of work towards the load of the step under way. Nothing follows it under rules
/// that do not look at loads.
pub(crate) fn add_load(state: &mut State, model: ModelId, units: u64) -> Result<(), AnyError> {
    if state.active_parameters().is_some_and(|active| follows_work(&active)) {
        let mut row = state.pricing.model(model);
        row.pending = row.pending.checked_add(units).ok_or(OVERFLOW)?;
        state.pricing.put(model, row);
    }
    Ok(())
}

/// A step of prices.
struct Step<'a> {
    rules: &'a StabilityZone,
    /// Its number: a height or an epoch.
    number: u64,
    /// How many there are in an epoch.
    in_epoch: u64,
    /// The epoch it gives the price for.
    epoch: u64,
}

impl<'a> Step<'a> {
    /// The step under way; `None` where prices do not step now, or where `check` would have refused
    /// the rules: blocks of an epoch of unknown length.
    fn now(context: &'a Context, epoch: u64, closes: bool) -> Option<Self> {
        let Pricing::StabilityZone(rules) = &context.parameters.pricing else {
            return None;
        };
        match (rules.step, context.parameters.network.epoch_length) {
            (PriceStep::Block, EpochLength::Blocks(in_epoch)) => {
                Some(Self { rules, number: context.now.height, in_epoch, epoch })
            }
            (PriceStep::Epoch, EpochLength::Blocks(_) | EpochLength::Time(_)) if closes => {
                Some(Self { rules, number: context.now.epoch, in_epoch: 1, epoch })
            }
            (PriceStep::Block, EpochLength::Time(_))
            | (PriceStep::Epoch, EpochLength::Blocks(_) | EpochLength::Time(_)) => None,
        }
    }

    /// Moves the window and the price of one model. Where no price can be computed it stays, and
    /// the window moves all the same: what no price can follow leaves it in time.
    fn run(&self, state: &mut State, id: ModelId, model: &Model) -> Result<(), AnyError> {
        let row = state.pricing.model(id);
        let oldest = self.number.checked_sub(u64::from(self.rules.window));
        let leaving: Vec<(u64, u64)> = oldest.map_or_else(Vec::new, |oldest| {
            let over = state.pricing.loads.range((id, 0)..=(id, oldest));
            over.map(|((_, step), load)| (*step, *load)).collect()
        });
        let load = slide(row.load, row.pending, leaving.iter().map(|(_, load)| *load))?;
        for (step, _) in leaving {
            state.pricing.loads.remove(&(id, step));
        }
        if row.pending > 0 {
            state.pricing.loads.put((id, self.number), row.pending);
        }
        state.pricing.put(id, ModelPrice { load, pending: 0, ..row });
        let capacity = capacity_of_step(row.weight, model.units_per_weight, self.in_epoch)?;
        let price = (model.price_per_unit, row.moved);
        let moved = stepped(self.rules, self.epoch, price, (load, capacity))?;
        state.pricing.put(id, ModelPrice { moved, load, pending: 0, ..row });
        Ok(())
    }

    fn run_all(&self, state: &mut State, parameters: &Parameters) {
        for (id, model) in model_ids(parameters).zip(&parameters.models) {
            if let Err(error) = self.run(state, id, model) {
                let step = format!("price of {}", model.id);
                state.emit(AnyEvent::Quarantined { step, code: error.code() });
            }
        }
    }
}

/// The end of a block that closes no epoch: prices that step with blocks move.
pub(crate) fn end_block(state: &mut State, context: &Context) {
    let epoch = context.now.epoch;
    let step = Step::now(context, epoch, false);
    if step.is_none() && paced::moves(&context.parameters.pricing).is_none() {
        return;
    }
    let before = quotes(state, &context.parameters, epoch);
    if let Some(step) = step {
        step.run_all(state, &context.parameters);
    }
    paced::run(state, context);
    let after = quotes(state, &context.parameters, epoch);
    emit_changes(state, &before, &after);
}

/// At a close: the prices of epoch `next`. `members` are those of the epoch that closes, ascending
/// by address.
pub(crate) fn at_close(
    state: &mut State,
    context: &Context,
    next: u64,
    members: impl Iterator<Item = Member>,
) {
    let before = quotes(state, &context.parameters, context.now.epoch);
    if let Some(step) = Step::now(context, next, true) {
        step.run_all(state, &context.parameters);
    }
    paced::run(state, context);
    if let Pricing::UnitOfCompute { initial } = context.parameters.pricing {
        state.isolate("price of compute", |state| take_median(state, initial, members));
    }
    let after = quotes(state, &context.parameters, next);
    emit_changes(state, &before, &after);
}

/// The median of what the epoch's members propose; who proposed nothing stays with today's price.
fn take_median(
    state: &mut State,
    initial: Amount,
    members: impl Iterator<Item = Member>,
) -> Result<(), AnyError> {
    let today = state.pricing.compute.get().unwrap_or(initial);
    let proposal =
        |(account, weight): Member| (state.pricing.proposal(account).unwrap_or(today), weight);
    let proposals: Vec<(Amount, u64)> = members.map(proposal).collect();
    if let Some(price) = weighted_median(&proposals)?
        && price != today
    {
        state.pricing.compute.set(Some(price));
    }
    Ok(())
}

/// How rules count steps: of blocks or epochs, or so many in an epoch.
#[derive(PartialEq, Eq)]
enum Pace {
    Zone(PriceStep),
    InEpoch(u32, EpochLength),
}

fn pace_of(parameters: &Parameters) -> Option<Pace> {
    match &parameters.pricing {
        Pricing::StabilityZone(rules) => Some(Pace::Zone(rules.step)),
        rules @ (Pricing::Fixed
        | Pricing::UnitOfCompute { .. }
        | Pricing::Imbalance(_)
        | Pricing::Hamiltonian(_)) => {
            let length = parameters.network.epoch_length;
            paced::moves(rules).map(|moves| Pace::InEpoch(moves.steps_per_epoch, length))
        }
    }
}

/// A queue under other rules: within their limit, 0 where they have none.
fn adopted_queue(pricing: &Pricing, queue: i64) -> i64 {
    let Pricing::Hamiltonian(rules) = pricing else {
        return 0;
    };
    let limit = queue_limit(rules).ok().and_then(|limit| i64::try_from(limit).ok());
    limit.map_or(0, |limit| queue.min(limit).max(limit.checked_neg().unwrap_or(0)))
}

/// Fits the state to parameters that were just activated: prices come within the new bounds, loads
/// counted in other steps and proposals under another rule are forgotten.
pub(crate) fn adopt(state: &mut State, context: &Context, parameters: &Parameters, next: u64) {
    let old = &context.parameters;
    if old.pricing == parameters.pricing && old.models == parameters.models {
        return;
    }
    let before = quotes(state, old, next);
    let same_steps = pace_of(old) == pace_of(parameters);
    if !same_steps {
        state.pricing.loads.clear();
        if state.pricing.last_step.get().is_some() {
            state.pricing.last_step.set(None);
        }
    }
    if !matches!(parameters.pricing, Pricing::UnitOfCompute { .. }) {
        state.pricing.proposals.clear();
        if state.pricing.compute.get().is_some() {
            state.pricing.compute.set(None);
        }
    }
    let rows: Vec<(ModelId, ModelPrice)> =
        state.pricing.models.iter().map(|(model, row)| (*model, *row)).collect();
    for (model, mut row) in rows {
        if !same_steps {
            (row.load, row.pending) = (0, 0);
        }
        // Bounds that cannot be computed leave the price to begin anew.
        row.moved = Bounds::of(&parameters.pricing)
            .and_then(|bounds| FinePrice::within(row.moved?, bounds).ok());
        row.queue = adopted_queue(&parameters.pricing, row.queue);
        state.pricing.put(model, row);
    }
    let after = quotes(state, parameters, next);
    emit_changes(state, &before, &after);
}

/// Fixes, for the epoch that opens, the weight of each model's nodes.
pub(crate) fn set_weights(
    state: &mut State,
    parameters: &Parameters,
    nodes: &Nodes,
) -> Result<(), AnyError> {
    if !follows_work(parameters) {
        return Ok(());
    }
    let mut weights = vec![0_u128; parameters.models.len()];
    for (model, weight) in nodes.model.iter().zip(&nodes.weight) {
        if let Some(sum) = weights.get_mut(usize::from(model.0)) {
            *sum = sum.checked_add(u128::from(*weight)).ok_or(OVERFLOW)?;
        }
    }
    for (id, weight) in model_ids(parameters).zip(weights) {
        let row = ModelPrice { weight, ..state.pricing.model(id) };
        state.pricing.put(id, row);
    }
    Ok(())
}
