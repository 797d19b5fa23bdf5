//! Buckets: every rule by a small example worked out by hand. A contribution is worth its quantity
//! here, so that budgets, demands and payments are plain numbers.

use crate::kit::*;
use crate::reward_split::who;
use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::explain::{RateStep, explain};
use workmint_core::inputs::{Contributions, Liability, Lot, Participants, Row};
use workmint_core::modules::emission::Facts;
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{
    BackpayPaid, BucketLine, BucketPlan, Unpaid, UnpaidReason, plan,
};
use workmint_core::time::DAY_MS;

/// The epoch that closes in most tests.
pub(crate) const EPOCH: u64 = 100;
/// When it does.
pub(crate) const NOW: u64 = 1_000 * DAY_MS;

/// A stream that pays a unit for a task.
pub(crate) fn rate_stream(text: &str, share: &str, bounds: (&str, &str), priority: u8) -> Stream {
    let one = || Multiplier { min: Ratio::ONE, max: Ratio::ONE, rule: MultiplierRule::Measured };
    let score = Score::Rate(Box::new(RateScore {
        kind: ContributionKind::Tasks,
        rate: amount(1),
        first: one(),
        second: one(),
        minimum: Amount::ZERO,
        maximum: Amount::MAX,
        least_improvement: Ratio::ZERO,
    }));
    let bounds = Bucket { floor: ratio(bounds.0), ceiling: ratio(bounds.1), priority };
    Stream { split: Split::Rate(bounds), ..emission_stream(text, share, score) }
}

/// Backpay decays to a half after 10 days, to a tenth after 20, and lasts 30.
pub(crate) fn backpay() -> Backpay {
    let step = |from: &str, value: &str| Step { from: ratio(from), value: ratio(value) };
    Backpay {
        max_age_ms: 30 * DAY_MS,
        decay: Steps { steps: vec![step("0", "1"), step("10", "0.5"), step("20", "0.1")] },
        max_periods: 1_000,
        share: ratio("0.5"),
    }
}

/// 1,000 an epoch to the streams given.
pub(crate) fn network(streams: Vec<Stream>) -> Parameters {
    let mut network = parameters();
    network.emission.schedule = Schedule::FixedPerBlock { reward: amount(1_000) };
    network.emission.allocation = amount(10_000_000);
    network.streams = streams;
    network.buckets = Some(Buckets {
        rollover_epochs: 3,
        max_recipient_share: Ratio::ONE,
        backpay: Some(backpay()),
        alerts: None,
    });
    network
}

/// The four streams of document 002: 450, 350, 100, 100 of 1,000.
pub(crate) fn four() -> Parameters {
    network(vec![
        rate_stream("inference", "0.45", ("0.30", "0.60"), 4),
        rate_stream("learning", "0.35", ("0.25", "0.50"), 1),
        rate_stream("validation", "0.10", ("0.05", "0.15"), 2),
        rate_stream("dataset", "0.10", ("0.05", "0.15"), 3),
    ])
}

/// One stream with the whole budget.
pub(crate) fn one() -> Parameters {
    network(vec![rate_stream("tasks", "1", ("0.5", "1"), 1)])
}

/// What became final: stream, participant, worth.
pub(crate) type Work = (u16, u32, u64);

/// Inputs of a network with 8 participants.
pub(crate) fn inputs(work: &[Work]) -> EpochInputs {
    let mut participants = Participants::default();
    (0..8).for_each(|at| participants.push(Row::idle(who(at)), 0));
    let mut work = work.to_vec();
    work.sort_unstable();
    let contributions = Contributions {
        stream: work.iter().map(|work| work.0).collect(),
        participant: work.iter().map(|work| work.1).collect(),
        epoch: work.iter().map(|_| EPOCH).collect(),
        id: (0..work.len() as u64).collect(),
        quantity: work.iter().map(|work| work.2).collect(),
        first: work.iter().map(|_| 1_000_000).collect(),
        second: work.iter().map(|_| 1_000_000).collect(),
    };
    let emission = Facts { epoch: EPOCH, blocks: 1, ..Facts::default() };
    let (epoch, time_ms) = (EPOCH, NOW);
    EpochInputs { epoch, time_ms, emission, participants, contributions, ..Default::default() }
}

/// Something owed since so many days: stream, epochs ago, participant, amount.
pub(crate) fn owed(stream: u16, ago: u64, participant: u32, units: u128, days: u64) -> Liability {
    let (epoch, since_ms) = (EPOCH - ago, NOW - days * DAY_MS);
    Liability { stream, epoch, participant, since_ms, owed: amount(units) }
}

pub(crate) fn lot(stream: u16, ago: u64, units: u128) -> Lot {
    Lot { stream, epoch: EPOCH - ago, amount: amount(units) }
}

/// The buckets' plans, checked for conservation by sums of their own.
pub(crate) fn buckets(parameters: &Parameters, inputs: &EpochInputs) -> Vec<BucketPlan> {
    let plan = plan(parameters, inputs).unwrap();
    let mut plans = Vec::new();
    for (at, stream) in plan.streams.iter().enumerate() {
        assert_eq!(stream.quarantined, None, "{}", stream.name);
        let bucket = stream.bucket.as_deref().unwrap().clone();
        let BucketLine { target, rolled_in, borrowed, .. } = bucket.line;
        let line = bucket.line;
        let given = target.get() + rolled_in.get() + borrowed.get();
        let paid = line.paid_new.get() + line.paid_backpay.get();
        let gone = line.lent.get() + line.expired.get() + line.rolled_out.get();
        assert_eq!(given, paid + gone, "budget of {}", stream.name);
        let before = inputs.backpay.iter().filter(|row| usize::from(row.stream) == at);
        let before: u128 = before.map(|row| row.owed.get()).sum();
        let after = line.paid_backpay.get() + line.closed.get() + line.owed.get();
        assert_eq!(before + line.newly_owed.get(), after, "debts of {}", stream.name);
        let rewards: u128 = stream.rewards.iter().map(|reward| reward.get()).sum();
        assert_eq!(rewards + stream.recovered.get(), paid, "rewards of {}", stream.name);
        assert_eq!(stream.budget.get(), paid);
        let rows = |amounts: Vec<Amount>| amounts.iter().map(|amount| amount.get()).sum::<u128>();
        let (lots, left) = (bucket.lots.iter(), bucket.liabilities.iter());
        assert_eq!(rows(lots.map(|lot| lot.amount).collect()), line.rolled_out.get());
        assert_eq!(rows(left.map(|row| row.owed).collect()), line.owed.get());
        assert_eq!(rows(bucket.unpaid.iter().map(|row| row.amount).collect()), line.closed.get());
        plans.push(bucket);
    }
    let sum = |of: fn(&BucketLine) -> Amount| -> u128 {
        plans.iter().map(|plan| of(&plan.line).get()).sum()
    };
    assert_eq!(sum(|line| line.lent), sum(|line| line.borrowed), "what is lent is borrowed");
    plans
}

/// paid new, paid backpay, lent, borrowed, rolled out.
fn flows(plan: &BucketPlan) -> [u128; 5] {
    let line = plan.line;
    [line.paid_new, line.paid_backpay, line.lent, line.borrowed, line.rolled_out].map(Amount::get)
}

fn paid(plan: &BucketPlan) -> Vec<u128> {
    plan.settled.iter().map(|(_, _, paid)| paid.get()).collect()
}

fn lots_of(plan: &BucketPlan) -> Vec<(u64, u128)> {
    plan.lots.iter().map(|lot| (EPOCH - lot.epoch, lot.amount.get())).collect()
}

fn owed_of(plan: &BucketPlan) -> Vec<(u64, u32, u128)> {
    let row = |row: &Liability| (EPOCH - row.epoch, row.participant, row.owed.get());
    plan.liabilities.iter().map(row).collect()
}

/// Rule 1: the target, then what rolled over, the oldest first. Only what is paid is minted.
#[test]
fn target_then_rollover() {
    let parameters = one();
    let mut inputs = inputs(&[(0, 2, 700), (0, 5, 600)]);
    inputs.lots = vec![lot(0, 3, 50), lot(0, 2, 400), lot(0, 1, 70)];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!(flows(plan), [1_300, 0, 0, 0, 220]);
    assert_eq!(lots_of(plan), [(2, 150), (1, 70)]);
    assert_eq!(plan.worth, [amount(700), amount(600)]);
    assert_eq!(plan.line.demand, amount(1_300));
}

/// A lot lasts three epochs here.
#[test]
fn lots_expire() {
    let parameters = one();
    let mut inputs = inputs(&[(0, 0, 300)]);
    inputs.lots = vec![lot(0, 5, 9), lot(0, 4, 1), lot(0, 3, 20), lot(0, 1, 300)];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!((plan.line.rolled_in, plan.line.expired), (amount(330), amount(10)));
    assert_eq!(lots_of(plan), [(3, 20), (1, 300), (0, 700)]);
    // Without rollover what the epoch does not use is gone with it.
    let mut without = parameters.clone();
    without.buckets.as_mut().unwrap().rollover_epochs = 0;
    let [plan] = &buckets(&without, &inputs)[..] else { panic!() };
    assert_eq!((plan.line.expired, plan.line.rolled_out), (amount(1_030), Amount::ZERO));
}

/// Rules 2 and 3: inference wants 100 of 450 and lends what is above its floor of 300; learning is
/// short of 100 up to its ceiling of 500, validation of 50 up to 150.
#[test]
fn lending() {
    let work = [(0, 0, 100), (1, 1, 450), (2, 2, 500), (3, 3, 100)];
    let plans = buckets(&four(), &inputs(&work));
    assert_eq!(flows(&plans[0]), [100, 0, 150, 0, 200]);
    assert_eq!(flows(&plans[1]), [450, 0, 0, 100, 0]);
    assert_eq!(flows(&plans[2]), [150, 0, 0, 50, 0]);
    assert_eq!(flows(&plans[3]), [100, 0, 0, 0, 0]);
    assert_eq!(owed_of(&plans[2]), [(0, 2, 350)]);
    let line = plans[0].line;
    assert_eq!([line.target, line.floor, line.ceiling], [450, 300, 600].map(amount));
}

/// 150 are lent. Learning (350) and validation (100) share by target: floor(150 x 350 / 450) = 116
/// and 33; the unit left is the first's in order of priority. With less need for it learning takes
/// 20, and validation its room of 50; 80 return.
#[test]
fn lent_budget_is_shared_by_target() {
    let parameters = four();
    let of = |learning, validation| {
        let work = [(0, 0, 100), (1, 1, learning), (2, 2, validation), (3, 3, 100)];
        buckets(&parameters, &inputs(&work))
    };
    let plans = of(900, 500);
    assert_eq!((flows(&plans[1])[3], flows(&plans[2])[3]), (117, 33));
    let plans = of(370, 500);
    assert_eq!((flows(&plans[1])[3], flows(&plans[2])[3]), (20, 50));
    assert_eq!(flows(&plans[0]), [100, 0, 70, 0, 280]);
}

/// What nobody borrows returns in proportion to what each lent: inference lent 150, learning 100,
/// dataset 50; validation takes 50, and floor(250 x 150 / 300) = 125, 83, 41 return, the unit left
/// to learning.
#[test]
fn what_nobody_borrows_returns() {
    let plans = buckets(&four(), &inputs(&[(2, 0, 1_000)]));
    assert_eq!(flows(&plans[0]), [0, 0, 25, 0, 425]);
    assert_eq!(flows(&plans[1]), [0, 0, 16, 0, 334]);
    assert_eq!(flows(&plans[2]), [150, 0, 0, 50, 0]);
    assert_eq!(flows(&plans[3]), [0, 0, 9, 0, 91]);
}

/// Above the ceiling a bucket may pay what rolled over to it.
#[test]
fn rollover_lifts_the_ceiling() {
    let mut inputs = inputs(&[(2, 0, 1_000)]);
    inputs.lots = vec![lot(2, 1, 40)];
    let plans = buckets(&four(), &inputs);
    assert_eq!(flows(&plans[2]), [190, 0, 0, 50, 0]);
}

/// Lent budget goes to new demand first, then to backpay by priority: 300 are lent by inference
/// and dataset (150 + 50), learning needs 30 for new work; validation (2) is before inference.
#[test]
fn backpay_borrows_by_priority() {
    let mut inputs = inputs(&[(1, 1, 380)]);
    inputs.backpay = vec![owed(1, 2, 1, 400, 1), owed(2, 3, 2, 500, 1)];
    let plans = buckets(&four(), &inputs);
    // Learning's own 350: half to backpay, 175; new lacks 205. Room up to the ceiling of 500: 150.
    // It borrows 150 for new work, validation 50 of the other 50 for backpay.
    assert_eq!(flows(&plans[1]), [325, 175, 0, 150, 0]);
    assert_eq!(flows(&plans[2]), [0, 150, 0, 50, 0]);
    assert_eq!((flows(&plans[0])[2], flows(&plans[3])[2]), (150, 50));
    // Learning asks for backpay only: 150 of 200 for the first in order, 50 for validation.
    inputs.contributions = Contributions::default();
    let plans = buckets(&four(), &inputs);
    assert_eq!(flows(&plans[1]), [0, 400, 0, 50, 0]);
    assert_eq!(flows(&plans[2]), [0, 150, 0, 50, 0]);
}

/// Rule 4: while new work waits, backpay takes at most half; older epochs first; what new work does
/// not need is backpay's.
#[test]
fn backpay_and_new_work() {
    let mut inputs = inputs(&[(0, 0, 900)]);
    inputs.backpay = vec![owed(0, 3, 4, 300, 3), owed(0, 2, 1, 300, 2), owed(0, 2, 2, 600, 2)];
    let [plan] = &buckets(&one(), &inputs)[..] else { panic!() };
    assert_eq!(flows(plan), [500, 499, 0, 0, 1]);
    // 300 of the oldest; the other 200 by 300 : 600, rounded down.
    let backpay: Vec<_> =
        plan.backpay.iter().map(|paid| (paid.participant, paid.amount.get())).collect();
    assert_eq!(backpay, [(4, 300), (1, 66), (2, 133)]);
    assert_eq!(owed_of(plan), [(2, 1, 234), (2, 2, 467), (0, 0, 400)]);
    inputs.contributions.quantity[0] = 300;
    let [plan] = &buckets(&one(), &inputs)[..] else { panic!() };
    assert_eq!(flows(plan), [300, 699, 0, 0, 1]);
}

/// Nobody takes over a quarter while others are unpaid; what that cuts off the others share; with
/// fewer than four unpaid, an equal part is the limit; who is paid in full limits nobody.
#[test]
fn largest_recipient() {
    let mut parameters = one();
    parameters.buckets.as_mut().unwrap().max_recipient_share = ratio("0.25");
    let of = |dues: &[u64]| {
        let work: Vec<Work> = (0..).zip(dues).map(|(row, due)| (0, row, *due)).collect();
        let [plan] = &buckets(&parameters, &inputs(&work))[..] else { panic!() };
        paid(plan)
    };
    // The first is cut to 250; 750 are more than the others are due, so they are paid in full and
    // the first takes the rest.
    assert_eq!(of(&[1_600, 200, 100, 50, 50]), [600, 200, 100, 50, 50]);
    // The first's 500 are cut to 250; 750 by 600 : 400 : 500 : 500 are 225, 150, 187, 187.
    assert_eq!(of(&[2_000, 600, 400, 500, 500]), [250, 225, 150, 187, 187]);
    // The second is above a quarter once the first is cut.
    assert_eq!(of(&[9_000, 800, 300, 300, 200]), [250, 250, 187, 187, 125]);
    assert_eq!(of(&[5_000, 5_000]), [500, 500]);
    assert_eq!(of(&[5_000, 5_000, 7_000]), [333, 333, 334]);
    assert_eq!(of(&[5_000]), [1_000]);
    assert_eq!(of(&[900, 90, 10]), [900, 90, 10]);
}

/// Rule 5: a unit's worth by its age; a payment of x closes ceil(x / factor), so the rest decays
/// from its own amount, never twice.
#[test]
fn decay_does_not_compound() {
    let mut parameters = one();
    parameters.emission.schedule = Schedule::FixedPerBlock { reward: amount(100) };
    let mut inputs = inputs(&[]);
    inputs.backpay = vec![owed(0, 9, 0, 1_000, 10)];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!((plan.line.due, plan.line.paid_backpay), (amount(500), amount(100)));
    assert_eq!(owed_of(plan), [(9, 0, 800)]);
    assert_eq!((plan.line.closed, plan.line.owed), (amount(100), amount(800)));
    let reason = UnpaidReason::Decayed;
    let epoch = EPOCH - 9;
    assert_eq!(plan.unpaid, [Unpaid { epoch, participant: 0, amount: amount(100), reason }]);
    assert_eq!(plan.backpay, [BackpayPaid { epoch, participant: 0, amount: amount(100) }]);
    // Ten more days: 800 are worth 80, not 800 x 0.5 x 0.1.
    inputs.backpay = vec![owed(0, 9, 0, 800, 20)];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!((plan.line.due, plan.line.owed), (amount(80), Amount::ZERO));
    // 15 units are worth 1; what is left of them never will be worth anything. 9 never are.
    inputs.backpay = vec![owed(0, 9, 0, 15, 20), owed(0, 9, 1, 9, 20)];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!((plan.line.paid_backpay, plan.line.closed), (amount(1), amount(23)));
}

/// Backpay older than 30 days is closed; on the day it is not.
#[test]
fn old_backpay_is_closed() {
    let mut inputs = inputs(&[]);
    inputs.backpay = vec![owed(0, 9, 0, 100, 30)];
    inputs.backpay[0].since_ms -= 1;
    inputs.backpay.push(owed(0, 8, 0, 100, 30));
    let [plan] = &buckets(&one(), &inputs)[..] else { panic!() };
    assert_eq!(plan.line.paid_backpay, amount(10));
    let reasons: Vec<_> =
        plan.unpaid.iter().map(|row| (EPOCH - row.epoch, row.amount.get(), row.reason)).collect();
    assert_eq!(reasons, [(9, 100, UnpaidReason::TooOld), (8, 90, UnpaidReason::Decayed)]);
}

/// A stream may owe two epochs of its share: of what is new above that everybody loses a part;
/// what was owed before stays. Without backpay nothing is owed.
#[test]
fn most_that_may_be_owed() {
    let mut parameters = one();
    let rules = parameters.buckets.as_mut().unwrap();
    rules.backpay.as_mut().unwrap().max_periods = 2;
    let mut inputs = inputs(&[(0, 0, 2_000), (0, 1, 6_000)]);
    inputs.backpay = vec![owed(0, 1, 5, 1_900, 1)];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    // 500 pay backpay, 500 new work by 1 : 3; of 1,875 + 5,625 new, 600 may be owed.
    assert_eq!(paid(plan), [125, 375]);
    assert_eq!(owed_of(plan), [(1, 5, 1_400), (0, 0, 150), (0, 1, 450)]);
    assert_eq!((plan.line.newly_owed, plan.line.closed), (amount(7_500), amount(6_900)));
    assert!(plan.unpaid.iter().all(|row| row.reason == UnpaidReason::LimitReached));
    inputs.backpay = vec![owed(0, 1, 5, 2_900, 1)];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!(owed_of(plan), [(1, 5, 2_400)]);
    parameters.buckets.as_mut().unwrap().backpay = None;
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!((flows(plan), plan.line.owed), ([1_000, 0, 0, 0, 0], Amount::ZERO));
    assert!(plan.unpaid.iter().all(|row| row.reason == UnpaidReason::NoBackpay));
    assert_eq!(plan.line.closed, amount(9_900));
}

/// The limit is of what the schedule gives: an epoch to which the allocation leaves 1 of 1,000, or
/// nothing, closes nothing of what it cannot pay.
#[test]
fn a_squeezed_epoch_closes_nothing() {
    let mut parameters = one();
    parameters.buckets.as_mut().unwrap().backpay.as_mut().unwrap().max_periods = 2;
    let inputs = inputs(&[(0, 0, 1_500)]);
    for left in [1, 0] {
        parameters.emission.allocation = amount(left);
        let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
        let line = plan.line;
        let figures = [line.target, line.paid_new, line.newly_owed, line.owed, line.closed];
        assert_eq!(figures.map(Amount::get), [left, left, 1_500 - left, 1_500 - left, 0]);
    }
}

/// Of an allocation of which 1,200 are left, 900 rolled over: an epoch gets 300, not 1,000.
#[test]
fn what_rolled_over_is_reserved() {
    let mut parameters = one();
    parameters.emission.allocation = amount(1_200);
    let mut inputs = inputs(&[(0, 0, 5_000)]);
    inputs.lots = vec![lot(0, 2, 600), lot(0, 1, 300)];
    inputs.emission.reserved = amount(900);
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!((plan.line.target, plan.line.paid_new), (amount(300), amount(1_200)));
    // Governance left 500: nothing for the epoch, and the newest lots are cut.
    parameters.emission.allocation = amount(500);
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    let line = plan.line;
    assert_eq!([line.target, line.expired, line.paid_new].map(Amount::get), [0, 400, 500]);
    inputs.contributions = Contributions::default();
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!(lots_of(plan), [(2, 500)]);
    // What the recycling pool holds may be issued too, to what rolled over first.
    inputs.pots = vec![(GNK, workmint_core::modules::ledger::Pot::Recycling, amount(450))];
    let [plan] = &buckets(&parameters, &inputs)[..] else { panic!() };
    assert_eq!((plan.line.target, plan.line.expired), (amount(50), Amount::ZERO));
}

/// Of lots of one epoch those of the stream whose priority comes last are cut first.
#[test]
fn cuts_follow_priority() {
    let mut parameters = four();
    parameters.emission.allocation = amount(100);
    let mut inputs = inputs(&[]);
    inputs.lots = vec![lot(0, 2, 60), lot(0, 1, 30), lot(1, 1, 50), lot(3, 1, 40), lot(3, 2, 5)];
    inputs.lots.sort();
    inputs.emission.reserved = amount(185);
    let plans = buckets(&parameters, &inputs);
    assert_eq!(lots_of(&plans[0]), [(2, 60)]);
    assert_eq!(lots_of(&plans[1]), [(1, 35)]);
    assert_eq!(lots_of(&plans[3]), [(2, 5)]);
}

/// A debtor's payments go to its customers first, and count as paid by the bucket.
#[test]
fn debts_are_recovered() {
    let mut inputs = inputs(&[(0, 0, 300), (0, 1, 200)]);
    inputs.participants.debt[0] = amount(120);
    inputs.participants.debt[1] = amount(900);
    let plan = plan(&one(), &inputs).unwrap();
    let stream = &plan.streams[0];
    assert_eq!(stream.recoveries, [(0, amount(120)), (1, amount(200))]);
    assert_eq!((stream.budget, stream.paid), (amount(500), amount(180)));
    assert_eq!((stream.recipients, stream.denominator), (1, 500));
}

/// Inputs that do not fit together quarantine their stream alone; nothing is lent on its account.
#[test]
fn a_bad_stream_is_quarantined_alone() {
    let mut inputs = inputs(&[(0, 0, 100), (1, 0, 400)]);
    inputs.lots = vec![lot(0, 0, 7)];
    let plan = plan(&four(), &inputs).unwrap();
    let codes: Vec<_> = plan.streams.iter().map(|stream| stream.quarantined).collect();
    assert_eq!(codes, [Some(1_101), None, None, None]);
    assert_eq!((plan.streams[0].budget, plan.streams[1].budget), (Amount::ZERO, amount(400)));
    let lent: u128 = plan.streams[2..]
        .iter()
        .map(|stream| stream.bucket.as_ref().unwrap().line.lent.get())
        .sum();
    assert_eq!(lent, 50);
}

/// The explanation of one participant: 2 of 3 contributions, its backpay, what is closed and owed.
#[test]
fn explained() {
    let parameters = four();
    let mut inputs = inputs(&[(1, 3, 100), (2, 1, 30), (2, 3, 100), (2, 3, 200)]);
    inputs.backpay = vec![owed(2, 9, 3, 60, 10), owed(2, 5, 1, 500, 2)];
    let plan = plan(&parameters, &inputs).unwrap();
    let explained = explain(&parameters, &inputs, &plan, &who(3)).unwrap().unwrap();
    assert_eq!(explained.streams[0].rate, Some(RateStep::default()));
    let step = &explained.streams[2];
    let rate = step.rate.as_ref().unwrap();
    let worth: Vec<_> = rate.contributions.iter().map(|row| (row.id, row.worth.get())).collect();
    assert_eq!((worth, rate.worth), (vec![(2, 100), (3, 200)], amount(300)));
    // 50 of validation's 100 pay backpay: 30 close 60, 20 are the other's. The other 50 and 50
    // borrowed are split 300 : 30.
    assert_eq!(rate.paid_now, amount(90));
    assert_eq!((step.paid, step.share), (amount(120), amount(120)));
    let sums = |rows: &[Amount]| rows.iter().map(|row| row.get()).collect::<Vec<_>>();
    assert_eq!(sums(&rate.backpay.iter().map(|row| row.amount).collect::<Vec<_>>()), [30]);
    assert_eq!(sums(&rate.unpaid.iter().map(|row| row.amount).collect::<Vec<_>>()), [30]);
    assert_eq!(sums(&rate.owed.iter().map(|row| row.owed).collect::<Vec<_>>()), [210]);
    assert_eq!(explained.totals, [(GNK, amount(220))]);
}
