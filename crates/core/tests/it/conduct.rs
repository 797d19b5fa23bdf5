//! Conduct of participants: misses, status, reputation, sampled duties.

use crate::kit::*;
use crate::stage::{commit, record, reveal};
use workmint_core::Message;
use workmint_core::block::Applied;
use workmint_core::inputs::Penalty;
use workmint_core::modules::parameters::*;
use workmint_core::modules::settlement;
use workmint_core::modules::work::{self, ReportKey, ReportRef, Standing, Status, StatusReason};
use workmint_core::time::DAY_MS;

/// Everyone's weight counts whole; misses by Gonka's table for this rate.
fn tables(rate: &str, follows_network: bool, consequence: MissConsequence) -> Parameters {
    let mut parameters = parameters();
    parameters.weights.base_weight_ratio = ratio("1");
    parameters.work.missed_requests = MissedRequests::Tables { rate: ratio(rate), follows_network };
    parameters.work.missed_consequence = consequence;
    parameters
}

/// A summary of (answered, missed) requests, one unit each, attested in the open epoch.
fn serve_misses(chain: &mut Chain, who: &str, answered: u64, missed: u64) {
    let summary = summary(chain.epoch(), 0, &[("cust", answered, 1)], missed);
    let report = report_of_summary(who, &summary);
    chain.ok(who, Message::SubmitSummary(summary));
    chain.attest(vec![report]);
}

fn penalty(applied: &Applied, who: &str) -> Penalty {
    let inputs = &applied.closed.as_ref().unwrap().inputs;
    let at = inputs.participants.find(&address(who)).unwrap();
    inputs.participants.row(at).unwrap().penalty
}

fn rewarded(applied: &Applied, who: &str) -> u128 {
    let record = &applied.closed.as_ref().unwrap().record;
    record.summaries.of(&address(who)).unwrap().rewarded.get()
}

/// Alice misses 15 of 100 at a rate of 0.1: the table passes 14.
fn misses_of_alice(consequence: MissConsequence) -> (Chain, Applied) {
    let mut chain = Chain::new(tables("0.1", false, consequence));
    chain.register(&[("alice", &[0]), ("bob", &[0])]);
    chain.ok("cust", prepay(0, 50_000));
    chain.block(vec![("alice", put_collateral(1_000)), ("bob", put_collateral(1_000))]);
    chain.prove(&[("alice", 0, 400), ("bob", 0, 600)]);
    chain.close();
    serve_misses(&mut chain, "alice", 85, 15);
    serve_misses(&mut chain, "bob", 86, 14);
    let preview = chain.state.preview_inputs().unwrap();
    assert_eq!(preview.participants.penalty, [Penalty::None; 2], "no summary is final yet");
    let closed = chain.close();
    (chain, closed)
}

#[test]
fn failing_the_table_forfeits_the_reward_and_no_collateral() {
    let (chain, closed) = misses_of_alice(MissConsequence::Forfeit);
    assert_eq!(penalty(&closed, "alice"), Penalty::Downtime);
    assert_eq!(penalty(&closed, "bob"), Penalty::None);
    assert_eq!((rewarded(&closed, "alice"), rewarded(&closed, "bob")), (0, 600));
    assert_eq!(chain.state.collateral.active(chain.handle("alice")), amount(1_000));
}

#[test]
fn failing_the_table_slashes_and_pays_where_the_rule_says_so() {
    let (chain, closed) = misses_of_alice(MissConsequence::Slash);
    assert_eq!(penalty(&closed, "alice"), Penalty::None);
    assert_eq!((rewarded(&closed, "alice"), rewarded(&closed, "bob")), (400, 600));
    assert_eq!(chain.state.collateral.active(chain.handle("alice")), amount(900));
}

/// Five providers, 2,500 requests, 270 missed: 10.8 % + 2 % is judged at 20 %, where 131 of 500
/// fail and 49 pass; at the own rate of 5 % those 49 fail too, 30 pass.
#[test]
fn the_rate_follows_what_the_network_missed() {
    let providers = ["alice", "bob", "carol", "dave", "buyer"];
    let misses = [30, 30, 30, 49, 131];
    for (follows, failing) in [(true, 1), (false, 2)] {
        let mut chain = Chain::new(tables("0.05", follows, MissConsequence::Forfeit));
        let all: Vec<(&str, &[u16])> = providers.iter().map(|who| (*who, &[0][..])).collect();
        chain.register(&all);
        chain.ok("cust", prepay(0, 50_000));
        chain.prove(&providers.map(|who| (who, 0, 100)));
        chain.close();
        for (who, missed) in providers.iter().zip(misses) {
            serve_misses(&mut chain, who, 500 - missed, missed);
        }
        let closed = chain.close();
        let failed = providers.iter().filter(|who| penalty(&closed, who) == Penalty::Downtime);
        assert_eq!(failed.count(), failing, "follows the network: {follows}");
        assert_eq!(rewarded(&closed, "buyer"), 0);
        assert_eq!(rewarded(&closed, "dave"), if follows { 200 } else { 0 });
    }
}

/// Whoever has no weight could miss as much as it likes, until nobody can fail.
#[test]
fn the_rate_follows_only_those_with_a_weight() {
    let providers = ["alice", "bob", "carol", "dave", "buyer"];
    let misses = [30, 30, 30, 49, 131];
    let mut chain = Chain::new(tables("0.05", true, MissConsequence::Forfeit));
    let all = providers.iter().chain(&["friend"]).map(|who| (*who, &[0][..]));
    let all: Vec<(&str, &[u16])> = all.collect();
    chain.register(&all);
    chain.ok("cust", prepay(0, 50_000));
    chain.prove(&providers.map(|who| (who, 0, 100)));
    chain.close();
    for (who, missed) in providers.iter().zip(misses) {
        serve_misses(&mut chain, who, 500 - missed, missed);
    }
    serve_misses(&mut chain, "friend", 1, 5_000);
    let closed = chain.close();
    assert_eq!(penalty(&closed, "buyer"), Penalty::Downtime);
    assert_eq!(penalty(&closed, "dave"), Penalty::None, "judged at 20 % as without friend");
}

/// Gonka's status test; a lost challenge alone costs nothing.
fn status_rules() -> Parameters {
    let mut parameters = tables("0.5", false, MissConsequence::Forfeit);
    parameters.work.status = Some(StatusTest {
        good_invalid: ratio("0.05"),
        bad_invalid: ratio("0.2"),
        invalid_threshold: ratio("100"),
        good_downtime: ratio("0.1"),
        bad_downtime: ratio("0.2"),
        downtime_threshold: ratio("4"),
        quick_failure: ratio("0.000001"),
    });
    parameters
}

/// Alice with collateral of 1,000 and a weight, bob with the rest of the weight.
fn two_providers(parameters: Parameters) -> Chain {
    let mut chain = Chain::new(parameters);
    chain.register(&[("bob", &[0])]);
    let nodes = (1..=8).map(|number| ("alice", node(number, &[0])));
    chain.block(std::iter::once(("alice", join("alice", None))).chain(nodes).collect());
    chain.ok("cust", prepay(0, 50_000));
    chain.ok("alice", put_collateral(1_000));
    chain.prove(&[("alice", 0, 400), ("bob", 0, 600)]);
    chain.close();
    chain
}

/// A summary of alice's node is challenged by the hunter and judged.
fn judged_summary(chain: &mut Chain, node: u32, refuted: bool) -> Applied {
    let mut summary = summary(chain.epoch(), 0, &[("cust", 1, 1)], 0);
    summary.node = node;
    let (report, content) = report_of_summary("alice", &summary);
    let ReportRef::Summary(mut key) = report else { panic!("a summary") };
    key.node = node;
    chain.ok("alice", Message::SubmitSummary(summary));
    chain.attest(vec![(ReportRef::Summary(key), content)]);
    chain.ok("hunter", challenge(key, 10));
    chain.ok("j1", judge(key, refuted));
    chain.ok("j2", judge(key, refuted))
}

fn statuses(applied: &Applied) -> Vec<(Status, StatusReason)> {
    let of = |event: &workmint_core::Event| match event {
        workmint_core::Event::Work(work::Event::StatusFound { status, reason, account }) => {
            assert_eq!(*account, address("alice"));
            Some((*status, *reason))
        }
        _ => None,
    };
    applied.events.iter().filter_map(of).collect()
}

/// 0.05^5 is below a millionth, 0.05^4 is not: the fifth lost challenge in a row, and no other,
/// makes invalid, costs 20 % of the collateral and the epoch's reward. Customers are refunded each
/// time. The row goes on over a won challenge and the end of an epoch with a lost one.
#[test]
fn five_lost_challenges_in_a_row_make_invalid() {
    let mut chain = two_providers(status_rules());
    let collateral = |chain: &Chain| chain.state.collateral.active(chain.handle("alice")).get();
    judged_summary(&mut chain, 1, true);
    judged_summary(&mut chain, 2, false);
    assert!(statuses(&judged_summary(&mut chain, 3, true)).is_empty());
    assert_eq!(collateral(&chain), 1_000);
    let standing = chain.state.work.standing(chain.handle("alice"));
    assert_eq!((standing.failures_in_a_row, standing.statistics.validated), (2, 1));
    chain.prove(&[("alice", 0, 400), ("bob", 0, 600)]);
    let closed = chain.close();
    assert_eq!((penalty(&closed, "alice"), rewarded(&closed, "alice")), (Penalty::None, 400));

    for node in 1..=2 {
        assert!(statuses(&judged_summary(&mut chain, node, true)).is_empty());
    }
    let hunter = chain.spendable("hunter");
    let fifth = judged_summary(&mut chain, 3, true);
    assert_eq!(statuses(&fifth), [(Status::Invalid, StatusReason::FailuresInARow)]);
    assert_eq!(collateral(&chain), 800);
    assert_eq!(chain.spendable("hunter"), hunter + 40, "a fifth of the slash is the bounty");
    assert!(statuses(&judged_summary(&mut chain, 4, true)).is_empty(), "once per epoch");
    assert_eq!(collateral(&chain), 800);
    let closed = chain.close();
    assert_eq!((penalty(&closed, "alice"), rewarded(&closed, "alice")), (Penalty::Refuted, 0));
    assert_eq!(rewarded(&closed, "bob"), 600);
    assert_eq!(collateral(&chain), 800, "judged already");
    assert_eq!(chain.state.work.standing(chain.handle("alice")), Standing::default());
    // Only the summary that stood was paid: one unit at 5.
    assert_eq!(chain.deposit("cust", 0).unwrap().paid, amount(5));
}

/// An epoch in which alice is idle, or loses a challenge beside accepted work, does not end her
/// row; one with accepted work and no lost challenge does.
#[test]
fn a_row_of_failures_ends_with_an_epoch_of_accepted_work() {
    let mut chain = two_providers(status_rules());
    let row = |chain: &Chain| chain.state.work.standing(chain.handle("alice")).failures_in_a_row;
    judged_summary(&mut chain, 1, true);
    chain.serve("alice", 0, "cust", 1);
    chain.close();
    assert_eq!(row(&chain), 1);
    chain.close();
    assert_eq!(row(&chain), 1, "idle");
    chain.serve("alice", 0, "cust", 1);
    assert_eq!(row(&chain), 1);
    chain.close();
    assert_eq!(row(&chain), 0);
}

/// A refutation of work of the epoch before, decided when alice is invalid already: no second
/// slash, but the reward of 400 for that epoch is gone too.
#[test]
fn whoever_is_invalid_still_forfeits_the_epoch_of_other_refuted_work() {
    let mut chain = two_providers(status_rules());
    chain.prove(&[("alice", 0, 400), ("bob", 0, 600)]);
    let late = START + 2 * DAY_MS - DAY_MS / 8;
    chain.apply(late, Vec::new(), Vec::new());
    let old = chain.serve("alice", 0, "cust", 1);
    chain.ok("hunter", challenge(old, 10));
    assert_eq!(rewarded(&chain.close(), "alice"), 400);
    for node in 2..=6 {
        judged_summary(&mut chain, node, true);
    }
    assert_eq!(chain.state.collateral.active(chain.handle("alice")), amount(800));
    chain.ok("j1", judge(old, true));
    let decided = chain.ok("j2", judge(old, true));
    assert_eq!(chain.state.collateral.active(chain.handle("alice")), amount(800), "once");
    let forfeited: Vec<(u64, u128)> = decided
        .events
        .iter()
        .filter_map(|event| match event {
            workmint_core::Event::Settlement(settlement::Event::ClaimForfeited {
                epoch,
                amount,
                ..
            }) => Some((*epoch, amount.get())),
            _ => None,
        })
        .collect();
    assert_eq!(forfeited, [(1, 400)]);
}

/// Bob and carol check the same receipt of alice: one success, and her row of one stays.
#[test]
fn a_receipt_checked_twice_is_one_success() {
    let mut parameters = status_rules();
    parameters.work.checks_per_epoch = 1;
    let mut chain = two_providers(parameters);
    chain.register(&[("carol", &[0])]);
    chain.block(vec![("bob", commit(1, "bob")), ("carol", commit(1, "carol"))]);
    judged_summary(&mut chain, 2, true);
    let receipt = chain.serve("alice", 0, "cust", 1);
    chain.close();
    for who in ["bob", "carol"] {
        chain.ok(who, reveal(1, who));
        chain.ok(who, record(1, &[receipt]));
        assert_eq!(chain.refused(who, record(1, &[receipt])), 818, "done");
    }
    let standing = chain.state.work.standing(chain.handle("alice"));
    assert_eq!((standing.statistics.validated, standing.failures_in_a_row), (1, 1));
}

/// Without a status test one lost challenge is slashed.
#[test]
fn one_lost_challenge_is_enough_without_a_status_test() {
    let mut chain = two_providers(tables("0.5", false, MissConsequence::Forfeit));
    assert!(statuses(&judged_summary(&mut chain, 1, true)).is_empty());
    assert_eq!(chain.state.collateral.active(chain.handle("alice")), amount(800));
    assert_eq!(penalty(&chain.close(), "alice"), Penalty::Refuted);
}

/// 12 misses and 36 answers: 12 ln 2 - 36 x 0.1178 = 4.0776 reach 4; with 37 answers 3.96 do not.
/// A quarter missed passes the table of 0.5.
#[test]
fn misses_make_inactive_and_are_slashed_once() {
    for (answered, inactive) in [(36, true), (37, false)] {
        let mut parameters = status_rules();
        // The missed-request test slashes too, and fails both: still one offence.
        parameters.work.missed_consequence = MissConsequence::Slash;
        parameters.work.missed_requests =
            MissedRequests::Ratio { threshold: if inactive { ratio("0.1") } else { ratio("0.9") } };
        let mut chain = two_providers(parameters);
        serve_misses(&mut chain, "alice", answered, 12);
        let closed = chain.close();
        let found =
            if inactive { vec![(Status::Inactive, StatusReason::Downtime)] } else { vec![] };
        assert_eq!(statuses(&closed), found);
        let expected =
            if inactive { (Penalty::Inactive, 0, 900) } else { (Penalty::None, 400, 1_000) };
        let collateral = chain.state.collateral.active(chain.handle("alice")).get();
        assert_eq!((penalty(&closed, "alice"), rewarded(&closed, "alice"), collateral), expected);
        let inputs = &closed.closed.as_ref().unwrap().inputs;
        let at = inputs.participants.find(&address("alice")).unwrap();
        assert_eq!(inputs.participants.slashed[at], amount(1_000 - expected.2));
    }
}

/// Four epochs to full reputation. Two epochs, one with a quarter missed: 1.75 of 4 is 0.4375. An
/// epoch as inactive adds its misses only: 1.75 - 0.25. A lost challenge takes it all.
#[test]
fn reputation_rises_with_epochs_and_falls_with_misses() {
    let rule =
        ReputationRule { epochs_to_full: 4, miss_cutoff: ratio("0.01"), miss_penalty: ratio("1") };
    let mut parameters = status_rules();
    parameters.work.reputation = Some(rule.clone());
    let mut chain = two_providers(parameters);
    let score =
        |chain: &Chain, who| chain.state.work.reputation(chain.handle(who)).score(&rule).unwrap();
    assert_eq!(score(&chain, "alice"), 0, "nobody had a weight yet");
    let close = |chain: &mut Chain| {
        chain.prove(&[("alice", 0, 400), ("bob", 0, 600)]);
        chain.close()
    };
    close(&mut chain);
    assert_eq!((score(&chain, "alice"), score(&chain, "carol")), (25, 0));
    serve_misses(&mut chain, "alice", 3, 1);
    close(&mut chain);
    assert_eq!((score(&chain, "alice"), score(&chain, "bob")), (43, 50));
    serve_misses(&mut chain, "alice", 36, 12);
    assert_eq!(penalty(&close(&mut chain), "alice"), Penalty::Inactive);
    assert_eq!((score(&chain, "alice"), score(&chain, "bob")), (37, 75), "2 - 0.5 of 4");
    for node in 1..=5 {
        judged_summary(&mut chain, node, true);
    }
    assert_eq!(penalty(&close(&mut chain), "alice"), Penalty::Refuted);
    assert_eq!((score(&chain, "alice"), score(&chain, "bob")), (0, 100));
}

/// Invalid work takes all reputation, also from whoever has no weight any more.
#[test]
fn invalid_work_without_a_weight_takes_all_reputation() {
    let rule =
        ReputationRule { epochs_to_full: 4, miss_cutoff: ratio("0.01"), miss_penalty: ratio("1") };
    let mut parameters = status_rules();
    parameters.work.reputation = Some(rule.clone());
    let mut chain = two_providers(parameters);
    let score =
        |chain: &Chain| chain.state.work.reputation(chain.handle("alice")).score(&rule).unwrap();
    chain.close();
    serve_misses(&mut chain, "alice", 1, 0);
    chain.close();
    assert_eq!(score(&chain), 25, "no weight, no epoch of service");
    for node in 1..=5 {
        judged_summary(&mut chain, node, true);
    }
    assert_eq!(penalty(&chain.close(), "alice"), Penalty::Refuted);
    assert_eq!(score(&chain), 0);
}

/// Epoch 1, in which alice and bob have a weight of 50 each, closes with eight receipts of alice.
/// Seeds are committed by bob and carol, who has no weight but serves too where `both`. `next` are
/// the proofs for epoch 2, which is open.
fn eight_receipts(most: u32, both: bool, next: &[(&str, u16, u64)]) -> Chain {
    let mut parameters = tables("0.1", false, MissConsequence::Forfeit);
    parameters.work.checks_per_epoch = most;
    parameters.work.sampling = Some(Sampling {
        minimum: ratio("0.01"),
        maximum: ratio("1"),
        halfway: ratio("0.05"),
        full_traffic: 10_000,
        low_traffic: 100,
    });
    let mut chain = Chain::new(parameters);
    chain.register(&[("bob", &[0]), ("carol", &[0])]);
    let nodes = (1..=8).map(|number| ("alice", node(number, &[0])));
    chain.block(std::iter::once(("alice", join("alice", None))).chain(nodes).collect());
    chain.ok("cust", prepay(0, 10_000));
    chain.prove(&[("alice", 0, 50), ("bob", 0, 50)]);
    chain.close();
    chain.prove(next);
    chain.block(vec![("bob", commit(1, "bob")), ("carol", commit(1, "carol"))]);
    for number in 1..=8 {
        let mut summary = summary(1, 0, &[("cust", 1, 1)], 0);
        summary.node = number;
        let (_, content) = report_of_summary("alice", &summary);
        let key = ReportKey { node: number, ..key(1, "alice", 0) };
        chain.ok("alice", Message::SubmitSummary(summary));
        chain.attest(vec![(ReportRef::Summary(key), content)]);
    }
    if both {
        chain.serve("carol", 0, "cust", 1);
    }
    chain.close();
    chain
}

/// The checks of `who` in epoch 1.
fn due(chain: &Chain, who: &str) -> Vec<ReportKey> {
    let checks = &chain.state.work.duty(1, chain.handle(who)).unwrap().due;
    checks.iter().map(|id| chain.state.report_key(id)).collect()
}

/// Alice's eight receipts; bob has all the weight but hers, so that he must check every one:
/// 1 x 50 / (100 - 50). Of eight the table of 0.1 passes four undone.
#[test]
fn sampled_checks_undone_beyond_the_test_forfeit_the_claim() {
    for (most, expected, done, refused) in [(50, 8, 3, true), (50, 8, 4, false), (6, 6, 1, true)] {
        let mut chain = eight_receipts(most, false, &[("alice", 0, 50), ("bob", 0, 50)]);
        assert_eq!(chain.refused("bob", claim(1)), 819, "nothing is revealed");
        chain.ok("bob", reveal(1, "bob"));
        let keys = due(&chain, "bob");
        assert_eq!(keys.len(), expected);
        chain.ok("bob", record(1, &keys[..done]));
        if refused {
            assert_eq!(chain.refused("bob", claim(1)), 819);
            chain.ok("bob", record(1, &keys[done..]));
        }
        chain.ok("bob", claim(1));
    }
}

/// In the open epoch bob has no weight any more and carol has his: bob still owes the checks of
/// alice's receipts of epoch 1, and carol none, so that she claims her payment of 5 at once.
#[test]
fn checks_are_drawn_by_the_weights_of_the_epoch_checked() {
    let mut chain = eight_receipts(50, true, &[("alice", 0, 50), ("carol", 0, 50)]);
    let before = chain.balance("carol");
    chain.ok("carol", claim(1));
    assert_eq!(chain.balance("carol") - before, 5);
    chain.block(vec![("bob", reveal(1, "bob")), ("carol", reveal(1, "carol"))]);
    let alices = |key: &&ReportKey| key.participant == address("alice");
    assert_eq!(due(&chain, "bob").iter().filter(alices).count(), 8);
    assert_eq!(due(&chain, "carol"), []);
}
