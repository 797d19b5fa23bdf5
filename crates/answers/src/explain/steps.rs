//! From the effective weight to the weight that counts for emission.

use serde_json::{Value, json};
use workmint_core::inputs::Penalty;
use workmint_core::modules::rewards::{WeightRule, WeightStep};

use super::facts::Facts;

/// The account in a row of the epoch.
#[must_use]
pub fn other(facts: &Facts, row: u32) -> String {
    let mut others = facts.explanation.others.iter();
    others.find(|(of, _)| *of == row).map_or_else(String::new, |(_, account)| account.to_string())
}

/// The steps for machines.
pub(super) fn as_json(facts: &Facts) -> Vec<Value> {
    let of = |step: &WeightStep| {
        let (rule, with) = match step.rule {
            WeightRule::Confirmation => ("confirmation", None),
            WeightRule::Status(Penalty::Refuted) => ("refuted", None),
            WeightRule::Status(_) => ("inactive", None),
            WeightRule::PowerCap => ("power cap", None),
            WeightRule::Downtime => ("downtime", None),
            WeightRule::Absent { fraction } => ("model not served", Some(fraction.to_string())),
            WeightRule::Delegated { to, arrives: true } => ("delegated", Some(other(facts, to))),
            WeightRule::Delegated { to, arrives: false } => {
                ("delegated to nobody", Some(other(facts, to)))
            }
            WeightRule::Received { from } => ("received", Some(other(facts, from))),
        };
        json!({
            "rule": rule,
            "detail": with,
            "before": step.before.to_string(),
            "after": step.after.to_string(),
        })
    };
    facts.explanation.weight_steps.iter().map(of).collect()
}
