//! Why a participant receives what it receives: each step, from the code that settles.

use crate::address::Address;
use crate::error::Error;
use crate::inputs::{EpochInputs, Penalty, Row};
use crate::modules::emission::Bound;
use crate::modules::parameters::{Denominator, Name, Parameters, Payee, Score, Source, Stream};
use crate::modules::rewards::{
    BonusTable, NodeBonus, ScoreBreakdown, SettlementPlan, StreamPlan, score_of,
};
use crate::modules::weights::{Breakdown, effective_weight};
use crate::modules::work::MissTest;
use crate::names::{AssetId, ModelId};
use workmint_amounts::{Amount, mul_div_floor};

/// One node and model behind a weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeStep {
    /// The participant's own number for the node.
    pub node: u32,
    /// The model.
    pub model: ModelId,
    /// Weight of the accepted proof.
    pub weight: u64,
    /// The model's utilisation and multiplier in the stream; `None` without a `poc_weight` stream.
    pub bonus: Option<NodeBonus>,
}

/// One stream's part for one participant. Amounts are base units of `asset`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamStep {
    /// The stream.
    pub name: Name,
    /// Its asset.
    pub asset: AssetId,
    /// Whether its budget is emission (else payments for work).
    pub from_emission: bool,
    /// What was split.
    pub budget: Amount,
    /// Dust of earlier epochs in it.
    pub carried_in: Amount,
    /// The participant's score before penalties.
    pub score: u128,
    /// How a `poc_weight` score came about.
    pub breakdown: Option<ScoreBreakdown>,
    /// What the budget is divided by.
    pub denominator: u128,
    /// Which scores that is.
    pub denominator_rule: Denominator,
    /// floor(budget x score / denominator), before penalties.
    pub share: Amount,
    /// What penalties removed.
    pub forfeited: Amount,
    /// What is paid.
    pub paid: Amount,
    /// Code of the error that quarantined the stream.
    pub quarantined: Option<u16>,
}

/// The whole explanation of one participant's epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The epoch.
    pub epoch: u64,
    /// The participant's frozen facts.
    pub row: Row,
    /// The rule that limited the weight, applied to those facts. When the weight was fixed under
    /// other circumstances (validator inactive), the frozen effective weight counts and
    /// `validator_active` is false.
    pub weight: Breakdown,
    /// Whether collateral counted.
    pub validator_active: bool,
    /// The nodes.
    pub nodes: Vec<NodeStep>,
    /// Emission of the epoch by the schedule alone, base units.
    pub scheduled: Amount,
    /// What could be minted.
    pub emission_budget: Amount,
    /// What held it down.
    pub bound_by: Bound,
    /// Whether the missed-request test failed.
    pub missed_test_failed: bool,
    /// The streams.
    pub streams: Vec<StreamStep>,
    /// Sum of what is paid, by asset.
    pub totals: Vec<(AssetId, Amount)>,
}

/// Explains one participant of an epoch, or of a preview; `None` if it had neither weight nor work.
/// Nodes show the bonuses of the last `poc_weight` stream.
pub fn explain(
    parameters: &Parameters,
    inputs: &EpochInputs,
    plan: &SettlementPlan,
    account: &Address,
) -> Result<Option<Explanation>, Error> {
    let Some((at, row)) =
        inputs.participants.find(account).and_then(|at| Some((at, inputs.participants.row(at)?)))
    else {
        return Ok(None);
    };
    let weigh = |active| {
        let rules = &parameters.weights;
        effective_weight(rules, inputs.epoch, row.potential, row.collateral, active)
    };
    let with_collateral = weigh(true)?;
    let validator_active = with_collateral.effective == row.effective;
    let weight = if validator_active { with_collateral } else { weigh(false)? };
    let mut streams = Vec::with_capacity(plan.streams.len());
    let mut table = None;
    for (stream, planned) in parameters.streams.iter().zip(&plan.streams) {
        if let Score::PocWeight(bonuses) = &stream.score {
            table = Some(BonusTable::new(parameters, bonuses, inputs)?);
        }
        streams.push(stream_step(inputs, (stream, planned), table.as_ref(), (at, &row))?);
    }
    let test = MissTest::for_epoch(&parameters.work.missed_requests, &inputs.network_misses()?)?;
    Ok(Some(Explanation {
        epoch: inputs.epoch,
        row,
        weight,
        validator_active,
        nodes: nodes_of(inputs, table.as_ref(), at),
        scheduled: plan.emission.scheduled,
        emission_budget: plan.emission.budget,
        bound_by: plan.emission.bound_by,
        missed_test_failed: test.fails(row.missed, row.requests)?,
        totals: totals_of(&streams)?,
        streams,
    }))
}

fn stream_step(
    inputs: &EpochInputs,
    (stream, planned): (&Stream, &StreamPlan),
    bonuses: Option<&BonusTable>,
    (at, row): (usize, &Row),
) -> Result<StreamStep, Error> {
    let breakdown = match (&stream.score, bonuses) {
        (Score::PocWeight(_), Some(bonuses)) => Some(score_of(inputs, bonuses, at)?),
        (Score::PocWeight(_) | Score::WorkDone | Score::FixedAccount { .. }, _) => None,
    };
    let score = match &stream.score {
        Score::PocWeight(_) => breakdown.map_or(0, |breakdown| breakdown.score),
        Score::WorkDone => row.work.get(),
        Score::FixedAccount { .. } => 0,
    };
    let direct = planned.payee == Some(Payee::Account(row.account));
    let paid = match planned.rewards.get(at) {
        Some(reward) => *reward,
        None if direct => planned.paid,
        None => Amount::ZERO,
    };
    let share = if planned.denominator == 0 || planned.payee.is_some() {
        paid
    } else {
        let budget = planned.budget.get();
        Amount::new(mul_div_floor(budget, score.min(planned.denominator), planned.denominator)?)
    };
    let from_emission = matches!(stream.source, Source::Emission { .. });
    let penalised =
        from_emission && row.penalty != Penalty::None && stream.denominator == Denominator::Full;
    Ok(StreamStep {
        name: planned.name.clone(),
        asset: planned.asset,
        from_emission,
        budget: planned.budget,
        carried_in: planned.carried_in,
        score,
        breakdown,
        denominator: planned.denominator,
        denominator_rule: stream.denominator,
        share,
        forfeited: if penalised { share.checked_sub(paid)? } else { Amount::ZERO },
        paid,
        quarantined: planned.quarantined,
    })
}

fn nodes_of(inputs: &EpochInputs, bonuses: Option<&BonusTable>, at: usize) -> Vec<NodeStep> {
    let columns = &inputs.nodes;
    inputs
        .participants
        .nodes(at)
        .filter_map(|node| {
            let model = *columns.model.get(node)?;
            Some(NodeStep {
                node: *columns.node.get(node)?,
                model,
                weight: *columns.weight.get(node)?,
                bonus: bonuses.and_then(|table| table.models.get(usize::from(model.0)).copied()),
            })
        })
        .collect()
}

fn totals_of(streams: &[StreamStep]) -> Result<Vec<(AssetId, Amount)>, Error> {
    let mut totals: std::collections::BTreeMap<AssetId, Amount> = Default::default();
    for step in streams {
        let sum = totals.entry(step.asset).or_default();
        *sum = sum.checked_add(step.paid)?;
    }
    Ok(totals.into_iter().collect())
}
