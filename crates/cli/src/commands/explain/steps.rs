//! From the effective weight to the weight that counts for emission.

use workmint_answers::explain::facts::Facts;
use workmint_answers::explain::steps::other;
use workmint_core::inputs::Penalty;
use workmint_core::modules::rewards::{WeightRule, WeightStep};

use super::page::Page;
use crate::failure::Failure;
use crate::output::grouped;

/// One sentence for each step; none if nothing changed the weight.
pub(super) fn tell(page: &mut Page, facts: &Facts) -> Result<(), Failure> {
    let steps = &facts.explanation.weight_steps;
    for step in steps {
        let before = grouped(step.before);
        let text = format!("{} {before} becomes {}.", reason(facts, step), grouped(step.after));
        page.say(&text)?;
    }
    match steps.last() {
        Some(last) => page.say(&format!(
            "Weight that counts for emission: {}, without bonuses.",
            grouped(last.after)
        )),
        None => Ok(()),
    }
}

fn reason(facts: &Facts, step: &WeightStep) -> String {
    let row = &facts.explanation.row;
    let moved = grouped(step.before.abs_diff(step.after));
    match step.rule {
        WeightRule::Confirmation => format!(
            "Confirmed: the smallest reading during the epoch was {} of the potential weight {}, \
             and no more than that share counts:",
            grouped(row.confirmed),
            grouped(row.potential)
        ),
        WeightRule::Status(Penalty::Refuted) => {
            "Lost challenge: one of your reports was refuted, so nothing counts:".to_owned()
        }
        WeightRule::Status(_) => "Inactive in this epoch, so nothing counts:".to_owned(),
        WeightRule::PowerCap => format!(
            "Power cap: no participant may have more than its share of all weights; yours is \
             capped at {}:",
            grouped(step.after)
        ),
        WeightRule::Downtime => {
            "Too many missed requests: you failed the test, so nothing counts:".to_owned()
        }
        WeightRule::Absent { fraction } => {
            format!("Model not served: that costs a share of {fraction} of the weight, {moved}:")
        }
        WeightRule::Delegated { to, arrives: true } => {
            format!("Delegated: {moved} goes with a model to {}:", other(facts, to))
        }
        WeightRule::Delegated { to, arrives: false } => format!(
            "Delegated: {moved} went with a model to {}, which has no weight that counts, so \
             nobody gets it:",
            other(facts, to)
        ),
        WeightRule::Received { from } => {
            format!("Received: {moved} comes with a model from {}:", other(facts, from))
        }
    }
}
