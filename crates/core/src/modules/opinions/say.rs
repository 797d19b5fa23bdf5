//! Who has a say, and which of its weights count: what the median of scores and our consensus have
//! in common.

use super::yuma::{Limits, Seats};
use std::cmp::Reverse;

pub(super) fn is_owner(seats: &Seats, seat: usize) -> bool {
    seats.owner.is_some_and(|owner| usize::from(owner) == seat)
}

/// Whether a seat's weights are read: the owner's always are.
pub(super) fn may_weigh(seats: &Seats, seat: usize) -> bool {
    is_owner(seats, seat) || seats.permit.get(seat) == Some(&true)
}

/// Power that is enough to count, base units.
pub(super) fn enough(seats: &Seats, limits: &Limits) -> Vec<u128> {
    let powers = seats.power.iter().enumerate();
    let count = |(seat, power): (usize, &workmint_amounts::Amount)| {
        let enough = *power >= limits.least_power || is_owner(seats, seat);
        if enough { power.get() } else { 0 }
    };
    powers.map(count).collect()
}

/// Power with a say, base units: of those who may weigh and set weights not too long ago.
pub(super) fn with_say(seats: &Seats, limits: &Limits, enough: &[u128]) -> Vec<u128> {
    let columns = enough.iter().zip(&seats.last_update).enumerate();
    let say = |(seat, (enough, updated)): (usize, (&u128, &u64))| {
        let until = updated.checked_add(limits.activity_cutoff_blocks);
        let active = until.is_none_or(|until| until >= seats.height);
        if active && may_weigh(seats, seat) { *enough } else { 0 }
    };
    columns.map(say).collect()
}

/// The seats with most power, of equals those registered first. Seats equal in both get permits
/// together, so there may be more than the limit; and the owner.
pub(super) fn next_permit(seats: &Seats, limits: &Limits, enough: &[u128]) -> Vec<bool> {
    let merit: Vec<(u128, Reverse<u64>)> =
        enough.iter().zip(&seats.registered).map(|(p, at)| (*p, Reverse(*at))).collect();
    let mut best = merit.clone();
    best.sort_unstable_by_key(|merit| Reverse(*merit));
    let last = usize::from(limits.most_validators).checked_sub(1);
    // With fewer seats than permits, everybody with power gets one.
    let least = last.map(|last| best.get(last).copied().unwrap_or((0, Reverse(u64::MAX))));
    let wins =
        |merit: &(u128, Reverse<u64>)| merit.0 > 0 && least.is_some_and(|least| *merit >= least);
    let seats = merit.iter().enumerate().map(|(seat, merit)| wins(merit) || is_owner(seats, seat));
    seats.collect()
}

/// What a seat says of others, as far as it counts: not of itself, unless it is the owner, and not
/// of whoever got its seat since. Ascending by seat; of several weights on one the largest.
pub(super) fn weights_that_count(
    seats: &Seats,
    limits: &Limits,
    seat: usize,
    said: &mut Vec<(u16, u32)>,
) {
    said.clear();
    if !may_weigh(seats, seat) {
        return;
    }
    let updated = seats.last_update.get(seat).copied().unwrap_or_default();
    let committed = seats.committed.get(seat).copied().flatten();
    let committed = committed.filter(|_| limits.commit_reveal).unwrap_or(u64::MAX);
    let of_itself = is_owner(seats, seat);
    said.extend(seats.weights.entries_of(seat).filter(|(column, weight)| {
        let column = usize::from(*column);
        let holder = seats.registered.get(column);
        let is_of_holder = holder.is_some_and(|since| updated > *since && committed >= *since);
        *weight > 0 && is_of_holder && (column != seat || of_itself)
    }));
    sort(said);
}

/// Ascending by column; of several entries of one column the largest stays.
pub(super) fn sort(row: &mut Vec<(u16, u32)>) {
    if row.is_sorted_by(|one, next| one.0 < next.0) {
        return;
    }
    row.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
    row.dedup_by_key(|entry| entry.0);
}
