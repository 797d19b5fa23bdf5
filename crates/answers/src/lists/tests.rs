//! Pages of a small network's allowances.

use std::collections::BTreeMap;

use workmint_amounts::Amount;
use workmint_core::modules::ledger::Approve;
use workmint_core::names::AssetId;
use workmint_core::{
    Address, Block, Commitments, DecodedTransaction, Message, RawTransaction, State,
};
use workmint_networks::{parse, preset};

use super::*;

fn address(who: &str) -> Address {
    Address::derived(who.as_bytes())
}

/// `gonka` after a block of these messages, which must succeed.
fn network(messages: Vec<(&str, Message)>) -> State {
    let definition = parse(preset("gonka").unwrap().text, "network.toml").unwrap();
    let names = definition.names().into_iter();
    let bindings: BTreeMap<String, Address> =
        names.map(|name| (name.to_string(), address(name.as_str()))).collect();
    let mut state = State::genesis(&definition.genesis(0, &bindings).unwrap()).unwrap();
    let mut nonces: BTreeMap<&str, u64> = BTreeMap::new();
    let mut decoded = Vec::new();
    for (who, message) in messages {
        let nonce = nonces.entry(who).or_default();
        decoded.push(DecodedTransaction::new(address(who), *nonce, message));
        *nonce += 1;
    }
    let raw =
        |one: &DecodedTransaction| RawTransaction { codec: 0, bytes: one.encode_local().unwrap() };
    let block = Block {
        height: 1,
        time_ms: 1_000,
        transactions: decoded.iter().map(raw).collect(),
        evidence: Vec::new(),
        votes: Vec::new(),
        proposer: None,
    };
    let (applied, _) = state.apply_block(&block, &decoded, Commitments::Off).unwrap();
    assert!(applied.results.iter().all(Result::is_ok), "{:?}", applied.results);
    state
}

/// All rows of a list, `limit` at a time, and the number of its pages.
fn all(
    list: impl Fn(&Query<'_>) -> Result<Page, AnswerError>,
    account: Option<Address>,
    limit: usize,
) -> (Vec<Value>, usize) {
    let (mut rows, mut pages, mut after) = (Vec::new(), 0, None::<String>);
    loop {
        let query = Query { account, after: after.as_deref(), limit };
        let page = list(&query).unwrap();
        assert!(page.items.len() <= limit);
        rows.extend(page.items);
        pages += 1;
        match page.next {
            Some(next) => after = Some(next),
            None => return (rows, pages),
        }
    }
}

fn approve(spender: &str, amount: u128) -> Message {
    let (asset, amount) = (AssetId(0), Amount::new(amount));
    Message::Approve(Approve { spender: address(spender), asset, amount })
}

#[test]
fn allowances_come_by_owner_and_page_by_page() {
    let state = network(vec![
        ("founder", approve("a", 5)),
        ("ecosystem", approve("b", u128::MAX)),
        ("founder", approve("b", 7)),
        ("founder", approve("c", 9)),
        ("founder", approve("a", 0)),
    ]);
    let list = |query: &Query<'_>| allowances(&state, query);
    let text = |row: &Value| {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        let amount = row["allowance"]["amount"].as_str().unwrap().to_owned();
        (text("owner"), text("spender"), amount, row["unlimited"].as_bool().unwrap())
    };
    let row = |owner: &str, spender: &str, amount: u128| {
        let unlimited = amount == u128::MAX;
        (address(owner).to_string(), address(spender).to_string(), amount.to_string(), unlimited)
    };
    let wanted = [row("ecosystem", "b", u128::MAX), row("founder", "b", 7), row("founder", "c", 9)];
    for limit in [1, 2, 3, 1_000] {
        let (rows, pages) = all(list, None, limit);
        let mut rows: Vec<_> = rows.iter().map(text).collect();
        rows.sort();
        let mut wanted = wanted.to_vec();
        wanted.sort();
        assert_eq!((rows, pages), (wanted, 3_usize.div_ceil(limit)));
        let (rows, _) = all(list, Some(address("founder")), limit);
        let mut rows: Vec<_> = rows.iter().map(text).collect();
        rows.sort();
        let mut mine = vec![row("founder", "b", 7), row("founder", "c", 9)];
        mine.sort();
        assert_eq!(rows, mine);
    }
    assert!(all(list, Some(address("a")), 10).0.is_empty());
}

#[test]
fn wrong_questions_name_their_field() {
    let state = network(Vec::new());
    let query = |after, limit| Query { account: None, after, limit };
    assert_eq!(allowances(&state, &query(None, 1)).unwrap(), Page::default());
    for limit in [0, MOST + 1] {
        let error = allowances(&state, &query(None, limit)).unwrap_err();
        assert_eq!(error.field(), Some("limit"));
    }
    for after in ["?", "a.b.c"] {
        let error = allowances(&state, &query(Some(after), 1)).unwrap_err();
        assert_eq!(error.field(), Some("after"), "{error}");
    }
    let stranger = Query { account: Some(address("stranger")), after: None, limit: 1 };
    assert_eq!(allowances(&state, &stranger).unwrap_err().field(), Some("account"));
}
