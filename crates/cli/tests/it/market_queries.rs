//! `metrics`, `estimate` of a job, `settle`, `explain` and `history` on a chain of `hanzo` whose
//! figures are computed by hand.

use std::path::Path;

use serde_json::Value;
use workmint_amounts::Amount;
use workmint_core::modules::attestation::{AttestHeartbeats, AttestTier, RequestTier};
use workmint_core::modules::ledger::{self, Pot};
use workmint_core::modules::market::jobs::{
    AcceptJob, CreateJob, Message as Job, PutOffer, RevealResult, result_seal,
};
use workmint_core::modules::registry::RegisterParticipant;
use workmint_core::modules::stake::DepositStake;
use workmint_core::names::{AssetId, ModelId};
use workmint_core::{Hash, Message};
use workmint_networks::preset;

use crate::explain::network::{DAY, Network, address};
use crate::support::{Run, json, workmint, workmint_in};

const HOUR: u64 = DAY / 24;
/// Base units of an AI.
const AI: u128 = 1_000_000_000_000_000_000;
const MODEL: &str = "qwen3-30b";

fn stake(who: &str) -> (&str, Message) {
    (who, Message::DepositStake(DepositStake { amount: Amount::new(1_000 * AI), lock_ms: 0 }))
}

fn offer(model: u16, tier: u8, capacity: u64) -> Message {
    Message::Job(Job::PutOffer(PutOffer { model: ModelId(model), tier, capacity }))
}

fn probe(number: u16, answered: &[&str]) -> Message {
    let mut answered: Vec<_> = answered.iter().map(|who| address(who)).collect();
    answered.sort_unstable();
    Message::AttestHeartbeats(AttestHeartbeats { probe: number, answered })
}

/// gpu attests tier 3 and offers 5,000 units of the first model, cpu 2,000 of the second; both
/// stake 1,000 AI. The community lets gpu do 1,000 units at tier 3 and 500 at tier 0, all paid.
/// Of two probes gpu answers both, cpu one. Both staked in epoch 0; all else is of epoch 1, and it
/// is closed.
fn closed() -> Network {
    // Without fees in HANZO, which everybody would have to change AI for first.
    let text = preset("hanzo").unwrap().text.replace("flat = \"0.01\"", "flat = \"0\"");
    let mut network = Network::by(&text);
    let give = |who: &str| {
        let amount = Amount::new(10_000 * AI);
        Message::Transfer(ledger::Transfer { to: address(who), asset: AssetId(0), amount })
    };
    let join = |who| RegisterParticipant { owner: address(who), validator: None };
    network.block(
        1_000,
        vec![
            ("community", give("gpu")),
            ("community", give("cpu")),
            ("gpu", Message::RegisterParticipant(join("gpu"))),
            ("cpu", Message::RegisterParticipant(join("cpu"))),
            stake("gpu"),
            stake("cpu"),
            ("gpu", Message::RequestTier(RequestTier { tier: 3, evidence: Hash([4; 32]) })),
        ],
        Vec::new(),
    );
    network.block(DAY, Vec::new(), Vec::new());
    let attest = Message::AttestTier(AttestTier {
        account: address("gpu"),
        tier: 3,
        evidence: Hash([4; 32]),
        approve: true,
    });
    let mut messages = Vec::new();
    for attestor in ["attestor-1", "attestor-2", "attestor-3"] {
        messages.push((attestor, attest.clone()));
        messages.push((attestor, probe(0, &["gpu", "cpu"])));
        messages.push((attestor, probe(1, &["gpu"])));
    }
    messages.push(("gpu", offer(0, 3, 5_000)));
    messages.push(("cpu", offer(1, 0, 2_000)));
    network.block(DAY + 2_000, messages, Vec::new());
    let genesis = network.store.state().chain().genesis;
    let mut messages = Vec::new();
    for (number, tier, max_units) in [(0, 3, 1_000), (1, 0, 500)] {
        let create = CreateJob {
            model: ModelId(0),
            max_units,
            tier,
            max_latency_ms: 1_000,
            max_spend: Amount::new(AI),
            commitment: Hash([7; 32]),
            provider: None,
        };
        let customer = address("community");
        let result = Hash([9; 32]);
        let bound = (&address("gpu"), &result);
        let seal = result_seal(&genesis, (&customer, number), &Hash([7; 32]), bound);
        let reveal = RevealResult { customer, number, units: max_units, result, seal };
        messages.push(("community", Message::Job(Job::CreateJob(create))));
        messages.push(("gpu", Message::Job(Job::AcceptJob(AcceptJob { customer, number }))));
        messages.push(("gpu", Message::Job(Job::RevealResult(reveal))));
    }
    network.block(DAY + 3_000, messages, Vec::new());
    network.block(DAY + 2 * HOUR, Vec::new(), Vec::new());
    network.block(2 * DAY, Vec::new(), Vec::new());
    network
}

/// The same, and nothing happens in epoch 2.
fn sold() -> Network {
    let mut network = closed();
    network.block(3 * DAY, Vec::new(), Vec::new());
    network
}

fn amount(value: &Value) -> u128 {
    assert_eq!((&value["asset"], &value["decimals"]), (&"AI".into(), &18.into()));
    value["amount"].as_str().unwrap().parse().unwrap()
}

fn refused(run: &Run, words: &[&str]) {
    assert_eq!(run.code, 2, "{}", run.stdout);
    for words in words {
        assert!(run.stderr.contains(words), "no \"{words}\" in {}", run.stderr);
    }
}

/// 0.0001 AI a unit: 1,000 units x 1.8 are 0.18 AI, 500 units 0.05 AI.
#[test]
fn metrics_are_those_of_the_hand() {
    let network = sold();
    let all = json(network.path(), &["metrics", "--data-dir", ".", "--json"]);
    assert_eq!((&all["network"], &all["epoch_length"]), (&"hanzo".into(), &"1d".into()));
    let epochs = all["epochs"].as_array().unwrap();
    let numbers: Vec<&str> = epochs.iter().map(|row| row["epoch"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["0", "1", "2", "3"]);
    assert_eq!((&epochs[2]["open"], &epochs[3]["open"]), (&false.into(), &true.into()));
    assert_eq!(epochs[0]["utilization"]["utilization"], Value::Null, "nothing was offered");
    let first = &epochs[1];
    assert_eq!(first["daily_active_providers"], "1");
    let prices = first["average_job_price"].as_array().unwrap();
    assert_eq!(prices.len(), 5, "every tier is there");
    for (tier, jobs, price) in [(0, "1", AI / 20), (3, "1", AI * 18 / 100)] {
        let found = &prices[tier];
        assert_eq!(found["privacy_tier"], tier);
        assert_eq!((&found["jobs"], amount(&found["price"])), (&jobs.into(), price));
        assert_eq!(amount(&found["paid"]), price);
    }
    assert_eq!((&prices[3]["name"], &prices[3]["units"]), (&"gpu-tee".into(), &"1000".into()));
    assert_eq!(amount(&prices[3]["price_per_unit"]), AI * 18 / 100_000);
    assert_eq!((&prices[1]["jobs"], &prices[1]["price"]), (&"0".into(), &Value::Null));
    let models = first["models"].as_array().unwrap();
    let of = |row: &Value| row["utilization"].as_str().unwrap().to_owned();
    assert_eq!((models[0]["model"].as_str().unwrap(), of(&models[0])), (MODEL, "0.300000".into()));
    assert_eq!(of(&models[1]), "0.000000");
    // 1,500 / 7,000.
    assert_eq!(of(&first["utilization"]), "0.214285");
    // Nothing was sold in the next epoch, and the offers are still there.
    let next = &epochs[2];
    assert_eq!(next["daily_active_providers"], "0");
    assert!(next["average_job_price"].as_array().unwrap().iter().all(|row| row["price"].is_null()));
    assert_eq!(next["models"][0]["units_offered"], "5000");
}

#[test]
fn metrics_come_in_pages_and_for_people() {
    let network = sold();
    let page = json(network.path(), &["metrics", "--data-dir", ".", "--limit", "2", "--json"]);
    assert_eq!((page["epochs"].as_array().unwrap().len(), &page["next"]), (2, &"2".into()));
    let rest = json(network.path(), &["metrics", "--data-dir", ".", "--from", "2", "--json"]);
    assert_eq!((rest["epochs"].as_array().unwrap().len(), &rest["next"]), (2, &Value::Null));
    let table = workmint_in(network.path(), &["metrics", "--data-dir", "."]);
    assert_eq!(table.code, 0, "{}", table.stderr);
    for words in ["price gpu-tee, AI", "0.180000", "0.214285", "3 (open)", "this is all"] {
        assert!(table.stdout.contains(words), "no \"{words}\" in\n{}", table.stdout);
    }
    let one = workmint_in(network.path(), &["metrics", "--data-dir", ".", "--epoch", "1"]);
    for words in ["1 with a paid job", "3 gpu-tee", "0.18 AI", "0.00018 AI", "0.300000"] {
        assert!(one.stdout.contains(words), "no \"{words}\" in\n{}", one.stdout);
    }
    let late = ["metrics", "--data-dir", ".", "--epoch", "4"];
    refused(&workmint_in(network.path(), &late), &["--epoch", "allowed: 0 to 3"]);
    let late = ["metrics", "--data-dir", ".", "--from", "9"];
    refused(&workmint_in(network.path(), &late), &["--from", "allowed: 0 to 3"]);
}

/// What `CreateJob` locks and what the job pays, by the chain: 0.27 AI and 0.18 AI.
#[test]
fn an_estimate_is_what_the_job_costs() {
    let job = ["--model", MODEL, "--tokens", "1000", "--tier", "gpu-tee", "--json"];
    let of = |source: &[&str], dir: &Path| {
        let arguments: Vec<&str> =
            ["estimate"].into_iter().chain(source.iter().copied()).chain(job).collect();
        json(dir, &arguments)
    };
    let file = of(&["--network", "hanzo"], Path::new("."));
    assert_eq!((&file["providers"], &file["epoch"]), (&Value::Null, &Value::Null));
    assert_eq!(amount(&file["price_per_unit"]), AI / 10_000);
    assert_eq!(amount(&file["deposit"]), AI * 27 / 100);
    assert_eq!(amount(&file["payment"]), AI * 18 / 100);
    // 0.3 % of 0.18 AI.
    assert_eq!(amount(&file["fee"]), AI * 54 / 100_000);
    assert_eq!(amount(&file["to_provider"]), AI * 17_946 / 100_000);
    assert_eq!(amount(&file["refunded"]), AI * 9 / 100);
    // Within ten minutes one step of at most a tenth can end.
    let reach = &file["price_bounds"][0];
    assert_eq!((&reach["within"], &reach["steps"]), (&"10m".into(), &"1".into()));
    assert_eq!(amount(&reach["lowest"]), AI * 9 / 100_000);
    assert_eq!(amount(&reach["highest"]), AI * 11 / 100_000);
    assert_eq!(file["price_bounds"][1]["steps"], "3");
    let network = sold();
    let live = of(&["--data-dir", "."], network.path());
    let providers = live["providers"].as_array().unwrap();
    assert_eq!(providers.len(), 1, "cpu offers another model");
    assert_eq!(providers[0]["provider"], address("gpu").to_string());
    assert_eq!(
        (&providers[0]["units_free"], &providers[0]["enough"]),
        (&"5000".into(), &true.into())
    );
    let price = network.store.state();
    let rules = price.active_parameters().unwrap();
    let now = workmint_core::modules::pricing::price(price, &rules, ModelId(0)).unwrap();
    assert_eq!(amount(&live["price_per_unit"]), now.get());
    assert_ne!(now.get(), AI / 10_000, "nobody asked: it fell");
}

#[test]
fn a_bad_question_names_its_field_and_what_is_allowed() {
    let ask = |more: &[&str]| {
        let arguments = ["estimate", "--network", "hanzo"].into_iter().chain(more.iter().copied());
        workmint(&arguments.collect::<Vec<&str>>())
    };
    refused(&ask(&["--model", "gpt", "--tokens", "5"]), &["--model", "qwen3-30b, qwen3-4b"]);
    let tier = ask(&["--model", MODEL, "--tokens", "5", "--tier", "secret"]);
    refused(&tier, &["--tier", "gpu-tee or 3", "tee-io or 4"]);
    for tokens in ["0", "1000001"] {
        refused(&ask(&["--model", MODEL, "--tokens", tokens]), &["--tokens", "1 to 1000000"]);
    }
    let quality = ask(&["--model", MODEL, "--tokens", "5", "--quality", "1.6"]);
    refused(&quality, &["--quality", "0.8 to 1.5"]);
    refused(&ask(&["--model", MODEL]), &["--tokens"]);
    refused(
        &workmint(&["estimate", "--network", "gonka", "--model", "x", "--tokens", "5"]),
        &["--model", "no market of jobs"],
    );
}

/// The frozen inputs of the chain's epoch as CSV and options give the root that the chain recorded.
#[test]
fn settle_gives_the_root_of_the_close() {
    let network = sold();
    let inputs = network.store.epoch_inputs(1).unwrap().inputs;
    let mut csv = "account,stake,staking_power,probes_answered,paid_jobs,pool_shares\n".to_owned();
    for row in inputs.providers.rows() {
        let account = inputs.participants.account[row.participant as usize];
        let units = |amount: Amount| amount.to_decimal(18);
        let (stake, power) = (units(row.stake), units(row.power));
        let (answered, paid, shares) = (row.answered, row.paid, row.shares);
        csv.push_str(&format!("{account},{stake},{power},{answered},{paid},{shares}\n"));
    }
    assert_eq!(csv.lines().count(), 3);
    std::fs::write(network.path().join("providers.csv"), &csv).unwrap();
    let uses: Vec<String> =
        inputs.utilisation.iter().map(|row| format!("{}/{}", row.demand, row.supply)).collect();
    let (uses, probes) = (uses.join(","), inputs.probes.to_string());
    let mut arguments = vec!["settle", "--network", "hanzo", "--epoch", "1", "providers.csv"];
    arguments.extend(["--json", "--probes", &probes, "--utilization", &uses]);
    let minted = inputs.emission.minted.to_decimal(18);
    arguments.extend(["--minted", &minted]);
    let pots = inputs.pots.iter().filter_map(|(_, pot, held)| match pot {
        Pot::Named(name) => Some(format!("{name}={}", held.to_decimal(18))),
        _ => None,
    });
    let pots: Vec<String> = pots.collect();
    assert!(!pots.is_empty(), "fees were split");
    for pot in &pots {
        arguments.extend(["--pot", pot.as_str()]);
    }
    let settled = json(network.path(), &arguments);
    let header = network.store.state().settlement.header(1).unwrap();
    assert!(header.claims > 0 && !header.minted.is_zero());
    assert_eq!(settled["root"], header.root.to_string());
    assert_eq!(settled["minted"]["amount"], header.minted.to_string());
    // Another fact, another root.
    std::fs::write(network.path().join("other.csv"), csv.replace(",2,", ",1,")).unwrap();
    arguments[5] = "other.csv";
    assert_ne!(json(network.path(), &arguments)["root"], header.root.to_string());
}

#[test]
fn settle_names_the_column_and_row_that_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let gpu = address("gpu");
    let settle = |network: &str, column: &str, value: &str, more: &[&str]| {
        let text = format!("account,{column}\n{gpu},{value}\n");
        std::fs::write(folder.path().join("in.csv"), text).unwrap();
        let arguments = ["settle", "--network", network, "in.csv"];
        workmint_in(folder.path(), &[&arguments[..], more].concat())
    };
    refused(&settle("hanzo", "stake", "-1", &[]), &["in.csv:2: stake", "allowed: 0 to"]);
    refused(&settle("hanzo", "pool_shares", "1.5", &[]), &["in.csv:2: pool_shares"]);
    refused(&settle("hanzo", "paid_jobs", "x", &[]), &["in.csv:2: paid_jobs", "whole number"]);
    let more = ["--probes", "3"];
    refused(&settle("hanzo", "probes_answered", "4", &more), &["in.csv:2:", "4 probes, 3 were"]);
    refused(&settle("gonka", "stake", "1", &[]), &["in.csv:2: stake", "no [stake]"]);
    refused(&settle("gonka", "weight", "", &more), &["--probes", "gonka"]);
    refused(&settle("hanzo", "stake", "1", &["--pot", "burn=1"]), &["providers, liquidity"]);
    refused(&settle("hanzo", "stake", "1", &["--utilization", "5"]), &["such as 1200/5000"]);
}

/// Stake x 2 / 2 probes x factor 0.5 (1,500 of 7,000 are less) x 0.000137.
#[test]
fn a_provider_reads_what_it_earned_and_what_happened() {
    let network = sold();
    let told = network.run("explain", Some("1"), "gpu");
    assert_eq!(told.code, 0, "{}", told.stderr);
    let flat: Vec<&str> = told.stdout.split_whitespace().collect();
    let flat = flat.join(" ");
    for words in [
        "1,000 AI x 2 / 2 x 0.5 x 0.000137 = 0.0685 AI",
        "Your staking power was",
        "you answered 2 of 2 and were paid for 2 jobs",
    ] {
        assert!(flat.contains(words), "no \"{words}\" in\n{}", told.stdout);
    }
    assert!(!flat.contains("No compute proof"), "hanzo pays nothing by weight");
    let cpu = network.json("explain", Some("1"), "cpu");
    assert_eq!(cpu["streams"][0]["provider"]["probes_answered"], "1");
    // 30 % of the fee of 0.23 AI, all of it gpu's: cpu had no paid job.
    let provider =
        cpu["streams"].as_array().unwrap().iter().find(|row| row["stream"] == "providers");
    assert_eq!(provider.unwrap()["paid"]["amount"], "0");
    let history = network.run("history", None, "gpu");
    for words in
        ["1,000 AI staked", "0.17946 AI", "fee 0.00054 AI", "0.09 AI back", "privacy tier 3"]
    {
        assert!(history.stdout.contains(words), "no \"{words}\" in\n{}", history.stdout);
    }
}

/// gpu asks for 0.0685 AI, cpu for half of it, and the budget is far more: base is what was paid,
/// low a fifth less, high a fourth more.
#[test]
fn the_estimate_of_a_provider_goes_by_the_last_epoch() {
    let network = closed();
    let told = network.json("estimate", None, "gpu");
    let epoch = &told["band"]["periods"][0];
    assert_eq!(epoch["per"], "epoch");
    let rewards = |case: &str| amount(&epoch[case]["rewards"]);
    assert_eq!(rewards("base"), AI * 685 / 10_000);
    assert_eq!(rewards("low"), AI * 548 / 10_000);
    assert_eq!(rewards("high"), AI * 85_625 / 1_000_000);
    let mut notes = told["assumptions"].as_array().unwrap().iter();
    let said = notes.find(|note| note["name"] == "providers").unwrap();
    assert!(said["text"].as_str().unwrap().contains("as in epoch 1"));
    let words = network.run("estimate", None, "gpu");
    assert_eq!(words.code, 0, "{}", words.stderr);
    assert!(!words.stdout.contains("no proof of yours"), "hanzo pays nothing by weight");
}
