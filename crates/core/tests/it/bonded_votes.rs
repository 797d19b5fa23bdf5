//! Votes of what is bonded to validators: whose it is, and what leaves or is slashed.

use crate::governance::{chain_of, rules, spend, vote};
use crate::kit::*;
use crate::validators::{bond, bonded, delegate, guilty, rules as bonding, undelegate};
use workmint_core::Event as AnyEvent;
use workmint_core::block::Applied;
use workmint_core::modules::governance::{Choice, Event};
use workmint_core::modules::parameters::*;
use workmint_core::time::Duration;

/// alice bonds 3,000 of her own, cust delegates 2,000 to her, bob bonds 1,500.
fn ready() -> Chain {
    let mut parameters = bonded(bonding());
    parameters.governance =
        Some(Governance { power: PowerRule::Linear, least_power: amount(500), ..rules() });
    let mut chain = chain_of(parameters);
    chain.block(vec![("alice", bond(3_000, "0")), ("bob", bond(1_500, "0"))]);
    chain.ok("cust", delegate("alice", 2_000));
    chain
}

fn opened(applied: &Applied) -> Option<u128> {
    applied.events.iter().find_map(|event| match event {
        AnyEvent::Governance(Event::VoteOpened { total, .. }) => Some(*total),
        _ => None,
    })
}

fn power(chain: &mut Chain, who: &str) -> u128 {
    let applied = chain.ok(who, vote(0, Choice::Yes));
    let of = |event: &AnyEvent| match event {
        AnyEvent::Governance(Event::Voted { power, .. }) => Some(*power),
        _ => None,
    };
    applied.events.iter().find_map(of).unwrap()
}

/// Delegated money votes for whoever delegated it, not for the validator; spendable money has no
/// vote, however much.
#[test]
fn whoever_bonded_it_votes() {
    let mut chain = ready();
    chain.ok("bob", spend(10, "bob"));
    assert_eq!(opened(&chain.close()), Some(6_500));
    assert_eq!(power(&mut chain, "alice"), 3_000);
    assert_eq!(power(&mut chain, "cust"), 2_000);
    assert_eq!(chain.refused("friend", vote(0, Choice::Yes)), 1813, "rich, and nothing bonded");
    chain.close();
    chain.close();
    assert_eq!(chain.balance("bob"), RICH - 1_500 + 10, "5,000 of 6,500 passed it");
}

/// What begins to leave or is slashed after the vote opened has no voice; what comes later neither.
#[test]
fn what_left_since_does_not_vote() {
    let mut chain = ready();
    chain.ok("bob", spend(10, "bob"));
    chain.close();
    chain.ok("cust", undelegate("alice", Some(1_200)));
    assert_eq!(power(&mut chain, "cust"), 800);
    let now = chain.now();
    chain.evidence(guilty("alice", "0.5", 1, now));
    assert_eq!(power(&mut chain, "alice"), 1_500);
    chain.ok("carol", bond(5_000, "0"));
    assert_eq!(chain.refused("carol", vote(0, Choice::No)), 1813);
}

/// Bonds must not be gone before what they voted for is done.
#[test]
fn the_checker_compares_unbonding_with_votes() {
    let mut parameters = bonded(bonding());
    parameters.governance = Some(Governance { power: PowerRule::Linear, ..rules() });
    let said = |parameters: &Parameters, level: Level| {
        let of = |found: &Finding| found.level == level && found.path == "governance.power";
        check(parameters).iter().any(of)
    };
    assert!(said(&parameters, Level::Fact) && !said(&parameters, Level::Error));
    parameters.validators.as_mut().unwrap().unbonding = Duration::Milliseconds(DAY);
    assert!(said(&parameters, Level::Warning));
    parameters.validators.as_mut().unwrap().asset = USD;
    assert!(said(&parameters, Level::Error), "nothing votes");
}

const DAY: u64 = workmint_core::time::DAY_MS;
