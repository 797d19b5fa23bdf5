//! Why a participant receives what it receives: each step, from the code that settles.

use crate::address::Address;
use crate::error::Error;
use crate::inputs::{EpochInputs, Liability, ProviderRow, Row, ValidatorRow};
use crate::modules::emission::Bound;
use crate::modules::parameters::{Denominator, Name, Parameters, Payee, Score, Source, Stream};
use crate::modules::rewards::{
    BackpayPaid, BonusTable, BucketPlan, CountedWeights, ModelPart, ModelTable, ModelTotal,
    NodeBonus, ScoreBreakdown, SettlementPlan, ShareLine, StreamPlan, StreamScores, Unpaid,
    WeightRule, WeightStep, network_factor, score_of, weight_steps,
};
use crate::modules::slashing::downtime_fraction;
use crate::modules::weights::{Breakdown, effective_weight};
use crate::modules::work::MissTest;
use crate::names::{AssetId, ModelId};
use workmint_amounts::{Amount, Ratio};

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
    /// The participant's score before anything was taken away, with what delegated models moved.
    pub score: u128,
    /// The part of it that counts.
    pub counted: u128,
    /// How a `poc_weight` score came about.
    pub breakdown: Option<ScoreBreakdown>,
    /// What each model gave of a score of models' shares, ascending by model; none of others.
    pub models: Vec<ModelStep>,
    /// What the budget is divided by.
    pub denominator: u128,
    /// Which scores that is.
    pub denominator_rule: Denominator,
    /// What is split before the shares are scaled down to the budget; else the budget.
    pub uncut: Amount,
    /// floor(uncut x score / denominator), scaled down to the budget, rounded down again.
    pub share: Amount,
    /// What penalties, readings and the power cap removed.
    pub forfeited: Amount,
    /// What of the rest is its delegators'.
    pub delegated: Amount,
    /// What a debt to customers took of what was left then.
    pub recovered: Amount,
    /// What is paid.
    pub paid: Amount,
    /// What its contributions came to; `None` for a stream without a rate, or quarantined.
    pub rate: Option<RateStep>,
    /// What a stream of providers' scores found; `None` for others, and for whom it knows nothing.
    pub provider: Option<ProviderStep>,
    /// The facts a stream of validators' scores goes by; `None` for others, and for who is none.
    pub validator: Option<ValidatorRow>,
    /// Code of the error that quarantined the stream.
    pub quarantined: Option<u16>,
}

/// What a participant scored with one model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelStep {
    /// Its weight and score.
    pub part: ModelPart,
    /// The model in the epoch.
    pub total: ModelTotal,
}

/// What the score of a provider, or of a holder of shares of the pool, came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProviderStep {
    /// Its frozen facts.
    pub row: ProviderRow,
    /// Probes held in the epoch.
    pub probes: u32,
    /// The network factor; of availability only.
    pub factor: Option<Ratio>,
}

/// A final contribution and what it is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatedContribution {
    /// The epoch in which the work was done.
    pub epoch: u64,
    /// The contributor's own number for it.
    pub id: u64,
    /// Tokens; improvement in 10^-9 of the recorded loss; tasks; bytes.
    pub quantity: u64,
    /// First multiplier found, 10^-6, before it is clamped.
    pub first: u32,
    /// Second multiplier found, 10^-6, before it is clamped.
    pub second: u32,
    /// Base units.
    pub worth: Amount,
}

/// What one participant's contributions to a stream with a rate came to. Amounts are base units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateStep {
    /// Those that became final, by epoch and id.
    pub contributions: Vec<RatedContribution>,
    /// What they are worth together.
    pub worth: Amount,
    /// Paid of that at once.
    pub paid_now: Amount,
    /// What of backpay was paid, by the epoch it was owed for.
    pub backpay: Vec<BackpayPaid>,
    /// What is owed no longer without having been paid, by epoch, with the reason.
    pub unpaid: Vec<Unpaid>,
    /// What is owed after the close, by epoch, before decay.
    pub owed: Vec<Liability>,
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
    /// Collateral of a unit of weight when the weight was fixed, base units.
    pub collateral_per_weight_unit: Ratio,
    /// Whether collateral counted.
    pub validator_active: bool,
    /// The power cap that cut the effective weight when it was fixed.
    pub capped_at: Option<u64>,
    /// The nodes.
    pub nodes: Vec<NodeStep>,
    /// From the effective weight to the one that counts for streams of emission; none if nothing
    /// changed it.
    pub weight_steps: Vec<WeightStep>,
    /// Accounts named in those steps: row and address.
    pub others: Vec<(u32, Address)>,
    /// Emission of the epoch by the schedule alone, base units.
    pub scheduled: Amount,
    /// What could be minted.
    pub emission_budget: Amount,
    /// What held it down.
    pub bound_by: Bound,
    /// Whether the missed-request test failed.
    pub missed_test_failed: bool,
    /// The largest share of misses that would have passed.
    pub missed_allowed: Ratio,
    /// The share of collateral that failing it takes, or would.
    pub downtime_fraction: Ratio,
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
    let weights = parameters.weights.at_price(inputs.unit_price);
    let weigh =
        |active| effective_weight(&weights, inputs.epoch, row.potential, row.collateral, active);
    let (with_collateral, without) = (weigh(true)?, weigh(false)?);
    // A cap that cut any weight is what the largest weights are now.
    let largest = inputs.participants.effective.iter().copied().max();
    let capped_at = largest.filter(|cap| {
        parameters.weights.power_cap.is_some()
            && *cap == row.effective
            && row.effective < with_collateral.effective
            && row.effective != without.effective
    });
    let validator_active = with_collateral.effective == row.effective || capped_at.is_some();
    let weight = if validator_active { with_collateral } else { without };
    let counted = CountedWeights::new(parameters, inputs)?;
    let mut streams = Vec::with_capacity(plan.streams.len());
    let mut table = None;
    for (stream, planned) in parameters.streams.iter().zip(&plan.streams) {
        if let Score::PocWeight(bonuses) = &stream.score {
            table = Some(BonusTable::new(parameters, bonuses, inputs)?);
        }
        let breakdown = match (&stream.score, &table) {
            (Score::PocWeight(_), Some(table)) => Some(score_of(inputs, table, at)?),
            _ => None,
        };
        let models = model_steps(parameters, stream, inputs, at)?;
        let scores = StreamScores::new(parameters, stream, inputs, counted.as_ref())?;
        let line = scores.line(planned, stream.denominator, at)?;
        let rate = planned.bucket.as_deref();
        let rate = rate.map(|bucket| rate_step(inputs, streams.len(), bucket, at)).transpose()?;
        let step = stream_step((stream, planned), breakdown, line, &row);
        let provider = provider_step(&stream.score, inputs, at)?;
        let validator = inputs.validators.of(at).filter(|_| stream.score.is_of_validators());
        streams.push(StreamStep { rate, provider, models, validator, ..step });
    }
    let weight_steps = weight_steps(parameters, inputs, counted.as_ref(), at)?;
    let test = MissTest::for_epoch(&parameters.work.missed_requests, &inputs.network_misses()?)?;
    let missed_allowed = test.allowed(row.missed, row.requests)?;
    Ok(Some(Explanation {
        epoch: inputs.epoch,
        row,
        weight,
        collateral_per_weight_unit: weights.collateral_per_weight_unit,
        validator_active,
        capped_at,
        nodes: nodes_of(inputs, table.as_ref(), at),
        others: others(inputs, &weight_steps),
        weight_steps,
        scheduled: plan.emission.scheduled,
        emission_budget: plan.emission.budget,
        bound_by: plan.emission.bound_by,
        missed_test_failed: test.fails(row.missed, row.requests)?,
        missed_allowed,
        downtime_fraction: fraction_of(parameters, &row, missed_allowed)?,
        totals: totals_of(&streams)?,
        streams,
    }))
}

fn fraction_of(parameters: &Parameters, row: &Row, allowed: Ratio) -> Result<Ratio, Error> {
    Ok(downtime_fraction(&parameters.slashing, (row.missed, row.requests), allowed)?)
}

fn stream_step(
    (stream, planned): (&Stream, &StreamPlan),
    breakdown: Option<ScoreBreakdown>,
    line: ShareLine,
    row: &Row,
) -> StreamStep {
    let direct = planned.payee == Some(Payee::Account(row.account));
    let paid = if direct { planned.paid } else { line.paid };
    StreamStep {
        name: planned.name.clone(),
        asset: planned.asset,
        from_emission: matches!(stream.source, Source::Emission { .. }),
        budget: planned.budget,
        carried_in: planned.carried_in,
        score: line.score,
        counted: line.counted,
        breakdown,
        models: Vec::new(),
        denominator: planned.denominator,
        denominator_rule: stream.denominator,
        uncut: planned.uncut,
        share: if planned.payee.is_some() { paid } else { line.share },
        forfeited: line.forfeited,
        recovered: line.recovered,
        delegated: line.delegated,
        paid,
        rate: None,
        provider: None,
        validator: None,
        quarantined: planned.quarantined,
    }
}

/// Nothing of a stream that scores something else.
fn model_steps(
    parameters: &Parameters,
    stream: &Stream,
    inputs: &EpochInputs,
    at: usize,
) -> Result<Vec<ModelStep>, Error> {
    if stream.score != Score::ModelShares {
        return Ok(Vec::new());
    }
    let table = ModelTable::new(parameters, inputs)?;
    let step = |part: ModelPart| {
        let total = table.models().get(usize::from(part.model.0));
        total.map(|total| ModelStep { part, total: *total })
    };
    Ok(table.parts_of(inputs, at)?.into_iter().filter_map(step).collect())
}

fn provider_step(
    score: &Score,
    inputs: &EpochInputs,
    at: usize,
) -> Result<Option<ProviderStep>, Error> {
    let factor = match score {
        Score::Availability(rule) => Some(network_factor(rule, &inputs.utilisation)?),
        Score::StakingPower(_) | Score::Liquidity => None,
        Score::PocWeight(_)
        | Score::WorkDone
        | Score::FixedAccount { .. }
        | Score::Rate(_)
        | Score::ModelShares
        | Score::Performance
        | Score::BondedStake
        | Score::BlocksProposed
        | Score::YumaIncentive
        | Score::YumaDividends => return Ok(None),
    };
    let probes = inputs.probes;
    Ok(inputs.providers.of(at).map(|row| ProviderStep { row, probes, factor }))
}

/// `stream` is the stream's place in the parameters.
fn rate_step(
    inputs: &EpochInputs,
    stream: usize,
    bucket: &BucketPlan,
    at: usize,
) -> Result<RateStep, Error> {
    let (stream, at) = (u16::try_from(stream), u32::try_from(at));
    let (Ok(stream), Ok(row)) = (stream, at) else {
        return Ok(RateStep::default());
    };
    let columns = &inputs.contributions;
    let first = columns.stream.partition_point(|of| *of < stream);
    let rows = bucket.worth.iter().enumerate().filter_map(|(place, worth)| {
        let place = first.checked_add(place)?;
        (*columns.participant.get(place)? == row).then_some((place, *worth))
    });
    let contributions: Vec<RatedContribution> = rows
        .filter_map(|(place, worth)| {
            Some(RatedContribution {
                epoch: *columns.epoch.get(place)?,
                id: *columns.id.get(place)?,
                quantity: *columns.quantity.get(place)?,
                first: *columns.first.get(place)?,
                second: *columns.second.get(place)?,
                worth,
            })
        })
        .collect();
    let settled = bucket.settled.binary_search_by_key(&row, |(of, ..)| *of).ok();
    let settled = settled.and_then(|place| bucket.settled.get(place));
    Ok(RateStep {
        worth: Amount::sum(contributions.iter().map(|row| row.worth))?,
        contributions,
        paid_now: settled.map_or(Amount::ZERO, |(_, _, paid)| *paid),
        backpay: bucket.backpay.iter().filter(|of| of.participant == row).copied().collect(),
        unpaid: bucket.unpaid.iter().filter(|of| of.participant == row).copied().collect(),
        owed: bucket.liabilities.iter().filter(|of| of.participant == row).copied().collect(),
    })
}

/// The participants that delegated to this one, or it to them.
fn others(inputs: &EpochInputs, steps: &[WeightStep]) -> Vec<(u32, Address)> {
    let row = |step: &WeightStep| match step.rule {
        WeightRule::Delegated { to, .. } => Some(to),
        WeightRule::Received { from } => Some(from),
        WeightRule::Confirmation
        | WeightRule::Status(_)
        | WeightRule::PowerCap
        | WeightRule::Downtime
        | WeightRule::Absent { .. } => None,
    };
    let account = |row: u32| {
        let account = inputs.participants.account.get(usize::try_from(row).ok()?)?;
        Some((row, *account))
    };
    steps.iter().filter_map(row).filter_map(account).collect()
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
