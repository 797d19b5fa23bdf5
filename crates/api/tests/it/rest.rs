//! REST: right answers, wrong questions, pages to their end.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;

use crate::kit::address;
use crate::rest_kit::{ONE, Town, amount, named};

/// A list has so many rows, none twice, however long its pages are.
pub(crate) fn whole_by_pages(town: &Town, path: &str, at_least: usize) {
    let whole = town.rows(path, 1_000);
    assert!(whole.len() >= at_least, "{path}: {} rows", whole.len());
    for limit in [1, 2, 7] {
        assert_eq!(town.rows(path, limit), whole, "{path} by {limit}");
    }
    let different: BTreeSet<String> = whole.iter().map(Value::to_string).collect();
    assert_eq!(different.len(), whole.len(), "{path}");
}

#[test]
fn every_list_is_read_to_its_end_without_a_row_twice() {
    let town = Town::settled();
    for (path, at_least) in [
        ("/v1/networks", 5),
        ("/v1/epochs", 3),
        ("/v1/settlements", 3),
        ("/v1/settlements/2/entries", 1),
        ("/v1/participants", 9),
        ("/v1/jobs", 3),
        ("/v1/sessions", 3),
        ("/v1/prices", 2),
        ("/v1/governance/proposals", 1),
        ("/v1/blocks", 4),
        ("/v1/events", 70),
    ] {
        whole_by_pages(&town, path, at_least);
    }
    let history = format!("/v1/accounts/{}/history", named(1));
    let whole = town.rows(&history, 1_000);
    assert!(whole.len() > 60);
    assert_eq!(town.rows(&history, 7), whole);
}

#[test]
fn what_is_wrong_is_named_and_answered_as_a_problem() {
    let town = Town::new("hanzo");
    let nobody = named(99);
    for (path, status, field) in [
        ("/v1/participants?limit=0".to_owned(), 400, "limit"),
        ("/v1/participants?limit=1001".to_owned(), 400, "limit"),
        ("/v1/participants?limit=+7".to_owned(), 400, "limit"),
        ("/v1/participants?limit=7&limit=7".to_owned(), 400, "limit"),
        ("/v1/participants?cursor=a".to_owned(), 400, "cursor"),
        ("/v1/participants?cursor=1~2".to_owned(), 400, "cursor"),
        ("/v1/jobs?cursor=1".to_owned(), 400, "cursor"),
        ("/v1/jobs?customer=0x12".to_owned(), 400, "customer"),
        ("/v1/participants?page=2".to_owned(), 400, "page"),
        ("/v1/supply?limit=1".to_owned(), 400, "limit"),
        ("/v1/participants/0x12".to_owned(), 400, "address"),
        (format!("/v1/participants/{nobody}"), 404, "address"),
        ("/v1/settlements/0".to_owned(), 404, "epoch"),
        ("/v1/settlements/-1".to_owned(), 400, "epoch"),
        ("/v1/settlements/9007199254740992".to_owned(), 400, "epoch"),
        ("/v1/blocks/1".to_owned(), 404, "block"),
        ("/v1/blocks/0x12".to_owned(), 400, "block"),
        ("/v1/events?contract=a-b".to_owned(), 400, "contract"),
        ("/v1/quote?tokens=5".to_owned(), 400, "model"),
        ("/v1/quote?model=none&tokens=5".to_owned(), 422, "model"),
        ("/v1/governance/proposals/7".to_owned(), 404, "number"),
        ("/rewards/calculator?scenario=none".to_owned(), 400, "scenario"),
        ("/rewards/estimate?tokens=-1".to_owned(), 400, "tokens"),
    ] {
        let answer = town.get(&path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        let problem = answer.json();
        assert_eq!(problem["field"], field, "{path}: {problem}");
        assert_eq!(problem["status"], status, "{path}");
        for member in ["type", "title", "detail"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{path}");
        }
    }
    let range = town.get("/v1/participants?limit=0").json();
    assert!(range["detail"].as_str().unwrap().contains("1 to 1000"), "{range}");
    assert_eq!(town.get("/v1/nothing").status, 404);
    let put = town.ask("PUT", "/v1/supply", &[], b"");
    assert_eq!(put.status, 405);
    assert_eq!(put.header("content-type"), Some("application/problem+json"));
    assert!(put.header("allow").is_some_and(|allowed| allowed.contains("GET")));
}

#[test]
fn supply_is_conserved_and_answers_say_their_height() {
    let town = Town::settled();
    let answer = town.get("/v1/supply");
    let supply = answer.json();
    assert_eq!(supply["height"], 7);
    assert_eq!(answer.header("x-workmint-height"), Some("7"));
    let time = supply["time_ms"].to_string();
    assert_eq!(answer.header("x-workmint-time-ms"), Some(time.as_str()));
    let sum = |parts: &Value| -> u128 { parts.as_object().unwrap().values().map(amount).sum() };
    for asset in supply["assets"].as_array().unwrap() {
        let of = |part: &str| amount(&asset[part]);
        assert_eq!(of("issued") - of("burned"), of("existing"), "{asset}");
        assert_eq!(of("existing"), of("circulating") + of("locked") + of("in_pots"), "{asset}");
        assert_eq!(sum(&asset["locks"]), of("locked"), "{asset}");
        assert_eq!(sum(&asset["pots"]), of("in_pots"), "{asset}");
        assert!(of("issued") <= of("cap"));
    }
    let staked: u128 = supply["assets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|asset| asset["locks"].get("stake").map_or(0, amount))
        .sum();
    assert_eq!(staked, 9 * 200 * ONE, "nine providers staked 200 each");
}

#[test]
fn accounts_sessions_jobs_and_claims_are_what_was_done() {
    let town = Town::settled();
    let account = town.json(&format!("/v1/accounts/{}", named(21)));
    assert_eq!(account["nonce"], "0");
    assert_eq!(account["balances"].as_array().unwrap().len(), 1);
    assert_eq!(amount(&account["balances"][0]["spendable"]), ONE);
    let session = town.json(&format!("/v1/sessions/{}/0", named(3)));
    assert_eq!(session["provider"], named(2));
    assert_eq!(amount(&session["taken"]), 8 * ONE);
    assert_eq!(amount(&session["left"]), 2 * ONE);
    assert_eq!(session["paid_in"], 2);
    let of =
        |number| town.json(&format!("/v1/sessions?customer={}", named(number)))["items"].clone();
    let all = town.rows("/v1/sessions", 100);
    let of_third = all.iter().filter(|row| row["customer"] == named(3));
    assert_eq!(of(3), of_third.cloned().collect::<Value>());
    assert_eq!((of(3).as_array().unwrap().len(), all.len()), (2, 4));
    assert_eq!((of(2), of(99)), (json!([]), json!([])));
    let entries = town.rows("/v1/settlements/2/entries", 1_000);
    let settlement = town.json("/v1/settlements/2");
    assert_eq!(settlement["claims"], entries.len());
    let paid: u128 =
        settlement["streams"].as_array().unwrap().iter().map(|of| amount(&of["paid"])).sum();
    assert_eq!(entries.iter().map(|entry| amount(&entry["amount"])).sum::<u128>(), paid);
    let who = entries[0]["account"].as_str().unwrap();
    let proofs = town.json(&format!("/v1/settlements/2/proofs/{who}"));
    assert_eq!(proofs["root"], settlement["root"]);
    assert_eq!(proofs["claims"][0]["amount"], entries[0]["amount"]["amount"]);
    let participant = town.json(&format!("/v1/participants/{who}"));
    let claims = participant["claims"].as_array().unwrap();
    assert!(
        claims.iter().any(|claim| claim["epoch"] == 2 && claim["amount"] == entries[0]["amount"])
    );
    assert_eq!(amount(&participant["stake"]), 200 * ONE);
}

#[test]
fn the_table_says_what_the_history_says() {
    let town = Town::settled();
    let path = format!("/v1/accounts/{}/history", named(1));
    let rows = town.rows(&path, 1_000);
    let table = town.get(&format!("{path}.csv"));
    assert_eq!(table.status, 200);
    assert!(table.header("content-type").unwrap().starts_with("text/csv"));
    let mut lines = table.text().lines();
    let header = lines.next().unwrap();
    assert!(header.starts_with("epoch,kind,amount [10^-18 "), "{header}");
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.len(), rows.len());
    for (line, row) in lines.iter().zip(&rows) {
        let kind = row["event"].as_str().unwrap();
        assert_eq!(line.split(',').nth(1), Some(kind));
        if let Some(money) = row["amount"].as_object() {
            let base = money["amount"].as_str().unwrap();
            assert!(line.split(',').any(|field| field == base), "{line}: {base}");
        }
    }
    let unknown = town.get(&format!("/v1/accounts/{}/history.csv", named(99)));
    assert_eq!(unknown.status, 404);
}

#[test]
fn a_stream_of_events_goes_on_where_it_was_left() {
    let town = Town::settled();
    let all = town.rows("/v1/events?event=Transfer", 1_000);
    let ids = |from: usize| -> Vec<String> {
        all[from..].iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    let read = |headers: &[(&str, &str)], path: &str, count: usize| -> Vec<String> {
        let stream = town.open("GET", path, headers, b"");
        let lines = BufReader::new(stream).lines().map(Result::unwrap);
        let ids = lines.filter_map(|line| line.strip_prefix("id: ").map(str::to_owned));
        ids.take(count).collect()
    };
    let path = "/v1/events/stream?event=Transfer&from=0";
    assert_eq!(read(&[], path, all.len()), ids(0));
    let left = all[20]["id"].as_str().unwrap().to_owned();
    let resumed = read(&[("last-event-id", &left)], path, all.len() - 21);
    assert_eq!(resumed, ids(21));
    // What happens while a client listens.
    let stream = town.open("GET", "/v1/events/stream?event=Transfer", &[], b"");
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().contains("200"));
    let fee = town.node.chain().fee_asset;
    let transfer = Transfer { to: address(30), asset: fee, amount: Amount::new(77) };
    town.block(1, vec![(1, Message::Transfer(transfer))]);
    let data = lines.find_map(|line| {
        let event: Value = serde_json::from_str(line.strip_prefix("data: ")?).unwrap();
        event.to_string().contains("\"77\"").then_some(event)
    });
    assert_eq!(data.unwrap()["block"], 8);
    let wrong = town.ask("GET", path, &[("last-event-id", "x")], b"");
    assert_eq!(wrong.status, 400);
}

#[test]
fn transactions_are_refused_with_the_numbers_of_their_errors() {
    let town = Town::new("hanzo");
    let kind = [("content-type", "application/octet-stream")];
    let answer = town.ask("POST", "/v1/transactions", &kind, &[0xc0, 1, 2]);
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(answer.json()["code"].as_u64().unwrap() >= 3_000);
    let kind = [("content-type", "application/json")];
    let answer = town.ask("POST", "/v1/transactions", &kind, br#"{"raw":"0x02"}"#);
    assert_eq!(answer.status, 422, "{}", answer.text());
    for body in [&br#"{"raw":"02"}"#[..], br#"{"raw":"0x0"}"#, br#"{"raws":"0x02"}"#, b"{"] {
        let answer = town.ask("POST", "/v1/transactions", &kind, body);
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    let answer = town.ask("POST", "/v1/transactions", &[("content-type", "text/html")], b"x");
    assert_eq!(answer.status, 415);
    let hash = format!("/v1/transactions/0x{}", "ab".repeat(32));
    assert_eq!(town.get(&hash).status, 404);
}

#[test]
fn a_transaction_of_a_block_is_found_by_its_hash() {
    let town = Town::settled();
    let block = town.json("/v1/blocks/1");
    let hashes = block["transaction_hashes"].as_array().unwrap();
    assert_eq!(block["transactions"], hashes.len());
    for (position, hash) in hashes.iter().enumerate().step_by(17) {
        let found = town.json(&format!("/v1/transactions/{}", hash.as_str().unwrap()));
        assert_eq!((&found["block"], &found["position"]), (&1.into(), &position.into()));
        assert_eq!(found["succeeded"], true, "{found}");
    }
    let by_hash = town.json(&format!("/v1/blocks/{}", block["hash"].as_str().unwrap()));
    assert_eq!(by_hash, block);
}

#[test]
fn document_002_is_answered_by_a_network_that_pays_at_a_rate() {
    let town = Town::new("blyan");
    let estimate = town.json("/rewards/estimate?tokens=100000&quality=1.1");
    // Document 002's example: 100k tokens at quality 1.1 = 110 BLY.
    assert_eq!(estimate["inference"]["estimate_bly"], "110");
    for path in ["/rewards/buckets/status", "/rewards/health", "/rewards/policy", "/v1/rates"] {
        town.json(path);
    }
    let hour = town.json("/rewards/calculator?scenario=inference_hour&tokens_per_hour=100000");
    assert!(hour.to_string().contains("\"100\""), "{hour}");
    assert_eq!(Town::new("hanzo").get("/rewards/health").status, 404);
}

#[test]
fn the_description_of_the_interface_is_committed_and_complete() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let described = serde_json::to_string_pretty(workmint_api::rest::openapi()).unwrap() + "\n";
    if std::env::var_os("WORKMINT_WRITE_OPENAPI").is_some() {
        std::fs::write(path, &described).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let same = committed == described;
    assert!(same, "docs/openapi.json is old; write it: WORKMINT_WRITE_OPENAPI=1 cargo test");
    let town = Town::new("hanzo");
    assert_eq!(town.json("/openapi.json"), *workmint_api::rest::openapi());
    let mut names = BTreeSet::new();
    for (path, item) in workmint_api::rest::openapi()["paths"].as_object().unwrap() {
        for operation in item.as_object().unwrap().values() {
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{path}: {name} twice");
            for status in ["400", "429", "500", "503"] {
                assert!(operation["responses"].get(status).is_some(), "{path} {status}");
            }
        }
    }
}

#[test]
fn metrics_health_and_readiness() {
    let town = Town::new("blyan");
    assert_eq!(town.json("/health")["status"], "ok");
    assert_eq!(town.json("/ready")["status"], "ok");
    town.json("/v1/supply");
    // A day and a block: an epoch is settled, so the streams have totals.
    town.block(86_400_000, Vec::new());
    let classic = town.get("/metrics");
    let kind = classic.header("content-type").unwrap();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    for name in [
        "rewards_inference_bly_total ",
        "rewards_learning_bly_total ",
        "rewards_bucket_utilization{bucket=\"inference\"} ",
        "rewards_backpay_queue_size{bucket=\"inference\"} ",
        "workmint_block_height 1",
        "process_resident_memory_bytes ",
        "http_requests_total{method=\"GET\",route=\"/v1/supply\",status=\"200\"} 1",
        "workmint_supply_base_units{asset=\"BLY\",part=\"issued\"} ",
    ] {
        assert!(classic.text().contains(name), "{name} is not in\n{}", classic.text());
    }
    let open = [("accept", "application/openmetrics-text;version=1.0.0")];
    let open = town.ask("GET", "/metrics", &open, b"");
    assert!(open.text().ends_with("# EOF\n"));
}

#[test]
fn why_how_much_and_what_if() {
    let town = Town::settled();
    let entries = town.rows("/v1/settlements/2/entries", 1_000);
    let who = entries[0]["account"].as_str().unwrap();
    let why = town.json(&format!("/v1/settlements/2/explain/{who}"));
    assert!(why.to_string().contains(entries[0]["amount"]["amount"].as_str().unwrap()), "{why}");
    assert_eq!(town.get(&format!("/v1/settlements/99/explain/{who}")).status, 422);
    town.json(&format!("/v1/estimate/{who}"));
    let metrics = town.rows("/v1/metrics", 2);
    assert_eq!(metrics.len(), 4, "three closed epochs and the open one");
    assert_eq!(town.json("/v1/epochs/2/metrics"), metrics[2]);
    assert!(town.rows(&format!("/v1/accounts/{who}/allowances"), 10).is_empty());
    // Under its own file every epoch pays what it paid.
    let file = workmint_networks::preset("hanzo").unwrap().text;
    let body = serde_json::json!({ "network": file, "epochs": 3 }).to_string();
    let kind = [("content-type", "application/json")];
    let answer = town.ask("POST", "/v1/what-if", &kind, body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let same = answer.json();
    assert_eq!(same["before"], same["after"]);
    assert_eq!(same["epochs"].as_array().unwrap().len(), 3);
    for (body, status) in [
        (serde_json::json!({ "network": file, "epochs": 0 }), 400),
        (serde_json::json!({ "network": file, "epochs": 101 }), 400),
        (serde_json::json!({ "network": "", "epochs": 1 }), 400),
        (serde_json::json!({ "network": "[network]", "epochs": 1 }), 422),
        (serde_json::json!({ "network": file }), 400),
        (serde_json::json!({ "network": file, "epochs": 1.5 }), 400),
        (serde_json::json!({ "network": file, "epochs": 1.0, "limit": 5.0 }), 200),
    ] {
        let answer = town.ask("POST", "/v1/what-if", &kind, body.to_string().as_bytes());
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}
