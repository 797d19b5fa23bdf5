//! The fewest of something an account held at any time of the open epoch: what comes late in an
//! epoch, or leaves early, counts for nothing in it.

use borsh::{BorshDeserialize, BorshSerialize};

/// Kept beside what is held now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Fewest {
    /// Epoch in which what is held last changed.
    changed_in: u64,
    /// The fewest during that epoch.
    fewest: u128,
}

impl Fewest {
    /// The fewest in `epoch`, the open one, of who holds `held` now.
    #[must_use]
    pub fn during(&self, epoch: u64, held: u128) -> u128 {
        if self.changed_in == epoch { self.fewest } else { held }
    }

    /// The fewest in the epoch of the last change.
    #[must_use]
    pub fn recorded(&self) -> u128 {
        self.fewest
    }

    /// After what is held changed in `epoch`, the open one. Whoever held nothing had 0 in it.
    #[must_use]
    pub fn after(&self, epoch: u64, before: u128, now: u128) -> Self {
        Self { changed_in: epoch, fewest: self.during(epoch, before).min(now) }
    }
}
