//! Entries by miner, and what is computed for each miner by itself.

use super::bonds::{Rule, Scratch};
use super::rows::Rows;
use super::say::Say;
use crate::error::OVERFLOW;
use rayon::prelude::*;
use workmint_amounts::ArithmeticError;

/// Miners that one thread takes at a time.
const BATCH: usize = 32;

/// One validator's weight on and bond of a miner.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    /// Which of the voters.
    pub(super) voter: u32,
    /// Before [`Columns::bond`] the weight, then its part of the miner's bonds; parts of the unit.
    pub(super) part: u32,
    /// The bond, parts of the unit: the old one, then the new one.
    pub(super) value: u32,
}

/// A seat whose row has entries.
#[derive(Clone, Copy)]
pub(super) struct Voter {
    /// Its seat.
    seat: usize,
    /// Power with a say, base units.
    power: u128,
    /// Its share, parts of the unit.
    pub(super) share: u64,
}

/// What is found of one miner.
#[derive(Clone, Copy, Default)]
pub(super) struct Miner {
    /// Where its entries start.
    pub(super) start: u32,
    /// The highest weight behind which enough power stands, parts of the unit.
    pub(super) consensus: u32,
    /// Sum of share x weight within consensus, parts of the unit squared.
    pub(super) rank: u64,
}

/// All miners.
pub(super) struct Columns {
    pub(super) miners: Vec<Miner>,
    /// Grouped by miner, within a miner in the order of seats.
    pub(super) entries: Vec<Entry>,
    voters: Vec<Voter>,
}

impl Columns {
    pub(super) fn of(rows: &Rows, say: &Say, count: usize) -> Result<Self, ArithmeticError> {
        let mut sizes = vec![0_u32; count];
        for column in &rows.column {
            let size = sizes.get_mut(usize::from(*column)).ok_or(OVERFLOW)?;
            *size = size.checked_add(1).ok_or(OVERFLOW)?;
        }
        let mut miners = Vec::with_capacity(count);
        let mut start = 0_u32;
        for size in sizes {
            miners.push(Miner { start, ..Miner::default() });
            start = start.checked_add(size).ok_or(OVERFLOW)?;
        }
        let mut next: Vec<u32> = miners.iter().map(|miner| miner.start).collect();
        let mut entries = vec![Entry::default(); rows.column.len()];
        let mut voters = Vec::new();
        for (seat, power) in say.power.iter().enumerate() {
            if rows.is_empty(seat) {
                continue;
            }
            let voter = u32::try_from(voters.len()).map_err(|_| OVERFLOW)?;
            voters.push(Voter { seat, power: *power, share: say.active(seat) });
            for (column, part, value) in rows.entries_of(seat) {
                let at = next.get_mut(usize::from(column)).ok_or(OVERFLOW)?;
                let entry = entries.get_mut(*at as usize).ok_or(OVERFLOW)?;
                *entry = Entry { voter, part, value };
                *at = at.checked_add(1).ok_or(OVERFLOW)?;
            }
        }
        Ok(Self { miners, entries, voters })
    }

    /// A validator's entry on a miner.
    pub(super) fn entry(&self, seat: usize, column: u16) -> Option<&Entry> {
        let at = usize::from(column);
        let start = self.miners.get(at)?.start as usize;
        let mut entries = self.entries.get(start..)?.iter();
        let of_seat = |entry: &&Entry| {
            self.voters.get(entry.voter as usize).is_some_and(|voter| voter.seat == seat)
        };
        entries.find(of_seat)
    }

    /// Each miner with its entries.
    fn split(&mut self) -> (Vec<(&mut Miner, &mut [Entry])>, &[Voter]) {
        let mut rest = self.entries.as_mut_slice();
        let mut split = Vec::with_capacity(self.miners.len());
        let ends: Vec<u32> = self.miners.iter().skip(1).map(|miner| miner.start).collect();
        for (at, miner) in self.miners.iter_mut().enumerate() {
            let size = ends.get(at).map(|end| end.abs_diff(miner.start) as usize);
            let taken = rest.split_off_mut(..size.unwrap_or(rest.len()));
            split.push((miner, taken.unwrap_or_default()));
        }
        (split, &self.voters)
    }

    /// Finds consensus and rank of every miner.
    pub(super) fn agree(&mut self, say: &Say) -> Result<(), ArithmeticError> {
        let (mut split, voters) = self.split();
        split.par_iter_mut().with_min_len(BATCH).try_for_each_init(
            Vec::new,
            |keys, (miner, entries)| {
                miner.consensus = consensus(entries, voters, say.need, keys)?;
                let mut rank = 0_u64;
                for entry in entries.iter() {
                    let share = voter(voters, entry)?.share;
                    let within = u64::from(entry.part.min(miner.consensus));
                    let part = share.checked_mul(within).ok_or(OVERFLOW)?;
                    rank = rank.checked_add(part).ok_or(OVERFLOW)?;
                }
                miner.rank = rank;
                Ok(())
            },
        )
    }

    /// Moves every bond.
    pub(super) fn bond(&mut self, rule: &Rule) -> Result<(), ArithmeticError> {
        let agreed = self.miners.iter().any(|miner| miner.consensus > 0);
        let (mut split, voters) = self.split();
        split.par_iter_mut().with_min_len(BATCH).try_for_each_init(
            Scratch::default,
            |scratch, (miner, entries)| {
                rule.shift(miner.consensus, agreed, entries, voters, scratch)
            },
        )
    }
}

pub(super) fn voter<'a>(voters: &'a [Voter], entry: &Entry) -> Result<&'a Voter, ArithmeticError> {
    voters.get(entry.voter as usize).ok_or(OVERFLOW)
}

/// The highest weight such that validators who give at least that have together the needed power;
/// 0 if there is none. Who gives nothing gives 0.
fn consensus(
    entries: &[Entry],
    voters: &[Voter],
    need: u128,
    keys: &mut Vec<u64>,
) -> Result<u32, ArithmeticError> {
    // Weight above, voter below: one number to order by.
    keys.clear();
    for entry in entries.iter().filter(|entry| entry.part > 0) {
        if voter(voters, entry)?.power > 0 {
            keys.push(u64::from(entry.part) << 32 | u64::from(entry.voter));
        }
    }
    let weight = |key: u64| u32::try_from(key >> 32).map_err(|_| OVERFLOW);
    let power_of = |key: &u64| -> Result<u128, ArithmeticError> {
        let voter = usize::try_from(key & u64::from(u32::MAX)).map_err(|_| OVERFLOW)?;
        Ok(voters.get(voter).ok_or(OVERFLOW)?.power)
    };
    let sum = |keys: &[u64]| {
        keys.iter().try_fold(0_u128, |sum, key| sum.checked_add(power_of(key)?).ok_or(OVERFLOW))
    };
    if sum(keys)? < need {
        return Ok(0);
    }
    // The keys that remain hold the one with which the sum from above reaches the need.
    let (mut keys, mut above) = (keys.as_mut_slice(), 0_u128);
    while !keys.is_empty() {
        let middle = keys.len() / 2;
        let (lower, key, upper) = keys.select_nth_unstable(middle);
        let with_upper = above.checked_add(sum(upper)?).ok_or(OVERFLOW)?;
        if with_upper >= need && !upper.is_empty() {
            keys = upper;
            continue;
        }
        let with_key = with_upper.checked_add(power_of(key)?).ok_or(OVERFLOW)?;
        if with_key >= need {
            return weight(*key);
        }
        (keys, above) = (lower, with_key);
    }
    Ok(0)
}
