//! What rows of the state lock of who makes them, by example; `wallet_model` compares random runs.

use crate::allowances::{allow, take};
use crate::errors::transfer;
use crate::kit::*;
use workmint_core::Message;
use workmint_core::modules::fees::Stored;
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::parameters::{MessageGroup, Parameters, ScheduleParameters};
use workmint_core::modules::registry::RetireNode;

const DEPOSIT: u128 = 50;

pub(crate) fn with_deposit(deposit: u128) -> Parameters {
    let mut parameters = parameters();
    parameters.fees.storage_deposit = amount(deposit);
    parameters
}

fn pay(to: &str, units: u128) -> Message {
    transfer(address(to), 0, units)
}

fn stored(chain: &Chain, who: &str) -> (u64, u128) {
    let Stored { rows, amount } = chain.state.fees.stored(chain.handle(who), GNK);
    assert_eq!(chain.locked(who, LockKind::Storage), amount.get(), "{who}");
    (rows, amount.get())
}

fn ask(chain: &mut Chain, deposit: u128) {
    let epoch = chain.epoch() + 1;
    let parameters = Box::new(with_deposit(deposit));
    chain.ok("friend", Message::ScheduleParameters(ScheduleParameters { epoch, parameters }));
    chain.close();
}

#[test]
fn rows_lock_their_deposit_and_the_last_one_frees_all() {
    let mut chain = Chain::new(with_deposit(DEPOSIT));
    assert_eq!(stored(&chain, "alice"), (0, 0), "what the genesis wrote locks nothing");
    chain.ok("alice", pay("newcomer", 10));
    assert_eq!(stored(&chain, "alice"), (1, 50), "an account");
    chain.ok("alice", pay("newcomer", 10));
    assert_eq!(stored(&chain, "alice"), (1, 50), "it is open");
    chain.ok("alice", allow("stranger", GNK, 5));
    assert_eq!(stored(&chain, "alice"), (3, 150), "an allowance and its spender's account");
    chain.ok("alice", join("alice", None));
    chain.ok("alice", node(1, &[0]));
    chain.ok("alice", node(2, &[0]));
    assert_eq!(stored(&chain, "alice"), (6, 300));
    assert_eq!(chain.spendable("alice"), RICH - 20 - 300);
    chain.ok("alice", node(2, &[0, 1]));
    assert_eq!(stored(&chain, "alice"), (6, 300), "a row that changes stays one");
    chain.ok("alice", Message::RetireNode(RetireNode { node: 1 }));
    chain.ok("alice", Message::RetireNode(RetireNode { node: 2 }));
    chain.ok("alice", allow("stranger", GNK, 0));
    assert_eq!(stored(&chain, "alice"), (3, 150));
    chain.close();
    assert_eq!(stored(&chain, "alice"), (3, 150), "and INV-24 holds");
}

#[test]
fn who_cannot_lock_is_refused_and_has_paid_its_fee_only() {
    let mut parameters = with_deposit(DEPOSIT);
    parameters.fees.flat = amount(3);
    parameters.fees.free = vec![MessageGroup::Governance];
    let mut chain = Chain::new(parameters);
    chain.ok("alice", pay("newcomer", 52));
    assert_eq!(chain.refused("newcomer", pay("stranger", 1)), 403, "52 - 3 - 1 < 50");
    assert_eq!((chain.balance("newcomer"), chain.nonce("newcomer")), (49, 1));
    assert!(chain.state.ledger.handle(&address("stranger")).is_none(), "rolled back");
    assert_eq!(chain.refused("newcomer", allow("alice", GNK, 1)), 403, "46 < 50");
    assert_eq!(chain.state.ledger.allowances().count(), 0);
    chain.ok("newcomer", pay("alice", 1));
    // A free message of nobody would open an account for nothing.
    let vote = workmint_core::modules::governance::Vote {
        proposal: 0,
        choice: workmint_core::modules::governance::Choice::Yes,
    };
    let before = rows_of(&chain.state);
    assert_eq!(chain.refused("ghost", Message::Vote(vote)), 403);
    assert!(chain.state.ledger.handle(&address("ghost")).is_none(), "nothing changed");
    assert_eq!(rows_of(&chain.state), before);
}

/// What others made is not freed for whoever takes it away, beyond its own rows.
#[test]
fn rows_that_others_made_free_ones_own_lock_only() {
    let mut chain = Chain::new(with_deposit(DEPOSIT));
    chain.ok("alice", allow("bob", GNK, 5));
    chain.ok("bob", take("alice", "bob", GNK, 5));
    assert_eq!((stored(&chain, "alice"), stored(&chain, "bob")), ((1, 50), (0, 0)));
    chain.ok("alice", allow("bob", GNK, 5));
    chain.ok("bob", pay("one", 1));
    chain.ok("bob", take("alice", "bob", GNK, 5));
    assert_eq!((stored(&chain, "alice"), stored(&chain, "bob")), ((2, 100), (0, 0)));
    chain.ok("alice", allow("carol", GNK, 5));
    chain.ok("carol", take("alice", "two", GNK, 5));
    assert_eq!(stored(&chain, "carol"), (0, 0), "one row came, one went");
    assert_eq!(stored(&chain, "alice"), (3, 150));
}

#[test]
fn a_changed_deposit_frees_what_was_locked() {
    let mut chain = Chain::new(with_deposit(0));
    chain.ok("alice", allow("bob", GNK, 1));
    assert_eq!(stored(&chain, "alice"), (0, 0), "no deposit is asked");
    ask(&mut chain, 50);
    chain.ok("alice", allow("carol", GNK, 1));
    ask(&mut chain, 1_001);
    chain.ok("alice", allow("dave", GNK, 1));
    chain.ok("alice", allow("buyer", GNK, 1));
    assert_eq!(stored(&chain, "alice"), (3, 50 + 2 * 1_001));
    ask(&mut chain, 0);
    chain.ok("alice", allow("dave", GNK, 0));
    // 2,052 - floor(2,052 x 1 / 3)
    assert_eq!(stored(&chain, "alice"), (2, 1_368));
    chain.ok("alice", allow("buyer", GNK, 0));
    assert_eq!(stored(&chain, "alice"), (1, 684));
    chain.ok("alice", allow("friend", GNK, 1));
    assert_eq!(stored(&chain, "alice"), (1, 684), "no deposit is asked any more");
    chain.ok("alice", allow("friend", GNK, 0));
    assert_eq!(stored(&chain, "alice"), (0, 0));
    chain.ok("alice", allow("carol", GNK, 0));
    chain.ok("alice", allow("bob", GNK, 0));
    assert_eq!(chain.spendable("alice"), RICH);
    assert_eq!(chain.state.fees.all_stored().count(), 0);
}

#[test]
fn the_deposit_follows_the_fee_asset() {
    let mut chain = Chain::new(with_deposit(50));
    chain.ok("alice", allow("bob", GNK, 1));
    let mut other = with_deposit(9);
    other.fees.asset = USD;
    let (epoch, parameters) = (chain.epoch() + 1, Box::new(other));
    chain.ok("friend", Message::ScheduleParameters(ScheduleParameters { epoch, parameters }));
    chain.close();
    chain.ok("alice", allow("carol", GNK, 1));
    chain.ok("alice", allow("dave", GNK, 1));
    let usd = |chain: &Chain| chain.state.fees.stored(chain.handle("alice"), USD);
    assert_eq!(usd(&chain), Stored { rows: 2, amount: amount(18) });
    chain.ok("alice", allow("dave", GNK, 0));
    assert_eq!((stored(&chain, "alice").0, usd(&chain).rows), (0, 2), "asset 0 comes first");
    chain.ok("alice", allow("carol", GNK, 0));
    assert_eq!(usd(&chain), Stored { rows: 1, amount: amount(9) });
    chain.close();
}
