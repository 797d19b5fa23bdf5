//! What a stream scores.

use super::bonuses::BONUS_UNIT;
use super::{
    BonusTable, CountedWeights, Error, Judged, ModelTable, Move, opinions, providers, validators,
};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{EpochInputs, Participants, Penalty};
use crate::modules::parameters::{Limit, Parameters, Score, Source, Stream};
use crate::names::ModelId;
use rayon::prelude::*;
use std::borrow::Cow;
use workmint_amounts::{Amount, Ratio, mul_div_floor};

/// A weight of 1 without bonuses scores this much.
pub const SCORE_UNIT: u128 = 1_000_000_000_000_000_000;

/// How a `poc_weight` score came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreBreakdown {
    /// Sum over nodes of weight x utilisation multiplier, in units of 1 / 10^9 of a weight; a
    /// model's weight is that of its nodes x its factor, rounded down.
    pub adjusted: u128,
    /// Models its nodes serve.
    pub models_served: usize,
    /// Coverage multiplier, in units of 1 / 10^9.
    pub coverage: u128,
    /// floor(effective x adjusted / potential) x coverage, in units of 1 / 10^18.
    pub score: u128,
}

/// The `poc_weight` score of one participant, before penalties. Rounds down once, at 1 / 10^9 of a
/// weight unit, where collateral limits the weight; the coverage bonus is multiplied exactly.
pub fn score_of(
    inputs: &EpochInputs,
    bonuses: &BonusTable,
    at: usize,
) -> Result<ScoreBreakdown, AnyError> {
    let missing = || Error::BadInputs { what: "a column is shorter than the list of accounts" };
    let potential = u128::from(*inputs.participants.potential.get(at).ok_or_else(missing)?);
    let effective = u128::from(*inputs.participants.effective.get(at).ok_or_else(missing)?);
    let nodes = inputs.participants.nodes(at);
    let models = inputs.nodes.model.get(nodes.clone()).ok_or_else(missing)?;
    let weights = inputs.nodes.weight.get(nodes).ok_or_else(missing)?;
    let mut adjusted = 0_u128;
    let mut served = SmallSet::default();
    let mut add = |model: ModelId, weight: u64| {
        let bonus = bonuses
            .models
            .get(usize::from(model.0))
            .ok_or(Error::BadInputs { what: "a node serves an unknown model" })?;
        let product = u128::from(weight).checked_mul(bonus.multiplier).ok_or(OVERFLOW)?;
        adjusted = adjusted.checked_add(product).ok_or(OVERFLOW)?;
        served.insert(model.0)
    };
    let rows = models.iter().copied().zip(weights.iter().copied());
    match &bonuses.factors {
        None => rows.into_iter().try_for_each(|(model, weight)| add(model, weight))?,
        Some(factors) => {
            let by_model = factors.by_model(rows)?;
            by_model.into_iter().try_for_each(|(model, weight)| add(model, weight))?;
        }
    }
    let models_served = served.count;
    let coverage = bonuses.coverage.get(models_served).copied().unwrap_or(BONUS_UNIT);
    let limited = match effective.checked_mul(adjusted) {
        _ if potential == 0 => 0,
        _ if effective == potential => adjusted,
        Some(product) => product.checked_div(potential).unwrap_or(0),
        None => mul_div_floor(effective, adjusted, potential)?,
    };
    let score = limited.checked_mul(coverage).ok_or(OVERFLOW)?;
    Ok(ScoreBreakdown { adjusted, models_served, coverage, score })
}

/// A set of model numbers: one word for the first 64, a list for others.
#[derive(Default)]
struct SmallSet {
    first: u64,
    others: Vec<u16>,
    count: usize,
}

impl SmallSet {
    fn insert(&mut self, number: u16) -> Result<(), AnyError> {
        let new = if let Some(bit) = 1_u64.checked_shl(u32::from(number)) {
            let new = self.first & bit == 0;
            self.first |= bit;
            new
        } else {
            let new = !self.others.contains(&number);
            self.others.extend(new.then_some(number));
            new
        };
        if new {
            self.count = self.count.checked_add(1).ok_or(OVERFLOW)?;
        }
        Ok(())
    }
}

/// The scores a stream is split by, by participant.
#[derive(Clone, Debug)]
pub enum StreamScores<'a> {
    /// Plain weights, each worth [`SCORE_UNIT`].
    Weights(Pair<'a, u64>),
    /// Weights with bonuses, in units of 1 / [`SCORE_UNIT`].
    Products(Pair<'a, u128>),
    /// Parts of models' shares, in units of 1 / [`super::MODEL_SCORE_UNIT`], and the share of the
    /// budget that they earn.
    Models(Pair<'a, u128>, Ratio),
    /// Payments for accepted work, what availability asks for or staking power, base units; shares
    /// of the pool.
    Payments(Pair<'a, Amount>),
}

/// Scores of one kind, before and after what lowers them.
#[derive(Clone, Debug)]
pub struct Pair<'a, S: Clone> {
    /// With what delegated models moved, before anything was taken away.
    pub(super) full: Cow<'a, [S]>,
    /// Which of it counts.
    pub(super) counted: Counted<'a, S>,
}

/// Which scores count.
#[derive(Clone, Debug)]
pub(super) enum Counted<'a, S: Clone> {
    /// Those of participants without penalty; all of them if the list is empty.
    Unless(&'a [Penalty]),
    /// These, never more than the full ones.
    Column(Cow<'a, [S]>),
}

impl<'a> StreamScores<'a> {
    /// The scores of a stream; none of a direct one. Penalties, caps and readings take emission
    /// away only: what customers paid for accepted work stays the provider's.
    pub fn new(
        parameters: &Parameters,
        stream: &Stream,
        inputs: &'a EpochInputs,
        counted: Option<&'a CountedWeights>,
    ) -> Result<Self, AnyError> {
        Self::judged(parameters, stream, inputs, counted, &Judged::default())
    }

    /// The same, with a consensus that other streams ask for too.
    pub(super) fn judged(
        parameters: &Parameters,
        stream: &Stream,
        inputs: &'a EpochInputs,
        counted: Option<&'a CountedWeights>,
        judged: &Judged,
    ) -> Result<Self, AnyError> {
        let people = &inputs.participants;
        let emitted = matches!(stream.source, Source::Emission { .. });
        let penalties = if emitted { &people.penalty[..] } else { &[] };
        let counted = counted.filter(|_| emitted);
        match &stream.score {
            Score::FixedAccount { .. } | Score::Rate(_) => {
                Ok(Self::Payments(Pair::of(&[], penalties)))
            }
            Score::WorkDone if stream.source != Source::Payments => {
                let full = usage(parameters, stream, inputs)?;
                Ok(Self::Payments(Pair { full, counted: Counted::Unless(penalties) }))
            }
            Score::WorkDone => {
                let (full, counted) = (payments(people)?, Counted::Unless(penalties));
                Ok(Self::Payments(Pair { full, counted }))
            }
            Score::Availability(_) | Score::StakingPower(_) | Score::Liquidity => {
                let full = Cow::Owned(providers::scores(&stream.score, inputs)?);
                Ok(Self::Payments(Pair { full, counted: Counted::Unless(penalties) }))
            }
            Score::ModelShares => {
                let table = ModelTable::new(parameters, inputs)?;
                let (full, earned) = (table.scores(inputs)?, table.earned()?);
                let pair = match counted {
                    None => Pair { full: Cow::Owned(full), counted: Counted::Unless(penalties) },
                    Some(counted) => in_proportion(people, counted, full)?,
                };
                Ok(Self::Models(pair, earned))
            }
            Score::BondedStake | Score::BlocksProposed => {
                let full = Cow::Owned(validators::scores(&stream.score, inputs)?);
                Ok(Self::Payments(Pair { full, counted: Counted::Unless(penalties) }))
            }
            Score::Performance | Score::YumaIncentive | Score::YumaDividends => {
                let full = opinions::scores(&stream.score, parameters, inputs, judged)?;
                let full = Cow::Owned(full);
                Ok(Self::Payments(Pair { full, counted: Counted::Unless(penalties) }))
            }
            Score::PocWeight(bonuses) => {
                let bonuses = BonusTable::new(parameters, bonuses, inputs)?;
                match counted {
                    None if bonuses.neutral => {
                        Ok(Self::Weights(Pair::of(&people.effective, penalties)))
                    }
                    Some(counted) if bonuses.neutral => plain(people, counted).map(Self::Weights),
                    None => {
                        let full = Cow::Owned(products(inputs, &bonuses)?);
                        Ok(Self::Products(Pair { full, counted: Counted::Unless(penalties) }))
                    }
                    Some(counted) => {
                        let full = products(inputs, &bonuses)?;
                        in_proportion(people, counted, full).map(Self::Products)
                    }
                }
            }
        }
    }
}

impl<'a, S: Scored> Pair<'a, S> {
    fn of(full: &'a [S], penalties: &'a [Penalty]) -> Self {
        Self { full: Cow::Borrowed(full), counted: Counted::Unless(penalties) }
    }

    /// The part of a full score that counts.
    pub(super) fn counted(&self, at: usize, full: S) -> u128 {
        match &self.counted {
            Counted::Unless(penalties) => match penalties.get(at) {
                None | Some(Penalty::None) => full.score(),
                Some(Penalty::Refuted | Penalty::Inactive | Penalty::Downtime) => 0,
            },
            Counted::Column(column) => column.get(at).map_or(0, |score| score.score()),
        }
    }
}

/// What customers paid in the epoch: for reported work, jobs and sessions. Of a budget that burned
/// fees limit only what bore the market's fee, where there is one: who pays itself without a fee
/// would take the fees of others.
fn usage<'a>(
    parameters: &Parameters,
    stream: &Stream,
    inputs: &'a EpochInputs,
) -> Result<Cow<'a, [Amount]>, AnyError> {
    let people = &inputs.participants;
    let needs_fee = stream.limit == Limit::BurnedFees && parameters.market.fee.is_some();
    if !needs_fee && inputs.sold.is_empty() {
        return Ok(Cow::Borrowed(&people.work));
    }
    let mut all = if needs_fee { vec![Amount::ZERO; people.len()] } else { people.work.clone() };
    for (row, sold) in &inputs.sold {
        let sum = all.get_mut(*row as usize);
        let sum = sum.ok_or(Error::BadInputs { what: "who sold is no participant" })?;
        *sum = sum.checked_add(*sold)?;
    }
    Ok(Cow::Owned(all))
}

/// What customers paid for: the epoch's work, and what streams have still to split.
fn payments(people: &Participants) -> Result<Cow<'_, [Amount]>, AnyError> {
    if people.unsplit.iter().all(|unsplit| unsplit.is_zero()) {
        return Ok(Cow::Borrowed(&people.work));
    }
    let rows = people.work.iter().zip(&people.unsplit);
    let sum = |(work, unsplit): (&Amount, &Amount)| work.checked_add(*unsplit);
    Ok(Cow::Owned(rows.map(sum).collect::<Result<_, _>>()?))
}

/// Weights without bonuses: those fixed at the close before, with what moved, and those that count.
fn plain<'a>(
    people: &'a Participants,
    counted: &'a CountedWeights,
) -> Result<Pair<'a, u64>, AnyError> {
    let mut full = Cow::Borrowed(&people.effective[..]);
    for moved in counted.arrivals() {
        relocate(full.to_mut(), moved, moved.weight, (u64::checked_sub, u64::checked_add))?;
    }
    Ok(Pair { full, counted: Counted::Column(Cow::Borrowed(counted.counted())) })
}

/// A score that is no plain weight counts in proportion to its participant's weight that counts,
/// rounded down; what moves with a delegated model is that part of the giver's score.
fn in_proportion<'a>(
    people: &Participants,
    counted: &CountedWeights,
    mut full: Vec<u128>,
) -> Result<Pair<'a, u128>, AnyError> {
    let scale = |score: u128, weight: u64, effective: u64| match weight {
        0 => Ok(0),
        _ if weight == effective => Ok(score),
        _ => mul_div_floor(score, u128::from(weight), u128::from(effective)),
    };
    let own = full.clone();
    let mut scores: Vec<u128> = own
        .par_iter()
        .zip(counted.kept())
        .zip(&people.effective)
        .map(|((score, kept), effective)| scale(*score, *kept, *effective))
        .collect::<Result<_, _>>()?;
    for moved in &counted.moves {
        let of = |column: &[u128]| column.get(moved.from as usize).copied().unwrap_or(0);
        let effective = people.effective.get(moved.from as usize).copied().unwrap_or(0);
        let score = scale(of(&own), moved.weight, effective)?.min(of(&scores));
        let with: (Checked<u128>, Checked<u128>) = (u128::checked_sub, u128::checked_add);
        relocate(&mut scores, moved, score, with)?;
        if moved.arrives {
            relocate(&mut full, moved, score, with)?;
        }
    }
    let counted = Counted::Column(Cow::Owned(scores));
    Ok(Pair { full: Cow::Owned(full), counted })
}

type Checked<S> = fn(S, S) -> Option<S>;

/// Takes a score from the giver of a move and adds it to the receiver, if it arrives.
fn relocate<S: Copy>(
    column: &mut [S],
    moved: &Move,
    score: S,
    (less, more): (Checked<S>, Checked<S>),
) -> Result<(), AnyError> {
    let giver = column.get_mut(moved.from as usize).ok_or(OVERFLOW)?;
    *giver = less(*giver, score).ok_or(OVERFLOW)?;
    if moved.arrives {
        let receiver = column.get_mut(moved.to as usize).ok_or(OVERFLOW)?;
        *receiver = more(*receiver, score).ok_or(OVERFLOW)?;
    }
    Ok(())
}

/// `poc_weight` scores of all participants, before anything is taken away.
fn products(inputs: &EpochInputs, bonuses: &BonusTable) -> Result<Vec<u128>, AnyError> {
    (0..inputs.participants.len())
        .into_par_iter()
        .with_min_len(4_096)
        .map(|at| score_of(inputs, bonuses, at).map(|breakdown| breakdown.score))
        .collect()
}

/// One score of a column.
pub trait Scored: Copy + Send + Sync {
    /// The score, in the units of the stream's denominator.
    fn score(self) -> u128;
}

impl Scored for u64 {
    fn score(self) -> u128 {
        // 2^64 x 10^18 is below 2^124: the high half is always 0.
        u128::from(self).carrying_mul(SCORE_UNIT, 0).0
    }
}

impl Scored for u128 {
    fn score(self) -> u128 {
        self
    }
}

impl Scored for Amount {
    fn score(self) -> u128 {
        self.get()
    }
}
