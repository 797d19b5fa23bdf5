//! Utilisation and coverage bonuses (document 000 §5, §6).

use super::Error;
use crate::error::Error as AnyError;
use crate::inputs::EpochInputs;
use crate::modules::parameters::{Bonuses, Parameters};
use crate::modules::weights::Factors;
use workmint_amounts::{Ratio, mul_div_floor};

/// Bonuses are multiples of 1 / 10^9, rounded down.
pub(super) const BONUS_UNIT: u128 = 1_000_000_000;

/// One model's utilisation and the multiplier its nodes get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeBonus {
    /// Accepted units.
    pub units: u64,
    /// Units that the confirmed weight could have done.
    pub capacity: u128,
    /// units / capacity, at most 1; 0 without capacity; in units of 10^-9, rounded down.
    pub utilisation: u128,
    /// 1 + utilisation x factor, in units of 10^-9, rounded down.
    pub multiplier: u128,
}

/// The bonuses of one epoch.
#[derive(Clone, Debug)]
pub struct BonusTable {
    /// By model.
    pub models: Vec<NodeBonus>,
    /// Multiplier by number of models served, in units of 10^-9, rounded down.
    pub coverage: Vec<u128>,
    /// What a unit of a model's weight counts; `None` if all models count alike.
    pub factors: Option<Factors>,
    /// Whether every multiplier is 1, so that scores are plain effective weights.
    pub neutral: bool,
}

impl BonusTable {
    /// Computes them from the frozen inputs.
    pub fn new(
        parameters: &Parameters,
        rules: &Bonuses,
        inputs: &EpochInputs,
    ) -> Result<Self, AnyError> {
        let mut weight = vec![0_u128; parameters.models.len()];
        for (model, node) in inputs.nodes.model.iter().zip(&inputs.nodes.weight) {
            let sum = weight
                .get_mut(usize::from(model.0))
                .ok_or(Error::BadInputs { what: "a node serves an unknown model" })?;
            *sum = sum.checked_add(u128::from(*node)).ok_or(crate::error::OVERFLOW)?;
        }
        let mut models = Vec::with_capacity(weight.len());
        for (at, (model, weight)) in parameters.models.iter().zip(weight).enumerate() {
            let units = inputs.model_units.get(at).copied().unwrap_or(0);
            let capacity = weight
                .checked_mul(u128::from(model.units_per_weight))
                .ok_or(crate::error::OVERFLOW)?;
            let used = u128::from(units).min(capacity);
            let utilisation =
                if capacity == 0 { 0 } else { mul_div_floor(used, BONUS_UNIT, capacity)? };
            let bonus = rules.utilisation_factor.floor_mul(utilisation)?;
            let multiplier = BONUS_UNIT.checked_add(bonus).ok_or(crate::error::OVERFLOW)?;
            models.push(NodeBonus { units, capacity, utilisation, multiplier });
        }
        let coverage = coverage_table(rules, models.len())?;
        let neutral = models.iter().all(|model| model.multiplier == BONUS_UNIT)
            && coverage.iter().all(|multiplier| *multiplier == BONUS_UNIT);
        let factors = Factors::of(&parameters.models);
        let factors = if factors.is_neutral() { None } else { Some(factors) };
        Ok(Self { models, coverage, factors, neutral })
    }
}

/// Multiplier by number of models served: all of them the full bonus, otherwise
/// 1 + served / all x partial factor; in units of 10^-9, rounded down.
fn coverage_table(rules: &Bonuses, models: usize) -> Result<Vec<u128>, AnyError> {
    let mut table = Vec::with_capacity(models.checked_add(1).ok_or(crate::error::OVERFLOW)?);
    for served in 0..=models {
        let multiplier = if served == models && models > 0 {
            rules.full_coverage.floor_mul(BONUS_UNIT)?
        } else if models == 0 {
            BONUS_UNIT
        } else {
            let share = Ratio::new(served as u128, models as u128)?;
            let bonus = share.checked_mul(rules.partial_coverage)?.floor_mul(BONUS_UNIT)?;
            BONUS_UNIT.checked_add(bonus).ok_or(crate::error::OVERFLOW)?
        };
        table.push(multiplier);
    }
    Ok(table)
}
