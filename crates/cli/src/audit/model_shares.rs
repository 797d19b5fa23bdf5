//! Scores by models' shares, computed with one fraction at a time.

use std::collections::BTreeMap;

use workmint_amounts::{Ratio, mul_div_floor};
use workmint_core::EpochInputs;
use workmint_core::modules::parameters::Parameters;

use super::{Fallible, failed};

/// The whole budget.
const WHOLE: u128 = 1_000_000_000_000_000_000_000_000_000_000;
/// Weights are multiples of 10^-9.
const NANO: u128 = 1_000_000_000;

/// Every row's weight by model, then what the models earn and how it is divided: the scores of all
/// rows, and the share of the budget that they divide.
pub(super) fn scores(
    parameters: &Parameters,
    inputs: &EpochInputs,
) -> Fallible<(Vec<u128>, Ratio)> {
    let people = &inputs.participants;
    let mut weights: BTreeMap<(usize, u16), u128> = BTreeMap::new();
    let mut totals: BTreeMap<u16, u128> = BTreeMap::new();
    for at in 0..people.len() {
        let row = people.row(at).ok_or("a column of the inputs is too short")?;
        let mut of_row: BTreeMap<u16, u128> = BTreeMap::new();
        for node in people.nodes(at) {
            let model = inputs.nodes.model.get(node).ok_or("a node is missing")?;
            let weight = inputs.nodes.weight.get(node).ok_or("a node is missing")?;
            *of_row.entry(model.0).or_default() += u128::from(*weight);
        }
        for (model, weight) in of_row {
            let rule = parameters.models.get(usize::from(model)).ok_or("an unknown model")?;
            let weight = rule.weight_factor.floor_mul(weight).map_err(failed)?;
            let counts = match row.potential {
                0 => Ratio::ZERO,
                potential => {
                    Ratio::new(u128::from(row.effective), u128::from(potential)).map_err(failed)?
                }
            };
            let weight = counts.floor_mul(weight * NANO).map_err(failed)?;
            weights.insert((at, model), weight);
            *totals.entry(model).or_default() += weight;
        }
    }
    let mut earned = 0_u128;
    let mut rules: BTreeMap<u16, (u128, u128)> = BTreeMap::new();
    for (number, model) in (0_u16..).zip(&parameters.models) {
        let weight = totals.get(&number).copied().unwrap_or(0);
        if weight > 0 {
            let share = model.share.floor_mul(WHOLE).map_err(failed)?;
            let among = weight.max(u128::from(model.reference_weight) * NANO);
            earned += mul_div_floor(share, weight, among).map_err(failed)?;
            rules.insert(number, (share, among));
        }
    }
    let mut scores = vec![0_u128; people.len()];
    for ((at, model), weight) in weights {
        if let (Some((share, among)), Some(score)) = (rules.get(&model), scores.get_mut(at)) {
            *score += mul_div_floor(*share, weight, *among).map_err(failed)?;
        }
    }
    Ok((scores, Ratio::new(earned, WHOLE).map_err(failed)?))
}
