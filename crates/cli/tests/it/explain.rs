//! `explain` and `estimate`, on a network of two providers whose numbers are computed by hand, and
//! on the demo.

pub(crate) mod network;

use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;
use workmint_amounts::mul_div_floor;
use workmint_core::Message;
use workmint_core::modules::settlement;

use crate::demo_support::small;
use crate::support::{Run, json, workmint, workmint_in};
use network::{DAY, Network, address};

/// Whether the text has these words, wherever its lines break.
fn has(text: &str, words: &str) -> bool {
    let flat: Vec<&str> = text.split_whitespace().collect();
    flat.join(" ").contains(words)
}

fn assert_says(run: &Run, all: &[&str]) {
    assert_eq!(run.code, 0, "{}", run.stderr);
    for words in all {
        assert!(has(&run.stdout, words), "no \"{words}\" in\n{}", run.stdout);
    }
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 100));
}

fn units(value: &Value) -> u128 {
    value["amount"].as_str().expect("a string").parse().unwrap()
}

/// Effective: alice floor(100 x 0.2 + 40) = 60, bob floor(200 x 0.2) = 40 with an inactive
/// validator. Epoch 1 emits 285,000 GNK: 171,000 and 114,000; the coverage factor is the same.
#[test]
fn a_settled_epoch_should_be_explained_with_the_numbers_of_the_hand() {
    let mut network = Network::with_weights();
    let preview = network.run("explain", Some("1"), "alice");
    assert_says(
        &preview,
        &[
            "Preview of epoch 1 of gonka, which is still open",
            "would earn 171,000 GNK",
            "it can be claimed from the close of this epoch to the close of epoch 2",
        ],
    );
    network.block(2 * DAY, Vec::new(), Vec::new());
    let alice = network.run("explain", Some("1"), "alice");
    assert_says(
        &alice,
        &[
            "earned 171,000 GNK.",
            "Node 1, model Qwen/Qwen2.5-7B-Instruct: the accepted proof weighs 100.",
            "Base: floor(100 x 0.2) = 20 counts without collateral. Eligible: 100 - 20 = 80",
            "Your active collateral was 40 GNK; one unit of weight takes 1 GNK. Activated: 40.",
            "floor(min(100, 100 x 0.2 + 40 GNK / 1 GNK)) = 60",
            "100 x 60 / 100 = 60",
            "your nodes serve 1 of 3 models: x 1.033333333",
            "score = 60 x 1.033333333 = 61.99999998",
            "floor(285,000 GNK x exp(-0.000475 x 0)) = 285,000 GNK",
            "285,000 GNK x 61.99999998 / 103.3333333 = 171,000 GNK",
            "No request was counted for you, so none was missed: the test is passed.",
            "171,000 GNK: not claimed yet; it can be claimed until the close of epoch 2, \
             then it is burned.",
        ],
    );
    let bob = network.run("explain", Some("1"), "bob");
    assert_says(
        &bob,
        &[
            "earned 114,000 GNK.",
            "Your validator was inactive (unbonding or jailed) when the weights were fixed, so \
             your collateral of 10 GNK activated nothing. Effective weight: the base, 40.",
        ],
    );
    let value = network.json("explain", Some("1"), "bob");
    assert_eq!(value["weight"]["validator_active"], false);
    assert_eq!(value["weight"]["effective"], "40");
    assert_eq!(units(&value["totals"][0]), 114_000_000_000_000);
    assert_eq!(value["claims"]["entries"][0]["status"], "open");
}

/// One epoch with a weight of four is a quarter; without the rule nothing is said.
#[test]
fn reputation_should_be_told_where_the_network_knows_one() {
    let mut network = Network::with_reputation();
    assert_says(&network.run("explain", Some("1"), "alice"), &["Your reputation is 0 of 100 now."]);
    network.block(2 * DAY, Vec::new(), Vec::new());
    let told = network.run("explain", Some("1"), "alice");
    assert_says(&told, &["Your reputation is 25 of 100 now."]);
    let other = Network::with_weights().run("explain", Some("1"), "alice");
    assert!(!has(&other.stdout, "reputation"), "{}", other.stdout);
}

#[test]
fn the_claim_should_be_followed_to_its_end() {
    let mut network = Network::with_weights();
    network.block(2 * DAY, Vec::new(), Vec::new());
    let claim = Message::Claim(settlement::Claim { epoch: 1 });
    network.block(2 * DAY + 1_000, vec![("alice", claim)], Vec::new());
    let alice = network.run("explain", Some("1"), "alice");
    assert_says(&alice, &["171,000 GNK: claimed and paid."]);
    network.block(3 * DAY, Vec::new(), Vec::new());
    let alice = network.json("explain", Some("1"), "alice");
    assert_eq!(alice["claims"]["entries"][0]["status"], "claimed");
    let bob = network.run("explain", Some("1"), "bob");
    assert_says(
        &bob,
        &["114,000 GNK: expired: nobody claimed it by the close of epoch 2; it is burned."],
    );
    let none = network.run("explain", Some("2"), "alice");
    assert_eq!(none.code, 2);
    assert!(has(&none.stderr, "has neither weight nor work in epoch 2"));
}

/// 60 and 40, one half at most: 60 > 0.5 x 100, so both count 0.5 x 40 / (1 - 0.5) = 40.
#[test]
fn a_capped_weight_should_say_so_and_pass_the_audit() {
    let mut network = Network::with_a_cap();
    network.block(2 * DAY, Vec::new(), Vec::new());
    assert_says(
        &network.run("explain", Some("1"), "alice"),
        &[
            "earned 142,500 GNK.",
            "floor(min(100, 100 x 0.2 + 40 GNK / 1 GNK)) = 60",
            "The network's power cap held it down to 40.",
        ],
    );
    let value = network.json("explain", Some("1"), "alice");
    assert_eq!(value["weight"]["capped_at"], "40");
    assert_eq!(network.json("explain", Some("1"), "bob")["weight"]["capped_at"], Value::Null);
    let audit = workmint_in(network.path(), &["audit", "."]);
    assert_eq!(audit.code, 0, "{}", audit.stderr);
}

/// Epoch 2 emits 284,864.657146472 GNK. Base x 0.6; low x 0.6 / 1.25; high x 0.6 / 0.8.
#[test]
fn the_estimate_should_be_what_the_close_pays_and_a_band_of_the_hand() {
    let mut network = Network::with_weights();
    network.prove(DAY + 2_000, 1, &[("alice", 100)]);
    let text = network.run("estimate", None, "alice");
    assert_says(
        &text,
        &[
            "Exact: what the open epoch 1 pays if nothing more happens before it ends",
            "rewards from emission: 171,000 GNK",
            "payments for work: 0 GNK",
            "Epoch 2: proofs of weight 100 are accepted; 60 of it counts, of 60 in the network so \
             far (100.0000 %).",
            "epoch rewards 136,735.035430306 170,918.794287883 213,648.492859854 GNK",
            "low: the network's weight is 25 % higher",
        ],
    );
    let value = network.json("estimate", None, "alice");
    let bob = network.run("estimate", None, "bob");
    assert_says(&bob, &["Epoch 2: no proof of yours is accepted yet."]);
    network.block(2 * DAY, Vec::new(), Vec::new());
    let settled = network.json("explain", Some("1"), "alice");
    assert_eq!(value["exact"]["rewards"], settled["totals"][0]);
}

#[test]
fn the_demo_should_be_explained_to_the_last_unit() {
    let dir = tempdir().unwrap();
    let data = dir.path().join("data");
    let run = small(&data, &["--epochs", "4"]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut explained = 0;
    for host in 0..6 {
        let who = address(&format!("workmint demo host {host}")).to_string();
        for epoch in ["0", "1", "2", "3", "4"] {
            let arguments = ["explain", "--data-dir", "data", "--json", epoch, &who];
            let run = workmint_in(dir.path(), &arguments);
            if run.code == 2 {
                continue;
            }
            assert_eq!(run.code, 0, "{}", run.stderr);
            assert_adds_up(&serde_json::from_str(&run.stdout).unwrap());
            explained += 1;
        }
    }
    assert!(explained >= 18, "only {explained} rows were explained");
}

fn assert_adds_up(value: &Value) {
    let mut paid = 0;
    for stream in value["streams"].as_array().unwrap() {
        let number = |key: &str| stream[key].as_str().unwrap().parse::<u128>().unwrap();
        let (share, denominator) = (units(&stream["share"]), number("denominator"));
        if denominator > 0 {
            let budget = units(&stream["budget"]);
            let by_hand = mul_div_floor(budget, number("score"), denominator).unwrap();
            assert_eq!(share, by_hand, "{stream:#}");
        }
        assert_eq!(share, units(&stream["paid"]) + units(&stream["forfeited"]));
        paid += units(&stream["paid"]);
    }
    let sum = |of: &Value, key: Option<&str>| -> u128 {
        let all = of.as_array().unwrap().iter();
        all.map(|one| units(key.map_or(one, |key| &one[key]))).sum()
    };
    assert_eq!(sum(&value["totals"], None), paid);
    assert_eq!(sum(&value["claims"]["entries"], Some("amount")), paid);
}

/// Weight 100 of 1,000 in epoch 1: 285,000 / 10; low / 1.25, high / 0.8; an hour is a 24th.
#[test]
fn the_calculator_should_need_no_network() {
    let base = ["estimate", "--network", "gonka", "--network-weight", "1000"];
    let run = workmint(&[&base[..], &["--weight", "100"]].concat());
    assert_says(
        &run,
        &[
            "Weight: all of 100 counts; that takes 80 GNK of collateral",
            "Share of the network from epoch 1 on: 100 of 1,000, 10.0000 %.",
            "epoch rewards 22,800.000000000 28,500.000000000 35,625.000000000 GNK",
            "hour rewards 950.000000000 1,187.500000000 1,484.375000000 GNK",
            "high: the network's weight is 20 % lower",
        ],
    );
    let run = workmint(&[&base[..], &["--weight", "100", "--collateral", "40"]].concat());
    assert_says(
        &run,
        &[
            "of 100 counts 60: the base of 20 and 40 activated by 40 GNK of collateral",
            "epoch rewards 13,680.000000000 17,100.000000000 21,375.000000000 GNK",
        ],
    );
    // Offset 365 emits 239,634.340501633 GNK (the reference's table).
    let arguments = [&base[..], &["--weight", "1000", "--epoch", "366", "--json"]].concat();
    let value = json(Path::new("."), &arguments);
    let epoch = &value["band"]["periods"][0];
    assert_eq!(epoch["base"]["rewards"]["amount"], "239634340501633");
    assert_eq!(epoch["high"]["rewards"]["amount"], "239634340501633");
    // 100 GPUs of 100 and of 1,000: a tenth.
    assert_eq!(epoch["low"]["rewards"]["amount"], "191707472401306");
}

/// Name of the row, arguments, words of the message.
type Bad<'a> = (&'a str, Vec<&'a str>, &'a str);

fn assert_refused(dir: &Path, rows: &[Bad<'_>]) {
    for (name, arguments, words) in rows {
        let run = workmint_in(dir, arguments);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        let said = has(&run.stderr, words);
        assert!(said, "{name}: no \"{words}\" in {}", run.stderr);
        assert!(run.stdout.is_empty(), "{name}: {}", run.stdout);
    }
}

#[test]
fn bad_questions_to_a_network_should_name_the_argument_and_what_is_allowed() {
    let network = Network::with_weights();
    let (alice, idle) = (address("alice").to_string(), address("judge-1").to_string());
    let stranger = address("stranger").to_string();
    let explain = |rest: &[&'static str]| [&["explain", "--data-dir", "."], rest].concat();
    let of = |epoch, who| vec!["explain", "--data-dir", ".", epoch, who];
    let estimate = |who| vec!["estimate", "--data-dir", ".", who];
    let to_come = "EPOCH: epoch 9 has not begun; allowed: 0 to 1";
    let rows: Vec<Bad<'_>> = vec![
        ("epoch is a word", explain(&["soon", "0x00"]), "[EPOCH]': allowed: whole numbers"),
        ("no address", explain(&["1"]), "<ADDRESS>"),
        ("address too short", explain(&["1", "0x12"]), "[ADDRESS]"),
        ("no data directory", vec!["explain", "1", &alice], "--data-dir"),
        ("epoch to come", of("9", &alice), to_come),
        ("no part in it", of("0", &alice), "has neither weight nor work in epoch 0"),
        ("unknown in an epoch", of("1", &stranger), "ADDRESS: the network does not know"),
        ("no network there", vec!["explain", "--data-dir", "none", "1", &alice], "none"),
        ("unknown account", estimate(&stranger), "ADDRESS: the network does not know"),
        ("idle account", estimate(&idle), "has neither weight nor work in epoch 1"),
    ];
    assert_refused(network.path(), &rows);
}

#[test]
fn bad_questions_to_the_calculator_should_name_the_argument_and_what_is_allowed() {
    let of = |weight: &'static str, network: &'static str| {
        let ask = ["estimate", "--network", "gonka", "--weight"];
        [&ask[..], &[weight, "--network-weight", network]].concat()
    };
    let with = |more: &[&'static str]| [&of("100", "1000")[..], more].concat();
    let bare = vec!["estimate", "--network", "gonka"];
    let unknown = ["estimate", "--network", "x", "--weight", "1", "--network-weight", "1"];
    let first = "--epoch 0: allowed: 1 (the first that mints) to 100001";
    let above = "--weight 10: allowed: 1 to 9, the --network-weight";
    let far = "18446744073709551615";
    let rows: Vec<Bad<'_>> = vec![
        ("nothing asked", vec!["estimate"], "--data-dir"),
        ("no weight", bare, "--weight"),
        ("weight 0", of("0", "9"), "'--weight <W>': allowed: whole numbers from 1 to"),
        ("weight 1.5", of("1.5", "9"), "from 1 to"),
        ("weight 2^64", of("18446744073709551616", "9"), "from 1 to"),
        ("network weight 0", of("1", "0"), "'--network-weight <T>': allowed"),
        ("weight above the network's", of("10", "9"), above),
        ("epoch before emission", with(&["--epoch", "0"]), first),
        ("epoch far beyond", with(&["--epoch", far]), "allowed: 1 (the first that mints) to"),
        ("epoch a word", with(&["--epoch", "soon"]), "'--epoch <N>': allowed: whole numbers"),
        ("ten decimals", with(&["--collateral", "1.0000000001"]), "--collateral 1.0000000001:"),
        ("collateral NaN", with(&["--collateral", "NaN"]), "--collateral NaN:"),
        ("collateral negative", with(&["--collateral=-1"]), "--collateral -1:"),
        ("unknown network", unknown.to_vec(), "no network is called \"x\""),
        ("network and directory", with(&["--data-dir", "."]), "cannot be used with"),
    ];
    assert_refused(Path::new("."), &rows);
}
