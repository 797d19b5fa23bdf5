//! What of each weight counts, and how it lowers scores, computed the slow way.

use workmint_amounts::{Ratio, mul_div_floor};
use workmint_core::EpochInputs;
use workmint_core::inputs::Penalty;
use workmint_core::modules::parameters::{Parameters, PowerCap};

use super::{Fallible, failed};

/// Scores before and after what lowers them; both hold what delegated models moved.
pub(super) struct Columns {
    pub(super) full: Vec<u128>,
    pub(super) counted: Vec<u128>,
}

/// Lowers the scores of a stream of emission by weight.
pub(super) fn lowered(
    parameters: &Parameters,
    inputs: &EpochInputs,
    mut full: Vec<u128>,
) -> Fallible<Columns> {
    let weights = own_weights(parameters, inputs)?;
    let whole = inputs.participants.effective.clone();
    let part = |at: usize, score: u128, weight: u128| {
        let effective = u128::from(*whole.get(at).ok_or("a row is missing")?);
        if effective == 0 { Ok(0) } else { mul_div_floor(score, weight, effective).map_err(failed) }
    };
    let own = full.clone();
    let mut counted = Vec::with_capacity(own.len());
    for (at, (score, weight)) in own.iter().zip(&weights).enumerate() {
        counted.push(part(at, *score, *weight)?);
    }
    let mut left = weights.clone();
    for transfer in &inputs.weight_transfers {
        let (from, to) = (transfer.from as usize, transfer.to as usize);
        let before = *weights.get(from).ok_or("a giver is missing")?;
        let weight = transfer.share.floor_mul(before).map_err(failed)?;
        let weight = weight.min(*left.get(from).ok_or("a giver is missing")?);
        let all = own.get(from).copied().ok_or("a giver is missing")?;
        let score = part(from, all, weight)?.min(*counted.get(from).ok_or("a giver is missing")?);
        *left.get_mut(from).ok_or("a giver is missing")? -= weight;
        *counted.get_mut(from).ok_or("a giver is missing")? -= score;
        if *left.get(to).ok_or("a receiver is missing")? > 0 {
            *left.get_mut(to).ok_or("a receiver is missing")? += weight;
            *counted.get_mut(to).ok_or("a receiver is missing")? += score;
            *full.get_mut(from).ok_or("a giver is missing")? -= score;
            *full.get_mut(to).ok_or("a receiver is missing")? += score;
        }
    }
    Ok(Columns { full, counted })
}

/// Weights after readings, status, cap, downtime and models not served.
fn own_weights(parameters: &Parameters, inputs: &EpochInputs) -> Fallible<Vec<u128>> {
    let people = &inputs.participants;
    let mut weights = Vec::with_capacity(people.len());
    for at in 0..people.len() {
        let row = people.row(at).ok_or("a column of the inputs is too short")?;
        let effective = u128::from(row.effective);
        let confirmed = match (&parameters.weights.confirmation, row.potential) {
            (None, _) => effective,
            (Some(_), 0) => 0,
            (Some(_), potential) => {
                let share = Ratio::new(u128::from(row.confirmed), u128::from(potential));
                share.map_err(failed)?.min(Ratio::ONE).floor_mul(effective).map_err(failed)?
            }
        };
        let gone = matches!(row.penalty, Penalty::Refuted | Penalty::Inactive);
        weights.push(if gone { 0 } else { confirmed });
    }
    if let Some(rules) = &parameters.weights.power_cap {
        let cap = cap_of(rules, &weights)?;
        weights.iter_mut().for_each(|weight| *weight = cap.min(*weight));
    }
    for (weight, penalty) in weights.iter_mut().zip(&people.penalty) {
        if *penalty == Penalty::Downtime {
            *weight = 0;
        }
    }
    let before = weights.clone();
    for penalty in &inputs.weight_penalties {
        let at = penalty.participant as usize;
        let base = *before.get(at).ok_or("a penalty names nobody")?;
        let lost = penalty.fraction.floor_mul(base).map_err(failed)?;
        let weight = weights.get_mut(at).ok_or("a penalty names nobody")?;
        *weight = weight.saturating_sub(lost);
    }
    Ok(weights)
}

/// By bisection, the largest whole number that is at most its share of the sum of all weights cut
/// to it; the largest weight if that number is 0 or nothing needs to be cut.
fn cap_of(rules: &PowerCap, weights: &[u128]) -> Fallible<u128> {
    let most = weights.iter().copied().max().unwrap_or(0);
    let share = match weights.iter().filter(|weight| **weight > 0).count() {
        0 | 1 => return Ok(most),
        2 => rules.of_two,
        3 => rules.of_three,
        _ => rules.of_many,
    };
    let fits = |cap: u128| -> Fallible<bool> {
        let sum: u128 = weights.iter().map(|weight| cap.min(*weight)).sum();
        let allowed = share.checked_mul(Ratio::from_integer(sum)).map_err(failed)?;
        Ok(Ratio::from_integer(cap) <= allowed)
    };
    let (mut low, mut high) = (0, most + 1);
    while high - low > 1 {
        let middle = low.midpoint(high);
        if fits(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(if low == 0 { most } else { low })
}
