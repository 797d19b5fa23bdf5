//! Who has a say, which weights count, and who may weigh others next. `subtensor/` has the same
//! rules but for ties, in upstream's order of steps.

use super::{Limits, Run, Seats};
use std::cmp::Reverse;
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

/// Seats and the rules that say whose weights count.
#[derive(Clone, Copy, Debug)]
pub struct Masks<'a> {
    /// The rules.
    pub limits: Limits,
    /// The seats.
    pub seats: &'a Seats,
}

impl<'a> Run<'a> {
    /// Whose weights count in this run.
    #[must_use]
    pub fn masks(&self) -> Masks<'a> {
        Masks { limits: self.limits, seats: self.seats }
    }
}

impl<'a> Masks<'a> {
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

    /// Every seat's power as it counts, base units.
    #[must_use]
    pub fn counted(&self) -> Vec<u128> {
        (0..self.seats.power.len()).map(|seat| self.counted_power(seat)).collect()
    }

    /// Every seat's power with a say, base units.
    #[must_use]
    pub fn with_say(&self) -> Vec<u128> {
        let say = |seat| if self.silence(seat).is_none() { self.counted_power(seat) } else { 0 };
        (0..self.seats.power.len()).map(say).collect()
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
    pub fn speaker(&self, seat: usize) -> Speaker<'a> {
        let committed = self.seats.committed.get(seat).copied().flatten();
        Speaker {
            seats: self.seats,
            itself: Some(seat).filter(|_| !self.is_owner(seat)),
            updated: self.seats.last_update.get(seat).copied().unwrap_or_default(),
            committed: committed.filter(|_| self.limits.commit_reveal),
        }
    }

    /// What a seat says of others, as far as it counts: ascending by seat, without zeros. Of
    /// several weights on one seat the largest counts.
    pub fn weights_of(&self, seat: usize, said: &mut Vec<(u16, u32)>) {
        said.clear();
        if !self.may_weigh(seat) {
            return;
        }
        let speaker = self.speaker(seat);
        said.extend(
            self.seats
                .weights
                .entries_of(seat)
                .filter(|(column, weight)| *weight > 0 && speaker.ignored(*column).is_none()),
        );
        sort(said);
    }

    /// Who may weigh others until the next run: the seats with most power that counts, of equals
    /// those registered first, and the owner. Seats equal in both get permits together, so there
    /// may be more than the limit.
    #[must_use]
    pub fn next_permit(&self) -> Vec<bool> {
        let merit = self.counted().into_iter().zip(&self.seats.registered);
        let merit: Vec<(u128, Reverse<u64>)> =
            merit.map(|(power, since)| (power, Reverse(*since))).collect();
        let mut best = merit.clone();
        best.sort_unstable_by_key(|merit| Reverse(*merit));
        let last = usize::from(self.limits.most_validators).checked_sub(1);
        // With fewer seats than permits, everybody with power gets one.
        let least = last.map(|last| best.get(last).copied().unwrap_or((0, Reverse(u64::MAX))));
        let wins = |merit: &(u128, Reverse<u64>)| {
            merit.0 > 0 && least.is_some_and(|least| *merit >= least)
        };
        let seats = merit.iter().enumerate();
        seats.map(|(seat, merit)| wins(merit) || self.is_owner(seat)).collect()
    }
}

/// Ascending by column; of several entries of one column the largest stays.
pub(super) fn sort(row: &mut Vec<(u16, u32)>) {
    if row.is_sorted_by(|one, next| one.0 < next.0) {
        return;
    }
    row.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
    row.dedup_by_key(|entry| entry.0);
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
