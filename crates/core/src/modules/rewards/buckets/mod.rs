//! Streams with a rate: what contributions are worth, and what of it their buckets pay
//! (docs/spec/rewards.md §5; DESIGN §3, Buckets). Pure functions of numbers.
//!
//! | file | holds |
//! |---|---|
//! | `demand.rs` | what final contributions are worth, by recipient |
//! | `lots.rs` | unused budget of earlier epochs |
//! | `lend.rs` | what each bucket may pay: target, rollover, what others lend |
//! | `pay.rs` | what recipients get of that |
//! | `owed.rs` | backpay: paid, closed, newly owed |

mod demand;
mod lend;
mod lots;
mod owed;
mod pay;

use super::{BucketLine, BucketPlan, Error};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{EpochInputs, Liability, Lot};
use crate::modules::parameters::{Bucket, Buckets, Name, Parameters, RateScore, Score, Split};
use demand::Demand;
use lend::{Funds, Side};
use lots::Lots;
use owed::Owed;
use workmint_amounts::{Amount, Ratio};

/// A stream with a rate and its share of the emission budget.
pub(super) struct RateStream<'a> {
    /// Its place in the parameters.
    pub at: usize,
    pub name: &'a Name,
    pub rule: &'a RateScore,
    pub bounds: Bucket,
    /// Base units.
    pub target: Amount,
    /// Its share of what the schedule alone gives, base units.
    pub scheduled: Amount,
}

/// What the emission of an epoch comes to, base units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offered {
    /// What all streams of emission share.
    pub budget: Amount,
    /// What may ever be issued from now on.
    pub issuable: Amount,
}

/// The plan of every bucket, in the order given. One that cannot be planned is left out of lending.
pub(super) fn plan(
    parameters: &Parameters,
    inputs: &EpochInputs,
    streams: &[RateStream<'_>],
    offered: Offered,
) -> Result<Vec<Result<BucketPlan, AnyError>>, AnyError> {
    let Some(rules) = &parameters.buckets else {
        let error = Error::BadInputs { what: "streams pay a rate, and there are no buckets" };
        return Ok(streams.iter().map(|_| Err(error.clone().into())).collect());
    };
    let opened = streams.iter().map(|stream| Open::new(rules, inputs, stream, offered.budget));
    let mut opened: Vec<Result<Open<'_>, AnyError>> = opened.collect();
    let mut sound: Vec<&mut Open<'_>> =
        opened.iter_mut().filter_map(|open| open.as_mut().ok()).collect();
    let mut order: Vec<usize> = (0..sound.len()).collect();
    order.sort_by_key(|at| sound.get(*at).map(|open| open.priority));
    let beside = offered.issuable.checked_sub(offered.budget).unwrap_or(Amount::ZERO);
    let mut all: Vec<&mut Lots> = sound.iter_mut().map(|open| &mut open.lots).collect();
    lots::cut(&mut all, &order, beside)?;
    let sides = sound.iter().map(|open| open.side()).collect::<Result<Vec<_>, _>>()?;
    let share = rules.backpay.as_ref().map_or(Ratio::ZERO, |backpay| backpay.share);
    let mut funds = lend::fund(&sides, share)?.into_iter();
    let close = |open: Result<Open<'_>, AnyError>| {
        open.and_then(|open| open.close(rules, inputs, funds.next().unwrap_or_default()))
    };
    Ok(opened.into_iter().map(close).collect())
}

/// Base units that rolled over to all streams and may still be used in an epoch: no budget may
/// promise them again.
pub(crate) fn reserved(
    parameters: &Parameters,
    epoch: u64,
    lots: &[Lot],
) -> Result<Amount, AnyError> {
    let rollover_epochs = parameters.buckets.as_ref().map_or(0, |rules| rules.rollover_epochs);
    let usable = lots.iter().filter(|lot| lots::is_usable(lot.epoch, epoch, rollover_epochs));
    Ok(Amount::sum(usable.map(|lot| lot.amount))?)
}

/// The streams with a rate, by their place in the parameters.
pub(crate) fn rate_streams(
    parameters: &Parameters,
) -> impl Iterator<Item = (usize, &Name, &RateScore, Bucket)> {
    parameters.streams.iter().enumerate().filter_map(|(at, stream)| {
        match (&stream.score, stream.split) {
            (Score::Rate(rule), Split::Rate(bounds)) => Some((at, &stream.name, &**rule, bounds)),
            (_, _) => None,
        }
    })
}

/// A bucket before anything is paid.
struct Open<'a> {
    stream: u16,
    name: &'a Name,
    priority: u8,
    scheduled: Amount,
    line: BucketLine,
    demand: Demand,
    owed: Owed<'a>,
    owed_before: Amount,
    lots: Lots,
}

/// The rows of one stream in a list that ascends by stream.
fn of_stream<T>(rows: &[T], stream: u16, of: impl Fn(&T) -> u16) -> &[T] {
    let start = rows.partition_point(|row| of(row) < stream);
    let end = rows.partition_point(|row| of(row) <= stream);
    rows.get(start..end).unwrap_or(&[])
}

impl<'a> Open<'a> {
    fn new(
        rules: &Buckets,
        inputs: &'a EpochInputs,
        stream: &RateStream<'a>,
        budget: Amount,
    ) -> Result<Self, AnyError> {
        let at = u16::try_from(stream.at).map_err(|_| OVERFLOW)?;
        let people = inputs.participants.len();
        let demand = Demand::new(&inputs.contributions, at, stream.rule, people)?;
        let rows = of_stream(&inputs.backpay, at, |row: &Liability| row.stream);
        let owed = Owed::new(rows, rules.backpay.as_ref(), inputs.time_ms, people)?;
        if rows.last().is_some_and(|last| last.epoch >= inputs.epoch) {
            return Err(Error::BadInputs { what: "backpay is of no earlier epoch" }.into());
        }
        let owed_before = Amount::sum(rows.iter().map(|row| row.owed))?;
        let lots = of_stream(&inputs.lots, at, |lot: &Lot| lot.stream);
        let lots = Lots::new(lots, inputs.epoch, rules.rollover_epochs)?;
        let bounds = &stream.bounds;
        let line = BucketLine {
            target: stream.target,
            floor: bounds.floor.apply_floor(budget)?,
            ceiling: bounds.ceiling.apply_floor(budget)?.max(stream.target),
            rolled_in: lots.rolled_in,
            demand: pay::sum(&demand.dues)?,
            due: owed.due,
            ..BucketLine::default()
        };
        // Whatever could leave 128 bits later does here, and quarantines this stream alone.
        line.demand.checked_add(line.due)?;
        line.ceiling.checked_add(line.rolled_in)?;
        let (name, priority, scheduled) = (stream.name, bounds.priority, stream.scheduled);
        Ok(Self { stream: at, name, priority, scheduled, line, demand, owed, owed_before, lots })
    }

    fn side(&self) -> Result<Side, AnyError> {
        let BucketLine { target, floor, ceiling, demand, due, .. } = self.line;
        let (rollover, priority) = (self.lots.amount()?, self.priority);
        Ok(Side { target, floor, ceiling, rollover, new: demand, due, priority })
    }

    /// Pays what the bucket may pay; what it cannot pay stays owed; what it does not need rolls
    /// over.
    fn close(
        self,
        rules: &Buckets,
        inputs: &EpochInputs,
        funds: Funds,
    ) -> Result<BucketPlan, AnyError> {
        let Self { stream, name, scheduled, mut line, demand, .. } = self;
        let (owed, owed_before, mut lots) = (self.owed, self.owed_before, self.lots);
        let most = rules.max_recipient_share;
        let paid = pay::pay_out(funds.new, &demand.dues, most)?;
        let mut settled = owed.pay(funds.backpay, most)?;
        line.paid_new = pay::sum(&paid)?;
        line.paid_backpay = Amount::sum(settled.paid.iter().map(|paid| paid.amount))?;
        line.newly_owed = line.demand.checked_sub(line.paid_new)?;
        let rows = demand.rows.iter().zip(demand.dues.iter().zip(&paid));
        let unpaid = rows.clone().filter(|(_, (due, paid))| due != paid);
        let unpaid = unpaid.map(|(row, (due, paid))| {
            let owed = due.checked_sub(*paid)?;
            let (epoch, since_ms) = (inputs.epoch, inputs.time_ms);
            Ok(Liability { stream, epoch, participant: *row, since_ms, owed })
        });
        let unpaid = unpaid.collect::<Result<Vec<_>, AnyError>>()?;
        settled.owe(&unpaid, rules.backpay.as_ref(), scheduled)?;
        line.closed = Amount::sum(settled.unpaid.iter().map(|row| row.amount))?;
        line.owed = Amount::sum(settled.left.iter().map(|row| row.owed))?;
        (line.lent, line.borrowed) = (funds.lent, funds.borrowed);
        roll_over(&mut line, &mut lots, (stream, inputs.epoch), rules.rollover_epochs)?;
        if line.owed_before()? != owed_before || !line.is_conserved()? {
            return Err(Error::NotConserved { stream: name.clone() }.into());
        }
        Ok(BucketPlan {
            line,
            settled: rows.map(|(row, (due, paid))| (*row, *due, *paid)).collect(),
            worth: demand.worth,
            backpay: settled.paid,
            unpaid: settled.unpaid,
            liabilities: settled.left,
            lots: lots.usable,
        })
    }
}

/// Payments take the bucket's own target first, then what rolled over, then what it borrowed; what
/// is left of target and loan rolls over.
fn roll_over(
    line: &mut BucketLine,
    lots: &mut Lots,
    (stream, epoch): (u16, u64),
    rollover_epochs: u64,
) -> Result<(), AnyError> {
    let paid = line.paid_new.checked_add(line.paid_backpay)?;
    let own = line.target.checked_sub(line.lent)?;
    let rolled = lots.amount()?;
    let used = paid.checked_sub(own).unwrap_or(Amount::ZERO).min(rolled);
    lots.take(used)?;
    let left = own.checked_add(line.borrowed)?.checked_sub(paid.checked_sub(used)?)?;
    line.expired = lots.expired;
    if rollover_epochs == 0 {
        line.expired = line.expired.checked_add(left)?;
    } else if !left.is_zero() {
        lots.usable.push(Lot { stream, epoch, amount: left });
    }
    line.rolled_out = Amount::sum(lots.usable.iter().map(|lot| lot.amount))?;
    Ok(())
}
