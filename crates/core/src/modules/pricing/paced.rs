//! Steps of `imbalance` and `hamiltonian`: as many in an epoch as the rules say, whatever the
//! number of blocks, so that a price does not depend on how often somebody looks.

use super::steps::model_ids;
use super::{FinePrice, ModelPrice, Shadow, excess, hamiltonian_step, imbalance_step};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::event::Event as AnyEvent;
use crate::modules::parameters::{
    EpochLength, Hamiltonian, Imbalance, Model, Parameters, PriceMoves, Pricing,
};
use crate::names::ModelId;
use crate::state::{Context, State};
use workmint_amounts::Ratio;

/// Most steps at once, after a time without blocks.
const MOST_STEPS: u64 = 100;

/// What moves by the clock, of the rules.
pub(super) fn moves(pricing: &Pricing) -> Option<&PriceMoves> {
    match pricing {
        Pricing::Imbalance(Imbalance { moves, .. })
        | Pricing::Hamiltonian(Hamiltonian { moves, .. }) => Some(moves),
        Pricing::Fixed | Pricing::StabilityZone(_) | Pricing::UnitOfCompute { .. } => None,
    }
}

/// Counts units asked of a model in the step under way. Nothing follows it under other rules.
pub(crate) fn add_demand(state: &mut State, model: ModelId, units: u64) -> Result<(), AnyError> {
    if state.active_parameters().is_some_and(|active| moves(&active.pricing).is_some()) {
        let mut row = state.pricing.model(model);
        row.pending = row.pending.checked_add(units).ok_or(OVERFLOW)?;
        state.pricing.put(model, row);
    }
    Ok(())
}

/// Sets the units that a model's offers add up to, an epoch. Kept under every rule, so that one
/// that takes over finds it. A step goes by the most since the last one: an offer that is away for
/// a moment moves no price.
pub(crate) fn set_supply(state: &mut State, model: ModelId, units: u64) {
    let row = state.pricing.model(model);
    let peak = row.peak.max(row.supply).max(units);
    state.pricing.put(model, ModelPrice { supply: units, peak, ..row });
}

/// The steps since genesis that are over now.
fn steps_over(state: &State, context: &Context, moves: &PriceMoves) -> Result<u64, AnyError> {
    let (passed, length) = match context.parameters.network.epoch_length {
        EpochLength::Blocks(length) => (context.now.height, length),
        EpochLength::Time(length) => {
            let start = state.chain().genesis_time_ms;
            (context.now.time_ms.checked_sub(start).ok_or(OVERFLOW)?, length)
        }
    };
    let steps = Ratio::new(u128::from(moves.steps_per_epoch), u128::from(length))?;
    let over = steps.floor_mul(u128::from(passed))?;
    Ok(u64::try_from(over).map_err(|_| OVERFLOW)?)
}

/// Moves every price by the steps that ended since it was called last; the first call of a rule
/// only notes the time.
pub(super) fn run(state: &mut State, context: &Context) {
    let Some(moves) = moves(&context.parameters.pricing) else {
        return;
    };
    state.isolate("steps of prices", |state| {
        let over = steps_over(state, context, moves)?;
        let last = *state.pricing.last_step.get();
        if last == Some(over) {
            return Ok(());
        }
        state.pricing.last_step.set(Some(over));
        let passed = last.and_then(|last| over.checked_sub(last));
        if let Some(passed) = passed.filter(|passed| *passed > 0) {
            run_all(state, &context.parameters, moves, passed);
        }
        Ok(())
    });
}

fn run_all(state: &mut State, parameters: &Parameters, moves: &PriceMoves, passed: u64) {
    for (id, model) in model_ids(parameters).zip(&parameters.models) {
        let row = state.pricing.model(id);
        state.pricing.put(id, ModelPrice { pending: 0, ..row });
        match step_row(parameters, moves, (row, model), passed) {
            Ok(moved) => state.pricing.put(id, moved),
            Err(error) => {
                let step = format!("price of {}", model.id);
                state.emit(AnyEvent::Quarantined { step, code: error.code() });
            }
        }
    }
}

/// A model's row after so many steps: what was asked in them is spread over all, and no more than
/// [`MOST_STEPS`] move the price.
fn step_row(
    parameters: &Parameters,
    moves: &PriceMoves,
    (row, model): (ModelPrice, &Model),
    passed: u64,
) -> Result<ModelPrice, AnyError> {
    let demand = Ratio::new(u128::from(row.pending), u128::from(passed))?;
    let in_epoch = match &parameters.market.jobs {
        Some(_) => u128::from(row.peak.max(row.supply)),
        None => row.weight.checked_mul(u128::from(model.units_per_weight)).ok_or(OVERFLOW)?,
    };
    let supply = Ratio::new(in_epoch, u128::from(moves.steps_per_epoch))?;
    let mut at = Shadow { queue: row.queue, price: row.price(model.price_per_unit, moves.into())? };
    for _ in 0..passed.min(MOST_STEPS) {
        let next = step(&parameters.pricing, at, (demand, supply))?;
        if next == at {
            break;
        }
        at = next;
    }
    let peak = row.supply;
    Ok(ModelPrice { pending: 0, peak, moved: Some(at.price), queue: at.queue, ..row })
}

fn step(
    pricing: &Pricing,
    at: Shadow,
    (demand, supply): (Ratio, Ratio),
) -> Result<Shadow, AnyError> {
    Ok(match pricing {
        Pricing::Imbalance(rules) => {
            let price: FinePrice = imbalance_step(rules, at.price, (demand, supply))?;
            Shadow { price, ..at }
        }
        Pricing::Hamiltonian(rules) => hamiltonian_step(rules, at, excess(demand, supply)?)?,
        Pricing::Fixed | Pricing::StabilityZone(_) | Pricing::UnitOfCompute { .. } => at,
    })
}
