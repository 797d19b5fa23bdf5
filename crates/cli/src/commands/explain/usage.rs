//! What the network's use made of the epoch's amount, in words.

use workmint_amounts::{Amount, Ratio};
use workmint_answers::explain::facts::Facts;
use workmint_core::modules::emission::of_utility;
use workmint_core::modules::parameters::{Asset, Utility};

use crate::failure::Failure;
use crate::output::{grouped, shown};

/// Digits of a utility that are shown: a whole is 10^9.
const WHOLE: u128 = 1_000_000_000;

/// A line for each step between the schedule's amount and what may be minted.
pub(super) fn lines(facts: &Facts, asset: &Asset) -> Result<Vec<String>, Failure> {
    let (rules, line, seen) =
        (&facts.parameters.emission, &facts.plan.emission, &facts.inputs.emission);
    let mut lines = Vec::new();
    if let Some(rule) = &rules.utility {
        lines.push(utility(rule, facts)?);
    }
    if rules.reference_weight > 0 {
        lines.push(format!(
            "The weight of all is {} of {} from which an epoch gets everything.",
            grouped(seen.weight),
            grouped(rules.reference_weight)
        ));
    }
    let used = line.scheduled.checked_add(line.unmet).map_err(Failure::damage)?;
    if rules.utility.is_some() || rules.reference_weight > 0 {
        lines.push(format!("That leaves {}, rounded down.", shown(used, asset)));
    }
    if !rules.quota.is_zero() {
        lines.push(format!(
            "{} of {} requests were answered, the quota is {}: {} of it is not minted.",
            grouped(seen.tasks),
            grouped(seen.tasks.saturating_add(seen.missed)),
            rules.quota,
            shown(line.unmet, asset)
        ));
    }
    Ok(lines)
}

/// "Utility: 0.5 x 300 of 1,000 tasks + ... = 0.41."
fn utility(rule: &Utility, facts: &Facts) -> Result<String, Failure> {
    let seen = &facts.inputs.emission;
    let whole = of_utility(rule, seen, Amount::new(WHOLE)).map_err(Failure::damage)?;
    let value = Ratio::new(whole.get(), WHOLE).map_err(Failure::damage)?;
    let short = |ratio: Ratio| {
        let text = ratio.to_decimal_string(9);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let tasks = format!("{} of {} tasks", grouped(seen.tasks), grouped(rule.max_tasks));
    let rest = format!(
        "{} x {} difficulty + {} x {} participation",
        rule.difficulty,
        short(seen.difficulty),
        rule.participation,
        short(seen.participation)
    );
    let value = short(value);
    Ok(if rule.gate {
        format!("Utility: {tasks} x ({} + {rest}) = {value}.", rule.tasks)
    } else {
        format!("Utility: {} x {tasks} + {rest} = {value}.", rule.tasks)
    })
}
