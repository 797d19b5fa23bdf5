//! Every `workmint_*` question with a right answer: what the node says against what was done, what
//! the network's file says, and what the state holds.

use alloy_primitives::keccak256;
use serde_json::{Value, json};
use workmint_api::rpc::{Kind, Method};
use workmint_core::names::AssetId;
use workmint_protocol::wire::U256;

use crate::kit::address;
use crate::rest_kit::{ONE, Town};

fn ask(town: &Town, method: Method, parameters: &Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method.name(), "params": parameters });
    let kind = [("content-type", "application/json")];
    let mut answer = town.ask("POST", "/rpc", &kind, body.to_string().as_bytes()).json();
    assert!(answer.get("error").is_none(), "{}: {answer}", method.name());
    answer["result"].take()
}

/// An amount as answers write it.
fn units(value: &Value) -> u128 {
    value["amount"].as_str().unwrap_or_else(|| panic!("{value} is no amount")).parse().unwrap()
}

fn line<'a>(list: &'a Value, name: &str, wanted: &str) -> &'a Value {
    let mut lines = list.as_array().unwrap().iter();
    lines.find(|line| line[name] == wanted).unwrap_or_else(|| panic!("no {wanted} in {list}"))
}

/// What the stage's second voucher brings liquidity: 0.3 % of 3 AI is the fee, a tenth of it is
/// theirs.
const LIQUIDITY: u128 = 3 * ONE / 1_000 * 3 / 10;

#[test]
fn every_question_has_its_right_answer() {
    let town = Town::settled();
    let mut asked = Vec::new();
    let mut get = |method: Method, parameters: Value| {
        asked.push(method);
        ask(&town, method, &parameters)
    };
    // Who has all the shares of the pool that somebody gave since the genesis.
    let who = address(6).to_string();
    supply(&town, &get(Method::Supply, json!([])));
    prices(&town, &get(Method::Prices, json!([])));
    epoch(&town, &get(Method::Epoch, json!([2])));
    explanation(&get(Method::Explain, json!([who, 2])));
    estimate(&get(Method::Estimate, json!([who])));
    proof(&town, &get(Method::Proof, json!([who, 2])));
    history(&get(Method::History, json!([who, 100])));
    let rest = Method::ALL.iter().filter(|method| method.kind() == Kind::Rest);
    for method in rest {
        assert!(asked.contains(method), "{} is not asked", method.name());
    }
}

fn supply(town: &Town, answer: &Value) {
    let genesis = town.node.genesis();
    for (number, symbol) in (0..).zip(["AI", "HANZO"]) {
        let id = AssetId(number);
        let asset = line(&answer["assets"], "asset", symbol);
        let allocated = genesis.allocations.iter().filter(|one| one.asset == id);
        let allocated: u128 = allocated.map(|one| one.amount.get()).sum();
        // No epoch minted: nobody was available, and fees are not emission.
        assert_eq!(units(&asset["issued"]), allocated, "{symbol}");
        let parts = ["circulating", "locked", "in_pots"].map(|part| units(&asset[part]));
        let burned = units(&asset["burned"]);
        assert_eq!(units(&asset["existing"]), allocated - burned, "{symbol}");
        assert_eq!(parts.iter().sum::<u128>(), allocated - burned, "{symbol}");
    }
    let money = line(&answer["assets"], "asset", "AI");
    // 0.3 % of the 8 AI redeemed is the fee, 0.4 of it burned.
    assert_eq!(units(&money["burned"]), 8 * ONE / 1_000 * 3 / 10 * 4);
    assert_eq!(units(&money["locks"]["stake"]), 9 * 200 * ONE);
    // The session that paid, and three of one AI that opened last.
    assert_eq!(units(&money["locks"]["deposit of sessions"]), (10 - 8 + 3) * ONE);
    assert_eq!(answer["height"], town.node.head().height);
}

fn prices(town: &Town, answer: &Value) {
    let items = answer["items"].as_array().unwrap();
    let names: Vec<&Value> = items.iter().map(|item| &item["model"]).collect();
    assert_eq!(names, ["qwen3-30b", "qwen3-4b"]);
    // Nobody asked for the second model: the price is the file's. The first has demand and no offer
    // for days: it has risen to the most the file allows.
    assert_eq!(units(&items[1]["price_per_unit"]), ONE / 50_000);
    assert_eq!(units(&items[0]["price_per_unit"]), ONE / 100);
    assert_eq!(answer["height"], town.node.head().height);
}

fn epoch(town: &Town, answer: &Value) {
    // The file's 100,000,000 AI of the first year, even over its 365 days: what the third adds.
    let year = 100_000_000 * ONE;
    assert_eq!(units(&answer["emission"]), year * 3 / 365 - year * 2 / 365);
    assert_eq!(units(&answer["minted"]), 0);
    let paid = line(&answer["streams"], "name", "liquidity");
    assert_eq!((units(&paid["budget"]), units(&paid["paid"])), (LIQUIDITY, LIQUIDITY));
    assert_eq!(paid["recipients"], 1);
    for name in ["availability", "usage", "providers"] {
        assert_eq!(units(&line(&answer["streams"], "name", name)["paid"]), 0, "{name}");
    }
    let (height, root) = town.node.read(|state| {
        let header = state.settlement.header(2).unwrap();
        (header.height, header.root.to_string())
    });
    assert_eq!((&answer["closed_at_height"], &answer["root"]), (&json!(height), &json!(root)));
    assert_eq!((&answer["claims"], &answer["open"]), (&json!(1), &json!(true)));
    assert_eq!(answer["expires_after"], 2 + 30, "the file's window");
}

fn explanation(answer: &Value) {
    assert_eq!(answer["account"], address(6).to_string());
    let entries = answer["claims"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(units(&entries[0]["amount"]), LIQUIDITY);
    assert_eq!(entries[0]["status"], "open");
    let stream = line(&answer["streams"], "stream", "liquidity");
    assert_eq!(units(&stream["paid"]), LIQUIDITY);
    // 50 AI and 50 HANZO are 50 x 10^18 shares.
    assert_eq!(stream["counted_score"], (50 * ONE).to_string());
    assert_eq!(stream["counted_score"], stream["denominator"], "nobody else's count");
}

fn estimate(answer: &Value) {
    let nothing = ["pots", "rewards", "slashed", "work"].map(|part| units(&answer["exact"][part]));
    assert_eq!((&answer["exact"]["epoch"], nothing), (&json!("3"), [0; 4]), "no fees since");
    let periods = &answer["band"]["periods"];
    let epoch = line(periods, "per", "epoch");
    let work = ["low", "base", "high"].map(|which| units(&epoch[which]["work"]));
    assert_eq!(work, [LIQUIDITY / 4 * 3, LIQUIDITY, LIQUIDITY / 4 * 5], "a quarter less or more");
    let month = line(periods, "per", "month (30 d)");
    assert_eq!(units(&month["base"]["work"]), 30 * LIQUIDITY);
}

fn proof(town: &Town, answer: &Value) {
    let claims = answer["claims"].as_array().unwrap();
    assert_eq!((claims.len(), &claims[0]["proof"]), (1, &json!([])), "one leaf needs no others");
    // As OpenZeppelin's library hashes a leaf; asset 0 is ...a50000.
    let word = |bytes: &[u8]| U256::from_be_slice(bytes).to_be_bytes::<32>();
    let encoded = [
        word(&[2]),
        word(address(6).as_bytes()),
        word(&[0xa5, 0, 0]),
        word(&LIQUIDITY.to_be_bytes()),
    ];
    let leaf = keccak256(keccak256(encoded.concat())).to_string();
    assert_eq!((&claims[0]["leaf"], &answer["root"]), (&json!(leaf), &json!(leaf)));
    let root = town.node.read(|state| state.settlement.header(2).unwrap().root.to_string());
    assert_eq!(root, leaf);
}

fn history(answer: &Value) {
    let told: Vec<(&str, u128)> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let amount = &item["amount"];
            let amount = if amount.is_null() { 0 } else { units(amount) };
            (item["event"].as_str().unwrap(), amount)
        })
        .collect();
    let expected = [("registered", 0), ("staked", 200 * ONE), ("liquidity_added", 0)];
    assert_eq!(told[..3], expected);
    assert_eq!(answer["next"], Value::Null);
}
