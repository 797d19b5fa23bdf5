//! `metrics` on a network without jobs, whose figures are computed by hand.

use serde_json::Value;

use crate::explain::network::{DAY, Network};
use crate::support::{json, workmint_in};

/// Base units of a GNK.
const GNK: u128 = 1_000_000_000;

fn amount(value: &Value) -> u128 {
    assert_eq!((&value["asset"], &value["decimals"]), (&"GNK".into(), &9.into()), "{value}");
    value["amount"].as_str().unwrap().parse().unwrap()
}

/// Epoch 0 has no weights and pays nobody; epoch 1 pays alice and bob 285,000 GNK.
fn two_epochs() -> Network {
    let mut network = Network::with_weights();
    network.block(2 * DAY, Vec::new(), Vec::new());
    network
}

#[test]
fn what_an_epoch_emitted_to_whom_and_what_exists() {
    let network = two_epochs();
    let all = json(network.path(), &["metrics", "--data-dir", ".", "--json"]);
    assert_eq!((&all["network"], &all["epoch_length"]), (&"gonka".into(), &"1d".into()));
    assert_eq!(all["next"], Value::Null);
    assert_eq!(all["counts"], Value::Null, "gonka has no jobs");
    let epochs = all["epochs"].as_array().unwrap();
    let of = |epoch: usize, key: &str| amount(&epochs[epoch][key]);
    let genesis = network.store.genesis();
    let at_start: u128 = genesis.allocations.iter().map(|of| of.amount.get()).sum();
    for (epoch, minted) in [(0, 0), (1, 285_000 * GNK)] {
        assert_eq!(epochs[epoch]["epoch"], epoch.to_string());
        assert_eq!(epochs[epoch]["open"], false);
        assert_eq!(of(epoch, "miner_rewards_total"), minted);
        assert_eq!(of(epoch, "minted_amount"), minted);
        assert_eq!(of(epoch, "burned_amount"), 0);
        assert_eq!(of(epoch, "total_supply"), at_start + minted);
    }
    assert_eq!(of(1, "emission_amount"), 285_000 * GNK);
    let closed = &epochs[1];
    for (key, why) in [
        ("utility_score", "does not follow the network's use"),
        ("block_rewards", "no stream pays for blocks"),
        ("validator_rewards_total", "no stream of new money pays them"),
        ("delegator_rewards_total", "no stream of new money pays them"),
        ("dao_allocation", "no stream pays the treasury"),
    ] {
        assert_eq!(closed[key], Value::Null, "{key}");
        assert!(closed["why_null"][key].as_str().unwrap().contains(why), "{key}: {closed}");
    }
    assert_eq!(closed["why_null"]["miner_rewards_total"], Value::Null);
    // The open epoch pays nobody: nobody has proved anything for it.
    assert_eq!((&epochs[2]["open"], of(2, "minted_amount")), (&true.into(), 0));
}

#[test]
fn pages_words_and_wrong_epochs() {
    let network = two_epochs();
    let page = json(network.path(), &["metrics", "--data-dir", ".", "--limit", "1", "--json"]);
    assert_eq!((page["epochs"].as_array().unwrap().len(), &page["next"]), (1, &"1".into()));
    let table = workmint_in(network.path(), &["metrics", "--data-dir", "."]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    for words in ["emission, GNK", "285,000.00", "2 (open)", "3 epochs; this is all"] {
        assert!(table.stdout.contains(words), "no \"{words}\" in\n{}", table.stdout);
    }
    let one = workmint_in(network.path(), &["metrics", "--data-dir", ".", "--epoch", "1"]);
    for words in ["Epoch 1, closed", "miner_rewards_total", "285,000 GNK", "no stream pays the tre"]
    {
        assert!(one.stdout.contains(words), "no \"{words}\" in\n{}", one.stdout);
    }
    let late = workmint_in(network.path(), &["metrics", "--data-dir", ".", "--epoch", "3"]);
    assert_eq!(late.code, 2);
    assert!(late.stderr.contains("--epoch: epoch 3 has not begun; allowed: 0 to 2"));
}
