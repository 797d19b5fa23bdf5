//! What a stream scores.

use super::bonuses::BONUS_UNIT;
use super::{BonusTable, Error};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{EpochInputs, Penalty};
use rayon::prelude::*;
use workmint_amounts::{Amount, mul_div_floor};

/// A weight of 1 without bonuses scores this much.
pub const SCORE_UNIT: u128 = 1_000_000_000_000_000_000;

/// How a `poc_weight` score came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreBreakdown {
    /// Sum over nodes of weight x utilisation multiplier, in units of 1 / 10^9 of a weight.
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
    for (model, weight) in models.iter().zip(weights) {
        let bonus = bonuses
            .models
            .get(usize::from(model.0))
            .ok_or(Error::BadInputs { what: "a node serves an unknown model" })?;
        let product = u128::from(*weight).checked_mul(bonus.multiplier).ok_or(OVERFLOW)?;
        adjusted = adjusted.checked_add(product).ok_or(OVERFLOW)?;
        served.insert(model.0)?;
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

/// `poc_weight` scores of all participants, before penalties.
pub(crate) fn poc_scores(
    inputs: &EpochInputs,
    bonuses: &BonusTable,
) -> Result<Vec<u128>, AnyError> {
    let participants = &inputs.participants;
    if bonuses.neutral {
        let effective = participants.effective.par_iter();
        return effective
            .map(|weight| {
                u128::from(*weight).checked_mul(SCORE_UNIT).ok_or(AnyError::Arithmetic(OVERFLOW))
            })
            .collect();
    }
    (0..participants.len())
        .into_par_iter()
        .with_min_len(4_096)
        .map(|at| score_of(inputs, bonuses, at).map(|breakdown| breakdown.score))
        .collect()
}

/// A column of scores: computed ones, or payments for accepted work (base units) as they are.
pub(crate) trait Scored: Copy + Sync {
    /// The score.
    fn score(self) -> u128;
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

/// Whether a penalty takes a score away.
pub(crate) fn is_penalised(penalty: Penalty) -> bool {
    match penalty {
        Penalty::None => false,
        Penalty::Refuted | Penalty::Inactive | Penalty::Downtime => true,
    }
}
