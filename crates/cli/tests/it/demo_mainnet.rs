//! `workmint demo --network gonka-mainnet`: epochs of 15,391 blocks, from the first to an audit.

use crate::demo_support::{Printed, audit, finish, small};
use serde_json::Value;
use tempfile::TempDir;

const MAINNET: [&str; 2] = ["--network", "gonka-mainnet"];

/// A value of a row, base units.
fn units(row: &Value, key: &str) -> u128 {
    row[key]["amount"].as_str().unwrap().parse().unwrap()
}

fn row(printed: &Printed, epoch: u64) -> Value {
    serde_json::from_str(&printed.rows[&epoch]).unwrap()
}

/// Runs until so many epochs are closed.
fn until(dir: &std::path::Path, epochs: &str) -> Printed {
    let mut command = small(dir, &MAINNET);
    command.args(["--until", epochs]);
    finish(command)
}

#[test]
fn the_mainnets_rules_run_from_end_to_end() {
    let parent = TempDir::new().unwrap();
    let whole = until(&parent.path().join("whole"), "3");
    let parts = parent.path().join("parts");
    let first = until(&parts, "1");
    let rest = until(&parts, "3");
    assert_eq!(first.rows.len() + rest.rows.len(), 3);
    assert_eq!(rest.app_hash(), whole.app_hash(), "a restart changes nothing");
    // 323,000 GNK in epoch 1, and floor(323,000 x 0.9995251127946402) in epoch 2.
    assert_eq!(units(&row(&whole, 1), "minted"), 323_000_000_000_000);
    assert_eq!(units(&row(&whole, 2), "minted"), 322_846_611_432_668);
    for epoch in 0..3 {
        let row = row(&whole, epoch);
        assert_eq!((&row["blocks"], &row["refused_transactions"]), (&15_391.into(), &0.into()));
        assert!(row["requests"].as_u64().unwrap() > 0, "reports find their quorum");
    }
    assert!(units(&row(&whole, 2), "claimed") > 0);
    let last = whole.last.as_ref().unwrap();
    assert_eq!(last["assets"][0]["difference"]["amount"], "0");
    audit(&parts);
}
