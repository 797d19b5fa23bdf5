//! What wallets rely on beyond one transaction: heights they saw a moment ago, transactions that
//! wait, logs in pieces, and prices of blocks long past.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_api::{ApiConfig, Limits};
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;
use workmint_core::modules::parameters::ScheduleParameters;
use workmint_protocol::wire::U256;

use crate::kit::{Running, address, genesis, named, quantity};

const DAY_MS: u64 = 86_400_000;

fn transfer(running: &Running, amount: u128) -> Message {
    let asset = running.node.chain().fee_asset;
    Message::Transfer(Transfer { to: address(77), asset, amount: Amount::new(amount) })
}

/// Sends a transfer of account 1 and gives its hash.
async fn send(running: &Running, nonce: u64) -> Value {
    let raw = running.signed(1, nonce, &transfer(running, 5));
    running.call("eth_sendRawTransaction", json!([raw])).await
}

/// Every question about the state, at one block.
async fn state_at(running: &Running, block: Value) -> Vec<Value> {
    let account = address(77).to_string();
    let call = json!({ "from": address(1).to_string(), "to": account, "value": "0x1" });
    let asked = [
        ("eth_getBalance", json!([account, block])),
        ("eth_getTransactionCount", json!([address(1).to_string(), block])),
        ("eth_getCode", json!([account, block])),
        ("eth_getStorageAt", json!([account, "0x0", block])),
        ("eth_call", json!([call, block])),
        ("eth_estimateGas", json!([call, block])),
    ];
    let mut answers = Vec::new();
    for (method, parameters) in asked {
        answers.push(running.answer(method, parameters).await);
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn recent_heights_are_answered_from_the_newest_state() {
    let running = Running::start("hanzo", ApiConfig::default());
    let genesis_ms = running.node.genesis().time_ms;
    let first = running.node.block(1).unwrap();
    assert!(first.is_none());
    let hash = send(&running, 0).await;
    send(&running, 1).await;
    let newest = state_at(&running, json!("latest")).await;
    assert_eq!(newest[0]["result"], "0xa", "two transfers of 5 wei");
    assert_eq!(newest[1]["result"], "0x2");
    let receipt = running.call("eth_getTransactionReceipt", json!([hash])).await;
    let seen = [
        json!("0x1"),
        json!("0x2"),
        json!({ "blockNumber": "0x1" }),
        json!({ "blockHash": receipt["blockHash"] }),
        json!("earliest"),
    ];
    for block in seen {
        assert_eq!(state_at(&running, block).await, newest);
    }
    // 127 blocks later block 2 is one of the last 128, whatever the time; block 1 is not.
    let start = running.node.head().time_ms + 120_000;
    for at in 0..127 {
        running.node.drive(start + at, Vec::new()).unwrap();
    }
    assert_eq!(running.node.head().height, 129);
    assert_eq!(state_at(&running, json!("0x2")).await, newest);
    // A minute counts too: what is younger than that is answered, however many blocks there were.
    for at in 0..130 {
        running.node.drive(start + 60_000 + at, Vec::new()).unwrap();
    }
    let oldest = json!(format!("{:#x}", 129));
    assert!(running.node.head().time_ms > genesis_ms);
    for (block, refused) in [
        (json!("0x1"), "the state of block 1 is not kept"),
        (oldest, "the state of block 129 is not kept"),
        (json!({ "blockHash": receipt["blockHash"] }), "the state of block 1 is not kept"),
        (json!("0x104"), "there is no block 260 yet, the last is 259"),
        (json!({ "blockHash": format!("0x{}", "11".repeat(32)) }), "no block has the hash"),
    ] {
        for answer in state_at(&running, block.clone()).await {
            assert_eq!(answer["error"]["code"], -32000, "{block}: {answer}");
            let text = answer["error"]["message"].as_str().unwrap();
            assert!(text.contains(refused), "{block}: {text}");
        }
    }
    let young = json!(format!("{:#x}", 259 - 127));
    assert_eq!(state_at(&running, young).await, newest);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minute_of_blocks_is_recent_however_many_they_are() {
    let running = Running::start("hanzo", ApiConfig::default());
    send(&running, 0).await;
    let start = running.node.head().time_ms;
    for at in 1..=150 {
        running.node.drive(start + 400 * at, Vec::new()).unwrap();
    }
    let newest = state_at(&running, json!("latest")).await;
    assert_eq!(state_at(&running, json!("0x1")).await, newest, "60,000 ms old");
    running.node.drive(start + 60_001, Vec::new()).unwrap();
    assert_eq!(state_at(&running, json!("0x2")).await, newest);
    let old = state_at(&running, json!("0x1")).await;
    assert!(old.iter().all(|answer| answer["error"]["code"] == -32000), "{old:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_behind_a_gap_has_its_hash_and_is_shown_as_pending() {
    let running =
        Running::tuned(genesis("hanzo"), ApiConfig::default(), |settings| settings.wait_ms = 200);
    let second = running.signed(1, 1, &transfer(&running, 7));
    let hash = running.call("eth_sendRawTransaction", json!([second])).await;
    let bytes = alloy_primitives::hex::decode(&second).unwrap();
    assert_eq!(hash, alloy_primitives::keccak256(bytes).to_string());
    let waiting = running.call("eth_getTransactionByHash", json!([hash])).await;
    for name in ["blockHash", "blockNumber", "transactionIndex"] {
        assert_eq!(waiting[name], Value::Null, "{name}");
    }
    assert_eq!(waiting["from"], address(1).to_string().to_lowercase());
    assert_eq!((&waiting["nonce"], &waiting["value"]), (&json!("0x1"), &json!("0x7")));
    assert_eq!(waiting["gasPrice"], waiting["maxFeePerGas"]);
    assert_eq!(running.call("eth_getTransactionReceipt", json!([hash])).await, Value::Null);
    // Many at once are told apart: this one has no block yet.
    let many = running.call("workmint_submitRawTransactions", json!([[second]])).await;
    assert_eq!(many[0]["error"]["data"]["code"], 3507);
    assert_eq!(many[0]["error"]["data"]["hash"], hash);
    // Sent again it is the same answer, not a second transaction.
    assert_eq!(running.call("eth_sendRawTransaction", json!([second])).await, hash);
    let first = running.signed(1, 0, &transfer(&running, 5));
    running.call("eth_sendRawTransaction", json!([first])).await;
    let receipt = loop {
        let receipt = running.call("eth_getTransactionReceipt", json!([hash])).await;
        if !receipt.is_null() {
            break receipt;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(receipt["status"], "0x1");
    let found = running.call("eth_getTransactionByHash", json!([hash])).await;
    assert_eq!(found["blockHash"], receipt["blockHash"]);
    for name in ["from", "to", "input", "value", "nonce", "gas", "type", "r", "s", "yParity"] {
        assert_eq!(found[name], waiting[name], "{name}");
    }
    let unknown = json!([format!("0x{}", "11".repeat(32))]);
    assert_eq!(running.call("eth_getTransactionByHash", unknown).await, Value::Null);
}

fn bytes(logs: &[Value]) -> usize {
    logs.iter().map(|log| log.to_string().len()).sum()
}

/// Logs of all blocks, in pieces as the errors suggest, none longer than `most` bytes; how many
/// pieces there were.
async fn in_pieces(running: &Running, most: usize) -> (Vec<Value>, usize) {
    let head = format!("{:#x}", running.node.head().height);
    let (mut from, mut to, mut all, mut pieces) = ("0x1".to_owned(), head.clone(), vec![], 0);
    loop {
        let asked = json!([{ "fromBlock": from, "toBlock": to }]);
        let mut answer = running.answer("eth_getLogs", asked).await;
        if let Some(error) = answer.get("error") {
            assert_eq!(error["code"], -32005, "{error}");
            let suggested = error["data"]["to"].as_str().unwrap();
            assert_eq!(error["data"]["from"], from.as_str());
            let text = error["message"].as_str().unwrap();
            let range = format!("Try with this block range [{from}, {suggested}].");
            assert!(text.starts_with("query returned more than") && text.ends_with(&range));
            assert!(quantity(&json!(suggested)) < quantity(&json!(to)));
            to = suggested.to_owned();
            continue;
        }
        let Value::Array(logs) = answer["result"].take() else { panic!("{answer}") };
        assert!(bytes(&logs) <= most, "{} bytes, {most} are allowed", bytes(&logs));
        all.extend(logs);
        pieces += 1;
        if to == head {
            return (all, pieces);
        }
        from = format!("{:#x}", quantity(&json!(to)) + U256::from(1));
        to.clone_from(&head);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_beyond_a_limit_suggest_a_smaller_range() {
    let all = |limits: Limits| async move {
        let most = limits.answer_bytes;
        let running = Running::start("hanzo", ApiConfig { limits, ..ApiConfig::default() });
        for nonce in 0..6 {
            send(&running, nonce).await;
        }
        (in_pieces(&running, most).await, running)
    };
    let ((whole, pieces), running) = all(Limits::default()).await;
    assert_eq!(pieces, 1);
    let each = whole.len() / 6;
    assert!(each >= 1 && whole.len() == 6 * each, "{} logs", whole.len());
    drop(running);
    // Two transfers' logs in an answer: three pieces.
    let ((found, pieces), running) =
        all(Limits { logs: 2 * each + each / 2, ..Limits::default() }).await;
    assert_eq!((found.len(), pieces), (whole.len(), 3));
    drop(running);
    // The same of bytes, of which no piece has more than allowed.
    let most = bytes(&whole) / 2;
    let ((found, pieces), _running) = all(Limits { answer_bytes: most, ..Limits::default() }).await;
    assert_eq!(found.len(), whole.len());
    assert!(pieces >= 2, "{pieces}");
    // One block alone that is too much says so.
    let ((_, _), running) = all(Limits::default()).await;
    let limits = Limits { logs: each - 1, ..Limits::default() };
    let config = std::sync::Arc::new(ApiConfig { limits, ..ApiConfig::default() });
    let engine = workmint_api::rpc::Engine::new(running.node.clone(), config, axum::Router::new());
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":"0x3"}]}"#;
    let body = body.replace("\"0x3\"", "\"0x3\",\"toBlock\":\"0x4\"");
    let answer = engine.answer(body.as_bytes(), &workmint_api::rpc::Caller::default()).await;
    let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
    assert_eq!(answer["error"]["code"], -32005, "{answer}");
    let text = answer["error"]["message"].as_str().unwrap();
    assert!(text.contains("in block 3 alone; ask for fewer addresses or topics"), "{text}");
}

/// Answers about a transaction and its block.
async fn shown(running: &Running, hash: &Value) -> Vec<Value> {
    let receipt = running.call("eth_getTransactionReceipt", json!([hash])).await;
    let number = receipt["blockNumber"].clone();
    vec![
        running.call("eth_getBlockByNumber", json!([number, true])).await,
        running.call("eth_getTransactionByHash", json!([hash])).await,
        receipt,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn old_blocks_keep_the_price_they_had() {
    let mut genesis = genesis("gonka");
    let (old, new) = (2_500_000_u128, 7_500_000_u128);
    genesis.parameters.fees.flat = Amount::new(old);
    let mut later = genesis.parameters.clone();
    later.fees.flat = Amount::new(new);
    let running = Running::tuned(genesis, ApiConfig::default(), |_| ());
    let founder = named("gonka")["founder"];
    let change = ScheduleParameters { epoch: 1, parameters: Box::new(later) };
    let raw = running.signed(founder, 0, &Message::ScheduleParameters(change));
    let scheduled = running.call("eth_sendRawTransaction", json!([raw])).await;
    let paid = running.call("eth_getTransactionReceipt", json!([scheduled])).await;
    assert_eq!(paid["status"], "0x1", "{paid}");
    // One with a tip of a tenth of the price for each of its 10,000,000 gas, and one without.
    let mut tipped = running.unsigned(0, &transfer(&running, 5));
    let price = tipped.max_fee_per_gas;
    tipped.max_priority_fee_per_gas = price / 10;
    tipped.max_fee_per_gas = price * 2;
    let raw = workmint_protocol::wire::sign(&crate::kit::key(1), &tipped);
    let raw = alloy_primitives::hex::encode_prefixed(raw);
    let first = running.call("eth_sendRawTransaction", json!([raw])).await;
    let before = shown(&running, &first).await;
    let wei = |units: u128| running.node.chain().to_wei(Amount::new(units));
    let tip = running.node.chain().floor_from_wei(U256::from(price / 10) * U256::from(10_000_000));
    let receipt = &before[2];
    let used = quantity(&receipt["gasUsed"]);
    assert_eq!(quantity(&before[0]["baseFeePerGas"]), U256::from(price));
    assert_eq!(used * U256::from(price), wei(old), "without the tip");
    let all = wei(old + tip.get());
    let shortfall = all - used * quantity(&receipt["effectiveGasPrice"]);
    assert!(shortfall < used, "rounded down by less than a wei for each gas");

    let end = running.node.genesis().time_ms + DAY_MS;
    running.node.drive(end, Vec::new()).unwrap();
    assert_eq!(running.node.head().epoch, 1);
    let now = running.call("eth_gasPrice", json!([])).await;
    assert_eq!(quantity(&now), U256::from(3 * price));
    assert_eq!(shown(&running, &first).await, before, "nothing about it has changed");
    let second = send(&running, 1).await;
    let after = shown(&running, &second).await;
    let (gas, price_now) = (&after[2]["gasUsed"], &after[2]["effectiveGasPrice"]);
    assert_eq!(quantity(gas) * quantity(price_now), wei(new));
    assert_eq!(after[0]["baseFeePerGas"], now);

    // Blocks 0 to 4 of the history: genesis, change, tipped, close, second; and the next.
    let asked = json!(["0x10", "latest", [0, 100]]);
    let history = running.call("eth_feeHistory", asked).await;
    assert_eq!(history["oldestBlock"], "0x0");
    let before_price = json!(format!("{price:#x}"));
    let prices = [&before_price, &before_price, &before_price, &before_price, &now, &now];
    assert_eq!(history["baseFeePerGas"].as_array().unwrap().iter().collect::<Vec<_>>(), prices);
    let paid = quantity(&receipt["effectiveGasPrice"]) - U256::from(price);
    assert_eq!(history["reward"][2], json!([format!("{paid:#x}"), format!("{paid:#x}")]));
    assert_eq!(history["reward"][4], json!(["0x0", "0x0"]));
    let full: Vec<f64> = serde_json::from_value(history["gasUsedRatio"].clone()).unwrap();
    let expected = used.to::<u64>() as f64 / 1e9;
    assert!((full[2] - expected).abs() < 1e-12 && full[0] == 0.0 && full[3] == 0.0, "{full:?}");
}
