//! The faucet of a network for development: what it gives, and how often.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_api::rpc::Faucet;
use workmint_api::{ApiConfig, Limits};
use workmint_core::Address;
use workmint_core::names::AssetId;

use crate::kit::{Running, key};
use crate::web::served;

/// What one request gets, base units.
const GIFT: u128 = 5_000;
const JSON: &str = "Content-Type: application/json\r\n";

fn config(faucet_per_hour: u32) -> ApiConfig {
    let amounts = vec![(AssetId(0), Amount::new(GIFT))];
    ApiConfig {
        faucet: Some(Faucet { key: key(1), amounts }),
        limits: Limits { faucet_per_hour, ..Limits::default() },
        ..ApiConfig::default()
    }
}

fn account(number: u8) -> Address {
    Address([number; 20])
}

fn balance(running: &Running, account: Address) -> u128 {
    running.node.read(|state| {
        let handle = state.ledger.handle(&account);
        handle.map_or(0, |handle| state.ledger.spendable(handle, AssetId(0)).get())
    })
}

async fn ask(running: &Running, account: Address) -> Value {
    running.answer("workmint_faucet", json!([account.to_string()])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_faucet_gives_an_account_so_often_and_no_more() {
    let running = Running::start("hanzo", config(2));
    for _ in 0..2 {
        let given = ask(&running, account(7)).await;
        assert_eq!(given["result"].as_array().map(Vec::len), Some(1), "{given}");
    }
    let refused = ask(&running, account(7)).await;
    assert_eq!(refused["error"]["code"], -32005, "{refused}");
    let text = refused["error"]["message"].as_str().unwrap();
    assert!(text.contains("one account at most 2 times an hour; wait "), "{text}");
    assert_eq!(balance(&running, account(7)), 2 * GIFT);
    assert!(ask(&running, account(8)).await["error"].is_null());
    assert_eq!(balance(&running, account(8)), GIFT);
    let none = Running::start("hanzo", config(0));
    for _ in 0..20 {
        assert!(ask(&none, account(7)).await["error"].is_null());
    }
    assert_eq!(balance(&none, account(7)), 20 * GIFT);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_faucet_gives_one_client_ten_times_as_often() {
    let served = served(config(1)).await;
    for number in 1..=11 {
        let call = json!({
            "jsonrpc": "2.0",
            "id": 1,
            "method": "workmint_faucet",
            "params": [account(number).to_string()],
        });
        let answer = served.post(JSON, &call.to_string()).await;
        let refused = answer.contains("one client address at most 10 times an hour");
        assert_eq!(refused, number == 11, "{number}: {answer}");
    }
}

/// The amounts of the engine's words are base units: programs are told of which asset.
#[tokio::test(flavor = "multi_thread")]
async fn a_faucet_that_is_empty_says_of_what() {
    let amounts = vec![(AssetId(0), Amount::new(10_u128.pow(30)))];
    let faucet = Some(Faucet { key: key(1), amounts });
    let running = Running::start("hanzo", ApiConfig { faucet, ..ApiConfig::default() });
    let refused = ask(&running, account(7)).await["error"].take();
    let text = refused["message"].as_str().unwrap();
    assert!(text.starts_with("the faucet cannot give: account 0x"), "{text}");
    assert!(text.ends_with("1000000000000000000000000000000 are needed"), "{text}");
    assert_eq!(refused["data"], json!({ "code": 104, "asset": "AI" }), "{refused}");
}
