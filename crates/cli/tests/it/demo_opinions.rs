//! `workmint demo --network moderntensor` and `bittensor`: seats, bonds, opinions, faults.

use crate::demo_support::{Printed, audit, finish};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

fn demo(dir: &Path, network: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
    command.args(["demo", "--network", network]).args(arguments);
    command.arg("--data-dir").arg(dir).stdin(Stdio::null());
    command
}

/// A small run for machines, with snapshots on the way.
fn small(dir: &Path, network: &str, until: u64) -> Command {
    let until = until.to_string();
    let arguments =
        ["--json", "--participants", "12", "--snapshot-every-bytes", "200000", "--until", &until];
    demo(dir, network, &arguments)
}

fn rows(printed: &Printed) -> Vec<Value> {
    printed.rows.values().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn units(value: &Value) -> u128 {
    value["amount"].as_str().unwrap_or_else(|| panic!("{value}")).parse().unwrap()
}

/// What the final object tells of this kind: how often, and the first in words.
fn told(last: &Value, what: &str) -> (u64, String) {
    let all = last["highlights"].as_array().unwrap();
    let found = all.iter().find(|line| line["what"].as_str().unwrap().contains(what));
    let found = found.unwrap_or_else(|| panic!("`{what}` is missing in {all:#?}"));
    (found["count"].as_u64().unwrap(), found["first"].as_str().unwrap().to_owned())
}

/// What a command prints; it must succeed.
fn workmint(command: &str) -> String {
    let mut process = Command::new(env!("CARGO_BIN_EXE_workmint"));
    let output = process.args(command.split(' ')).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "workmint {command}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(command: &str) -> Value {
    serde_json::from_str(&workmint(&format!("{command} --json"))).unwrap()
}

/// Supply follows from what rows minted and burned; nothing was refused or put back.
fn assert_books(rows: &[Value], last: &Value) {
    let mut supply = None;
    for row in rows {
        let total = units(&row["total_supply"]);
        if let Some(before) = supply {
            let moved = before + units(&row["minted_amount"]) - units(&row["burned_amount"]);
            assert_eq!(total, moved, "{row}");
        }
        supply = Some(total);
        assert_eq!(row["refused_transactions"], 0, "{row}");
    }
    let all = last["highlights"].to_string();
    for unwanted in ["transactions refused", "transaction refused", "failed and w"] {
        assert!(!all.contains(unwanted), "{all}");
    }
}

#[test]
fn validators_weigh_miners_sign_blocks_and_answer_for_it() {
    let dir = TempDir::new().unwrap();
    let printed = finish(small(dir.path(), "moderntensor", 12));
    let (rows, last) = (rows(&printed), printed.last.clone().unwrap());
    assert_books(&rows, &last);
    for (what, epoch, words) in [
        ("seats taken", "epoch 0: ", "MDT for seat 0"),
        ("seats lost by who earned least", "epoch ", "miner 0 "),
        ("validators became active", "epoch 2: ", "bonded to it"),
        ("slash", "epoch 5: ", "and its delegators lose"),
        ("commission", "epoch 6: ", "from epoch 7 on"),
        ("double signatures slashed", "epoch 7: ", "10.00 % of the bonds"),
        ("jailed", "epoch 7: ", "until epoch"),
        ("withdrawals of bonds began", "epoch 8: ", "delegator "),
        ("delegators collected", "epoch ", "MDT from validator"),
    ] {
        let (_, first) = told(&last, what);
        assert!(first.starts_with(epoch) && first.contains(words), "{what}: {first}");
    }
    // Without blocks' proposers nobody is paid for blocks; then 2 MDT for each of 7,200.
    assert_eq!(units(&rows[0]["block_rewards"]), 0);
    assert_eq!(units(&rows[8]["block_rewards"]), 14_400 * 10_u128.pow(18));
    // Nobody's weights are revealed before the fourth epoch, and then miners are paid.
    assert_eq!(units(&rows[1]["miner_rewards_total"]), 0);
    let (emission, miners) = (&rows[8]["emission_amount"], &rows[8]["miner_rewards_total"]);
    assert!(units(miners) > 0 && units(miners) <= units(emission) * 2 / 5);
    // 20 % of the emission, within the rounding of shares.
    assert!(units(&rows[8]["dao_allocation"]).abs_diff(units(emission) / 5) <= 1);
    for row in &rows {
        let utility: f64 = row["utility_score"].as_str().unwrap().parse().unwrap();
        assert!((0.0..=1.0).contains(&utility), "{row}");
    }
    let first = |key: &str| last[key].as_array().unwrap()[0].clone();
    assert!(units(&first("miners")["earned"]) > units(&first("miners")["earned_in_last_epoch"]));
    assert!(units(&first("validators")["delegators_earned"]) > 0);
    audit(dir.path());
}

#[test]
fn bittensor_has_child_keys_dividends_and_no_slashes() {
    let dir = TempDir::new().unwrap();
    let printed = finish(small(dir.path(), "bittensor", 24));
    let (rows, last) = (rows(&printed), printed.last.clone().unwrap());
    assert_books(&rows, &last);
    let (_, children) = told(&last, "child keys");
    assert!(children.starts_with("epoch 1: from epoch 21 on"), "{children}");
    assert!(!last["highlights"].to_string().contains("slash for"), "{last}");
    let row = &rows[20];
    assert_eq!(row["utility_score"], Value::Null);
    // 1 TAO a block.
    assert_eq!(units(&row["emission_amount"]), 360 * 10_u128.pow(9));
    let (miners, validators) = (&row["miner_rewards_total"], &row["validator_rewards_total"]);
    // 41 % each, within the rounding of shares.
    for paid in [units(miners), units(validators)] {
        assert!((147_590_000_000..=147_602_000_000).contains(&paid), "{row}");
    }
    // The owner's 18 %.
    assert_eq!(units(&row["other_rewards_total"]), 360 * 10_u128.pow(9) * 11_796 / 65_535);
    audit(dir.path());
}

#[test]
fn it_goes_on_after_a_kill_as_if_nothing_had_happened() {
    let parent = TempDir::new().unwrap();
    let whole = finish(small(&parent.path().join("whole"), "bittensor", 8));
    let dir = parent.path().join("killed");
    let mut killed = Printed::default();
    // Killed while it works: after the first row of each start.
    for _ in 0..3 {
        let mut process = small(&dir, "bittensor", 8).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        killed.rows.extend(Printed::read(&line).rows);
    }
    let rest = finish(small(&dir, "bittensor", 8));
    killed.rows.extend(rest.rows.clone());
    assert_eq!(rest.app_hash(), whole.app_hash());
    for (epoch, row) in &killed.rows {
        assert_eq!(Some(row), whole.rows.get(epoch), "epoch {epoch}");
    }
    audit(&dir);
}

/// The sums that `explain` and `metrics` give are those that the close paid.
#[test]
fn people_read_what_happened_and_can_look_closer() {
    let dir = TempDir::new().unwrap();
    let run = demo(dir.path(), "bittensor", &["--participants", "12", "--epochs", "7"]).output();
    let output = run.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let words = printed.split_whitespace().collect::<Vec<&str>>().join(" ");
    for needed in ["3 validators, 3 delegators", "difference 0 base units", "a year, of bonds"] {
        assert!(words.contains(needed), "{needed} is missing:\n{printed}");
    }
    let commands = printed.lines().filter_map(|line| line.trim().strip_prefix("workmint "));
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), 8, "{printed}");
    for command in &commands {
        workmint(command);
    }
    let stream = |value: &Value, name: &str| -> Value {
        let mut all = value["streams"].as_array().unwrap().iter();
        all.find(|step| step["stream"] == name).unwrap().clone()
    };
    let miner = stream(&json(commands[0]), "incentive");
    let seat = &miner["seat"];
    let number = |value: &Value| -> u128 { value.as_str().unwrap().parse().unwrap() };
    assert_eq!(number(&seat["incentive"]), number(&miner["score"]), "{miner}");
    let votes = seat["votes"].as_array().unwrap();
    let ranks: u128 = votes.iter().map(|vote| number(&vote["rank"])).sum();
    assert!(!votes.is_empty() && ranks == number(&seat["rank"]), "{seat}");
    let validator = stream(&json(commands[1]), "dividends");
    assert_eq!(number(&validator["seat"]["dividends"]), number(&validator["score"]));
    let delegated = json(commands[2]);
    let part = &delegated["delegations"][0];
    assert!(units(&part["delegated"]) > 0, "{delegated}");
    let told = workmint(commands[0]);
    assert!(told.contains("Consensus is the highest weight") && told.contains("incentive"));
    let metrics = json(commands[3]);
    let epoch = &metrics["epochs"][6];
    assert_eq!(units(&epoch["emission_amount"]), 360 * 10_u128.pow(9));
}

#[test]
fn wrong_numbers_are_refused_before_anything_is_written() {
    let parent = TempDir::new().unwrap();
    let dir = parent.path().join("new");
    for (network, arguments, needed) in [
        ("bittensor", ["--participants", "300"], "allowed: 4 to 255"),
        ("bittensor", ["--participants", "3"], "allowed: 4 to 255"),
        ("bittensor", ["--requests-per-epoch", "5"], "leave --requests-per-epoch"),
        ("moderntensor", ["--participants", "1025"], "allowed: 4 to 1024"),
    ] {
        let output = demo(&dir, network, &arguments).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(needed), "{error}");
        assert!(!dir.exists());
    }
}
