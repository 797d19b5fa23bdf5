//! `workmint prices`: a trace of requests, both rules, a picture.

use std::fs;

use crate::support::{json, workmint_in};

/// Two steps of 30 s that ask 150 and 100 tokens.
const TRACE: &str = "TIMESTAMP,ContextTokens,GeneratedTokens\n\
                     2023-11-16 18:00:00.1,100,20\n2023-11-16 18:00:29.9,20,10\n\
                     2023-11-16 18:00:31,90,10\n";

/// Half a supply too much: x 1.25 and, by queue, x 1.15. In the second step 100 / 1.25 = 80 and
/// 100 / 1.15 = 86 tokens are asked.
#[test]
fn both_rules_follow_the_trace() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("trace.csv"), TRACE).unwrap();
    let arguments = ["prices", "--trace", "trace.csv", "--supply", "100"];
    let rules = ["--stiffness", "0.1", "--damping", "0.2", "--largest-step", "0.5", "--json"];
    let all = json(dir.path(), &[&arguments[..], &rules[..]].concat());
    assert_eq!(all["demand"], serde_json::json!([150, 100]));
    let last = |at: usize| all["rules"][at]["steps"][1].clone();
    assert_eq!(last(0), serde_json::json!({"price": "1.000", "asked": 100, "waits": 50}));
    assert_eq!(last(1), serde_json::json!({"price": "1.250", "asked": 80, "waits": 30}));
    assert_eq!(last(2), serde_json::json!({"price": "1.150", "asked": 86, "waits": 36}));

    let run = workmint_in(dir.path(), &[&arguments[..], &["--plot", "out.svg"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let picture = fs::read_to_string(dir.path().join("out.svg")).unwrap();
    assert_eq!(picture.matches("<polyline").count(), 7, "demand, and two curves of each rule");
    assert!(run.stdout.contains("2 steps of 30 s, 250 tokens; supply 100 tokens a step"));
}

#[test]
fn a_wrong_trace_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("bad.csv"), "a,b\n").unwrap();
    let run = workmint_in(dir.path(), &["prices", "--trace", "bad.csv"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("bad.csv: line 1: the columns TIMESTAMP"), "{}", run.stderr);
}
