//! Shares of power, and how much of it must agree.

use super::super::Run;
use super::parts;
use crate::error::{Error, OVERFLOW};
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
        let masks = run.masks();
        let (counted, power) = (masks.counted(), masks.with_say());
        let mut with_say = 0_u128;
        for one in &power {
            with_say = with_say.checked_add(*one).ok_or(OVERFLOW)?;
        }
        Ok(Self {
            stake: parts(&counted)?,
            active_stake: parts(&power)?,
            need: mul_div_ceil(with_say, u128::from(run.rules.kappa), u128::from(u16::MAX))?,
            next_permit: masks.next_permit(),
            power,
        })
    }

    /// Share of the power with a say of one seat.
    pub(super) fn active(&self, seat: usize) -> u64 {
        self.active_stake.get(seat).copied().unwrap_or_default()
    }
}
