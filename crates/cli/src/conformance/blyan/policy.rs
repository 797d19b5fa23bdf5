//! Adapters: what work is worth (`policy.py`). Every quantity and multiplier is an input; rates and
//! ranges are the network's.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{ContributionKind, RateScore};
use workmint_core::modules::rewards::worth;

use super::rules::{DAILY_BUDGET, Said, bly, in_bly, rate_of, ratio, said};
use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances::FOUR_DECIMALS;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};

const fn any(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    any("calc_inference_bly", inference),
    any("calc_learning_bly", learning),
    any("calc_validation_bly", validation),
    any("calc_dataset_bly", dataset),
    any("estimate_daily_rewards", daily),
];

/// What is asked: a rule, a quantity in the document's unit, two multipliers.
pub(super) struct Question {
    pub(super) rule: RateScore,
    quantity: Said,
    pub(super) first: Said,
    pub(super) second: Said,
}

/// A unit of the document (1,000 tokens are not one: tokens; 1 %; a task; a GB) in the engine's
/// count.
fn counted(kind: ContributionKind) -> Ratio {
    Ratio::from(match kind {
        ContributionKind::Tokens => 1,
        other => other.unit(),
    })
}

impl Question {
    pub(super) fn of(kind: ContributionKind, quantity: Said) -> Result<Self, Mismatch> {
        let one = || Said::Number(Ratio::ONE);
        Ok(Self { rule: rate_of(kind)?, quantity, first: one(), second: one() })
    }

    /// The worth in BLY; `None` where a number cannot be said. A multiplier below 0 is below every
    /// range, as 0 is.
    pub(super) fn answer(&self) -> Result<Option<Ratio>, Mismatch> {
        let multiplier = |said: &Said| match said {
            Said::Number(number) => Some(*number),
            Said::Negative => Some(Ratio::ZERO),
            Said::Nothing => None,
        };
        let multipliers = multiplier(&self.first).zip(multiplier(&self.second));
        let (Said::Number(quantity), Some(multipliers)) = (&self.quantity, multipliers) else {
            return Ok(None);
        };
        let quantity = quantity.checked_mul(counted(self.rule.kind))?;
        Ok(Some(in_bly(worth(&self.rule, quantity, multipliers)?)?))
    }

    /// Compares with the recorded result.
    fn compare(&self, case: &Case) -> Outcome {
        let (ours, expected) = (self.answer()?, case.expected());
        let refused = expected.has("error");
        if let Said::Negative = self.quantity {
            require("a quantity below 0 refused", refused, true)?;
        }
        let Some(ours) = ours else {
            return Ok(if refused {
                Verdict::Passed
            } else {
                Verdict::Deviates(Decision::NumbersOnly)
            });
        };
        require("error", false, refused)?;
        FOUR_DECIMALS.compare("BLY", ours, expected.ratio()?)
    }
}

/// Upstream has no maximum.
fn inference(case: &Case) -> Outcome {
    let input = case.input();
    let tokens = said(&input.at("tokens"), Ratio::ZERO);
    let mut question = Question::of(ContributionKind::Tokens, tokens)?;
    question.first = said(&input.at("quality"), Ratio::ONE);
    question.rule.maximum = Amount::MAX;
    if !set_rate(&mut question.rule, &input.at("rate"))? {
        return unsayable_rate(case);
    }
    question.compare(case)
}

/// Sets the rate that a case gives, BLY; whether it can be said.
fn set_rate(rule: &mut RateScore, rate: &Node<'_>) -> Result<bool, Mismatch> {
    match said(rate, Ratio::ZERO) {
        Said::Number(number) if !rate.is_null() => rule.rate = bly(number)?,
        Said::Number(_) => {}
        Said::Negative | Said::Nothing => return Ok(false),
    }
    Ok(true)
}

/// A rate below 0 or without meaning cannot be a parameter.
fn unsayable_rate(case: &Case) -> Outcome {
    Ok(if case.expected().has("error") {
        Verdict::Passed
    } else {
        Verdict::Deviates(Decision::NumbersOnly)
    })
}

/// `hourslice_share` multiplies the rate, and with the pool of a day is the maximum.
fn learning(case: &Case) -> Outcome {
    let input = case.input();
    let improvement = said(&input.at("improvement_pct"), Ratio::ZERO);
    let mut question = Question::of(ContributionKind::Improvement, improvement)?;
    question.first = said(&input.at("difficulty"), ratio("1.5")?);
    question.second = said(&input.at("applicability"), Ratio::ONE);
    let slice = said(&input.at("hourslice_share"), Ratio::new(1, 24)?);
    let pool = said(&input.at("base_pool_day"), Ratio::ZERO);
    let (Said::Number(slice), Said::Number(pool)) = (slice, pool) else {
        return unsayable_rate(case);
    };
    let rule = &mut question.rule;
    rule.rate = bly(slice.checked_mul(in_bly(rule.rate)?)?)?;
    rule.maximum = bly(pool.checked_mul(slice)?)?;
    question.compare(case)
}

/// Upstream clamps no complexity and has no maximum: the range is as wide as the case needs it.
fn validation(case: &Case) -> Outcome {
    let input = case.input();
    let tasks = said(&input.at("n_tasks"), Ratio::ZERO);
    let mut question = Question::of(ContributionKind::Tasks, tasks)?;
    let complexity = said(&input.at("complexity_multiplier"), Ratio::ONE);
    question.rule.first.min = Ratio::ZERO;
    question.rule.maximum = Amount::MAX;
    if !set_rate(&mut question.rule, &input.at("per_task_rate"))? {
        return unsayable_rate(case);
    }
    match complexity {
        Said::Number(number) => question.rule.first.max = number,
        // There it makes a negative amount, here it is no multiplier.
        Said::Negative => return negative_pay(case, &question),
        Said::Nothing => {}
    }
    question.first = complexity;
    question.compare(case)
}

fn negative_pay(case: &Case, question: &Question) -> Outcome {
    if case.expected().has("error") {
        return Ok(Verdict::Passed);
    }
    let theirs = case.expected().decimal()?;
    let pays = question.answer()?.is_some_and(|ours| !ours.is_zero());
    require("an amount below 0", pays, theirs.is_negative() && !theirs.is_zero())?;
    Ok(Verdict::Deviates(Decision::NumbersOnly))
}

fn dataset(case: &Case) -> Outcome {
    let input = case.input();
    let size = said(&input.at("gb_size"), Ratio::ZERO);
    let mut question = Question::of(ContributionKind::Dataset, size)?;
    question.first = said(&input.at("quality_score"), Ratio::ZERO);
    question.second = said(&input.at("diversity_score"), Ratio::ONE);
    match said(&input.at("cap"), ratio("10000")?) {
        Said::Number(cap) => question.rule.maximum = bly(cap)?,
        Said::Negative | Said::Nothing => return unsayable_rate(case),
    }
    question.compare(case)
}

/// A day of each kind: difficulty 1.5, quality of data 0.9, the learning pool of a day.
fn daily(case: &Case) -> Outcome {
    let input = case.input();
    let of = |kind, key: &str| Question::of(kind, said(&input.at(key), Ratio::ZERO));
    let budget = Ratio::from_integer(DAILY_BUDGET);
    let mut learning = of(ContributionKind::Improvement, "expected_improvements")?;
    learning.first = Said::Number(ratio("1.5")?);
    learning.rule.maximum = bly(budget.checked_mul(ratio("0.35")?)?)?;
    let mut dataset = of(ContributionKind::Dataset, "expected_dataset_gb")?;
    dataset.first = Said::Number(ratio("0.9")?);
    let mut inference = of(ContributionKind::Tokens, "expected_tokens")?;
    let mut validation = of(ContributionKind::Tasks, "expected_validations")?;
    for question in [&mut inference, &mut validation] {
        question.rule.maximum = Amount::MAX;
    }
    let questions = [
        ("inference", inference),
        ("learning", learning),
        ("validation", validation),
        ("dataset", dataset),
    ];
    let expected = case.expected();
    let mut total = Ratio::ZERO;
    for (name, question) in questions {
        let Some(ours) = question.answer()? else {
            return unsayable_rate(case);
        };
        FOUR_DECIMALS.compare(name, ours, expected.at(name).ratio()?)?;
        total = total.checked_add(ours)?;
    }
    FOUR_DECIMALS.compare("total", total, expected.at("total").ratio()?)?;
    let used = total.checked_div(budget)?;
    FOUR_DECIMALS.compare("utilization", used, expected.at("utilization").ratio()?)
}
