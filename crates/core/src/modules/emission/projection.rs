//! The schedule epoch by epoch, as if every epoch minted its whole budget.

use super::formulas::{Bound, Facts, budget, full_activity, has_ended, stage};
use crate::error::Error;
use crate::modules::parameters::Emission;
use workmint_amounts::{Amount, Ratio};

/// One projected epoch. Amounts are base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The epoch.
    pub epoch: u64,
    /// By the schedule alone.
    pub scheduled: Amount,
    /// Minted: the whole budget.
    pub minted: Amount,
    /// Minted by emission up to and including this epoch.
    pub cumulative: Amount,
    /// What held the budget down.
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
/// budget that follows activity and backlog has full activity and no backlog.
/// `genesis_issued` is what exists of the asset at genesis; `blocks_per_epoch` matters to schedules
/// that count blocks.
pub fn project(
    emission: &Emission,
    cap: Amount,
    genesis_issued: Amount,
    blocks_per_epoch: u64,
) -> impl Iterator<Item = Result<Row, Error>> + use<> {
    Projection {
        cap,
        next: Some(Facts {
            epoch: emission.genesis_epoch,
            blocks: blocks_per_epoch,
            minted: Amount::ZERO,
            asset_issued: genesis_issued,
            work: Amount::ZERO,
            reductions: 0,
            reserved: Amount::ZERO,
            active: full_activity(&emission.schedule),
            backpay: Amount::ZERO,
            recycled: Amount::ZERO,
            tasks: u64::MAX,
            missed: 0,
            difficulty: Ratio::ONE,
            participation: Ratio::ONE,
            weight: u64::MAX,
            proposed: 0,
        }),
        emission: emission.clone(),
    }
}

struct Projection {
    emission: Emission,
    cap: Amount,
    /// `None` after the last epoch or an error.
    next: Option<Facts>,
}

impl Projection {
    /// The row of `facts`, and the facts of the epoch after it.
    fn step(&self, facts: &Facts) -> Result<(Row, Option<Facts>), Error> {
        let result = budget(&self.emission, self.cap, facts)?;
        let cumulative = facts.minted.checked_add(result.budget)?;
        let row = Row {
            epoch: facts.epoch,
            scheduled: result.scheduled,
            minted: result.budget,
            cumulative,
            bound_by: result.bound_by,
            ended: has_ended(&self.emission, facts, result.scheduled)?,
        };
        let asset_issued = facts.asset_issued.checked_add(result.budget)?;
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
