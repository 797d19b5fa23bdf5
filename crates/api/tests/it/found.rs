//! What can be found: transactions that wait, proofs of claims that expired, the first block.

use std::time::{Duration, Instant};

use alloy_primitives::{hex, keccak256};
use serde_json::json;
use workmint_amounts::Amount;
use workmint_core::Message;
use workmint_core::modules::ledger::Transfer;
use workmint_protocol::wire::{self, Unsigned, call_of, gas};

use crate::kit::{address, key};
use crate::rest_kit::{Town, named};

const DAY_MS: u64 = 86_400_000;

fn transfer(town: &Town) -> Message {
    let asset = town.node.chain().fee_asset;
    Message::Transfer(Transfer { to: address(2), asset, amount: Amount::new(5) })
}

/// A transaction of account 1.
fn signed(town: &Town, nonce: u64) -> Vec<u8> {
    let chain = town.node.chain();
    let parameters = town.node.read(|state| state.active_parameters().unwrap());
    let unsigned = Unsigned {
        chain_id: chain.chain_id,
        nonce,
        max_priority_fee_per_gas: 0,
        max_fee_per_gas: u128::try_from(gas::price_wei(&parameters, chain)).unwrap(),
        gas_limit: 10_000_000,
        call: call_of(&transfer(town), chain).unwrap(),
    };
    wire::sign(&key(1), &unsigned)
}

#[test]
fn a_transaction_that_waits_is_found() {
    let town = Town::new("hanzo");
    let bytes = signed(&town, 1);
    let (raw, hash) = (hex::encode_prefixed(&bytes), keccak256(&bytes).to_string());
    let path = format!("/v1/transactions/{hash}");
    assert_eq!(town.get(&path).status, 404);
    std::thread::scope(|scope| {
        let body = json!({ "raw": raw }).to_string();
        let kind = [("content-type", "application/json")];
        let at = &town;
        let sent = scope.spawn(move || at.ask("POST", "/v1/transactions", &kind, body.as_bytes()));
        let end = Instant::now() + Duration::from_secs(60);
        while town.get(&path).status != 200 {
            assert!(Instant::now() < end, "it is not found");
            std::thread::sleep(Duration::from_millis(20));
        }
        let sent = sent.join().unwrap();
        assert_eq!((sent.status, &sent.json()["hash"]), (202, &json!(hash)));
    });
    let waiting = town.json(&path);
    let expected = json!({
        "height": 0, "time_ms": town.node.head().time_ms, "status": "waiting", "hash": hash,
        "sender": named(1), "nonce": "1", "next_nonce": "0", "message": "Transfer", "raw": raw,
    });
    assert_eq!(waiting, expected);
    // The one before it comes; then it has its turn.
    town.block(1, vec![(1, transfer(&town))]);
    town.block(1, Vec::new());
    let included = town.json(&path);
    assert_eq!((&included["status"], &included["block"]), (&json!("included"), &json!(2)));
    for field in ["hash", "sender", "nonce", "message", "raw"] {
        assert_eq!(included[field], waiting[field], "{field}");
    }
    assert_eq!(included["succeeded"], true);
}

#[test]
fn the_proof_of_an_expired_claim_is_the_one_it_was() {
    let town = Town::settled();
    let path = format!("/v1/settlements/2/proofs/{}", named(6));
    let open = town.json(&path);
    // The file's window is 30 epochs.
    for _ in 0..32 {
        town.block(DAY_MS, Vec::new());
    }
    assert!(town.node.read(|state| state.settlement.record(2).is_none()));
    let expired = town.json(&path);
    for field in ["network", "leaf_encoding", "root", "claims"] {
        assert_eq!(expired[field], open[field], "{field}");
    }
    let nobody = town.get(&format!("/v1/settlements/2/proofs/{}", named(99)));
    assert_eq!((nobody.status, &nobody.json()["field"]), (404, &json!("address")));
    assert_eq!(town.get(&format!("/v1/settlements/900/proofs/{}", named(6))).status, 404);
}

#[test]
fn block_0_is_told_to_be_the_genesis() {
    let town = Town::new("hanzo");
    let answer = town.get("/v1/blocks/0");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(answer.status, 404);
    assert!(detail.contains("genesis") && detail.contains("the first block is 1"), "{detail}");
}
