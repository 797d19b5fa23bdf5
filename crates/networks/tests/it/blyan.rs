//! The network blyan: the numbers of document 002, and what the checker says of them.

use crate::{read, replaced, says};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{
    ClaimMode, ContributionKind, EpochLength, Level, RateScore, Schedule, Score, Source, Split,
};
use workmint_core::modules::registry::Role;
use workmint_networks::{NetworkDefinition, findings, preset, summary};

const BLY: u128 = 1_000_000_000;

fn text() -> &'static str {
    preset("blyan").unwrap().text
}

fn blyan() -> NetworkDefinition {
    preset("blyan").unwrap().definition().unwrap()
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn rule(definition: &NetworkDefinition, at: usize) -> &RateScore {
    match &definition.parameters.streams[at].score {
        Score::Rate(rule) => rule,
        other => panic!("{other:?}"),
    }
}

/// Name, kind, target, floor, ceiling, priority, rate in BLY, ranges of the multipliers.
type Row = (&'static str, ContributionKind, [&'static str; 3], u8, u128, [&'static str; 4]);

#[rustfmt::skip]
const STREAMS: [Row; 4] = [
    ("inference", ContributionKind::Tokens, ["0.45", "0.3", "0.6"], 4, 1, ["0.5", "1.5", "1", "1"]),
    ("learning", ContributionKind::Improvement, ["0.35", "0.25", "0.5"], 1, 500,
     ["1", "3", "0.8", "1.2"]),
    ("validation", ContributionKind::Tasks, ["0.1", "0.05", "0.15"], 2, 10, ["1", "2", "1", "1"]),
    ("dataset", ContributionKind::Dataset, ["0.1", "0.05", "0.15"], 3, 100, ["0", "1", "0", "2"]),
];

#[test]
fn numbers_of_the_document() {
    let definition = blyan();
    let parameters = &definition.parameters;
    assert_eq!(parameters.network.epoch_length, EpochLength::Time(3_600_000));
    let expected = Schedule::Inflation {
        base: Amount::new(1_000_000_000 * BLY),
        rate: ratio("0.1"),
        year_epochs: 8_760,
        dynamic: None,
    };
    assert_eq!(parameters.emission.schedule, expected);
    for (at, (name, kind, shares, priority, rate, multipliers)) in STREAMS.into_iter().enumerate() {
        let stream = &parameters.streams[at];
        assert_eq!(stream.name.as_str(), name);
        let (Source::Emission { share }, Split::Rate(bucket)) = (&stream.source, stream.split)
        else {
            panic!("{name}")
        };
        assert_eq!([*share, bucket.floor, bucket.ceiling], shares.map(ratio), "{name}");
        assert_eq!(bucket.priority, priority, "{name}");
        let rule = rule(&definition, at);
        assert_eq!((rule.kind, rule.rate.get()), (kind, rate * BLY), "{name}");
        let found = [rule.first.min, rule.first.max, rule.second.min, rule.second.max];
        assert_eq!(found, multipliers.map(ratio), "{name}");
    }
    let minima: Vec<u128> = (0..4).map(|at| rule(&definition, at).minimum.get() / BLY).collect();
    assert_eq!(minima, [0, 100, 5, 10]);
    assert_eq!(rule(&definition, 1).least_improvement, ratio("0.001"));
    let losses: Vec<u64> = parameters.models.iter().map(|model| model.recorded_loss).collect();
    assert_eq!(losses, [2_500_000_000, 1_800_000_000], "10^-9");
    assert_eq!(parameters.claims.mode, ClaimMode::Push);
    let limit = parameters.contributions.as_ref().unwrap().rate_limit.unwrap();
    assert_eq!((limit.most, limit.interval_ms, limit.cooldown_ms), (10, 3_600_000, 1_800_000));
    let backpay = parameters.buckets.as_ref().unwrap().backpay.as_ref().unwrap();
    for (day, value) in [(0, "1"), (7, "0.9"), (14, "0.7"), (21, "0.5"), (28, "0.3"), (35, "0.1")] {
        let of = |days: u64| backpay.decay.at(Ratio::from(days));
        assert_eq!((of(day), of(day + 6)), (ratio(value), ratio(value)), "day {day}");
    }
    assert_eq!(backpay.decay.at(Ratio::from(42_u64)), Ratio::ZERO);
    let verifiers = definition.roles.iter().filter(|(role, _)| *role == Role::Verifier);
    assert_eq!(verifiers.count(), 5);
}

/// What an author should know, each number by hand: 100 M / 8,760 = 11,415.5251...; 45 % of it is
/// 5,136.98..., 35 % 3,995.43..., 10 % 1,141.55...
#[rustfmt::skip]
const FINDINGS: &[(&str, &str)] = &[
    ("emission.rate", "a year mints 100,000,000 BLY, 11,415.52 BLY an epoch: 10 % of the \
     1,000,000,000 BLY at genesis; the allocation ends in year 10, 5.26 % of what exists then"),
    ("streams", "floors sum to 65 %, targets to 100 %, ceilings to 140 %: up to 35 % of an epoch \
     can move"),
    ("streams[0].rate", "an epoch's target of 5,136.98 BLY pays 5,136,986 tokens at x1"),
    ("streams[0].maximum", "one contribution of 10,000 BLY takes 1.94 epochs of target"),
    ("streams[1].rate", "an epoch's target of 3,995.43 BLY pays 7.99 % of the recorded loss"),
    ("streams[1].minimum", "every contribution from 0.1 % of the recorded loss on is worth 100 \
     BLY, as much as 0.2 % of the recorded loss at x1: many small ones are worth more"),
    ("streams[1].maximum", "one contribution of 95,890.2 BLY takes 23.99 epochs of target"),
    ("streams[2].rate", "an epoch's target of 1,141.55 BLY pays 114 tasks at x1"),
    ("streams[2].minimum", "a contribution of 1 task at x1 is already worth the minimum 5 BLY"),
    ("streams[3].rate", "an epoch's target of 1,141.55 BLY pays 11,415,525,114 bytes at x1"),
    ("streams[3].minimum", "every contribution from 1 byte on is worth 10 BLY, as much as \
     100,000,000 bytes at x1"),
    ("contributions.challenge_window", "paid at the earliest at the first close 1d after it was"),
    ("contributions.verifiers", "the first 3 of 5 verdicts decide: 2 verifiers together can accept \
     or reject anything"),
    ("contributions.rate_limit.most", "an account with n nodes submits n times as much; messages \
     are free and nobody needs collateral: nothing else"),
    ("contributions.rate_limit.cooldown", "10 in 1h only if all come within 30m, 10 in 90m if the \
     last comes"),
    ("buckets.rollover", "stays usable for 24 epochs"),
    ("buckets.max_recipient_share", "a recipient takes at most 25 % of what a stream pays for an \
     epoch; 4 accounts of one owner can take all"),
    ("buckets.backpay.decay", "after 7 days backpay is worth 90 % of what is owed"),
    ("buckets.backpay.decay", "backpay is worthless after 42 days"),
    ("buckets.backpay.max_periods", "streams together owe at most 1,917,808.21 BLY, 168 epochs"),
    ("roles.verifiers", "with more than 2 of the 5 verifiers among its relatives"),
];

#[test]
fn findings_as_expected() {
    let definition = blyan();
    let found = findings(&definition);
    assert!(found.iter().all(|found| found.finding.level == Level::Fact), "{found:#?}");
    for (path, text) in FINDINGS {
        assert!(says(&definition, path, text), "{path}: {text}\n{found:#?}");
    }
}

/// What is changed, and what the checker says then.
#[rustfmt::skip]
const REMARKS: &[(&str, &str, &str, &str)] = &[
    ("rate = \"0.1\" #", "rate = \"0.2\" #", "emission.rate",
     "20 % of the 1,000,000,000 BLY at genesis; the allocation ends in year 5, 11.11 %"),
    ("rate = \"0.1\" #", "rate = \"0\" #", "emission.rate", "the schedule mints nothing"),
    ("base = \"1000000000\"", "base = \"100000000\"", "emission.base",
     "the rate is of 100,000,000 BLY, not of the 1,000,000,000 BLY at genesis"),
    ("rate = \"10\" #", "rate = \"20\" #", "streams[2].rate", "pays 57 tasks at x1"),
    ("minimum = \"5\" #", "minimum = \"30\" #", "streams[2].minimum",
     "every contribution from 1 task on is worth 30 BLY, as much as 3 tasks at x1"),
    ("ceiling = \"0.60\"", "ceiling = \"0.45\"", "streams", "ceilings to 125 %"),
    ("floor = \"0.30\"", "floor = \"0.45\"", "streams", "floors sum to 80 %, targets to 100 %"),
    ("rule = \"measured\"", "rule = \"consensus\"\nsteps = [[\"0\", \"1\"]]\nfew = 4\n\
      few_value = \"0.8\"", "streams[0].quality.few",
     "never more than 3 verdicts: the multiplier is always few_value, 0.8"),
    ("verifiers = 3", "verifiers = 2", "roles.verifiers", "with more than 3 of the 5 verifiers"),
    ("verifiers = 3", "verifiers = 2", "contributions.verifiers",
     "the first 2 of 5 verdicts decide: 2 verifiers together can accept anything, 1 verifier"),
    ("approvals = 2", "approvals = 3", "contributions.verifiers",
     "3 verifiers together can accept anything, 1 verifier reject it"),
    ("challenge_window = \"24h\"", "challenge_window = \"0h\"", "contributions.challenge_window",
     "no accepted contribution can ever be challenged"),
    ("challenge_bond = \"10\"", "challenge_bond = \"0\"", "contributions.challenge_bond",
     "a challenge costs nothing"),
    ("decision_window = \"24h\"", "decision_window = \"0h\"", "contributions.decision_window",
     "every challenged contribution stands"),
    ("unbonding = \"7d\"", "unbonding = \"71h\"", "collateral.unbonding",
     "unbonding 71h is shorter than the 1d + 1d + 1d in which a contribution is verified"),
    ("cooldown = \"30m\"", "cooldown = \"2h\"", "contributions.rate_limit.cooldown",
     "at most 10 in 2h"),
    ("rollover = \"24 epochs\"", "rollover = \"0 epochs\"", "buckets.rollover",
     "what an epoch does not use is never minted for it"),
    ("max_recipient_share = \"0.25\"", "max_recipient_share = \"1\"", "buckets.max_recipient_share",
     "one recipient can take all"),
    ("max_recipient_share = \"0.25\"", "max_recipient_share = \"0.3\"",
     "buckets.max_recipient_share", "at most 30 % of what a stream pays for an epoch; 4 accounts"),
    ("max_age = \"42d\"", "max_age = \"7d\"", "buckets.backpay.max_age",
     "backpay still worth 90 % is closed unpaid after 7d"),
    ("max_age = \"42d\"", "max_age = \"43d\"", "buckets.backpay.max_age",
     "what is kept until 43d is worth nothing before"),
    ("max_periods = 168", "max_periods = 24", "buckets.backpay.max_periods",
     "at most 273,972.60 BLY, 24 epochs"),
    ("share = \"0.5\" #", "share = \"0\" #", "buckets.backpay.share", "nothing owed is ever paid"),
    ("share = \"0.5\" #", "share = \"1\" #", "buckets.backpay.share", "wait until everything owed"),
    ("judges = [\"judge-1\",", "judges = [\"verifier-1\",", "roles.judges",
     "verifier-1 is verifier and judge: it judges what it verified"),
    ("genesis_epoch = 0", "genesis_epoch = 0\n[emission.dynamic]\nof_supply = true\n\
      full_activity = 1000\nleast_activity = \"0.5\"\nmost_activity = \"1.5\"\n\
      backlog = [[\"0\", \"1\"]]\nleast = \"0.5\"\nmost = \"1.5\"", "emission.dynamic.most",
     "a year can exceed the rate: 10 % becomes 15 %"),
];

/// What a founder may overlook.
#[rustfmt::skip]
const OVERSIGHTS: &[(&str, &str, Level, &str, &str)] = &[
    // 8,760 x 30 min = 182.5 d.
    ("epoch_length = \"1h\"", "epoch_length = \"30m\"", Level::Warning, "emission.year",
     "8,760 epochs of 30m (network.epoch_length) are 182.5 days, not a year"),
    ("epoch_length = \"1h\"", "epoch_length = \"30m\"", Level::Fact, "emission.rate",
     "each 182.5 days mint 100,000,000 BLY, 11,415.52 BLY an epoch: 10 % of the 1,000,000,000 BLY \
      at genesis; the allocation ends in number 10 of them"),
    // 366 d and an hour.
    ("year = \"8760 epochs\"", "year = \"8785 epochs\"", Level::Warning, "emission.year",
     "are 366.04 days, not a year"),
    ("recorded_loss = \"1.8\"", "recorded_loss = \"0\"", Level::Fact, "models[1].recorded_loss",
     "improvements of blyan/code can never be submitted"),
    ("confidence = \"0.95\"", "confidence = \"0\"", Level::Warning, "contributions.confidence",
     "counts however unsure its verifier is"),
    ("max_age = \"42d\"", "max_age = \"20d\"", Level::Fact, "buckets.backpay.decay",
     "backpay is closed after 20d: steps from 21 days on are never used"),
    ("priority = 3", "priority = 1", Level::Fact, "streams[3].priority",
     "learning and dataset both have priority 1: their order in the file decides"),
    ("genesis_epoch = 0", "genesis_epoch = 5", Level::Fact, "emission.genesis_epoch",
     "what is settled before epoch 5 finds no budget: contributions are closed unpaid"),
    ("minimum = \"0\" #", "minimum = \"1\" #", Level::Fact, "streams[3].minimum",
     "a dataset of quality 0 or diversity 0 is still worth the minimum 10 BLY"),
];

#[test]
fn oversights_are_told() {
    let told = |definition: &NetworkDefinition, level, path: &str, text: &str| {
        let found = findings(definition);
        let of = |found: &workmint_core::modules::parameters::Finding| {
            found.level == level && found.path == path && found.text().contains(text)
        };
        found.iter().any(|found| of(&found.finding))
    };
    for (from, to, level, path, text) in OVERSIGHTS {
        let definition = read(&replaced(self::text(), from, to));
        assert!(told(&definition, *level, path, text), "{path}: {text}");
    }
    // A leap year is one: 366 d = 8,784 h.
    let leap = read(&replaced(text(), "year = \"8760 epochs\"", "year = \"8784 epochs\""));
    assert!(!told(&leap, Level::Warning, "emission.year", ""));
    assert!(told(&leap, Level::Fact, "emission.rate", "a year mints 100,000,000 BLY"));
    let zero = "is still worth the minimum";
    for (from, to) in [("minimum = \"10\" #", "minimum = \"0\" #"), ("rate", "rate")] {
        let definition = read(&replaced(text(), from, to));
        let said = told(&definition, Level::Fact, "streams[3].minimum", zero);
        assert_eq!(said, from == to);
        assert!(!told(&definition, Level::Fact, "streams[1].minimum", zero), "x0.8 at least");
    }
}

#[test]
fn findings_follow_the_values() {
    for (from, to, path, text) in REMARKS {
        let definition = read(&replaced(self::text(), from, to));
        assert!(says(&definition, path, text), "{path}: {text}\n{:#?}", findings(&definition));
    }
    let one = replaced(text(), "verifiers = 3", "verifiers = 1");
    let definition = read(&replaced(&one, "approvals = 2", "approvals = 1"));
    assert!(says(&definition, "contributions.verifiers", "one verifier alone decides"));
    assert!(!says(&definition, "contributions.verifiers", "verdicts decide"));
    let paid = read(&replaced(text(), "flat = \"0\"", "flat = \"0.1\""));
    let most = "contributions.rate_limit.most";
    assert!(says(&paid, most, "n times as much") && !says(&paid, most, "nothing else"));
}

#[test]
fn summary_has_every_key_of_the_file() {
    let definition = blyan();
    let rows = summary(&definition);
    assert!(rows.iter().all(|row| !row.meaning.is_empty() && !row.unit.contains('$')));
    let mut keys = 0;
    for line in text().lines() {
        let Some((key, value)) = line.split_once(" = ") else {
            continue;
        };
        if line.starts_with('#') {
            continue;
        }
        keys += 1;
        let value = value.split(" #").next().unwrap().trim().trim_matches('"');
        let value =
            if key == "decay" { value.to_owned() } else { value.replace(['[', ']', '"'], "") };
        let plain = value.trim_end_matches('0').to_owned();
        // A day and 24 hours are one length, and the file's is written back as the longer unit.
        let day = if value == "24h" { "1d".to_owned() } else { value.clone() };
        let row = rows.iter().find(|row| {
            row.key == key && (row.value == value || row.value == plain || row.value == day)
        });
        assert!(row.is_some(), "{line}");
    }
    assert!(keys > 120, "{keys}");
    let row = |section: &str, key: &str| {
        rows.iter().find(|row| row.section == section && row.key == key).unwrap()
    };
    let rate = row("streams[1]", "rate");
    assert_eq!(rate.unit, "BLY per 1 % of the recorded loss");
    assert_eq!(
        (rate.value.as_str(), row("models[0]", "recorded_loss").value.as_str()),
        ("500", "2.5")
    );
    assert_eq!(row("buckets.backpay", "decay").unit, "days, factor");
    assert_eq!(row("contributions", "challenge_bond").unit, "BLY");
    assert!(row("roles", "verifiers").value.starts_with("verifier-1, verifier-2, "));
}
