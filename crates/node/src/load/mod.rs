//! Load: many accounts that send signed transfers, for measurements and for tests under load.

mod crowd;

pub use crowd::{Crowd, CrowdError};
