//! What an amount follows - utility, quota, reference weight - and the stream that pays for blocks.

use super::super::{Schedule, Score, Source, Utility};
use super::checker::{Checker, grouped};
use super::inflation::percent;
use workmint_amounts::Ratio;

/// Schedules that halve.
pub(super) fn check_halving(checker: &mut Checker<'_>, schedule: &Schedule) {
    match schedule {
        Schedule::Halving { initial, interval_epochs, most_halvings, minimum } => {
            checker.count("emission.interval", *interval_epochs, 1, u64::MAX);
            checker.count("emission.most_halvings", u64::from(*most_halvings), 0, 127);
            if initial.is_zero() || initial < minimum {
                checker.warning("emission.initial", "the schedule mints nothing");
            }
        }
        Schedule::HalvingByIssuance { initial, of, most_halvings } => {
            checker.require(!of.is_zero(), "emission.of", of, "above 0");
            checker.count("emission.most_halvings", u64::from(*most_halvings), 1, 127);
            if initial.is_zero() {
                checker.warning("emission.initial", "the schedule mints nothing");
            }
        }
        Schedule::Exponential { .. }
        | Schedule::FixedPerBlock { .. }
        | Schedule::RemainingFraction { .. }
        | Schedule::Geometric { .. }
        | Schedule::WorkSubsidy { .. }
        | Schedule::Inflation { .. } => {}
    }
}

pub(super) fn check_use(checker: &mut Checker<'_>) {
    let emission = &checker.parameters.emission;
    let quota = emission.quota;
    checker.ratio(quota.at_most_one(), "emission.quota", quota, "0 to 1");
    for (at, model) in checker.parameters.models.iter().enumerate() {
        difficulty(checker, at, model.difficulty);
    }
    if let Some(rule) = &emission.utility {
        utility(checker, rule);
    }
    if !quota.is_zero() {
        let message = format!(
            "where participants without a penalty answer fewer than {} of their requests, the \
             shortfall is not minted; an epoch without requests has none",
            percent(quota)
        );
        checker.fact("emission.quota", message);
    }
    if emission.reference_weight > 0 {
        let message = format!(
            "an epoch gets its whole amount from an effective weight of {} on, with less in \
             proportion",
            grouped(emission.reference_weight)
        );
        checker.fact("emission.reference_weight", message);
    }
    if emission.utility.is_some() || !quota.is_zero() || emission.reference_weight > 0 {
        let message = match &emission.schedule {
            Schedule::RemainingFraction { .. } | Schedule::HalvingByIssuance { .. } => {
                "what an epoch does not mint stays for later ones"
            }
            Schedule::Exponential { .. }
            | Schedule::FixedPerBlock { .. }
            | Schedule::Geometric { .. }
            | Schedule::WorkSubsidy { .. }
            | Schedule::Inflation { .. }
            | Schedule::Halving { .. } => "what an epoch does not mint is lost to the schedule",
        };
        checker.fact("emission.schedule", message);
    }
}

/// In whole 10^-18, of which its mean is taken.
fn difficulty(checker: &mut Checker<'_>, at: usize, difficulty: Ratio) {
    const UNITS: u128 = 1_000_000_000_000_000_000;
    let path = format!("models[{at}].difficulty");
    checker.ratio(difficulty.at_most_one(), &path, difficulty, "0 to 1");
    if UNITS.checked_rem(difficulty.denominator()) != Some(0) {
        let message = format!("{difficulty} has no end of digits");
        checker.error(&path, message, "at most 18 digits after the dot");
    }
}

fn utility(checker: &mut Checker<'_>, rule: &Utility) {
    checker.count("emission.utility.max_tasks", rule.max_tasks, 1, u64::MAX);
    let weights = [
        ("tasks", rule.tasks),
        ("difficulty", rule.difficulty),
        ("participation", rule.participation),
    ];
    let mut sum = Ok(Ratio::ZERO);
    for (key, weight) in weights {
        let path = format!("emission.utility.{key}");
        checker.ratio(weight.at_most_one(), &path, weight, "0 to 1");
        sum = sum.and_then(|sum| sum.checked_add(weight));
    }
    if sum != Ok(Ratio::ONE) {
        let sum = sum.map_or_else(|_| "more than can be added".to_owned(), |sum| sum.to_string());
        let message = format!("the weights of tasks, difficulty and participation sum to {sum}");
        checker.error("emission.utility", message, "weights that sum to exactly 1");
    }
    let all = checker.parameters;
    if !rule.gate {
        let message = format!(
            "without the gate an epoch without a single task mints up to {} of its amount, for \
             participation, and one task up to {} more, for its difficulty",
            percent(rule.participation),
            percent(rule.difficulty)
        );
        checker.warning("emission.utility.gate", message);
    }
    if !rule.difficulty.is_zero() && all.models.iter().all(|model| model.difficulty.is_zero()) {
        let message = "no model has a difficulty: this part of utility is always 0";
        checker.warning("emission.utility.difficulty", message);
    }
    if !rule.participation.is_zero() && all.validators.is_none() {
        let message = "there are no validators: this part of utility is always 0";
        checker.warning("emission.utility.participation", message);
    }
    let message = "tasks that providers buy from themselves count: what they cost must exceed what \
                   they mint";
    checker.fact("emission.utility.tasks", message);
}

/// At most one stream pays for blocks, by the blocks that validators proposed.
pub(super) fn check_blocks(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let mut first = None;
    for (at, stream) in parameters.streams.iter().enumerate() {
        let path = |key: &str| format!("streams[{at}].{key}");
        let pays = if let Source::BlockRewards { reward } = &stream.source {
            if reward.is_zero() {
                checker.warning(&path("reward"), "a block pays nothing");
            }
            true
        } else {
            false
        };
        let scores = stream.score == Score::BlocksProposed;
        if pays && !scores {
            let message = "a block is paid to whoever proposed it";
            checker.error(&path("score"), message, "blocks_proposed");
        }
        if scores && !pays {
            let message = "proposed blocks are paid by the block, from no other money";
            checker.error(&path("source"), message, "block_rewards");
        }
        if !pays {
            continue;
        }
        if parameters.validators.is_none() {
            let message = "there are no validators: nobody proposes a block";
            checker.error(&path("source"), message, "only with [validators]");
        }
        if let Schedule::WorkSubsidy { .. } = parameters.emission.schedule {
            let message = "rewards of blocks would move the cut-offs of work_subsidy";
            checker.error(&path("source"), message, "another schedule");
        }
        match first {
            None => first = Some(&stream.name),
            Some(first) => {
                let message = format!("stream {first} already pays for blocks");
                checker.error(&path("source"), message, "one such stream");
            }
        }
        let message = format!(
            "{} pays for blocks first; it and the epoch's emission share one allocation and count \
             each other",
            stream.name
        );
        checker.fact(&path("source"), message);
    }
}
