//! The plan: what every stream pays, exactly.

use super::buckets::{self, Offered, RateStream};
use super::emitted::{EmissionLine, Emitted, emission_line};
use super::scores::StreamScores;
use super::split::{Rule, recover_rest, split};
use super::validators::share_with_delegators;
use super::{BucketPlan, CountedWeights, Judged};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::EpochInputs;
use crate::modules::ledger::Pot;
use crate::modules::parameters::{
    AssetId, Clip, Destination, Limit, Name, Parameters, Payee, Remainder, Score, Source, Stream,
};
use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;
use std::collections::BTreeMap;
use workmint_amounts::{Amount, Ratio, split_cumulative};

/// What one stream does with its budget. Amounts are base units of `asset`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StreamPlan {
    /// The stream.
    pub name: Name,
    /// Its asset.
    pub asset: AssetId,
    /// Where the budget comes from.
    pub source: Source,
    /// New money offered: its share of emission, what blocks pay, or the pot.
    pub fresh: Amount,
    /// Dust of earlier epochs.
    pub carried_in: Amount,
    /// fresh + carried in, within the stream's limit. Zero if nothing is scored.
    pub budget: Amount,
    /// What is split before the shares are scaled down to the budget; the budget itself unless the
    /// stream's shares are clipped and allocation or cap cut it.
    pub uncut: Amount,
    /// What the budget is divided by.
    pub denominator: u128,
    /// Participants that receive something.
    pub recipients: u64,
    /// Sum of all rewards.
    pub paid: Amount,
    /// What penalties, readings and the power cap removed.
    pub forfeited: Amount,
    /// Where that goes.
    pub forfeits_to: Destination,
    /// Taken out of rewards for debts to customers.
    pub recovered: Amount,
    /// Of whom: row and amount above 0, ascending by row.
    pub recoveries: Vec<(u32, Amount)>,
    /// Taken out of validators' rewards for those who delegated to them.
    pub delegated: Amount,
    /// To whose delegators: row and amount above 0, ascending by row.
    pub delegations: Vec<(u32, Amount)>,
    /// What rounding left.
    pub dust: Amount,
    /// Where that goes.
    pub remainder: Remainder,
    /// Who takes the whole budget of a direct stream.
    pub payee: Option<Payee>,
    /// By participant, in the inputs' order; empty if nobody receives anything.
    pub rewards: Vec<Amount>,
    /// What became of its bucket; `None` for a stream without a rate.
    pub bucket: Option<Box<BucketPlan>>,
    /// Code of the error that kept the stream from being planned.
    pub quarantined: Option<u16>,
}

impl StreamPlan {
    /// Whether dust is carried to the stream's next epoch.
    #[must_use]
    pub fn keeps_dust(&self) -> bool {
        match self.remainder {
            Remainder::Carry => true,
            Remainder::Forfeits => false,
        }
    }
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
/// number of threads. A stream that cannot be planned is quarantined, the others go on. Debts are
/// recovered from streams of payments first, then from new money.
pub fn plan(parameters: &Parameters, inputs: &EpochInputs) -> Result<SettlementPlan, AnyError> {
    plan_judged(parameters, inputs, &Judged::default())
}

/// The same; the consensus of seats, if a stream asks for it, is left in `judged`.
pub(crate) fn plan_judged(
    parameters: &Parameters,
    inputs: &EpochInputs,
    judged: &Judged,
) -> Result<SettlementPlan, AnyError> {
    let rules = &parameters.emission;
    let recycling = inputs.pot(rules.asset, &Pot::Recycling);
    let Emitted { line: emission, offered } =
        emission_line(parameters, &inputs.emission, recycling)?;
    let offers = offers(parameters, inputs, &emission)?;
    let counted = counted_weights(parameters, inputs);
    let mut buckets = bucket_plans(parameters, inputs, &offers, offered)?;
    let mut debts = debts(inputs)?;
    let mut streams = Vec::with_capacity(offers.len());
    // What customers paid repays customers before new money does.
    let owned = |offer: &&Offer| !offer.stream.source.mints();
    let emitted = offers.iter().filter(|offer| !owned(offer));
    for offer in offers.iter().filter(owned).chain(emitted) {
        let Offer { at, stream, asset, fresh, scheduled } = *offer;
        let mut planned = empty(stream, asset, fresh, inputs);
        // Debts are in the asset of emission.
        let owed = if asset == rules.asset { &debts[..] } else { &[] };
        let mut filled = || {
            if matches!(stream.score, Score::Rate(_)) {
                let bucket = buckets.remove(&at).ok_or(OVERFLOW)??;
                return fill_by_rate(planned.clone(), bucket, inputs, owed);
            }
            let counted = match &counted {
                Ok(counted) => counted.as_ref(),
                Err(error) if pays_weight(stream) => return Err(error.clone()),
                Err(_) => None,
            };
            let scores = StreamScores::judged(parameters, stream, inputs, counted, judged)?;
            fill(stream, inputs, planned.clone(), scheduled, (&scores, owed))
        };
        match filled() {
            Ok(filled) => planned = filled,
            Err(error) => planned.quarantined = Some(error.code()),
        }
        pay_off(&mut debts, &planned.recoveries)?;
        streams.push((at, planned));
    }
    streams.sort_unstable_by_key(|(at, _)| *at);
    let mut streams = streams.into_iter().map(|(_, planned)| planned).collect::<Vec<_>>();
    pay_direct_streams(&mut streams)?;
    Ok(SettlementPlan { epoch: inputs.epoch, emission, streams })
}

/// The plans of streams with a rate, by their place: they share one budget.
fn bucket_plans(
    parameters: &Parameters,
    inputs: &EpochInputs,
    offers: &[Offer<'_>],
    offered: Offered,
) -> Result<BTreeMap<usize, Result<BucketPlan, AnyError>>, AnyError> {
    let streams = buckets::rate_streams(parameters).map(|(at, name, rule, bounds)| {
        let offer = offers.get(at).map(|offer| (offer.fresh, offer.scheduled));
        let (target, scheduled) = offer.unwrap_or_default();
        RateStream { at, name, rule, bounds, target, scheduled }
    });
    let streams: Vec<_> = streams.collect();
    let plans = buckets::plan(parameters, inputs, &streams, offered)?;
    Ok(streams.iter().map(|stream| stream.at).zip(plans).collect())
}

/// A stream with a rate pays what its bucket pays. No penalty, limit or clip applies: what was
/// contributed was verified.
fn fill_by_rate(
    mut planned: StreamPlan,
    bucket: BucketPlan,
    inputs: &EpochInputs,
    debts: &[(u32, Amount)],
) -> Result<StreamPlan, AnyError> {
    let line = &bucket.line;
    planned.budget = line.paid_new.checked_add(line.paid_backpay)?;
    planned.uncut = planned.budget;
    planned.denominator = line.demand.checked_add(line.due)?.get();
    planned.paid = planned.budget;
    if !planned.budget.is_zero() {
        planned.rewards = vec![Amount::ZERO; inputs.participants.len()];
    }
    let new = bucket.settled.iter().map(|(row, _, paid)| (*row, *paid));
    let backpay = bucket.backpay.iter().map(|paid| (paid.participant, paid.amount));
    for (row, amount) in new.chain(backpay).filter(|(_, amount)| !amount.is_zero()) {
        let reward = planned.rewards.get_mut(row as usize).ok_or(OVERFLOW)?;
        *reward = reward.checked_add(amount)?;
    }
    planned.recipients = planned.rewards.iter().filter(|reward| !reward.is_zero()).count() as u64;
    recover_rest(&mut planned, debts)?;
    planned.bucket = Some(Box::new(bucket));
    Ok(planned)
}

/// What a stream is offered, base units of `asset`.
struct Offer<'a> {
    /// Its place in the parameters.
    at: usize,
    stream: &'a Stream,
    asset: AssetId,
    fresh: Amount,
    /// Its share of what the schedule alone gives.
    scheduled: Amount,
}

/// In the order of the parameters.
fn offers<'a>(
    parameters: &'a Parameters,
    inputs: &EpochInputs,
    emission: &EmissionLine,
) -> Result<Vec<Offer<'a>>, AnyError> {
    let mut fresh = emission_shares(parameters, emission.budget)?.into_iter();
    let mut scheduled = emission_shares(parameters, emission.scheduled)?.into_iter();
    let offer = |(at, stream): (usize, &'a Stream)| {
        let (asset, fresh, scheduled) = match stream.source {
            Source::Emission { .. } => {
                let (fresh, scheduled) = (fresh.next(), scheduled.next());
                let asset = parameters.emission.asset;
                (asset, fresh.unwrap_or_default(), scheduled.unwrap_or_default())
            }
            Source::Payments => {
                let asset = parameters.market.asset;
                let pot = inputs.pot(asset, &Pot::Payments);
                (asset, pot, pot)
            }
            Source::BlockRewards { .. } => {
                (parameters.emission.asset, emission.blocks, emission.blocks)
            }
            Source::Pot { ref name } => {
                let asset = parameters.market.asset;
                let pot = inputs.pot(asset, &Pot::Named(name.clone()));
                (asset, pot, pot)
            }
        };
        Offer { at, stream, asset, fresh, scheduled }
    };
    Ok(parameters.streams.iter().enumerate().map(offer).collect())
}

/// The emission budget split over its streams by cumulative floor: the parts sum to exactly it.
fn emission_shares(parameters: &Parameters, budget: Amount) -> Result<Vec<Amount>, AnyError> {
    let share = |stream: &Stream| match stream.source {
        Source::Emission { share } => Some(share),
        Source::BlockRewards { .. } | Source::Payments | Source::Pot { .. } => None,
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
        uncut: Amount::ZERO,
        denominator: 0,
        recipients: 0,
        paid: Amount::ZERO,
        forfeited: Amount::ZERO,
        forfeits_to: stream.forfeits,
        recovered: Amount::ZERO,
        recoveries: Vec::new(),
        delegated: Amount::ZERO,
        delegations: Vec::new(),
        dust: Amount::ZERO,
        remainder: stream.remainder,
        payee: None,
        rewards: Vec::new(),
        bucket: None,
        quarantined: None,
    }
}

fn fill(
    stream: &Stream,
    inputs: &EpochInputs,
    mut planned: StreamPlan,
    scheduled: Amount,
    (scores, debts): (&StreamScores, &[(u32, Amount)]),
) -> Result<StreamPlan, AnyError> {
    let limited = |fresh: Amount| -> Result<Amount, AnyError> {
        let offered = fresh.checked_add(planned.carried_in)?;
        Ok(match stream.limit {
            Limit::None => offered,
            Limit::BurnedFees => offered.min(inputs.burned_fees),
        })
    };
    let budget = limited(planned.fresh)?;
    let uncut = match stream.clip {
        Clip::Budget => budget,
        Clip::Shares => limited(scheduled)?.max(budget),
    };
    (planned.budget, planned.uncut) = (budget, uncut);
    match &stream.score {
        Score::FixedAccount { account } => planned.payee = Some(account.clone()),
        Score::Rate(_) => {}
        Score::PocWeight(_)
        | Score::WorkDone
        | Score::Availability(_)
        | Score::StakingPower(_)
        | Score::Liquidity
        | Score::ModelShares
        | Score::Performance
        | Score::BondedStake
        | Score::BlocksProposed
        | Score::YumaIncentive
        | Score::YumaDividends => {
            let asked = matches!(stream.score, Score::Availability(_));
            let rule = Rule { denominator: stream.denominator, asked };
            if stream.score.is_of_validators() {
                // A debt is the validator's: it takes nothing of what is its delegators'.
                split(&mut planned, rule, scores, &[])?;
                share_with_delegators(&mut planned, inputs)?;
                recover_rest(&mut planned, debts)?;
            } else {
                split(&mut planned, rule, scores, debts)?;
            }
        }
    }
    Ok(planned)
}

/// The weights that count, if some stream asks for them.
fn counted_weights(
    parameters: &Parameters,
    inputs: &EpochInputs,
) -> Result<Option<CountedWeights>, AnyError> {
    if parameters.streams.iter().any(pays_weight) {
        CountedWeights::new(parameters, inputs)
    } else {
        Ok(None)
    }
}

/// Whether a stream pays emission by weight.
pub(crate) fn pays_weight(stream: &Stream) -> bool {
    let by_weight = matches!(stream.score, Score::PocWeight(_) | Score::ModelShares);
    by_weight && matches!(stream.source, Source::Emission { .. })
}

/// Rows that owe something, ascending.
fn debts(inputs: &EpochInputs) -> Result<Vec<(u32, Amount)>, AnyError> {
    let debt = &inputs.participants.debt;
    let owing = debt.par_iter().enumerate().filter(|(_, debt)| !debt.is_zero());
    let row = |(at, debt): (usize, &Amount)| Some((u32::try_from(at).ok()?, *debt));
    let rows: Option<Vec<_>> = owing.map(row).collect();
    Ok(rows.ok_or(OVERFLOW)?)
}

/// Lowers debts by what a stream recovered; both ascend by row.
fn pay_off(debts: &mut [(u32, Amount)], recoveries: &[(u32, Amount)]) -> Result<(), AnyError> {
    let mut recoveries = recoveries.iter().peekable();
    for (row, debt) in debts {
        if let Some((_, taken)) = recoveries.next_if(|(of, _)| of == row) {
            *debt = debt.checked_sub(*taken)?;
        }
    }
    Ok(())
}

/// A direct stream pays only if some scored stream of emission pays anything; what goes to a
/// debtor's customers counts as paid.
fn pay_direct_streams(streams: &mut [StreamPlan]) -> Result<(), AnyError> {
    let pays = |stream: &StreamPlan| {
        let parts = [stream.paid, stream.recovered, stream.delegated];
        parts.iter().any(|part| !part.is_zero())
    };
    let scored = |stream: &StreamPlan| stream.payee.is_none() && pays(stream);
    let only_direct = streams
        .iter()
        .all(|stream| stream.payee.is_some() || !matches!(stream.source, Source::Emission { .. }));
    let some_paid = only_direct
        || streams
            .iter()
            .any(|stream| matches!(stream.source, Source::Emission { .. }) && scored(stream));
    for stream in streams.iter_mut().filter(|stream| stream.payee.is_some()) {
        let pays = some_paid || !stream.source.is_emission();
        if pays {
            stream.paid = stream.budget;
            stream.recipients = u64::from(!stream.budget.is_zero());
        } else {
            stream.budget = Amount::ZERO;
        }
    }
    Ok(())
}
