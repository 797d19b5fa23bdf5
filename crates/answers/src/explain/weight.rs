//! Words and sums about weight.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::names::ModelId;

use crate::error::AnswerError;

/// The model's id, or its number if the network forgot it.
#[must_use]
pub fn model_name(parameters: &Parameters, model: ModelId) -> String {
    match parameters.model(model) {
        Some(model) => model.id.to_string(),
        None => format!("model {}", model.0),
    }
}

/// Collateral behind one unit of weight, in the asset's display unit where that is exact.
#[must_use]
pub fn per_unit(ratio: Ratio, asset: &Asset) -> String {
    let display = 10_u128
        .checked_pow(u32::from(asset.decimals))
        .and_then(|unit| ratio.checked_div(Ratio::from_integer(unit)).ok());
    match display {
        Some(display) => format!("{display} {}", asset.symbol),
        None => format!("{ratio} base units of {}", asset.symbol),
    }
}

/// Collateral that would make all of a potential weight effective, base units.
///
/// # Errors
/// It leaves its range.
pub fn needed(parameters: &Parameters, potential: u64) -> Result<Amount, AnswerError> {
    let rules = &parameters.weights;
    let rest = rules.base_weight_ratio.complement().and_then(|share| {
        share.checked_mul(rules.collateral_per_weight_unit)?.ceil_mul(u128::from(potential))
    });
    rest.map(Amount::new).map_err(AnswerError::input)
}
