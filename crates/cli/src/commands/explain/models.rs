//! What each model gave, in a stream that divides by models' shares.

use workmint_answers::explain::facts::Facts;
use workmint_answers::explain::weight::model_name;
use workmint_core::explain::StreamStep;
use workmint_core::modules::rewards::{MODEL_SCORE_UNIT, StreamPlan};

use super::page::Page;
use crate::failure::Failure;
use crate::output::{asset_of, nano, percent, shown};

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
