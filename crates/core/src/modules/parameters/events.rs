//! What happened in `parameters`.

use borsh::{BorshDeserialize, BorshSerialize};

/// What happened in `parameters`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A change waits for its epoch.
    Scheduled {
        /// First epoch that runs under it.
        epoch: u64,
    },
    /// The open epoch runs under a scheduled change.
    Activated {
        /// Its first epoch.
        epoch: u64,
        /// Number of the version.
        version: u64,
    },
    /// A scheduled change failed its dry run against the epoch just closed and was dropped.
    Dropped {
        /// Its first epoch.
        epoch: u64,
        /// Code of the error the dry run met.
        code: u16,
    },
}
