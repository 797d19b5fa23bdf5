//! What people ask of buckets: how much is left, what is owed, how much of it was used.

use super::bucket::BucketLine;
use super::plan::plan;
use crate::error::{Error, OVERFLOW};
use crate::inputs::EpochInputs;
use crate::modules::emission::Facts;
use crate::modules::parameters::{EpochLength, Name, Parameters, Split};
use workmint_amounts::{Amount, Ratio};

/// A bucket as it stands in an epoch that has not closed. Base units of the emission's asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketState {
    /// The stream.
    pub stream: Name,
    /// What the bucket does if the epoch closes with what is known now.
    pub line: BucketLine,
    /// What its own budget leaves to others: target and usable rollover, less the contributions
    /// that become final and the backpay due; 0 if they are more.
    pub available: Amount,
    /// Rows of backpay: one for each epoch and recipient.
    pub owed_rows: u64,
    /// Owed, before decay.
    pub owed: Amount,
    /// Code of the error that keeps the stream from being planned.
    pub quarantined: Option<u16>,
}

/// What the first epoch that mints would be settled from if nobody did anything. `issued` is what
/// exists of the emission's asset at genesis, base units.
#[must_use]
pub fn first_epoch(parameters: &Parameters, issued: Amount) -> EpochInputs {
    let epoch = parameters.emission.genesis_epoch;
    let blocks = match parameters.network.epoch_length {
        EpochLength::Blocks(blocks) => blocks,
        EpochLength::Time(_) => 0,
    };
    let emission = Facts { epoch, blocks, asset_issued: issued, ..Facts::default() };
    EpochInputs { epoch, emission, ..EpochInputs::default() }
}

/// The bucket of every stream with a rate, in the parameters' order, by the plan of these inputs:
/// the one that settles.
pub fn buckets(parameters: &Parameters, inputs: &EpochInputs) -> Result<Vec<BucketState>, Error> {
    let planned = plan(parameters, inputs)?;
    let rolls_over = parameters.buckets.as_ref().is_some_and(|rules| rules.rollover_epochs > 0);
    let mut all = Vec::new();
    for (at, (stream, planned)) in parameters.streams.iter().zip(&planned.streams).enumerate() {
        let Split::Rate(_) = stream.split else { continue };
        let unplanned = BucketLine { target: planned.fresh, ..BucketLine::default() };
        let line = planned.bucket.as_ref().map_or(unplanned, |bucket| bucket.line);
        let owed = inputs.backpay.iter().filter(|owed| usize::from(owed.stream) == at);
        let owed: Vec<Amount> = owed.map(|owed| owed.owed).collect();
        all.push(BucketState {
            stream: stream.name.clone(),
            line,
            available: left(&line, rolls_over)?,
            owed_rows: u64::try_from(owed.len()).map_err(|_| OVERFLOW)?,
            owed: Amount::sum(owed)?,
            quarantined: planned.quarantined,
        });
    }
    Ok(all)
}

/// target + usable rollover - demand - due, at least 0. Where nothing rolls over no earlier budget
/// is usable, and what the epoch itself leaves counts as expired too.
fn left(line: &BucketLine, rolls_over: bool) -> Result<Amount, Error> {
    let rolled = match rolls_over {
        true => line.rolled_in.checked_sub(line.expired)?,
        false => Amount::ZERO,
    };
    let usable = line.target.checked_add(rolled)?;
    let wanted = line.demand.checked_add(line.due)?;
    Ok(usable.checked_sub(wanted).unwrap_or(Amount::ZERO))
}

/// Paid by a bucket as a share of its targets over some closes; more than 1 if it borrowed or used
/// what rolled over, 0 if there was no target.
pub fn utilization<'a>(lines: impl IntoIterator<Item = &'a BucketLine>) -> Result<Ratio, Error> {
    let (mut paid, mut targets) = (Amount::ZERO, Amount::ZERO);
    for line in lines {
        paid = paid.checked_add(line.paid_new)?.checked_add(line.paid_backpay)?;
        targets = targets.checked_add(line.target)?;
    }
    if targets.is_zero() {
        return Ok(Ratio::ZERO);
    }
    Ok(Ratio::new(paid.get(), targets.get())?)
}
