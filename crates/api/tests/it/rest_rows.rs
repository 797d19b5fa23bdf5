//! REST over rows that take a network of their own; readers that are slow; a disk that refuses.

use std::io::Read;
use std::time::{Duration, Instant};

use workmint_amounts::{Amount, Ratio};
use workmint_api::Limits;
use workmint_core::modules::contributions::{
    ContributionKey, SubmitContribution, Verdict, VerifyContributions, submission_hash,
};
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::registry::{RegisterNode, RegisterParticipant};
use workmint_core::modules::validators;
use workmint_core::names::{AssetId, ModelId};
use workmint_core::{Hash, Message};

use crate::kit::{address, genesis, named};
use crate::rest::whole_by_pages;
use crate::rest_kit::{Town, amount, named as text};
use crate::rest_orders::same_from_both_ends;

const HOUR_MS: u64 = 3_600_000;

fn dataset(number: u8) -> SubmitContribution {
    SubmitContribution {
        epoch: 0,
        id: 1,
        stream: "dataset".parse().unwrap(),
        node: 1,
        model: None,
        // Worth 10,000 BLY: 100 for 10^9 bytes.
        quantity: 100_000_000_000,
        content: Hash([number; 32]),
    }
}

fn verdict(number: u8) -> Message {
    let contributor = address(number);
    let verdict = Verdict {
        contribution: ContributionKey { epoch: 0, contributor, id: 1 },
        submission: submission_hash(&contributor, &dataset(number)).unwrap(),
        approve: true,
        confidence: 1_000_000,
        quantity: dataset(number).quantity,
        first: 1_000_000,
        second: 1_000_000,
    };
    Message::VerifyContributions(VerifyContributions { verdicts: vec![verdict] })
}

#[test]
fn contributions_and_what_is_owed_of_them_are_listed() {
    let town = Town::new("blyan");
    let mut first = Vec::new();
    for number in 1..=9 {
        let owner = address(number);
        let join = RegisterParticipant { owner, validator: None };
        first.push((number, Message::RegisterParticipant(join)));
        let node = RegisterNode { node: 1, models: vec![ModelId(0)] };
        first.push((number, Message::RegisterNode(node)));
        first.push((number, Message::SubmitContribution(dataset(number))));
    }
    town.block(1, first);
    let judged = (1..=3).flat_map(|verifier| {
        let verifier = named("blyan")[&format!("verifier-{verifier}")];
        (1..=8).map(move |number| (verifier, verdict(number)))
    });
    town.block(1, judged.collect());
    whole_by_pages(&town, "/v1/contributions", 9);
    same_from_both_ends(&town, "/v1/contributions", 9);
    let one = town.json(&format!("/v1/contributions/0/{}/1", text(1)));
    assert_eq!(one["stage"], "accepted");
    let hash = submission_hash(&address(1), &dataset(1)).unwrap();
    assert_eq!(one["submission"], hash.to_string());
    assert_eq!(town.json(&format!("/v1/contributions/0/{}/1", text(9)))["stage"], "submitted");
    // A day to challenge them, an hour to close; then the bucket pays a part of 80,000 BLY.
    for _ in 0..26 {
        town.block(HOUR_MS, Vec::new());
    }
    whole_by_pages(&town, "/v1/backpay", 8);
    let rows = town.rows("/v1/backpay", 3);
    assert!(rows.iter().all(|row| row["stream"] == "dataset"), "{rows:?}");
    let owed: u128 = rows.iter().map(|row| amount(&row["owed"])).sum();
    let buckets = town.json("/v1/buckets");
    let bucket = &buckets["buckets"]["dataset"];
    assert_eq!(bucket["backpay_queue_size"], rows.len());
    let sum = Amount::new(owed).to_decimal(9);
    assert_eq!(bucket["backpay_queue_bly"], sum.as_str(), "{bucket}");
    // A cursor of another list, or of nothing, begins no page.
    assert_eq!(town.get("/v1/backpay?cursor=1").status, 400);
    assert!(town.rows("/v1/backpay?cursor=9999~0~0", 10).is_empty());
}

#[test]
fn validators_are_listed() {
    let town = Town::new("workmint");
    let whole = 10_u128.pow(9);
    let mut first = Vec::new();
    for number in 1..=5 {
        let amount = Amount::new(20_000 * whole);
        let transfer = Transfer { to: address(number), asset: AssetId(0), amount };
        first.push((named("workmint")["launch"], Message::Transfer(transfer)));
    }
    for number in 1..=5 {
        let amount = Amount::new((10_000 + u128::from(number)) * whole);
        let bond = validators::Bond { amount, commission: Some(Ratio::new(1, 10).unwrap()) };
        let message = validators::Message::Bond(bond);
        first.push((number, Message::Validator(message)));
    }
    town.block(1, first);
    whole_by_pages(&town, "/v1/validators", 5);
    assert_eq!(town.get(&format!("/v1/validators/{}", text(1))).status, 200);
    assert_eq!(town.get(&format!("/v1/validators/{}", text(9))).status, 404);
}

/// What `/metrics` says of open event streams.
fn streams(town: &Town) -> Option<String> {
    let metrics = town.get("/metrics");
    let mark = "workmint_clients{transport=\"event_stream\"} ";
    metrics.text().lines().find_map(|line| line.strip_prefix(mark)).map(str::to_owned)
}

#[test]
fn a_stream_that_nobody_reads_is_cut_off() {
    let write_time = Duration::from_millis(300);
    let limits = Limits { write_time, ..Limits::default() };
    let town = Town::limited(genesis("hanzo"), limits);
    let (to, asset) = (address(2), AssetId(0));
    let transfer = Message::Transfer(Transfer { to, asset, amount: Amount::new(1) });
    // More than what the sockets' buffers hold.
    for _ in 0..5 {
        town.block(1, vec![(1, transfer.clone()); 2_500]);
    }
    let mut reader = town.open("GET", "/v1/events/stream?from=1", &[], b"");
    // It has begun to answer: it is counted.
    let mut begin = [0; 12];
    reader.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let open = streams(&town);
        if open.as_deref() == Some("0") {
            break;
        }
        assert!(Instant::now() < end, "{open:?} streams are open");
        std::thread::sleep(Duration::from_millis(50));
    }
    // What was on its way arrives; the rest does not. A reset is an end as well.
    let mut all = Vec::new();
    let _ = reader.read_to_end(&mut all);
    let text = String::from_utf8_lossy(&all);
    let height = |text: &str| text.matches("\nid: ").count();
    assert!(height(&text) < 12_500, "a part is missing");
    assert_eq!(town.get("/v1/supply").status, 200, "others are served on");
}

#[test]
fn a_disk_that_takes_nothing_is_not_ready() {
    let town = Town::new("hanzo");
    assert_eq!(town.json("/ready")["writable"], true);
    // Where the probe would be written stands something else: also root cannot write there.
    let probe = town.node.dir().join(".writable");
    std::fs::create_dir(&probe).unwrap();
    let refused = town.get("/ready");
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert_eq!(refused.json()["status"], "the data directory cannot be written");
    assert_eq!(refused.json()["writable"], false);
    assert_eq!(town.get("/health").status, 200, "it lives all the same");
    std::fs::remove_dir(&probe).unwrap();
    assert_eq!(town.get("/ready").status, 200);
}
