//! Rates of contributions, their multipliers, step functions, `[emission.dynamic]`.

use super::scalars::Unit;
use crate::choices::{self, MULTIPLIERS, MultiplierWord};
use crate::reader::{Field, Reader, Section};
use workmint_amounts::Ratio;
use workmint_core::modules::parameters::{
    ContributionKind, DynamicBudget, Multiplier, MultiplierRule, RateScore, Step, Steps,
};

/// What a step looks like.
const STEP: &str = "two decimal strings, from where on and the value: [\"7\", \"0.9\"]";

/// The keys of a stream with this score, beside those of all streams.
pub(super) const fn keys(kind: ContributionKind) -> &'static [&'static str] {
    match kind {
        ContributionKind::Tokens => &["rate", "minimum", "maximum", "quality"],
        ContributionKind::Improvement => {
            &["rate", "minimum", "maximum", "least_improvement", "difficulty", "applicability"]
        }
        ContributionKind::Tasks => &["rate", "minimum", "maximum", "complexity"],
        ContributionKind::Dataset => &["rate", "minimum", "maximum", "quality", "diversity"],
    }
}

pub(super) fn score<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    kind: ContributionKind,
    unit: Option<&Unit>,
) -> Option<RateScore> {
    let rate = reader.amount(section, "rate", unit);
    let minimum = reader.amount(section, "minimum", unit);
    let maximum = reader.amount(section, "maximum", unit);
    let least_improvement = match kind {
        ContributionKind::Improvement => reader.ratio(section, "least_improvement"),
        ContributionKind::Tokens | ContributionKind::Tasks | ContributionKind::Dataset => {
            Some(Ratio::ZERO)
        }
    };
    let (first, second) = kind.multipliers();
    let first = multiplier(reader, section, first);
    let second = match second {
        Some(name) => multiplier(reader, section, name),
        None => Some(NEUTRAL),
    };
    Some(RateScore {
        kind,
        rate: rate?,
        first: first?,
        second: second?,
        minimum: minimum?,
        maximum: maximum?,
        least_improvement: least_improvement?,
    })
}

/// A multiplier that changes nothing.
const NEUTRAL: Multiplier =
    Multiplier { min: Ratio::ONE, max: Ratio::ONE, rule: MultiplierRule::Measured };

/// Without its section a multiplier changes nothing.
fn multiplier<'a>(
    reader: &mut Reader<'a>,
    stream: &Section<'a>,
    name: &'static str,
) -> Option<Multiplier> {
    let Some(section) = reader.optional_section(Some(stream), name)? else {
        return Some(NEUTRAL);
    };
    let min = reader.ratio(&section, "min");
    let max = reader.ratio(&section, "max");
    let rule = rule(reader, &section);
    Some(Multiplier { min: min?, max: max?, rule: rule? })
}

fn rule<'a>(reader: &mut Reader<'a>, section: &Section<'a>) -> Option<MultiplierRule> {
    let word = reader.choice(section, "rule", MULTIPLIERS)?;
    let used: &[&str] = match word {
        MultiplierWord::Measured => &[],
        MultiplierWord::Consensus => &["steps", "few", "few_value"],
        MultiplierWord::ByImprovement => &["steps"],
    };
    let beside = format!("rule \"{}\"", choices::word(MULTIPLIERS, &word));
    reader.only(section, used, &["steps", "few", "few_value"], &beside);
    match word {
        MultiplierWord::Measured => Some(MultiplierRule::Measured),
        MultiplierWord::Consensus => {
            let steps = steps(reader, section, "steps");
            let few = reader.count(section, "few");
            let few_value = reader.ratio(section, "few_value");
            Some(MultiplierRule::Consensus { steps: steps?, few: few?, few_value: few_value? })
        }
        MultiplierWord::ByImprovement => {
            Some(MultiplierRule::ByImprovement(steps(reader, section, "steps")?))
        }
    }
}

/// A list of pairs: `[["0", "1"], ["7", "0.9"]]`.
pub(super) fn steps<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    key: &'static str,
) -> Option<Steps> {
    let field = reader.field(section, key)?;
    let pairs = reader.elements(&field, &format!("a list of steps, each {STEP}"))?;
    let read: Vec<Option<Step>> = pairs.iter().map(|pair| step(reader, pair)).collect();
    Some(Steps { steps: read.into_iter().collect::<Option<Vec<Step>>>()? })
}

fn step<'a>(reader: &mut Reader<'a>, pair: &Field<'a>) -> Option<Step> {
    let numbers = reader.elements(pair, STEP)?;
    let [from, value] = numbers.as_slice() else {
        reader.wrong(pair, format!("{} numbers are no step", numbers.len()), STEP);
        return None;
    };
    let (from, value) = (reader.ratio_in(from), reader.ratio_in(value));
    Some(Step { from: from?, value: value? })
}

pub(super) fn dynamic<'a>(
    reader: &mut Reader<'a>,
    emission: &Section<'a>,
) -> Option<Option<DynamicBudget>> {
    let Some(section) = reader.optional_section(Some(emission), "dynamic")? else {
        return Some(None);
    };
    let of_supply = reader.flag(&section, "of_supply");
    let full_activity = reader.count(&section, "full_activity");
    let least_activity = reader.ratio(&section, "least_activity");
    let most_activity = reader.ratio(&section, "most_activity");
    let backlog = steps(reader, &section, "backlog");
    let least = reader.ratio(&section, "least");
    let most = reader.ratio(&section, "most");
    Some(Some(DynamicBudget {
        of_supply: of_supply?,
        full_activity: full_activity?,
        least_activity: least_activity?,
        most_activity: most_activity?,
        backlog: backlog?,
        least: least?,
        most: most?,
    }))
}
