//! The flat fee, what is free of it, and tips.

use crate::exchange::{add, swap};
use crate::kit::*;
use workmint_core::Message;
use workmint_core::block::Applied;
use workmint_core::modules::ledger::{Pot, Transfer};
use workmint_core::modules::parameters::{
    Destination, Exchange, Fees, MessageGroup, Parameters, check,
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
