//! `workmint demo --network workmint`: sessions, bonds and collateral that moves, to an audit.

use crate::demo_support::{Printed, audit, finish, small};
use serde_json::Value;
use tempfile::TempDir;

/// Runs until so many epochs are closed.
fn until(dir: &std::path::Path, epochs: &str) -> Printed {
    let mut command = small(dir, &["--network", "workmint"]);
    command.args(["--until", epochs]);
    finish(command)
}

fn row(printed: &Printed, epoch: u64) -> Value {
    serde_json::from_str(&printed.rows[&epoch]).unwrap()
}

fn units(row: &Value, key: &str) -> u128 {
    row[key]["amount"].as_str().unwrap().parse().unwrap()
}

#[test]
fn our_own_rules_run_from_end_to_end() {
    let parent = TempDir::new().unwrap();
    let whole = until(&parent.path().join("whole"), "9");
    let parts = parent.path().join("parts");
    until(&parts, "4");
    let rest = until(&parts, "9");
    assert_eq!(rest.app_hash(), whole.app_hash(), "a restart changes nothing");
    for epoch in 1..9 {
        let row = row(&whole, epoch);
        let minted = units(&row, "minted");
        // Far below 285,000: the network is a small part of its reference weight.
        assert!(minted > 0 && minted < 28_500_000_000_000, "epoch {epoch}: {minted}");
        assert!(units(&row, "payments") > 0, "deposits and sessions pay");
    }
    assert!(units(&row(&whole, 8), "claimed") > 0);
    assert!(units(&row(&whole, 8), "expired") > 0, "what nobody claimed for seven days");
    let last = whole.last.as_ref().unwrap();
    let told = last["highlights"].to_string();
    for word in ["of a weight's collateral", "joined", "validator"] {
        assert!(told.contains(word), "{word} in {told}");
    }
    assert!(!told.contains("put back"), "no step failed: {told}");
    assert_eq!(last["assets"][0]["difference"]["amount"], "0");
    audit(&parts);
}
