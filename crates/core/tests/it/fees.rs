//! The flat fee, what is free of it, and tips.

use crate::exchange::{add, swap};
use crate::kit::*;
use workmint_core::Message;
use workmint_core::block::Applied;
use workmint_core::modules::ledger::{Pot, Transfer};
use workmint_core::modules::parameters::{
    Destination, Exchange, Fees, MessageGroup, MessageKind, Parameters, check,
};

/// Fees in USD of 7 units to the treasury; the pool is free of them.
fn rules() -> Parameters {
    let fees = Fees {
        burned_share: workmint_amounts::Ratio::ZERO,
        asset: USD,
        flat: amount(7),
        free: vec![MessageGroup::Exchange],
        kinds: Vec::new(),
        per_byte: workmint_amounts::Amount::ZERO,
        storage_deposit: workmint_amounts::Amount::ZERO,
        destination: Destination::Treasury,
    };
    let pool = Exchange { assets: (GNK, USD), fee: ratio("0.003"), locked_shares: 100, seed: None };
    Parameters { fees, exchange: Some(pool), ..parameters() }
}

fn pay(to: &str, units: u128) -> Message {
    Message::Transfer(Transfer { to: address(to), asset: GNK, amount: amount(units) })
}

fn usd(chain: &Chain, who: &str) -> u128 {
    chain.state.ledger.holding(chain.handle(who), USD).balance.get()
}

fn treasury(chain: &Chain) -> u128 {
    chain.state.ledger.pot(USD, &Pot::Treasury).get()
}

/// One transaction with a tip.
fn tipped(chain: &mut Chain, who: &str, tip: u128, message: Message) -> Applied {
    let mut decoded = [sign(who, chain.nonce(who), message)];
    decoded[0].tip = amount(tip);
    let block = block(chain.state.chain().height + 1, chain.now() + 1_000, &decoded);
    let (applied, _) = chain.state.apply_block(&block, &decoded, chain.commitments).unwrap();
    assert_conserved(&chain.state);
    applied
}

#[test]
fn a_newcomer_without_the_fee_asset_gets_it_from_the_pool_and_then_pays() {
    let mut chain = Chain::new(rules());
    chain.ok("alice", add(10_000, 10_000));
    assert_eq!(usd(&chain, "alice"), RICH - 10_000, "adding is free");
    chain.ok("alice", pay("newcomer", 1_000));
    assert_eq!((usd(&chain, "alice"), treasury(&chain)), (RICH - 10_007, 7));
    assert_eq!(chain.refused("newcomer", pay("alice", 1)), 401, "no USD yet");
    chain.ok("newcomer", swap(GNK, 100));
    // floor(99.7 x 10,000 / 10,099.7) = 98
    assert_eq!(usd(&chain, "newcomer"), 98);
    chain.ok("newcomer", pay("alice", 1));
    assert_eq!((usd(&chain, "newcomer"), treasury(&chain)), (91, 14));
}

#[test]
fn tips_are_paid_besides_the_fee_by_free_messages_too_and_stay_paid_on_failure() {
    let mut chain = Chain::new(rules());
    chain.ok("alice", add(10_000, 10_000));
    assert_eq!(tipped(&mut chain, "alice", 5, pay("bob", 1)).results, [Ok(())]);
    assert_eq!(treasury(&chain), 12);
    assert_eq!(tipped(&mut chain, "alice", 5, swap(GNK, 100)).results, [Ok(())]);
    assert_eq!(treasury(&chain), 17, "a tip without a fee");
    let failed = tipped(&mut chain, "alice", 5, pay("bob", RICH * 2));
    assert_eq!(failed.results[0].as_ref().unwrap_err().code(), 104);
    assert_eq!(treasury(&chain), 29);
    let nonce = chain.nonce("alice");
    for tip in [RICH * 3, u128::MAX] {
        let refused = tipped(&mut chain, "alice", tip, pay("bob", 1));
        assert!(refused.results[0].is_err(), "more than alice has");
        assert_eq!((treasury(&chain), chain.nonce("alice")), (29, nonce));
    }
}

#[test]
fn a_burned_tip_counts_as_a_burned_fee() {
    let mut rules = rules();
    rules.fees.destination = Destination::Burn;
    let mut chain = Chain::new(rules);
    tipped(&mut chain, "alice", 5, pay("bob", 1));
    assert_eq!(chain.state.ledger.supply(USD).burned.get(), 12);
    assert_eq!(chain.state.fees.burned().get(), 12);
}

#[test]
fn a_group_is_named_once() {
    let mut rules = rules();
    rules.fees.free = vec![MessageGroup::Staking, MessageGroup::Staking];
    let found = check(&rules);
    assert!(found.iter().any(|found| found.path == "fees.free"), "{found:#?}");
}

/// By kind, by byte, and up to what the sender allows.
#[test]
fn a_fee_is_that_of_its_kind_and_its_bytes() {
    let mut rules = rules();
    rules.fees.asset = GNK;
    rules.fees.destination = Destination::Burn;
    rules.fees.kinds =
        vec![(MessageKind::RegisterParticipant, amount(1_000)), (MessageKind::Swap, amount(99))];
    rules.fees.per_byte = amount(3);
    let mut chain = Chain::new(rules);
    let spent = |chain: &mut Chain, message: Message| {
        let (before, nonce) = (chain.balance("alice"), chain.nonce("alice"));
        let bytes = sign("alice", nonce, message.clone()).encode_local().unwrap().len() as u128;
        chain.ok("alice", message);
        (before - chain.balance("alice"), bytes)
    };
    let (paid, bytes) = spent(&mut chain, join("boss", None));
    assert_eq!(paid, 1_000 + 3 * bytes, "its kind has a fee of its own");
    let (paid, bytes) = spent(&mut chain, node(1, &[0]));
    assert_eq!((paid, bytes), (7 + 3 * bytes, 71), "the flat fee");
    let (paid, more) = spent(&mut chain, node(2, &[0, 1]));
    assert_eq!(paid, 7 + 3 * (bytes + 2), "two bytes more");
    assert_eq!(more, bytes + 2);
    let (paid, _) = spent(&mut chain, add(10_000, 10_000));
    assert_eq!(paid, 10_000, "its group is free, bytes too");
    assert_eq!(chain.state.fees.burned().get(), chain.burned());
}

#[test]
fn nobody_pays_more_than_it_allowed() {
    let mut rules = rules();
    rules.fees.per_byte = amount(1);
    let mut chain = Chain::new(rules);
    let mut send = |limit: u128, tip: u128, units: u128| {
        let nonce = chain.nonce("alice");
        let mut decoded = [sign("alice", nonce, pay("bob", units))];
        (decoded[0].tip, decoded[0].fee_limit) = (amount(tip), amount(limit));
        let block = block(chain.state.chain().height + 1, chain.now() + 1_000, &decoded);
        let bytes = block.transactions[0].bytes.len();
        let before = (usd(&chain, "alice"), rows_of(&chain.state));
        let told = chain.state.simulate(&decoded[0], bytes);
        assert_eq!(rows_of(&chain.state), before.1, "a simulation changes nothing");
        let (applied, _) = chain.state.apply_block(&block, &decoded, chain.commitments).unwrap();
        assert_eq!((&told.result, &told.events), (&applied.results[0], &applied.events));
        assert_eq!(told.postings, applied.postings);
        let code = applied.results[0].as_ref().err().map_or(0, workmint_core::Error::code);
        (code, before.0 - usd(&chain, "alice"), chain.nonce("alice") - nonce, bytes as u128)
    };
    let (code, paid, counted, bytes) = send(u128::MAX, 5, 1);
    assert_eq!((code, paid, counted), (0, 7 + bytes + 5, 1));
    let due = 7 + bytes;
    assert_eq!(send(due - 1, 0, 1), (402, 0, 0, bytes), "like a wrong nonce");
    assert_eq!(send(due, 0, 1), (0, due, 1, bytes));
    assert_eq!(send(due, 5, 1), (0, due, 1, bytes), "nothing is left for the tip");
    assert_eq!(send(due + 3, 5, 1), (0, due + 3, 1, bytes), "3 are left for it");
    assert_eq!(send(due + 9, 5, 1), (0, due + 5, 1, bytes));
    assert_eq!(send(due + 9, 5, RICH * 2), (104, due + 5, 1, bytes), "failed, and paid for");
    assert_eq!(send(0, u128::MAX, 1), (402, 0, 0, bytes));
}

#[test]
fn the_measure_of_fees_divides_them_all() {
    let mut fees = rules().fees;
    assert_eq!(fees.measure().get(), 7);
    fees.flat = amount(0);
    assert_eq!((fees.measure().get(), fees.are_zero()), (0, true));
    (fees.flat, fees.per_byte) = (amount(84), amount(36));
    fees.kinds = vec![(MessageKind::Claim, amount(0)), (MessageKind::Approve, amount(60))];
    assert_eq!((fees.measure().get(), fees.are_zero()), (12, false));
}
