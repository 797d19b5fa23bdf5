//! Every way a contribution, a verdict or a challenge of one can be wrong: one defect per row.
//!
//! What is negative, not a number, or has a fraction cannot be written into these messages: where
//! people write numbers as text, the protocol and the command line refuse them.

use crate::contribution_kit::*;
use crate::errors::{Row, run_on};
use crate::kit::*;
use crate::stage::{Snapshot, recipient};
use workmint_core::modules::contributions::{ClosedReason, Stage, Verdict, VerifyContributions};
use workmint_core::modules::parameters::*;
use workmint_core::modules::registry::ConfirmTie;
use workmint_core::time::{DAY_MS, Duration};
use workmint_core::{Hash, Message};

/// The nodes serve models 0 and 1, of which 0 has a recorded loss; model 2 nobody serves.
///
/// Verifiers: v1 and v3 have the owner boss, who confirmed v1 only; v2 and carol have the owner
/// chief, who confirmed carol; v4 contributes itself.
///
/// Epoch 3 is open, its window is 1 to 3:
/// * alice: tokens 1 with the verdict of v1; tokens 2 accepted; dataset 3 and tokens 4
///   of epoch 2, settled;
/// * bob: tokens 1 accepted, challenged by hunter with j1's vote; tokens 2 open;
/// * carol and v4: tokens 1 open.
fn busy() -> Chain {
    let mut chain = contributors(four_streams());
    chain.close();
    chain.close();
    let tie = |who| Message::ConfirmTie(ConfirmTie { participant: address(who) });
    chain.block(vec![
        ("v1", join("boss", None)),
        ("v3", join("boss", None)),
        ("v2", join("chief", None)),
        ("dave", join("chief", None)),
        ("dave", node(1, &[0])),
        ("v4", join("v4", None)),
        ("v4", node(1, &[0])),
        ("boss", tie("v1")),
        ("chief", tie("dave")),
    ]);
    let families = |chain: &mut Chain, subs: &[(&str, Sub)]| {
        chain.block(subs.iter().map(|(who, sub)| (*who, submit(sub))).collect());
        for who in ["v1", "v2", "v4"] {
            chain.ok(who, verify(subs.iter().map(|(who, sub)| approve(who, sub)).collect()));
        }
    };
    families(&mut chain, &[("alice", dataset(2, 3, 10)), ("alice", tokens(2, 4, 10))]);
    chain.close();
    chain.block(vec![
        ("alice", submit(&tokens(3, 1, 10))),
        ("bob", submit(&tokens(3, 2, 10))),
        ("dave", submit(&tokens(3, 1, 10))),
        ("v4", submit(&tokens(3, 1, 10))),
        ("v1", verify(vec![approve("alice", &tokens(3, 1, 10))])),
    ]);
    let accepted = [("alice", tokens(3, 2, 10)), ("bob", tokens(3, 1, 10))];
    families(&mut chain, &accepted);
    chain.ok("hunter", contest(contribution("bob", &tokens(3, 1, 10)), 1_000));
    chain.ok("j1", rule_on(contribution("bob", &tokens(3, 1, 10)), true));
    chain
}

/// A sound submission, changed.
fn with(mut sub: Sub, change: impl Fn(&mut Sub)) -> Message {
    change(&mut sub);
    submit(&sub)
}

#[test]
fn submissions() {
    let sound = || tokens(3, 50, 10);
    let better = |loss| improvement(3, 50, loss);
    let rows: Vec<Row> = vec![
        ("future epoch", "alice", with(sound(), |sub| sub.epoch = 4), 1403),
        ("the last epoch there is", "alice", with(sound(), |sub| sub.epoch = u64::MAX), 1403),
        ("an epoch too old", "alice", with(sound(), |sub| sub.epoch = 0), 1403),
        ("no such stream", "alice", with(sound(), |sub| sub.stream = name("infer")), 1402),
        ("a stream without a rate", "alice", with(sound(), |sub| sub.stream = name("work")), 1402),
        ("quantity 0", "alice", with(sound(), |sub| sub.quantity = 0), 1404),
        ("2^48 + 1 tokens", "alice", with(sound(), |sub| sub.quantity = (1 << 48) + 1), 1404),
        ("2^64 - 1 tokens", "alice", with(sound(), |sub| sub.quantity = u64::MAX), 1404),
        ("a stranger", "cust", submit(&sound()), 302),
        ("a stranger's task", "cust", submit(&tasks(3, 50, 1)), 302),
        ("unknown node", "alice", with(sound(), |sub| sub.node = 2), 306),
        ("unknown node of a task", "alice", with(tasks(3, 50, 1), |sub| sub.node = 2), 306),
        ("model not served", "alice", with(sound(), |sub| sub.model = Some(ModelId(2))), 307),
        ("tokens of no model", "alice", with(sound(), |sub| sub.model = None), 1424),
        ("improvement of no model", "alice", with(better(1), |sub| sub.model = None), 1424),
        (
            "task of a model",
            "alice",
            with(tasks(3, 50, 1), |sub| sub.model = Some(ModelId(0))),
            1424,
        ),
        (
            "dataset of a model",
            "alice",
            with(dataset(3, 50, 1), |sub| sub.model = Some(ModelId(0))),
            1424,
        ),
        ("unknown model", "alice", with(better(1), |sub| sub.model = Some(ModelId(9))), 305),
        ("nothing recorded", "alice", with(better(1), |sub| sub.model = Some(ModelId(1))), 1408),
        ("no improvement", "alice", submit(&better(LOSS)), 1404),
        ("a higher loss", "alice", submit(&better(LOSS + 1)), 1404),
        (
            "a dataset settled before",
            "bob",
            with(dataset(3, 50, 9), |sub| sub.content = dataset(2, 3, 0).content),
            1407,
        ),
        (
            "evidence used before",
            "alice",
            with(tasks(3, 50, 9), |sub| sub.content = tokens(2, 4, 0).content),
            1425,
        ),
        ("replay with other content", "alice", submit(&tokens(3, 1, 11)), 1405),
        ("replay for another stream", "alice", submit(&tasks(3, 1, 10)), 1405),
        ("replay of what is settled", "alice", submit(&tokens(2, 4, 11)), 1405),
    ];
    run_on(&busy(), 0, rows);
}

fn verdict(change: impl Fn(&mut Verdict)) -> Message {
    let mut verdict = approve("bob", &tokens(3, 2, 10));
    change(&mut verdict);
    verify(vec![verdict])
}

#[test]
fn verdicts() {
    let on = |who: &str, sub: Sub| verify(vec![approve(who, &sub)]);
    let raw = |verdicts| Message::VerifyContributions(VerifyContributions { verdicts });
    let one = approve("bob", &tokens(3, 2, 10));
    let mut two = vec![approve("alice", &tokens(3, 1, 10)), one];
    two.sort_by_key(|verdict| std::cmp::Reverse(verdict.contribution));
    let absent = contribution("bob", &tokens(3, 99, 1));
    let nobody = contribution("never seen", &tokens(3, 1, 1));
    let rows: Vec<Row> = vec![
        ("no verifier", "alice", verdict(|_| ()), 1411),
        ("a judge", "j1", verdict(|_| ()), 1411),
        ("an empty batch", "v1", raw(vec![]), 1412),
        ("4,097 verdicts", "v1", raw(vec![one; 4_097]), 1412),
        ("descending", "v2", raw(two), 1412),
        ("one contribution twice", "v1", raw(vec![one, one]), 1412),
        ("no such contribution", "v1", verdict(|of| of.contribution = absent), 1413),
        ("nobody's contribution", "v1", verdict(|of| of.contribution = nobody), 1413),
        ("accepted already", "v3", on("alice", tokens(3, 2, 10)), 1414),
        ("settled already", "v3", on("alice", tokens(2, 4, 10)), 1414),
        ("another submission", "v1", verdict(|of| of.submission = Hash::ZERO), 1415),
        ("sure beyond 1", "v1", verdict(|of| of.confidence = ONE + 1), 1404),
        ("its own contribution", "v4", on("v4", tokens(3, 1, 10)), 1417),
        ("a relative's contribution", "v2", on("dave", tokens(3, 1, 10)), 1417),
        ("the same verifier again", "v1", on("alice", tokens(3, 1, 10)), 1416),
        ("a relative of a verifier", "v3", on("alice", tokens(3, 1, 10)), 1416),
    ];
    run_on(&busy(), 0, rows);
}

/// Who came second is refused, whichever of them the owner has confirmed.
#[test]
fn two_verifiers_of_one_family_are_one() {
    for (first, second) in [("v1", "v3"), ("v3", "v1")] {
        let mut chain = busy();
        chain.ok(first, verdict(|_| ()));
        assert_eq!(chain.refused(second, verdict(|_| ())), 1416, "{second} after {first}");
    }
}

/// One bad verdict fails the whole batch: the good one counts when it comes alone.
#[test]
fn a_batch_counts_whole_or_not_at_all() {
    let mut chain = busy();
    let good = approve("bob", &tokens(3, 2, 10));
    let bad = approve("v4", &tokens(3, 1, 10));
    let before = chain.row("bob", &tokens(3, 2, 10)).cloned();
    assert_eq!(chain.refused("v4", verify(vec![good, bad])), 1417);
    assert_eq!(chain.row("bob", &tokens(3, 2, 10)).cloned(), before);
    chain.ok("v4", verify(vec![good]));
}

/// What others have decided meanwhile is left out of a batch; the rest counts.
#[test]
fn a_batch_outlives_decisions() {
    let mut chain = busy();
    let late = approve("alice", &tokens(3, 2, 10));
    let open = approve("bob", &tokens(3, 2, 10));
    chain.ok("v4", verify(vec![late, open]));
    let given = |chain: &Chain| match chain.row("bob", &tokens(3, 2, 10)).map(|row| &row.stage) {
        Some(Stage::Submitted { verdicts, .. }) => verdicts.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(given(&chain), 1);
    assert_eq!(chain.refused("v4", verify(vec![late])), 1414, "nothing is left to count");
}

#[test]
fn challenges_and_votes() {
    let open = contribution("alice", &tokens(3, 1, 10));
    let accepted = contribution("alice", &tokens(3, 2, 10));
    let disputed = contribution("bob", &tokens(3, 1, 10));
    let settled = contribution("alice", &tokens(2, 4, 10));
    let absent = contribution("bob", &tokens(3, 99, 1));
    let nobody = contribution("never seen", &tokens(3, 1, 1));
    let rows: Vec<Row> = vec![
        ("not accepted yet", "hunter", contest(open, 1_000), 1418),
        ("settled", "hunter", contest(settled, 1_000), 1418),
        ("challenged already", "cust", contest(disputed, 1_000), 1418),
        ("no such contribution", "hunter", contest(absent, 1_000), 1413),
        ("nobody's contribution", "hunter", contest(nobody, 1_000), 1413),
        ("one's own", "alice", contest(accepted, 1_000), 1417),
        ("a bond too small", "hunter", contest(accepted, 999), 1419),
        ("a bond beyond funds", "hunter", contest(accepted, RICH), 104),
        ("no judge", "hunter", rule_on(disputed, true), 1422),
        ("not challenged", "j2", rule_on(accepted, true), 1420),
        ("no such contribution", "j2", rule_on(absent, true), 1420),
        ("nobody's contribution", "j2", rule_on(nobody, true), 1413),
        ("a second vote", "j1", rule_on(disputed, false), 1423),
    ];
    run_on(&busy(), 0, rows);
}

/// A judge decides about no relative, on either side.
#[test]
fn judges_know_no_relatives() {
    let mut chain = busy();
    let tie = |who| Message::ConfirmTie(ConfirmTie { participant: address(who) });
    chain.block(vec![
        ("j2", join("patron", None)),
        ("j3", join("backer", None)),
        ("hunter", join("patron", None)),
        ("patron", tie("hunter")),
        ("bob", recipient("backer")),
        ("backer", tie("bob")),
    ]);
    let disputed = contribution("bob", &tokens(3, 1, 10));
    assert_eq!(chain.refused("j2", rule_on(disputed, false)), 1417, "the challenger's");
    assert_eq!(chain.refused("j3", rule_on(disputed, true)), 1417, "the contributor's");
}

#[test]
fn a_network_without_contributions_takes_none() {
    let mut chain = Chain::new(parameters());
    chain.register(&[("alice", &[0])]);
    let sub = tokens(0, 1, 10);
    let key = contribution("alice", &sub);
    assert_eq!(chain.refused("alice", submit(&sub)), 1401);
    assert_eq!(chain.refused("r1", verify(vec![approve("alice", &sub)])), 1401);
    assert_eq!(chain.refused("hunter", contest(key, 1_000)), 1401);
    assert_eq!(chain.refused("j1", rule_on(key, true)), 1420);
}

/// At the deadline it is too late, a millisecond before it is not.
#[test]
fn everything_is_in_time_until_its_deadline() {
    let quarter = DAY_MS / 4;
    let sub = tokens(0, 1, 10);
    let key = contribution("alice", &sub);
    let after = |chain: &Chain, ms: u64, who, message: Message| {
        let mut copy = Snapshot::take(chain).chain();
        let applied = copy.apply(chain.now() + ms, vec![(who, message)], Vec::new());
        code(&applied.results[0])
    };
    let mut chain = contributors(four_streams());
    chain.ok("alice", submit(&sub));
    let verdict = || verify(vec![approve("alice", &sub)]);
    assert_eq!(after(&chain, quarter - 1, "v1", verdict()), 0);
    assert_eq!(after(&chain, quarter, "v1", verdict()), 1414);
    for who in ["v1", "v2", "v3"] {
        chain.ok(who, verdict());
    }
    assert_eq!(after(&chain, quarter - 1, "hunter", contest(key, 1_000)), 0);
    assert_eq!(after(&chain, quarter, "hunter", contest(key, 1_000)), 1418);
    chain.ok("hunter", contest(key, 1_000));
    assert_eq!(after(&chain, quarter - 1, "j1", rule_on(key, true)), 0);
    assert_eq!(after(&chain, quarter, "j1", rule_on(key, true)), 1421);
}

fn limited(interval_ms: u64, cooldown_ms: u64) -> Chain {
    let mut parameters = four_streams();
    let rules = parameters.contributions.as_mut().unwrap();
    rules.rate_limit = Some(RateLimit { most: 2, interval_ms, cooldown_ms });
    contributors(parameters)
}

/// Two an interval, which begins with the first of them; then both the interval and the time since
/// the last must be over. Milliseconds after the first submission, node, the code.
#[test]
fn submissions_are_limited_by_node() {
    let interval_binds: &[(u64, u32, u16)] = &[
        (0, 1, 0),
        (400, 1, 0),
        (400, 2, 0),
        (999, 1, 1406),
        (1_000, 1, 0),
        (1_999, 1, 0),
        (1_999, 1, 1406),
        // The interval from 1,000 on is over at 2,000, the rest after 1,999 at 2,299.
        (2_298, 1, 1406),
        (2_299, 1, 0),
    ];
    // One submission uses nothing up: the next interval begins without a rest.
    let no_rest: &[(u64, u32, u16)] = &[(0, 1, 0), (1_000, 1, 0), (1_001, 1, 0), (1_999, 1, 1406)];
    for (number, list) in [interval_binds, no_rest].into_iter().enumerate() {
        let mut chain = limited(1_000, 300);
        chain.ok("alice", node(2, &[0]));
        let start = chain.now() + 1_000;
        for (at, (ms, node, expected)) in list.iter().enumerate() {
            let sub = Sub { node: *node, ..tokens(0, at as u64, 5) };
            let applied = chain.apply(start + ms, vec![("alice", submit(&sub))], Vec::new());
            assert_eq!(code(&applied.results[0]), *expected, "list {number}, {at}: {ms} ms");
        }
    }
}

/// What is refused does not count; a close forgets nodes that may submit again.
#[test]
fn refused_submissions_use_nothing_up() {
    let mut chain = limited(DAY_MS / 2, 0);
    chain.ok("alice", submit(&tokens(0, 1, 5)));
    for _ in 0..3 {
        assert_eq!(chain.refused("alice", submit(&tokens(0, 2, 0))), 1404);
    }
    chain.ok("alice", submit(&tokens(0, 2, 5)));
    assert_eq!(chain.refused("alice", submit(&tokens(0, 3, 5))), 1406);
    assert_eq!(chain.state.contributions.pace(chain.handle("alice"), 1).unwrap().count, 2);
    chain.close();
    assert_eq!(chain.state.contributions.pace(chain.handle("alice"), 1), None);
    chain.ok("alice", submit(&tokens(1, 1, 5)));
}

/// 10 points for a clean record, 5 for each factor of ten of collateral, 0.1 an improvement, 20 for
/// verdicts that were right.
fn reputation(least: &str, least_stake: u128) -> Chain {
    let mut parameters = four_streams();
    parameters.contributions.as_mut().unwrap().reputation = Some(ContributorReputation {
        per_contribution: ratio("0.1"),
        most_contributions: ratio("30"),
        accuracy: ratio("20"),
        per_stake_decade: ratio("5"),
        most_stake: ratio("20"),
        days_per_point: ratio("30"),
        most_age: ratio("20"),
        clean: ratio("10"),
        per_violation: ratio("2"),
        least: ratio(least),
        least_stake: amount(least_stake),
    });
    contributors(parameters)
}

#[test]
fn contributors_need_reputation_and_collateral() {
    let mut chain = reputation("20", 5_000);
    let sub = tokens(0, 1, 5);
    assert_eq!(chain.refused("alice", submit(&sub)), 1410);
    chain.ok("alice", put_collateral(4_999));
    assert_eq!(chain.refused("alice", submit(&sub)), 1410);
    // 50.00 in display units: log10 of it is 1.69..., with 10 for a clean record 18.4 points.
    chain.ok("alice", put_collateral(1));
    assert_eq!(chain.refused("alice", submit(&sub)), 1409);
    // 100.00: 2 factors of ten, 20 points exactly.
    chain.ok("alice", put_collateral(5_000));
    chain.ok("alice", submit(&sub));
    assert_eq!(chain.state.contributions.conduct(chain.handle("alice")).since_ms, chain.now());
}

/// What reputation is computed from, after an accepted improvement, a rejected submission, and a
/// refuted one.
#[test]
fn conduct_is_counted() {
    let mut chain = reputation("0", 0);
    let start = chain.now() + 1_000;
    let (better, bad, lie) = (improvement(0, 1, LOSS / 2), tokens(0, 2, 5), tokens(0, 3, 5));
    chain.block([&better, &bad, &lie].map(|sub| ("alice", submit(sub))).to_vec());
    for (who, approves) in [("v1", true), ("v2", false), ("v3", false)] {
        let on_bad = Verdict { approve: approves, ..approve("alice", &bad) };
        chain.ok(who, verify(vec![approve("alice", &better), on_bad, approve("alice", &lie)]));
    }
    assert_eq!(chain.closed_as("alice", &bad), Some(ClosedReason::Rejected));
    let disputed = contribution("alice", &lie);
    chain.ok("hunter", contest(disputed, 1_000));
    chain.block(vec![("j1", rule_on(disputed, true)), ("j3", rule_on(disputed, true))]);
    chain.close();
    let conduct = |who| chain.state.contributions.conduct(chain.handle(who));
    let alice = conduct("alice");
    assert_eq!((alice.since_ms, alice.improvements, alice.violations), (start, 1, 1));
    let verdicts = |who| (conduct(who).verdicts, conduct(who).right);
    assert_eq!((verdicts("v1"), verdicts("v2"), verdicts("v3")), ((3, 2), (3, 3), (3, 3)));
    assert_eq!(conduct("v1").since_ms, start + 1_000);
    let mut plain = contributors(four_streams());
    plain.contribute(&[("alice", improvement(0, 1, LOSS / 2))]);
    plain.close();
    let nothing = plain.state.contributions.conduct(plain.handle("alice"));
    assert_eq!(nothing, Default::default(), "no reputation is kept");
}

/// Nobody verifies in time: closed unpaid at the first close after the window, whatever was said.
#[test]
fn what_is_not_verified_in_time_lapses() {
    let mut chain = contributors(four_streams());
    let mut long = four_streams();
    long.contributions.as_mut().unwrap().verify_window = Duration::Milliseconds(DAY_MS);
    chain.ok("friend", schedule_from(1, long));
    let (short, late) = (tokens(0, 1, 5), tokens(1, 1, 5));
    chain.ok("alice", submit(&short));
    chain.close();
    assert_eq!(chain.closed_as("alice", &short), Some(ClosedReason::Unverified));
    chain.ok("alice", submit(&late));
    chain.close();
    assert_eq!(chain.closed_as("alice", &late), None, "its day is not over");
    chain.close();
    assert_eq!(chain.closed_as("alice", &late), Some(ClosedReason::Unverified));
}
