//! A recorded epoch of Gonka's mainnet, settled from what an operator exports.

use crate::conformance::vectors;
use crate::support::workmint_in;
use serde_json::Value;
use std::fs;

/// The record's weights as CSV, reversed: order must not matter.
fn weights_csv(weights: &serde_json::Map<String, Value>) -> String {
    let mut csv = "account,effective_weight\n".to_owned();
    for (account, weight) in weights.iter().rev() {
        csv.push_str(&format!("{account},{weight}\n"));
    }
    csv
}

#[test]
fn epoch_56_is_settled_to_the_last_unit() {
    let Some(folder) = vectors("gonka") else {
        return;
    };
    let text = fs::read_to_string(folder.join("mainnet_epoch56.json")).unwrap();
    let record: Value = serde_json::from_str(&text).unwrap();
    let (input, expected) = (&record[0]["input"], &record[0]["expected"]);
    let dir = tempfile::tempdir().unwrap();
    let csv = weights_csv(input["weights"].as_object().unwrap());
    fs::write(dir.path().join("weights.csv"), &csv).unwrap();
    let epoch = input["epoch_index"].to_string();
    let arguments =
        ["settle", "--network", "gonka-mainnet", "--epoch", &epoch, "weights.csv", "--json"];
    let run = workmint_in(dir.path(), &arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let settled: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(settled["scheduled"]["amount"], expected["epoch_reward"].to_string());
    let compute = &settled["streams"][0];
    let whole_weight = format!("{}{}", expected["total_weight"], "0".repeat(18));
    assert_eq!(compute["denominator"], whole_weight, "in units of 10^-18 of a weight");
    let own = input["participant"].as_str().unwrap();
    let rows = settled["participants"].as_array().unwrap();
    let row = rows.iter().find(|row| row["written_as"] == own).unwrap();
    assert_eq!(row["reward_paid"]["amount"], expected["rewarded_coins"].to_string());
    // Every other host by the same division, done here in 128 bits; the rest is governance's.
    let reward = expected["epoch_reward"].as_u64().map(u128::from).unwrap();
    let whole = expected["total_weight"].as_u64().map(u128::from).unwrap();
    let mut paid = 0;
    for row in rows {
        let account = row["written_as"].as_str().unwrap();
        let weight = input["weights"][account].as_u64().map(u128::from).unwrap();
        let share = reward * weight / whole;
        assert_eq!(row["reward_paid"]["amount"], share.to_string(), "{account}");
        paid += share;
    }
    assert_eq!(settled["minted"]["amount"], reward.to_string(), "all of it is minted");
    assert!(reward - paid < rows.len() as u128);
}

#[test]
fn a_foreign_address_is_checked_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let account = "gonka14cu38xpsd8pz5zdkkzwf0jwtpc0vv309ake364";
    let settle = |text: &str| {
        fs::write(dir.path().join("x.csv"), text).unwrap();
        let arguments = ["settle", "--network", "gonka", "x.csv", "--output", "csv"];
        workmint_in(dir.path(), &arguments)
    };
    let run = settle(&format!("effective_weight,account\n7,{account}\n"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].ends_with(",written_as"), "{}", lines[0]);
    assert!(lines[1].ends_with(&format!(",{account}")), "{}", lines[1]);
    let typing_error = account.replace("309ake", "309akf");
    let run = settle(&format!("account,effective_weight\n{typing_error},7\n"));
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("x.csv:2: account:"), "{}", run.stderr);
}

/// 323,000 GNK x 0.9995251127946402^99 / 10 an epoch of 15,391 blocks, by integers of any size.
#[test]
fn an_estimate_knows_how_long_a_block_takes() {
    let arguments = [
        "estimate",
        "--network",
        "gonka-mainnet",
        "--weight=100",
        "--network-weight=1000",
        "--epoch=100",
        "--block-time=5.4",
    ];
    let run = crate::support::workmint(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("30,816.252526225 "), "an epoch: {}", run.stdout);
    assert!(run.stdout.contains("1,334.816993750 "), "an hour: {}", run.stdout);
    let run = crate::support::workmint(&[&arguments[..6], &["--block-time=0"]].concat());
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("0.001 to 86400 seconds"), "{}", run.stderr);
}
