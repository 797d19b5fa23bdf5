//! `[buckets]` and the bounds of each stream's bucket.

use super::super::{
    Backpay, Bucket, BucketAlerts, EpochLength, Schedule, Score, Source, Split, Stream,
};
use super::checker::{Checker, brief, grouped, is_share};
use super::inflation::percent;
use super::rates::{self, steps};
use crate::names::Name;
use crate::time::{DAY_MS, Duration};
use std::collections::BTreeMap;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let streams = buckets_of(&parameters.streams);
    if let Some(rules) = &parameters.buckets {
        checker.count("buckets.rollover", rules.rollover_epochs, 0, 10_000);
        let (share, path) = (rules.max_recipient_share, "buckets.max_recipient_share");
        checker.ratio(is_share(share), path, share, "above 0, at most 1");
        recipient(checker, share);
        if let Some(rule) = &rules.alerts {
            alerts(checker, rule);
        }
        if streams.is_empty() {
            let message = "no stream pays a rate: there are no buckets";
            return checker.warning("buckets", message);
        }
        if rules.rollover_epochs > 0 {
            let message = format!(
                "unused target stays usable for {} and is then never minted for its epoch",
                Duration::Epochs(rules.rollover_epochs)
            );
            checker.fact("buckets.rollover", message);
        } else {
            checker.fact("buckets.rollover", "what an epoch does not use is never minted for it");
        }
        match &rules.backpay {
            Some(rule) => backpay(checker, rule, &streams),
            None => checker.fact("buckets", "what a bucket cannot pay is closed unpaid"),
        }
    }
    if !streams.is_empty()
        && let Ok([shares, floors, ceilings]) = sums(&streams)
    {
        let message = sums_shown(shares, floors, ceilings);
        checker.fact("streams", message);
    }
    let first = parameters.emission.genesis_epoch;
    if !streams.is_empty() && first > 0 {
        let message = format!(
            "what is settled before epoch {} finds no budget: contributions are closed unpaid, \
             nothing is owed for them",
            grouped(first)
        );
        checker.fact("emission.genesis_epoch", message);
    }
    priorities(checker);
}

/// The streams with a bucket, and their shares.
fn buckets_of(streams: &[Stream]) -> Vec<(Ratio, Bucket)> {
    let all = streams.iter().filter_map(|stream| match (&stream.source, stream.split) {
        (Source::Emission { share }, Split::Rate(bucket)) => Some((*share, bucket)),
        (
            Source::Emission { .. }
            | Source::BlockRewards { .. }
            | Source::Payments
            | Source::Pot { .. },
            _,
        ) => None,
    });
    all.collect()
}

/// Which of two streams is first must not surprise anybody.
fn priorities(checker: &mut Checker<'_>) {
    let streams = &checker.parameters.streams;
    let mut first: BTreeMap<u8, &Name> = BTreeMap::new();
    for (at, stream) in streams.iter().enumerate() {
        let Split::Rate(bucket) = stream.split else {
            continue;
        };
        let other = *first.entry(bucket.priority).or_insert(&stream.name);
        if *other != stream.name {
            let (name, priority) = (&stream.name, bucket.priority);
            let message = format!(
                "{other} and {name} both have priority {priority}: their order in the file decides \
                 whose backpay borrows first"
            );
            checker.fact(&format!("streams[{at}].priority"), message);
        }
    }
}

/// Shares, floors, ceilings.
fn sums(streams: &[(Ratio, Bucket)]) -> Result<[Ratio; 3], ArithmeticError> {
    streams.iter().try_fold([Ratio::ZERO; 3], |[shares, floors, ceilings], (share, bucket)| {
        Ok([
            shares.checked_add(*share)?,
            floors.checked_add(bucket.floor)?,
            ceilings.checked_add(bucket.ceiling)?,
        ])
    })
}

fn sums_shown(shares: Ratio, floors: Ratio, ceilings: Ratio) -> String {
    let moves = shares.checked_sub(floors).map_or_else(|_| "0 %".to_owned(), percent);
    format!(
        "floors sum to {}, targets to {}, ceilings to {}: up to {moves} of an epoch can move \
         between streams",
        percent(floors),
        percent(shares),
        percent(ceilings)
    )
}

/// A stream with split rate.
pub(super) fn check_stream(
    checker: &mut Checker<'_>,
    stream: &Stream,
    bucket: Bucket,
    path: &dyn Fn(&str) -> String,
) {
    if checker.parameters.buckets.is_none() {
        let message = "a rate is paid out of a bucket: the section [buckets] is missing";
        checker.error(&path("split"), message, "a section [buckets]");
    }
    let Source::Emission { share } = stream.source else {
        return;
    };
    let (floor, ceiling) = (bucket.floor, bucket.ceiling);
    checker.ratio(floor <= share, &path("floor"), floor, "0 to share");
    let holds = share <= ceiling && ceiling.at_most_one();
    checker.ratio(holds, &path("ceiling"), ceiling, "share to 1");
    if let Score::Rate(rule) = &stream.score
        && let Ok(Some(target)) = offered(checker).map(|all| share.checked_mul(all)).transpose()
        && !target.is_zero()
        && !rule.rate.is_zero()
    {
        rates::target(checker, rule, target, path);
    }
}

/// What emission offers in an epoch, of a year's average or of the first; base units. `None` if it
/// depends on work.
fn offered(checker: &Checker<'_>) -> Option<Ratio> {
    let emission = &checker.parameters.emission;
    let whole = |amount: Amount| Ratio::from_integer(amount.get());
    match &emission.schedule {
        Schedule::Exponential { initial, .. } => Some(whole(*initial)),
        Schedule::FixedPerBlock { reward } => match checker.parameters.network.epoch_length {
            EpochLength::Blocks(blocks) => whole(*reward).checked_mul(Ratio::from(blocks)).ok(),
            EpochLength::Time(_) => None,
        },
        Schedule::RemainingFraction { rate } => whole(emission.allocation).checked_mul(*rate).ok(),
        Schedule::Geometric { initial, period_epochs, .. } => {
            whole(*initial).checked_div(Ratio::from(*period_epochs)).ok()
        }
        Schedule::Inflation { base, rate, year_epochs, .. } => {
            let year = rate.floor_mul(base.get()).ok()?;
            Ratio::new(year, u128::from(*year_epochs)).ok()
        }
        Schedule::Halving { initial, .. } => Some(whole(*initial)),
        Schedule::HalvingByIssuance { initial, .. } => {
            match checker.parameters.network.epoch_length {
                EpochLength::Blocks(blocks) => {
                    whole(*initial).checked_mul(Ratio::from(blocks)).ok()
                }
                EpochLength::Time(_) => None,
            }
        }
        Schedule::WorkSubsidy { .. } => None,
    }
}

fn recipient(checker: &mut Checker<'_>, share: Ratio) {
    let path = "buckets.max_recipient_share";
    if share == Ratio::ONE {
        return checker.fact(path, "one recipient can take all that a stream pays for an epoch");
    }
    let accounts = Ratio::ONE.checked_div(share).and_then(|many| many.ceil_mul(1));
    if let Ok(accounts) = accounts {
        let message = format!(
            "while others are unpaid a recipient takes at most {} of what a stream pays for an \
             epoch; {accounts} accounts of one owner can take all of it",
            percent(share)
        );
        checker.fact(path, message);
    }
}

fn backpay(checker: &mut Checker<'_>, rule: &Backpay, streams: &[(Ratio, Bucket)]) {
    let path = |key: &str| format!("buckets.backpay.{key}");
    const LONGEST_MS: u64 = 3_660 * DAY_MS;
    let age = Duration::Milliseconds(rule.max_age_ms);
    let holds = (1_000..=LONGEST_MS).contains(&rule.max_age_ms);
    checker.require(holds, &path("max_age"), age, "1s to 3660d");
    steps(checker, &path("decay"), &rule.decay, (None, Ratio::ONE));
    let mut last = Ratio::ONE;
    for (at, step) in rule.decay.steps.iter().enumerate() {
        if step.value > last {
            let message = format!("the value rises from {last} to {}", step.value);
            checker.error(&path(&format!("decay[{at}]")), message, &format!("0 to {last}"));
        }
        last = step.value;
    }
    checker.count(&path("max_periods"), rule.max_periods, 1, 1_000_000);
    checker.ratio(rule.share.at_most_one(), &path("share"), rule.share, "0 to 1");
    if rule.share.is_zero() {
        let message = "while new contributions wait nothing owed is ever paid";
        checker.warning(&path("share"), message);
    } else if rule.share == Ratio::ONE {
        let message = "new contributions wait until everything owed is paid";
        checker.warning(&path("share"), message);
    }
    decays(checker, rule);
    let targets =
        sums(streams).and_then(|[shares, ..]| shares.checked_mul(Ratio::from(rule.max_periods)));
    let most = offered(checker).zip(targets.ok());
    if let Some((offered, periods)) = most
        && let Ok(most) = periods.checked_mul(offered).and_then(|most| most.floor_mul(1))
    {
        let most = checker.rough(Amount::new(most), checker.parameters.emission.asset);
        let message = format!(
            "the streams together owe at most {most}, {} epochs of their targets; the newest \
             above it is closed unpaid",
            grouped(rule.max_periods)
        );
        checker.fact(&path("max_periods"), message);
    }
}

fn alerts(checker: &mut Checker<'_>, rule: &BucketAlerts) {
    let path = |key: &str| format!("buckets.alerts.{key}");
    let parameters = checker.parameters;
    let rated = |stream: &&Stream| matches!(stream.split, Split::Rate(_));
    for (at, name) in rule.streams.iter().enumerate() {
        let mut streams = parameters.streams.iter().filter(rated);
        let twice = rule.streams.iter().take(at).any(|other| other == name);
        let holds = streams.any(|stream| stream.name == *name) && !twice;
        let path = path(&format!("streams[{at}]"));
        checker.require(holds, &path, name, "names of streams with split rate, none twice");
    }
    let least = rule.least_utilization;
    checker.ratio(least.at_most_one(), &path("least_utilization"), least, "0 to 1");
    if rule.critical_backpay < rule.high_backpay {
        let message = "less than high_backpay";
        checker.error(&path("critical_backpay"), message, "at least high_backpay");
    }
}

/// When backpay loses worth, and when all of it.
fn decays(checker: &mut Checker<'_>, rule: &Backpay) {
    let path = "buckets.backpay.decay";
    let age = Duration::Milliseconds(rule.max_age_ms);
    let Ok(oldest) = Ratio::new(u128::from(rule.max_age_ms), u128::from(DAY_MS)) else {
        return;
    };
    let falls = rule.decay.steps.iter().find(|step| step.value < Ratio::ONE);
    if let Some(first) = falls.filter(|step| !step.value.is_zero() && step.from < oldest) {
        let (days, left) = (brief(first.from), percent(first.value));
        let message = format!("after {days} days backpay is worth {left} of what is owed");
        checker.fact(path, message);
    }
    if let Some(late) = rule.decay.steps.iter().find(|step| step.from > oldest) {
        let days = brief(late.from);
        let message =
            format!("backpay is closed after {age}: steps from {days} days on are never used");
        checker.fact(path, message);
    }
    let nothing = rule.decay.steps.iter().find(|step| step.value.is_zero());
    match nothing {
        Some(step) if step.from <= oldest => {
            let message = format!("backpay is worthless after {} days", brief(step.from));
            checker.fact(path, message);
            if step.from < oldest {
                let message = format!("what is kept until {age} is worth nothing before");
                checker.warning("buckets.backpay.max_age", message);
            }
        }
        Some(_) | None => {
            let left = percent(rule.decay.at(oldest));
            let message = format!("backpay still worth {left} is closed unpaid after {age}");
            checker.fact("buckets.backpay.max_age", message);
        }
    }
}
