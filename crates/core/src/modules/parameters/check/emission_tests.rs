//! One row per statement about utility, quota, reference weight and rewards of blocks.

use super::super::*;
use super::tests::{self, ErrorRow, RemarkRow, assert_errors, assert_remarks, ratio};
use crate::time::{DAY_MS, Duration};
use workmint_amounts::{Amount, Ratio};

/// Sound parameters with utility, validators and a stream that pays for blocks.
fn sound() -> Parameters {
    let mut all = tests::sound();
    all.models[0].difficulty = ratio("0.5");
    all.emission.utility = Some(Utility {
        max_tasks: 10_000,
        tasks: ratio("0.5"),
        difficulty: ratio("0.3"),
        participation: ratio("0.2"),
        gate: true,
    });
    all.validators = Some(Validators {
        asset: all.emission.asset,
        minimum: Amount::new(100),
        minimum_delegation: Amount::new(1),
        most_active: 100,
        activation_delay_epochs: 2,
        churn_limit: 10,
        unbonding: Duration::Milliseconds(28 * DAY_MS),
        max_withdrawals: 16,
        most_commission: ratio("0.2"),
        commission_step: ratio("0.01"),
        least_signed: ratio("0.5"),
        absence_least: ratio("0.001"),
        absence_most: ratio("0.01"),
        least_slash: Amount::new(1),
        jail_epochs: 100,
    });
    all.streams.push(blocks("blocks"));
    all
}

fn blocks(name: &str) -> Stream {
    let mut stream = tests::sound().streams.remove(0);
    stream.name = name.parse().unwrap();
    stream.source = Source::BlockRewards { reward: Amount::new(2) };
    (stream.score, stream.split) = (Score::BlocksProposed, Split::Proportional);
    (stream.limit, stream.clip) = (Limit::None, Clip::Budget);
    stream.denominator = Denominator::Full;
    stream
}

fn utility(all: &mut Parameters) -> &mut Utility {
    all.emission.utility.as_mut().unwrap()
}

fn last(all: &mut Parameters) -> &mut Stream {
    all.streams.last_mut().unwrap()
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("quota", |p| p.emission.quota = ratio("1.1"), "emission.quota", "0 to 1"),
    ("no task is enough", |p| utility(p).max_tasks = 0, "emission.utility.max_tasks", "1 to"),
    ("weight of 1.1", |p| utility(p).tasks = ratio("1.1"), "emission.utility.tasks", "0 to 1"),
    ("weights of 0.9", |p| utility(p).tasks = ratio("0.4"), "emission.utility", "sum to exactly 1"),
    ("thirds", |p| p.models[0].difficulty = Ratio::new(1, 3).unwrap(), "models[0].difficulty",
     "at most 18 digits"),
    ("harder than all", |p| p.models[1].difficulty = ratio("1.1"), "models[1].difficulty",
     "0 to 1"),
    ("paid for work", |p| last(p).score = Score::WorkDone, "streams[3].score", "blocks_proposed"),
    ("from payments", |p| last(p).source = Source::Payments, "streams[3].source", "block_rewards"),
    ("no validators", |p| p.validators = None, "streams[3].source", "only with [validators]"),
    ("two of them", |p| p.streams.push(blocks("more")), "streams[4].source", "one such stream"),
    ("limited", |p| last(p).limit = Limit::BurnedFees, "streams[3].limit", "never held back"),
    ("clipped", |p| last(p).clip = Clip::Shares, "streams[3].clip", "no share but emission's"),
    ("cut-offs", |p| p.emission.schedule = Schedule::WorkSubsidy {
        rate: ratio("0.9"), interval: ratio("0.05"), reduction: ratio("0.2") },
     "streams[3].source", "another schedule"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("no gate", |p| utility(p).gate = false, Level::Warning, "emission.utility.gate",
     "mints up to 20 % of its amount, for participation, and one task up to 30 % more"),
    ("no difficulty", |p| p.models[0].difficulty = Ratio::ZERO, Level::Warning,
     "emission.utility.difficulty", "always 0"),
    ("nobody to take part", |p| { p.validators = None; p.streams.truncate(3); }, Level::Warning,
     "emission.utility.participation", "always 0"),
    ("own tasks", |_| {}, Level::Fact, "emission.utility.tasks", "buy from themselves"),
    ("lost", |_| {}, Level::Fact, "emission.schedule", "is lost to the schedule"),
    ("kept", |p| p.emission.schedule = Schedule::RemainingFraction { rate: ratio("0.01") },
     Level::Fact, "emission.schedule", "stays for later ones"),
    ("quota", |p| p.emission.quota = ratio("0.8"), Level::Fact, "emission.quota",
     "fewer than 80 % of their requests"),
    ("weight", |p| p.emission.reference_weight = 5_000, Level::Fact, "emission.reference_weight",
     "from an effective weight of 5,000 on"),
    ("one allocation", |_| {}, Level::Fact, "streams[3].source", "share one allocation"),
    ("a block pays nothing", |p| last(p).source = Source::BlockRewards { reward: Amount::ZERO },
     Level::Warning, "streams[3].reward", "pays nothing"),
];

#[test]
fn every_error() {
    assert_errors(&sound, ERRORS);
}

#[test]
fn every_warning_and_fact() {
    assert_remarks(&sound, REMARKS);
}
