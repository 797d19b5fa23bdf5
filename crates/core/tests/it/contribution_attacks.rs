//! Ways to take another's reward, or to shield one's own, and why they do not work.

use crate::contribution_kit::*;
use crate::kit::*;
use workmint_core::Message;
use workmint_core::modules::contributions::{ClosedReason, ContributionKey, Event, Stage, Verdict};
use workmint_core::modules::registry::{ConfirmTie, SetRecipient};
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
    let tie = ConfirmTie { participant: address("alice") };
    chain.ok("hunter", Message::ConfirmTie(tie));
    chain.ok("bob", to("alice"));
    assert_eq!(chain.refused("hunter", contest(disputed, 1_000)), 1417, "alice's recipient");
    assert_eq!(chain.refused("bob", contest(disputed, 1_000)), 1417, "pays alice");
    assert_eq!(chain.refused("alice", contest(disputed, 1_000)), 1417, "itself");
    // Whom alice names without its consent may still challenge.
    chain.ok("alice", to("carol"));
    chain.ok("carol", contest(disputed, 1_000));
}

/// The dataset submitted first wins, though verifiers' batches must list the copy first.
#[test]
fn a_copied_dataset_hash_takes_nothing_from_the_first() {
    let mut chain = contributors(four_streams());
    chain.close();
    let mine = dataset(1, 1, 10_000_000_000);
    chain.ok("alice", submit(&mine));
    let copy = Sub { epoch: 0, ..mine.clone() };
    chain.ok("bob", submit(&copy));
    let batch = || verify(vec![approve("alice", &mine), approve("bob", &copy)]);
    chain.block(vec![("v1", batch()), ("v2", batch()), ("v3", batch())]);
    assert!(matches!(chain.stage_of("bob", &copy), Stage::Accepted { .. }));
    let preview = |chain: &Chain| chain.state.preview_inputs().unwrap().contributions.id;
    chain.apply(START + 2 * DAY_MS - 1, vec![], vec![]);
    assert_eq!(preview(&chain), [1]);
    assert_eq!(settled(&chain.close()), [(contribution("alice", &mine), 10_000_000_000)]);
    assert_eq!(chain.closed_as("bob", &copy), Some(ClosedReason::DuplicateDataset));
}

/// A copy that was verified sooner waits as long as the earlier submission is open, and is paid
/// only if that fails: unverified, rejected or refuted.
#[test]
fn a_later_dataset_waits_for_the_earlier() {
    for (fate, verdicts) in [("unverified", 0), ("rejected", 3), ("refuted", 3), ("good", 3)] {
        let mut parameters = four_streams();
        let rules = parameters.contributions.as_mut().unwrap();
        rules.verify_window = Duration::Milliseconds(2 * DAY_MS);
        let mut chain = contributors(parameters);
        let data = dataset(0, 1, 5);
        chain.ok("alice", submit(&data));
        chain.contribute(&[("bob", data.clone())]);
        assert_eq!(settled(&chain.close()), [], "{fate}: bob waits");
        for who in VERIFIERS.into_iter().take(verdicts) {
            let verdict = approve("alice", &data);
            let approve = fate != "rejected";
            let verdict = Verdict { approve, ..verdict };
            chain.apply(chain.now() + 1_000, vec![(who, verify(vec![verdict]))], vec![]);
        }
        let mine = contribution("alice", &data);
        if fate == "refuted" {
            chain.ok("hunter", contest(mine, 1_000));
            chain.block(vec![("j1", rule_on(mine, true)), ("j2", rule_on(mine, true))]);
        }
        let mut found = settled(&chain.close());
        found.extend(settled(&chain.close()));
        let paid = if fate == "good" { mine } else { contribution("bob", &data) };
        assert_eq!(found, [(paid, 5)], "{fate}");
    }
}

/// Approved by as many as must approve, with one verifier silent: accepted when the time is over,
/// challengeable from then on, settled at the next close.
#[test]
fn a_certain_acceptance_is_accepted() {
    let mut chain = contributors(four_streams());
    let work = tokens(0, 1, 100_000);
    chain.ok("alice", submit(&work));
    for (who, quantity) in [("v1", 90_000), ("v2", 80_000)] {
        let verdict = approve("alice", &work);
        let verdict = Verdict { quantity, ..verdict };
        chain.ok(who, verify(vec![verdict]));
    }
    let applied = chain.close();
    let (first, second) = (ONE, ONE);
    let (contribution, stream) = (contribution("alice", &work), name("inference"));
    let accepted = Event::Accepted { contribution, stream, quantity: 80_000, first, second };
    assert!(contribution_events(&applied).contains(&accepted), "the lower median of two");
    assert_eq!(settled(&applied), []);
    chain.ok("hunter", contest(contribution, 1_000));
    assert_eq!(settled(&chain.close()), [(contribution, 80_000)]);
}

/// Evidence counts once: not under another id, in another stream or epoch, by the same contributor,
/// while its row is kept. What nobody verified may come again.
#[test]
fn evidence_counts_once() {
    let mut chain = contributors(four_streams());
    let work = tokens(0, 1, 10);
    let same = |of: Sub| Sub { content: work.content, ..of };
    chain.contribute(&[("alice", work.clone())]);
    let rejected = tokens(0, 2, 10);
    chain.ok("alice", submit(&rejected));
    for who in ["v1", "v2"] {
        let verdict = approve("alice", &rejected);
        let verdict = Verdict { approve: false, ..verdict };
        chain.ok(who, verify(vec![verdict]));
    }
    let lapsing = tasks(0, 3, 10);
    chain.ok("alice", submit(&lapsing));
    for again in [tokens(0, 9, 10), tasks(0, 9, 1), dataset(0, 9, 1)] {
        assert_eq!(chain.refused("alice", submit(&same(again))), 1425);
    }
    let again = |of: &Sub, epoch: u64| Sub { id: 10, epoch, ..of.clone() };
    assert_eq!(chain.refused("alice", submit(&again(&rejected, 0))), 1425);
    assert_eq!(chain.refused("alice", submit(&again(&lapsing, 0))), 1425);
    chain.ok("alice", submit(&work));
    chain.ok("bob", submit(&work));
    chain.close();
    assert_eq!(chain.closed_as("alice", &lapsing), Some(ClosedReason::Unverified));
    assert_eq!(chain.refused("alice", submit(&again(&work, 1))), 1425, "settled");
    assert_eq!(chain.refused("alice", submit(&again(&rejected, 1))), 1425, "rejected");
    chain.ok("alice", submit(&again(&lapsing, 1)));
    chain.ok("alice", submit(&lapsing));
    (0..2).for_each(|_| drop(chain.close()));
    assert_eq!(chain.row("alice", &work), None, "pruned");
    chain.ok("alice", submit(&again(&work, 3)));
}
