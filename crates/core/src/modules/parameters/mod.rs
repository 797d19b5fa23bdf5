//! `parameters`: what the network runs by, versioned by epoch.
//!
//! Owns the active parameters and those scheduled for a later epoch. [`check`] is the only checker
//! of values: the network file, a scheduled change and genesis all pass through it. Never changes a
//! running epoch: a change is active from the start of an epoch on.
//!
//! Invariants: the active parameters have no finding of level error; asset list, caps, chain id and
//! allocation never change after genesis.

mod apply;
mod check;
mod errors;
mod events;
mod finding;
mod messages;
mod params;
mod state;

pub use crate::names::{AssetId, ModelId, Name, ParseNameError};
pub use apply::{Quorums, activate, apply_schedule, first_unvotable};
pub(crate) use apply::{check_change, schedule};
#[cfg(test)]
pub(crate) use check::tests::sound;
pub use check::{check, check_genesis};
pub use errors::Error;
pub use events::Event;
pub use finding::{Finding, Level};
pub use messages::ScheduleParameters;
pub use params::*;
pub use state::{ParameterState, Scheduled};
