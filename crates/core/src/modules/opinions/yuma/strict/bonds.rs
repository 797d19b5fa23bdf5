//! How bonds move.

use super::UNIT;
use super::columns::{Entry, Voter, voter};
use super::curve::Curve;
use super::portion::Portion;
use crate::error::OVERFLOW;
use crate::modules::parameters::{Yuma, YumaKind};
use workmint_amounts::ArithmeticError;

/// What the moving average counts in.
const MILLION: u32 = 1_000_000;

/// The rules of a run.
pub(super) struct Rule {
    /// Whether bonds are of power (Yuma1): then a miner's sum to 1 at most.
    pub(super) by_power: bool,
    penalty: u16,
    /// How far a bond goes to its target, parts of a million.
    pace: u32,
    liquid: Option<Curve>,
}

/// Numbers of one miner's entries, kept to spare memory.
#[derive(Default)]
pub(super) struct Scratch {
    wanted: Vec<u64>,
}

impl Rule {
    pub(super) fn of(rules: &Yuma) -> Result<Self, ArithmeticError> {
        let by_power = match rules.kind {
            YumaKind::Yuma1 => true,
            YumaKind::Yuma3 => false,
        };
        let liquid = rules.liquid.as_ref().filter(|_| !by_power);
        Ok(Self {
            by_power,
            penalty: rules.bonds_penalty,
            pace: MILLION.abs_diff(rules.bonds_moving_average.min(MILLION)),
            liquid: liquid.map(Curve::of).transpose()?,
        })
    }

    /// Moves the bonds of one miner; then each entry's part is its part of them all. `agreed`:
    /// whether any miner has consensus.
    pub(super) fn shift(
        &self,
        consensus: u32,
        agreed: bool,
        entries: &mut [Entry],
        voters: &[Voter],
        scratch: &mut Scratch,
    ) -> Result<(), ArithmeticError> {
        match (self.by_power, &self.liquid) {
            (true, _) => self.shift_of_power(consensus, entries, voters, scratch),
            (false, Some(curve)) if agreed => {
                for entry in entries.iter_mut() {
                    let difference = if entry.part >= entry.value {
                        entry.part.abs_diff(consensus.min(entry.part))
                    } else {
                        entry.value.abs_diff(entry.part)
                    };
                    let to = self.wanted(entry.part, consensus)?;
                    entry.value = step::<UNIT>(entry.value, to, curve.at(difference)?)?;
                }
                share_out(entries)
            }
            (false, _) => {
                for entry in entries.iter_mut() {
                    let to = self.wanted(entry.part, consensus)?;
                    entry.value = step::<MILLION>(entry.value, to, self.pace)?;
                }
                share_out(entries)
            }
        }
    }

    /// Yuma1: old bonds and what stake wants, each as parts of a whole, are averaged, and that
    /// brought to parts of a whole again.
    fn shift_of_power(
        &self,
        consensus: u32,
        entries: &mut [Entry],
        voters: &[Voter],
        scratch: &mut Scratch,
    ) -> Result<(), ArithmeticError> {
        let wanted = &mut scratch.wanted;
        wanted.clear();
        let (mut all, mut old) = (0_u64, 0_u64);
        for entry in entries.iter() {
            let share = voter(voters, entry)?.share;
            let to = u64::from(self.wanted(entry.part, consensus)?);
            let power = share.checked_mul(to).ok_or(OVERFLOW)?;
            wanted.push(power);
            all = all.checked_add(power).ok_or(OVERFLOW)?;
            old = old.checked_add(u64::from(entry.value)).ok_or(OVERFLOW)?;
        }
        // The upper 32 bits of the sum say enough.
        let spare = u64::BITS.abs_diff(all.leading_zeros()).max(u32::BITS).abs_diff(u32::BITS);
        let mut kept = 0_u64;
        for power in wanted.iter_mut() {
            *power = power.checked_shr(spare).ok_or(OVERFLOW)?;
            kept = kept.checked_add(*power).ok_or(OVERFLOW)?;
        }
        let (wants, olds) = (Portion::of(kept)?, Portion::of(old)?);
        for (entry, power) in entries.iter_mut().zip(wanted.iter()) {
            let power = u32::try_from(*power).map_err(|_| OVERFLOW)?;
            let to = wants.map_or(Ok(0), |portion| portion.floor(power))?;
            let from = olds.map_or(Ok(0), |portion| portion.floor(entry.value))?;
            entry.value = step::<MILLION>(from, to, self.pace)?;
        }
        share_out(entries)?;
        for entry in entries {
            entry.value = entry.part;
        }
        Ok(())
    }

    /// What a bond goes to: the weight, and so far as the penalty says that within consensus.
    fn wanted(&self, weight: u32, consensus: u32) -> Result<u32, ArithmeticError> {
        let one = u64::from(u16::MAX);
        let penalty = u64::from(self.penalty);
        let free = one.checked_sub(penalty).ok_or(OVERFLOW)?;
        let free = u64::from(weight).checked_mul(free).ok_or(OVERFLOW)?;
        let within = u64::from(weight.min(consensus)).checked_mul(penalty).ok_or(OVERFLOW)?;
        let sum = free.checked_add(within).ok_or(OVERFLOW)?;
        u32::try_from(sum.div_euclid(one)).map_err(|_| OVERFLOW)
    }
}

/// From one value toward another by `pace` parts of `ONE`, rounded toward the other: so it gets
/// there, and never beyond.
fn step<const ONE: u32>(from: u32, to: u32, pace: u32) -> Result<u32, ArithmeticError> {
    let way = u64::from(from.abs_diff(to)).checked_mul(u64::from(pace)).ok_or(OVERFLOW)?;
    let way = u32::try_from(way.div_ceil(u64::from(ONE))).map_err(|_| OVERFLOW)?;
    let at = if to >= from { from.checked_add(way) } else { from.checked_sub(way) };
    at.ok_or(OVERFLOW)
}

/// Sets each entry's part of the sum of all bonds, rounded down.
fn share_out(entries: &mut [Entry]) -> Result<(), ArithmeticError> {
    let mut all = 0_u64;
    for entry in entries.iter() {
        all = all.checked_add(u64::from(entry.value)).ok_or(OVERFLOW)?;
    }
    let portion = Portion::of(all)?;
    for entry in entries {
        entry.part = portion.map_or(Ok(0), |portion| portion.floor(entry.value))?;
    }
    Ok(())
}
