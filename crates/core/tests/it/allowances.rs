//! Allowances as ERC-20 has them, by example; `wallet_model` compares long random runs.

use crate::errors::transfer;
use crate::kit::*;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::{Approve, Event as Ledger, TransferFrom};
use workmint_core::modules::parameters::AssetId;
use workmint_core::{Address, Event, Message};

pub(crate) fn allow(spender: &str, asset: AssetId, units: u128) -> Message {
    Message::Approve(Approve { spender: address(spender), asset, amount: amount(units) })
}

pub(crate) fn take(from: &str, to: &str, asset: AssetId, units: u128) -> Message {
    let (from, to, amount) = (address(from), address(to), amount(units));
    Message::TransferFrom(TransferFrom { from, to, asset, amount })
}

fn allowance(chain: &Chain, owner: &str, spender: &str) -> u128 {
    chain.state.ledger.allowance(chain.handle(owner), chain.handle(spender), GNK).get()
}

#[test]
fn what_is_allowed_is_spent_once_by_whom_it_is_allowed() {
    let mut chain = Chain::new(parameters());
    let applied = chain.ok("alice", allow("bob", GNK, 100));
    let (owner, spender) = (address("alice"), address("bob"));
    let said = Ledger::Approved { owner, spender, asset: GNK, amount: amount(100) };
    assert_eq!(applied.events, [Event::Ledger(said.clone())]);
    assert_eq!(Event::Ledger(said).accounts(), [owner, spender]);
    assert!(applied.postings.is_empty());
    assert_eq!(chain.refused("carol", take("alice", "carol", GNK, 1)), 109, "not carol");
    assert_eq!(chain.refused("bob", take("alice", "bob", USD, 1)), 109, "not this asset");
    assert_eq!(chain.refused("alice", take("alice", "bob", GNK, 1)), 109, "not oneself");
    assert_eq!(chain.refused("bob", take("alice", "carol", GNK, 101)), 109);
    chain.ok("bob", take("alice", "carol", GNK, 60));
    assert_eq!((chain.balance("alice"), chain.balance("carol")), (RICH - 60, RICH + 60));
    assert_eq!((chain.balance("bob"), allowance(&chain, "alice", "bob")), (RICH, 40));
    assert_eq!(chain.refused("bob", take("alice", "bob", GNK, 41)), 109);
    chain.ok("bob", take("alice", "newcomer", GNK, 40));
    assert_eq!((chain.balance("newcomer"), allowance(&chain, "alice", "bob")), (40, 0));
    assert_eq!(chain.state.ledger.allowances().count(), 0, "nothing is left of it");
}

#[test]
fn the_last_word_counts_nothing_takes_back_and_the_largest_never_ends() {
    let mut chain = Chain::new(parameters());
    chain.ok("alice", allow("bob", GNK, 100));
    chain.ok("alice", allow("bob", GNK, 7));
    assert_eq!(allowance(&chain, "alice", "bob"), 7, "instead of the 100");
    chain.ok("alice", allow("bob", GNK, 0));
    assert_eq!(chain.refused("bob", take("alice", "bob", GNK, 1)), 109);
    let accounts = chain.state.ledger.account_count();
    chain.ok("alice", allow("nobody", GNK, 0));
    assert_eq!(chain.state.ledger.account_count(), accounts, "taking back opens no account");
    chain.ok("alice", allow("bob", GNK, u128::MAX));
    chain.ok("bob", take("alice", "bob", GNK, RICH));
    assert_eq!(allowance(&chain, "alice", "bob"), u128::MAX, "not lowered");
    chain.ok("alice", allow("bob", GNK, u128::MAX - 1));
    assert_eq!(chain.refused("bob", take("alice", "bob", GNK, 1)), 104, "alice has nothing left");
    assert_eq!(allowance(&chain, "alice", "bob"), u128::MAX - 1, "a failure lowers nothing");
}

#[test]
fn checks_come_in_order() {
    let mut chain = Chain::new(parameters());
    let none = AssetId(9);
    let to_zero = |asset, units| {
        let (from, to, amount) = (address("alice"), Address::ZERO, amount(units));
        Message::TransferFrom(TransferFrom { from, to, asset, amount })
    };
    let zero = Approve { spender: Address::ZERO, asset: none, amount: Amount::ZERO };
    assert_eq!(chain.refused("alice", Message::Approve(zero.clone())), 101);
    assert_eq!(chain.refused("alice", Message::Approve(Approve { asset: GNK, ..zero })), 103);
    assert_eq!(chain.refused("bob", to_zero(none, 0)), 102);
    assert_eq!(chain.refused("bob", to_zero(none, 1)), 101);
    assert_eq!(chain.refused("bob", to_zero(GNK, 1)), 103);
    assert_eq!(chain.refused("bob", take("nobody", "bob", GNK, 1)), 109, "of no account");
    chain.ok("alice", prepay(0, RICH));
    chain.ok("alice", allow("bob", GNK, 5));
    assert_eq!(chain.refused("bob", take("alice", "bob", GNK, 5)), 104, "what is locked stays");
    assert_eq!(chain.refused("bob", transfer(address("alice"), 0, RICH + 1)), 104);
}
