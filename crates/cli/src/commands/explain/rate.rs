//! A stream with a rate: contributions, the bucket, backpay.

use workmint_amounts::Amount;
use workmint_answers::contribution::{counted, found, quantity, rate_of, rated_by};
use workmint_answers::explain::facts::Facts;
use workmint_core::explain::{RateStep, RatedContribution, StreamStep};
use workmint_core::modules::parameters::{Asset, ContributionKind};
use workmint_core::modules::rewards::{BucketLine, StreamPlan};

use super::page::Page;
use crate::failure::Failure;
use crate::output::{asset_of, grouped, shown};

/// Most rows of a kind that people are shown; JSON has all.
const SHOWN: usize = 20;

/// What a bucket had, in sentences.
pub(super) fn bucket(line: &BucketLine, emission: Amount, asset: &Asset) -> [String; 3] {
    let of = |amount: Amount| shown(amount, asset);
    [
        format!(
            "Its target is {} of the {} that emission offers; never lent: {}; with what others \
             lend it pays at most {} and what rolled over.",
            of(line.target),
            of(emission),
            of(line.floor),
            of(line.ceiling)
        ),
        format!(
            "Rolled over from earlier epochs {}, of that {} expired; borrowed {}; lent {}.",
            of(line.rolled_in),
            of(line.expired),
            of(line.borrowed),
            of(line.lent)
        ),
        format!(
            "Wanted: {} for contributions that became final, {} for backpay. Paid: {} and {}. What \
             became final and was not paid: {}. Rolls over: {}.",
            of(line.demand),
            of(line.due),
            of(line.paid_new),
            of(line.paid_backpay),
            of(line.newly_owed),
            of(line.rolled_out)
        ),
    ]
}

pub(super) fn tell(
    page: &mut Page,
    facts: &Facts,
    (planned, step, rate): (&StreamPlan, &StreamStep, &RateStep),
) -> Result<(), Failure> {
    let asset = asset_of(&facts.parameters, step.asset)?;
    let of = |amount: Amount| shown(amount, asset);
    let Some(rule) = rate_of(&facts.parameters, step.name.as_str()) else {
        return Err(Failure::damage("a stream with a bucket pays no rate"));
    };
    page.say(&format!("It pays {} for {}.", of(rule.rate), rated_by(rule.kind)))?;
    if let Some(plan) = &planned.bucket {
        for line in bucket(&plan.line, facts.explanation.emission_budget, asset) {
            page.say(&line)?;
        }
    }
    for one in rate.contributions.iter().take(SHOWN) {
        page.sum(&contribution(rule.kind, one, asset))?;
    }
    more(page, rate.contributions.len())?;
    page.say(&format!(
        "{} of yours became final, worth {}: {} paid at once.",
        counted(rate.contributions.len() as u64, "contribution", "contributions"),
        of(rate.worth),
        of(rate.paid_now)
    ))?;
    let paid = rate.backpay.iter().map(|row| {
        format!("{} of backpay paid, owed for epoch {}", of(row.amount), grouped(row.epoch))
    });
    let unpaid = rate.unpaid.iter().map(|row| {
        let (amount, epoch) = (of(row.amount), grouped(row.epoch));
        format!("{amount} owed for epoch {epoch} closed unpaid: {}", row.reason)
    });
    let owed = rate.owed.iter().map(|row| {
        format!("{} stays owed for epoch {}, before decay", of(row.owed), grouped(row.epoch))
    });
    for kind in [paid.collect::<Vec<_>>(), unpaid.collect(), owed.collect()] {
        for row in kind.iter().take(SHOWN) {
            page.sum(row)?;
        }
        more(page, kind.len())?;
    }
    if !step.recovered.is_zero() {
        page.say(&format!("A debt to customers took {}.", of(step.recovered)))?;
    }
    page.say(&format!("You receive {}.", of(step.paid)))
}

fn more(page: &mut Page, count: usize) -> Result<(), Failure> {
    match count.checked_sub(SHOWN) {
        None | Some(0) => Ok(()),
        Some(left) => page.sum(&format!("and {} more; --json has all", grouped(left as u64))),
    }
}

fn contribution(kind: ContributionKind, one: &RatedContribution, asset: &Asset) -> String {
    format!(
        "{}, work of epoch {}: {}, {} -> {}",
        grouped(one.id),
        grouped(one.epoch),
        quantity(kind, one.quantity),
        found(kind, (one.first, one.second)),
        shown(one.worth, asset)
    )
}
