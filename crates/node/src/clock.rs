//! The wall clock, which the core never sees, and whether it can be believed.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use workmint_core::State;
use workmint_core::modules::parameters::EpochLength;

use crate::config::{Config, Production};

/// A clock further behind the last block than this is wrong, or was.
pub(crate) const MOST_BEHIND_MS: u64 = 5_000;

/// Milliseconds since 1970; 0 if the clock stands before that.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A clock that leads the last block by more than any pause that was allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// The clock, milliseconds since 1970.
    pub now_ms: u64,
    /// The last block's time, milliseconds since 1970.
    pub block_ms: u64,
    /// The longest pause, milliseconds.
    pub most_ms: u64,
}

impl fmt::Display for Pause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { now_ms, block_ms, most_ms } = self;
        let ahead = now_ms.saturating_sub(*block_ms) / 1_000;
        write!(
            f,
            "the clock is {ahead} s ahead of the last block (clock {now_ms}, block {block_ms} ms \
             since 1970), the longest pause is {} s; set the clock right, or, if the network did \
             stand still so long, allow a longer pause",
            most_ms / 1_000
        )
    }
}

/// The pause that is too long for the next block to be made, if it is. A network that has no block
/// yet may have been made long ago, and whoever drives a node names the times.
pub(crate) fn too_long(state: &State, config: &Config) -> Option<Pause> {
    let chain = state.chain();
    if chain.height == 0 || config.production == Production::Driven {
        return None;
    }
    let epoch_ms = match state.active_parameters()?.network.epoch_length {
        EpochLength::Time(length) => length,
        EpochLength::Blocks(_) => config.heartbeat_ms,
    };
    let most_ms = config.most_pause_ms.max(epoch_ms.saturating_mul(2));
    let (now_ms, block_ms) = (now_ms(), chain.time_ms);
    (now_ms.saturating_sub(block_ms) > most_ms).then_some(Pause { now_ms, block_ms, most_ms })
}
