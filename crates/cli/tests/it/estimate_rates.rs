//! What contributions are worth, for whom is asking before: estimate, calculator, rates, buckets,
//! health. Figures are document 002's.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::contributions::{
    ContributionKey, SubmitContribution, Verdict, VerifyContributions, submission_hash,
};
use workmint_core::modules::parameters::{AssetId, ModelId};
use workmint_core::modules::registry::{RegisterNode, RegisterParticipant};
use workmint_core::time::Duration;
use workmint_core::{Address, Block, DecodedTransaction, Hash, Message, RawTransaction};
use workmint_networks::preset;
use workmint_storage::store::{Settings, Store};

use crate::support::{self, workmint};

const HOUR: u64 = 3_600_000;

fn answer(arguments: &[&str]) -> Value {
    support::json(Path::new("."), &[arguments, &["--json"]].concat())
}

fn blyan(arguments: &[&str]) -> Value {
    answer(&[&["estimate", "--network", "blyan"], arguments].concat())
}

#[test]
fn every_example_of_the_document_has_its_figure() {
    // (options, stream, BLY): rates and earnings examples of document 002.
    let table: [(&[&str], &str, &str); 8] = [
        (&["--tokens", "100000", "--quality", "1.1"], "inference", "110"),
        (&["--improvement-pct", "2", "--difficulty", "2"], "learning", "2000"),
        (&["--validation-tasks", "50"], "validation", "500"),
        (&["--dataset-gb", "10", "--dataset-quality", "0.9"], "dataset", "900"),
        (&["--daily", "--tokens", "800000"], "inference", "800"),
        (&["--daily", "--improvement-pct", "3", "--difficulty", "1.5"], "learning", "2250"),
        (&["--daily", "--validation-tasks", "200"], "validation", "2000"),
        (
            &["--dataset-gb", "50", "--dataset-quality", "0.9", "--dataset-diversity", "1.1"],
            "dataset",
            "4950",
        ),
    ];
    for (options, stream, worth) in table {
        assert_eq!(blyan(options)[stream]["estimate_bly"], worth, "{options:?}");
    }
    // 1 million tokens at quality 1.2 (getting started).
    let answer = blyan(&["--tokens", "1000000", "--quality", "1.2"]);
    assert_eq!(answer["inference"]["estimate_bly"], "1200");
}

#[test]
fn the_documents_request_has_the_documents_answer() {
    let answer = blyan(&["--tokens", "100000", "--quality", "1.1"]);
    let inference = json!({
        "per_1k_tokens_bly": "1",
        "estimate_bly": "110",
        "quality_applied": "1.1",
        "budget_available": true,
    });
    assert_eq!(answer["inference"], inference);
    assert_eq!(answer["notes"][0], "Estimates include active balancing");
    let fields: Vec<&String> = answer.as_object().expect("an object").keys().collect();
    assert_eq!(fields, ["budget_status", "inference", "notes"]);
    // 100,000,000 / 8,760 BLY an hour, shares by cumulative floor; floors and ceilings of it.
    let status = json!({
        "epoch": 0,
        "hourly_budget": "11415.525114155",
        "buckets": {
            "inference": bucket("5136.986301369", "3424.657534246", "6849.315068493"),
            "learning": bucket("3995.433789955", "2853.881278538", "5707.762557077"),
            "validation": bucket("1141.552511415", "570.776255707", "1712.328767123"),
            "dataset": bucket("1141.552511416", "570.776255707", "1712.328767123"),
        },
    });
    assert_eq!(answer["budget_status"], status);
    assert_eq!(self::answer(&["buckets", "--network", "blyan"]), status);
    // Fields come in the document's order.
    let text = workmint(&["estimate", "--network", "blyan", "--tokens", "100000", "--json"]).stdout;
    let place = |field: &str| text.find(&format!("\"{field}\"")).expect(field);
    assert!(place("inference") < place("notes"));
    assert!(place("per_1k_tokens_bly") < place("estimate_bly"));
}

fn bucket(target: &str, floor: &str, ceiling: &str) -> Value {
    json!({
        "available": target,
        "target": target,
        "floor": floor,
        "ceiling": ceiling,
        "utilization_24h": "0.0",
        "backpay_queue_size": 0,
        "backpay_queue_bly": "0",
    })
}

#[test]
fn people_read_units_and_what_was_clamped() {
    let run = workmint(&[
        "estimate",
        "--network",
        "blyan",
        "--tokens=100000",
        "--quality=2",
        "--dataset-gb=50",
        "--dataset-diversity=1.1",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for part in [
        "Estimate of one contribution in blyan",
        "100,000 tokens  1 BLY for 1,000 tokens",
        "quality 2 -> 1.5",
        "Inference: quality 2 counts as 1.5; its range is 0.5 to 1.5.",
        "Dataset: quality is taken to be 0.9.",
        "total: 5,100 BLY",
        "Dataset budget limited. Available: 1,141.552511416 BLY in epoch 0",
        "paid over 5 epochs of 1h",
    ] {
        assert!(run.stdout.contains(part), "{part}: {}", run.stdout);
    }
    let run = workmint(&["rates", "--network", "blyan"]);
    assert!(run.stdout.contains("500 BLY for 1 % improvement"), "{}", run.stdout);
    assert!(run.stdout.contains("273,972.60273972 BLY a day"), "{}", run.stdout);
}

#[test]
fn scenarios_of_the_calculator() {
    // Without --network: the one built-in network that pays at a rate.
    let answer = self::answer(&["calculator", "--scenario", "inference_hour"]);
    assert_eq!(
        answer,
        self::answer(&[
            "calculator",
            "--network",
            "blyan",
            "--scenario",
            "inference_hour",
            "--tokens-per-hour",
            "100000",
            "--hours",
            "1"
        ])
    );
    let inference = json!({
        "description": "100,000 tokens at quality 1", "reward_bly": "100", "per_hour": "100",
    });
    assert_eq!(answer["estimates"], json!({ "inference": inference }));
    assert_eq!(answer["total_reward_bly"], "100");
    // 100 + 2 x 500 x 1.5 + 50 x 10 + 10 x 100 x 0.9 in 4 hours of 25,000 tokens.
    let options = ["calculator", "--hours", "4", "--tokens-per-hour", "25000"];
    let answer = self::answer(&options);
    assert_eq!(answer["scenario"], "custom");
    assert_eq!(answer["total_reward_bly"], "3000");
    assert_eq!(answer["work_duration_hours"], "4");
    assert_eq!(answer["hourly_rate_bly"], "750");
    let factors = json!({ "base": "1000", "with_difficulty": "1500" });
    assert_eq!(answer["estimates"]["learning"]["factors"], factors);
    assert_eq!(answer["estimates"]["validation"]["per_task"], "10");
    assert_eq!(answer["estimates"]["dataset"]["per_gb"], "90");
}

#[test]
fn work_beyond_one_contribution_is_worth_what_several_are() {
    // 1,000,000 tokens x 24 at 1 BLY for 1,000, as --daily says; one is worth at most 10,000 BLY.
    let options = ["--hours", "24", "--tokens-per-hour", "1000000"];
    let hours = [&["calculator", "--scenario", "inference_hour"], &options[..]].concat();
    let answer = self::answer(&hours);
    assert_eq!(answer["total_reward_bly"], "24000");
    assert_eq!(answer["hourly_rate_bly"], "1000");
    assert_eq!(blyan(&["--daily", "--tokens", "24000000"])["daily"]["total_bly"], "24000");
    let note = "Inference: it takes at least 3 contributions; one is worth at most 10,000 BLY.";
    assert!(answer["note"].as_str().expect("a note").ends_with(note), "{}", answer["note"]);
    let run = workmint(&hours);
    assert!(run.stdout.contains(note), "{}", run.stdout);
    // 2,000 tasks at 10 BLY: 20,000 BLY, 10 a task; no contribution pays 5.
    let tasks = ["calculator", "--scenario", "validation_batch", "--tasks-per-batch", "2000"];
    let answer = self::answer(&tasks);
    assert_eq!(answer["estimates"]["validation"]["per_task"], "10");
    assert_eq!(answer["total_reward_bly"], "20000");
    let note = "Validation: it takes at least 2 contributions; one is worth at most 10,000 BLY.";
    assert!(answer["note"].as_str().expect("a note").ends_with(note), "{}", answer["note"]);
    // 1,000 tasks are one contribution's most: nothing to say.
    let tasks = ["calculator", "--scenario", "validation_batch", "--tasks-per-batch", "1000"];
    let answer = self::answer(&tasks);
    assert_eq!(answer["total_reward_bly"], "10000");
    assert!(!answer["note"].as_str().expect("a note").contains("at least"), "{}", answer["note"]);
}

#[test]
fn bad_questions_are_refused() {
    let estimate = |options: &[&'static str]| [&["estimate", "--network"], options].concat();
    let calculator = |options: &[&'static str]| [&["calculator"], options].concat();
    let tokens = "'--tokens <N>': allowed: whole numbers from 0 to 18446744073709551615 tokens";
    let quality = "'--quality <Q>': allowed: 0 to 4294.967295, with at most 6 decimals";
    let table = [
        ("NaN tokens", estimate(&["blyan", "--tokens", "NaN"]), tokens),
        ("negative tokens", estimate(&["blyan", "--tokens", "-5"]), tokens),
        ("infinite tokens", estimate(&["blyan", "--tokens", "inf"]), tokens),
        ("half a token", estimate(&["blyan", "--tokens", "0.5"]), tokens),
        ("2^64 tokens", estimate(&["blyan", "--tokens", "18446744073709551616"]), tokens),
        ("NaN quality", estimate(&["blyan", "--tokens", "1", "--quality", "NaN"]), quality),
        ("negative quality", estimate(&["blyan", "--tokens", "1", "--quality", "-1"]), quality),
        ("digits", estimate(&["blyan", "--tokens", "1", "--quality", "1.0000001"]), quality),
        (
            "quality of 2^32 millionths",
            estimate(&["blyan", "--tokens", "1", "--quality", "4294.967296"]),
            quality,
        ),
        (
            "no tokens",
            estimate(&["blyan", "--tokens", "0"]),
            "--tokens: one contribution has 1 to 281474976710656 tokens; allowed: that, or --daily",
        ),
        (
            "2^48 + 1 tasks",
            estimate(&["blyan", "--validation-tasks", "281474976710657"]),
            "--validation-tasks: one contribution has 1 to 281474976710656 tasks",
        ),
        (
            "a loss of 0",
            estimate(&["blyan", "--improvement-pct", "100"]),
            "--improvement-pct: one contribution has 0.0000001 to 99.9999999 % improvement",
        ),
        ("quality alone", estimate(&["blyan", "--quality", "1"]), "--tokens"),
        (
            "101 %",
            estimate(&["blyan", "--improvement-pct", "101"]),
            "'--improvement-pct <P>': allowed: 0 to 100 % improvement, with at most 7 decimals",
        ),
        (
            "a negative complexity",
            estimate(&["blyan", "--validation-tasks", "1", "--complexity=-1"]),
            "'--complexity <C>': allowed: 0 to 4294.967295",
        ),
        (
            "ten digits of GB",
            estimate(&["blyan", "--dataset-gb", "0.0000000001"]),
            "'--dataset-gb <GB>': allowed: 0 to 18446744073.709551615 GB, with at most 9",
        ),
        (
            "a network by weight",
            estimate(&["gonka", "--tokens", "1"]),
            "--tokens: the network pays no contributions at a rate; allowed: --weight W",
        ),
        (
            "weight in a network at rates",
            estimate(&["blyan", "--weight", "1", "--network-weight", "2"]),
            "network blyan pays nothing by weight; allowed: --tokens, --improvement-pct, \
             --validation-tasks, --dataset-gb",
        ),
        ("nothing", estimate(&["blyan"]), "allowed: --tokens, --improvement-pct"),
        ("a day of nothing", estimate(&["blyan", "--daily"]), "--daily: a day of what?"),
        (
            "both",
            estimate(&["blyan", "--tokens", "1", "--weight", "1", "--network-weight", "2"]),
            "depends on no participant and no weight",
        ),
        ("no network", estimate(&["x", "--tokens", "1"]), "no network is called \"x\""),
        (
            "an unknown scenario",
            calculator(&["--scenario", "mining"]),
            "allowed: custom, inference_hour, learning_session, validation_batch, dataset_upload",
        ),
        (
            "tasks in another scenario",
            calculator(&["--scenario", "inference_hour", "--tasks-per-batch", "5"]),
            "--tasks-per-batch: scenario inference_hour has none; allowed: --tokens-per-hour",
        ),
        ("no hours", calculator(&["--hours", "0"]), "allowed: 0.001 to 8760 hours"),
        ("negative hours", calculator(&["--hours", "-1"]), "allowed: 0.001 to 8760 hours"),
        ("NaN hours", calculator(&["--hours", "NaN"]), "allowed: 0.001 to 8760 hours"),
        ("gonka's calculator", calculator(&["--network", "gonka"]), "pays no contributions"),
        ("gonka's buckets", vec!["buckets", "--network", "gonka"], "pays no contributions"),
        ("gonka's rates", vec!["rates", "--network", "gonka"], "pays no contributions"),
        ("health of nothing", vec!["health", "--data-dir", "nowhere"], "nowhere"),
    ];
    for (name, arguments, says) in table {
        let run = workmint(&arguments);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        let told = run.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(says), "{name}: {told}");
        assert_eq!(run.stdout, "", "{name}");
    }
}

fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

/// Blyan without rollover, and with windows so short that what is submitted early in an hour is
/// final at its end.
struct Network {
    store: Store,
}

impl Network {
    fn create(dir: &Path) -> Self {
        let mut definition = preset("blyan").expect("blyan").definition().expect("a network");
        definition.parameters.buckets.as_mut().expect("buckets").rollover_epochs = 0;
        let rules = definition.parameters.contributions.as_mut().expect("contributions");
        rules.verify_window = Duration::Milliseconds(HOUR / 4);
        rules.challenge_window = Duration::Milliseconds(HOUR / 2);
        let names = definition.names();
        let names = names.iter().map(|name| (name.to_string(), address(name.as_str())));
        let bindings: BTreeMap<String, Address> = names.collect();
        let genesis = definition.genesis(0, &bindings).expect("a genesis");
        let store = Store::create(dir, &genesis, Settings::default()).expect("a store");
        Self { store }
    }

    fn block(&mut self, time_ms: u64, messages: Vec<(&str, Message)>) {
        let mut nonces: BTreeMap<&str, u64> = BTreeMap::new();
        let mut decoded = Vec::new();
        for (who, message) in messages {
            let ledger = &self.store.state().ledger;
            let nonce = nonces.entry(who).or_insert_with(|| {
                let account = ledger.handle(&address(who)).and_then(|of| ledger.account(of));
                account.map_or(0, |account| account.nonce)
            });
            decoded.push(DecodedTransaction::new(address(who), *nonce, message));
            *nonce += 1;
        }
        let raw = |one: &DecodedTransaction| RawTransaction {
            codec: 0,
            bytes: one.encode_local().expect("bytes"),
        };
        let block = Block {
            height: self.store.state().chain().height + 1,
            time_ms,
            transactions: decoded.iter().map(raw).collect(),
            evidence: Vec::new(),
            votes: Vec::new(),
            proposer: None,
        };
        let applied = self.store.commit(vec![(block, decoded)]).expect("a block");
        assert!(applied[0].results.iter().all(Result::is_ok), "{:?}", applied[0].results);
    }

    /// The founder's new dataset of 50 GB, of quality 0.9 and diversity 1.1, is accepted.
    fn dataset(&mut self) {
        let register = RegisterParticipant { owner: address("founder"), validator: None };
        let node = RegisterNode { node: 1, models: vec![ModelId(0)] };
        let sub = SubmitContribution {
            epoch: 0,
            id: 1,
            stream: "dataset".parse().expect("a name"),
            node: 1,
            model: None,
            quantity: 50_000_000_000,
            content: Hash([7; 32]),
        };
        self.block(
            1,
            vec![
                ("founder", Message::RegisterParticipant(register)),
                ("founder", Message::RegisterNode(node)),
                ("founder", Message::SubmitContribution(sub.clone())),
            ],
        );
        let verdict = Verdict {
            contribution: ContributionKey { epoch: 0, contributor: address("founder"), id: 1 },
            submission: submission_hash(&address("founder"), &sub).expect("a hash"),
            approve: true,
            confidence: 1_000_000,
            quantity: sub.quantity,
            first: 900_000,
            second: 1_100_000,
        };
        let verdicts =
            Message::VerifyContributions(VerifyContributions { verdicts: vec![verdict] });
        let by = ["verifier-1", "verifier-2", "verifier-3"];
        self.block(2, by.into_iter().map(|who| (who, verdicts.clone())).collect());
    }

    fn balance(&self) -> Amount {
        let ledger = &self.store.state().ledger;
        let founder = ledger.handle(&address("founder")).expect("the founder");
        ledger.spendable(founder, AssetId(0))
    }
}

/// A network without weight: no band and no proofs, but what was earned in epoch 0 and is owed of
/// 4,950 BLY.
fn shows_what_was_earned(dir: &str, earned: u128) {
    let founder = address("founder").to_string();
    let ask = ["estimate", "--data-dir", dir, &founder];
    let document = answer(&ask);
    assert_eq!((&document["band"], &document["next_weight"]), (&Value::Null, &Value::Null));
    let contributions = &document["contributions"];
    let of = |base: u128| Value::String(base.to_string());
    assert_eq!(contributions["earned"][0]["epoch"], "0");
    assert_eq!(contributions["earned"][0]["rewards"]["amount"], of(earned));
    assert_eq!(contributions["owed"]["amount"], of(4_950_000_000_000 - earned));
    let told = workmint(&ask).stdout;
    for part in
        ["Paid by the last settled epochs\n  epoch 0: 1,712.", "Owed as backpay", "--tokens"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("Band") && !told.contains("proof"), "{told}");
}

#[test]
fn a_running_network_pays_what_was_estimated_and_shows_what_it_owes() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("net");
    let at = dir.to_str().expect("a path").to_owned();
    let mut network = Network::create(&dir);
    let ask = [
        "estimate",
        "--data-dir",
        &at,
        "--dataset-gb=50",
        "--dataset-quality=0.9",
        "--dataset-diversity=1.1",
    ];
    let before = answer(&ask);
    assert_eq!(before["dataset"]["estimate_bly"], "4950");
    assert_eq!(before["dataset"]["budget_available"], false);
    let note = before["notes"][0].as_str().expect("a note");
    assert!(note.contains("paid over 5 epochs of 1h, 1,141.552511416 BLY at first"), "{note}");
    network.dataset();
    // Final at this hour's end: the bucket has nothing left for others.
    let status = answer(&["buckets", "--data-dir", &at]);
    assert_eq!(status["buckets"]["dataset"]["available"], "0");
    assert_eq!(status["buckets"]["learning"]["available"], "3995.433789955");
    let start = network.balance();
    let mut paid = Vec::new();
    for hour in 1..=5 {
        network.block(hour * HOUR, Vec::new());
        let earned = network.balance().checked_sub(start).expect("more").get();
        paid.push(earned);
        if hour == 1 {
            shows_what_was_earned(&at, earned);
            let status = answer(&["buckets", "--data-dir", &at]);
            let bucket = &status["buckets"]["dataset"];
            let owed = Amount::new(4_950_000_000_000 - earned).to_decimal(9);
            assert_eq!(bucket["backpay_queue_bly"], Value::String(owed));
            assert_eq!(bucket["backpay_queue_size"], 1);
            // It borrowed up to its ceiling of 15 %, one and a half times its target.
            assert_eq!(bucket["utilization_24h"], "149.9");
            let health = answer(&["health", "--data-dir", &at]);
            assert_eq!(health["status"], "degraded");
            let issue = health["issues"][0].as_str().expect("an issue");
            assert!(issue.starts_with("learning paid 0.0 % of its targets"), "{issue}");
        }
    }
    // Never later than estimated: k epochs pay at least k targets, five all of it.
    for (at, paid) in (1..).zip(&paid) {
        let sure = (1_141_552_511_416 * at).min(4_950_000_000_000);
        assert!(*paid >= sure, "after {at} epochs: {paid}");
    }
    assert_eq!(paid[4], 4_950_000_000_000);
    let run = workmint(&["health", "--data-dir", &at]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.starts_with("blyan, epoch 5: degraded"), "{}", run.stdout);
    let run = workmint(&["buckets", "--data-dir", &at, "--metrics"]);
    assert!(run.stdout.contains("alert: learning paid 0.0 %"), "{}", run.stdout);
}
