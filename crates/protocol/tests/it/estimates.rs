//! Estimates, calculator, policy.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{
    ContributionKind, EpochLength, MultiplierRule, Parameters, Score,
};
use workmint_protocol::rewards::{
    Buckets, Clamp, Error, Estimate, Question, Scenario, ScenarioWork, StreamEstimate, Work,
    calculate, estimate, parse_multiplier, parse_quantity, policy,
};

use crate::kit::*;

fn question(kind: ContributionKind, quantity: u64, first: Option<u32>) -> Question {
    let work = Work { quantity, first, second: None };
    Question { work: [(kind, work)].into(), daily: false }
}

fn ask(parameters: &Parameters, question: &Question) -> Result<Estimate, Error> {
    estimate(parameters, question, &Buckets::of_file(parameters, Amount::ZERO)?)
}

fn tokens(quantity: u64, quality: Option<u32>) -> StreamEstimate {
    let question = question(ContributionKind::Tokens, quantity, quality);
    ask(&toy(), &question).expect("an estimate").streams.remove(0)
}

fn improvement(parameters: &Parameters, percent: &str) -> Estimate {
    let quantity = parse_quantity(ContributionKind::Improvement, percent).expect("a number");
    ask(parameters, &question(ContributionKind::Improvement, quantity, None)).expect("an estimate")
}

fn value(of: &impl serde::Serialize) -> Value {
    serde_json::to_value(of).expect("JSON")
}

#[test]
fn tokens_are_worth_rate_times_quality_within_range_least_and_most() {
    // (tokens, quality in 10^-6, cents, clamp): 2 TOY for 1,000.
    let table = [
        (10_000, None, 2_000, None),
        (10_000, Some(1_100_000), 2_200, None),
        (10_000, Some(0), 1_000, None),
        (10_000, Some(9_000_000), 3_000, None),
        // 333 x 0.2 cents = 66.6: rounded down once.
        (333, None, 66, None),
        (100, None, 50, Some(Clamp::Raised(cents(20)))),
        // 100.002 TOY are 100 TOY in whole cents: nothing is cut.
        (50_001, None, 10_000, None),
        (60_000, None, 10_000, Some(Clamp::Cut(cents(12_000)))),
    ];
    for (quantity, quality, worth, clamp) in table {
        let answer = tokens(quantity, quality);
        assert_eq!(answer.estimate, cents(worth), "{quantity} tokens at {quality:?}");
        assert_eq!(answer.clamp, clamp, "{quantity} tokens at {quality:?}");
    }
}

#[test]
fn a_day_of_work_is_many_contributions() {
    let mut question = question(ContributionKind::Tokens, 60_000, None);
    question.daily = true;
    let answer = ask(&toy(), &question).expect("an estimate");
    let stream = &answer.streams[0];
    // 120 TOY, one contribution is worth at most 100; the bucket has 24 x 600 TOY.
    assert_eq!(stream.estimate, cents(12_000));
    assert_eq!(stream.clamp, Some(Clamp::Split(2)));
    assert_eq!(stream.available, cents(1_440_000));
    let daily = &value(&answer)["daily"];
    let expected = json!({
        "total_toy": "120", "daily_budget": "24000", "utilization": "0.005"
    });
    assert_eq!(daily, &expected);
}

#[test]
fn fields_carry_the_asset_and_the_streams_of_the_file() {
    let question = question(ContributionKind::Tokens, 10_000, Some(2_000_000));
    let answer = value(&ask(&toy(), &question).expect("an estimate"));
    let expected = json!({
        "per_1k_tokens_toy": "2",
        "estimate_toy": "30",
        "quality_applied": "1.5",
        "budget_available": true,
    });
    assert_eq!(answer["chat"], expected);
    assert_eq!(answer.get("tuning"), None);
    let notes = answer["notes"].as_array().expect("notes");
    assert_eq!(notes[0], "Estimates include active balancing");
    assert_eq!(notes[1], "Chat: quality 2 counts as 1.5; its range is 0.5 to 1.5.");
    let earliest = "Earliest payment: at the first close (at most 1h later) after the challenge \
                    window of 6h, which begins when the contribution is accepted.";
    assert!(notes.iter().any(|note| note == earliest), "{notes:?}");
    let chat = json!({
        "available": "600",
        "target": "600",
        "floor": "400",
        "ceiling": "800",
        "utilization_24h": "0.0",
        "backpay_queue_size": 0,
        "backpay_queue_toy": "0",
    });
    assert_eq!(answer["budget_status"]["epoch"], 0);
    assert_eq!(answer["budget_status"]["hourly_budget"], "1000");
    assert_eq!(answer["budget_status"]["buckets"]["chat"], chat);
}

#[test]
fn a_multiplier_by_rule_is_found_not_asked() {
    // 5 % x 100 TOY x 1.5; 4.9999999 % is below the step.
    let answer = improvement(&toy(), "5");
    assert_eq!(answer.streams[0].estimate, cents(75_000));
    let below = improvement(&toy(), "4.9999999");
    assert_eq!(below.streams[0].estimate, cents(49_999));
    let asked = question(ContributionKind::Improvement, 50_000_000, Some(3_000_000));
    let error = ask(&toy(), &asked).expect_err("difficulty cannot be asked");
    assert_eq!(error, Error::NotAsked { parameter: "difficulty", rule: "the improvement itself" });
}

#[test]
fn a_multiplier_by_consensus_is_that_of_all_approving() {
    let table = steps(&[("0", "0.5"), ("0.9", "1.5")]);
    // 3 verifiers are not fewer than 3, but fewer than 4.
    for (few, worth) in [(3, 3_000), (4, 1_600)] {
        let mut parameters = toy();
        let Score::Rate(score) = &mut parameters.streams[0].score else { panic!("a rate") };
        let few_value = ratio("0.8");
        score.first.rule = MultiplierRule::Consensus { steps: table.clone(), few, few_value };
        let answer = ask(&parameters, &question(ContributionKind::Tokens, 10_000, None));
        assert_eq!(answer.expect("an estimate").streams[0].estimate, cents(worth), "few {few}");
    }
}

#[test]
fn what_a_bucket_cannot_pay_at_once_is_spread_as_long_as_it_keeps_its_worth() {
    // 10 % x 100 x 2 = 2,000 TOY from a bucket with 400 an hour: 5 epochs, all within 6 hours,
    // after which backpay is worth a half.
    let answer = improvement(&toy(), "10");
    let stream = &answer.streams[0];
    assert_eq!(stream.estimate, cents(200_000));
    assert!(!stream.budget_available());
    let spread = stream.spread;
    assert_eq!((spread.epochs, spread.first, spread.then), (5, cents(40_000), cents(40_000)));
    assert_eq!(spread.sure, stream.estimate);
    assert!(answer.notes[0].starts_with("Tuning budget limited. Available: 400 TOY in epoch 0:"));
    assert!(answer.notes[0].contains("over 5 epochs of 1h, 400 TOY at first"));
    // 20 % are 4,000 TOY: the first epoch and those of age 1 to 5 hours pay 2,400.
    let answer = improvement(&toy(), "20");
    assert_eq!(answer.streams[0].spread.sure, cents(240_000));
    assert!(answer.notes[0].contains("of 4,000 TOY only 2,400 TOY is sure"));
    // Without backpay nothing but the first epoch is.
    let mut parameters = toy();
    parameters.buckets.as_mut().expect("buckets").backpay = None;
    assert_eq!(improvement(&parameters, "20").streams[0].spread.sure, cents(40_000));
    // A stream that may owe one epoch's target pays two epochs.
    let mut parameters = toy();
    let backpay = parameters.buckets.as_mut().expect("buckets").backpay.as_mut();
    backpay.expect("backpay").max_periods = 1;
    assert_eq!(improvement(&parameters, "20").streams[0].spread.sure, cents(80_000));
}

#[test]
fn too_small_an_improvement_is_worth_nothing_and_says_so() {
    let answer = improvement(&toy(), "0.0999999");
    assert_eq!(answer.streams[0].estimate, Amount::ZERO);
    assert_eq!(answer.streams[0].clamp, Some(Clamp::TooSmall(ratio("0.001"))));
    assert_eq!(improvement(&toy(), "0.1").streams[0].estimate, cents(1_000));
}

#[test]
fn what_a_network_does_not_pay_is_an_error() {
    let tasks = question(ContributionKind::Tasks, 5, None);
    assert_eq!(ask(&toy(), &tasks), Err(Error::NoStream(ContributionKind::Tasks)));
    assert_eq!(ask(&toy(), &Question::default()), Err(Error::NothingAsked));
    let mut parameters = toy();
    parameters.streams.clear();
    assert_eq!(ask(&parameters, &tasks), Err(Error::NoRates));
    let work = ScenarioWork::default();
    let error = calculate(&toy(), Scenario::DatasetUpload, &work).expect_err("no datasets");
    assert_eq!(error, Error::NoStream(ContributionKind::Dataset));
}

#[test]
fn numbers_that_cannot_be_asked_name_their_range() {
    let (tokens, improvement) = (ContributionKind::Tokens, ContributionKind::Improvement);
    let (tasks, dataset) = (ContributionKind::Tasks, ContributionKind::Dataset);
    assert_eq!(parse_quantity(tokens, "18446744073709551615"), Ok(u64::MAX));
    assert_eq!(parse_quantity(improvement, "100"), Ok(1_000_000_000));
    assert_eq!(parse_quantity(improvement, "0.0000001"), Ok(1));
    assert_eq!(parse_quantity(dataset, "1.5"), Ok(1_500_000_000));
    assert_eq!(parse_multiplier("1.1"), Ok(1_100_000));
    // What a verifier can measure: 2^32 - 1 millionths.
    assert_eq!(parse_multiplier("4294.967295"), Ok(u32::MAX));
    let bad = [
        (tokens, "18446744073709551616", "whole numbers from 0 to 18446744073709551615 tokens"),
        (tokens, "1.5", "whole numbers from 0 to"),
        (tokens, "-1", "whole numbers from 0 to"),
        (tokens, "NaN", "whole numbers from 0 to"),
        (tokens, "1e3", "whole numbers from 0 to"),
        (tokens, "", "whole numbers from 0 to"),
        (improvement, "100.1", "0 to 100 % improvement, with at most 7 decimals"),
        (improvement, "0.00000001", "with at most 7 decimals"),
        (improvement, "inf", "0 to 100 % improvement"),
        (tasks, "0.5", "whole numbers from 0 to 18446744073709551615 tasks"),
        (dataset, "18446744073.709551616", "0 to 18446744073.709551615 GB, with at most 9"),
        (dataset, "0.0000000001", "with at most 9 decimals"),
    ];
    for (kind, text, allowed) in bad {
        let error = parse_quantity(kind, text).expect_err(text);
        assert!(error.allowed.contains(allowed), "{text}: {}", error.allowed);
    }
    for text in ["-1", "NaN", "inf", "4294.967296", "1.0000001", "", " 1", "1e1", "4294968"] {
        let error = parse_multiplier(text).expect_err(text);
        assert_eq!(error.allowed, "0 to 4294.967295, with at most 6 decimals");
    }
}

#[test]
fn the_calculator_counts_hours() {
    let work = ScenarioWork { hours: 1_500, tokens_per_hour: 10_001, ..ScenarioWork::default() };
    let answer = calculate(&toy(), Scenario::InferenceHour, &work).expect("a calculation");
    // floor(10,001 x 1.5) = 15,001 tokens: 30.002 TOY, 20 TOY an hour.
    let expected = json!({
        "chat": {
            "description": "15,001 tokens at quality 1",
            "reward_toy": "30",
            "per_hour": "20",
        }
    });
    let answer = value(&answer);
    assert_eq!(answer["scenario"], "inference_hour");
    assert_eq!(answer["estimates"], expected);
    assert_eq!(answer["total_reward_toy"], "30");
    assert_eq!(answer["work_duration_hours"], "1.5");
    assert_eq!(answer["hourly_rate_toy"], "20");
    // Everything the network pays: 2 % is worth 200 TOY without and with its difficulty of 1.
    let work = ScenarioWork { hours: 3_000, ..ScenarioWork::default() };
    let answer = value(&calculate(&toy(), Scenario::Custom, &work).expect("a calculation"));
    let factors = json!({ "base": "200", "with_difficulty": "200" });
    assert_eq!(answer["estimates"]["tuning"]["factors"], factors);
    // 300,000 tokens are 600 TOY, six contributions' worth.
    assert_eq!(answer["total_reward_toy"], "800");
    assert_eq!(answer["hourly_rate_toy"], "266.66");
}

#[test]
fn work_beyond_one_contribution_is_calculated_as_several() {
    let note = |scenario, work: &ScenarioWork| {
        let answer = calculate(&toy(), scenario, work).expect("a calculation");
        (answer.total, answer.notes[1..].to_vec())
    };
    let hours = |hours: u64, tokens_per_hour| ScenarioWork {
        hours: hours * 1_000,
        tokens_per_hour,
        ..ScenarioWork::default()
    };
    // 2 TOY for 1,000 tokens, at most 100 TOY for one contribution: 50,000 tokens.
    let several = |count: u64| {
        format!("Chat: it takes at least {count} contributions; one is worth at most 100 TOY.")
    };
    let table = [
        (hours(5, 10_000), 10_000, vec![]),
        (hours(5, 10_001), 10_001, vec![several(2)]),
        (hours(24, 10_000), 48_000, vec![several(5)]),
        // One contribution is raised to its least, 0.50 TOY.
        (hours(1, 1), 50, vec![]),
        (hours(1, 0), 0, vec![]),
    ];
    for (work, worth, notes) in table {
        assert_eq!(note(Scenario::InferenceHour, &work), (cents(worth), notes), "{work:?}");
    }
    // 100 TOY for 1 %: 10 % at difficulty 2 are 2,000 TOY, at most 10,000.
    let mut parameters = toy();
    let Score::Rate(score) = &mut parameters.streams[1].score else { panic!("a rate") };
    score.maximum = cents(150_000);
    let work = ScenarioWork { improvements_per_session: 100_000_000, ..ScenarioWork::default() };
    let answer = calculate(&parameters, Scenario::LearningSession, &work).expect("a calculation");
    let factors = json!({ "base": "1000", "with_difficulty": "2000" });
    assert_eq!(value(&answer)["estimates"]["tuning"]["factors"], factors);
    assert_eq!(
        answer.notes[1],
        "Tuning: it takes at least 2 contributions; one is worth at most 1,500 TOY."
    );
}

#[test]
fn one_contribution_has_what_can_be_submitted() {
    let ask_of = |kind, quantity, daily| {
        let mut parameters = toy();
        let Score::Rate(score) = &mut parameters.streams[0].score else { panic!("a rate") };
        if kind != ContributionKind::Improvement {
            score.kind = kind;
        }
        let question = Question { daily, ..question(kind, quantity, None) };
        ask(&parameters, &question)
    };
    let most = 281_474_976_710_656; // 2^48
    let kinds = [
        (ContributionKind::Tokens, most),
        (ContributionKind::Tasks, most),
        (ContributionKind::Dataset, most),
        // All of the recorded loss would leave a loss of 0.
        (ContributionKind::Improvement, 999_999_999),
    ];
    for (kind, most) in kinds {
        for quantity in [1, most] {
            assert!(ask_of(kind, quantity, false).is_ok(), "{kind:?} {quantity}");
        }
        for quantity in [0, most + 1] {
            assert_eq!(ask_of(kind, quantity, false), Err(Error::NotOne(kind)), "{quantity}");
            assert!(ask_of(kind, quantity, true).is_ok(), "a day of {kind:?} {quantity}");
        }
    }
    let told = |kind| Error::NotOne(kind).to_string();
    assert_eq!(
        told(ContributionKind::Improvement),
        "one contribution has 0.0000001 to 99.9999999 % improvement"
    );
    assert_eq!(
        told(ContributionKind::Dataset),
        "one contribution has 0.000000001 to 281474.976710656 GB"
    );
    // By its size alone a day's work can take several: 2 x 2^48 + 1 tokens, at most 2^100 cents.
    let mut parameters = toy();
    let Score::Rate(score) = &mut parameters.streams[0].score else { panic!("a rate") };
    score.maximum = Amount::new(1 << 100);
    let question =
        Question { daily: true, ..question(ContributionKind::Tokens, 2 * most + 1, None) };
    let answer = ask(&parameters, &question).expect("an estimate");
    assert_eq!(answer.streams[0].clamp, Some(Clamp::Split(3)));
    let note = "Chat: it takes at least 3 contributions; one has 1 to 281474976710656 tokens and";
    assert!(answer.notes.iter().any(|told| told.starts_with(note)), "{:?}", answer.notes);
}

#[test]
fn the_policy_is_the_parameters() {
    let parameters = toy();
    let buckets = Buckets::of_file(&parameters, Amount::ZERO).expect("buckets");
    let answer = value(&policy(&parameters, &buckets).expect("a policy"));
    let rates = json!({ "per_1k_tokens_toy": "2", "per_1pct_improvement_toy": "100" });
    assert_eq!(answer["rates"], rates);
    let multipliers = json!({
        "chat_quality": { "min": "0.5", "max": "1.5" },
        "tuning_difficulty": { "min": "1", "max": "3" },
        "tuning_applicability": { "min": "0.8", "max": "1.2" },
    });
    assert_eq!(answer["multipliers"], multipliers);
    assert_eq!(answer["daily_budget"], "24000");
    // Two streams of one kind keep apart.
    let mut parameters = toy();
    let mut twin = parameters.streams[0].clone();
    twin.name = name("voice");
    parameters.streams[1] = twin;
    let answer = value(&policy(&parameters, &buckets).expect("a policy"));
    let rates = json!({ "chat_per_1k_tokens_toy": "2", "voice_per_1k_tokens_toy": "2" });
    assert_eq!(answer["rates"], rates);
}

#[test]
fn an_epoch_of_blocks_has_no_hourly_budget() {
    let mut parameters = toy();
    parameters.network.epoch_length = EpochLength::Blocks(10);
    let buckets = Buckets::of_file(&parameters, Amount::ZERO).expect("buckets");
    assert_eq!(value(&buckets.status().expect("a status"))["hourly_budget"], Value::Null);
}
