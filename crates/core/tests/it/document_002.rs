//! Every figure that design document 002 prints, computed by the engine: reward rates, their
//! examples, the earnings examples, the daily budget and the table of categories.

use crate::contribution_kit::{four_rates, four_streams};
use crate::kit::*;
use workmint_amounts::{Amount, Ratio};
use workmint_core::EpochInputs;
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::parameters::*;
use workmint_core::modules::rewards::{plan, worth};

/// Base units of a BLY in these tests.
const BLY: u128 = 1_000_000_000;

/// The rule of a stream of document 002, in base units.
fn rule(stream: &str) -> RateScore {
    let streams = four_rates();
    let found = streams.into_iter().find(|other| other.name.as_str() == stream).unwrap();
    let Score::Rate(rule) = found.score else { panic!("{stream} has a rate") };
    // The kit's rates have two decimals.
    let finer = |amount: Amount| Amount::new(amount.get() * BLY / 100);
    RateScore { rate: finer(rule.rate), maximum: Amount::MAX, ..*rule }
}

/// The worth of a quantity, counted as the engine does, in whole BLY, which it must be.
fn bly(stream: &str, quantity: u64, multipliers: (&str, &str)) -> u128 {
    let multipliers = (ratio(multipliers.0), ratio(multipliers.1));
    let found = worth(&rule(stream), Ratio::from(quantity), multipliers).unwrap().get();
    assert_eq!(found % BLY, 0, "{stream} {quantity}");
    found / BLY
}

/// 1 % of a recorded loss, and a GB, as the engine counts them.
const PERCENT: u64 = 10_000_000;
const GB: u64 = 1_000_000_000;

#[test]
fn reward_rates() {
    assert_eq!(bly("inference", 1_000, ("1", "1")), 1, "~1 BLY per 1,000 tokens processed");
    assert_eq!(bly("learning", PERCENT, ("1", "1")), 500, "~500 BLY per 1% improvement");
    assert_eq!(bly("validation", 1, ("1", "1")), 10, "10 BLY per validation task");
    assert_eq!(bly("dataset", GB, ("1", "1")), 100, "100 BLY per GB of quality data");
}

/// What a multiplier outside its range counts.
#[test]
fn multipliers_and_their_ranges() {
    let cases: [(&str, u64, (&str, &str), u128); 12] = [
        ("inference", 2_000, ("0", "1"), 1),
        ("inference", 2_000, ("0.5", "1"), 1),
        ("inference", 2_000, ("1.5", "1"), 3),
        ("inference", 2_000, ("9", "1"), 3),
        ("learning", PERCENT, ("0", "1"), 500),
        ("learning", PERCENT, ("9", "1"), 1_500),
        ("learning", PERCENT, ("1", "0"), 400),
        ("learning", PERCENT, ("1", "9"), 600),
        ("learning", PERCENT, ("3", "1.2"), 1_800),
        ("dataset", GB, ("0", "2"), 0),
        ("dataset", GB, ("9", "1"), 100),
        ("dataset", GB, ("1", "9"), 200),
    ];
    for (stream, quantity, multipliers, expected) in cases {
        let got = bly(stream, quantity, multipliers);
        assert_eq!(got, expected, "{stream} {quantity} {multipliers:?}");
    }
}

#[test]
fn examples_of_the_rates() {
    assert_eq!(bly("inference", 100_000, ("1.1", "1")), 110, "100k tokens at quality 1.1");
    assert_eq!(bly("learning", 2 * PERCENT, ("2", "1")), 2_000, "2% with difficulty 2.0");
    assert_eq!(bly("validation", 50, ("1", "1")), 500, "50 validation tasks");
    assert_eq!(bly("dataset", 10 * GB, ("0.9", "1")), 900, "10 GB at 0.9 quality");
}

#[test]
fn earnings_examples() {
    assert_eq!(bly("inference", 800_000, ("1", "1")), 800, "800,000 tokens a day");
    assert_eq!(bly("learning", 3 * PERCENT, ("1.5", "1")), 2_250, "3% at difficulty 1.5");
    assert_eq!(bly("validation", 200, ("1", "1")), 2_000, "200 tasks a day");
    assert_eq!(bly("dataset", 50 * GB, ("0.9", "1.1")), 4_950, "50 GB, 0.9 and 1.1");
    // Getting started: calc_inference_bly(1_000_000, quality=1.2).
    assert_eq!(bly("inference", 1_000_000, ("1.2", "1")), 1_200);
}

/// Hours of 10 % a year of 1,000,000,000 BLY.
fn hourly() -> Parameters {
    let mut parameters = parameters();
    parameters.assets[0].decimals = 9;
    parameters.assets[0].cap = amount(2_000_000_000 * BLY);
    parameters.network.epoch_length = EpochLength::Time(3_600_000);
    parameters.emission.allocation = amount(1_000_000_000 * BLY);
    parameters.emission.schedule = Schedule::Inflation {
        base: amount(1_000_000_000 * BLY),
        rate: ratio("0.1"),
        year_epochs: 8_760,
        dynamic: None,
    };
    parameters.streams = four_rates();
    parameters.streams.push(work_stream());
    parameters.buckets = four_streams().buckets;
    parameters
}

fn facts(epoch: u64) -> Facts {
    Facts { epoch, ..Facts::default() }
}

#[test]
fn daily_budget() {
    let emission = hourly().emission;
    let hours = |from: u64, count: u64| -> u128 {
        (from..from + count).map(|hour| scheduled(&emission, &facts(hour)).unwrap().get()).sum()
    };
    let days: Vec<u128> = (0..365).map(|day| hours(24 * day, 24)).collect();
    // Total daily budget: ~273,972 BLY.
    assert!(days.iter().all(|day| day / BLY == 273_972));
    assert_eq!(days.iter().sum::<u128>(), 100_000_000 * BLY, "10% of 1B supply");
}

/// Target, floor and ceiling of each category, per cent.
const TABLE: [(&str, [u128; 3]); 4] = [
    ("inference", [45, 30, 60]),
    ("learning", [35, 25, 50]),
    ("validation", [10, 5, 15]),
    ("dataset", [10, 5, 15]),
];

#[test]
fn table_of_categories() {
    let parameters = hourly();
    let sum = |column: usize| -> u128 { TABLE.iter().map(|(_, row)| row[column]).sum() };
    assert_eq!([sum(0), sum(1), sum(2)], [100, 65, 140]);
    let mut targets = [0; 4];
    for epoch in 0..24 {
        let inputs = EpochInputs { epoch, emission: facts(epoch), ..EpochInputs::default() };
        let hour = scheduled(&parameters.emission, &facts(epoch)).unwrap().get();
        let plan = plan(&parameters, &inputs).unwrap();
        let mut together = 0;
        for (at, (name, [target, floor, ceiling])) in TABLE.into_iter().enumerate() {
            let stream = &plan.streams[at];
            assert_eq!(stream.name.as_str(), name);
            let line = stream.bucket.as_deref().unwrap().line;
            // Shares of the hour, by cumulative floor: less than a unit off.
            assert!((line.target.get() * 100).abs_diff(hour * target) < 100, "{name}");
            assert_eq!(line.floor.get(), hour * floor / 100, "{name}");
            assert_eq!(line.ceiling.get(), hour * ceiling / 100, "{name}");
            targets[at] += line.target.get();
            together += line.target.get();
        }
        assert_eq!(together, hour);
    }
    // Of 273,972.602739726 BLY a day, whole BLY.
    assert_eq!(targets.map(|target| target / BLY), [123_287, 95_890, 27_397, 27_397]);
}
