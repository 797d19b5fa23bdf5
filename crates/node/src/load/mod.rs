//! Load: many accounts that send signed transfers, for measurements and for tests under load.

mod crowd;
mod measure;
pub mod process;
mod tally;

pub use crowd::{Crowd, CrowdError};
pub use measure::{Batches, LoadError, Options, Report, Ways, measure};
pub use tally::{Phase, Tally};
