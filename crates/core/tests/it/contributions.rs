//! The life of a contribution: submitted, verified, challenged, settled.

use crate::contribution_kit::*;
use crate::errors::transfer;
use crate::kit::*;
use crate::stage::Snapshot;
use workmint_core::modules::contributions::{ClosedReason, Event, Found, Stage, Verdict};
use workmint_core::modules::ledger::LockKind;
use workmint_core::modules::parameters::*;
use workmint_core::time::{DAY_MS, Deadline, Duration};

/// The toy network with these rules changed.
fn changed(change: impl Fn(&mut Contributions)) -> Chain {
    let mut parameters = four_streams();
    change(parameters.contributions.as_mut().unwrap());
    contributors(parameters)
}

/// Tokens, tasks, an improvement and a dataset of one epoch, all verified, are settled with it:
/// each with what the verifiers found, and with no quantity beyond what was submitted.
#[test]
fn a_contribution_lives_from_submission_to_settlement() {
    let mut chain = contributors(four_streams());
    let (work, better) = (tokens(0, 1, 100_000), improvement(0, 2, 2_450_000_000));
    let (checks, data) = (tasks(0, 3, 50), dataset(0, 4, 10_000_000_000));
    let subs = [("alice", work.clone()), ("bob", better.clone()), ("carol", checks.clone())];
    chain.contribute(&subs);
    chain.ok("alice", submit(&data));
    // Verdicts 9, 11 and 12 GB: the median is above what was submitted.
    for (who, bytes) in [("v1", 9), ("v2", 11), ("v3", 12)] {
        let mut verdict = rated(approve("alice", &data), 900_000, ONE);
        verdict.quantity = bytes * 1_000_000_000;
        chain.ok(who, verify(vec![verdict]));
    }
    let Stage::Accepted { found, until } = chain.stage_of("alice", &data) else {
        panic!("it is accepted");
    };
    assert_eq!(*found, Found { quantity: 10_000_000_000, first: 900_000, second: ONE });
    assert_eq!(*until, Deadline::Time(chain.now() + DAY_MS / 4));
    assert_eq!(chain.state.contributions.loss(ModelId(0)), None, "nothing is final yet");
    let applied = chain.close();
    // 50 / 2,500 of the loss are 2 %: 20,000,000 of 10^-9.
    let mut expected = vec![
        (contribution("alice", &work), 100_000),
        (contribution("alice", &data), 10_000_000_000),
        (contribution("bob", &better), 20_000_000),
        (contribution("carol", &checks), 50),
    ];
    expected.sort();
    let mut found = settled(&applied);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(chain.state.contributions.loss(ModelId(0)), Some(2_450_000_000));
    assert_eq!(*chain.stage_of("alice", &work), Stage::Settled { epoch: 0 });
    assert_eq!(quarantined(&applied), []);
    assert_eq!(settled(&chain.close()), [], "and never again");
}

/// Nothing is final before the challenge window is over at a close, however early it was accepted.
#[test]
fn the_challenge_window_must_be_over_at_the_close() {
    let mut chain = changed(|rules| {
        rules.challenge_window = Duration::Milliseconds(DAY_MS);
    });
    let work = tokens(0, 1, 5);
    let accepted = chain.contribute(&[("alice", work.clone())]);
    assert_eq!(accepted.results.len(), 3);
    assert_eq!(settled(&chain.close()), []);
    assert_eq!(settled(&chain.close()), [(contribution("alice", &work), 5)]);
    assert_eq!(*chain.stage_of("alice", &work), Stage::Settled { epoch: 1 });
}

/// The preview foresees what a close at this moment would settle: at the last moment, all of it.
#[test]
fn the_preview_foresees_what_becomes_final() {
    let mut chain = contributors(four_streams());
    let subs = [
        ("alice", improvement(0, 1, 2_400_000_000)),
        ("bob", improvement(0, 2, 2_000_000_000)),
        ("carol", tokens(0, 3, 7)),
        ("carol", tokens(0, 4, 8)),
    ];
    chain.contribute(&subs);
    chain.ok("hunter", contest(contribution("carol", &subs[3].1), 1_000));
    let foreseen = |chain: &Chain| chain.state.preview_inputs().unwrap().contributions;
    assert_eq!(foreseen(&chain).id, [0_u64; 0], "all windows are open");
    chain.apply(START + DAY_MS - 1, Vec::new(), Vec::new());
    let preview = foreseen(&chain);
    let applied = chain.close();
    let inputs = &applied.closed.as_ref().unwrap().inputs;
    assert_eq!(preview, inputs.contributions);
    assert_eq!(preview.id.len(), 4, "the judges' time is over too");
    assert_eq!(foreseen(&chain).id, [0_u64; 0]);
}

/// The same submission again says so and changes nothing, at every stage of its life.
#[test]
fn a_repetition_changes_nothing_at_any_stage() {
    let limit = RateLimit { most: 1, interval_ms: DAY_MS, cooldown_ms: 0 };
    let mut chain = changed(|rules| rules.rate_limit = Some(limit));
    let work = tokens(0, 1, 5);
    let repeated = |chain: &mut Chain, what: &str| {
        let mut control = Snapshot::take(chain).chain();
        let applied = chain.ok("alice", submit(&work));
        let event = Event::Repeated { contribution: contribution("alice", &work) };
        assert_eq!(contribution_events(&applied), [event], "{what}");
        control.ok("alice", transfer(address("alice"), 0, 1));
        assert_eq!(rows_of(&chain.state), rows_of(&control.state), "{what}");
    };
    chain.ok("alice", submit(&work));
    repeated(&mut chain, "submitted");
    for who in ["v1", "v2"] {
        chain.ok(who, verify(vec![approve("alice", &work)]));
    }
    repeated(&mut chain, "verified by two");
    chain.ok("v3", verify(vec![approve("alice", &work)]));
    repeated(&mut chain, "accepted");
    chain.close();
    repeated(&mut chain, "settled");
    chain.close();
    repeated(&mut chain, "in the last epoch of its window");
    chain.close();
    assert_eq!(chain.row("alice", &work), None, "its id can never be used again");
    assert_eq!(chain.refused("alice", submit(&work)), 1403);
}

/// What is settled, closed or under way after its window is kept as long as it must be, and an id
/// that was forgotten stays unusable when the window grows.
#[test]
fn a_longer_window_revives_no_id() {
    let mut chain = contributors(four_streams());
    let work = tokens(0, 1, 5);
    chain.contribute(&[("alice", work.clone())]);
    (0..3).for_each(|_| drop(chain.close()));
    assert_eq!((chain.epoch(), chain.row("alice", &work)), (3, None));
    let mut parameters = four_streams();
    parameters.contributions.as_mut().unwrap().submit_window_epochs = 1_000;
    chain.ok("friend", schedule_from(5, parameters));
    (0..3).for_each(|_| drop(chain.close()));
    // Epoch 4 closed with a horizon of 2 before the change; epoch 2 can still be named.
    assert_eq!((chain.epoch(), chain.state.contributions.horizon()), (6, 2));
    assert_eq!(chain.refused("alice", submit(&work)), 1403);
    assert_eq!(chain.refused("alice", submit(&tokens(1, 1, 5))), 1403);
    chain.ok("alice", submit(&tokens(2, 1, 5)));
}

/// Two verdicts against of three leave no way to two approvals: closed at the second. An unsure
/// verdict counts as against, one just sure enough for it.
#[test]
fn verdicts_decide_as_soon_as_the_outcome_is_certain() {
    let mut chain = contributors(four_streams());
    let subs: Vec<Sub> = (1..=4).map(|id| tokens(0, id, 10)).collect();
    chain.block(subs.iter().map(|sub| ("alice", submit(sub))).collect());
    let unsure = |sub: &Sub, confidence| Verdict { confidence, ..approve("alice", sub) };
    let against = |sub: &Sub| Verdict { approve: false, ..approve("alice", sub) };
    chain.ok("v1", verify(vec![unsure(&subs[0], 949_999), against(&subs[1])]));
    let applied = chain.ok("v2", verify(vec![against(&subs[0]), approve("alice", &subs[1])]));
    let closed = Event::Closed {
        contribution: contribution("alice", &subs[0]),
        reason: ClosedReason::Rejected,
    };
    assert!(contribution_events(&applied).contains(&closed));
    assert_eq!(chain.closed_as("alice", &subs[0]), Some(ClosedReason::Rejected));
    assert_eq!(chain.refused("v3", verify(vec![approve("alice", &subs[0])])), 1414);
    chain.ok("v3", verify(vec![unsure(&subs[1], 950_000)]));
    assert!(matches!(chain.stage_of("alice", &subs[1]), Stage::Accepted { .. }));
    // Two approvals of three are not yet a decision: the third measures too.
    chain.ok("v1", verify(vec![approve("alice", &subs[2])]));
    chain.ok("v2", verify(vec![approve("alice", &subs[2])]));
    assert!(matches!(chain.stage_of("alice", &subs[2]), Stage::Submitted { .. }));
    // At the end of their time they decide with what is there: two are enough, none is not.
    let applied = chain.close();
    assert!(matches!(chain.stage_of("alice", &subs[2]), Stage::Accepted { .. }));
    assert_eq!(chain.closed_as("alice", &subs[3]), Some(ClosedReason::Unverified));
    assert_eq!(settled(&applied).len(), 1, "number 2, accepted before");
}

/// Lower medians of what the approving verdicts measured; of a loss the upper one, and never less
/// than was claimed.
#[test]
fn what_verifiers_measure_counts() {
    let mut chain = changed(|rules| (rules.verifiers, rules.approvals) = (4, 3));
    let work = tokens(0, 1, 100);
    let better = improvement(0, 2, 2_000_000_000);
    chain.block(vec![("alice", submit(&work)), ("alice", submit(&better))]);
    // Quantity, first, second of v1 to v4; v4 rejects the tokens: what it measured does not count.
    let seen = [(90, 7, 1), (70, 5, 3), (80, 9, 2), (1, 1, 9)];
    let losses = [1_900_000_000, 2_300_000_000, 2_100_000_000, 2_200_000_000];
    for (at, who) in VERIFIERS.into_iter().enumerate() {
        let (quantity, first, second) = seen[at];
        let measured =
            Verdict { quantity, approve: at < 3, ..rated(approve("alice", &work), first, second) };
        let loss = Verdict { quantity: losses[at], ..approve("alice", &better) };
        chain.ok(who, verify(vec![measured, loss]));
    }
    let found = |sub: &Sub| match chain.stage_of("alice", sub) {
        Stage::Accepted { found, .. } => *found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(&work), Found { quantity: 80, first: 7, second: 2 });
    // Sorted 1.9, 2.1, 2.2, 2.3: the upper one of the two in the middle.
    assert_eq!(found(&better), Found { quantity: 2_200_000_000, first: ONE, second: ONE });
}

/// Shares of approving verdicts become a multiplier by steps; few verdicts have one of their own.
#[test]
fn consensus_gives_multipliers() {
    let steps = |list: &[(&str, &str)]| Steps {
        steps: list
            .iter()
            .map(|(from, value)| Step { from: ratio(from), value: ratio(value) })
            .collect(),
    };
    let quality = steps(&[("0", "0.5"), ("0.7", "0.8"), ("0.95", "1.5")]);
    let consensus =
        |few| MultiplierRule::Consensus { steps: quality.clone(), few, few_value: ratio("0.8") };
    for (few, against, expected) in [(3, 0, 1_500_000), (3, 1, 500_000), (4, 0, 800_000)] {
        let mut parameters = four_streams();
        let Score::Rate(score) = &mut parameters.streams[0].score else { panic!() };
        score.first.rule = consensus(few);
        let mut chain = contributors(parameters);
        let work = tokens(0, 1, 100);
        chain.ok("alice", submit(&work));
        for (at, who) in ["v1", "v2", "v3"].into_iter().enumerate() {
            let verdict = Verdict { approve: at >= against, ..approve("alice", &work) };
            chain.ok(who, verify(vec![rated(verdict, 7, 7)]));
        }
        let Stage::Accepted { found, .. } = chain.stage_of("alice", &work) else { panic!() };
        assert_eq!((found.first, found.second), (expected, 7), "{few} {against}");
    }
}

/// A challenge that wins: the bond returns, nothing is paid, the dataset may come again.
#[test]
fn a_refuted_contribution_is_closed_and_its_dataset_free() {
    let mut chain = contributors(four_streams());
    let data = dataset(0, 1, 1_000_000_000);
    chain.contribute(&[("alice", data.clone())]);
    let mut again = dataset(0, 9, 1_000_000_000);
    again.content = data.content;
    let disputed = contribution("alice", &data);
    chain.ok("hunter", contest(disputed, 1_001));
    assert_eq!(chain.locked("hunter", LockKind::ContributionBond), 1_001);
    chain.ok("j1", rule_on(disputed, true));
    chain.ok("j2", rule_on(disputed, false));
    assert!(chain.state.contributions.challenge(&id_of(&chain, "alice", &data)).is_some());
    let applied = chain.ok("j3", rule_on(disputed, true));
    let reason = ClosedReason::Refuted;
    let closed = Event::Closed { contribution: disputed, reason };
    assert!(contribution_events(&applied).contains(&closed));
    assert_eq!(chain.spendable("hunter"), RICH);
    chain.contribute(&[("bob", again.clone())]);
    assert_eq!(settled(&chain.close()), [(contribution("bob", &again), 1_000_000_000)]);
    assert_eq!(chain.closed_as("alice", &data), Some(reason));
}

/// A challenge that loses: half of the bond, rounded down, to the contributor, the rest burned; the
/// window stays as it was, and another challenge is possible in it.
#[test]
fn an_upheld_contribution_earns_half_the_bond() {
    let mut chain = changed(|rules| {
        rules.challenge_window = Duration::Milliseconds(2 * DAY_MS);
    });
    let work = tokens(0, 1, 7);
    chain.contribute(&[("alice", work.clone())]);
    let stage = chain.stage_of("alice", &work).clone();
    let disputed = contribution("alice", &work);
    let burned = chain.burned();
    for (who, times) in [("hunter", 1), ("carol", 2)] {
        chain.ok(who, contest(disputed, 1_001));
        chain.ok("j1", rule_on(disputed, false));
        let applied = chain.ok("j2", rule_on(disputed, false));
        let (challenger, bond) = (address(who), amount(1_001));
        let upheld = Event::Upheld { contribution: disputed, challenger, bond };
        assert!(contribution_events(&applied).contains(&upheld));
        assert_eq!(chain.balance("alice"), RICH + times * 500);
        assert_eq!(chain.balance(who), RICH - 1_001);
        assert_eq!(chain.burned(), burned + times * 501);
        assert_eq!(*chain.stage_of("alice", &work), stage);
    }
    assert_eq!(settled(&chain.close()), []);
    assert_eq!(settled(&chain.close()), [], "accepted 2 s after the epoch began");
    assert_eq!(settled(&chain.close()), [(disputed, 7)]);
}

/// Judges that do not decide in time leave everything as it was; until then nothing is paid.
#[test]
fn an_undecided_challenge_holds_a_contribution_up_and_no_longer() {
    let mut chain = changed(|rules| {
        rules.decision_window = Duration::Milliseconds(DAY_MS);
    });
    let work = tokens(0, 1, 7);
    chain.contribute(&[("alice", work.clone())]);
    let disputed = contribution("alice", &work);
    chain.ok("hunter", contest(disputed, 1_000));
    chain.ok("j1", rule_on(disputed, true));
    assert_eq!(settled(&chain.close()), []);
    let applied = chain.close();
    let events = contribution_events(&applied);
    assert!(events.contains(&Event::Undecided { contribution: disputed }));
    assert_eq!(settled(&applied), [(disputed, 7)]);
    assert_eq!((chain.balance("hunter"), chain.spendable("hunter")), (RICH, RICH));
}

/// Losses of one close, all measured against the record at its start: each step is shared by all
/// that reached it, equal ones get the same; what is too little alone is not paid, shares nothing
/// and moves no record; other models do not care.
#[test]
fn improvements_do_not_depend_on_who_came_first() {
    let mut parameters = four_streams();
    parameters.models[1].recorded_loss = 1_000;
    let mut chain = contributors(parameters);
    let mut other = improvement(0, 7, 900);
    other.model = Some(ModelId(1));
    let subs = [
        ("carol", improvement(0, 1, 2_000_000_000)),
        ("alice", improvement(0, 2, 2_400_000_000)),
        ("bob", improvement(0, 3, 2_400_000_000)),
        // 0.05 % of 2.5: too little.
        ("alice", improvement(0, 4, 2_498_750_000)),
        ("bob", other),
    ];
    chain.contribute(&subs);
    let applied = chain.close();
    let quantity = |at: usize| {
        let key = contribution(subs[at].0, &subs[at].1);
        settled(&applied).into_iter().find(|(of, _)| *of == key).map(|(_, quantity)| quantity)
    };
    // 0.1 of 2.5 is 4 %, by three; then 0.4 of 2.5 is 16 %; 100 of 1,000.
    assert_eq!(quantity(0), Some(13_333_333 + 160_000_000));
    assert_eq!((quantity(1), quantity(2)), (Some(13_333_333), Some(13_333_333)));
    assert_eq!(quantity(3), None);
    assert_eq!(quantity(4), Some(100_000_000));
    assert_eq!(chain.closed_as("alice", &subs[3].1), Some(ClosedReason::NoImprovement));
    let loss = |model| chain.state.contributions.loss(ModelId(model));
    assert_eq!((loss(0), loss(1)), (Some(2_000_000_000), Some(900)));
    // Verified before, overtaken by the record.
    assert_eq!(chain.refused("alice", submit(&improvement(1, 1, 2_000_000_000))), 1404);
    chain.ok("alice", submit(&improvement(1, 1, 1_999_999_999)));
}

/// A challenged improvement whose window is over holds up those of its model, and no others; a lost
/// challenge takes nothing from it, a won one leaves all to the others.
#[test]
fn a_disputed_improvement_holds_its_model_up() {
    for refuted in [false, true] {
        let mut parameters = four_streams();
        parameters.models[1].recorded_loss = 1_000;
        let rules = parameters.contributions.as_mut().unwrap();
        rules.decision_window = Duration::Milliseconds(5 * DAY_MS);
        let mut chain = contributors(parameters);
        let (late, better) = (improvement(0, 1, 2_300_000_000), improvement(0, 2, 2_000_000_000));
        let (mut other, work) = (improvement(0, 3, 900), tokens(0, 4, 7));
        other.model = Some(ModelId(1));
        chain.contribute(&[
            ("alice", late.clone()),
            ("bob", better.clone()),
            ("bob", other.clone()),
            ("bob", work.clone()),
        ]);
        let disputed = contribution("alice", &late);
        chain.ok("hunter", contest(disputed, 1_000));
        let (others, tokens) = (contribution("bob", &other), contribution("bob", &work));
        let mut first = settled(&chain.close());
        first.sort();
        assert_eq!(first, [(others, 100_000_000), (tokens, 7)]);
        assert_eq!(settled(&chain.close()), []);
        assert_eq!(chain.state.contributions.loss(ModelId(0)), None);
        chain.block(vec![("j1", rule_on(disputed, refuted)), ("j2", rule_on(disputed, refuted))]);
        let preview = chain.state.preview_inputs().unwrap().contributions;
        let applied = chain.close();
        assert_eq!(preview, applied.closed.as_ref().unwrap().inputs.contributions);
        let mut found = settled(&applied);
        found.sort();
        let best = contribution("bob", &better);
        // 8 % by two and 12 % more, or 20 % alone.
        let mut expected = match refuted {
            false => vec![(disputed, 40_000_000), (best, 160_000_000)],
            true => vec![(best, 200_000_000)],
        };
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(chain.state.contributions.loss(ModelId(0)), Some(2_000_000_000));
    }
}

/// The same content twice before either is final: the one submitted first is paid.
#[test]
fn of_two_equal_datasets_the_first_submitted_is_paid() {
    let mut chain = contributors(four_streams());
    let first = dataset(0, 1, 1_000_000_000);
    chain.block(vec![("alice", submit(&first)), ("bob", submit(&first))]);
    for owner in ["bob", "alice"] {
        for who in ["v1", "v2", "v3"] {
            chain.ok(who, verify(vec![approve(owner, &first)]));
        }
    }
    assert_eq!(settled(&chain.close()), [(contribution("alice", &first), 1_000_000_000)]);
    assert_eq!(chain.closed_as("bob", &first), Some(ClosedReason::DuplicateDataset));
    let mut again = dataset(1, 2, 5);
    again.content = first.content;
    assert_eq!(chain.refused("carol", submit(&again)), 1407, "for ever");
}

/// A network that gives contributions up: what is under way ends unpaid at the next close, bonds
/// return, and its ids stay unusable even if they are taken up again.
#[test]
fn contributions_end_with_their_rules() {
    let mut chain = contributors(four_streams());
    let slow = Duration::Milliseconds(5 * DAY_MS);
    let mut slower = four_streams();
    let rules = slower.contributions.as_mut().unwrap();
    (rules.verify_window, rules.challenge_window, rules.decision_window) = (slow, slow, slow);
    chain.ok("friend", schedule_from(1, slower));
    chain.close();
    let (open, accepted, disputed) = (tokens(1, 1, 5), dataset(1, 2, 5), tokens(1, 3, 5));
    chain.ok("alice", submit(&open));
    chain.contribute(&[("alice", accepted.clone()), ("alice", disputed.clone())]);
    chain.ok("hunter", contest(contribution("alice", &disputed), 1_000));
    let mut without = parameters();
    without.assets[0].cap = amount(1_000_000_000_000);
    without.emission.allocation = amount(100_000_000_000);
    without.models[0].recorded_loss = LOSS;
    chain.ok("friend", schedule_from(2, without));
    chain.ok("friend", schedule_from(4, four_streams()));
    chain.close();
    assert_eq!(chain.refused("alice", submit(&open)), 1401);
    let applied = chain.close();
    let closed = contribution_events(&applied);
    for sub in [&open, &accepted, &disputed] {
        let contribution = contribution("alice", sub);
        let reason = ClosedReason::StreamEnded;
        assert!(closed.contains(&Event::Closed { contribution, reason }), "{sub:?}");
    }
    assert_eq!(chain.spendable("hunter"), RICH);
    assert_eq!(chain.state.contributions.rows().count(), 0);
    chain.close();
    assert_eq!(chain.epoch(), 4);
    assert_eq!(chain.refused("alice", submit(&tokens(2, 1, 5))), 1403);
    chain.ok("alice", submit(&tokens(3, 1, 5)));
    let mut again = dataset(4, 9, 5);
    again.content = accepted.content;
    chain.ok("alice", submit(&again));
}

/// A stream that pays for something else ends what was submitted to it.
#[test]
fn a_stream_that_changes_its_kind_ends_its_contributions() {
    let mut chain = contributors(four_streams());
    let work = tasks(0, 1, 5);
    let mut changed = four_streams();
    let (first, second) = (changed.streams[0].score.clone(), changed.streams[2].score.clone());
    (changed.streams[2].score, changed.streams[0].score) = (first, second);
    chain.ok("friend", schedule_from(1, changed));
    let long = START + DAY_MS - DAY_MS / 8;
    chain.apply(long, vec![("alice", submit(&work))], Vec::new());
    for who in ["v1", "v2"] {
        chain.ok(who, verify(vec![approve("alice", &work)]));
    }
    chain.close();
    chain.ok("v3", verify(vec![approve("alice", &work)]));
    assert_eq!(chain.closed_as("alice", &work), Some(ClosedReason::StreamEnded));
}
