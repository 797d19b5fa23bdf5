//! Load: many accounts that send signed transfers, for measurements and for tests under load.

mod crowd;
mod measure;
mod memory;

pub use crowd::{Crowd, CrowdError};
pub use measure::{Batches, LoadError, Options, Phase, Report, Way, measure};
pub use memory::Memory;
