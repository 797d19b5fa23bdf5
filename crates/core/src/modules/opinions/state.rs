//! Seats, weights, bonds, commitments, lent power, the price of a seat.

use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::table::{Single, Table};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// A seat that somebody holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Seat {
    /// Who holds it.
    pub holder: AccountHandle,
    /// Height at which the holder got it.
    pub registered: u64,
    /// Height at which the weights it has were set, or committed to; 0: it has none.
    pub last_update: u64,
    /// Height at which it last set weights or committed to some: what the rate is limited by; 0:
    /// never.
    pub last_act: u64,
    /// Whether the last close let it weigh others.
    pub permit: bool,
    /// Power behind its opinion at the last close, base units.
    pub power: Amount,
    /// What it earned at the last close, in the parts of the consensus: whoever earned least is
    /// replaced first.
    pub earned: u128,
    /// The number of its next commitment.
    pub next_commitment: u64,
}

/// A commitment to weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Commitment {
    /// What was committed.
    pub hash: Hash,
    /// In which epoch.
    pub epoch: u64,
    /// At which height.
    pub height: u64,
}

/// A price and when it was that: it falls with every block since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct PriceAt {
    /// Base units.
    pub price: Amount,
    /// At this height.
    pub height: u64,
}

/// A value that becomes another one in some epoch.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Changing<T> {
    /// Until then.
    pub now: T,
    /// From this epoch on.
    pub next: Option<(u64, T)>,
}

impl<T: Clone> Changing<T> {
    /// The value in an epoch.
    #[must_use]
    pub fn at(&self, epoch: u64) -> &T {
        match &self.next {
            Some((from, next)) if *from <= epoch => next,
            Some(_) | None => &self.now,
        }
    }

    /// Another value from a later epoch on; one that waited is forgotten.
    #[must_use]
    pub(super) fn then(&self, epoch: u64, from: u64, next: T) -> Self {
        Self { now: self.at(epoch).clone(), next: Some((from, next)) }
    }
}

/// Accounts and shares of power that count for them, parts of 65,535.
pub type Children = Vec<(AccountHandle, u16)>;

/// State of `opinions`.
#[derive(Default)]
pub struct OpinionState {
    /// Seats from 0 on without a gap.
    pub(crate) seats: Table<u16, Seat>,
    pub(crate) by_holder: Table<AccountHandle, u16>,
    /// Rows of weights, as they were given, scaled up.
    pub(crate) weights: Table<u16, Vec<(u16, u16)>>,
    /// Rows of bonds, in the units of the mode.
    pub(crate) bonds: Table<u16, Vec<(u16, u32)>>,
    /// Open commitments by seat and number.
    pub(crate) commitments: Table<(u16, u64), Commitment>,
    /// For whom an account's power counts.
    pub(crate) children: Table<AccountHandle, Changing<Children>>,
    /// What an account keeps of what others' power earns with its seat.
    pub(crate) takes: Table<AccountHandle, Changing<Ratio>>,
    pub(crate) price: Single<PriceAt>,
    /// Height of the last close that ran the consensus; 0: none did.
    pub(crate) last_run: Single<u64>,
}

impl OpinionState {
    /// Number of seats taken.
    #[must_use]
    pub fn taken(&self) -> u16 {
        // Seats are numbered by 16 bits.
        u16::try_from(self.seats.len()).unwrap_or(u16::MAX)
    }

    /// A seat.
    #[must_use]
    pub fn seat(&self, seat: u16) -> Option<&Seat> {
        self.seats.get(&seat)
    }

    /// The seat that an account holds.
    #[must_use]
    pub fn seat_of(&self, account: AccountHandle) -> Option<u16> {
        self.by_holder.get(&account).copied()
    }

    /// At most `most` seats from `first` on, in order.
    pub fn seats(&self, first: u16, most: usize) -> impl Iterator<Item = (u16, &Seat)> {
        self.seats.range(first..).take(most).map(|(number, seat)| (*number, seat))
    }

    /// A seat's weights, as they were given, scaled up: seats and 0 to 65,535.
    #[must_use]
    pub fn weights(&self, seat: u16) -> &[(u16, u16)] {
        self.weights.get(&seat).map_or(&[], Vec::as_slice)
    }

    /// A seat's bonds, in the units of the consensus' mode.
    #[must_use]
    pub fn bonds(&self, seat: u16) -> &[(u16, u32)] {
        self.bonds.get(&seat).map_or(&[], Vec::as_slice)
    }

    /// A seat's open commitments with their numbers, the earliest first.
    pub fn commitments(&self, seat: u16) -> impl Iterator<Item = (u64, &Commitment)> {
        let rows = self.commitments.range((seat, 0)..=(seat, u64::MAX));
        rows.map(|((_, number), row)| (*number, row))
    }

    /// For whom an account's power counts, and from when for whom else.
    #[must_use]
    pub fn children(&self, account: AccountHandle) -> Option<&Changing<Children>> {
        self.children.get(&account)
    }

    /// What an account keeps, in an epoch, of what others' power earns with its seat.
    #[must_use]
    pub fn take(&self, account: AccountHandle, epoch: u64) -> Ratio {
        self.takes.get(&account).map_or(Ratio::ZERO, |take| *take.at(epoch))
    }

    /// Height of the last close that ran the consensus; 0: none did.
    #[must_use]
    pub fn last_run(&self) -> u64 {
        *self.last_run.get()
    }

    /// Forgets what a seat said and was owed by consensus: it gets another holder, or ends.
    pub(super) fn clear_seat(&mut self, seat: u16) {
        if let Some(row) = self.seats.get(&seat) {
            let holder = row.holder;
            self.by_holder.remove(&holder);
        }
        self.weights.remove(&seat);
        self.bonds.remove(&seat);
        self.drop_commitments(seat, u64::MAX);
        self.seats.remove(&seat);
    }

    /// Removes a seat's commitments up to a number.
    pub(super) fn drop_commitments(&mut self, seat: u16, up_to: u64) {
        let rows = self.commitments.range((seat, 0)..=(seat, up_to));
        let keys: Vec<(u16, u64)> = rows.map(|(key, _)| *key).collect();
        keys.iter().for_each(|key| self.commitments.remove(key));
    }
}
