//! Rows of the inputs from what is said of participants.

use super::{OfflineEpoch, OfflineError, OfflineParticipant};
use crate::error::Error;
use crate::inputs::{Nodes, Penalty, Row};
use crate::modules::parameters::{Parameters, Weights};
use crate::modules::weights::{Factors, apply_power_cap, effective_weight};
use workmint_amounts::{Amount, ArithmeticError};

/// Appends a participant's nodes in their order. Returns where they end.
pub(super) fn append_nodes(
    nodes: &mut Nodes,
    participant: &mut OfflineParticipant,
) -> Result<u32, ArithmeticError> {
    participant.nodes.sort_unstable_by_key(|node| (node.node, node.model));
    for node in &participant.nodes {
        nodes.node.push(node.node);
        nodes.model.push(node.model);
        nodes.weight.push(node.weight);
    }
    u32::try_from(nodes.node.len()).map_err(|_| crate::error::OVERFLOW)
}

fn check_models(
    parameters: &Parameters,
    participant: &OfflineParticipant,
) -> Result<(), OfflineError> {
    let of_nodes = participant.nodes.iter().map(|node| node.model);
    let mut named = of_nodes.chain(participant.units.iter().map(|(model, _)| *model));
    match named.find(|model| parameters.model(*model).is_none()) {
        Some(model) => Err(OfflineError::UnknownModel { account: participant.account, model }),
        None => Ok(()),
    }
}

/// One row for each participant, in their order. Weights computed here are cut by the power cap, as
/// a chain's snapshot is; those that another chain fixed are cut already.
pub(super) fn rows_of(
    parameters: &Parameters,
    weights: &Weights,
    epoch: &OfflineEpoch,
) -> Result<Vec<Row>, OfflineError> {
    let factors = Factors::of(&parameters.models);
    let mut rows = Vec::with_capacity(epoch.participants.len());
    for participant in &epoch.participants {
        check_models(parameters, participant)?;
        let row = row_of((parameters, weights), &factors, epoch.epoch, participant);
        let account = participant.account;
        rows.push(row.map_err(|error| OfflineError::Participant { account, error })?);
    }
    let computed = epoch.participants.iter().all(|participant| participant.effective.is_none());
    if let Some(rules) = parameters.weights.power_cap.as_ref().filter(|_| computed) {
        let mut weights: Vec<u64> = rows.iter().map(|row| row.effective).collect();
        apply_power_cap(rules, &mut weights)
            .map_err(|error| OfflineError::Settlement(error.into()))?;
        rows.iter_mut().zip(weights).for_each(|(row, weight)| row.effective = weight);
    }
    Ok(rows)
}

fn row_of(
    (parameters, weights): (&Parameters, &Weights),
    factors: &Factors,
    epoch: u64,
    participant: &OfflineParticipant,
) -> Result<Row, Error> {
    let nodes = participant.nodes.iter().map(|node| (node.model, node.weight));
    let potential = factors.potential(nodes)?;
    let fixed = participant.effective;
    let potential = fixed.filter(|_| participant.nodes.is_empty()).unwrap_or(potential);
    let (collateral, active) = (participant.collateral, !participant.jailed);
    let weight = effective_weight(weights, epoch, potential, collateral, active)?;
    let mut units = 0_u64;
    let mut work = Amount::ZERO;
    for (model, of_model) in &participant.units {
        units = units.checked_add(*of_model).ok_or(crate::error::OVERFLOW)?;
        if let Some(model) = parameters.model(*model) {
            let value = model.price_per_unit.checked_mul(u128::from(*of_model))?;
            work = work.checked_add(value)?;
        }
    }
    Ok(Row {
        account: participant.account,
        potential,
        effective: fixed.unwrap_or(weight.effective),
        confirmed: participant.confirmed.unwrap_or(potential),
        collateral,
        requests: participant.requests,
        missed: participant.missed,
        units,
        work: participant.work.unwrap_or(work),
        unsplit: Amount::ZERO,
        penalty: match (participant.refuted, participant.inactive) {
            (true, _) => Penalty::Refuted,
            (false, true) => Penalty::Inactive,
            (false, false) => Penalty::None,
        },
        slashed: Amount::ZERO,
        debt: participant.debt,
    })
}
