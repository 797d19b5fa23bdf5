//! What wallets ask, in the order in which they ask it.

use serde_json::json;
use workmint_amounts::Amount;
use workmint_api::ApiConfig;
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;

use crate::kit::{Running, address, quantity};

fn transfer(to: u8, amount: u128, running: &Running) -> Message {
    let asset = running.node.chain().fee_asset;
    Message::Transfer(Transfer { to: address(to), asset, amount: Amount::new(amount) })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_is_sent_and_found_everywhere() {
    let running = Running::start("hanzo", ApiConfig::default());
    assert_eq!(running.call("eth_chainId", json!([])).await, "0xbbb");
    let genesis = running.call("eth_getBlockByNumber", json!(["latest", true])).await;
    assert_eq!(genesis["number"], "0x0");
    let to = address(77).to_string();
    let before = running.call("eth_getBalance", json!([address(1).to_string(), "latest"])).await;
    let signed = running.signed(1, 0, &transfer(77, 5, &running));
    let hash = running.call("eth_sendRawTransaction", json!([signed])).await;
    let receipt = running.call("eth_getTransactionReceipt", json!([hash])).await;
    assert_eq!(receipt["status"], "0x1");
    assert_eq!(receipt["blockNumber"], "0x1");
    let balance = running.call("eth_getBalance", json!([to, "latest"])).await;
    // HANZO has 18 decimals: a base unit is a wei.
    assert_eq!(balance, "0x5");
    let after = running.call("eth_getBalance", json!([address(1).to_string(), "latest"])).await;
    let paid = quantity(&receipt["gasUsed"]) * quantity(&receipt["effectiveGasPrice"]);
    let five = workmint_protocol::wire::U256::from(5);
    assert_eq!(quantity(&before) - quantity(&after), paid + five);
    // The network file: flat = 0.01 HANZO.
    assert_eq!(paid, workmint_protocol::wire::U256::from(10_000_000_000_000_000_u64));

    let found = running.call("eth_getTransactionByHash", json!([hash])).await;
    assert_eq!(found["blockHash"], receipt["blockHash"]);
    assert_eq!(found["nonce"], "0x0");
    assert_eq!(found["value"], "0x5");
    assert_eq!(found["to"], address(77).to_string().to_lowercase());
    let block = running.call("eth_getBlockByNumber", json!(["0x1", false])).await;
    assert_eq!(block["transactions"], json!([hash]));
    assert_eq!(block["parentHash"], genesis["hash"]);
    let whole = running.call("eth_getBlockByHash", json!([block["hash"], true])).await;
    assert_eq!(whole["transactions"][0], found);
    let nonce = running.call("eth_getTransactionCount", json!([address(1).to_string()])).await;
    assert_eq!(nonce, "0x1");
    let logs = json!([{ "fromBlock": "0x0", "toBlock": "latest" }]);
    let logs = running.call("eth_getLogs", logs).await;
    let of_block: Vec<_> = logs.as_array().unwrap().iter().collect();
    assert!(!of_block.is_empty());
    assert_eq!(receipt["logs"][0], *of_block[0]);
}
