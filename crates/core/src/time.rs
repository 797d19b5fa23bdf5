//! Durations and the deadlines they become.

use crate::error::{Error, OVERFLOW};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;

/// Milliseconds in one day.
pub const DAY_MS: u64 = 86_400_000;

/// A length of time in parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Duration {
    /// Milliseconds of block time.
    Milliseconds(u64),
    /// Whole epochs.
    Epochs(u64),
}

/// When something is over. Fixed when the thing is created: later changes of parameters do not
/// move it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum Deadline {
    /// The block time, in milliseconds, from which it is over.
    Time(u64),
    /// The epoch at whose close it is over.
    Epoch(u64),
}

/// Where the chain stands: what deadlines are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Height of the block being applied.
    pub height: u64,
    /// Its time, milliseconds.
    pub time_ms: u64,
    /// The open epoch.
    pub epoch: u64,
}

impl Duration {
    /// The deadline this long after `now`. A duration of `n` epochs is over at the close of the
    /// `n`-th epoch after the open one.
    pub fn after(self, now: &Now) -> Result<Deadline, Error> {
        Ok(match self {
            Self::Milliseconds(length) => {
                Deadline::Time(now.time_ms.checked_add(length).ok_or(OVERFLOW)?)
            }
            Self::Epochs(length) => Deadline::Epoch(now.epoch.checked_add(length).ok_or(OVERFLOW)?),
        })
    }
}

impl Deadline {
    /// Whether it is over inside a block.
    #[must_use]
    pub fn is_over(self, now: &Now) -> bool {
        match self {
            Self::Time(at) => now.time_ms >= at,
            Self::Epoch(epoch) => now.epoch > epoch,
        }
    }

    /// Whether it is over at the close of the open epoch.
    #[must_use]
    pub fn is_over_at_close(self, now: &Now) -> bool {
        match self {
            Self::Time(at) => now.time_ms >= at,
            Self::Epoch(epoch) => now.epoch >= epoch,
        }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Epochs(1) => formatter.write_str("1 epoch"),
            Self::Epochs(count) => write!(formatter, "{count} epochs"),
            Self::Milliseconds(length) => {
                let units = [(DAY_MS, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s")];
                for (unit, name) in units {
                    let whole = length.checked_div(unit).unwrap_or(0);
                    if length > 0 && length.checked_rem(unit) == Some(0) {
                        return write!(formatter, "{whole}{name}");
                    }
                }
                write!(formatter, "{length}ms")
            }
        }
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(at) => write!(formatter, "block time {at} ms"),
            Self::Epoch(epoch) => write!(formatter, "the close of epoch {epoch}"),
        }
    }
}
