//! `workmint bench`: that it measures what it says, and leaves nothing behind.

use std::fs;

use serde_json::Value;

use crate::support::{json, workmint_in};

fn number(value: &Value, path: &str) -> u64 {
    let found = value.pointer(path).and_then(Value::as_u64);
    found.unwrap_or_else(|| panic!("{path} is no number: {value:#}"))
}

fn empty(dir: &std::path::Path) -> bool {
    fs::read_dir(dir).expect("a directory").next().is_none()
}

#[test]
fn load_measures_three_ways_beside_the_ceiling() {
    let dir = tempfile::tempdir().expect("a directory");
    let arguments = ["bench", "load", "--seconds", "1", "--accounts", "500", "--http", "--json"];
    let report = json(dir.path(), &arguments);
    assert!(empty(dir.path()), "the network is still there");
    assert_eq!(number(&report, "/accounts"), 500);
    let ceiling = number(&report, "/signature_ceiling_per_second");
    assert!(ceiling > 0, "{report:#}");
    for part in ["saturated", "at_80_percent", "http"] {
        let of = |field: &str| number(&report, &format!("/{part}/{field}"));
        assert_eq!(of("failed"), 0, "{report:#}");
        let (count, elapsed_us) = (of("transactions"), of("elapsed_us"));
        assert!(count > 0 && of("p50_us") > 0, "{report:#}");
        assert!(of("p50_us") <= of("p99_us") && of("p99_us") <= of("max_us"), "{report:#}");
        assert_eq!(of("transactions_per_second"), count * 1_000_000 / elapsed_us);
    }
    assert!(number(&report, "/writes") > 0 && number(&report, "/writes_us") > 0, "{report:#}");
    // Four fifths of what it takes, for a second, rounded up to a batch.
    let asked = number(&report, "/saturated/transactions_per_second") / 5 * 4;
    assert!(asked.abs_diff(number(&report, "/at_80_percent/transactions")) <= 25, "{report:#}");
    assert!(number(&report, "/idle_resident_bytes") <= number(&report, "/peak_resident_bytes"));
}

#[test]
fn soak_runs_a_node_stops_it_and_audits_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let arguments = ["bench", "soak", "--length", "15s", "--rate", "100", "--json"];
    let run = workmint_in(dir.path(), &arguments);
    let report: Value = serde_json::from_str(&run.stdout).expect(&run.stderr);
    // On so short a run memory may still be warming up, and a machine that does other work too may
    // be late: neither says anything of the node, so both are let pass here. That either fails a
    // run is proven on made-up samples (`commands/bench/soak/verdict.rs`); all else must hold.
    let wrong = report["wrong"].as_array().expect("a list");
    let allowed = ["memory grew", "the rate was missed"];
    let allows = |text: &str| allowed.iter().any(|one| text.starts_with(one));
    assert!(wrong.iter().all(|one| one.as_str().is_some_and(allows)), "{report:#}");
    assert_eq!(number(&report, "/failed"), 0, "{report:#}");
    assert_eq!(run.code, i32::from(!wrong.is_empty()), "{}", run.stderr);
    assert_eq!(report["audit_equal"], true);
    let sent = number(&report, "/transactions");
    // Requests of 10, all that are due before the end; each of four clients may begin late.
    assert!((1_440..=1_520).contains(&sent), "100 a second for 15 s: {sent}");
    let (longest, elapsed) = (number(&report, "/max_us"), number(&report, "/elapsed_us"));
    assert!(longest > 0 && elapsed >= 14_500_000, "{report:#}");
    assert!(number(&report, "/samples") >= 30 && number(&report, "/height") > 2);
    assert_eq!(empty(dir.path()), wrong.is_empty(), "kept only when something is wrong");
}

#[test]
fn a_length_that_proves_nothing_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    for length in ["14s", "2 epochs", "long", ""] {
        let run = workmint_in(dir.path(), &["bench", "soak", "--length", length]);
        assert_eq!(run.code, 2, "{length}");
        assert!(run.stderr.contains("--length") && run.stderr.contains("15 s"), "{}", run.stderr);
    }
    assert!(empty(dir.path()));
}
