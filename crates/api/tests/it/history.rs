//! A node on a directory that was restored from a snapshot says where its history begins, instead
//! of answering as if there was nothing before.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;

use crate::kit::address;
use crate::rest_kit::Town;

const JSON: (&str, &str) = ("content-type", "application/json");
const TOLD: &str = "history begins at block 3";

fn rpc(town: &Town, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    town.ask("POST", "/rpc", &[JSON], body.to_string().as_bytes()).json()
}

/// A restored network, the snapshot's height being 2, with blocks 3 and 4.
fn town() -> Town {
    let town = Town::restored();
    assert_eq!((town.node.head().height, town.node.history_from()), (2, 3));
    let newest = rpc(&town, "eth_getBlockByNumber", json!(["latest", false]));
    assert_eq!(newest["error"]["code"], -32000, "{newest}");
    assert_eq!(town.json("/v1/blocks")["items"], json!([]));
    let asset = town.node.chain().fee_asset;
    for _ in 3..=4 {
        let transfer = Transfer { to: address(2), asset, amount: Amount::new(1) };
        town.block(1, vec![(1, Message::Transfer(transfer))]);
    }
    town
}

#[test]
fn json_rpc_refuses_what_lies_before_the_history() {
    let town = town();
    for (method, params) in [
        ("eth_getLogs", json!([{ "fromBlock": "0x1" }])),
        ("eth_getLogs", json!([{ "fromBlock": "earliest", "toBlock": "0x3" }])),
        ("eth_getLogs", json!([{ "fromBlock": "0x2", "toBlock": "0x2" }])),
        ("eth_getBlockByNumber", json!(["0x2", false])),
        ("eth_getBlockByNumber", json!(["earliest", false])),
        ("eth_getBlockReceipts", json!(["0x1"])),
        ("eth_getBlockTransactionCountByNumber", json!(["0x1"])),
        ("eth_getTransactionByBlockNumberAndIndex", json!(["0x1", "0x0"])),
        ("eth_getBlockByHash", json!([format!("0x{}", "01".repeat(32)), false])),
        ("eth_feeHistory", json!(["0x1", "0x2", []])),
    ] {
        let answer = rpc(&town, method, params.clone());
        assert_eq!(answer["error"]["code"], -32000, "{method} {params}: {answer}");
        let text = answer["error"]["message"].as_str().unwrap();
        assert!(text.starts_with(TOLD), "{method} {params}: {text}");
    }
    let logs = rpc(&town, "eth_getLogs", json!([{ "fromBlock": "0x3" }]));
    let heights = logs["result"].as_array().unwrap().iter().map(|log| log["blockNumber"].clone());
    let heights: std::collections::BTreeSet<String> =
        heights.map(|height| height.as_str().unwrap().to_owned()).collect();
    assert_eq!(heights.into_iter().collect::<Vec<_>>(), ["0x3", "0x4"]);
    let block = rpc(&town, "eth_getBlockByNumber", json!(["0x3", false]));
    assert_eq!(block["result"]["number"], "0x3");
    assert_eq!(rpc(&town, "eth_getBlockByNumber", json!(["0x5", false]))["result"], Value::Null);
    let fees = rpc(&town, "eth_feeHistory", json!(["0x400", "latest", []]));
    assert_eq!(fees["result"]["oldestBlock"], "0x3");
    assert_eq!(fees["result"]["gasUsedRatio"].as_array().unwrap().len(), 2);
}

#[test]
fn rest_does_not_find_what_lies_before_the_history() {
    let town = town();
    let hash = format!("0x{}", "01".repeat(32));
    for path in [
        "/v1/blocks/2",
        "/v1/blocks/1",
        "/v1/blocks?cursor=1",
        "/v1/events",
        "/v1/events?from=2",
        "/v1/events/stream?from=1",
        &format!("/v1/blocks/{hash}"),
        &format!("/v1/transactions/{hash}"),
    ] {
        let answer = town.get(path);
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(TOLD), "{path}: {detail}");
    }
    let rows = town.rows("/v1/blocks", 1);
    assert_eq!(rows.iter().map(|row| row["block"].clone()).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(town.json("/v1/blocks/3")["block"], 3);
    let events = town.json("/v1/events?from=3");
    assert_eq!(events["items"][0]["block"], 3);
}
