//! Scores of compute by what each model is worth: the models' governed shares of a budget.
//!
//! score = sum over models of floor(U x share x w / max(W, reference)), U = [`MODEL_SCORE_UNIT`],
//! with the participant's effective weight w for the model, that of all, W, and the model's
//! reference weight: its share x min(1, W / reference) is divided among the weights for it. What a
//! model does not earn is no other model's: the stream's budget is smaller by it.

use super::Error;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::EpochInputs;
use crate::modules::parameters::Parameters;
use crate::modules::weights::Factors;
use crate::names::ModelId;
use rayon::prelude::*;
use workmint_amounts::{ProportionalShare, Ratio, mul_div_floor};

/// A score of this much earns the whole budget.
pub const MODEL_SCORE_UNIT: u128 = 1_000_000_000_000_000_000_000_000_000_000;

/// Weights for a model are multiples of 10^-9 of a weight unit, rounded down.
const WEIGHT_UNIT: u128 = 1_000_000_000;

/// One model in an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelTotal {
    /// Its share of the budget, in units of 1 / [`MODEL_SCORE_UNIT`].
    pub share: u128,
    /// Effective weight of all participants for it, 10^-9 of a weight unit.
    pub weight: u128,
    /// Weight from which it earns its whole share, the same unit.
    pub reference: u128,
    /// floor(share x min(1, weight / reference)); 0 without weight.
    pub earned: u128,
}

/// What one participant has of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelPart {
    /// The model.
    pub model: ModelId,
    /// Its effective weight for it, 10^-9 of a weight unit: floor(effective x weight of its nodes
    /// for the model / potential).
    pub weight: u128,
    /// What that scores: floor(share x weight / max(all weight, reference)).
    pub score: u128,
}

/// The models of one epoch.
#[derive(Clone, Debug)]
pub struct ModelTable {
    models: Vec<ModelTotal>,
    factors: Factors,
    /// Divides a model's share by its weight; `None` for one without weight.
    parts: Vec<Option<ProportionalShare>>,
}

impl ModelTable {
    /// Sums the weights of the frozen inputs by model. O(nodes).
    pub fn new(parameters: &Parameters, inputs: &EpochInputs) -> Result<Self, AnyError> {
        let factors = Factors::of(&parameters.models);
        let count = parameters.models.len();
        if inputs.nodes.model.iter().any(|model| usize::from(model.0) >= count) {
            return Err(Error::BadInputs { what: "a node serves an unknown model" }.into());
        }
        let weights = all_weights(inputs, &factors, count)?;
        let mut models = Vec::with_capacity(count);
        let mut parts = Vec::with_capacity(count);
        for (model, weight) in parameters.models.iter().zip(weights) {
            let share = model.share.floor_mul(MODEL_SCORE_UNIT)?;
            let reference = u128::from(model.reference_weight);
            let reference = reference.checked_mul(WEIGHT_UNIT).ok_or(OVERFLOW)?;
            let divisor = weight.max(reference);
            let (earned, part) = match weight {
                0 => (0, None),
                _ => {
                    let part = ProportionalShare::new(share, divisor)?;
                    (part.share(weight)?, Some(part))
                }
            };
            models.push(ModelTotal { share, weight, reference, earned });
            parts.push(part);
        }
        Ok(Self { models, factors, parts })
    }

    /// The models, in the parameters' order.
    #[must_use]
    pub fn models(&self) -> &[ModelTotal] {
        &self.models
    }

    /// The share of the budget that the models earn together; 0 to 1.
    pub fn earned(&self) -> Result<Ratio, AnyError> {
        let add = |sum: u128, model: &ModelTotal| sum.checked_add(model.earned);
        let earned = self.models.iter().try_fold(0, add).ok_or(OVERFLOW)?;
        Ok(Ratio::new(earned, MODEL_SCORE_UNIT)?.min(Ratio::ONE))
    }

    /// What a participant has of each model it has nodes for, ascending by model.
    pub fn parts_of(&self, inputs: &EpochInputs, at: usize) -> Result<Vec<ModelPart>, AnyError> {
        let score = |(model, weight): (ModelId, u128)| {
            let part = self.parts.get(usize::from(model.0)).copied().flatten();
            let score = part.map_or(Ok(0), |part| part.share(weight))?;
            Ok(ModelPart { model, weight, score })
        };
        weights_of(inputs, &self.factors, at)?.into_iter().map(score).collect()
    }

    /// The scores of all participants, before anything is taken away.
    pub(super) fn scores(&self, inputs: &EpochInputs) -> Result<Vec<u128>, AnyError> {
        let score = |at: usize| {
            let parts = self.parts_of(inputs, at)?;
            let add = |sum: u128, part: &ModelPart| sum.checked_add(part.score);
            parts.iter().try_fold(0, add).ok_or_else(|| OVERFLOW.into())
        };
        let rows = (0..inputs.participants.len()).into_par_iter().with_min_len(4_096);
        // Collected as they are: of two rows that fail, the first must always be the one reported.
        rows.map(score).collect::<Vec<Result<_, _>>>().into_iter().collect()
    }
}

/// A participant's effective weight by model.
fn weights_of(
    inputs: &EpochInputs,
    factors: &Factors,
    at: usize,
) -> Result<Vec<(ModelId, u128)>, AnyError> {
    let missing = || Error::BadInputs { what: "a column is shorter than the list of accounts" };
    let potential = u128::from(*inputs.participants.potential.get(at).ok_or_else(missing)?);
    let effective = u128::from(*inputs.participants.effective.get(at).ok_or_else(missing)?);
    let nodes = inputs.participants.nodes(at);
    let models = inputs.nodes.model.get(nodes.clone()).ok_or_else(missing)?;
    let weights = inputs.nodes.weight.get(nodes).ok_or_else(missing)?;
    let by_model = factors.by_model(models.iter().copied().zip(weights.iter().copied()))?;
    let scaled = effective.checked_mul(WEIGHT_UNIT).ok_or(OVERFLOW)?;
    let part = |(model, weight): (ModelId, u64)| match potential {
        0 => Ok((model, 0)),
        _ => Ok((model, mul_div_floor(scaled, u128::from(weight), potential)?)),
    };
    by_model.into_iter().map(part).collect()
}

/// The sum of all participants' weights, by model.
fn all_weights(
    inputs: &EpochInputs,
    factors: &Factors,
    count: usize,
) -> Result<Vec<u128>, AnyError> {
    const CHUNK: usize = 4_096;
    let rows = inputs.participants.len();
    let sum = |chunk: usize| {
        let first = chunk.checked_mul(CHUNK).ok_or(OVERFLOW)?;
        let end = first.checked_add(CHUNK).ok_or(OVERFLOW)?.min(rows);
        (first..end).try_fold(vec![0; count], |sums, at| add_row(inputs, factors, sums, at))
    };
    // Collected as they are: of two chunks that fail, the first must always be the one reported.
    let chunks = (0..rows.div_ceil(CHUNK)).into_par_iter().map(sum);
    let parts: Vec<Result<Vec<u128>, AnyError>> = chunks.collect();
    parts.into_iter().try_fold(vec![0; count], |sums, part| add_all(sums, part?))
}

fn add_row(
    inputs: &EpochInputs,
    factors: &Factors,
    mut sums: Vec<u128>,
    at: usize,
) -> Result<Vec<u128>, AnyError> {
    for (model, weight) in weights_of(inputs, factors, at)? {
        if let Some(sum) = sums.get_mut(usize::from(model.0)) {
            *sum = sum.checked_add(weight).ok_or(OVERFLOW)?;
        }
    }
    Ok(sums)
}

fn add_all(mut sums: Vec<u128>, others: Vec<u128>) -> Result<Vec<u128>, AnyError> {
    for (sum, other) in sums.iter_mut().zip(others) {
        *sum = sum.checked_add(other).ok_or(OVERFLOW)?;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::inputs::Row;
    use crate::modules::parameters::sound;

    const UNIT: u128 = MODEL_SCORE_UNIT;

    /// Shares 0.75 and 0.25, the second with a reference weight of 100.
    fn rules() -> Parameters {
        let mut parameters = sound();
        parameters.models[0].share = "0.75".parse().unwrap();
        parameters.models[1].share = "0.25".parse().unwrap();
        parameters.models[1].reference_weight = 100;
        parameters
    }

    /// Potential weight, effective weight, nodes by model and weight.
    type Host<'a> = (u64, u64, &'a [(u16, u64)]);

    fn inputs(rows: &[Host<'_>]) -> EpochInputs {
        let mut inputs = EpochInputs::default();
        for (at, (potential, effective, nodes)) in (0_u8..).zip(rows) {
            for (model, weight) in *nodes {
                inputs.nodes.node.push(0);
                inputs.nodes.model.push(ModelId(*model));
                inputs.nodes.weight.push(*weight);
            }
            let end = u32::try_from(inputs.nodes.node.len()).unwrap();
            let mut row = Row::idle(Address::derived(&[at]));
            (row.potential, row.effective) = (*potential, *effective);
            inputs.participants.push(row, end);
        }
        inputs
    }

    fn scored(rows: &[Host<'_>]) -> (Vec<u128>, Ratio) {
        let (parameters, inputs) = (rules(), inputs(rows));
        let table = ModelTable::new(&parameters, &inputs).unwrap();
        (table.scores(&inputs).unwrap(), table.earned().unwrap())
    }

    /// 30 and 10 share 0.75 of the first; 5 of a reference of 100 is a twentieth of the second's
    /// 0.25.
    #[test]
    fn a_models_share_is_divided_among_the_weights_for_it() {
        let (scores, earned) =
            scored(&[(30, 30, &[(0, 30)]), (15, 15, &[(0, 10), (1, 5)]), (7, 0, &[])]);
        let (first, second) = (UNIT / 4 * 3, UNIT / 4);
        assert_eq!(scores, [first / 4 * 3, first / 4 + second / 20, 0]);
        assert_eq!(earned, Ratio::new(61, 80).unwrap());
    }

    /// Half of the weight counts, so half of it for each model: 15 and 5 beside 80 and none.
    #[test]
    fn collateral_limits_every_model_alike() {
        let (scores, earned) = scored(&[(40, 20, &[(0, 30), (1, 10)]), (80, 80, &[(0, 80)])]);
        let (first, second) = (UNIT / 4 * 3, UNIT / 4);
        assert_eq!(scores, [first * 15 / 95 + second / 20, first * 80 / 95]);
        assert_eq!(earned, Ratio::new(61, 80).unwrap());
    }

    /// What nobody serves is nobody's, and a lone small node takes its part of the reference only.
    #[test]
    fn what_nobody_serves_is_not_earned() {
        assert_eq!(scored(&[]).1, Ratio::ZERO);
        let (scores, earned) = scored(&[(1, 1, &[(1, 1)])]);
        assert_eq!(scores, [UNIT / 400]);
        assert_eq!(earned, Ratio::new(1, 400).unwrap());
        let (_, earned) = scored(&[(1_000, 1_000, &[(1, 1_000)])]);
        assert_eq!(earned, Ratio::new(1, 4).unwrap());
    }

    /// Nodes of one model are rounded once: 1/3 of 2 and of 1 is 1 unit of weight, not 0.999...
    #[test]
    fn nodes_of_one_model_count_together() {
        let parameters = rules();
        let inputs = inputs(&[(3, 1, &[(0, 2), (0, 1)])]);
        let table = ModelTable::new(&parameters, &inputs).unwrap();
        assert_eq!(table.models()[0].weight, 1_000_000_000);
        let parts = table.parts_of(&inputs, 0).unwrap();
        let score = UNIT / 4 * 3;
        assert_eq!(parts, [ModelPart { model: ModelId(0), weight: 1_000_000_000, score }]);
    }

    #[test]
    fn a_node_of_an_unknown_model_is_refused() {
        let found = ModelTable::new(&rules(), &inputs(&[(3, 3, &[(2, 3)])]));
        assert_eq!(found.err().map(|error| error.code()), Some(1101));
    }
}
