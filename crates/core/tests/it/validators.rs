//! Validators: bonding, delegating, unbonding, slashes, the active set, attacks.

use crate::kit::*;
use std::collections::BTreeSet;
use workmint_amounts::Ratio;
use workmint_core::block::{Applied, Evidence};
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::*;
use workmint_core::modules::validators::{self, Bond, Delegate, Event, Fault, Undelegate, Why};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Address, Hash, Message};

pub(crate) type Say = validators::Message;

pub(crate) fn rules() -> Validators {
    Validators {
        asset: GNK,
        minimum: amount(1_000),
        minimum_delegation: amount(10),
        most_active: 3,
        activation_delay_epochs: 0,
        churn_limit: 2,
        unbonding: Duration::Milliseconds(3 * DAY_MS),
        max_withdrawals: 3,
        most_commission: ratio("0.5"),
        commission_step: ratio("0.05"),
        least_signed: ratio("0.5"),
        absence_least: ratio("0.01"),
        absence_most: ratio("0.1"),
        least_slash: amount(1),
        jail_epochs: 2,
    }
}

/// All emission to validators by what is bonded; 1,000 a day.
pub(crate) fn bonded(rules: Validators) -> Parameters {
    let mut parameters = parameters();
    parameters.streams = vec![emission_stream("security", "1", Score::BondedStake), work_stream()];
    parameters.validators = Some(rules);
    parameters
}

pub(crate) fn say(message: Say) -> Message {
    Message::Validator(message)
}

pub(crate) fn bond(units: u128, commission: &str) -> Message {
    say(Say::Bond(Bond { amount: amount(units), commission: Some(ratio(commission)) }))
}

pub(crate) fn bond_more(units: u128) -> Message {
    say(Say::Bond(Bond { amount: amount(units), commission: None }))
}

pub(crate) fn delegate(to: &str, units: u128) -> Message {
    say(Say::Delegate(Delegate { validator: address(to), amount: amount(units) }))
}

pub(crate) fn undelegate(from: &str, units: Option<u128>) -> Message {
    say(Say::Undelegate(Undelegate { validator: address(from), amount: units.map(amount) }))
}

pub(crate) fn collect(from: &str) -> Message {
    say(Say::Collect(address(from)))
}

pub(crate) fn withdraw(from: &str) -> Message {
    say(Say::Withdraw(address(from)))
}

pub(crate) fn guilty(who: &str, fraction: &str, number: u8, time_ms: u64) -> Evidence {
    let fault = Hash::of("fault", &[&[number]]);
    Evidence::ValidatorSlashed {
        validator: address(who),
        fraction: ratio(fraction),
        fault,
        time_ms,
    }
}

/// These are active in the open epoch, each with 1,000 of its own and no commission.
pub(crate) fn running(parameters: Parameters, who: &[&str]) -> Chain {
    let mut chain = Chain::new(parameters);
    for one in who {
        chain.ok(one, bond(1_000, "0"));
        chain.ok(one, say(Say::Activate));
    }
    chain.close();
    assert_eq!(active(&chain), addresses(who));
    chain
}

pub(crate) fn addresses(who: &[&str]) -> BTreeSet<Address> {
    who.iter().map(|one| address(one)).collect()
}

pub(crate) fn active(chain: &Chain) -> BTreeSet<Address> {
    validators::active(&chain.state).into_iter().map(|(one, _)| one).collect()
}

fn of_validators(applied: &Applied) -> Vec<&Event> {
    let events = applied.events.iter();
    events
        .filter_map(|event| match event {
            workmint_core::Event::Validators(event) => Some(event),
            _ => None,
        })
        .collect()
}

/// What was paid to who collects.
pub(crate) fn collected(chain: &mut Chain, who: &str, from: &str) -> u128 {
    let before = chain.balance(who);
    chain.ok(who, collect(from));
    chain.balance(who) - before
}

/// What a closed epoch recorded for an account.
pub(crate) fn reward(applied: &Applied, who: &str) -> u128 {
    let record = &applied.closed.as_ref().unwrap().record;
    let rows = record.entries.of(&address(who));
    rows.map(|at| record.entries.get(at).unwrap().2.get()).sum()
}

/// Blocks enough that everybody active has something to sign, then the close.
pub(crate) fn full_epoch(chain: &mut Chain) -> Applied {
    for _ in 0..4 {
        chain.block(Vec::new());
    }
    chain.close()
}

#[test]
fn a_bond_becomes_active_earns_and_comes_back() {
    let mut chain = Chain::new(bonded(rules()));
    assert_eq!(chain.refused("alice", bond_more(1_000)), 2004, "the first says its commission");
    assert_eq!(chain.refused("alice", bond(999, "0.1")), 2007, "below the minimum");
    assert_eq!(chain.refused("alice", bond(1_000, "0.51")), 2006, "above the highest commission");
    chain.ok("alice", bond(1_000, "0.1"));
    assert_eq!(chain.refused("alice", bond(1, "0.1")), 2005);
    assert_eq!(chain.pot(&Pot::Bonds), 1_000);
    assert_eq!(chain.balance("alice"), RICH - 1_000);
    chain.ok("alice", say(Say::Activate));
    assert_eq!(chain.refused("alice", say(Say::Activate)), 2013);
    chain.close();
    assert_eq!(active(&chain), addresses(&["alice"]));
    assert_eq!(reward(&full_epoch(&mut chain), "alice"), 1_000);
    assert_eq!(chain.refused("alice", say(Say::Unbond(None))), 2009, "it is active");
    chain.ok("alice", say(Say::Retire));
    chain.close();
    assert!(active(&chain).is_empty());
    chain.ok("alice", say(Say::Unbond(None)));
    assert_eq!(chain.refused("alice", withdraw("alice")), 2017);
    for _ in 0..4 {
        chain.close();
    }
    let before = chain.balance("alice");
    chain.ok("alice", withdraw("alice"));
    assert_eq!(chain.balance("alice"), before + 1_000);
    assert_eq!(chain.pot(&Pot::Bonds), 0);
    assert_eq!(chain.refused("alice", withdraw("alice")), 2017);
}

#[test]
fn a_network_without_validators_has_none() {
    let mut chain = Chain::new(parameters());
    assert_eq!(chain.refused("alice", bond(1_000, "0")), 2001);
    assert_eq!(chain.refused("alice", say(Say::Retire)), 2001);
}

#[test]
fn who_joined_at_the_close_had_no_block_to_sign_before() {
    let mut chain = running(bonded(rules()), &["alice"]);
    let columns = |chain: &Chain| chain.state.preview_inputs().unwrap().validators;
    assert_eq!((columns(&chain).due[0], columns(&chain).signed[0]), (0, 0));
    chain.block(Vec::new());
    assert_eq!(columns(&chain).due[0], 0, "the block of the close before is not its own");
    chain.block(Vec::new());
    assert_eq!((columns(&chain).due[0], columns(&chain).signed[0]), (1, 1));
    assert_eq!(columns(&chain).proposed[0], 2);
    chain.close();
    chain.block(Vec::new());
    assert_eq!(columns(&chain).due[0], 1, "a later epoch counts the vote on the closing block");
}

/// 600 own and 400 delegated of 1,000: the delegator gets floor(floor(1,000 x 0.9) x 400 / 1,400).
#[test]
fn delegators_share_after_commission() {
    let mut chain = Chain::new(bonded(rules()));
    chain.ok("alice", bond(1_000, "0.1"));
    chain.ok("alice", say(Say::Activate));
    chain.ok("cust", delegate("alice", 400));
    assert_eq!(chain.refused("cust", delegate("alice", 0)), 2002);
    assert_eq!(chain.refused("cust", delegate("bob", 50)), 2003);
    assert_eq!(chain.refused("buyer", delegate("alice", 9)), 2007);
    assert_eq!(chain.refused("alice", delegate("alice", 50)), 2010);
    assert_eq!(chain.refused("buyer", collect("alice")), 2016);
    chain.close();
    let applied = full_epoch(&mut chain);
    assert_eq!(reward(&applied, "alice"), 1_000 - 257);
    assert_eq!(chain.pot(&Pot::Delegators), 257);
    assert_eq!(collected(&mut chain, "cust", "alice"), 257);
    assert_eq!(collected(&mut chain, "cust", "alice"), 0, "once");
    assert_eq!(chain.pot(&Pot::Delegators), 0);
    let line = &applied.closed.as_ref().unwrap().record.header.streams[0];
    assert_eq!((line.paid.get(), line.delegated.get(), line.dust.get()), (743, 257, 0));
}

/// Three halves of a unit each: nobody gets more than a whole one, and what divisions left is paid
/// with the next reward.
#[test]
fn what_divisions_leave_is_paid_later() {
    let mut chain = running(bonded(rules()), &["alice"]);
    for who in ["cust", "buyer", "friend"] {
        chain.ok(who, delegate("alice", 1_000));
    }
    chain.close();
    full_epoch(&mut chain);
    // 750 of 1,000 are the delegators'.
    assert_eq!(chain.pot(&Pot::Delegators), 750);
    let first = ["cust", "buyer", "friend"].map(|who| collected(&mut chain, who, "alice"));
    assert_eq!(first, [250; 3]);
    chain.ok("hunter", delegate("alice", 1_100));
    full_epoch(&mut chain);
    let second: u128 =
        ["cust", "buyer", "friend"].map(|who| collected(&mut chain, who, "alice")).iter().sum();
    assert_eq!(second, 750, "what came in the epoch earns nothing of it");
    full_epoch(&mut chain);
    // floor(1,000 x 4,100 / 5,100) = 803 over 4,100 shares: 195.85 for each thousand.
    let third = ["cust", "buyer", "friend", "hunter"];
    let third = third.map(|who| collected(&mut chain, who, "alice"));
    assert_eq!(third, [195, 195, 195, 215]);
    assert_eq!(chain.pot(&Pot::Delegators), 3, "the fractions");
    full_epoch(&mut chain);
    let fourth: u128 = ["cust", "buyer", "friend", "hunter"]
        .map(|who| collected(&mut chain, who, "alice"))
        .iter()
        .sum();
    // 806 in the pot: 196.58 for each thousand, 216.2 for the last.
    assert_eq!(fourth, 3 * 196 + 216);
}

#[test]
fn what_leaves_in_an_epoch_earns_nothing_of_it() {
    let mut chain = running(bonded(rules()), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    chain.ok("buyer", delegate("alice", 1_000));
    chain.close();
    chain.ok("cust", undelegate("alice", Some(500)));
    let applied = full_epoch(&mut chain);
    // 1,500 of 2,500 are delegated: 600, of which a third is cust's.
    assert_eq!(reward(&applied, "alice"), 400);
    assert_eq!(collected(&mut chain, "cust", "alice"), 200);
    assert_eq!(collected(&mut chain, "buyer", "alice"), 400);
    assert_eq!(chain.refused("cust", undelegate("alice", Some(501))), 2008);
    assert_eq!(chain.refused("cust", undelegate("alice", Some(495))), 2007);
    chain.ok("cust", undelegate("alice", None));
    assert_eq!(chain.refused("cust", undelegate("alice", None)), 2016);
}

#[test]
fn a_fault_takes_of_bonds_and_of_what_leaves_but_once() {
    let mut chain = running(bonded(rules()), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    chain.ok("buyer", delegate("alice", 500));
    chain.ok("buyer", undelegate("alice", None));
    let now = chain.now();
    let applied = chain.evidence(guilty("alice", "0.1", 1, now));
    assert!(of_validators(&applied).iter().any(|event| matches!(event,
        Event::Slashed { fault: Fault::Consensus, amount: taken, from_unbonding, .. }
            if taken.get() == 250 && from_unbonding.get() == 50)));
    assert_eq!(chain.burned(), 250);
    assert!(active(&chain).is_empty(), "it is in jail");
    let again = chain.evidence(guilty("alice", "0.1", 1, now));
    assert!(of_validators(&again).is_empty(), "once per fault");
    assert_eq!(chain.refused("alice", say(Say::Activate)), 2011);
    assert_eq!(chain.refused("alice", say(Say::LeaveJail)), 2011);
    assert_eq!(chain.refused("friend", delegate("alice", 100)), 2011);
    for _ in 0..4 {
        chain.close();
    }
    let before = chain.balance("buyer");
    chain.ok("buyer", withdraw("alice"));
    assert_eq!(chain.balance("buyer"), before + 450);
    chain.ok("alice", say(Say::LeaveJail));
    assert_eq!(chain.refused("alice", say(Say::LeaveJail)), 2012);
    assert_eq!(chain.refused("alice", say(Say::Activate)), 2007, "900 of its own are too few");
    // 100 would buy floor(100 x 2,000 / 1,800) shares: worth 99.
    assert_eq!(chain.refused("alice", bond_more(100)), 2007);
    chain.ok("alice", bond_more(101));
    chain.ok("alice", say(Say::Activate));
    chain.close();
    assert_eq!(active(&chain), addresses(&["alice"]));
}

/// What a close has released is out of reach, what it has not is not: slashing comes first.
#[test]
fn what_is_due_at_a_close_is_slashed_by_it_and_never_after() {
    let lazy = Validators { absence_least: ratio("0.1"), ..rules() };
    let mut chain = running(bonded(lazy), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    chain.ok("cust", undelegate("alice", None));
    // 3 d and at most 3/64 d more.
    chain.close();
    chain.close();
    chain.close();
    chain.absent = addresses(&["alice"]);
    full_epoch(&mut chain);
    chain.absent.clear();
    let now = chain.now();
    chain.evidence(guilty("alice", "1", 1, now));
    let before = chain.balance("cust");
    chain.ok("cust", withdraw("alice"));
    assert_eq!(chain.balance("cust"), before + 900);
}

#[test]
fn all_slashed_begins_anew_and_old_shares_are_worth_nothing() {
    let mut chain = running(bonded(rules()), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    chain.ok("friend", delegate("alice", 1_000));
    chain.close();
    full_epoch(&mut chain);
    chain.ok("buyer", delegate("alice", 700));
    let now = chain.now();
    chain.evidence(guilty("alice", "1", 1, now));
    assert_eq!(chain.pot(&Pot::Bonds), 0);
    for _ in 0..3 {
        chain.close();
    }
    chain.ok("alice", say(Say::LeaveJail));
    chain.ok("alice", bond_more(1_000));
    chain.ok("alice", say(Say::Activate));
    chain.ok("hunter", delegate("alice", 1_000));
    chain.ok("friend", delegate("alice", 2_000));
    assert_eq!(chain.refused("cust", undelegate("alice", None)), 2016);
    assert_eq!(collected(&mut chain, "cust", "alice"), 333, "what it earned stays its own");
    assert_eq!(chain.refused("cust", collect("alice")), 2016);
    assert_eq!(collected(&mut chain, "buyer", "alice"), 0);
    chain.close();
    full_epoch(&mut chain);
    assert_eq!(collected(&mut chain, "hunter", "alice"), 250);
    assert_eq!(collected(&mut chain, "friend", "alice"), 500, "333 came with its delegation");
}

/// Unbonding begun after everything of the same deadline was slashed is not theirs.
#[test]
fn an_emptied_unbonding_pool_begins_anew() {
    let mut chain = running(bonded(rules()), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    chain.ok("cust", undelegate("alice", None));
    let now = chain.now();
    chain.evidence(guilty("alice", "1", 1, now));
    chain.ok("alice", bond_more(1_000));
    chain.ok("alice", say(Say::Unbond(None)));
    for _ in 0..4 {
        chain.close();
    }
    let before = (chain.balance("cust"), chain.balance("alice"));
    chain.ok("cust", withdraw("alice"));
    chain.ok("alice", withdraw("alice"));
    assert_eq!((chain.balance("cust"), chain.balance("alice")), (before.0, before.1 + 1_000));
}

/// Half of the blocks must be signed: who signs none loses the most, who signs a quarter half way.
#[test]
fn absence_costs_by_how_much_is_missed() {
    let fraction = |signed, due| validators::absence_fraction(&rules(), signed, due).unwrap();
    assert_eq!(fraction(0, 8), ratio("0.1"));
    assert_eq!(fraction(4, 8), Ratio::ZERO);
    assert_eq!(fraction(8, 8), Ratio::ZERO);
    assert_eq!(fraction(0, 0), Ratio::ZERO);
    assert_eq!(fraction(2, 8), ratio("0.055"));
    assert_eq!(fraction(1, 3), ratio("0.04000000006"), "a third of the half, rounded up");
    let mut chain = running(bonded(rules()), &["alice", "bob"]);
    chain.absent = addresses(&["bob"]);
    let applied = full_epoch(&mut chain);
    assert_eq!(chain.pot(&Pot::Bonds), 1_900);
    assert_eq!(reward(&applied, "alice"), 1_000, "who signs nothing scores nothing");
    assert_eq!(active(&chain), addresses(&["alice"]), "900 of its own are too few");
}

#[test]
fn the_strongest_are_active_and_change_by_the_churn_limit() {
    let mut chain = Chain::new(bonded(rules()));
    for (who, units) in [("alice", 1_000), ("bob", 1_100), ("carol", 1_200), ("dave", 1_300)] {
        chain.ok(who, bond(units, "0"));
        chain.ok(who, say(Say::Activate));
    }
    chain.close();
    assert_eq!(active(&chain), addresses(&["dave", "carol"]), "two may join at a close");
    chain.close();
    assert_eq!(active(&chain), addresses(&["dave", "carol", "bob"]));
    chain.ok("alice", bond_more(500));
    for (who, units) in [("cust", 2_000), ("buyer", 3_000)] {
        chain.ok(who, bond(units, "0"));
        chain.ok(who, say(Say::Activate));
    }
    let applied = chain.close();
    assert_eq!(active(&chain), addresses(&["buyer", "cust", "dave"]), "two were displaced");
    let left = |event: &&&Event| matches!(event, Event::Left { why: Why::Displaced, .. });
    assert_eq!(of_validators(&applied).iter().filter(left).count(), 2);
    chain.close();
    assert_eq!(active(&chain), addresses(&["buyer", "cust", "alice"]));
    chain.ok("cust", say(Say::Retire));
    chain.close();
    assert_eq!(active(&chain), addresses(&["buyer", "dave", "alice"]));
    for who in ["buyer", "dave", "alice"] {
        chain.ok(who, say(Say::Retire));
    }
    let last = active(&chain).into_iter().next_back().unwrap();
    chain.close();
    let rest = addresses(&["bob", "carol"]).into_iter().chain([last]).collect();
    assert_eq!(active(&chain), rest, "of equals the first by address leave");
    chain.close();
    assert_eq!(active(&chain), addresses(&["bob", "carol"]));
    assert_eq!(chain.refused("alice", say(Say::Retire)), 2014);
}

#[test]
fn asking_to_be_active_takes_its_time() {
    let mut chain = Chain::new(bonded(Validators { activation_delay_epochs: 2, ..rules() }));
    chain.ok("alice", bond(1_000, "0"));
    assert_eq!(chain.refused("bob", say(Say::Activate)), 2003);
    chain.ok("alice", say(Say::Activate));
    chain.close();
    chain.close();
    assert!(active(&chain).is_empty());
    chain.close();
    assert_eq!(active(&chain), addresses(&["alice"]));
}

#[test]
fn withdrawals_of_near_times_share_a_deadline_and_are_few() {
    let mut chain = running(bonded(rules()), &["alice"]);
    chain.ok("cust", delegate("alice", 1_000));
    for _ in 0..3 {
        chain.ok("cust", undelegate("alice", Some(10)));
        chain.ok("cust", undelegate("alice", Some(10)));
        chain.apply(chain.now() + DAY_MS / 16, Vec::new(), Vec::new());
    }
    assert_eq!(chain.refused("cust", undelegate("alice", Some(10))), 2015);
    chain.ok("buyer", delegate("alice", 20));
    chain.ok("buyer", undelegate("alice", None));
}
