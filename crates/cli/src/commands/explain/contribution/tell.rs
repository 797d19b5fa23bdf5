//! The story of a contribution for people.

use super::super::page::Page;
use super::super::rate;
use crate::failure::Failure;
use crate::output::{Out, grouped, shown};
use std::path::Path;
use workmint_amounts::{Amount, Ratio};
use workmint_answers::contribution::{
    counted, found, loss, measured, multiplier, multipliers, percent_sure, quantity, rated_by,
};
use workmint_answers::explain::contribution::{Later, Settled, Step, Trace, closed, waiting};
use workmint_core::modules::contributions::{Event, Stage};
use workmint_core::modules::parameters::Multiplier;
use workmint_core::time::Duration;

pub(super) fn print(data_dir: &Path, trace: &Trace) -> Result<(), Failure> {
    let mut page = Page::new(Out::stdout());
    page.head(&head(trace))?;
    page.section("What happened")?;
    for step in &trace.steps {
        page.say(&sentence(trace, step))?;
    }
    if let Some(stage) = &trace.open {
        page.say(&waiting(stage))?;
    }
    if let Some(settled) = &trace.settled {
        worth(&mut page, trace, settled)?;
        bucket(&mut page, trace, settled)?;
        payments(&mut page, trace, settled)?;
        proof(&mut page, data_dir, trace, settled)?;
    }
    page.finish()
}

/// The outcome, first.
fn head(trace: &Trace) -> String {
    let Trace { key, stream, network, asset, .. } = trace;
    let outcome = match &trace.settled {
        Some(settled) => format!(
            "worth {}, settled with epoch {}.",
            shown(settled.worth, asset),
            grouped(settled.epoch)
        ),
        None => match (closed(trace), &trace.open) {
            (Some(reason), _) => format!("closed unpaid: {reason}."),
            (None, Some(Stage::Accepted { .. })) => "accepted, not final yet.".to_owned(),
            (None, _) => "not decided yet.".to_owned(),
        },
    };
    format!("Contribution {key} to stream \"{stream}\" of {network}: {outcome}")
}

/// One event with its block.
pub(super) fn sentence(trace: &Trace, step: &Step) -> String {
    let what = words(trace, &step.event);
    format!("Block {}, block time {} ms: {what}.", grouped(step.height), step.time_ms)
}

fn words(trace: &Trace, event: &Event) -> String {
    let (kind, asset) = (trace.kind, &trace.asset);
    match event {
        Event::Submitted { stream, quantity, .. } => {
            format!("submitted to \"{stream}\": {}", measured(kind, *quantity))
        }
        Event::Repeated { .. } => "submitted again with the same content: nothing changed".into(),
        Event::Verified { verifier, approved, confidence, quantity, first, second, .. } => {
            let side = if *approved { "for" } else { "against" };
            let words = found(kind, (*first, *second));
            let (what, sure) = (measured(kind, *quantity), percent_sure(*confidence));
            format!("verifier {verifier} measured {what}, {words}, {sure} sure: counts {side} it")
        }
        Event::Accepted { quantity, first, second, .. } => {
            let words = found(kind, (*first, *second));
            format!("accepted with {}, {words}", measured(kind, *quantity))
        }
        Event::Challenged { challenger, bond, .. } => {
            format!("challenged by {challenger} with a bond of {}", shown(*bond, asset))
        }
        Event::Judged { judge, refuted, .. } => {
            let side = if *refuted { "refuted" } else { "right" };
            format!("judge {judge} finds it {side}")
        }
        Event::Upheld { challenger, bond, .. } => {
            format!("upheld: {challenger} loses its bond of {}", shown(*bond, asset))
        }
        Event::Undecided { .. } => "not decided in time: it stands, the bond returned".into(),
        Event::Closed { reason, .. } => format!("closed unpaid: {reason}"),
        Event::Settled { epoch, quantity: settled, recorded_loss, .. } => {
            let against = recorded_loss
                .map_or_else(String::new, |recorded| format!(" of {}", loss(recorded)));
            let what = quantity(kind, *settled);
            format!("final, settled with epoch {}: {what}{against}", grouped(*epoch))
        }
    }
}

fn worth(page: &mut Page, trace: &Trace, settled: &Settled) -> Result<(), Failure> {
    page.section("What it is worth")?;
    let (rule, asset) = (&settled.rate, &trace.asset);
    page.say(&format!(
        "The stream pays {} for {}.",
        shown(rule.rate, asset),
        rated_by(trace.kind)
    ))?;
    let rules = [&rule.first, &rule.second];
    let found = [settled.found.0, settled.found.1];
    let mut factors = String::new();
    for ((name, range), found) in multipliers(trace.kind).iter().zip(rules).zip(found) {
        let counts = counts(range, found);
        factors.push_str(&format!(" x {counts}"));
        page.say(&format!(
            "Its {name}: {} found, {} to {} count: {counts}.",
            multiplier(found),
            range.min,
            range.max
        ))?;
    }
    page.sum(&format!(
        "floor({} x {} / {}{factors}) -> {}",
        shown(rule.rate, asset),
        quantity(trace.kind, settled.quantity),
        rated_by(trace.kind),
        shown(settled.worth, asset)
    ))?;
    page.say(&format!(
        "At least {}, at most {}.",
        shown(rule.minimum, asset),
        shown(rule.maximum, asset)
    ))
}

/// A multiplier as it counts.
fn counts(rule: &Multiplier, found: u32) -> String {
    let found_ratio = Ratio::new(u128::from(found), 1_000_000).unwrap_or_default();
    let clamped = rule.clamped(found_ratio);
    if clamped == found_ratio { multiplier(found) } else { clamped.to_string() }
}

fn bucket(page: &mut Page, trace: &Trace, settled: &Settled) -> Result<(), Failure> {
    let (stream, epoch) = (&trace.stream, grouped(settled.epoch));
    page.section(&format!("What stream \"{stream}\" could pay in epoch {epoch}"))?;
    for line in rate::bucket(&settled.line, settled.emission, &trace.asset) {
        page.say(&line)?;
    }
    Ok(())
}

fn payments(page: &mut Page, trace: &Trace, settled: &Settled) -> Result<(), Failure> {
    let of = |amount: Amount| shown(amount, &trace.asset);
    let recipient = &settled.recipient;
    page.section("What was paid")?;
    page.say(&format!(
        "A bucket pays recipients: {} of this account became final in the stream with this epoch, \
         worth {} together. Nobody gets above {} of what is paid for an epoch while others of it \
         are unpaid.",
        counted(recipient.contributions, "contribution", "contributions"),
        of(recipient.worth),
        settled.buckets.max_recipient_share
    ))?;
    let block = recipient.claimed.map(|height| format!(", in block {}", grouped(height)));
    page.say(&format!(
        "Epoch {}: {} of {} paid{}.",
        grouped(settled.epoch),
        of(recipient.paid),
        of(recipient.worth),
        block.unwrap_or_default()
    ))?;
    for one in &settled.later {
        page.say(&told(trace, one, settled.epoch))?;
    }
    page.say(&match settled.owed.is_zero() {
        true => "Nothing is owed now.".to_owned(),
        false => format!("Owed now, before decay: {}.", of(settled.owed)),
    })
}

/// What one close did with what was owed.
fn told(trace: &Trace, one: &Later, settled_with: u64) -> String {
    let of = |amount: Amount| shown(amount, &trace.asset);
    let mut parts = Vec::new();
    if !one.arose.is_zero() {
        parts.push(format!("{} stays owed", of(one.arose)));
    }
    if !one.paid.is_zero() {
        parts.push(format!("{} of backpay paid", of(one.paid)));
    }
    for (amount, reason) in &one.closed {
        parts.push(format!("{} closed unpaid: {reason}", of(*amount)));
    }
    let age = match (one.factor, one.epoch == settled_with) {
        (_, true) => String::new(),
        (Some(factor), false) => {
            format!(", {} old, a unit owed is worth {factor}", Duration::Milliseconds(one.age_ms))
        }
        (None, false) => format!(", {} old", Duration::Milliseconds(one.age_ms)),
    };
    format!("Epoch {}{age}: {}.", grouped(one.epoch), parts.join("; "))
}

fn proof(
    page: &mut Page,
    data_dir: &Path,
    trace: &Trace,
    settled: &Settled,
) -> Result<(), Failure> {
    page.section("Proof")?;
    page.say(&format!(
        "The settlement of epoch {} has root {}; an account's entry holds everything the epoch \
         paid it.",
        grouped(settled.epoch),
        settled.root
    ))?;
    let account = trace.key.contributor;
    page.sum(&format!(
        "workmint proof --data-dir {} {} {account}",
        data_dir.display(),
        settled.epoch
    ))
}
