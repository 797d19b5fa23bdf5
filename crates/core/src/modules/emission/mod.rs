//! `emission`: how much may be minted in an epoch.
//!
//! Owns the cumulative totals of what the schedule offered and what was minted, the number of
//! cut-offs that lowered the rate of `work_subsidy`, and the pure rules that turn an epoch into a
//! budget. Never mints: `settlement` does, and tells this module through
//! `EmissionState::record` what it minted.
//!
//! Invariants (INV-03): cumulative minted <= cumulative scheduled; cumulative minted <= allocation;
//! everything ever issued of the asset <= its cap. Burning makes no room.
//!
//! | file | holds |
//! |---|---|
//! | `schedules/` | one pure function per schedule |
//! | `formulas.rs` | an epoch's amount, and its budget under allocation and cap |
//! | `utility.rs` | what the network's use leaves of an amount: utility, reference weight, quota |
//! | `projection.rs` | the schedule epoch by epoch, as if every budget were minted whole; the stages of `work_subsidy` |
//! | `findings.rs` | what a network's author should know about the schedule |
//! | `state.rs`, `invariants.rs` | the totals and what must be true of them |
//!
//! Specification: `docs/spec/emission.md`.

mod findings;
mod formulas;
mod invariants;
mod projection;
mod schedules;
mod state;
mod utility;

#[cfg(test)]
mod tests;

pub use findings::findings;
pub use formulas::{
    Bound, Budget, Facts, block_reward, budget, counts_blocks, is_endless, issuable, scheduled,
    scheduled_blocks, work_subsidy_rate,
};
pub(crate) use invariants::check;
pub use projection::{Row, Stage, project, stages};
pub use state::{EmissionState, Totals};
pub use utility::of_utility;
