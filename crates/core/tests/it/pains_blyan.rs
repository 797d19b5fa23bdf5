//! What is wrong in Blyan's rewards, and what happens here. `pain_blyan_NN` is finding B-NN of
//! `reference/blyan-hanzo-moderntensor.md` §4.

use crate::buckets;
use crate::contribution_kit::*;
use crate::kit::*;
use workmint_amounts::{Amount, Ratio};
use workmint_core::block::Applied;
use workmint_core::modules::contributions::{ClosedReason, Event, Stage};
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::ledger::{AccountHandle, LockKind};
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{BucketLine, worth};
use workmint_core::time::DAY_MS;
use workmint_core::tree::{Tree, verify as proves};
use workmint_core::{Hash, State};

/// The four streams, and what is settled is paid at once.
fn paying() -> Parameters {
    let mut parameters = four_streams();
    parameters.claims.mode = ClaimMode::Push;
    parameters
}

/// One stream that pays 1,000 a task from a budget of so much a day; unused budget ends with the
/// day, what it cannot pay stays owed.
fn tasks_only(budget: u128) -> Parameters {
    let mut parameters = paying();
    parameters.emission.schedule =
        Schedule::Exponential { initial: amount(budget), rate: "0".parse().unwrap() };
    parameters.streams = vec![four_rates().remove(2), work_stream()];
    parameters.streams[0].source = Source::Emission { share: Ratio::ONE };
    let bucket = Bucket { floor: ratio("0.5"), ceiling: Ratio::ONE, priority: 1 };
    parameters.streams[0].split = Split::Rate(bucket);
    let rules = parameters.buckets.as_mut().unwrap();
    (rules.rollover_epochs, rules.backpay) = (0, Some(buckets::backpay()));
    parameters
}

/// The first stream's bucket at a close.
fn line(applied: &Applied) -> BucketLine {
    let record = &applied.closed.as_ref().unwrap().record;
    record.header.streams[0].bucket.unwrap()
}

/// What alice, bob and carol gained since genesis.
fn gains(chain: &Chain) -> [u128; 3] {
    ["alice", "bob", "carol"].map(|who| chain.balance(who) - RICH)
}

/// What all are owed.
fn owed(chain: &Chain) -> u128 {
    chain.state.rewards.backpay().map(|(_, owed)| owed.amount.get()).sum()
}

/// There: two ordinary claims, 100 and 50, pay 300, each twice. Here: 150.
#[test]
fn pain_blyan_01_two_claims_are_paid_once_each() {
    let mut chain = contributors(paying());
    let (first, second) = (tokens(0, 1, 100_000), tokens(0, 2, 50_000));
    chain.contribute(&[("alice", first), ("alice", second)]);
    chain.close();
    assert_eq!(gains(&chain), [15_000, 0, 0]);
    chain.close();
    assert_eq!((gains(&chain), chain.minted()), ([15_000, 0, 0], 15_000));
}

/// There: a duplicate is accepted before the distribution, an honest equal claim is not, and a
/// replay in the next hour is paid. Here: an id is paid once, however often it is sent.
#[test]
fn pain_blyan_02_an_id_counts_once_and_equal_work_twice() {
    let mut chain = contributors(paying());
    let first = tokens(0, 1, 10_000);
    let mut equal = first.clone();
    (equal.id, equal.content) = (2, Hash([9; 32]));
    let repeated = |applied: &Applied| {
        let events = contribution_events(applied);
        events.iter().filter(|event| matches!(event, Event::Repeated { .. })).count()
    };
    chain.contribute(&[("alice", first.clone()), ("alice", equal)]);
    assert_eq!(repeated(&chain.ok("alice", submit(&first))), 1);
    chain.close();
    assert_eq!(gains(&chain), [2_000, 0, 0]);
    assert_eq!(repeated(&chain.ok("alice", submit(&first))), 1);
    chain.close();
    assert_eq!(gains(&chain), [2_000, 0, 0]);
    // The same id for other work is refused.
    let mut other = first;
    other.quantity += 1;
    assert_eq!(chain.refused("alice", submit(&other)), 1_405);
}

/// There: what a bucket cannot pay is queued again each cycle, 100 owed become 500, and fulfilled
/// backpay pays nobody. Here: it is owed once, and paid to whom it is owed.
#[test]
fn pain_blyan_03_backpay_never_grows_and_is_paid() {
    let mut chain = contributors(tasks_only(30_000));
    chain.contribute(&[("alice", tasks(0, 1, 100))]);
    let expected = [(30_000, 70_000), (60_000, 40_000), (90_000, 10_000), (100_000, 0)];
    for (paid, left) in expected {
        chain.close();
        assert_eq!((gains(&chain)[0], owed(&chain)), (paid, left));
    }
    chain.close();
    assert_eq!((gains(&chain), owed(&chain)), ([100_000, 0, 0], 0));
}

/// There: 30 of 100 granted is recorded as 100 paid, and the claim closed. Here: 30 paid, 70 owed.
#[test]
fn pain_blyan_04_a_partial_payment_is_recorded_as_one() {
    let mut chain = contributors(tasks_only(30_000));
    chain.contribute(&[("alice", tasks(0, 1, 100))]);
    let line = line(&chain.close());
    let amounts = [line.demand, line.paid_new, line.newly_owed, line.owed].map(Amount::get);
    assert_eq!(amounts, [100_000, 30_000, 70_000, 70_000]);
    let rows: Vec<(u64, u128)> = chain
        .state
        .rewards
        .backpay()
        .map(|((_, epoch, _), owed)| (*epoch, owed.amount.get()))
        .collect();
    assert_eq!(rows, [(0, 70_000)]);
}

/// There: configured rates are ignored (7 counts 1, 99 counts 10). Here: the file's rates pay.
#[test]
fn pain_blyan_05_rates_of_the_file_count() {
    for (rate, paid) in [(7_000, 21_000), (99_000, 297_000)] {
        let mut parameters = tasks_only(1_000_000);
        let Score::Rate(rule) = &mut parameters.streams[0].score else { panic!("a rate") };
        rule.rate = amount(rate);
        let mut chain = contributors(parameters);
        chain.contribute(&[("alice", tasks(0, 1, 3))]);
        chain.close();
        assert_eq!(gains(&chain), [paid, 0, 0], "{rate}");
    }
}

/// There: NaN as quality pays the most, a negative complexity pays negative amounts, a negative
/// allocation makes budget. Here: numbers are whole and at least 0, and each has its range.
#[test]
fn pain_blyan_06_numbers_have_ranges() {
    let mut chain = contributors(tasks_only(1_000_000));
    let (modest, immodest) = (tasks(0, 1, 1), tasks(0, 2, 1));
    chain.block(vec![("alice", submit(&modest)), ("bob", submit(&immodest))]);
    for quantity in [0, u64::MAX] {
        assert_eq!(chain.refused("alice", submit(&tasks(0, 3, quantity))), 1_404);
    }
    let mut unsure = approve("alice", &modest);
    unsure.confidence = ONE + 1;
    assert_eq!(chain.refused("v1", verify(vec![unsure])), 1_404);
    // Complexity of 0 counts 1, of 4,294 counts 2: the ends of the range.
    for who in ["v1", "v2", "v3"] {
        let least = rated(approve("alice", &modest), 0, 0);
        let most = rated(approve("bob", &immodest), u32::MAX, u32::MAX);
        chain.ok(who, verify(vec![least, most]));
    }
    chain.close();
    assert_eq!(gains(&chain), [1_000, 2_000, 0]);
}

/// There: rollover stops at three hours whatever is configured, and floors and ceilings are only
/// printed. Here: unused budget lasts as long as the file says.
#[test]
fn pain_blyan_07_rollover_lasts_as_configured() {
    let mut parameters = tasks_only(10_000);
    parameters.buckets.as_mut().unwrap().rollover_epochs = 24;
    let mut chain = contributors(parameters);
    (0..30).for_each(|_| drop(chain.close()));
    // 24 days of budget that rolled over, and the day's own, are 250 tasks; one more is owed.
    chain.contribute(&[("alice", tasks(30, 1, 251))]);
    let line = line(&chain.close());
    let amounts = [line.rolled_in, line.expired, line.paid_new, line.owed].map(Amount::get);
    assert_eq!(amounts, [250_000, 10_000, 250_000, 1_000]);
}

/// The second half of finding 7: with all the demand, inference pays its ceiling, and the floors of
/// the others stay theirs.
#[test]
fn pain_blyan_07_floors_and_ceilings_hold() {
    let mut chain = contributors(paying());
    chain.contribute(&[("alice", tokens(0, 1, 50_000_000))]);
    let applied = chain.close();
    let streams = &applied.closed.as_ref().unwrap().record.header.streams;
    let lines: Vec<BucketLine> = streams.iter().filter_map(|stream| stream.bucket).collect();
    // Of 1,000,000 a day: 450,000 its own, and 150,000 borrowed of 200,000 that may be lent.
    let paid: Vec<u128> = lines.iter().map(|line| line.paid_new.get()).collect();
    assert_eq!(paid, [600_000, 0, 0, 0]);
    assert_eq!(lines[0].borrowed.get(), 150_000);
    for (line, floor) in lines.iter().skip(1).zip([250_000, 50_000, 50_000]) {
        assert!(line.rolled_out.get() >= floor, "{line:?}");
    }
    assert_eq!(lines.iter().map(|line| line.lent.get()).sum::<u128>(), 150_000);
}

/// There: decay is applied again at every call: 900, 810, 729. Here: a unit is worth its factor,
/// however often one looks.
#[test]
fn pain_blyan_08_decay_never_compounds() {
    let mut parameters = buckets::one();
    parameters.emission.schedule = Schedule::FixedPerBlock { reward: amount(1) };
    let mut left = 1_000;
    for day in 10..20 {
        let mut inputs = buckets::inputs(&[]);
        inputs.backpay = vec![buckets::owed(0, day, 3, left, day)];
        for _ in 0..3 {
            // Half is due on each of these days; a unit paid closes two.
            let plan = buckets::buckets(&parameters, &inputs).remove(0);
            let (due, paid) = (plan.line.due.get(), plan.line.paid_backpay.get());
            assert_eq!((due, paid, plan.line.owed.get()), (left / 2, 1, left - 2), "day {day}");
        }
        left -= 2;
    }
}

/// The second half of finding 8. There: a fixed floor pays 136,986 a day of 100 M that exist, five
/// times the 10 % a year. Here: bounds are shares of the schedule's own inflation, and without a
/// floor the rate alone decides.
#[test]
fn pain_blyan_08_a_budget_follows_its_own_rate() {
    let days = |of_supply, least: &str, issued: u128| {
        let mut emission = parameters().emission;
        emission.schedule = Schedule::Inflation {
            base: amount(1_000_000_000),
            rate: ratio("0.1"),
            year_epochs: 365,
            dynamic: Some(DynamicBudget {
                of_supply,
                full_activity: 10,
                least_activity: Ratio::ONE,
                most_activity: Ratio::ONE,
                backlog: Steps { steps: vec![Step { from: Ratio::ZERO, value: Ratio::ONE }] },
                least: ratio(least),
                most: ratio("1.5"),
            }),
        };
        let facts = Facts { asset_issued: amount(issued), ..Facts::default() };
        scheduled(&emission, &facts).unwrap().get()
    };
    assert_eq!(days(true, "0", 100_000_000), 27_397);
    assert_eq!(days(false, "0.5", 100_000_000), 273_972);
    assert_eq!(days(true, "0.5", 100_000_000), 136_986, "a network may want the peer's floor");
}

/// There: pending claims are in memory only, and a restart loses them. Here: they are state.
#[test]
fn pain_blyan_09_a_restart_loses_nothing() {
    let run = |restart: bool| {
        let mut chain = contributors(tasks_only(30_000));
        let pause = |chain: &mut Chain| {
            if restart {
                chain.state = State::import(&chain.state.export().unwrap()).unwrap();
            }
        };
        let work = tasks(0, 1, 100);
        chain.ok("alice", submit(&work));
        pause(&mut chain);
        for who in ["v1", "v2", "v3"] {
            chain.ok(who, verify(vec![approve("alice", &work)]));
            pause(&mut chain);
        }
        for _ in 0..4 {
            chain.close();
            pause(&mut chain);
        }
        (gains(&chain), rows_of(&chain.state))
    };
    let (paid, rows) = run(true);
    assert_eq!(paid, [100_000, 0, 0]);
    assert_eq!((paid, rows), run(false));
}

/// There: after 100,000 claims arbitrary ones are forgotten and can be paid again. Here: an id is
/// forgotten only when its epoch can never be named again.
#[test]
fn pain_blyan_10_what_is_forgotten_cannot_come_back() {
    let mut chain = contributors(paying());
    let work = tokens(0, 1, 10_000);
    chain.contribute(&[("alice", work.clone())]);
    for _ in 0..6 {
        chain.close();
        let kept = chain.row("alice", &work).is_some();
        let applied = chain.apply(chain.now() + 1, vec![("alice", submit(&work))], Vec::new());
        match (&applied.results[0], kept) {
            (Ok(()), true) => {}
            (Err(error), false) => assert_eq!(error.code(), 1_403),
            other => panic!("epoch {}: {other:?}", chain.epoch()),
        }
    }
    assert!(chain.row("alice", &work).is_none());
    assert_eq!(gains(&chain), [1_000, 0, 0]);
}

/// There: of n Merkle proofs one verifies. Here: all of them.
#[test]
fn pain_blyan_11_every_proof_verifies() {
    let mut parameters = paying();
    parameters.claims.mode = ClaimMode::Pull;
    let mut chain = contributors(parameters);
    let work = |who, id| (who, tokens(0, id, 10_000 * id));
    chain.contribute(&[work("alice", 1), work("bob", 2), work("carol", 3)]);
    let record = chain.close().closed.unwrap().record;
    assert_eq!(record.entries.len(), 3);
    let tree = Tree::new(record.entries.leaves(0));
    assert_eq!(tree.root(), record.header.root);
    for at in 0..3 {
        let leaf = record.entries.leaf(0, at).unwrap();
        let proof = tree.proof(&leaf.hash()).unwrap();
        assert!(proves(&record.header.root, &leaf, &proof), "entry {at}");
    }
}

/// What is held, less what must exist: genesis, and what was minted and not burned.
fn difference(chain: &Chain, genesis: u128) -> i128 {
    let ledger = &chain.state.ledger;
    let accounts = (0..ledger.account_count()).map(AccountHandle);
    let held: u128 = accounts.map(|at| ledger.holding(at, GNK).balance.get()).sum();
    let pots = ledger.pots().filter(|(asset, _, _)| *asset == GNK);
    let pots: u128 = pots.map(|(_, _, amount)| amount.get()).sum();
    let must = genesis + chain.minted() - chain.burned();
    i128::try_from(held + pots).unwrap() - i128::try_from(must).unwrap()
}

/// There: engines stop half-way with errors of the language, and the supply check is always off by
/// 100 M. Here: the difference is 0 after every block, and what is refused changes nothing: a chain
/// that saw no wrong message pays the same.
#[test]
fn pain_blyan_12_supply_is_what_genesis_and_emission_say() {
    let genesis = verified_genesis(paying());
    let exists: u128 = genesis
        .allocations
        .iter()
        .filter(|allocation| allocation.asset == GNK)
        .map(|allocation| allocation.amount.get())
        .sum();
    let (mut right, mut wrong) = (contributors(paying()), contributors(paying()));
    for round in 0..4 {
        let (mine, yours) = (tokens(round, 1, 20_000), tasks(round, 1, 3));
        let refuted = tokens(round, 2, 7_000);
        for chain in [&mut right, &mut wrong] {
            let all = [("alice", mine.clone()), ("bob", yours.clone()), ("alice", refuted.clone())];
            chain.contribute(&all);
            chain.ok("hunter", contest(contribution("alice", &refuted), 1_000));
            assert_eq!(difference(chain, exists), 0);
        }
        let of_nobody = Sub { stream: name("nobody"), ..tokens(round, 9, 1) };
        let of_no_model = Sub { model: None, ..tokens(round, 9, 1) };
        let other = Sub { quantity: 20_001, ..mine.clone() };
        let messages = [
            ("alice", submit(&of_nobody)),
            ("alice", submit(&of_no_model)),
            ("alice", submit(&tokens(round, 9, 0))),
            ("alice", submit(&improvement(round, 9, LOSS))),
            ("alice", submit(&other)),
            ("hunter", submit(&tokens(round, 9, 1))),
            ("bob", verify(vec![approve("alice", &mine)])),
            ("hunter", contest(contribution("bob", &yours), u128::MAX)),
            ("hunter", rule_on(contribution("alice", &refuted), true)),
        ];
        for (who, message) in messages {
            wrong.refused(who, message);
            right.block(Vec::new());
            assert_eq!(difference(&wrong, exists), 0);
        }
        for chain in [&mut right, &mut wrong] {
            for judge in ["j1", "j2"] {
                chain.ok(judge, rule_on(contribution("alice", &refuted), true));
            }
            chain.close();
            assert_eq!(difference(chain, exists), 0);
        }
    }
    // 20,000 tokens at 100 for 1,000, and 3 tasks at 1,000, four times.
    assert_eq!(gains(&right), [8_000, 12_000, 0]);
    assert_eq!(gains(&wrong), gains(&right));
    assert_eq!(wrong.minted(), right.minted());
    assert_eq!(wrong.balance("hunter"), right.balance("hunter"));
}

/// There: anybody may drain a bucket or start the distribution. Here: only what verifiers accept is
/// paid, and an epoch closes by time.
#[test]
fn pain_blyan_13_nobody_drains_a_bucket() {
    let mut chain = contributors(paying());
    let work = tokens(0, 1, 10_000);
    assert!(chain.refused("hunter", submit(&work)) > 0, "it takes part in nothing");
    chain.ok("alice", submit(&work));
    for who in ["alice", "bob", "hunter", "friend", "j1"] {
        assert_eq!(chain.refused(who, verify(vec![approve("alice", &work)])), 1_411);
    }
    chain.close();
    assert_eq!(gains(&chain), [0; 3]);
    assert_eq!(chain.closed_as("alice", &work), Some(ClosedReason::Unverified));
}

/// There: an entry is written before the balance is looked at. Here: a message that fails changes
/// nothing.
#[test]
fn pain_blyan_14_a_refused_message_changes_nothing() {
    let mut chain = contributors(paying());
    let work = tokens(0, 1, 10_000);
    chain.contribute(&[("alice", work.clone())]);
    let stage = chain.stage_of("alice", &work).clone();
    let before = chain.balance("hunter");
    chain.refused("hunter", contest(contribution("alice", &work), before + 1));
    assert_eq!(*chain.stage_of("alice", &work), stage);
    assert_eq!(chain.balance("hunter"), before);
    assert_eq!(chain.locked("hunter", LockKind::ContributionBond), 0);
    chain.close();
    assert_eq!(gains(&chain), [1_000, 0, 0]);
}

/// There: epochs are texts, and "`epoch_9`" comes after "`epoch_10`". Here: what is owed for epoch
/// 9 is paid before what is owed for epoch 10.
#[test]
fn pain_blyan_15_epoch_9_is_before_epoch_10() {
    let mut chain = contributors(tasks_only(10_000));
    (0..9).for_each(|_| drop(chain.close()));
    chain.contribute(&[("bob", tasks(9, 1, 30))]);
    chain.close();
    assert_eq!(gains(&chain), [0, 10_000, 0]);
    chain.contribute(&[("alice", tasks(10, 1, 30))]);
    chain.close();
    // Half to backpay while new work waits.
    assert_eq!(gains(&chain), [5_000, 15_000, 0]);
    chain.close();
    assert_eq!(gains(&chain), [5_000, 25_000, 0], "15,000 owed for epoch 9, 25,000 for 10");
    chain.close();
    assert_eq!(gains(&chain), [10_000, 30_000, 0]);
}

/// There: challenge period, quorum of verifiers, rate limits and minimum rewards are lines of a
/// file that nothing reads. Here: what is challenged and refuted is not paid, ...
#[test]
fn pain_blyan_16_a_challenge_period() {
    let mut chain = contributors(paying());
    let work = tokens(0, 1, 10_000);
    chain.contribute(&[("alice", work.clone())]);
    assert!(matches!(chain.stage_of("alice", &work), Stage::Accepted { .. }));
    let key = contribution("alice", &work);
    chain.ok("hunter", contest(key, 1_000));
    chain.block(vec![("j1", rule_on(key, true)), ("j2", rule_on(key, true))]);
    chain.close();
    assert_eq!(chain.closed_as("alice", &work), Some(ClosedReason::Refuted));
    assert_eq!(gains(&chain), [0; 3]);
}

/// ... one verifier alone accepts nothing, ...
#[test]
fn pain_blyan_16_a_quorum_of_verifiers() {
    let mut chain = contributors(paying());
    let work = tokens(0, 1, 10_000);
    chain.ok("alice", submit(&work));
    chain.ok("v1", verify(vec![approve("alice", &work)]));
    assert_eq!(chain.refused("v1", verify(vec![approve("alice", &work)])), 1_416);
    chain.close();
    assert_eq!(chain.closed_as("alice", &work), Some(ClosedReason::Unverified));
    assert_eq!(gains(&chain), [0; 3]);
}

/// ... nobody submits more than the limit, and small work is paid the minimum.
#[test]
fn pain_blyan_16_rate_limits_and_minimum_rewards() {
    let mut parameters = tasks_only(1_000_000);
    let limit = RateLimit { most: 2, interval_ms: DAY_MS / 24, cooldown_ms: DAY_MS / 48 };
    parameters.contributions.as_mut().unwrap().rate_limit = Some(limit);
    let Score::Rate(rule) = &mut parameters.streams[0].score else { panic!("a rate") };
    rule.minimum = amount(5_000);
    let mut chain = contributors(parameters);
    chain.contribute(&[("alice", tasks(0, 1, 1)), ("alice", tasks(0, 2, 9))]);
    assert_eq!(chain.refused("alice", submit(&tasks(0, 3, 1))), 1_406);
    chain.close();
    assert_eq!(gains(&chain), [5_000 + 9_000, 0, 0]);
}

/// There: money is binary floats. Here: base units; what three share of a budget is exact, and so
/// is a worth beyond 2^53.
#[test]
fn pain_blyan_17_money_is_whole_units() {
    let mut chain = contributors(tasks_only(10_000));
    let work = |who, id| (who, tasks(0, id, 10));
    chain.contribute(&[work("alice", 1), work("bob", 2), work("carol", 3)]);
    let line = line(&chain.close());
    let paid: u128 = gains(&chain).iter().sum();
    assert_eq!(paid + owed(&chain), 30_000);
    assert_eq!(line.paid_new.get() + line.expired.get(), 10_000, "a unit that three cannot share");
    assert!(gains(&chain).iter().all(|gain| gain.abs_diff(3_333) <= 1));
    let Score::Rate(rule) = four_rates().remove(2).score else { panic!("a rate") };
    let (rule, quantity) = (RateScore { maximum: Amount::MAX, ..*rule }, (1_u64 << 53) + 1);
    let exact = worth(&rule, Ratio::from(quantity), (Ratio::ONE, Ratio::ONE)).unwrap();
    assert_eq!(exact.get(), 9_007_199_254_740_993_000);
}
