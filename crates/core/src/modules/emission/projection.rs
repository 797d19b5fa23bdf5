//! The schedule epoch by epoch, as if every epoch minted its whole budget.

use super::formulas::{
    Bound, Facts, block_reward, budget, full_activity, has_ended, issuable, scheduled_blocks, stage,
};
use crate::error::Error;
use crate::modules::parameters::{Emission, Parameters};
use workmint_amounts::{Amount, Ratio};

/// One projected epoch. Amounts are base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The epoch.
    pub epoch: u64,
    /// By the schedule, and for blocks.
    pub scheduled: Amount,
    /// Minted: the whole budget, and what blocks pay.
    pub minted: Amount,
    /// What of that pays for blocks; they come first.
    pub blocks: Amount,
    /// Minted by emission up to and including this epoch.
    pub cumulative: Amount,
    /// What held them down.
    pub bound_by: Bound,
    /// Whether the schedule gives nothing from this epoch on.
    pub ended: bool,
}

/// What `work_subsidy` mints between two cut-offs. Amounts are base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Minted when it begins.
    pub from: Amount,
    /// Minted when it ends.
    pub until: Amount,
    /// The rate in it.
    pub rate: Ratio,
    /// Minted for one unit of work: 1 / (1 - rate).
    pub per_unit: Ratio,
}

/// The stages of `work_subsidy` up to the allocation, as if every cut-off lowered the rate; after
/// an error there are no more. No stage under another schedule.
pub fn stages(emission: &Emission) -> impl Iterator<Item = Result<Stage, Error>> + use<> {
    let (emission, mut from, mut reductions) = (emission.clone(), Some(Amount::ZERO), 0_u32);
    std::iter::from_fn(move || {
        let start = from.take().filter(|start| *start < emission.allocation)?;
        match stage(&emission, start, reductions).transpose()? {
            Ok(stage) => {
                from = Some(stage.until);
                reductions = reductions.checked_add(1)?;
                Some(Ok(stage))
            }
            Err(error) => Some(Err(error)),
        }
    })
}

/// Rows from the emission's genesis epoch on, without end (up to epoch 2^64 - 1); after an error
/// there are no more. Nobody works in them, so `work_subsidy` mints nothing: see [`stages`]; a
/// budget that follows activity and backlog has full activity and no backlog, utility is 1, every
/// request is answered, and active validators propose every block.
/// `genesis_issued` is what exists of the asset at genesis; `blocks_per_epoch` matters to schedules
/// that count blocks.
pub fn project(
    parameters: &Parameters,
    genesis_issued: Amount,
    blocks_per_epoch: u64,
) -> impl Iterator<Item = Result<Row, Error>> + use<> {
    let emission = &parameters.emission;
    let cap = parameters.asset(emission.asset).map_or(Amount::ZERO, |asset| asset.cap);
    Projection {
        cap,
        next: Some(Facts {
            asset_issued: genesis_issued,
            active: full_activity(&emission.schedule),
            ..Facts::in_full_use(emission.genesis_epoch, blocks_per_epoch)
        }),
        parameters: parameters.clone(),
    }
}

struct Projection {
    parameters: Parameters,
    cap: Amount,
    /// `None` after the last epoch or an error.
    next: Option<Facts>,
}

impl Projection {
    /// The row of `facts`, and the facts of the epoch after it.
    fn step(&self, facts: &Facts) -> Result<(Row, Option<Facts>), Error> {
        let emission = &self.parameters.emission;
        let wanted = scheduled_blocks(&self.parameters, facts);
        let room = issuable(emission, self.cap, facts);
        let blocks = wanted.min(room);
        let result = budget(emission, self.cap, &Facts { reserved: blocks, ..*facts })?;
        let minted = result.budget.checked_add(blocks)?;
        let cumulative = facts.minted.checked_add(minted)?;
        let of_cap = self.cap.checked_sub(facts.asset_issued).is_ok_and(|left| left == room);
        let of_allocation = emission.allocation.checked_sub(facts.minted) == Ok(room);
        let row = Row {
            epoch: facts.epoch,
            scheduled: result.scheduled.checked_add(wanted).unwrap_or(Amount::MAX),
            minted,
            blocks,
            cumulative,
            bound_by: match result.bound_by {
                Bound::Schedule if blocks < wanted && of_cap && !of_allocation => Bound::Cap,
                Bound::Schedule if blocks < wanted => Bound::Allocation,
                Bound::Schedule => Bound::Schedule,
                Bound::Allocation => Bound::Allocation,
                Bound::Cap => Bound::Cap,
            },
            ended: block_reward(&self.parameters).is_zero()
                && has_ended(emission, facts, result.scheduled)?,
        };
        let asset_issued = facts.asset_issued.checked_add(minted)?;
        let next = facts.epoch.checked_add(1);
        Ok((row, next.map(|epoch| Facts { epoch, minted: cumulative, asset_issued, ..*facts })))
    }
}

impl Iterator for Projection {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let facts = self.next.take()?;
        Some(self.step(&facts).map(|(row, next)| {
            self.next = next;
            row
        }))
    }
}
