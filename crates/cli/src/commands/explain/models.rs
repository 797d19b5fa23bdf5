//! What each model gave, in a stream that divides by models' shares.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::explain::StreamStep;
use workmint_core::modules::rewards::{MODEL_SCORE_UNIT, StreamPlan};

use super::facts::Facts;
use super::page::Page;
use super::weight::model_name;
use crate::failure::Failure;
use crate::output::{asset_of, nano, percent, shown};

/// Digits of a score: a score of 1 is the whole of what the stream offers.
pub(super) const SCORE_DIGITS: u8 = 30;

/// One sentence for each model the participant has weight for.
pub(super) fn tell(
    page: &mut Page,
    facts: &Facts,
    planned: &StreamPlan,
    step: &StreamStep,
) -> Result<(), Failure> {
    let asset = asset_of(&facts.parameters, step.asset)?;
    for model in &step.models {
        let name = model_name(&facts.parameters, model.part.model);
        let (mine, all) = (nano(model.part.weight), nano(model.total.weight));
        let share = percent(model.total.share, MODEL_SCORE_UNIT);
        let small = match model.total.weight < model.total.reference {
            true => format!(
                "; all of it is earned from a weight of {} on, so it earned {}",
                nano(model.total.reference),
                percent(model.total.earned, MODEL_SCORE_UNIT)
            ),
            false => String::new(),
        };
        page.say(&format!(
            "Model {name}: your effective weight is {mine} of {all}; its share of the stream is \
             {share}{small}. That gives you {}.",
            percent(model.part.score, MODEL_SCORE_UNIT)
        ))?;
    }
    let offered = planned.fresh.checked_add(planned.carried_in).map_err(Failure::damage)?;
    if offered > planned.budget {
        page.say(&format!(
            "Of {} the models earned {}: what a model without enough weight does not earn, no \
             other gets.",
            shown(offered, asset),
            shown(planned.budget, asset)
        ))?;
    }
    Ok(())
}

/// The same for machines.
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
