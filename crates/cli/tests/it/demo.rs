//! `workmint demo`: what it shows, that it goes on, and that only its settings matter.

use crate::demo_support::{Printed, audit, finish, small};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

fn run(dir: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
    command.arg("demo").args(arguments).arg("--data-dir").arg(dir);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn units(value: &Value) -> u128 {
    assert_eq!(value["asset"], "GNK");
    assert_eq!(value["decimals"], 9);
    value["amount"].as_str().unwrap().parse().unwrap()
}

#[test]
fn same_seed_same_hashes_other_seed_others() {
    let parent = TempDir::new().unwrap();
    let hashes = |name: &str, threads: &str, seed: &str| {
        let mut command = small(&parent.path().join(name), &["--until", "6"]);
        let printed = finish({
            command.env("RAYON_NUM_THREADS", threads);
            if seed != "11" {
                command = Command::new(env!("CARGO_BIN_EXE_workmint"));
                let dir = parent.path().join(name);
                let size = ["--participants", "6", "--requests-per-epoch", "300", "--until", "6"];
                command.args(["demo", "--json", "--seed", seed, "--data-dir"]);
                command.arg(dir).args(size);
            }
            command
        });
        (printed.app_hash(), printed.rows)
    };
    let one = hashes("one", "1", "11");
    assert_eq!(one, hashes("two", "2", "11"));
    assert_ne!(one.0, hashes("three", "2", "12").0);
}

#[test]
fn every_kind_of_event_happens_and_books_balance() {
    let dir = TempDir::new().unwrap();
    let text = run(dir.path(), &["--json", "--requests-per-epoch", "5000", "--epochs", "8"]);
    let printed = Printed::read(&text);
    assert_eq!(printed.rows.len(), 8);
    let last = printed.last.unwrap();
    let words: Vec<&str> = last["highlights"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    for needed in [
        "false reports refuted",
        "challenges lost",
        "slashes for missed requests",
        "validator faults slashed",
        "validators began unbonding",
        "validators bonded again",
        "withdrawals of collateral began",
        "expiries of unclaimed rewards",
    ] {
        assert!(words.contains(&needed), "{needed} is missing in {words:?}");
    }
    for unwanted in ["transactions refused", "items failed", "reports without a quorum"] {
        assert!(!words.iter().any(|word| word.starts_with(unwanted)), "{words:?}");
    }
    let rows: Vec<Value> =
        printed.rows.values().map(|row| serde_json::from_str(row).unwrap()).collect();
    let sum = |name: &str| rows.iter().map(|row| units(&row[name])).sum::<u128>();
    assert!(sum("slashed") > 0 && sum("forfeited") > 0 && sum("expired") > 0);
    assert!(sum("payments") > 0 && sum("claimed") > 0 && sum("lost_bonds") > 0);
    let books = &last["assets"][0];
    let genesis = 400_000_000 * 10_u128.pow(9);
    assert_eq!(units(&books["genesis"]), genesis);
    assert_eq!(units(&books["minted"]), sum("minted"));
    let supply = genesis + sum("minted") - units(&books["burned"]);
    assert_eq!(units(&books["supply"]), supply);
    assert_eq!(units(&rows[7]["supply"]), supply);
    let pots = books["pots"].as_object().unwrap().values().map(units).sum::<u128>();
    assert_eq!(units(&books["in_accounts"]) + pots, supply);
    let requests: u64 = rows.iter().map(|row| row["requests"].as_u64().unwrap()).sum();
    assert!(requests > 30_000, "{requests}");
    audit(dir.path());
}

#[test]
fn people_read_units_and_proof() {
    let dir = TempDir::new().unwrap();
    let size = ["--participants", "6", "--requests-per-epoch", "300", "--epochs", "4"];
    let text = run(dir.path(), &size);
    for needed in [
        "6 hosts",
        "300 requests an epoch",
        "(new)",
        "minted",
        "GNK",
        "app hash",
        "= genesis 400,000,000 GNK + minted",
        "difference 0 base units",
        "In this run:",
        "workmint explain --data-dir",
    ] {
        assert!(text.replace('\n', " ").contains(needed), "{needed} is missing:\n{text}");
    }
    // Going on with another number of epochs, and none of the other options.
    let text = run(dir.path(), &["--epochs", "2"]);
    assert!(text.contains("continued in epoch 4 at height 44"), "{text}");
    let quiet = run(dir.path(), &["--epochs", "1", "--quiet"]);
    assert!(quiet.starts_with("Supply ") && quiet.contains("difference 0"), "{quiet}");
    assert!(!quiet.contains("epoch "), "{quiet}");
    audit(dir.path());
}

#[test]
fn every_suggested_command_works() {
    let dir = TempDir::new().unwrap();
    let text = run(dir.path(), &["--requests-per-epoch", "2000"]);
    let commands: Vec<&str> =
        text.lines().filter_map(|line| line.trim().strip_prefix("workmint ")).collect();
    assert_eq!(commands.len(), 5, "{text}");
    for command in commands {
        let mut process = Command::new(env!("CARGO_BIN_EXE_workmint"));
        let output = process.args(command.split(' ')).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "workmint {command}: {message}");
        assert!(!output.stdout.is_empty(), "workmint {command}");
    }
}

#[test]
fn stopping_between_epochs_changes_nothing() {
    let parent = TempDir::new().unwrap();
    let whole = finish(small(&parent.path().join("whole"), &["--until", "7"]));
    let dir = parent.path().join("parts");
    let mut rows = std::collections::BTreeMap::new();
    for until in ["1", "2", "5", "5", "7"] {
        let printed = finish(small(&dir, &["--until", until]));
        for (epoch, row) in printed.rows {
            assert!(rows.insert(epoch, row).is_none(), "epoch {epoch} ran twice");
        }
    }
    assert_eq!(rows, whole.rows);
}

#[test]
fn an_empty_demand_and_a_single_host_settle() {
    let parent = TempDir::new().unwrap();
    for (name, hosts, requests) in [("none", "5", "0"), ("one", "1", "40"), ("few", "9", "3")] {
        let dir = parent.path().join(name);
        let size = ["--participants", hosts, "--requests-per-epoch", requests];
        let text = run(&dir, &[&size[..], &["--json", "--epochs", "9"]].concat());
        let printed = Printed::read(&text);
        assert_eq!(printed.rows.len(), 9);
        let last = printed.last.unwrap();
        assert!(!last["highlights"].to_string().contains("refused"), "{name}: {last}");
        audit(&dir);
    }
}

#[test]
fn a_trace_gives_the_sizes() {
    let parent = TempDir::new().unwrap();
    let trace = parent.path().join("trace.csv");
    let head = "TIMESTAMP,ContextTokens,GeneratedTokens";
    let rows = "2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:25:46.6805900,396,109";
    fs::write(&trace, format!("{head}\r\n{rows}\r\n")).unwrap();
    let dir = parent.path().join("data");
    let named = ["--participants", "4", "--trace", trace.to_str().unwrap(), "--epochs", "2"];
    let text = run(&dir, &named);
    // Two requests in ten minutes are 288 in a day.
    let needed = "(10 min), repeated at its own rate to fill each epoch with 288 requests";
    let words = text.split_whitespace().collect::<Vec<&str>>().join(" ");
    assert!(words.contains("2 recorded requests of") && words.contains(needed), "{text}");
    // It goes on without naming the trace, which is still where it was.
    run(&dir, &["--epochs", "1"]);
    fs::write(&trace, format!("{head}\r\n{rows}0\r\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_workmint"))
        .args(["demo", "--data-dir"])
        .arg(&dir)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("another trace"), "{message}");
}
