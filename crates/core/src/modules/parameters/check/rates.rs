//! Streams of contributions: what a contribution is worth, and what an epoch's target buys.

use super::super::{Clip, Denominator};
use super::super::{
    ContributionKind, Destination, Limit, Multiplier, MultiplierRule, RateScore, Remainder, Steps,
    Stream,
};
use super::checker::{Checker, brief};
use super::inflation::{percent, two_digits};
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// Most digits after the dot of multipliers and factors: several of them and a quantity of 64 bits
/// must stay below 2^128.
const FINE: u128 = 1_000_000;
const HUNDRED: Ratio = Ratio::from_integer(100);

/// A ratio that is multiplied with others before anything is rounded.
pub(super) fn fine(
    checker: &mut Checker<'_>,
    holds: bool,
    path: &str,
    value: Ratio,
    allowed: &str,
) {
    checker.ratio(holds, path, value, allowed);
    if value.denominator() > FINE {
        let message = format!("{value} has too many digits");
        checker.error(path, message, "at most 6 digits after the dot");
    }
}

/// Steps whose beginnings and values have upper limits.
pub(super) fn steps(
    checker: &mut Checker<'_>,
    path: &str,
    all: &Steps,
    (most_from, most_value): (Option<Ratio>, Ratio),
) {
    let count = u64::try_from(all.steps.len()).unwrap_or(u64::MAX);
    if !(1..=64).contains(&count) {
        return checker.error(path, format!("there are {count} steps"), "1 to 64");
    }
    let mut last = None;
    for (at, step) in all.steps.iter().enumerate() {
        let path = format!("{path}[{at}]");
        match last {
            None if !step.from.is_zero() => {
                let message = format!("the first step begins at {}", step.from);
                checker.error(&path, message, "0");
            }
            Some(last) if step.from <= last => {
                let message = format!("{} does not come after {last}", step.from);
                checker.error(&path, message, &format!("above {last}"));
            }
            None | Some(_) => {}
        }
        last = Some(step.from);
        let (holds, allowed) = match most_from {
            Some(most) => (step.from <= most, format!("0 to {most}")),
            None => (true, String::new()),
        };
        fine(checker, holds, &path, step.from, &allowed);
        let allowed = format!("values 0 to {most_value}");
        fine(checker, step.value <= most_value, &path, step.value, &allowed);
    }
}

/// A stream whose score is a rate.
pub(super) fn check(
    checker: &mut Checker<'_>,
    stream: &Stream,
    rule: &RateScore,
    path: &dyn Fn(&str) -> String,
) {
    let parameters = checker.parameters;
    if !stream.source.is_emission() {
        checker.error(&path("source"), "contributions are paid out of emission", "emission");
    }
    if parameters.contributions.is_none() {
        let message = "nothing can be contributed without the section [contributions]";
        checker.error(&path("score"), message, "a section [contributions]");
    }
    unused(checker, stream, path);
    checker.require(!rule.rate.is_zero(), &path("rate"), rule.rate, "above 0");
    checker.require(!rule.maximum.is_zero(), &path("maximum"), rule.maximum, "above 0");
    if rule.minimum > rule.maximum {
        let asset = parameters.emission.asset;
        let (least, most) = (rule.minimum, rule.maximum);
        let (least, most) = (checker.shown(least, asset), checker.shown(most, asset));
        let message = format!("the minimum {least} is above the maximum");
        checker.error(&path("minimum"), message, &format!("0 to {most}"));
    }
    let (least, key) = (rule.least_improvement, path("least_improvement"));
    fine(checker, least.at_most_one(), &key, least, "0 to 1");
    let (first, second) = rule.kind.multipliers();
    multiplier(checker, rule.kind, &rule.first, &path(first));
    multiplier(checker, rule.kind, &rule.second, &path(second.unwrap_or("second")));
    if second.is_none() && (rule.second.min, rule.second.max) != (Ratio::ONE, Ratio::ONE) {
        let message = "this score has one multiplier";
        checker.error(&path("second"), message, "1 to 1");
    }
    if rule.kind != ContributionKind::Improvement && !least.is_zero() {
        checker.error(&key, "only improvements have a least one", "0");
    }
    if rule.kind == ContributionKind::Improvement
        && parameters.models.iter().all(|model| model.recorded_loss == 0)
    {
        let message = "no model has a recorded loss: nothing can be improved";
        checker.error(&path("score"), message, "a model with recorded_loss");
    }
    if largest(rule).is_err() {
        let message = "the largest quantity would be worth more than 2^128 base units";
        checker.error(&path("rate"), message, "a smaller rate or smaller multipliers");
    }
    minimum(checker, rule, path);
    worthless(checker, rule, path);
}

/// What a bucket decides by rules of its own.
fn unused(checker: &mut Checker<'_>, stream: &Stream, path: &dyn Fn(&str) -> String) {
    let plain = [
        ("denominator", stream.denominator == Denominator::Full, "full"),
        ("limit", stream.limit == Limit::None, "none"),
        ("forfeits", stream.forfeits == Destination::Burn, "burn"),
        ("remainder", stream.remainder == Remainder::Carry, "carry"),
        ("clip", stream.clip == Clip::Budget, "budget"),
    ];
    for (key, holds, allowed) in plain {
        if !holds {
            let message = format!("{key} has no meaning beside split \"rate\"");
            checker.error(&path(key), message, allowed);
        }
    }
}

fn multiplier(checker: &mut Checker<'_>, kind: ContributionKind, of: &Multiplier, path: &str) {
    let key = |name: &str| format!("{path}.{name}");
    fine(checker, of.min <= of.max, &key("min"), of.min, "0 to max");
    let holds = !of.max.is_zero() && of.max <= HUNDRED;
    fine(checker, holds, &key("max"), of.max, "above 0, at most 100");
    match &of.rule {
        MultiplierRule::Measured => {}
        MultiplierRule::Consensus { steps: by, few, few_value } => {
            steps(checker, &key("steps"), by, (Some(Ratio::ONE), HUNDRED));
            checker.count(&key("few"), u64::from(*few), 0, 64);
            fine(checker, *few_value <= HUNDRED, &key("few_value"), *few_value, "0 to 100");
            let rules = checker.parameters.contributions.as_ref();
            if let Some(verdicts) = rules.map(|rules| rules.verifiers)
                && *few > verdicts
            {
                let message = format!(
                    "there are never more than {verdicts} verdicts: the multiplier is always \
                     few_value, {}",
                    brief(*few_value)
                );
                checker.warning(&key("few"), message);
            }
        }
        MultiplierRule::ByImprovement(by) => {
            if kind != ContributionKind::Improvement {
                let message = "only improvements have a multiplier by improvement";
                checker.error(&key("rule"), message, "measured, consensus");
            }
            steps(checker, &key("steps"), by, (Some(Ratio::ONE), HUNDRED));
        }
    }
}

/// Worth of the largest quantity at the largest multipliers, before the maximum.
fn largest(rule: &RateScore) -> Result<Amount, ArithmeticError> {
    let units = Ratio::new(u128::from(u64::MAX), u128::from(rule.kind.unit()))?;
    let most = rule.first.max.checked_mul(rule.second.max)?;
    units.checked_mul(most)?.apply_floor(rule.rate)
}

/// Both multipliers together, when each is 1 or as near to it as its range allows.
fn usual(rule: &RateScore) -> Result<Ratio, ArithmeticError> {
    let one = |of: &Multiplier| Ratio::ONE.max(of.min).min(of.max);
    one(&rule.first).checked_mul(one(&rule.second))
}

/// Quantity that `amount` pays for at usual multipliers.
fn pays_for(rule: &RateScore, amount: Ratio) -> Result<Ratio, ArithmeticError> {
    let each = usual(rule)?.checked_mul(Ratio::from_integer(rule.rate.get()))?;
    amount.checked_div(each)?.checked_mul(Ratio::from(rule.kind.unit()))
}

/// A quantity with its unit, rounded down.
fn quantity(kind: ContributionKind, of: Ratio) -> Option<String> {
    let count = |unit: &str| {
        let whole = of.floor_mul(1).ok()?;
        let plural = if whole == 1 { "" } else { "s" };
        Some(format!("{} {unit}{plural}", Amount::new(whole).to_grouped(0, 0)))
    };
    Some(match kind {
        ContributionKind::Tokens => count("token")?,
        ContributionKind::Improvement => {
            let share = of.checked_div(Ratio::from_integer(1_000_000_000)).ok()?;
            format!("{} of the recorded loss", percent(share))
        }
        ContributionKind::Tasks => count("task")?,
        ContributionKind::Dataset => count("byte")?,
    })
}

/// A minimum pays whoever splits its work.
fn minimum(checker: &mut Checker<'_>, rule: &RateScore, path: &dyn Fn(&str) -> String) {
    if rule.minimum.is_zero() {
        return;
    }
    let smallest = match rule.kind {
        ContributionKind::Improvement => {
            rule.least_improvement.ceil_mul(1_000_000_000).map(|least| least.max(1))
        }
        ContributionKind::Tokens | ContributionKind::Tasks | ContributionKind::Dataset => Ok(1),
    };
    let until = pays_for(rule, Ratio::from_integer(rule.minimum.get()));
    let (Ok(smallest), Ok(until)) = (smallest.map(Ratio::from_integer), until) else {
        return;
    };
    let asset = checker.parameters.emission.asset;
    let shown = checker.shown(rule.minimum, asset);
    let (Some(least), Some(equal)) = (quantity(rule.kind, smallest), quantity(rule.kind, until))
    else {
        return;
    };
    let message = if until <= smallest {
        format!("a contribution of {least} at x1 is already worth the minimum {shown}")
    } else {
        format!(
            "every contribution from {least} on is worth {shown}, as much as {equal} at x1: many \
             small ones are worth more than a large one"
        )
    };
    checker.fact(&path("minimum"), message);
}

/// A minimum pays also for what verifiers find worth nothing.
fn worthless(checker: &mut Checker<'_>, rule: &RateScore, path: &dyn Fn(&str) -> String) {
    let parameters = checker.parameters;
    let Some(rules) = parameters.contributions.as_ref().filter(|_| !rule.minimum.is_zero()) else {
        return;
    };
    let approved = Ratio::new(u128::from(rules.approvals), u128::from(rules.verifiers));
    let (first, second) = rule.kind.multipliers();
    let both = [(Some(first), &rule.first), (second, &rule.second)];
    let zero = both.into_iter().filter_map(|(name, of)| {
        let name = name?;
        least(of, rule.least_improvement, approved.ok()?).is_zero().then(|| format!("{name} 0"))
    });
    let zero: Vec<String> = zero.collect();
    if !zero.is_empty() {
        let what = match rule.kind {
            ContributionKind::Tokens => "tokens",
            ContributionKind::Improvement => "an improvement",
            ContributionKind::Tasks => "tasks",
            ContributionKind::Dataset => "a dataset",
        };
        let shown = checker.shown(rule.minimum, parameters.emission.asset);
        let verb = if what.starts_with('a') { "is" } else { "are" };
        let message = format!(
            "{what} of {} {verb} still worth the minimum {shown}, if verifiers approve",
            zero.join(" or ")
        );
        checker.fact(&path("minimum"), message);
    }
}

/// The least that an accepted contribution can get of a multiplier. At least the share `approved`
/// of verdicts accepts it, and an improvement is at least `improvement`.
fn least(of: &Multiplier, improvement: Ratio, approved: Ratio) -> Ratio {
    let lowest = |steps: &Steps, from: Ratio| {
        let later = steps.steps.iter().filter(|step| step.from > from).map(|step| step.value);
        later.fold(steps.at(from), Ratio::min)
    };
    let found = match &of.rule {
        MultiplierRule::Measured => Ratio::ZERO,
        MultiplierRule::Consensus { steps, few, few_value } => {
            let lowest = lowest(steps, approved);
            if *few > 0 { lowest.min(*few_value) } else { lowest }
        }
        MultiplierRule::ByImprovement(steps) => lowest(steps, improvement),
    };
    found.max(of.min)
}

/// What an epoch's target buys; base units of target.
pub(super) fn target(
    checker: &mut Checker<'_>,
    rule: &RateScore,
    target: Ratio,
    path: &dyn Fn(&str) -> String,
) {
    let asset = checker.parameters.emission.asset;
    let Ok(whole) = target.floor_mul(1).map(Amount::new) else {
        return;
    };
    let shown = checker.rough(whole, asset);
    let bought = pays_for(rule, target).ok().and_then(|bought| quantity(rule.kind, bought));
    if let Some(bought) = bought {
        let message = format!("an epoch's target of {shown} pays {bought} at x1");
        checker.fact(&path("rate"), message);
    }
    if let Ok(epochs) = Ratio::from_integer(rule.maximum.get()).checked_div(target)
        && epochs > Ratio::ONE
    {
        let (most, epochs) = (checker.shown(rule.maximum, asset), two_digits(epochs));
        let message = format!("one contribution of {most} takes {epochs} epochs of target");
        checker.fact(&path("maximum"), message);
    }
}
