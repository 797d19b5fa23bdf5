//! What addresses hold, and that what is told of them adds up: pots, bonds, every change of a
//! balance, approvals.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::ledger::{AccountHandle, Approve, Transfer, TransferFrom};
use workmint_core::modules::settlement::Claim;
use workmint_core::modules::validators::{self, Delegate, Undelegate};
use workmint_core::names::AssetId;
use workmint_core::{Address, Message, State};
use workmint_protocol::wire::addresses;

use crate::kit::{address, named, quantity};
use crate::rest::whole_by_pages;
use crate::rest_kit::{ONE, Town, amount, named as text};

const DAY_MS: u64 = 86_400_000;
/// 2^256 - 1.
const NO_LIMIT: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

fn rpc(town: &Town, method: &str, params: &Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let kind = [("content-type", "application/json")];
    let mut answer = town.ask("POST", "/rpc", &kind, body.to_string().as_bytes()).json();
    assert!(answer.get("error").is_none(), "{method}: {answer}");
    answer["result"].take()
}

/// What an ERC-20 contract says that an address has.
fn balance_of(town: &Town, asset: AssetId, of: &Address) -> u128 {
    let input = format!("0x70a08231{:0>64}", of.to_string().to_lowercase().replace("0x", ""));
    let call = json!([{ "to": addresses::token(asset).to_string(), "data": input }]);
    rpc(town, "eth_call", &call).as_str().map(quantity_of).unwrap()
}

fn quantity_of(word: &str) -> u128 {
    u128::from_str_radix(word.strip_prefix("0x").unwrap().trim_start_matches('0'), 16).unwrap_or(0)
}

#[test]
fn addresses_of_pots_answer_what_the_pots_hold() {
    let town = Town::settled();
    let pots: Vec<(AssetId, Address, String, u128)> = town.node.read(|state| {
        let pots = state.ledger.pots();
        let pots = pots
            .map(|(asset, pot, held)| (asset, addresses::pot(pot), pot.to_string(), held.get()));
        pots.collect()
    });
    assert!(pots.len() > 2, "{pots:?}");
    let assets = town.node.chain().assets.clone();
    for (asset, at, name, held) in &pots {
        assert_eq!(balance_of(&town, *asset, at), *held, "{name}");
        let account = town.json(&format!("/v1/accounts/{at}"));
        assert_eq!(account["pot"], name.as_str());
        let symbol = assets[usize::from(asset.0)].symbol.as_str();
        let rows = account["balances"].as_array().unwrap();
        let row = rows.iter().find(|row| row["total"]["asset"] == symbol).unwrap();
        assert_eq!((amount(&row["total"]), amount(&row["spendable"])), (*held, 0), "{name}");
        assert_eq!((amount(&row["locked"]), amount(&row["locks"]["pot"])), (*held, *held));
        let native = rpc(&town, "eth_getBalance", &json!([at.to_string(), "latest"]));
        let fee_asset = town.node.chain().fee_asset;
        let wei = pots.iter().find(|row| (row.0, row.1) == (fee_asset, *at));
        let wei = wei.map_or(Amount::ZERO, |row| Amount::new(row.3));
        assert_eq!(quantity(&native), town.node.chain().to_wei(wei), "{name}");
    }
    assert_eq!(town.json(&format!("/v1/accounts/{}", text(1)))["pot"], Value::Null);
    // A pot that holds nothing is one all the same.
    let recycling = addresses::pot(&workmint_core::modules::ledger::Pot::Recycling);
    assert_eq!(town.json(&format!("/v1/accounts/{recycling}"))["pot"], "recycling");
}

/// What an account had of each asset before the first block.
fn at_genesis(town: &Town, who: &Address) -> BTreeMap<u16, i128> {
    let state = State::genesis(town.node.genesis()).unwrap();
    held(&state, who)
}

fn held(state: &State, who: &Address) -> BTreeMap<u16, i128> {
    let handle: Option<AccountHandle> = state.ledger.handle(who);
    let of = |asset| handle.map_or(0, |of| state.ledger.holding(of, AssetId(asset)).balance.get());
    let assets = 0..u16::try_from(state.ledger.asset_count()).unwrap();
    assets.map(|asset| (asset, i128::try_from(of(asset)).unwrap())).collect()
}

/// The changes of an account's rows add up to what its balance changed by: in the list, and in the
/// table.
fn adds_up(town: &Town, who: &Address) {
    let path = format!("/v1/accounts/{who}/history");
    let (before, now) = (at_genesis(town, who), town.node.read(|state| held(state, who)));
    let rows = town.rows(&path, 7);
    let table = town.get(&format!("{path}.csv"));
    let mut lines = table.text().lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let lines: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), rows.len());
    // What a claim paid stands beside the claim.
    for row in rows.iter().filter(|row| row["event"] == "claimed" && !row["gained"].is_null()) {
        assert_eq!(row["gained"], row["amount"], "{who}: {row}");
    }
    for (asset, spec) in (0..).zip(&town.node.chain().assets) {
        let symbol = spec.symbol.as_str();
        let of = |money: &Value| match money["asset"] == symbol {
            true => i128::try_from(amount(money)).unwrap(),
            false => 0,
        };
        let sum: i128 = rows.iter().map(|row| of(&row["gained"]) - of(&row["lost"])).sum();
        assert_eq!(before[&asset] + sum, now[&asset], "{who} {symbol}: {rows:#?}");
        let name = format!("change [10^-{} {symbol}]", spec.decimals);
        let column = header.iter().position(|column| *column == name).unwrap();
        let told = lines.iter().filter(|line| !line[column].is_empty());
        let told: i128 = told.map(|line| line[column].parse::<i128>().unwrap()).sum();
        assert_eq!(told, sum, "{who} {symbol}");
    }
}

fn row<'a>(rows: &'a [Value], event: &str) -> &'a Value {
    rows.iter().find(|row| row["event"] == event).unwrap_or_else(|| panic!("no {event}"))
}

#[test]
fn the_changes_of_an_account_add_up_to_its_balance() {
    let town = Town::settled();
    let fee_asset = town.node.chain().fee_asset;
    let transfer = |to, asset, units: u128| {
        Message::Transfer(Transfer { to, asset, amount: Amount::new(units) })
    };
    let allowed = Approve { spender: address(8), asset: fee_asset, amount: Amount::MAX };
    let spent = TransferFrom {
        from: address(7),
        to: address(9),
        asset: fee_asset,
        amount: Amount::new(3 * ONE),
    };
    town.block(
        1,
        vec![
            (6, Message::Claim(Claim { epoch: 2 })),
            (7, Message::Approve(allowed)),
            (8, Message::TransferFrom(spent)),
            // To oneself: only the fee is lost. More than there is: the fee is lost all the same.
            (5, transfer(address(5), fee_asset, 5)),
            (5, transfer(address(9), fee_asset, u128::MAX / 2)),
        ],
    );
    // What was opened last ends, what vests is released.
    for _ in 0..40 {
        town.block(DAY_MS, Vec::new());
    }
    let all = (1..=9).chain(20..23).chain(named("hanzo").into_values());
    for number in all {
        adds_up(&town, &address(number));
    }
    let rows = |number: u8| town.rows(&format!("/v1/accounts/{}/history", text(number)), 1_000);
    let (fifth, seventh) = (rows(5), rows(7));
    let fees: Vec<&Value> = fifth.iter().filter(|row| row["event"] == "fee").collect();
    let last = fees.last().unwrap();
    let said = last["text"].as_str().unwrap();
    assert!(said.ends_with(" HANZO paid as the fee of Transfer"), "{said}");
    assert_eq!((&last["lost"], &last["gained"]), (&last["amount"], &Value::Null));
    // One of each transaction that paid, also of those that failed.
    let sent = town.rows(&format!("/v1/transactions?sender={}", text(5)), 100);
    assert!(sent.iter().any(|one| one["succeeded"] == false && amount(&one["fee"]) > 0));
    let paid: Vec<u128> =
        sent.iter().map(|one| amount(&one["fee"])).filter(|fee| *fee > 0).collect();
    assert_eq!(fees.iter().map(|row| amount(&row["lost"])).collect::<Vec<_>>(), paid);
    // Without limit is no amount.
    let approved = row(&seventh, "approved");
    let text_of = format!("no limit of HANZO that {} may spend", address(8));
    assert_eq!((&approved["text"], &approved["amount"]), (&json!(text_of), &Value::Null));
    assert_eq!(amount(&row(&seventh, "transferred")["lost"]), 3 * ONE);
    let events = town.rows("/v1/events?event=Approval", 10);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["fields"]["value"], NO_LIMIT, "{events:?}");
}

#[test]
fn what_is_bonded_is_told_with_what_is_on_its_way_back() {
    let town = Town::new("workmint");
    let whole = |units: u128| Amount::new(units * 10_u128.pow(9));
    let of = |message| Message::Validator(message);
    let delegations = format!("/v1/accounts/{}/delegations", text(5));
    let mut first = Vec::new();
    for number in 1..=5 {
        let transfer = Transfer { to: address(number), asset: AssetId(0), amount: whole(20_000) };
        first.push((named("workmint")["launch"], Message::Transfer(transfer)));
    }
    for number in 1..=4 {
        let commission = Some(Ratio::new(1, 10).unwrap());
        let bond = validators::Bond { amount: whole(10_000), commission };
        first.push((number, of(validators::Message::Bond(bond))));
    }
    town.block(1, first);
    assert_eq!(town.json(&delegations)["items"], json!([]));
    let delegate = |number, units| {
        let delegate = Delegate { validator: address(number), amount: whole(units) };
        (5, of(validators::Message::Delegate(delegate)))
    };
    let undelegate = |number, amount| {
        let undelegate = Undelegate { validator: address(number), amount };
        (5, of(validators::Message::Undelegate(undelegate)))
    };
    town.block(1, vec![delegate(1, 300), delegate(2, 500), delegate(3, 700)]);
    // A part of one, all of another.
    town.block(1, vec![undelegate(2, Some(whole(200))), undelegate(3, None)]);
    let rows = town.rows(&delegations, 1);
    let told: BTreeMap<&str, (u128, Vec<u128>)> = rows
        .iter()
        .map(|row| {
            let withdrawals = row["withdrawals"].as_array().unwrap();
            assert!(withdrawals.iter().all(|one| {
                let ends = &one["ends"];
                one["released"] == false && ends["time_ms"].is_null() != ends["epoch"].is_null()
            }));
            let withdrawn = withdrawals.iter().map(|one| amount(&one["amount"])).collect();
            (row["validator"].as_str().unwrap(), (amount(&row["bonded"]), withdrawn))
        })
        .collect();
    let [first, second, third] = [1, 2, 3].map(text);
    let expected = BTreeMap::from([
        (first.as_str(), (whole(300).get(), Vec::new())),
        (second.as_str(), (whole(300).get(), vec![whole(200).get()])),
        (third.as_str(), (0, vec![whole(700).get()])),
    ]);
    assert_eq!(told, expected);
    whole_by_pages(&town, &delegations, 3);
    // A validator's own bond is told with itself as the validator.
    let own = town.rows(&format!("/v1/accounts/{}/delegations", text(4)), 10);
    assert_eq!(own.len(), 1);
    assert_eq!(
        (&own[0]["validator"], amount(&own[0]["bonded"])),
        (&json!(text(4)), whole(10_000).get())
    );
    assert_eq!(town.json(&format!("/v1/accounts/{}/delegations", text(99)))["items"], json!([]));
    for number in 1..=5 {
        adds_up(&town, &address(number));
    }
}
