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
    served.wait_for_epoch(2);
    served.told(&["key", "new", "alice", "--light"]);
    let hash = served.told(&["faucet", "alice"]);
    let hash = hash.split_whitespace().last().unwrap().to_owned();
    let provider = text(&first(&served, "/v1/participants"), "account");
    let entry = first(&served, "/v1/settlements/1/entries");
    let paid = text(&entry, "account");
    let proposal = text(&first(&served, "/v1/governance/proposals"), "number");
    let block = text(&first(&served, "/v1/blocks"), "hash");
    let asked: [(&[&str], &str); 20] = [
        (&["network"], "chain_id"),
        (&["account", "alice"], "balances"),
        (&["balance", &provider], "balances"),
        (&["participant", &provider], "account"),
        (&["explain", "1", &paid], "account"),
        (&["explain", "closed", &paid], "account"),
        (&["estimate", &provider], "account"),
        (&["epoch"], "items"),
        (&["epoch", "1"], "epoch"),
        (&["epoch", "closed"], "epoch"),
        (&["supply"], "assets"),
        (&["price"], "items"),
        (&["proposal"], "items"),
        (&["proposal", &proposal], "number"),
        (&["history", "alice"], "items"),
        (&["proof", "1", &paid], "root"),
        (&["block"], "items"),
        (&["block", "1"], "height"),
        (&["block", &block], "hash"),
        (&["tx", &hash], "hash"),
    ];
    for (arguments, member) in asked {
        let mut all = vec!["query"];
        all.extend(arguments);
        let shown = served.told(&all);
        assert!(!shown.trim().is_empty(), "{arguments:?}");
        let answer = served.json(&all);
        assert!(!answer[member].is_null(), "{arguments:?} lacks {member}: {answer}");
    }
    assert!(served.told(&["query", "health"]).contains("height"));
    let csv = served.told(&["query", "history", "alice", "--csv"]);
    assert!(csv.lines().count() > 1 && csv.lines().next().unwrap().contains(','), "{csv}");
    of_customer(&served, "job");
    of_customer(&served, "session");
    assert_eq!(served.stop().code, 0);
}
