//! The plan: what every stream pays, exactly.

use super::scores::{Scored, is_penalised, poc_scores};
use super::{BonusTable, Error};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{EpochInputs, Penalty};
use crate::modules::emission::{self, Bound};
use crate::modules::ledger::Pot;
use crate::modules::parameters::{
    AssetId, Denominator, Destination, Limit, Name, Parameters, Payee, Score, Source, Stream,
};
use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;
use workmint_amounts::{Amount, ProportionalShare, Ratio, split_cumulative};

/// The epoch's emission, base units of the emission's asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct EmissionLine {
    /// By the schedule alone.
    pub scheduled: Amount,
    /// What may be issued: the schedule, within what allocation and cap leave to mint and what the
    /// recycling pool holds.
    pub budget: Amount,
    /// Which of them gave it.
    pub bound_by: Bound,
    /// The cumulative minting at which the rate of `work_subsidy` falls, if the schedule passes it.
    pub cutoff: Option<Amount>,
}

/// What one stream does with its budget. Amounts are base units of `asset`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StreamPlan {
    /// The stream.
    pub name: Name,
    /// Its asset.
    pub asset: AssetId,
    /// Where the budget comes from.
    pub source: Source,
    /// New money offered: its share of emission, or the pot.
    pub fresh: Amount,
    /// Dust of earlier epochs.
    pub carried_in: Amount,
    /// fresh + carried in, within the stream's limit. Zero if nothing is scored.
    pub budget: Amount,
    /// What the budget is divided by.
    pub denominator: u128,
    /// Participants that receive something.
    pub recipients: u64,
    /// Sum of all rewards.
    pub paid: Amount,
    /// What penalties removed.
    pub forfeited: Amount,
    /// Where that goes.
    pub forfeits_to: Destination,
    /// What rounding left: carried to the next epoch.
    pub dust: Amount,
    /// Who takes the whole budget of a direct stream.
    pub payee: Option<Payee>,
    /// By participant, in the inputs' order; empty if nobody receives anything.
    pub rewards: Vec<Amount>,
    /// Code of the error that kept the stream from being planned.
    pub quarantined: Option<u16>,
}

/// What a settlement will do. Nothing is minted yet.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[must_use]
pub struct SettlementPlan {
    /// The epoch.
    pub epoch: u64,
    /// Its emission.
    pub emission: EmissionLine,
    /// The streams, in the parameters' order.
    pub streams: Vec<StreamPlan>,
}

/// Plans every stream of an epoch. Pure: the same inputs and parameters give the same plan at any
/// number of threads. A stream that cannot be planned is quarantined, the others go on.
pub fn plan(parameters: &Parameters, inputs: &EpochInputs) -> Result<SettlementPlan, AnyError> {
    let rules = &parameters.emission;
    let cap = parameters.asset(rules.asset).map_or(Amount::ZERO, |asset| asset.cap);
    let budget = emission::budget(rules, cap, &inputs.emission)?;
    // Recycled tokens were minted once: neither allocation nor cap counts them again.
    let recycling = inputs.pot(rules.asset, &Pot::Recycling);
    let issuable = budget.budget.checked_add(recycling).unwrap_or(Amount::MAX);
    let emission = EmissionLine {
        scheduled: budget.scheduled,
        budget: budget.scheduled.min(issuable),
        bound_by: budget.bound_by,
        cutoff: budget.cutoff,
    };
    let mut fresh = emission_shares(parameters, emission.budget)?.into_iter();
    let mut streams = Vec::with_capacity(parameters.streams.len());
    for stream in &parameters.streams {
        let (asset, fresh) = match stream.source {
            Source::Emission { .. } => (rules.asset, fresh.next().unwrap_or(Amount::ZERO)),
            Source::Payments => {
                let asset = parameters.market.asset;
                (asset, inputs.pot(asset, &Pot::Payments))
            }
        };
        let mut planned = empty(stream, asset, fresh, inputs);
        let filled = fill(parameters, stream, inputs, planned.clone());
        match filled {
            Ok(filled) => planned = filled,
            Err(error) => planned.quarantined = Some(error.code()),
        }
        streams.push(planned);
    }
    pay_direct_streams(&mut streams)?;
    Ok(SettlementPlan { epoch: inputs.epoch, emission, streams })
}

/// The emission budget split over its streams by cumulative floor: the parts sum to exactly it.
fn emission_shares(parameters: &Parameters, budget: Amount) -> Result<Vec<Amount>, AnyError> {
    let share = |stream: &Stream| match stream.source {
        Source::Emission { share } => Some(share),
        Source::Payments => None,
    };
    let shares: Vec<Ratio> = parameters.streams.iter().filter_map(share).collect();
    if shares.is_empty() { Ok(Vec::new()) } else { Ok(split_cumulative(budget, &shares)?) }
}

fn empty(stream: &Stream, asset: AssetId, fresh: Amount, inputs: &EpochInputs) -> StreamPlan {
    StreamPlan {
        name: stream.name.clone(),
        asset,
        source: stream.source.clone(),
        fresh,
        carried_in: inputs.pot(asset, &Pot::Carry(stream.name.clone())),
        budget: Amount::ZERO,
        denominator: 0,
        recipients: 0,
        paid: Amount::ZERO,
        forfeited: Amount::ZERO,
        forfeits_to: stream.forfeits,
        dust: Amount::ZERO,
        payee: None,
        rewards: Vec::new(),
        quarantined: None,
    }
}

fn fill(
    parameters: &Parameters,
    stream: &Stream,
    inputs: &EpochInputs,
    mut planned: StreamPlan,
) -> Result<StreamPlan, AnyError> {
    let offered = planned.fresh.checked_add(planned.carried_in)?;
    let budget = match stream.limit {
        Limit::None => offered,
        Limit::BurnedFees => offered.min(inputs.burned_fees),
    };
    planned.budget = budget;
    match &stream.score {
        Score::FixedAccount { account } => planned.payee = Some(account.clone()),
        Score::PocWeight(bonuses) => {
            let bonuses = BonusTable::new(parameters, bonuses, inputs)?;
            split(&mut planned, stream, inputs, &poc_scores(inputs, &bonuses)?)?;
        }
        Score::WorkDone => split(&mut planned, stream, inputs, &inputs.participants.work)?,
    }
    Ok(planned)
}

/// Splits the budget by scores; without any score there is no budget.
fn split<S: Scored>(
    planned: &mut StreamPlan,
    stream: &Stream,
    inputs: &EpochInputs,
    scores: &[S],
) -> Result<(), AnyError> {
    // Penalties take emission away; what customers paid for accepted work stays the provider's.
    let penalties: &[Penalty] = match stream.source {
        Source::Emission { .. } => &inputs.participants.penalty,
        Source::Payments => &[],
    };
    planned.denominator = match stream.denominator {
        Denominator::Full => sum_scores(scores, &[])?,
        Denominator::Paid => sum_scores(scores, penalties)?,
    };
    if planned.denominator == 0 {
        planned.budget = Amount::ZERO;
        return Ok(());
    }
    share_out(planned, scores, penalties, stream.denominator)?;
    let parts = Amount::sum([planned.paid, planned.forfeited, planned.dust])?;
    if parts == planned.budget {
        Ok(())
    } else {
        Err(Error::NotConserved { stream: planned.name.clone() }.into())
    }
}

fn penalty_at(penalties: &[Penalty], at: usize) -> bool {
    penalties.get(at).is_some_and(|penalty| is_penalised(*penalty))
}

fn sum_scores<S: Scored>(scores: &[S], penalties: &[Penalty]) -> Result<u128, AnyError> {
    let chunk = 65_536;
    let sum = |(block, scores): (usize, &[S])| {
        let first = block.checked_mul(chunk)?;
        scores.iter().enumerate().try_fold(0_u128, |sum, (at, score)| {
            let counts = penalties.is_empty() || !penalty_at(penalties, first.checked_add(at)?);
            if counts { sum.checked_add(score.score()) } else { Some(sum) }
        })
    };
    let parts: Option<Vec<u128>> = scores.par_chunks(chunk).enumerate().map(sum).collect();
    let total = parts.and_then(|parts| parts.into_iter().try_fold(0_u128, u128::checked_add));
    Ok(total.ok_or(OVERFLOW)?)
}

/// floor(budget x score / denominator) for everyone; what penalties removed is summed apart.
fn share_out<S: Scored>(
    planned: &mut StreamPlan,
    scores: &[S],
    penalties: &[Penalty],
    denominator: Denominator,
) -> Result<(), AnyError> {
    let chunk = 16_384;
    let shares = ProportionalShare::new(planned.budget.get(), planned.denominator)?;
    planned.rewards = vec![Amount::ZERO; scores.len()];
    let run = |(block, (rewards, scores)): (usize, (&mut [Amount], &[S]))| {
        let first = block.checked_mul(chunk).ok_or(OVERFLOW)?;
        let mut totals = (Amount::ZERO, Amount::ZERO, 0_u64);
        for (at, (reward, score)) in rewards.iter_mut().zip(scores).enumerate() {
            let score = score.score();
            if score == 0 {
                continue;
            }
            let at = first.checked_add(at).ok_or(OVERFLOW)?;
            if penalty_at(penalties, at) {
                if denominator == Denominator::Full {
                    totals.1 = totals.1.checked_add(Amount::new(shares.share(score)?))?;
                }
                continue;
            }
            *reward = Amount::new(shares.share(score)?);
            totals.0 = totals.0.checked_add(*reward)?;
            if !reward.is_zero() {
                totals.2 = totals.2.checked_add(1).ok_or(OVERFLOW)?;
            }
        }
        Ok(totals)
    };
    let parts: Result<Vec<_>, AnyError> = planned
        .rewards
        .par_chunks_mut(chunk)
        .zip(scores.par_chunks(chunk))
        .enumerate()
        .map(run)
        .collect();
    for (paid, lost, recipients) in parts? {
        planned.paid = planned.paid.checked_add(paid)?;
        planned.forfeited = planned.forfeited.checked_add(lost)?;
        planned.recipients = planned.recipients.checked_add(recipients).ok_or(OVERFLOW)?;
    }
    let rest = planned.budget.checked_sub(planned.paid)?;
    planned.dust = rest.checked_sub(planned.forfeited)?;
    Ok(())
}

/// A direct stream pays only if some scored stream of emission pays anything.
fn pay_direct_streams(streams: &mut [StreamPlan]) -> Result<(), AnyError> {
    let scored = |stream: &StreamPlan| stream.payee.is_none() && !stream.paid.is_zero();
    let only_direct = streams
        .iter()
        .all(|stream| stream.payee.is_some() || !matches!(stream.source, Source::Emission { .. }));
    let some_paid = only_direct
        || streams
            .iter()
            .any(|stream| matches!(stream.source, Source::Emission { .. }) && scored(stream));
    for stream in streams.iter_mut().filter(|stream| stream.payee.is_some()) {
        let pays = some_paid || matches!(stream.source, Source::Payments);
        if pays {
            stream.paid = stream.budget;
            stream.recipients = u64::from(!stream.budget.is_zero());
        } else {
            stream.budget = Amount::ZERO;
        }
    }
    Ok(())
}
