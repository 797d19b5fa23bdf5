//! One file per schedule: a pure function of numbers, its unit and its rounding.

pub(super) mod dynamic;
pub(super) mod exponential;
pub(super) mod fixed_per_block;
pub(super) mod geometric;
pub(super) mod halving;
pub(super) mod halving_by_issuance;
pub(super) mod inflation;
pub(super) mod remaining_fraction;
pub(super) mod work_subsidy;
