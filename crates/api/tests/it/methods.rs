//! Every method with right and wrong parameters: one row a case in `methods.txt`, and for every
//! method at least one. The frame around a call has its own table here.

use std::collections::BTreeSet;

use serde_json::Value;
use workmint_amounts::Amount;
use workmint_api::rpc::Method;
use workmint_api::{ApiConfig, Limits};
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;

use crate::kit::{Running, address};

const ROWS: &str = include_str!("methods.txt");

fn transfer(running: &Running) -> Message {
    let asset = running.node.chain().fee_asset;
    Message::Transfer(Transfer { to: address(2), asset, amount: Amount::new(5) })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_with_right_and_wrong_parameters() {
    let running = Running::start("hanzo", ApiConfig::default());
    let raw = running.signed(1, 0, &transfer(&running));
    let sent = running.call("eth_sendRawTransaction", serde_json::json!([raw])).await;
    let deep = "[".repeat(60) + &"]".repeat(60);
    let long = format!("0x1{}", "0".repeat(64));
    let hash = format!("0x{}", "11".repeat(32));
    let from = address(1).to_string();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in ROWS.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.split(" | ").collect();
        let head = running.node.head().hash.to_string();
        let parameters = cells[1]
            .replace("DEEP", &deep)
            .replace("LONG", &long)
            .replace("BLOCK", &head)
            .replace("SENT", sent.as_str().unwrap())
            .replace("HASH", &hash)
            .replace("RAW", &raw)
            .replace("ADDRESS", &from);
        let method = cells[0];
        let body =
            format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}","params":{parameters}}}"#);
        let text = running.body(&body).await.unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(answer["id"], 7);
        let code = answer["error"]["code"].as_i64().unwrap_or(0);
        if code.to_string() != cells[2] {
            wrong.push(format!("{line}\n  is {text}"));
        }
        if let Some(message) = answer["error"]["message"].as_str() {
            assert!(message.len() < 400, "{message}");
        }
        seen.insert(method);
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
    for method in Method::ALL {
        assert!(seen.contains(method.name()), "methods.txt has no row {}", method.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_frame_of_a_call() {
    let limits = Limits { batch: 3, answer_bytes: 2_000, ..Limits::default() };
    let running = Running::start("hanzo", ApiConfig { limits, ..ApiConfig::default() });
    let one = r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"#;
    let told = r#"{"jsonrpc":"2.0","method":"eth_chainId"}"#;
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":"0xbbb"}"#;
    let code = |code: i32| format!(r#"{{"jsonrpc":"2.0","id":null,"error":{{"code":{code}"#);
    let deep = "[".repeat(65);
    let cases = [
        (one.to_owned(), Some(answer.to_owned())),
        (told.to_owned(), None),
        (format!("[{told},{told}]"), None),
        (format!("[{one},{told},{one}]"), Some(format!("[{answer},{answer}]"))),
        (format!("[{one},1]"), Some(format!("[{answer},{}", code(-32600)))),
        (format!("[{one},{one},{one},{one}]"), Some(code(-32600))),
        ("[]".to_owned(), Some(code(-32600))),
        (deep, Some(code(-32600))),
        ("{\"a\":".to_owned(), Some(code(-32700))),
        ("\u{0}".to_owned(), Some(code(-32700))),
    ];
    for (body, expected) in cases {
        let found = running.body(&body).await;
        match expected {
            None => assert_eq!(found, None, "{body}"),
            Some(start) => {
                let found = found.unwrap();
                assert!(found.starts_with(&start), "{body}: {found}");
            }
        }
    }
    // What a batch may answer is bounded: a block takes 1,000 bytes and more.
    let block =
        r#"{"jsonrpc":"2.0","id":1,"method":"eth_getBlockByNumber","params":["latest",false]}"#;
    let found = running.body(&format!("[{block},{block},{block}]")).await.unwrap();
    assert!(found.contains("-32003") && found.len() < 4_000, "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_transactions_shares_blocks() {
    let running = Running::start("hanzo", ApiConfig::default());
    let mut calls = Vec::new();
    for nonce in 0..100 {
        let raw = running.signed(1, nonce, &transfer(&running));
        calls.push(serde_json::json!({
            "jsonrpc": "2.0", "id": nonce, "method": "eth_sendRawTransaction", "params": [raw],
        }));
    }
    let text = running.body(&Value::from(calls).to_string()).await.unwrap();
    let answers: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(answers.len(), 100);
    for answer in &answers {
        assert!(answer["result"].is_string(), "{answer}");
    }
    // One after the other they would take 100 blocks.
    let blocks = running.node.head().height;
    assert!(blocks <= 50, "{blocks} blocks");
    assert_eq!(
        running.call("eth_getTransactionCount", serde_json::json!([address(1).to_string()])).await,
        "0x64"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_a_rate() {
    let mut limits = Limits::default();
    limits.per_account.per_second = 1;
    limits.per_account.burst = 2;
    let running = Running::start("hanzo", ApiConfig { limits, ..ApiConfig::default() });
    let list: Vec<String> =
        (0..3).map(|nonce| running.signed(1, nonce, &transfer(&running))).collect();
    let other = running.signed(2, 0, &transfer(&running));
    let all = [list, vec![other]].concat();
    let answers = running.call("workmint_submitRawTransactions", serde_json::json!([all])).await;
    let answers = answers.as_array().unwrap();
    let refused = answers[..3].iter().filter(|one| one["error"]["code"] == -32005).count();
    assert_eq!(refused, 1, "{answers:?}");
    assert_eq!(answers[3]["status"], "0x1", "another account has its own rate");
}
