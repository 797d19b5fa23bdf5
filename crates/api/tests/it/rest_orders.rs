//! REST: lists by time from either end, events and their filters, problems of the guards.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_api::Limits;
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;

use crate::kit::{address, genesis};
use crate::rest_kit::{Town, named};

/// Read from its new end a list has the rows it has from its old end, whatever its pages.
pub(crate) fn same_from_both_ends(town: &Town, path: &str, at_least: usize) {
    let mark = if path.contains('?') { '&' } else { '?' };
    let oldest_first = town.rows(path, 100);
    assert!(oldest_first.len() >= at_least, "{path}: {} rows", oldest_first.len());
    let explicit = format!("{path}{mark}order=asc");
    assert_eq!(town.rows(&explicit, 100), oldest_first, "{path}");
    let mut newest_first = oldest_first;
    newest_first.reverse();
    for limit in [1, 2, 7, 100] {
        let path = format!("{path}{mark}order=desc");
        assert_eq!(town.rows(&path, limit), newest_first, "{path} by {limit}");
    }
}

#[test]
fn lists_by_time_are_read_from_both_ends() {
    let town = Town::settled();
    let (customer, history) = (named(3), format!("/v1/accounts/{}/history", named(1)));
    for (path, at_least) in [
        ("/v1/blocks", 7),
        ("/v1/epochs", 3),
        ("/v1/settlements", 3),
        ("/v1/metrics", 4),
        ("/v1/jobs", 3),
        ("/v1/sessions", 4),
        (&format!("/v1/jobs?customer={customer}"), 1),
        (&format!("/v1/sessions?customer={customer}"), 2),
        (&format!("/v1/sessions?customer={}", named(5)), 1),
        ("/v1/governance/proposals", 1),
        ("/v1/transactions", 20),
        ("/v1/transactions?from=2", 5),
        (&format!("/v1/transactions?sender={}", named(1)), 2),
        ("/v1/events?from=2", 20),
        ("/v1/events?event=Staked", 9),
        (&history, 60),
    ] {
        same_from_both_ends(&town, path, at_least);
    }
}

#[test]
fn a_new_row_moves_no_page_from_the_new_end() {
    let town = Town::settled();
    for path in ["/v1/blocks", "/v1/transactions", "/v1/events"] {
        let all = town.rows(&format!("{path}?order=desc"), 1_000);
        let page = town.json(&format!("{path}?order=desc&limit=3"));
        let asset = town.node.chain().fee_asset;
        let transfer = Transfer { to: address(30), asset, amount: Amount::new(5) };
        town.block(1, vec![(1, Message::Transfer(transfer))]);
        let next = page["next"].as_str().unwrap();
        let rest = town.json(&format!("{path}?order=desc&limit=1000&cursor={next}"));
        assert_eq!(rest["items"].as_array().unwrap()[..], all[3..], "{path}");
        assert_eq!(page["items"].as_array().unwrap()[..], all[..3], "{path}");
    }
}

#[test]
fn a_cursor_belongs_to_its_order() {
    let town = Town::settled();
    let history = format!("/v1/accounts/{}/history", named(1));
    for path in [
        "/v1/blocks",
        "/v1/epochs",
        "/v1/settlements",
        "/v1/metrics",
        "/v1/jobs",
        "/v1/sessions",
        "/v1/transactions",
        "/v1/events",
        &history,
    ] {
        for (of, other) in [("asc", "desc"), ("desc", "asc")] {
            let page = town.json(&format!("{path}?limit=1&order={of}"));
            let next = page["next"].as_str().unwrap();
            assert_eq!(next.starts_with("desc~"), of == "desc", "{path}: {next}");
            let answer = town.get(&format!("{path}?limit=1&order={other}&cursor={next}"));
            assert_eq!(answer.status, 422, "{path}: {}", answer.text());
            let problem = answer.json();
            assert_eq!(problem["field"], "cursor", "{path}: {problem}");
            assert_eq!(problem["type"], "urn:workmint:problem:contradiction");
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.contains(&format!("is of the list in order={of}")), "{detail}");
        }
        for wrong in ["desc~", "desc~x", "asc~1", "desc~1~2~3~4", "desc~-1"] {
            let answer = town.get(&format!("{path}?order=desc&cursor={wrong}"));
            assert_eq!((answer.status, &answer.json()["field"]), (400, &"cursor".into()), "{path}");
        }
        let answer = town.get(&format!("{path}?order=newest"));
        assert_eq!((answer.status, &answer.json()["field"]), (400, &"order".into()), "{path}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("asc (oldest first), desc"));
    }
    // A list with an order of its own has no other, and no such cursors.
    for query in ["order=desc", "cursor=desc~1"] {
        let answer = town.get(&format!("/v1/participants?{query}"));
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
}

#[test]
fn no_list_takes_what_it_does_not_know() {
    let town = Town::settled();
    let mut count = 0;
    for (path, item) in workmint_api::rest::openapi()["paths"].as_object().unwrap() {
        if item.get("get").is_none() || path.ends_with("/stream") {
            continue;
        }
        let path = path
            .replace("{address}", &named(1))
            .replace("{customer}", &named(3))
            .replace("{number}", "0")
            .replace("{epoch}", "2")
            .replace("{block}", "1")
            .replace("{name}", "hanzo")
            .replace("{hash}", &format!("0x{}", "ab".repeat(32)));
        let needed = if path == "/v1/quote" { "model=qwen3-30b&tokens=5&" } else { "" };
        let answer = town.get(&format!("{path}?{needed}evnet=Transfer"));
        let (status, field) = (answer.status, answer.json()["field"].clone());
        assert_eq!((status, field), (400, "evnet".into()), "{path}");
        count += 1;
    }
    assert!(count > 40, "{count}");
}

#[test]
fn events_of_an_unknown_name_are_refused() {
    let town = Town::settled();
    let problem = |query: &str, status: u16| {
        let answer = town.get(&format!("/v1/events?{query}"));
        assert_eq!(answer.status, status, "{query}: {}", answer.text());
        answer.json()
    };
    let of_event = problem("event=Nope", 400);
    assert_eq!(of_event["field"], "event");
    for name in ["Transfer", "Staked", "Settled", "Proposed"] {
        assert!(of_event["detail"].as_str().unwrap().contains(name), "{of_event}");
    }
    let of_contract = problem("contract=IERC20", 400);
    assert_eq!(of_contract["field"], "contract");
    assert!(of_contract["detail"].as_str().unwrap().contains("IERC20Events, "), "{of_contract}");
    let of_both = problem("contract=IStakeEvents&event=Transfer", 422);
    assert_eq!(of_both["field"], "event");
    assert!(of_both["detail"].as_str().unwrap().contains("IStakeEvents has no event Transfer"));
    assert_eq!(town.get("/v1/events/stream?event=Nope").status, 400);
    // What the description lists is what is taken, and what there is is listed.
    let path = &workmint_api::rest::openapi()["paths"]["/v1/events"]["get"];
    let listed = |name: &str| -> BTreeSet<String> {
        let parameters = path["parameters"].as_array().unwrap();
        let found = parameters.iter().find(|one| one["name"] == name).unwrap();
        let words = found["schema"]["enum"].as_array().unwrap();
        words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let (contracts, names) = (listed("contract"), listed("event"));
    let all = town.rows("/v1/events", 1_000);
    for event in &all {
        assert!(contracts.contains(event["contract"].as_str().unwrap()), "{event}");
        assert!(names.contains(event["event"].as_str().unwrap()), "{event}");
    }
    for contract in contracts {
        let rows = town.rows(&format!("/v1/events?contract={contract}"), 1_000);
        let same: Vec<&Value> = all.iter().filter(|one| one["contract"] == contract).collect();
        assert_eq!(rows.iter().collect::<Vec<&Value>>(), same, "{contract}");
    }
}

#[test]
fn every_event_is_of_one_epoch() {
    let town = Town::settled();
    let mut by_epoch = Vec::new();
    for epoch in 0..=3 {
        let path = format!("/v1/events?epoch={epoch}");
        same_from_both_ends(&town, &path, 1);
        by_epoch.extend(town.rows(&path, 50));
    }
    assert_eq!(by_epoch, town.rows("/v1/events", 1_000));
    let closes = town.rows("/v1/events?epoch=1&event=Settled", 10);
    assert_eq!(closes.len(), 1);
    assert_eq!(closes[0]["fields"]["epoch"], "1");
    let late = town.rows("/v1/events?epoch=1&from=4", 100);
    assert!(late.iter().all(|event| event["block"].as_u64().unwrap() >= 4), "{late:?}");
    // A page of one epoch does not go on in another one.
    for (of, in_vain) in [("epoch=1&order=desc", "epoch=3&order=desc"), ("epoch=1", "epoch=3")] {
        let page = town.get(&format!("/v1/events?{of}&limit=1")).json();
        let next = page["next"].as_str().unwrap();
        let refused = town.get(&format!("/v1/events?{in_vain}&cursor={next}"));
        assert_eq!((refused.status, &refused.json()["field"]), (422, &Value::from("cursor")));
    }
    // Nor from the block behind its last one, whichever way.
    let behind = closes[0]["block"].as_u64().unwrap() + 1;
    for cursor in [format!("{behind}~1"), format!("desc~{behind}~1&order=desc")] {
        let refused = town.get(&format!("/v1/events?epoch=1&cursor={cursor}"));
        assert_eq!((refused.status, &refused.json()["field"]), (422, &Value::from("cursor")));
    }
    let unborn = town.get("/v1/events?epoch=9");
    assert_eq!(unborn.status, 404);
    assert_eq!(unborn.json()["field"], "epoch");
    assert_eq!(unborn.json()["detail"], "epoch 9 has not begun; the open one is 3");
}

/// The list has every transaction of every block, as each is by its hash; its filters sort them.
#[test]
fn every_transaction_is_listed_in_its_place() {
    let town = Town::settled();
    let asset = town.node.chain().fee_asset;
    let too_much = Transfer { to: address(2), asset, amount: Amount::new(u128::MAX) };
    town.block(1, vec![(1, Message::Transfer(too_much))]);
    let all = town.rows("/v1/transactions", 7);
    let hashes = town.rows("/v1/blocks", 100).into_iter().flat_map(|block| {
        let block = town.json(&format!("/v1/blocks/{}", block["block"]));
        block["transaction_hashes"].as_array().unwrap().clone()
    });
    let hashes: Vec<Value> = hashes.collect();
    assert_eq!(all.iter().map(|row| row["hash"].clone()).collect::<Vec<Value>>(), hashes);
    for row in all.iter().step_by(13) {
        let hash = row["hash"].as_str().unwrap();
        let alone = town.json(&format!("/v1/transactions/{hash}"));
        for (name, value) in row.as_object().unwrap() {
            assert_eq!(&alone[name], value, "{name} of {hash}");
        }
    }
    let only = |field: &str, value: &Value| -> Vec<Value> {
        all.iter().filter(|row| &row[field] == value).cloned().collect()
    };
    let sender = all[all.len() - 1]["sender"].clone();
    let path = format!("/v1/transactions?sender={}", sender.as_str().unwrap());
    assert_eq!(town.rows(&path, 3), only("sender", &sender));
    let failed = town.rows("/v1/transactions?succeeded=false", 3);
    assert_eq!(failed, only("succeeded", &false.into()));
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0]["error"]["code"].is_u64(), "{}", failed[0]);
    assert_eq!(town.rows("/v1/transactions?succeeded=true", 90), only("succeeded", &true.into()));
    let by_epoch =
        (0..=3).flat_map(|epoch| town.rows(&format!("/v1/transactions?epoch={epoch}"), 40));
    assert_eq!(by_epoch.collect::<Vec<Value>>(), all);
    for (query, field) in [("succeeded=maybe", "succeeded"), ("sender=alice", "sender")] {
        let refused = town.get(&format!("/v1/transactions?{query}"));
        assert_eq!((refused.status, &refused.json()["field"]), (400, &Value::from(field)));
    }
}

/// Lists from the new end of a directory that begins with a snapshot end where its history begins.
#[test]
fn a_restored_history_ends_at_its_first_block() {
    let town = Town::restored();
    let asset = town.node.chain().fee_asset;
    for _ in 3..=5 {
        let transfer = Transfer { to: address(2), asset, amount: Amount::new(1) };
        town.block(1, vec![(1, Message::Transfer(transfer))]);
    }
    let heights = |path: &str| -> Vec<u64> {
        let mut heights: Vec<u64> =
            town.rows(path, 1).iter().map(|row| row["block"].as_u64().unwrap()).collect();
        heights.dedup();
        heights
    };
    assert_eq!(heights("/v1/blocks?order=desc"), [5, 4, 3]);
    assert_eq!(heights("/v1/events?order=desc"), [5, 4, 3]);
    assert_eq!(heights("/v1/events?order=desc&from=4"), [5, 4]);
    for path in ["/v1/blocks?cursor=1", "/v1/events?from=2&order=desc"] {
        let answer = town.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        assert!(answer.text().contains("history begins at block 3"), "{path}");
    }
}

#[test]
fn guards_answer_with_problems_that_say_what_helps() {
    let mut limits = Limits { body_bytes: 2_000, ..Limits::default() };
    (limits.per_address.per_second, limits.per_address.burst) = (1, 3);
    let town = Town::limited(genesis("hanzo"), limits);
    let kind = [("content-type", "application/json")];
    let long = town.ask("POST", "/v1/transactions", &kind, &[b' '; 2_001]);
    let host = town.ask_of("evil.example", "/v1/supply");
    let after: Vec<_> = (0..4).map(|_| town.get("/v1/supply")).collect();
    let often = after.iter().find(|answer| answer.status == 429).expect("three at once");
    assert!(often.header("retry-after").is_some());
    for (answer, status, kind, field, words) in [
        (&long, 413, "too-long", json!("body"), "at most 2000 bytes (the node's setting limits."),
        (&host, 403, "wrong-host", json!("Host"), "a name of the setting api.hosts"),
        (often, 429, "too-many", Value::Null, "the node's setting limits.per_address); wait "),
    ] {
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{kind}");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("urn:workmint:problem:{kind}"), "{problem}");
        assert_eq!((&problem["status"], &problem["field"]), (&status.into(), &field), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
        assert!(!problem["title"].as_str().unwrap().is_empty());
    }
}
