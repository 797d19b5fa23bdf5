//! Buckets of streams with a rate, computed again from the frozen inputs (docs/spec/rewards.md §5).

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio, mul_div_ceil};
use workmint_core::EpochInputs;
use workmint_core::modules::parameters::{Bucket, Buckets, Parameters, RateScore, Score, Split};
use workmint_core::modules::rewards::BucketLine;

use super::shares::{ByRow, pay_out, spread, sum};
use super::{Fallible, failed, worth};

/// Milliseconds of a day.
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// What one bucket did.
pub(super) struct Settled {
    pub(super) line: BucketLine,
    /// Paid by row, new and backpay together.
    pub(super) paid: ByRow,
    /// Owed from now on, by epoch and row: since when, and base units.
    pub(super) owed: BTreeMap<(u64, u32), (u64, u128)>,
    /// Rolled over from now on, by epoch.
    pub(super) lots: BTreeMap<u64, u128>,
}

/// A bucket under way.
struct Open<'a> {
    at: usize,
    bounds: &'a Bucket,
    target: u128,
    /// The target, had neither allocation, cap nor rollover cut it.
    scheduled: u128,
    floor: u128,
    ceiling: u128,
    rolled_in: u128,
    /// Usable, by epoch.
    lots: BTreeMap<u64, u128>,
    /// Worth of new contributions, by row.
    new: ByRow,
    demand: u128,
    /// Backpay, by epoch.
    groups: BTreeMap<u64, Group>,
    due: u128,
    for_new: u128,
    for_backpay: u128,
    lent: u128,
    borrowed: u128,
}

/// What is owed for one epoch.
#[derive(Default)]
struct Group {
    since: u64,
    /// `None`: it is worth nothing any more.
    factor: Option<Ratio>,
    owed: ByRow,
    dues: ByRow,
}

/// What the emission of the epoch comes to, base units.
#[derive(Clone, Copy)]
pub(super) struct Offered {
    /// What its streams share.
    pub(super) budget: Amount,
    /// What may be issued beside it.
    pub(super) beside: Amount,
}

/// Settles all buckets whose stream is not quarantined; targets, and what they would be by the
/// schedule alone, are by place in the parameters.
pub(super) fn settle(
    parameters: &Parameters,
    inputs: &EpochInputs,
    targets: &BTreeMap<usize, (Amount, Amount)>,
    offered: Offered,
) -> Fallible<BTreeMap<usize, Settled>> {
    let Some(rules) = &parameters.buckets else {
        return Ok(BTreeMap::new());
    };
    let mut all = Vec::new();
    for (at, stream) in parameters.streams.iter().enumerate() {
        if let (Score::Rate(rate), Split::Rate(bounds), Some(target)) =
            (&stream.score, &stream.split, targets.get(&at))
        {
            all.push(open((at, rate, bounds), (rules, inputs), *target, offered.budget)?);
        }
    }
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| all.get(*at).map(|open: &Open<'_>| open.bounds.priority));
    cut(&mut all, &order, offered.beside.get());
    lend(&mut all, &order, rules)?;
    let mut settled = BTreeMap::new();
    for open in all {
        settled.insert(open.at, close(open, rules, inputs)?);
    }
    Ok(settled)
}

fn open<'a>(
    (at, rate, bounds): (usize, &RateScore, &'a Bucket),
    (rules, inputs): (&Buckets, &EpochInputs),
    (target, scheduled): (Amount, Amount),
    budget: Amount,
) -> Fallible<Open<'a>> {
    let number = u16::try_from(at).map_err(failed)?;
    let mut new = ByRow::new();
    for (_, row, worth) in worth::of_stream(inputs, number, rate)? {
        let due = new.entry(row).or_default();
        *due = sum([*due, worth])?;
    }
    let mut rolled_in = 0;
    let mut lots = BTreeMap::new();
    for lot in inputs.lots.iter().filter(|lot| lot.stream == number) {
        rolled_in = sum([rolled_in, lot.amount.get()])?;
        if inputs.epoch.saturating_sub(lot.epoch) <= rules.rollover_epochs {
            lots.insert(lot.epoch, lot.amount.get());
        }
    }
    let groups = groups(number, rules, inputs)?;
    let part = |share: Ratio| share.floor_mul(budget.get()).map_err(failed);
    Ok(Open {
        at,
        bounds,
        target: target.get(),
        scheduled: scheduled.get(),
        floor: part(bounds.floor)?,
        ceiling: part(bounds.ceiling)?.max(target.get()),
        rolled_in,
        lots,
        demand: sum(new.values().copied())?,
        new,
        due: sum(groups.values().flat_map(|group| group.dues.values().copied()))?,
        groups,
        for_new: 0,
        for_backpay: 0,
        lent: 0,
        borrowed: 0,
    })
}

/// What a stream owes, and what it is worth at the age it has.
fn groups(stream: u16, rules: &Buckets, inputs: &EpochInputs) -> Fallible<BTreeMap<u64, Group>> {
    let mut groups: BTreeMap<u64, Group> = BTreeMap::new();
    for row in inputs.backpay.iter().filter(|row| row.stream == stream) {
        let group =
            groups.entry(row.epoch).or_insert(Group { since: row.since_ms, ..Group::default() });
        if group.since != row.since_ms {
            return Err(format!("backpay of epoch {} is owed since two times", row.epoch));
        }
        if group.owed.insert(row.participant, row.owed.get()).is_some() {
            return Err(format!("backpay of epoch {} stands there twice", row.epoch));
        }
    }
    for group in groups.values_mut() {
        let age = inputs.time_ms.checked_sub(group.since).ok_or("backpay is owed since later")?;
        let kept = rules.backpay.as_ref().filter(|rules| age <= rules.max_age_ms);
        group.factor = match kept {
            None => None,
            Some(rules) => {
                let days = Ratio::new(u128::from(age), u128::from(DAY)).map_err(failed)?;
                let mut value = Ratio::ZERO;
                for step in &rules.decay.steps {
                    if step.from <= days {
                        value = step.value;
                    }
                }
                Some(value)
            }
        };
        for (row, owed) in &group.owed {
            let due = match group.factor {
                None => 0,
                Some(factor) => factor.floor_mul(*owed).map_err(failed)?,
            };
            group.dues.insert(*row, due);
        }
    }
    Ok(groups)
}

/// What rolled over stays usable as far as it may still be issued: the oldest first, and of one
/// epoch those of the first in order.
fn cut(all: &mut [Open<'_>], order: &[usize], beside: u128) {
    let mut left = beside;
    let mut epochs: Vec<u64> = all.iter().flat_map(|open| open.lots.keys().copied()).collect();
    epochs.sort_unstable();
    epochs.dedup();
    for epoch in epochs {
        for at in order {
            if let Some(lot) = all.get_mut(*at).and_then(|open| open.lots.get_mut(&epoch)) {
                *lot = left.min(*lot);
                left -= *lot;
            }
        }
    }
    for open in all {
        open.lots.retain(|_, amount| *amount > 0);
    }
}

/// Own target, own rollover, then what others lend.
fn lend(all: &mut [Open<'_>], order: &[usize], rules: &Buckets) -> Fallible<()> {
    let share = rules.backpay.as_ref().map_or(Ratio::ZERO, |backpay| backpay.share);
    let mut pot = 0;
    for open in all.iter_mut() {
        let wanted = sum([open.demand, open.due])?;
        let own = sum([open.target, sum(open.lots.values().copied())?])?.min(wanted);
        let guaranteed = share.floor_mul(own).map_err(failed)?.min(open.due);
        open.for_new = open.demand.min(own - guaranteed);
        open.for_backpay = own - open.for_new;
        let kept = wanted.min(open.target).max(open.floor).min(open.target);
        open.lent = open.target - kept;
        pot = sum([pot, open.lent])?;
    }
    let mut wants = Vec::new();
    for open in all.iter() {
        wants.push((open.target, room(open)?.min(open.demand - open.for_new)));
    }
    for (open, got) in all.iter_mut().zip(spread(pot, &wants, order)?) {
        open.for_new += got;
        open.borrowed += got;
        pot -= got;
    }
    for at in order {
        if let Some(open) = all.get_mut(*at) {
            let got = room(open)?.min(open.due - open.for_backpay).min(pot);
            open.for_backpay += got;
            open.borrowed += got;
            pot -= got;
        }
    }
    let lenders: Vec<(u128, u128)> = all.iter().map(|open| (open.lent, open.lent)).collect();
    for (open, back) in all.iter_mut().zip(spread(pot, &lenders, order)?) {
        open.lent -= back;
    }
    Ok(())
}

/// What a bucket may still pay below its ceiling and what rolled over.
fn room(open: &Open<'_>) -> Fallible<u128> {
    let most = sum([open.ceiling, sum(open.lots.values().copied())?])?;
    Ok(most.saturating_sub(open.for_new + open.for_backpay))
}

fn close(mut open: Open<'_>, rules: &Buckets, inputs: &EpochInputs) -> Fallible<Settled> {
    let most = rules.max_recipient_share;
    let new = pay_out(open.for_new, &open.new, most)?;
    let paid_new = sum(new.values().copied())?;
    let mut left = pay_backpay(&open, most)?;
    let paid_backpay = sum(left.paid.values().copied())?;
    let newly_owed = owe(&open, (&new, &mut left), rules, inputs)?;
    let rolled_in = open.rolled_in;
    let expired = roll_over(&mut open, sum([paid_new, paid_backpay])?, rules, inputs.epoch)?;
    let line = BucketLine {
        target: Amount::new(open.target),
        floor: Amount::new(open.floor),
        ceiling: Amount::new(open.ceiling),
        rolled_in: Amount::new(rolled_in),
        expired: Amount::new(expired),
        demand: Amount::new(open.demand),
        due: Amount::new(open.due),
        lent: Amount::new(open.lent),
        borrowed: Amount::new(open.borrowed),
        paid_new: Amount::new(paid_new),
        paid_backpay: Amount::new(paid_backpay),
        newly_owed: Amount::new(newly_owed),
        closed: Amount::new(left.closed),
        owed: Amount::new(sum(left.owed.values().map(|(_, amount)| *amount))?),
        rolled_out: Amount::new(sum(open.lots.values().copied())?),
    };
    let mut paid = left.paid;
    for (row, amount) in new {
        let together = paid.entry(row).or_default();
        *together = sum([*together, amount])?;
    }
    paid.retain(|_, amount| *amount > 0);
    Ok(Settled { line, paid, owed: left.owed, lots: open.lots })
}

/// What became of what was owed.
#[derive(Default)]
struct Left {
    paid: ByRow,
    owed: BTreeMap<(u64, u32), (u64, u128)>,
    /// Owed no longer and not paid.
    closed: u128,
}

/// Older epochs first; a unit paid closes one by the factor, rounded up.
fn pay_backpay(open: &Open<'_>, most: Ratio) -> Fallible<Left> {
    let mut left = Left::default();
    let mut available = open.for_backpay;
    for (epoch, group) in &open.groups {
        let part = available.min(sum(group.dues.values().copied())?);
        available -= part;
        let paid = pay_out(part, &group.dues, most)?;
        for (row, owed) in &group.owed {
            let paid = paid.get(row).copied().unwrap_or(0);
            let rest = match group.factor {
                Some(factor) if !factor.is_zero() => {
                    let (up, down) = (factor.denominator(), factor.numerator());
                    let covered = mul_div_ceil(paid, up, down).map_err(failed)?;
                    let rest = owed.checked_sub(covered).ok_or("more is paid than is owed")?;
                    let worth = factor.floor_mul(rest).map_err(failed)?;
                    if worth == 0 { 0 } else { rest }
                }
                Some(_) | None => 0,
            };
            left.closed = sum([left.closed, owed - rest - paid])?;
            if rest > 0 {
                left.owed.insert((*epoch, *row), (group.since, rest));
            }
            let together = left.paid.entry(*row).or_default();
            *together = sum([*together, paid])?;
        }
    }
    Ok(left)
}

/// What new contributions were not paid is owed from now on, as far as the stream may owe it;
/// gives what was not paid.
fn owe(
    open: &Open<'_>,
    (new, left): (&ByRow, &mut Left),
    rules: &Buckets,
    inputs: &EpochInputs,
) -> Fallible<u128> {
    let mut wanted = ByRow::new();
    for (row, due) in &open.new {
        wanted.insert(*row, due - new.get(row).copied().unwrap_or(0));
    }
    wanted.retain(|_, amount| *amount > 0);
    let kept = match &rules.backpay {
        None => ByRow::new(),
        Some(backpay) => {
            let limit = open.scheduled.checked_mul(u128::from(backpay.max_periods));
            let before = sum(left.owed.values().map(|(_, amount)| *amount))?;
            let limit = limit.unwrap_or(u128::MAX).saturating_sub(before);
            pay_out(limit, &wanted, Ratio::ONE)?
        }
    };
    for (row, amount) in &wanted {
        let kept = kept.get(row).copied().unwrap_or(0);
        left.closed = sum([left.closed, amount - kept])?;
        if kept > 0 {
            left.owed.insert((inputs.epoch, *row), (inputs.time_ms, kept));
        }
    }
    sum(wanted.into_values())
}

/// Payments use the target that was not lent, then the oldest lots, then the loan; gives what is
/// lost of lots, and without rollover of the epoch's own budget.
fn roll_over(open: &mut Open<'_>, paid: u128, rules: &Buckets, epoch: u64) -> Fallible<u128> {
    let usable = sum(open.lots.values().copied())?;
    let own = open.target - open.lent;
    let used = paid.saturating_sub(own).min(usable);
    let mut from_lots = used;
    for amount in open.lots.values_mut() {
        let part = from_lots.min(*amount);
        *amount -= part;
        from_lots -= part;
    }
    let unused = sum([own, open.borrowed])?.checked_sub(paid - used);
    let unused = unused.ok_or("a bucket pays more than it has")?;
    let lost = open.rolled_in - usable;
    if rules.rollover_epochs == 0 {
        return sum([lost, unused]);
    }
    open.lots.insert(epoch, unused);
    open.lots.retain(|_, amount| *amount > 0);
    Ok(lost)
}
