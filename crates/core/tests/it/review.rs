//! Rules that a review of the first engine changed, each with the case that showed why.

use crate::kit::*;
use crate::stage::*;
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::ConfirmTie;
use workmint_core::modules::work::{MissKey, ReportMisses, ReportRef};
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Event, Message};

/// A quorum of reporters is no majority of judges: one of three could convict, three of three would
/// have to agree.
#[test]
fn more_than_half_of_all_judges_decide_whatever_the_quorum() {
    for quorum in [1, 3] {
        let mut parameters = parameters();
        parameters.work.quorum = quorum;
        let mut chain = Chain::new(parameters);
        chain.register(&[("alice", &[0])]);
        chain.block(vec![("alice", put_collateral(100)), ("cust", prepay(0, 100))]);
        let served = summary(0, 0, &[("cust", 1, 1)], 0);
        let report = report_of_summary("alice", &served);
        chain.ok("alice", Message::SubmitSummary(served));
        chain.attest(vec![report]);
        chain.ok("r3", attest(vec![report]));
        let lie = key(0, "alice", 0);
        chain.ok("hunter", challenge(lie, 10));
        chain.ok("j3", judge(lie, true));
        assert_eq!(chain.balance("alice"), RICH, "quorum {quorum}: one of three");
        chain.ok("j1", judge(lie, true));
        assert_eq!(chain.balance("alice"), RICH - 20, "quorum {quorum}: two");
    }
}

fn report_misses(chain: &mut Chain, who: &str, missed: u64) {
    let epoch = chain.epoch();
    let report = ReportMisses { epoch, participant: address(who), missed };
    let key = MissKey { epoch, participant: address(who), reporter: address("r1") };
    let word = attest(vec![(ReportRef::Misses(key), content("misses", &report))]);
    chain.block(vec![("r1", misses(epoch, who, missed)), ("r2", word)]);
}

/// A host that reports its own misses was counted twice for them.
#[test]
fn misses_reported_by_both_sides_count_once() {
    for (own, reported, expected) in [(3, 5, 5), (3, 2, 3), (0, 4, 4), (3, 3, 3)] {
        let mut chain = Chain::new(parameters());
        chain.register(&[("alice", &[0])]);
        chain.ok("cust", prepay(0, 1_000));
        let served = summary(0, 0, &[("cust", 97, 10)], own);
        let report = report_of_summary("alice", &served);
        chain.ok("alice", Message::SubmitSummary(served));
        chain.attest(vec![report]);
        report_misses(&mut chain, "alice", reported);
        let record = chain.close().closed.unwrap().record;
        let alice = record.summaries.of(&address("alice")).unwrap();
        assert_eq!((alice.requests, alice.missed), (97, expected));
    }
}

/// Misses counted at once and answers after the window fell into different epochs: all missed.
#[test]
fn misses_count_with_the_answers_of_the_same_hours() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    chain.block(vec![("alice", put_collateral(1_000)), ("cust", prepay(0, 1_000))]);
    // An hour before the end: neither window is over at the close.
    chain.apply(START + DAY_MS - 3_600_000, Vec::new(), Vec::new());
    let served = summary(0, 0, &[("cust", 97, 10)], 0);
    let report = report_of_summary("alice", &served);
    chain.ok("alice", Message::SubmitSummary(served));
    chain.attest(vec![report]);
    report_misses(&mut chain, "alice", 3);
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.summaries.of(&address("alice")), None);
    let record = chain.close().closed.unwrap().record;
    let alice = record.summaries.of(&address("alice")).unwrap();
    assert_eq!((alice.requests, alice.missed), (97, 3));
    assert_eq!(chain.balance("alice"), RICH, "3 of 100 pass");
}

/// Punished, forgotten, and then the evidence age grows: the fault must not be punished again.
#[test]
fn a_forgotten_fault_is_never_accepted_again() {
    let mut chain = Chain::new(parameters());
    chain.block(vec![
        ("alice", join("alice", Some("val"))),
        ("val", confirm("alice")),
        ("alice", put_collateral(1_000)),
    ]);
    let fault_at = chain.now();
    chain.evidence(fault("val", "0.1", 1, fault_at));
    assert_eq!(chain.balance("alice"), RICH - 100);
    let mut longer = parameters();
    longer.slashing.evidence_max_age = Duration::Milliseconds(90 * DAY_MS);
    chain.apply(fault_at + 29 * DAY_MS, Vec::new(), Vec::new());
    let message = ScheduleParameters { epoch: chain.epoch() + 1, parameters: Box::new(longer) };
    chain.ok("friend", Message::ScheduleParameters(message));
    chain.close();
    let again = chain.evidence(fault("val", "0.1", 1, fault_at));
    assert_eq!(quarantined(&again), [("evidence".to_owned(), 702)]);
    assert_eq!(chain.balance("alice"), RICH - 100);
    let recent = chain.now();
    let fresh = chain.evidence(fault("val", "0.1", 2, recent));
    assert_eq!(quarantined(&fresh), []);
    assert_eq!(chain.balance("alice"), RICH - 190);
}

/// Whoever names a validator that is not its own is not punished for it, and blocks nobody.
#[test]
fn a_validator_counts_for_whom_it_confirmed() {
    let mut chain = Chain::new(parameters());
    chain.block(vec![
        ("bob", join("bob", Some("val"))),
        ("alice", join("alice", Some("val"))),
        ("bob", put_collateral(100)),
        ("alice", put_collateral(100)),
    ]);
    let now = chain.now();
    let early = chain.evidence(fault("val", "1", 1, now));
    assert_eq!(quarantined(&early), [("evidence".to_owned(), 704)]);
    chain.ok("val", confirm("alice"));
    assert_eq!(chain.refused("val", confirm("bob")), 303);
    chain.evidence(fault("val", "1", 1, now));
    assert_eq!((chain.balance("alice"), chain.balance("bob")), (RICH - 100, RICH));
}

/// A reporter's own word ties it to a provider. A provider's word ties it to nobody who has not
/// confirmed it: naming a judge's owner or a challenger disqualifies neither.
#[test]
fn a_common_recipient_makes_relatives() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    chain.block(vec![
        ("alice", recipient("hunter")),
        ("r1", join("r1", None)),
        ("r1", recipient("alice")),
        ("cust", prepay(0, 100)),
    ]);
    let served = summary(0, 0, &[("cust", 1, 1)], 0);
    let report = report_of_summary("alice", &served);
    chain.ok("alice", Message::SubmitSummary(served));
    let word = attest(vec![report]);
    assert_eq!(chain.refused("r1", word.clone()), 808);
    chain.block(vec![("r2", word.clone()), ("r3", word)]);
    chain.block(vec![("j1", join("wallet", None)), ("alice", recipient("wallet"))]);
    chain.ok("hunter", challenge(key(0, "alice", 0), 10));
    chain.ok("j1", judge(key(0, "alice", 0), true));
    let participant = address("alice");
    let confirm = Message::ConfirmTie(ConfirmTie { participant });
    assert_eq!(chain.refused("hunter", confirm.clone()), 312);
    chain.ok("wallet", confirm);
    chain.block(vec![("j2", join("wallet", None))]);
    assert_eq!(chain.refused("j2", judge(key(0, "alice", 0), true)), 808);
}

/// A summary that was upheld cannot be challenged again: it is judged once, and paid at the close.
#[test]
fn a_summary_is_judged_once() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    chain.ok("cust", prepay(0, 100));
    let served = chain.serve("alice", 0, "cust", 1);
    chain.ok("hunter", challenge(served, 10));
    chain.block(vec![("j1", judge(served, false)), ("j2", judge(served, false))]);
    assert_eq!(chain.refused("buyer", challenge(served, 10)), 811);
    let tallied = |event: &Event| {
        matches!(event, Event::Work(workmint_core::modules::work::Event::Tallied { .. }))
    };
    assert!(chain.close().events.iter().any(tallied));
}
