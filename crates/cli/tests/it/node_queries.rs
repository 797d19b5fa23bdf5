//! `workmint query` of every kind, against a network in which all of it happens.

use crate::served::Served;
use serde_json::Value;
use std::time::{Duration, Instant};

/// The first of a list, once there is one.
fn first(served: &Served, path: &str) -> Value {
    let start = Instant::now();
    loop {
        let list = served.get(path);
        if let Some(one) = list["items"].get(0) {
            return one.clone();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{path} stays empty: {list}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn text(value: &Value, key: &str) -> String {
    match &value[key] {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => panic!("{key} of {value}"),
    }
}

/// One of a list that may end before it is asked for.
fn of_customer(served: &Served, kind: &str) {
    for _ in 0..5 {
        let one = first(served, &format!("/v1/{kind}s"));
        let (customer, number) = (text(&one, "customer"), text(&one, "number"));
        let list = served.json(&["query", kind, &customer]);
        assert!(list["items"].is_array(), "{list}");
        if served.ask(&["query", kind, &customer, &number]).code == 0 {
            let again = served.ask(&["query", kind, &customer, &number, "--json"]);
            if let Ok(shown) = serde_json::from_str::<Value>(&again.stdout) {
                assert_eq!(text(&shown, "customer"), customer);
                return;
            }
        }
    }
    panic!("no {kind} stays long enough to be asked for");
}

/// Each is answered for people and as JSON that has a member.
fn every_kind(served: &Served, asked: &[(&[&str], &str)]) {
    for (arguments, member) in asked {
        let mut all = vec!["query"];
        all.extend(*arguments);
        let shown = served.told(&all);
        assert!(!shown.trim().is_empty(), "{arguments:?}");
        let answer = served.json(&all);
        assert!(!answer[member].is_null(), "{arguments:?} lacks {member}: {answer}");
    }
}

/// The heights of pages of blocks, by what the last line of each says, and where they end.
fn heights(served: &Served, order: &[&str], first: Option<&str>, most: usize) -> Vec<u64> {
    let mut heights = Vec::new();
    let mut cursor = first.map(str::to_owned);
    loop {
        let mut asked = vec!["query", "block", "--limit", "7"];
        asked.extend(order);
        if let Some(cursor) = &cursor {
            asked.extend(["--cursor", cursor.as_str()]);
        }
        let told = served.told(&asked);
        let number = |line: &str| line.split_whitespace().next()?.parse::<u64>().ok();
        heights.extend(told.lines().filter_map(number));
        let last = told.lines().next_back().unwrap();
        cursor =
            last.strip_prefix("More follows: the same command with --cursor ").map(str::to_owned);
        if cursor.is_none() || heights.len() >= most {
            return heights;
        }
    }
}

fn pages_lead_to_the_first_block(served: &Served) {
    let newest_first: Vec<u64> = (1..=30).rev().collect();
    assert_eq!(heights(served, &[], Some("desc~30"), usize::MAX), newest_first);
    assert_eq!(heights(served, &["--order", "asc"], None, 21), (1..=21).collect::<Vec<u64>>());
    let newest = served.json(&["query", "block", "--limit", "1"]);
    let head = newest["height"].as_u64().unwrap();
    assert_eq!(newest["items"][0]["block"].as_u64(), Some(head), "{newest}");
    assert_eq!(newest["next"], format!("desc~{}", head - 1));
    let history = served.json(&["query", "history", "alice"]);
    let rows = history["items"].as_array().unwrap();
    let number = |row: &Value, name: &str| text(row, name).parse::<u64>().unwrap();
    let key = |row: &Value| (number(row, "height"), number(row, "sequence"));
    assert!(rows.windows(2).all(|two| key(&two[0]) > key(&two[1])), "{history}");
}

fn events_have_units(served: &Served) {
    let told = served.told(&["query", "events", "--event", "Staked", "--order", "asc"]);
    let line = told.lines().next().unwrap();
    assert!(line.contains("IStakeEvents.Staked  account 0x"), "{line}");
    assert!(line.contains(" AI, active "), "{line}");
    assert!(line.contains(", locked until 20") && line.ends_with('Z'), "{line}");
    let told = served.told(&["query", "events", "--event", "Transfer", "--limit", "5"]);
    for line in told.lines().take(5) {
        assert!(line.contains("IERC20Events.Transfer  from 0x"), "{line}");
        assert!(line.ends_with(" AI") || line.ends_with(" HANZO"), "{line}");
    }
    assert!(told.lines().next_back().unwrap().starts_with("More follows: "), "{told}");
}

/// Followed from a height, events are those of the list, and go on.
fn events_are_followed(served: &Served) {
    let first = served.json(&["query", "events", "--from", "2", "--order", "asc", "--limit", "30"]);
    let first = first["items"].as_array().unwrap();
    let mut lines = served.lines(&["query", "events", "--follow", "--from", "2", "--json"]);
    for event in first {
        let line = lines.next().expect("it goes on");
        assert_eq!(&serde_json::from_str::<Value>(&line).unwrap(), event);
    }
    drop(lines);
    let head = served.json(&["query", "block", "--limit", "1"])["height"].as_u64().unwrap();
    let mut lines = served.lines(&["query", "events", "--follow", "--event", "Transfer"]);
    for _ in 0..3 {
        let line = lines.next().expect("it goes on");
        let (id, _) = line.split_once(' ').unwrap();
        let (height, _) = id.split_once('-').unwrap();
        assert!(height.parse::<u64>().unwrap() > head, "{line}");
        assert!(line.contains("IERC20Events.Transfer  from 0x"), "{line}");
    }
}

#[test]
fn what_networks_with_rates_answer() {
    let dir = tempfile::tempdir().unwrap();
    let arguments =
        ["node", "--dev", "--network", "blyan", "--epoch-length", "2s", "--data-dir", "net"];
    let served = Served::start(dir.path(), &arguments);
    served.told(&["query", "wait", "--most", "60"]);
    every_kind(
        &served,
        &[
            (&["rates"], "rates"),
            (&["buckets"], "buckets"),
            (&["backpay"], "items"),
            (&["contribution"], "items"),
            (&["rewards-health"], "status"),
            (&["rewards-metrics"], "bucket_utilization"),
            (&["rewards-estimate", "--tokens", "100000", "--quality", "1.1"], "inference"),
            (&["rewards-estimate", "--dataset-gb", "5", "--daily"], "dataset"),
            (&["rewards-calculator"], "scenario"),
            (&["rewards-calculator", "--scenario", "inference_hour", "--hours", "8"], "scenario"),
        ],
    );
    let worth = served.json(&["query", "rewards-estimate", "--tokens", "100000"]);
    assert_eq!(worth["inference"]["estimate_bly"], "100", "{worth}");
    let none = served.ask(&["query", "contribution", "0", &address_of(&served), "1"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("no contribution 1 of 0x"), "{}", none.stderr);
    assert_eq!(served.stop().code, 0);
}

/// An account that is there.
fn address_of(served: &Served) -> String {
    let told = served.json(&["key", "new", "alice", "--light"]);
    text(&told, "address")
}

#[test]
fn options_of_lists_are_for_lists() {
    let dir = tempfile::tempdir().unwrap();
    let served = Served::start(dir.path(), &["node", "--dev", "--data-dir", "net"]);
    served.told(&["key", "new", "alice", "--light"]);
    let refused: [(&[&str], &[&str]); 14] = [
        (&["supply", "--limit", "3"], &["--limit is for lists", "is none"]),
        (&["block", "1", "--cursor", "5"], &["--cursor is for lists"]),
        (&["wait", "--limit", "5"], &["--limit is for lists"]),
        (&["history", "alice", "--csv", "--limit", "5"], &["--limit is for lists"]),
        (&["proposal", "0", "--order", "asc"], &["--order is for lists"]),
        (&["price", "--order", "desc"], &["--order is for lists by time", "order of its own"]),
        (&["block", "--order", "newest"], &["--order", "asc, desc"]),
        (&["block", "--limit", "0"], &["--limit", "1..=1000"]),
        (&["block", "--cursor", "x"], &["cursor: x is not `next`"]),
        (&["block", "--cursor", "5"], &["5 is of the list in order=asc, not in order=desc"]),
        (&["metrics", "--limit", "101"], &["limit: allowed: whole numbers from 1 to 100"]),
        (&["events", "--event", "Nope"], &["event: allowed: ", "Transfer", "Staked"]),
        (&["contribution", "1"], &["ACCOUNT", "NUMBER"]),
        (&["networks", "../x"], &["a name of a-z, 0-9 and -"]),
    ];
    for (arguments, expected) in refused {
        let mut all = vec!["query"];
        all.extend(arguments);
        let run = served.ask(&all);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.stdout, run.stderr);
        for text in expected {
            assert!(run.stderr.contains(text), "{arguments:?} lacks \"{text}\": {}", run.stderr);
        }
    }
    assert_eq!(served.stop().code, 0);
}

#[test]
fn every_kind_of_question_should_be_answered() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = [
        "demo",
        "--serve",
        "--quiet",
        "--network",
        "hanzo",
        "--participants",
        "6",
        "--requests-per-epoch",
        "200",
        "--epoch-seconds",
        "6",
        "--data-dir",
        "net",
    ];
    let served = Served::start(dir.path(), &arguments);
    served.told(&["query", "wait", "--most", "60"]);
    // The demo has one proposal, made in its first epoch; it ends within a few.
    let proposal = text(&first(&served, "/v1/governance/proposals"), "number");
    every_kind(
        &served,
        &[(&["proposal", &proposal], "number"), (&["ballots", &proposal], "items")],
    );
    served.wait_for_epoch(2);
    served.told(&["key", "new", "alice", "--light"]);
    let hash = served.told(&["faucet", "alice"]);
    let hash = hash.split_whitespace().last().unwrap().to_owned();
    let provider = text(&first(&served, "/v1/participants"), "account");
    let entry = first(&served, "/v1/settlements/1/entries");
    let paid = text(&entry, "account");
    let block = text(&first(&served, "/v1/blocks"), "hash");
    every_kind(
        &served,
        &[
            (&["network"], "chain_id"),
            (&["networks"], "items"),
            (&["networks", "gonka"], "parameters"),
            (&["account", "alice"], "balances"),
            (&["balance", &provider], "balances"),
            (&["allowances", "alice"], "items"),
            (&["delegations", "alice"], "items"),
            (&["participant"], "items"),
            (&["participant", &provider], "account"),
            (&["validator"], "items"),
            (&["explain", "1", &paid], "account"),
            (&["explain", "closed", &paid], "account"),
            (&["estimate", &provider], "account"),
            (&["epoch"], "items"),
            (&["epoch", "1"], "epoch"),
            (&["epoch", "closed"], "epoch"),
            (&["settlement"], "items"),
            (&["entries", "1"], "items"),
            (&["metrics"], "items"),
            (&["metrics", "1"], "epoch"),
            (&["metrics", "open"], "epoch"),
            (&["supply"], "assets"),
            (&["price"], "items"),
            (&["quote", "--model", "qwen3-30b", "--tokens", "100", "--tier", "gpu-tee"], "deposit"),
            (&["quote", "--model", "qwen3-4b", "--tokens", "9", "--quality", "1.1"], "payment"),
            (&["job"], "items"),
            (&["session"], "items"),
            (&["contribution"], "items"),
            (&["governance"], "rules_version"),
            (&["proposal"], "items"),
            (&["events"], "items"),
            (&["events", "--epoch", "closed", "--account", &paid], "items"),
            (&["events", "--event", "Transfer", "--contract", "IERC20Events"], "items"),
            (&["events", "--from", "3", "--epoch", "open"], "items"),
            (&["history", "alice"], "items"),
            (&["proof", "1", &paid], "root"),
            (&["block"], "items"),
            (&["block", "1"], "height"),
            (&["block", &block], "hash"),
            (&["tx", &hash], "hash"),
            (&["tx"], "items"),
            (&["tx", "--sender", "alice", "--epoch", "open"], "items"),
            (&["tx", "--succeeded", "true", "--from", "2"], "items"),
            (&["ready"], "status"),
        ],
    );
    assert!(served.told(&["query", "health"]).contains("height"));
    let csv = served.told(&["query", "history", "alice", "--csv"]);
    assert!(csv.lines().count() > 1 && csv.lines().next().unwrap().contains(','), "{csv}");
    of_customer(&served, "job");
    of_customer(&served, "session");
    pages_lead_to_the_first_block(&served);
    events_have_units(&served);
    events_are_followed(&served);
    assert_eq!(served.stop().code, 0);
}
