//! Shares of power, who has a say, and who may weigh others next.

use super::super::{Limits, Run, Seats};
use super::parts;
use crate::error::{Error, OVERFLOW};
use std::cmp::Reverse;
use workmint_amounts::mul_div_ceil;

/// Power as it counts, by seat.
pub(super) struct Say {
    /// Share of all power that is enough to count, parts of the unit, rounded down.
    pub(super) stake: Vec<u64>,
    /// Share of the power with a say, parts of the unit, rounded down.
    pub(super) active_stake: Vec<u64>,
    /// Power with a say, base units.
    pub(super) power: Vec<u128>,
    /// Power that must stand behind a weight, base units: kappa of what has a say, rounded up. No
    /// sum of whole units lies between, so this is exact.
    pub(super) need: u128,
    /// Who may weigh others until the next run.
    pub(super) next_permit: Vec<bool>,
}

impl Say {
    pub(super) fn of(run: &Run<'_>) -> Result<Self, Error> {
        let Run { rules, limits, seats } = run;
        let counted = counted(seats, limits);
        let mut power = Vec::with_capacity(counted.len());
        let columns = counted.iter().zip(&seats.last_update).enumerate();
        for (seat, (counted, updated)) in columns {
            let until = updated.checked_add(limits.activity_cutoff_blocks);
            let active = until.is_none_or(|until| until >= seats.height);
            power.push(if active && may_weigh(seats, seat) { *counted } else { 0 });
        }
        let mut with_say = 0_u128;
        for one in &power {
            with_say = with_say.checked_add(*one).ok_or(OVERFLOW)?;
        }
        Ok(Self {
            stake: parts(&counted)?,
            active_stake: parts(&power)?,
            need: mul_div_ceil(with_say, u128::from(rules.kappa), u128::from(u16::MAX))?,
            next_permit: next_permit(seats, limits, &counted),
            power,
        })
    }

    /// Share of the power with a say of one seat.
    pub(super) fn active(&self, seat: usize) -> u64 {
        self.active_stake.get(seat).copied().unwrap_or_default()
    }
}

pub(super) fn is_owner(seats: &Seats, seat: usize) -> bool {
    seats.owner.is_some_and(|owner| usize::from(owner) == seat)
}

/// Whether a seat's weights are read: the owner's always are.
pub(super) fn may_weigh(seats: &Seats, seat: usize) -> bool {
    is_owner(seats, seat) || seats.permit.get(seat) == Some(&true)
}

/// Power that is enough to count, base units.
fn counted(seats: &Seats, limits: &Limits) -> Vec<u128> {
    let powers = seats.power.iter().enumerate();
    let count = |(seat, power): (usize, &workmint_amounts::Amount)| {
        let enough = *power >= limits.least_power || is_owner(seats, seat);
        if enough { power.get() } else { 0 }
    };
    powers.map(count).collect()
}

/// The seats with most power, of equals those registered first. Seats equal in both get permits
/// together, so there may be more than the limit; and the owner.
fn next_permit(seats: &Seats, limits: &Limits, counted: &[u128]) -> Vec<bool> {
    let merit: Vec<(u128, Reverse<u64>)> =
        counted.iter().zip(&seats.registered).map(|(p, at)| (*p, Reverse(*at))).collect();
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
