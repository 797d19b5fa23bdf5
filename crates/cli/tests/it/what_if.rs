//! `what-if`: past epochs under other parameters.

use std::fs;

use serde_json::Value;
use workmint_networks::preset;

use crate::explain::network::{DAY, Network, address};
use crate::support::{Run, json, workmint_in};

/// Base units of a GNK.
const GNK: u128 = 1_000_000_000;

/// Epoch 0 has no weights and pays nobody; epoch 1 pays alice and bob 285,000 GNK.
fn two_epochs() -> Network {
    let mut network = Network::with_weights();
    network.block(2 * DAY, Vec::new(), Vec::new());
    network
}

/// Runs it with a text of `gonka` in which one thing is replaced.
fn replaced(network: &Network, from: &str, to: &str, more: &[&str]) -> Run {
    let text = preset("gonka").unwrap().text;
    assert!(text.contains(from), "{from}");
    fs::write(network.path().join("mine.toml"), text.replace(from, to)).unwrap();
    let arguments = ["what-if", "--data-dir", ".", "./mine.toml"];
    workmint_in(network.path(), &[&arguments, more].concat())
}

fn parsed(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn amount(value: &Value) -> u128 {
    assert_eq!((&value["asset"], &value["decimals"]), (&"GNK".into(), &9.into()), "{value}");
    value["amount"].as_str().unwrap().parse().unwrap()
}

#[test]
fn under_its_own_parameters_nothing_changes() {
    let network = two_epochs();
    let all = json(network.path(), &["what-if", "--data-dir", ".", "gonka", "--json"]);
    let epochs: Vec<&str> = all["epochs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["epoch"].as_str().unwrap())
        .collect();
    assert_eq!(epochs, ["0", "1"]);
    assert_eq!(all["before"], all["after"]);
    assert_eq!(amount(&all["after"]["minted"]), 285_000 * GNK);
    let accounts = all["accounts"].as_array().unwrap();
    assert_eq!((accounts.len(), &all["accounts_in_all"]), (2, &"2".into()));
    for one in accounts {
        assert_eq!(one["before"], one["after"]);
        assert_eq!(one["change"]["amount"], "0");
        assert!(amount(&one["after"]) > 0);
    }
    let words = workmint_in(network.path(), &["what-if", "--data-dir", ".", "gonka"]);
    assert!(words.stdout.contains("Nobody's claims change: all 2 stay"), "{}", words.stdout);
    assert!(words.stdout.contains("everybody behaves as it did"), "{}", words.stdout);
}

#[test]
fn half_of_the_emission_pays_half() {
    let network = two_epochs();
    let half = ("initial = \"285000\"", "initial = \"142500\"");
    let all = parsed(&replaced(&network, half.0, half.1, &["--epochs", "1", "--json"]));
    assert_eq!(all["epochs"].as_array().unwrap().len(), 1, "the last one");
    assert_eq!(amount(&all["before"]["minted"]), 285_000 * GNK);
    assert_eq!(amount(&all["after"]["minted"]), 142_500 * GNK);
    let mut paid = 0;
    for one in all["accounts"].as_array().unwrap() {
        let (before, after) = (amount(&one["before"]), amount(&one["after"]));
        assert!(before.abs_diff(2 * after) <= 2, "{one}");
        let change = one["change"]["amount"].as_str().unwrap();
        assert_eq!(change, format!("-{}", before - after));
        paid += after;
    }
    assert_eq!(paid, amount(&all["after"]["by_asset"][0]["paid"]));
    assert!((142_500 * GNK).abs_diff(paid) <= 2);
    // Page by page it is the same.
    let more = ["--epochs", "1", "--json", "--limit", "1"];
    let first = parsed(&replaced(&network, half.0, half.1, &more));
    assert_eq!(first["accounts"].as_array().unwrap()[..], all["accounts"].as_array().unwrap()[..1]);
    let next = first["next"].as_str().unwrap();
    let more = [&more[..], &["--after", next]].concat();
    let second = parsed(&replaced(&network, half.0, half.1, &more));
    assert_eq!(
        second["accounts"].as_array().unwrap()[..],
        all["accounts"].as_array().unwrap()[1..]
    );
    assert_eq!(second["next"], Value::Null);
    let words = replaced(&network, half.0, half.1, &[]);
    for part in ["142,500.000000000", "-142,500.000000000", &address("alice").to_string()] {
        assert!(words.stdout.contains(part), "{part}: {}", words.stdout);
    }
    // The network itself is as it was.
    let metrics = json(network.path(), &["metrics", "--data-dir", ".", "--epoch", "1", "--json"]);
    assert_eq!(amount(&metrics["epochs"][0]["minted_amount"]), 285_000 * GNK);
}

#[test]
fn wrong_files_are_refused_with_line_and_column() {
    let network = two_epochs();
    let text = preset("gonka").unwrap().text;
    let line = text.lines().position(|line| line.starts_with("initial = ")).unwrap() + 1;
    let wrong = replaced(&network, "initial = \"285000\"", "initial = \"much\"", &[]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    let place = format!("./mine.toml:{line}:11: emission");
    assert!(wrong.stderr.contains(&place), "{place}: {}", wrong.stderr);
    let foreign = workmint_in(network.path(), &["what-if", "--data-dir", ".", "blyan"]);
    assert_eq!(foreign.code, 2);
    assert!(foreign.stderr.contains("assets: it differs"), "{}", foreign.stderr);
    for epochs in ["0", "101", "x"] {
        let run = workmint_in(
            network.path(),
            &["what-if", "--data-dir", ".", "gonka", "--epochs", epochs],
        );
        assert_eq!(run.code, 2, "{epochs}");
        assert!(run.stderr.contains("--epochs"), "{}", run.stderr);
    }
    let young = Network::new();
    let run = workmint_in(young.path(), &["what-if", "--data-dir", ".", "gonka"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no epoch is settled yet"), "{}", run.stderr);
}
