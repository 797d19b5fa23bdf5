//! Adapters: missed requests and sampled checks.

use std::collections::BTreeMap;

use workmint_amounts::{Ratio, binomial_critical};
use workmint_core::modules::parameters::{MissedRequests, Sampling};
use workmint_core::modules::work::{
    CriticalTable, MissTest, NetworkMisses, Odds, check_probability, draw, expected_checks,
    followed_rate, minimum_checks, owes_check,
};

use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::tolerances;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn any(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    any("getDynamicP0", dynamic_rate),
    any("MissedStatTest", miss_test),
    any("MissedStatTestLookupWithP0", table_test),
    any("BinomialPValue", tail),
    Adapter {
        file: "missed_stat_critical_tables",
        function: "MissedStatTestLookupWithP0",
        run: table_rows,
    },
    any("ShouldValidate", should_validate),
    any("CalculateMinimumValidationAverage", minimum),
    any("DeterministicFloat", number),
];

/// Numbers drawn and probabilities count 10^-16.
const UNITS: u128 = 10_000_000_000_000_000;

fn dynamic_rate(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let mut misses = Vec::new();
    for participant in input.at("participants").list()? {
        let stats = participant.at("CurrentEpochStats");
        misses.push((stats.at("MissedRequests").number()?, stats.at("InferenceCount").number()?));
    }
    // Without a rate of its own the peer takes 0.1.
    let rate = input.at("validationParams").at("BinomTestP0").ratio()?;
    let rate = if rate.is_zero() { "0.1".parse()? } else { rate };
    let ours = followed_rate(rate, &NetworkMisses::of(misses)?)?;
    require("nobody fails", ours.is_none(), expected.at("r1").flag()?)?;
    // In an outage the peer names its last table, which it then does not use.
    same("rate", ours.unwrap_or("0.5".parse()?), expected.at("r0").ratio()?)
}

/// (missed, answered) of a case; `None` where one is below 0, which ours cannot be.
fn counts(case: &Case) -> Result<Option<(u64, u64)>, Mismatch> {
    let (missed, total) =
        (case.input().at("nMissed").integer()?, case.input().at("nTotal").integer()?);
    let answered = total.checked_sub(missed).and_then(|answered| u64::try_from(answered).ok());
    Ok(u64::try_from(missed).ok().zip(answered))
}

/// Compares what a test at this rate, cut off to a table, says of a case.
fn compare_test(case: &Case, rate: Option<Ratio>) -> Outcome {
    let counts = counts(case)?;
    let ours = match (rate, counts) {
        (Some(rate), Some((missed, answered))) => {
            let rule = MissedRequests::Tables { rate, follows_network: false };
            Some(!MissTest::new(&rule)?.fails(missed, answered)?)
        }
        (Some(_) | None, Some(_) | None) => None,
    };
    let expected = case.expected();
    let passes = expected.at("result").flag()?;
    let theirs = if expected.has("err") { None } else { Some(passes) };
    require("passes with an error", false, theirs.is_none() && passes)?;
    if let (Some(rate), Some(counts), Some(ours), Some(theirs)) = (rate, counts, ours, theirs)
        && !has_table(rate)?
    {
        return compare_tail_test(counts, rate, (ours, theirs));
    }
    same("passes", ours, theirs)
}

fn has_table(rate: Ratio) -> Result<bool, Mismatch> {
    Ok(u64::try_from(rate.floor_mul(1_000)?).is_ok_and(|of| CriticalTable::of(of).is_some()))
}

/// At a rate without a table the peer's tail is rounded: it is 0 where a power of it vanishes, and
/// elsewhere its answer is another than ours only where the rounding leads past 0.05.
fn compare_tail_test(counts: (u64, u64), rate: Ratio, (ours, theirs): (bool, bool)) -> Outcome {
    let vanishes = tolerances::binomial_vanishes(counts, rate);
    if vanishes {
        require("passes with a tail of 0", false, theirs)?;
    }
    if ours == theirs {
        return Ok(Verdict::Passed);
    }
    if !vanishes {
        let limit = Ratio::new(1, 20)?;
        let part = tolerances::binomial_part(counts, rate);
        let (below, above) = tolerances::binomial_tail(limit, part).around(limit)?;
        let total = counts.0.checked_add(counts.1);
        let total = total.ok_or_else(|| Mismatch::new("too many requests"))?;
        let reached = |limit| Ok::<_, Mismatch>(binomial_critical(total, rate, limit)?);
        let reaches = |row: Vec<u64>| row.last().is_some_and(|most| *most >= counts.0);
        let near = reaches(reached(below.unwrap_or(Ratio::ZERO))?)
            && !(above <= Ratio::ONE && reaches(reached(above)?));
        require("a tail near 0.05", near, true)?;
    }
    Ok(Verdict::Deviates(Decision::ExactTail))
}

fn miss_test(case: &Case) -> Outcome {
    let rate = case.input().at("p0").decimal()?;
    // The checker takes rates between 0 and 1.
    let none = rate.is_negative() || rate.is_zero() || rate.magnitude() >= Ratio::ONE;
    compare_test(case, (!none).then_some(rate.magnitude()))
}

fn table_test(case: &Case) -> Outcome {
    let table = CriticalTable::of(case.input().at("p0Permille").number()?);
    compare_test(case, table.map(CriticalTable::rate).transpose()?)
}

fn table_rows(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let permille = input.at("p0_permille").number()?;
    let table = CriticalTable::of(permille)
        .ok_or_else(|| Mismatch::new(format!("there is no table of {permille}")))?;
    let mut rows = Vec::new();
    for row in expected.at("rows_total_critical").list()? {
        let numbers: Result<Vec<u64>, Mismatch> = row.list()?.iter().map(Node::number).collect();
        rows.push(numbers?);
    }
    let ours: Vec<Vec<u64>> = table.rows().map(|(total, most)| vec![total, most]).collect();
    require("number of rows", ours.len(), rows.len())?;
    for (ours, theirs) in ours.iter().zip(&rows) {
        require("row", ours, theirs)?;
    }
    let last = ours.last().and_then(|row| row.first().copied());
    require("last total", last, Some(input.at("max_table_n").number()?))?;
    match &expected.at("large_n_multiplier_num_den").list()?[..] {
        [numerator, denominator] => {
            let theirs = Ratio::new(numerator.number()?, denominator.number()?)?;
            same("share above the rows", table.rate()?, theirs)
        }
        _ => Err(Mismatch::new("large_n_multiplier_num_den: two numbers are needed")),
    }
}

/// The tail at k lies where the peer says: k is still reached at a significance a little below its
/// value, and not at one a little above.
fn tail(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let (k, trials) = (input.at("k").integer()?, input.at("n").integer()?);
    let failures = trials.checked_sub(k).filter(|rest| *rest >= 0);
    let numbers = u64::try_from(k).ok().zip(failures.and_then(|rest| u64::try_from(rest).ok()));
    let Some((k, rest)) = numbers else {
        return same("refused", true, expected.has("err"));
    };
    let (rate, theirs) = (input.at("p0").ratio()?, expected.at("result").ratio()?);
    if k == 0 {
        return same("tail at 0", Ratio::ONE, theirs);
    }
    if tolerances::binomial_vanishes((k, rest), rate) {
        require("tail of powers that vanish", Ratio::ZERO, theirs)?;
        return Ok(Verdict::Deviates(Decision::ExactTail));
    }
    let part = tolerances::binomial_part((k, rest), rate);
    let tolerance = tolerances::binomial_tail(theirs, part);
    let reached = |significance: Ratio| -> Result<bool, Mismatch> {
        let critical = binomial_critical(input.at("n").number()?, rate, significance)?;
        Ok(critical.last().is_some_and(|critical| *critical >= k))
    };
    let (below, above) = tolerance.around(theirs)?;
    if let Some(below) = below {
        require(&format!("reached at {below}"), reached(below)?, true)?;
    }
    if above <= Ratio::ONE {
        require(&format!("reached at {above}"), reached(above)?, false)?;
    }
    Ok(Verdict::Passed)
}

fn sampling_rules(rules: &Node<'_>) -> Result<Sampling, Mismatch> {
    Ok(Sampling {
        minimum: rules.at("MinValidationAverage").ratio()?,
        maximum: rules.at("MaxValidationAverage").ratio()?,
        halfway: rules.at("MinValidationHalfway").ratio()?,
        full_traffic: rules.at("FullValidationTrafficCutoff").number()?,
        low_traffic: rules.at("MinValidationTrafficCutoff").number()?,
    })
}

fn should_validate(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let rules = sampling_rules(&input.at("validationParams"))?;
    let details = input.at("inferenceDetails");
    let odds = Odds {
        traffic: details.at("TrafficBasis").number()?,
        reputation: details.at("ExecutorReputation").number()?,
        validator: input.at("validatorPower").number()?,
        provider: input.at("executorPower").number()?,
        total: input.at("totalPower").number()?,
    };
    let (seed, text) = (input.at("seed").number()?, details.at("InferenceId").text()?);
    let told = told(expected.at("r1").text()?);
    if let Some(theirs) = told.get("targetValidations") {
        let ours = expected_checks(&rules, odds.traffic, odds.reputation)?;
        require("expected checks", ours, theirs.parse()?)?;
        let probability = Ratio::new(check_probability(ours, &odds)?, UNITS)?;
        require("probability", told.get("ourProbability"), Some(&probability.to_string()))?;
        let number = Ratio::new(draw(seed, text)?, UNITS)?;
        require("number", told.get("randFloat"), Some(&number.to_string()))?;
    }
    let ours = owes_check(&rules, seed, text, &odds)?;
    same("owes the check", ours, expected.at("r0").flag()?)
}

/// The numbers in the peer's own account: "Should Validate: true randFloat: 0.5, ..".
fn told(account: &str) -> BTreeMap<&str, String> {
    let words: Vec<&str> = account.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let named = words.windows(2).filter_map(|pair| match pair {
        [name, value] => Some((name.strip_suffix(':')?, (*value).to_owned())),
        _ => None,
    });
    named.collect()
}

fn minimum(case: &Case) -> Outcome {
    let input = case.input();
    let rules = sampling_rules(&input.at("validationParams"))?;
    let ours = minimum_checks(&rules, input.at("recentRequestCount").number()?)?;
    same("expected checks", ours, case.expected().at("result").ratio()?)
}

fn number(case: &Case) -> Outcome {
    let input = case.input();
    let ours = draw(input.at("seed").number()?, input.at("identifier").text()?)?;
    same("number", Ratio::new(ours, UNITS)?, case.expected().at("result").ratio()?)
}
