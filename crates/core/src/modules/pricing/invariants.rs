//! INV-27: prices within their bounds, loads that are the sum of their steps.

use super::FinePrice;
use super::formulas::Bounds;
use super::hamiltonian::queue_limit;
use crate::invariants::Violation;
use crate::modules::parameters::Pricing;
use crate::state::State;

/// O(models): a price that moved is within minimum and maximum, a queue within its limit.
pub(crate) fn check(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let Some(bounds) = Bounds::of(&parameters.pricing) else {
        return Ok(());
    };
    let most_queue = match &parameters.pricing {
        Pricing::Hamiltonian(rules) => queue_limit(rules).ok(),
        Pricing::Fixed
        | Pricing::StabilityZone(_)
        | Pricing::UnitOfCompute { .. }
        | Pricing::Imbalance(_) => Some(0),
    };
    for (model, row) in state.pricing.models.iter() {
        let outside = |price: &FinePrice| price.within(bounds) != Ok(*price);
        if row.moved.as_ref().is_some_and(outside) {
            return Err(Violation::new("INV-27", || {
                format!("the price of {model:?} is out of bounds: {:?}", row.moved)
            }));
        }
        if most_queue.is_some_and(|most| row.queue.unsigned_abs() > most) {
            return Err(Violation::new("INV-27", || {
                format!("the queue of {model:?} is out of bounds: {}", row.queue)
            }));
        }
    }
    Ok(())
}

/// O(window x models): each model's load is the sum of its steps.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let mut steps = state.pricing.loads.iter().peekable();
    for (model, row) in state.pricing.models.iter() {
        let mut sum = 0_u128;
        while let Some((_, load)) = steps.next_if(|((of, _), _)| of == model) {
            sum = sum.checked_add(u128::from(*load)).ok_or_else(|| {
                Violation::new("INV-27", || format!("the loads of {model:?} exceed 2^128"))
            })?;
        }
        if sum != row.load {
            return Err(Violation::new("INV-27", || {
                format!("the load of {model:?} is {}, its steps sum to {sum}", row.load)
            }));
        }
    }
    match steps.next() {
        None => Ok(()),
        Some((key, _)) => {
            Err(Violation::new("INV-27", || format!("a load of a model without one: {key:?}")))
        }
    }
}
