//! Contributions on a real network, from submission to payment or to the line that says why not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use workmint_amounts::Amount;
use workmint_core::modules::contributions::{
    ChallengeContribution, ContributionKey, JudgeContribution, SubmitContribution, Verdict,
    VerifyContributions, submission_hash,
};
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::{AssetId, ModelId};
use workmint_core::modules::registry::{RegisterNode, RegisterParticipant};
use workmint_core::time::Duration;
use workmint_core::{Address, Block, DecodedTransaction, Hash, Message, RawTransaction};
use workmint_storage::store::{Settings, Store};

use crate::support::{json, workmint, workmint_in};

const HOUR: u64 = 3_600_000;
const BLY: u128 = 1_000_000_000;

fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

/// Blyan without rollover, and with windows so short that what is submitted early in an hour is
/// final at its end.
struct Network {
    store: Store,
    nonces: BTreeMap<Address, u64>,
    height: u64,
}

impl Network {
    fn create(dir: &Path) -> Self {
        let mut definition = workmint_networks::preset("blyan").unwrap().definition().unwrap();
        let parameters = &mut definition.parameters;
        parameters.buckets.as_mut().unwrap().rollover_epochs = 0;
        let rules = parameters.contributions.as_mut().unwrap();
        rules.verify_window = Duration::Milliseconds(HOUR / 4);
        rules.challenge_window = Duration::Milliseconds(HOUR / 2);
        let bindings: BTreeMap<String, Address> = definition
            .names()
            .iter()
            .map(|name| (name.to_string(), address(name.as_str())))
            .collect();
        let genesis = definition.genesis(0, &bindings).unwrap();
        let store = Store::create(dir, &genesis, Settings::default()).unwrap();
        Self { store, nonces: BTreeMap::new(), height: 0 }
    }

    /// A block; gives the error texts of its transactions.
    fn block(&mut self, time_ms: u64, messages: Vec<(&str, Message)>) -> Vec<Option<String>> {
        self.height += 1;
        let mut decoded = Vec::new();
        for (who, message) in messages {
            let sender = address(who);
            let nonce = self.nonces.entry(sender).or_default();
            decoded.push(DecodedTransaction::new(sender, *nonce, message));
            *nonce += 1;
        }
        let encode = |one: &DecodedTransaction| RawTransaction {
            codec: 0,
            bytes: one.encode_local().unwrap(),
        };
        let block = Block {
            height: self.height,
            time_ms,
            transactions: decoded.iter().map(encode).collect(),
            evidence: Vec::new(),
            votes: Vec::new(),
            proposer: None,
        };
        let applied = self.store.commit(vec![(block, decoded)]).unwrap().remove(0);
        let text = |result: Result<_, workmint_core::Error>| result.err().map(|e| e.to_string());
        applied.results.into_iter().map(text).collect()
    }

    /// A block in which nothing may fail.
    fn good(&mut self, time_ms: u64, messages: Vec<(&str, Message)>) {
        let results = self.block(time_ms, messages);
        assert!(results.iter().all(Option::is_none), "{results:?}");
    }
}

const CONTRIBUTORS: [&str; 5] = ["alice", "bob", "carol", "dave", "erin"];

fn join(network: &mut Network) {
    let mut messages = Vec::new();
    for to in CONTRIBUTORS.map(address) {
        let (asset, amount) = (AssetId(0), Amount::new(BLY));
        messages.push(("founder", Message::Transfer(Transfer { to, asset, amount })));
    }
    network.good(1, messages);
    let mut messages = Vec::new();
    for who in CONTRIBUTORS {
        let owner = address(who);
        let register = RegisterParticipant { owner, validator: None };
        messages.push((who, Message::RegisterParticipant(register)));
        let node = RegisterNode { node: 1, models: vec![ModelId(0)] };
        messages.push((who, Message::RegisterNode(node)));
    }
    network.good(2, messages);
}

fn tokens(epoch: u64, id: u64, quantity: u64) -> SubmitContribution {
    SubmitContribution {
        epoch,
        id,
        stream: "inference".parse().unwrap(),
        node: 1,
        model: Some(ModelId(0)),
        quantity,
        // Evidence counts once: every id has its own.
        content: Hash([u8::try_from(id).unwrap(); 32]),
    }
}

fn loss(id: u64, loss: u64) -> SubmitContribution {
    SubmitContribution { stream: "learning".parse().unwrap(), ..tokens(0, id, loss) }
}

fn key(who: &str, sub: &SubmitContribution) -> ContributionKey {
    ContributionKey { epoch: sub.epoch, contributor: address(who), id: sub.id }
}

/// A verdict: whether it approves, how sure in per cent, and the multipliers in thousandths.
fn verdict(
    (who, sub): (&str, &SubmitContribution),
    (approve, sure): (bool, u32),
    (first, second): (u32, u32),
) -> Verdict {
    Verdict {
        contribution: key(who, sub),
        submission: submission_hash(&address(who), sub).unwrap(),
        approve,
        confidence: sure * 10_000,
        quantity: sub.quantity,
        first: first * 1_000,
        second: second * 1_000,
    }
}

fn verify(mut verdicts: Vec<Verdict>) -> Message {
    verdicts.sort_by_key(|verdict| verdict.contribution);
    Message::VerifyContributions(VerifyContributions { verdicts })
}

/// Alice and bob share a surge, carol is rejected, dave refuted, erin never verified, alice's
/// improvement final; then two hours in which backpay is paid off.
fn surge(dir: &Path) {
    let mut network = Network::create(dir);
    join(&mut network);
    let submit = |sub: &SubmitContribution| Message::SubmitContribution(sub.clone());
    let whole = tokens(0, 1, 10_000_000);
    let better = loss(2, 2_450_000_000);
    let mut messages: Vec<(&str, Message)> =
        CONTRIBUTORS.iter().map(|who| (*who, submit(&whole))).collect();
    messages.push(("alice", submit(&better)));
    messages.push(("alice", submit(&whole)));
    network.good(10, messages);
    let results = network.block(
        11,
        vec![
            ("alice", submit(&tokens(0, 9, 0))),
            ("alice", submit(&tokens(5, 9, 10))),
            ("bob", submit(&tokens(0, 1, 11))),
        ],
    );
    assert!(results.iter().all(Option::is_some), "{results:?}");
    let verdicts = |number: usize| {
        let quality = [1_000, 1_200, 1_300][number];
        let sure = [97, 98, 90][number];
        verify(vec![
            verdict(("alice", &whole), (true, sure), (quality, 1_000)),
            verdict(("bob", &whole), (true, 99), (1_000, 1_000)),
            verdict(("carol", &whole), (number == 0, 99), (1_000, 1_000)),
            verdict(("dave", &whole), (true, 99), (1_000, 1_000)),
            verdict(("alice", &better), (true, 99), (5_000, 1_000)),
        ])
    };
    let verdicts = (0..3).map(verdicts).collect::<Vec<_>>();
    // Carol is decided by the second verdict against her: the third verifier leaves her out.
    let mut third = verdicts[2].clone();
    if let Message::VerifyContributions(list) = &mut third {
        list.verdicts.retain(|verdict| verdict.contribution != key("carol", &whole));
    }
    let fourth = verify(vec![verdict(("carol", &whole), (false, 99), (1_000, 1_000))]);
    network
        .good(12, vec![("verifier-1", verdicts[0].clone()), ("verifier-2", verdicts[1].clone())]);
    network.good(13, vec![("verifier-4", fourth), ("verifier-3", third)]);
    let challenge = |who| {
        let (bond, evidence) = (Amount::new(10 * BLY), Hash([9; 32]));
        let contribution = key(who, &whole);
        Message::ChallengeContribution(ChallengeContribution { contribution, bond, evidence })
    };
    network.good(14, vec![("founder", challenge("bob")), ("founder", challenge("dave"))]);
    let judge = |who, refuted| {
        let contribution = key(who, &whole);
        Message::JudgeContribution(JudgeContribution { contribution, refuted })
    };
    let votes = ["judge-1", "judge-2"];
    let votes =
        votes.iter().flat_map(|of| [(*of, judge("bob", false)), (*of, judge("dave", true))]);
    network.good(15, votes.collect());
    for hour in 1..=4 {
        network.good(hour * HOUR, Vec::new());
    }
}

fn name(who: &str, epoch: u64, id: u64) -> String {
    format!("{epoch}/{}/{id}", address(who))
}

fn explained(dir: &str, contribution: &str) -> Value {
    let arguments = ["explain", "--data-dir", dir, "--contribution", contribution, "--json"];
    json(Path::new("."), &arguments)
}

fn units(value: &Value) -> u128 {
    value["amount"].as_str().unwrap_or_else(|| panic!("{value}")).parse().unwrap()
}

fn data() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("net");
    surge(&dir);
    (folder, dir)
}

#[test]
fn a_contribution_is_traced_to_its_last_payment() {
    let (folder, dir) = data();
    let dir = dir.to_str().unwrap();
    let document = explained(dir, &name("alice", 0, 1));
    let steps = document["steps"].as_array().unwrap();
    let events: Vec<&str> = steps.iter().map(|step| step["event"].as_str().unwrap()).collect();
    let expected =
        ["submitted", "repeated", "verified", "verified", "verified", "accepted", "settled"];
    assert_eq!(events, expected);
    assert_eq!(steps[0]["height"], "3");
    assert_eq!(steps[0]["time_ms"], "10");
    let detail = &steps[0]["detail"];
    assert_eq!((&detail["quantity"], &detail["unit"]), (&"10000000".into(), &"tokens".into()));
    let sure: Vec<&Value> = steps[2..5].iter().map(|step| &step["detail"]["counts_for"]).collect();
    assert_eq!(sure, [true, true, false], "90 % sure is not 95 %");
    assert_eq!(steps[5]["detail"]["multipliers"], "quality 1", "the lower of 1 and 1.2");
    let settlement = &document["settlement"];
    assert_eq!(units(&settlement["worth"]), 10_000 * BLY);
    // 60 % of 11,415.525114155 BLY for two equal recipients.
    let ceiling = units(&settlement["bucket"]["ceiling"]);
    assert_eq!(ceiling, 11_415_525_114_155 * 6 / 10);
    assert_eq!(units(&settlement["recipient"]["paid"]), ceiling / 2);
    let backpay = settlement["backpay"].as_array().unwrap();
    assert_eq!(units(&backpay[0]["owed"]), 10_000 * BLY - ceiling / 2);
    let paid: Vec<u128> = backpay.iter().map(|one| units(&one["paid"])).collect();
    assert_eq!(paid.len(), 3, "{paid:?}");
    assert_eq!((paid[0], paid[1] / 10), (0, ceiling / 20), "a unit by the hour's own rounding");
    assert_eq!(paid.iter().sum::<u128>() + ceiling / 2, 10_000 * BLY);
    assert_eq!((&backpay[1]["age_ms"], &backpay[1]["factor"]), (&"3600000".into(), &"1".into()));
    assert_eq!((units(&settlement["owed"]), &document["status"]), (0, &"settled".into()));
    let account = address("alice").to_string();
    let proof = ["proof", "--data-dir", dir, "0", &account, "--json"];
    assert_eq!(json(folder.path(), &proof)["root"], settlement["root"]);
    let run = workmint(&["explain", "--data-dir", dir, "--contribution", &name("alice", 0, 1)]);
    let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in [
        "worth 10,000 BLY, settled with epoch 0.",
        "measured 10,000,000 tokens, quality 1.3, 90 % sure: counts against it",
        "floor(1 BLY x 10,000,000 tokens / 1,000 tokens x 1) -> 10,000 BLY",
        "Epoch 1, 1h old, a unit owed is worth 1: 3,424.6575",
        "Nothing is owed now.",
    ] {
        assert!(text.contains(says), "{says} is missing in {text}");
    }
}

#[test]
fn an_improvement_names_the_loss_it_was_measured_against() {
    let (_folder, dir) = data();
    let document = explained(dir.to_str().unwrap(), &name("alice", 0, 2));
    let settlement = &document["settlement"];
    assert_eq!(
        (&settlement["recorded_loss"], &settlement["quantity"], &settlement["unit"]),
        (&"2.5".into(), &"2".into(), &"% of the recorded loss".into())
    );
    // 500 BLY x 2 x difficulty 5, of which 3 counts.
    assert_eq!(units(&settlement["worth"]), 3_000 * BLY);
    assert_eq!(settlement["multipliers"][0]["found"], "5");
    assert_eq!(settlement["multipliers"][0]["most"], "3");
}

#[test]
fn what_is_not_paid_says_why() {
    let (_folder, dir) = data();
    let dir = dir.to_str().unwrap();
    let cases = [
        ("carol", "closed unpaid", "verifiers rejected it", 5),
        ("dave", "closed unpaid", "it lost a challenge", 9),
        ("erin", "closed unpaid", "too few verifiers answered in time", 2),
    ];
    for (who, status, reason, steps) in cases {
        let document = explained(dir, &name(who, 0, 1));
        assert_eq!((&document["status"], &document["closed"]), (&status.into(), &reason.into()));
        assert_eq!(document["steps"].as_array().unwrap().len(), steps, "{who}: {document}");
        assert!(document["settlement"].is_null(), "{who}");
    }
    let bob = explained(dir, &name("bob", 0, 1));
    let events = bob["steps"].as_array().unwrap().iter().map(|step| step["event"].clone());
    let events: Vec<Value> = events.collect();
    for event in ["challenged", "judged", "upheld", "settled"] {
        assert!(events.contains(&event.into()), "{event} is missing in {events:?}");
    }
    let refused = explained(dir, &name("alice", 0, 9));
    assert_eq!(refused["status"], "refused");
    assert_eq!(refused["refused"][0]["error"], "out of range: the quantity is 1 to 2^48");
    let wrong = explained(dir, &name("alice", 5, 9));
    let why = wrong["refused"][0]["error"].as_str().unwrap();
    assert!(why.contains("work of epoch 5 cannot be submitted now"), "{why}");
    for (contribution, says) in [
        (name("alice", 0, 77), "was never submitted"),
        ("0/0x12/1".to_owned(), "ACCOUNT"),
        ("1".to_owned(), "EPOCH/ACCOUNT/ID"),
        (format!("-1/{}/1", address("alice")), "EPOCH"),
    ] {
        let run = workmint(&["explain", "--data-dir", dir, "--contribution", &contribution]);
        assert_eq!(run.code, 2, "{contribution}: {}", run.stdout);
        assert!(run.stderr.contains(says), "{contribution}: {}", run.stderr);
    }
}

#[test]
fn history_tells_it_in_sentences_and_the_audit_agrees() {
    let (folder, dir) = data();
    let dir = dir.to_str().unwrap();
    let alice = address("alice").to_string();
    let run = workmint(&["history", "--data-dir", dir, &alice]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for says in [
        "submitted to inference: contribution 1 of epoch 0, 10,000,000 tokens",
        "submitted again, nothing changed: contribution 1 of epoch 0",
        "90 % sure, counts against: contribution 1 of epoch 0",
        "accepted for learning: contribution 2 of epoch 0, a loss of 2.45, difficulty 5,",
        "settled by learning with epoch 0: contribution 2 of epoch 0, 2 % of the recorded loss (",
        "BLY is owed by inference: epoch 0 could not pay it",
        "BLY of backpay paid by inference, owed for epoch 0",
    ] {
        assert!(run.stdout.contains(says), "{says} is missing in\n{}", run.stdout);
    }
    let first =
        json(folder.path(), &["history", "--data-dir", dir, &alice, "--limit", "3", "--json"]);
    assert_eq!(first["events"].as_array().unwrap().len(), 3);
    assert!(first["next"].is_string());
    let audit = workmint_in(folder.path(), &["audit", dir]);
    assert_eq!(audit.code, 0, "{}", audit.stderr);
    assert!(audit.stdout.contains("Recomputed 4 settlements"), "{}", audit.stdout);
}

#[test]
fn an_accounts_epoch_lists_its_contributions_and_backpay() {
    let (folder, dir) = data();
    let dir = dir.to_str().unwrap();
    let alice = address("alice").to_string();
    let explain = |epoch: &str| {
        let arguments = ["explain", "--data-dir", dir, epoch, &alice, "--json"];
        json(folder.path(), &arguments)
    };
    let first = explain("0");
    let streams = first["streams"].as_array().unwrap();
    let inference = &streams[0]["rate"];
    assert_eq!(inference["contributions"][0]["quantity"], "10000000");
    assert_eq!(inference["contributions"][0]["unit"], "tokens");
    assert_eq!(units(&inference["worth"]), 10_000 * BLY);
    let (paid, owed) = (units(&inference["paid_now"]), units(&inference["owed"][0]["owed"]));
    assert_eq!(paid + owed, 10_000 * BLY);
    assert_eq!(units(&streams[1]["rate"]["worth"]), 3_000 * BLY);
    assert!(streams[4]["rate"].is_null(), "payments have no rate");
    let second = explain("1");
    let backpay = &second["streams"][0]["rate"]["backpay"][0];
    assert_eq!((&backpay["owed_for"], units(&backpay["paid"])), (&"0".into(), paid));
    let run = workmint(&["explain", "--data-dir", dir, "0", &alice]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in [
        "It pays 1 BLY for 1,000 tokens.",
        "1, work of epoch 0: 10,000,000 tokens, quality 1 -> 10,000 BLY",
        "2, work of epoch 0: 2 % of the recorded loss, difficulty 5, applicability 1 -> 3,000 BLY",
        "6,575.342465754 BLY stays owed for epoch 0, before decay",
        "You receive 3,424.657534246 BLY.",
    ] {
        assert!(text.contains(says), "{says} is missing in {}", run.stdout);
    }
}
