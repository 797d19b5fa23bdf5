//! Ways to take another's reward, or to shield one's own, and why they do not work.

use crate::contribution_kit::*;
use crate::kit::*;
use workmint_core::Message;
use workmint_core::modules::contributions::ContributionKey;
use workmint_core::modules::registry::SetRecipient;
use workmint_core::time::{DAY_MS, Duration};

/// What a close settled somebody with; 0 for nothing.
fn part(found: &[(ContributionKey, u64)], who: &str) -> u64 {
    found.iter().filter(|(key, _)| key.contributor == address(who)).map(|(_, part)| part).sum()
}

/// Two with 0.15 % each (least 0.1 %): they share it, nobody loses all.
#[test]
fn a_tie_above_the_least_improvement_is_paid() {
    let mut chain = contributors(four_streams());
    let (one, two) = (improvement(0, 1, 2_496_250_000), improvement(0, 2, 2_496_250_000));
    chain.contribute(&[("alice", one.clone()), ("bob", two.clone())]);
    let found = settled(&chain.close());
    assert_eq!((part(&found, "alice"), part(&found, "bob")), (750_000, 750_000));
    // 0.075 % at 500 GNK for 1 %: 37.5 GNK each, though a part is below the least improvement.
    let header = chain.state.settlement.header(0).unwrap();
    assert_eq!(header.streams[1].bucket.unwrap().demand, amount(2 * 3_750));
}

/// A slightly worse copy dilutes and takes no more than half; equal steps to equal hands.
#[test]
fn a_degraded_copy_takes_little() {
    let mut chain = contributors(four_streams());
    let (mine, copy) = (improvement(0, 1, 2_450_000_000), improvement(0, 2, 2_451_000_000));
    chain.contribute(&[("alice", mine.clone())]);
    chain.contribute(&[("bob", copy.clone())]);
    let found = settled(&chain.close());
    // 1.96 % by two; 0.04 % more by alice.
    assert_eq!((part(&found, "alice"), part(&found, "bob")), (10_200_000, 9_800_000));
}

/// A slightly better copy gains little more than what it copied.
#[test]
fn a_polished_copy_takes_little() {
    let mut chain = contributors(four_streams());
    let (mine, copy) = (improvement(0, 1, 2_450_000_000), improvement(0, 2, 2_449_999_000));
    chain.contribute(&[("alice", mine.clone()), ("bob", copy.clone())]);
    let found = settled(&chain.close());
    assert_eq!((part(&found, "alice"), part(&found, "bob")), (10_000_000, 10_000_400));
}

/// A challenge that loses must not cost the challenged its improvement.
#[test]
fn a_lost_challenge_takes_no_improvement_away() {
    let mut parameters = four_streams();
    let rules = parameters.contributions.as_mut().unwrap();
    rules.decision_window = Duration::Milliseconds(DAY_MS);
    let mut chain = contributors(parameters);
    let (mine, copy) = (improvement(0, 1, 2_450_000_000), improvement(0, 2, 2_450_000_000));
    chain.contribute(&[("alice", mine.clone()), ("bob", copy.clone())]);
    let disputed = contribution("alice", &mine);
    chain.ok("carol", contest(disputed, 1_000));
    assert_eq!(settled(&chain.close()), [], "the copy waits for the decision");
    chain.ok("j1", rule_on(disputed, false));
    chain.ok("j2", rule_on(disputed, false));
    let found = settled(&chain.close());
    assert_eq!((part(&found, "alice"), part(&found, "bob")), (10_000_000, 10_000_000));
}

/// A challenge that nobody decides does not end the challenge window: others may still challenge.
#[test]
fn a_sham_challenge_shields_nothing() {
    let mut parameters = four_streams();
    let rules = parameters.contributions.as_mut().unwrap();
    rules.challenge_window = Duration::Milliseconds(2 * DAY_MS);
    rules.decision_window = Duration::Milliseconds(DAY_MS / 4);
    let mut chain = contributors(parameters);
    let work = tokens(0, 1, 100_000);
    chain.contribute(&[("alice", work.clone())]);
    let disputed = contribution("alice", &work);
    chain.ok("bob", contest(disputed, 1_000));
    let before = chain.balance("bob");
    let applied = chain.close();
    assert_eq!((settled(&applied), chain.balance("bob")), (vec![], before));
    chain.ok("carol", contest(disputed, 1_000));
    chain.block(vec![("j1", rule_on(disputed, true)), ("j2", rule_on(disputed, true))]);
    assert!(chain.closed_as("alice", &work).is_some(), "refuted after the sham");
}

/// Relatives cannot challenge, whoever of the two names the other.
#[test]
fn relatives_cannot_challenge() {
    let mut chain = contributors(four_streams());
    let work = tokens(0, 1, 100_000);
    chain.contribute(&[("alice", work.clone())]);
    let disputed = contribution("alice", &work);
    let to = |who: &str| Message::SetRecipient(SetRecipient { recipient: address(who) });
    chain.ok("alice", to("hunter"));
    chain.ok("bob", to("alice"));
    assert_eq!(chain.refused("hunter", contest(disputed, 1_000)), 1417, "alice's recipient");
    assert_eq!(chain.refused("bob", contest(disputed, 1_000)), 1417, "pays alice");
    assert_eq!(chain.refused("alice", contest(disputed, 1_000)), 1417, "itself");
    chain.ok("carol", contest(disputed, 1_000));
}
