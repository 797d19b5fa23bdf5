//! What an estimate rests on, in sentences.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{
    ContributionKind, Contributions, EpochLength, Parameters,
};
use workmint_core::time::Duration;

use super::buckets::Buckets;
use super::estimate::{Applied, Clamp, Estimate, StreamEstimate};
use super::rated::{Rated, rated};
use super::words::words;
use super::{Error, Unit};

/// What holds of every estimate (document 002, estimate rewards).
const BALANCING: &str = "Estimates include active balancing";

/// What is tight comes first.
pub(super) fn of(
    parameters: &Parameters,
    estimate: &Estimate,
    buckets: &Buckets,
) -> Result<Vec<String>, Error> {
    let rated = rated(parameters)?;
    let unit = buckets.unit();
    let mut notes = Vec::new();
    let asked = |stream: &&StreamEstimate| rated.iter().find(|of| of.name == stream.stream);
    let pairs: Vec<(&StreamEstimate, &Rated<'_>)> =
        estimate.streams.iter().filter_map(|of| Some((of, asked(&of)?))).collect();
    for (stream, of) in &pairs {
        if !stream.budget_available() {
            notes.push(limited(parameters, estimate, (stream, of), buckets));
        }
    }
    notes.push(BALANCING.to_owned());
    for (stream, of) in &pairs {
        notes.extend(multipliers(stream, of));
        notes.extend(clamp(stream, of, unit));
        if let Some(state) = buckets.state(of.name) {
            notes.push(format!(
                "{}: its bucket has {} of its own in an epoch; with what other streams leave \
                 unused it pays up to {} and what rolled over. What is borrowed is not counted \
                 as available.",
                of.title(),
                unit.shown(state.line.target),
                unit.shown(state.line.ceiling),
            ));
        }
        if of.kind() == ContributionKind::Improvement {
            notes.push(format!(
                "{}: an improvement is measured against the model's recorded loss at the close \
                 that settles it; what others improved by then no longer counts.",
                of.title()
            ));
        }
    }
    if let Some(rules) = &parameters.contributions {
        notes.extend(verification(parameters, rules));
    }
    notes.extend(sharing(parameters));
    Ok(notes)
}

/// The bucket has less than that.
fn limited(
    parameters: &Parameters,
    estimate: &Estimate,
    (stream, of): (&StreamEstimate, &Rated<'_>),
    buckets: &Buckets,
) -> String {
    let unit = buckets.unit();
    let available = unit.shown(stream.available);
    let start = format!("{} budget limited. Available: {available}", of.title());
    if estimate.daily.is_some() {
        return format!("{start} a day, for everybody's work together.");
    }
    let spread = &stream.spread;
    let start = format!("{start} in epoch {}", buckets.epoch());
    if spread.sure < stream.estimate {
        return format!(
            "{start}: of {} only {} is sure; the rest would decay, grow too old or exceed what \
             the stream may owe.",
            unit.shown(stream.estimate),
            unit.shown(spread.sure),
        );
    }
    let length = match parameters.network.epoch_length {
        EpochLength::Time(length) => {
            format!(" of {}", Duration::Milliseconds(length))
        }
        EpochLength::Blocks(blocks) => format!(" of {blocks} blocks"),
    };
    let share = parameters.buckets.as_ref().and_then(|buckets| buckets.backpay.as_ref());
    let share = share.map_or(Ratio::ZERO, |backpay| backpay.share);
    format!(
        "{start}: alone and without borrowing it is paid over {} epochs{length}, {} at first, \
         then at most {} an epoch as backpay; while new contributions wait, backpay gets at most \
         {} of what the stream pays.",
        spread.epochs,
        unit.shown(spread.first),
        unit.shown(spread.then),
        per_cent(share),
    )
}

/// What a multiplier counts if that is not what was asked.
fn multipliers(stream: &StreamEstimate, of: &Rated<'_>) -> Vec<String> {
    let note = |applied: &Applied| {
        let name = applied.words.name;
        let found = Amount::new(applied.found.into()).to_decimal(6);
        let counts = applied.counts.to_string();
        if found != counts {
            Some(format!(
                "{}: {name} {found} counts as {counts}; its range is {} to {}.",
                of.title(),
                applied.min,
                applied.max
            ))
        } else if applied.asked {
            None
        } else {
            Some(format!("{}: {name} is taken to be {counts}.", of.title()))
        }
    };
    stream.multipliers().filter_map(note).collect()
}

fn clamp(stream: &StreamEstimate, of: &Rated<'_>, unit: &Unit) -> Option<String> {
    let title = of.title();
    let counts = unit.shown(stream.estimate);
    Some(match stream.clamp? {
        Clamp::TooSmall(least) => format!(
            "{title}: an improvement of less than {} of the recorded loss is worth nothing.",
            per_cent(least)
        ),
        Clamp::Raised(from) => format!(
            "{title}: {} is raised to {counts}, the least that an accepted contribution is worth.",
            unit.shown(from)
        ),
        Clamp::Split(count) => split(of, stream.work.quantity, count, unit),
        Clamp::Cut(from) => format!(
            "{title}: {} is cut to {counts}, the most that one contribution is worth.",
            unit.shown(from)
        ),
    })
}

/// What is too much for one contribution takes several.
pub(super) fn split(of: &Rated<'_>, quantity: u64, count: u128, unit: &Unit) -> String {
    let words = words(of.kind());
    let has = match quantity > words.most_in_one {
        true => format!("has {} and ", words.range_in_one()),
        false => String::new(),
    };
    format!(
        "{}: it takes at least {count} contributions; one {has}is worth at most {}.",
        of.title(),
        unit.shown(of.score.maximum)
    )
}

/// Who must agree, and when money comes at the earliest.
fn verification(parameters: &Parameters, rules: &Contributions) -> [String; 3] {
    let close = match parameters.network.epoch_length {
        EpochLength::Time(length) => {
            format!(" (at most {} later)", Duration::Milliseconds(length))
        }
        EpochLength::Blocks(blocks) => format!(" (at most {blocks} blocks later)"),
    };
    let limit = match &rules.rate_limit {
        Some(limit) => format!(
            "; a node submits at most {} in {}",
            limit.most,
            Duration::Milliseconds(limit.interval_ms)
        ),
        None => String::new(),
    };
    [
        format!(
            "What counts is what verifiers measure, never what the contributor says: {} of \
             different families have {} after the submission, {} must approve with a confidence \
             of at least {}.",
            rules.verifiers, rules.verify_window, rules.approvals, rules.confidence
        ),
        format!(
            "Earliest payment: at the first close{close} after the challenge window of {}, which \
             begins when the contribution is accepted.",
            rules.challenge_window
        ),
        format!(
            "A contribution is submitted at most {} epochs after the one in which the work was \
             done{limit}.",
            rules.submit_window_epochs
        ),
    ]
}

/// What others' contributions change.
fn sharing(parameters: &Parameters) -> Option<String> {
    let share = parameters.buckets.as_ref()?.max_recipient_share;
    (share < Ratio::ONE).then(|| {
        format!(
            "While contributions of others in the same epoch are unpaid, nobody gets more than {} \
             of what a stream pays for it.",
            per_cent(share)
        )
    })
}

fn per_cent(share: Ratio) -> String {
    let exact = share.checked_mul(Ratio::from_integer(100));
    exact.map_or_else(|_| share.to_string(), |share| format!("{share} %"))
}
