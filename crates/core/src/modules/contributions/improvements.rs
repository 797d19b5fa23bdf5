//! What improvements of one model gain that become final together.

use super::close::{Outcomes, score_of};
use super::verify::in_millionths;
use super::{ClosedReason, ContributionId, FinalContribution, Stage};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::parameters::{ContributionKind, Multiplier, MultiplierRule, RateScore};
use crate::names::ModelId;
use crate::state::{Context, State};
use std::cmp::Reverse;
use workmint_amounts::{ArithmeticError, Ratio};

/// An improvement is counted in this fraction of the recorded loss.
const IMPROVEMENT_UNIT: u64 = 1_000_000_000;

/// Whether a stream takes an improvement that alone gains this much, 10^-9 of the recorded loss:
/// something, and not below its least. Other kinds have no least.
pub fn improves_enough(rule: &RateScore, gain: u64) -> Result<bool, ArithmeticError> {
    if rule.kind != ContributionKind::Improvement {
        return Ok(true);
    }
    let least = rule.least_improvement.ceil_mul(u128::from(IMPROVEMENT_UNIT))?;
    Ok(gain > 0 && u128::from(gain) >= least)
}

/// Shares what improvements of one model gain together over its recorded loss; the record falls to
/// the lowest loss among them. What gains too little by itself is closed and shares nothing.
pub(super) fn shared(
    state: &State,
    context: &Context,
    model: ModelId,
    mut losses: Vec<(u64, ContributionId)>,
) -> Result<Outcomes, AnyError> {
    let mut out = Outcomes::default();
    let recorded = state.contributions.recorded_loss(&context.parameters, model).unwrap_or(0);
    losses.sort_unstable_by_key(|(loss, id)| (Reverse(*loss), *id));
    let mut passed = Vec::with_capacity(losses.len());
    for (loss, id) in losses {
        match alone(state, context, &id, (recorded, loss))? {
            Some(found) => passed.push((loss, id, found)),
            None => out.closed.push((id, ClosedReason::NoImprovement)),
        }
    }
    let losses: Vec<u64> = passed.iter().map(|(loss, ..)| *loss).collect();
    let parts = parts(recorded, &losses)?;
    out.losses.extend(losses.last().map(|loss| (model, *loss)));
    for ((_, id, found), quantity) in passed.into_iter().zip(parts) {
        out.finals.push((id, FinalContribution { quantity, ..found }));
    }
    Ok(out)
}

/// The part of each of these losses, which never rise, in their order, 10^-9 of the recorded one:
/// each step from one loss down to the next is divided equally among all that reached the lower
/// one, rounded down. Together at most what the lowest gains alone.
pub(super) fn parts(recorded: u64, losses: &[u64]) -> Result<Vec<u64>, ArithmeticError> {
    let (mut above, mut reached) = (recorded, 0_u64);
    let mut sharers = losses.len();
    let mut parts = Vec::with_capacity(losses.len());
    for equals in losses.chunk_by(|one, other| one == other) {
        let loss = equals.first().copied().unwrap_or(above);
        let step = gain(recorded, (above, loss), sharers)?;
        reached = reached.checked_add(step).ok_or(OVERFLOW)?;
        parts.extend(equals.iter().map(|_| reached));
        above = loss;
        sharers = sharers.checked_sub(equals.len()).ok_or(OVERFLOW)?;
    }
    Ok(parts)
}

/// floor((above - loss) x 10^9 / recorded / sharers); 0 if the loss is not below.
pub(super) fn gain(
    recorded: u64,
    (above, loss): (u64, u64),
    sharers: usize,
) -> Result<u64, ArithmeticError> {
    let Some(step) = above.checked_sub(loss).filter(|step| *step > 0) else {
        return Ok(0);
    };
    let step = u128::from(step).checked_mul(u128::from(IMPROVEMENT_UNIT)).ok_or(OVERFLOW)?;
    let of = u128::from(recorded).checked_mul(sharers as u128).ok_or(OVERFLOW)?;
    u64::try_from(step.checked_div(of).ok_or(OVERFLOW)?).map_err(|_| OVERFLOW)
}

/// What an improvement would be settled with if it were the only one; `None` if it is too small.
fn alone(
    state: &State,
    context: &Context,
    id: &ContributionId,
    (recorded, loss): (u64, u64),
) -> Result<Option<FinalContribution>, AnyError> {
    let row = state.contributions.rows.get(id);
    let score = row.and_then(|row| score_of(&context.parameters, row));
    let (Some(row), Some(score)) = (row, score) else { return Ok(None) };
    let Stage::Accepted { found, .. } = &row.stage else { return Ok(None) };
    let quantity = gain(recorded, (recorded, loss), 1)?;
    if !improves_enough(score, quantity)? {
        return Ok(None);
    }
    let share = Ratio::new(u128::from(quantity), u128::from(IMPROVEMENT_UNIT))?;
    let multiplier = |rule: &Multiplier, found: u32| match &rule.rule {
        MultiplierRule::ByImprovement(steps) => in_millionths(steps.at(share)),
        MultiplierRule::Measured | MultiplierRule::Consensus { .. } => Ok(found),
    };
    let first = multiplier(&score.first, found.first)?;
    let second = multiplier(&score.second, found.second)?;
    let (stream, recorded_loss) = (row.stream.clone(), Some(recorded));
    Ok(Some(FinalContribution { stream, quantity, first, second, recorded_loss }))
}
