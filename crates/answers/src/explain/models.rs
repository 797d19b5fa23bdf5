//! What each model gave, in a stream that divides by models' shares.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::explain::StreamStep;

use super::facts::Facts;
use super::weight::model_name;

/// Digits of a score: a score of 1 is the whole of what the stream offers.
pub const SCORE_DIGITS: u8 = 30;

/// A row for each model, for machines.
pub(super) fn as_json(facts: &Facts, step: &StreamStep) -> Vec<Value> {
    let text = |number: u128, digits: u8| Amount::new(number).to_decimal(digits);
    let rows = step.models.iter().map(|model| {
        json!({
            "model": model_name(&facts.parameters, model.part.model),
            "weight": text(model.part.weight, 9),
            "all_weight": text(model.total.weight, 9),
            "reference_weight": text(model.total.reference, 9),
            "share": text(model.total.share, SCORE_DIGITS),
            "earned": text(model.total.earned, SCORE_DIGITS),
            "score": text(model.part.score, SCORE_DIGITS),
        })
    });
    rows.collect()
}
