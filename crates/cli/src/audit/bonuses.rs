//! Scores, computed the slow way with exact fractions where the rules say so.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::modules::parameters::{Bonuses, Parameters, Weights};

use super::{Fallible, failed};

/// 10^9: multipliers are rounded down to this.
const NANO: u128 = 1_000_000_000;

/// Multiplier of a model's nodes: 1 + min(units / (weight x units per weight), 1) x factor.
fn multipliers(
    parameters: &Parameters,
    rules: &Bonuses,
    inputs: &EpochInputs,
) -> Fallible<Vec<u128>> {
    let mut weight: BTreeMap<u16, u128> = BTreeMap::new();
    for (model, of_node) in inputs.nodes.model.iter().zip(&inputs.nodes.weight) {
        *weight.entry(model.0).or_default() += u128::from(*of_node);
    }
    let mut all = Vec::new();
    for ((number, model), units) in (0_u16..).zip(&parameters.models).zip(&inputs.model_units) {
        let per_weight = u128::from(model.units_per_weight);
        let capacity = weight.get(&number).copied().unwrap_or(0) * per_weight;
        let utilisation = match capacity {
            0 => Ratio::ZERO,
            _ => Ratio::new(u128::from(*units), capacity).map_err(failed)?.min(Ratio::ONE),
        };
        let nano = utilisation.floor_mul(NANO).map_err(failed)?;
        all.push(NANO + rules.utilisation_factor.floor_mul(nano).map_err(failed)?);
    }
    Ok(all)
}

fn coverage(rules: &Bonuses, served: usize, models: usize) -> Fallible<u128> {
    if models == 0 {
        return Ok(NANO);
    }
    if served == models {
        return rules.full_coverage.floor_mul(NANO).map_err(failed);
    }
    let part = Ratio::new(served as u128, models as u128).map_err(failed)?;
    let bonus = part.checked_mul(rules.partial_coverage).map_err(failed)?;
    Ok(NANO + bonus.floor_mul(NANO).map_err(failed)?)
}

/// Weight x utilisation x coverage of every participant, in units of 10^-18.
pub(super) fn scores(
    parameters: &Parameters,
    rules: &Bonuses,
    inputs: &EpochInputs,
) -> Fallible<Vec<u128>> {
    let multipliers = multipliers(parameters, rules, inputs)?;
    let people = &inputs.participants;
    let mut scores = Vec::new();
    let mut next = 0_usize;
    for (at, (potential, effective)) in people.potential.iter().zip(&people.effective).enumerate() {
        let end = people.first_node.get(at + 1).copied().unwrap_or(0) as usize;
        let mut of_model: BTreeMap<u16, u128> = BTreeMap::new();
        while next < end {
            let model = inputs.nodes.model.get(next).ok_or("a node is missing")?;
            let weight = u128::from(*inputs.nodes.weight.get(next).ok_or("a node is missing")?);
            *of_model.entry(model.0).or_default() += weight;
            next += 1;
        }
        let (mut adjusted, mut sum) = (0_u128, 0_u128);
        for (model, weight) in &of_model {
            let model = usize::from(*model);
            let rule = parameters.models.get(model).ok_or("an unknown model")?;
            let weight = rule.weight_factor.floor_mul(*weight).map_err(failed)?;
            adjusted += weight * multipliers.get(model).ok_or("an unknown model")?;
            sum += weight;
        }
        if sum != u128::from(*potential) {
            return Err(format!("row {at}: nodes weigh {sum}, its potential is {potential}"));
        }
        let limited = match *potential {
            0 => 0,
            _ => Ratio::new(u128::from(*effective), u128::from(*potential))
                .and_then(|part| part.floor_mul(adjusted))
                .map_err(failed)?,
        };
        scores.push(limited * coverage(rules, of_model.len(), parameters.models.len())?);
    }
    Ok(scores)
}

/// Checks an effective weight against document 001 §2.1: between base and potential, and what the
/// collateral gives when it counts. A power cap that cut it cut it to the largest weight there is.
pub(super) fn check_weight(
    rules: &Weights,
    (epoch, potential, effective): (u64, u64, u64),
    collateral: Amount,
    largest: u64,
) -> Fallible<()> {
    let whole = u128::from(potential);
    let base = rules.base_weight_ratio.floor_mul(whole).map_err(failed)?;
    let grace = rules.grace_until_epoch.is_some_and(|last| epoch <= last);
    let unit = rules.collateral_per_weight_unit;
    let backed = if collateral.is_zero() {
        Ok(base)
    } else {
        let by_collateral =
            Ratio::from_integer(collateral.get()).checked_div(unit).map_err(failed)?;
        let by_ratio =
            Ratio::from_integer(whole).checked_mul(rules.base_weight_ratio).map_err(failed)?;
        by_ratio.checked_add(by_collateral).and_then(|sum| sum.floor_mul(1)).map_err(failed)
    };
    let cut = rules.power_cap.is_some() && effective == largest;
    let effective = u128::from(effective);
    let allowed = match backed {
        Ok(backed) => {
            let most = if grace { whole } else { backed.min(whole) };
            effective == most || effective == base || (cut && effective < most)
        }
        // The exact sum leaves 128 bits: then collateral backs far more than the potential.
        Err(_) => effective == whole || effective == base || (cut && effective < whole),
    };
    if allowed {
        Ok(())
    } else {
        Err(format!("effective weight {effective} of potential {potential} with {collateral}"))
    }
}
