//! An epoch's amount and budget. Pure functions of parameters and facts.

use super::schedules::{exponential, fixed_per_block, remaining_fraction};
use crate::error::Error;
use crate::modules::parameters::{Emission, Schedule};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What a budget depends on besides parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Facts {
    /// The epoch that closes.
    pub epoch: u64,
    /// Blocks it had.
    pub blocks: u64,
    /// Base units that emission minted in all epochs before.
    pub minted: Amount,
    /// Base units ever issued of the asset, genesis included. Burning makes no room.
    pub asset_issued: Amount,
    /// Payments for the epoch's work by participants without a penalty, base units.
    pub work: Amount,
    /// How often a cut-off has lowered the rate of `work_subsidy` so far.
    pub reductions: u32,
}

/// What holds a budget down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Bound {
    /// The schedule; also when something else allows just as much.
    Schedule,
    /// What is left of the emission's allocation.
    Allocation,
    /// What is left below the asset's cap.
    Cap,
}

/// What an epoch may mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Budget {
    /// Base units by the schedule alone.
    pub scheduled: Amount,
    /// Base units that may be minted: at most `scheduled`.
    pub budget: Amount,
    /// Which limit gave `budget`.
    pub bound_by: Bound,
}

/// Base units that the schedule gives to an epoch, before allocation and cap; 0 before the
/// emission's genesis epoch. Rounded as the schedule's own file says (docs/spec/emission.md §3).
pub fn scheduled(emission: &Emission, facts: &Facts) -> Result<Amount, Error> {
    let Some(offset) = facts.epoch.checked_sub(emission.genesis_epoch) else {
        return Ok(Amount::ZERO);
    };
    let amount = match &emission.schedule {
        Schedule::Exponential { initial, rate } => exponential::amount(*initial, *rate, offset)?,
        Schedule::FixedPerBlock { reward } => fixed_per_block::amount(*reward, facts.blocks),
        Schedule::RemainingFraction { rate } => {
            remaining_fraction::amount(emission.allocation, facts.minted, *rate)?
        }
        Schedule::Geometric { .. } | Schedule::WorkSubsidy { .. } => Amount::ZERO,
    };
    Ok(amount)
}

/// min(scheduled, allocation - minted, cap - issued), base units (docs/spec/emission.md §4).
///
/// Governance may lower allocation and cap, also below what exists already: nothing is left then.
pub fn budget(emission: &Emission, cap: Amount, facts: &Facts) -> Result<Budget, Error> {
    let scheduled = scheduled(emission, facts)?;
    let left = |limit: Amount, used: Amount| limit.checked_sub(used).unwrap_or(Amount::ZERO);
    let mut result = Budget { scheduled, budget: scheduled, bound_by: Bound::Schedule };
    let limits = [
        (left(emission.allocation, facts.minted), Bound::Allocation),
        (left(cap, facts.asset_issued), Bound::Cap),
    ];
    for (limit, bound_by) in limits {
        if limit < result.budget {
            result = Budget { budget: limit, bound_by, ..result };
        }
    }
    Ok(result)
}
