//! Adapters for ModernTensor: the Python of document 004's time, and luxtensor's Rust at HEAD.

mod burns;
mod distribution;
mod halving;
mod people;
mod pool;
mod python;
mod validators;
mod vesting;

use super::suite::Adapter;
use super::verdict::Mismatch;
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::emission::{Budget, Facts, budget};
use workmint_core::modules::parameters::{AssetId, Emission, Schedule, Utility};

/// All of them, a list for each subject.
pub(super) const ADAPTERS: &[&[Adapter]] = &[
    burns::ADAPTERS,
    distribution::ADAPTERS,
    halving::ADAPTERS,
    pool::ADAPTERS,
    python::ADAPTERS,
    validators::ADAPTERS,
    vesting::ADAPTERS,
];

/// An emission from epoch 0 on that follows nothing but its schedule.
fn emission(schedule: Schedule, allocation: Amount) -> Emission {
    Emission {
        asset: AssetId(0),
        schedule,
        allocation,
        genesis_epoch: 0,
        utility: None,
        quota: Ratio::ZERO,
        reference_weight: 0,
    }
}

/// This much in every epoch of one block.
fn always(reward: Amount) -> Schedule {
    Schedule::FixedPerBlock { reward }
}

/// What production gives an epoch under a cap that is the allocation.
fn budget_of(emission: &Emission, facts: &Facts) -> Result<Budget, Mismatch> {
    Ok(budget(emission, emission.allocation, facts)?)
}

/// Document 004's sum, without a gate.
fn additive(max_tasks: u64, [tasks, difficulty, participation]: [Ratio; 3]) -> Utility {
    Utility { max_tasks, tasks, difficulty, participation, gate: false }
}

/// Whether Python's floats may have made `theirs` of an amount of which `ours` is exact: the larger
/// of 1 and the amount x 2^-52, rounded up (vectors/NOTES.md, ModernTensor).
fn near(what: &str, (ours, theirs): (Amount, Amount), of: Amount) -> Result<(), Mismatch> {
    let width = of.get().div_ceil(1 << 52).max(1);
    if ours.get().abs_diff(theirs.get()) <= width {
        return Ok(());
    }
    Err(Mismatch::new(format!("{what}: ours {ours}, theirs {theirs}, {width} apart at most")))
}
