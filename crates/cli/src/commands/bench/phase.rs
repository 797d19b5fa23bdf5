//! How a part of a measurement is told, to programs and to people.

use serde_json::{Map, Value, json};
use workmint_node::load::Phase;

use crate::output::scaled;

/// What every part has, for programs.
pub(super) fn document(phase: &Phase) -> Map<String, Value> {
    let members = [
        ("transactions", json!(phase.transactions)),
        ("failed", json!(phase.failed)),
        ("first_failure", json!(phase.first_failure)),
        ("elapsed_us", json!(phase.elapsed_us)),
        ("transactions_per_second", json!(phase.per_s())),
        ("p50_us", json!(phase.p50_us)),
        ("p99_us", json!(phase.p99_us)),
        ("max_us", json!(phase.max_us)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// How long answers took.
pub(super) fn delays(phase: &Phase) -> String {
    let ms = |us: u64| scaled(us.into(), 3);
    let (half, most, longest) = (ms(phase.p50_us), ms(phase.p99_us), ms(phase.max_us));
    format!("            answered after {half} ms (p50), {most} ms (p99), {longest} ms (longest)")
}

/// What is wrong if any transaction failed: a rate of which a part failed is not what it says.
pub(super) fn failure(phase: &Phase) -> Option<String> {
    let first = phase.first_failure.as_deref().unwrap_or("no answer");
    (phase.failed > 0).then(|| format!("{} transactions failed, the first: {first}", phase.failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_with_its_failures() {
        let mut phase = Phase {
            transactions: 3_000,
            elapsed_us: 2_000_000,
            p50_us: 1_500,
            p99_us: 20_000,
            max_us: 1_234_567,
            ..Phase::default()
        };
        assert_eq!(failure(&phase), None);
        phase.take_back(2, "in its block");
        let told = failure(&phase);
        assert_eq!(told.as_deref(), Some("2 transactions failed, the first: in its block"));
        phase.first_failure = None;
        assert!(failure(&phase).is_some_and(|told| told.ends_with("the first: no answer")));
        let document = document(&phase);
        assert_eq!(document["transactions"], 2_998);
        assert_eq!((&document["failed"], &document["first_failure"]), (&json!(2), &Value::Null));
        assert_eq!(document["transactions_per_second"], 1_499);
        let told = "answered after 1.5 ms (p50), 20 ms (p99), 1,234.567 ms (longest)";
        assert_eq!(delays(&phase).trim_start(), told);
    }
}
