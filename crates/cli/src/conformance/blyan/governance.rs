//! Adapters: multipliers, decay, the budget that follows, statistics and reputation
//! (`governance.py`, `safety.py`).

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::contributions::{Standing, by_consensus, points, recommended_epoch_ms};
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::parameters::Steps;
use workmint_core::modules::rewards::gini;

use super::rules::{bly, dynamic_emission, in_bly, network, ratio, reputation, steps};
use crate::conformance::case::Case;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances::UNROUNDED;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, same};

const fn any(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    any("calculate_difficulty_multiplier", difficulty),
    any("calculate_quality_multiplier", quality),
    any("BackpayDecayManager.calculate_decayed_value", decay),
    any("calculate_dynamic_budget", budget),
    any("calculate_gini_coefficient", coefficient),
    any("auto_tune_epoch_size", epoch_size),
    any("ReputationScore.calculate_score", score),
];

/// Percent as a share.
pub(super) fn percent(number: Ratio) -> Result<Ratio, Mismatch> {
    Ok(number.checked_div(Ratio::from_integer(100))?)
}

/// By the improvement of a loss; what is measured otherwise counts 1.5.
fn difficulty(case: &Case) -> Outcome {
    let input = case.input();
    let table = match input.at("metric_type").text()? {
        "test_loss" => steps(&[("0", "1"), ("0.05", "1.5"), ("0.1", "2"), ("0.2", "3")])?,
        _ => steps(&[("0", "1.5")])?,
    };
    let ours = table.at(percent(input.at("improvement_pct").ratio()?)?);
    UNROUNDED.compare("difficulty", ours, case.expected().ratio()?)
}

/// By the share of verifiers that approve; fewer than 3 count 0.8.
pub(super) fn consensus() -> Result<(Steps, (u32, Ratio)), Mismatch> {
    let table = steps(&[("0", "0.5"), ("0.7", "0.8"), ("0.85", "1"), ("0.95", "1.5")])?;
    Ok((table, (3, ratio("0.8")?)))
}

fn quality(case: &Case) -> Outcome {
    let input = case.input();
    let (table, few) = consensus()?;
    let (positive, all) = (input.at("positive").number()?, input.at("validators").number()?);
    let ours = by_consensus(&table, few, positive, all)?;
    UNROUNDED.compare("quality", ours, case.expected().ratio()?)
}

/// The network's decay.
pub(super) fn decay_table() -> Result<Steps, Mismatch> {
    let backpay = network()?.buckets.and_then(|buckets| buckets.backpay);
    backpay.map(|backpay| backpay.decay).ok_or_else(|| Mismatch::new("blyan keeps no backpay"))
}

fn decay(case: &Case) -> Outcome {
    let input = case.input();
    let (amount, age) = (input.at("amount").ratio()?, input.at("age_days").ratio()?);
    let compare = |factor: Ratio| -> Outcome {
        let theirs = case.expected().list()?;
        let [value, theirs] = theirs.as_slice() else {
            return Err(Mismatch::new("a value and a factor are needed"));
        };
        UNROUNDED.compare("factor", factor, theirs.ratio()?)?;
        let worth = in_bly(factor.apply_floor(bly(amount)?)?)?;
        UNROUNDED.compare("value", worth, value.ratio()?)
    };
    let table = decay_table()?;
    let at_a_step = table.steps.iter().any(|step| step.from == age && !age.is_zero());
    if !at_a_step {
        return compare(table.at(age));
    }
    // An instant before, both have the same factor.
    let before = age.checked_sub(Ratio::new(1, 1_000_000_000)?)?;
    compare(table.at(before))?;
    Ok(Verdict::Deviates(Decision::StepsBeginWhereTheySay))
}

fn budget(case: &Case) -> Outcome {
    let input = case.input();
    let supply = input.at("current_supply").ratio()?;
    // The backlog is given in days of the plain budget.
    let day = supply.checked_mul(ratio("0.1")?)?.checked_div(Ratio::from_integer(365))?;
    let backpay = input.at("backpay_ratio").ratio()?.checked_mul(day)?;
    let facts = Facts {
        epoch: 0,
        asset_issued: bly(supply)?,
        active: input.at("daily_active_nodes").number()?,
        backpay: bly(backpay)?,
        ..Facts::default()
    };
    let ours = in_bly(scheduled(&dynamic_emission()?, &facts)?)?;
    UNROUNDED.compare("budget", ours, case.expected().ratio()?)
}

fn coefficient(case: &Case) -> Outcome {
    let mut amounts: Vec<Amount> = Vec::new();
    for amount in case.input().at("distributions").list()? {
        amounts.push(bly(amount.ratio()?)?);
    }
    UNROUNDED.compare("coefficient", gini(&amounts)?, case.expected().ratio()?)
}

fn epoch_size(case: &Case) -> Outcome {
    let per_hour = case.input().at("claims_per_hour").ratio()?;
    let seconds = recommended_epoch_ms(per_hour) / 1_000;
    same("seconds", seconds, case.expected().number()?)
}

fn score(case: &Case) -> Outcome {
    let input = case.input();
    let of = |key: &str| input.at(key).ratio();
    let standing = Standing {
        contributions: of("pol_contributions")?,
        accuracy: of("validation_accuracy")?,
        stake: of("stake_amount")?,
        age_days: of("account_age_days")?,
        violations: of("violation_count")?,
    };
    UNROUNDED.compare("points", points(&reputation()?, &standing)?, case.expected().ratio()?)
}
