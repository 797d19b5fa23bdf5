//! Adapters: what document 002 and upstream's documents print. Where a row gives what the document
//! says, that counts; else what the code gives.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::contributions::{by_consensus, recommended_epoch_ms};
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::parameters::{
    AssetId, Bucket, ContributionKind, Emission, Schedule, Score, Split,
};

use super::governance::{consensus, decay_table, percent};
use super::policy::Question;
use super::rules::{BACKLOG, bly, in_bly, network, ratio, said, steps};
use crate::conformance::case::{Case, Node};
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances::{FOUR_DECIMALS, UNROUNDED};
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn row(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "docs_examples", function, run }
}

/// Why some rows are not covered.
const OWN_TESTS: &str = "words about upstream's own tests";
const NO_RANGE: &str = "the row's range is words, not numbers";

pub(super) const ADAPTERS: &[Adapter] = &[
    row("inference", inference),
    row("learning", learning),
    row("validation", validation),
    row("dataset", dataset),
    row("inflation", inflation),
    row("floors", floors),
    row("ceilings", ceilings),
    row("difficulty", difficulty),
    row("quality_consensus", quality),
    row("decay", decay),
    row("backlog", backlog),
    row("epoch", epoch),
    row("verify_monotonicity", |_| Ok(Verdict::NotCovered(OWN_TESTS))),
    row("verify_bounds", |_| Ok(Verdict::NotCovered(OWN_TESTS))),
];

/// What a row says.
fn stated(case: &Case) -> Node<'_> {
    let expected = case.expected();
    let (document, code) = (expected.optional("document"), expected.optional("code"));
    if document.is_null() { code } else { document }
}

/// The worth by the network's rates and ranges.
fn worth_stated(case: &Case, question: &Question) -> Outcome {
    let ours = question.answer()?.ok_or_else(|| Mismatch::new("a number cannot be said"))?;
    FOUR_DECIMALS.compare("BLY", ours, stated(case).ratio()?)
}

fn inference(case: &Case) -> Outcome {
    let input = case.input();
    let mut question =
        Question::of(ContributionKind::Tokens, said(&input.at("tokens"), Ratio::ZERO))?;
    question.first = said(&input.at("quality"), Ratio::ONE);
    worth_stated(case, &question)
}

/// The document slices nothing by hours.
fn learning(case: &Case) -> Outcome {
    let input = case.input();
    let improvement = said(&input.at("improvement_pct"), Ratio::ZERO);
    let mut question = Question::of(ContributionKind::Improvement, improvement)?;
    question.first = said(&input.at("difficulty"), ratio("1.5")?);
    question.second = said(&input.at("applicability"), Ratio::ONE);
    if input.has("base_pool_day") {
        question.rule.maximum = bly(input.at("base_pool_day").ratio()?)?;
    }
    worth_stated(case, &question)
}

fn validation(case: &Case) -> Outcome {
    let tasks = said(&case.input().at("tasks"), Ratio::ZERO);
    worth_stated(case, &Question::of(ContributionKind::Tasks, tasks)?)
}

fn dataset(case: &Case) -> Outcome {
    let input = case.input();
    let mut question = Question::of(ContributionKind::Dataset, said(&input.at("gb"), Ratio::ZERO))?;
    question.first = said(&input.at("quality"), Ratio::ONE);
    question.second = said(&input.at("diversity"), Ratio::ONE);
    worth_stated(case, &question)
}

/// A day of the network's hours, of this supply at this rate. The document prints whole BLY.
fn inflation(case: &Case) -> Outcome {
    let (input, parameters) = (case.input(), network()?);
    let Schedule::Inflation { year_epochs, .. } = parameters.emission.schedule else {
        return Err(Mismatch::new("blyan's schedule is not inflation"));
    };
    let schedule = Schedule::Inflation {
        base: bly(input.at("supply").ratio()?)?,
        rate: input.at("rate").ratio()?,
        year_epochs,
        dynamic: None,
    };
    let emission = Emission {
        utility: None,
        quota: Ratio::ZERO,
        reference_weight: 0,
        asset: AssetId(0),
        schedule,
        allocation: Amount::MAX,
        genesis_epoch: 0,
    };
    let mut day = Amount::ZERO;
    for epoch in 0..year_epochs / 365 {
        let facts = Facts { epoch, ..Facts::default() };
        day = day.checked_add(scheduled(&emission, &facts)?)?;
    }
    let (day, expected) = (in_bly(day)?, case.expected());
    if expected.has("code") {
        UNROUNDED.compare("a day", day, expected.at("code").ratio()?)?;
    }
    if expected.has("document") {
        let printed = expected.at("document").ratio()?;
        return same("whole BLY a day", day.floor_mul(1)?, printed.floor_mul(1)?);
    }
    Ok(Verdict::Passed)
}

/// The streams by the letters of a row.
const LETTERS: [(&str, ContributionKind); 4] = [
    ("i", ContributionKind::Tokens),
    ("l", ContributionKind::Improvement),
    ("v", ContributionKind::Tasks),
    ("d", ContributionKind::Dataset),
];

/// A bound of every bucket of the network, and their sum.
fn bounds(case: &Case, bound: fn(&Bucket) -> Ratio) -> Outcome {
    let (input, parameters) = (case.input(), network()?);
    let mut sum = Ratio::ZERO;
    for (letter, kind) in LETTERS {
        let bucket =
            parameters.streams.iter().find_map(|stream| match (&stream.score, stream.split) {
                (Score::Rate(rule), Split::Rate(bucket)) if rule.kind == kind => Some(bucket),
                _ => None,
            });
        let ours = bucket.map(|bucket| bound(&bucket));
        require(letter, ours, Some(input.at(letter).ratio()?))?;
        sum = sum.checked_add(ours.unwrap_or_default())?;
    }
    UNROUNDED.compare("sum", sum, stated(case).ratio()?)
}

fn floors(case: &Case) -> Outcome {
    bounds(case, |bucket| bucket.floor)
}

fn ceilings(case: &Case) -> Outcome {
    bounds(case, |bucket| bucket.ceiling)
}

/// Points of a range such as "1-5%", "<1 day" or ">42d": just inside its ends, and between. `None`:
/// it is none.
fn points_of(range: &str) -> Result<Option<Vec<Ratio>>, Mismatch> {
    let number = |text: &str| -> Option<Ratio> {
        let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        text[..end.unwrap_or(text.len())].parse().ok()
    };
    let (a_little, twentieth) = (Ratio::new(1, 1_000_000)?, Ratio::new(1, 20)?);
    if let Some(rest) = range.strip_prefix('<') {
        let Some(end) = number(rest) else { return Ok(None) };
        let middle = end.checked_mul(Ratio::new(1, 2)?)?;
        return Ok(Some(vec![Ratio::ZERO, middle, end.checked_sub(a_little)?]));
    }
    if let Some(rest) = range.strip_prefix('>') {
        let Some(from) = number(rest) else { return Ok(None) };
        let above = from.checked_add(from.checked_mul(twentieth)?)?;
        return Ok(Some(vec![from.checked_add(a_little)?, above]));
    }
    let ends = range.split_once('-').and_then(|(from, to)| number(from).zip(number(to)));
    let Some((from, to)) = ends else { return Ok(None) };
    let middle = from.checked_add(to)?.checked_mul(Ratio::new(1, 2)?)?;
    Ok(Some(vec![from.checked_add(a_little)?, middle, to.checked_sub(a_little)?]))
}

/// Compares what `ours` gives at points of the row's range with what the row says.
fn in_range(case: &Case, ours: impl Fn(Ratio) -> Result<Ratio, Mismatch>) -> Outcome {
    let range = case.input().at("range").text()?.to_owned();
    let Some(points) = points_of(&range)? else {
        return Ok(Verdict::NotCovered(NO_RANGE));
    };
    let theirs = stated(case).ratio()?;
    for point in points {
        UNROUNDED.compare(&format!("at {point}"), ours(point)?, theirs)?;
    }
    Ok(Verdict::Passed)
}

/// By the improvement in percent, as REWARDS_GOVERNANCE.md has it; it leaves out 10 to 20 %.
fn difficulty(case: &Case) -> Outcome {
    let table = steps(&[("0", "1"), ("0.01", "1.5"), ("0.05", "2"), ("0.2", "3")])?;
    in_range(case, |point| Ok(table.at(percent(point)?)))
}

/// So many verifiers that every point of a range is a whole number of them.
const MANY: u128 = 1_000_000_000_000;

/// By the percentage of verifiers that approve.
fn quality(case: &Case) -> Outcome {
    let (table, few) = consensus()?;
    in_range(case, |point| {
        let approving = percent(point)?.floor_mul(MANY)?;
        Ok(by_consensus(&table, few, approving, MANY)?)
    })
}

/// The network's decay, by days.
fn decay(case: &Case) -> Outcome {
    let table = decay_table()?;
    in_range(case, |point| Ok(table.at(point)))
}

/// The factor of a budget by its backlog, in days.
fn backlog(case: &Case) -> Outcome {
    let table = steps(&BACKLOG)?;
    in_range(case, |point| Ok(table.at(point)))
}

/// The recommended length of an epoch, by contributions an hour.
fn epoch(case: &Case) -> Outcome {
    let range = case.input().at("range").text()?.to_owned();
    let Some(points) = points_of(&range)? else {
        return Ok(Verdict::NotCovered(NO_RANGE));
    };
    let hours: Option<u64> =
        stated(case).text()?.strip_suffix('h').and_then(|hours| hours.parse().ok());
    for point in points {
        let ours = recommended_epoch_ms(point) / 3_600_000;
        require(&format!("at {point}"), Some(ours), hours)?;
    }
    Ok(Verdict::Passed)
}
