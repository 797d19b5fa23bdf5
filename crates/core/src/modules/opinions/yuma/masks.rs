//! Who has a say, and which weights count: the same rules in both modes (reference/bittensor.md
//! §1.2). `subtensor/` has them once more, in upstream's order of steps.

use super::{Run, Seats};
use workmint_amounts::Amount;

/// Why a validator's weights have no say, the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Silence {
    /// The last run gave it no permit.
    NoPermit,
    /// It set weights too long ago.
    Idle,
    /// It has no power, or less than it takes.
    NoPower,
}

/// Why one weight does not count, the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// There is no such seat.
    NoSeat,
    /// It is on the validator itself, which only the owner may weigh.
    Itself,
    /// The seat got its present holder when the weights were set, or later.
    OlderThanHolder,
    /// The seat got its present holder after the weights were committed to.
    CommittedBeforeHolder,
}

impl Run<'_> {
    /// Whether a seat is the owner's.
    #[must_use]
    pub fn is_owner(&self, seat: usize) -> bool {
        self.seats.owner.is_some_and(|owner| usize::from(owner) == seat)
    }

    /// Whether a seat's weights are read: the owner's always are.
    #[must_use]
    pub fn may_weigh(&self, seat: usize) -> bool {
        self.is_owner(seat) || self.seats.permit.get(seat) == Some(&true)
    }

    /// A seat's power as it counts, base units: nothing if it is too little, but for the owner's.
    #[must_use]
    pub fn counted_power(&self, seat: usize) -> u128 {
        let power = self.seats.power.get(seat).copied().unwrap_or(Amount::ZERO);
        let enough = power >= self.limits.least_power || self.is_owner(seat);
        if enough { power.get() } else { 0 }
    }

    /// Why a seat has no say; `None`: it has.
    #[must_use]
    pub fn silence(&self, seat: usize) -> Option<Silence> {
        let updated = self.seats.last_update.get(seat).copied().unwrap_or_default();
        let until = updated.checked_add(self.limits.activity_cutoff_blocks);
        if !self.may_weigh(seat) {
            Some(Silence::NoPermit)
        } else if until.is_some_and(|until| until < self.seats.height) {
            Some(Silence::Idle)
        } else {
            (self.counted_power(seat) == 0).then_some(Silence::NoPower)
        }
    }

    /// A seat as one that weighs others.
    #[must_use]
    pub fn speaker(&self, seat: usize) -> Speaker<'_> {
        let committed = self.seats.committed.get(seat).copied().flatten();
        Speaker {
            seats: self.seats,
            itself: Some(seat).filter(|_| !self.is_owner(seat)),
            updated: self.seats.last_update.get(seat).copied().unwrap_or_default(),
            committed: committed.filter(|_| self.limits.commit_reveal),
        }
    }
}

/// A seat that weighs others.
#[derive(Clone, Copy, Debug)]
pub struct Speaker<'a> {
    seats: &'a Seats,
    /// The seat, if it may not weigh itself.
    itself: Option<usize>,
    updated: u64,
    committed: Option<u64>,
}

impl Speaker<'_> {
    /// Why its weight on a seat does not count; `None`: it does.
    #[must_use]
    pub fn ignored(&self, column: u16) -> Option<Ignored> {
        let column = usize::from(column);
        let Some(since) = self.seats.registered.get(column) else {
            return Some(Ignored::NoSeat);
        };
        if self.itself == Some(column) {
            Some(Ignored::Itself)
        } else if self.updated <= *since {
            Some(Ignored::OlderThanHolder)
        } else {
            let before = self.committed.is_some_and(|committed| committed < *since);
            before.then_some(Ignored::CommittedBeforeHolder)
        }
    }
}
