//! What an epoch's results become: shares of an amount, and parts of 65,535.

use super::Epoch;
use super::fixed::{I32F32, I96F32};
use super::rows::{normalize, normalize_by};
use crate::modules::opinions::yuma::{Matrix, Outcome};

/// An amount shared out by an epoch, base units per seat, each rounded down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// By incentive, of the sum of incentive and dividends.
    pub miners: Vec<u64>,
    /// By dividends, of the same sum.
    pub validators: Vec<u64>,
    /// By both.
    pub both: Vec<u64>,
}

/// Results as upstream stores them, parts of 65,535, rounded down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proportions {
    /// Share of all stake.
    pub stake: Vec<u16>,
    /// What enough stake agrees on.
    pub consensus: Vec<u16>,
    /// Sum of a validator's clipped weights.
    pub trust: Vec<u16>,
    /// Share of what miners earn.
    pub incentive: Vec<u16>,
    /// Share of what validators earn.
    pub dividends: Vec<u16>,
}

impl Epoch {
    /// Shares out an amount. Where nobody earned anything, validators are paid by their active
    /// stake, or by their stake if none is active.
    #[must_use]
    pub fn shares(&self, amount: u64) -> Shares {
        let both = self.incentive.iter().zip(&self.dividends);
        let mut both: Vec<I32F32> = both.map(|(one, other)| one.plus(*other)).collect();
        let all: I32F32 = both.iter().copied().sum();
        let (mut miners, mut validators) = (self.incentive.clone(), self.dividends.clone());
        normalize_by(&mut miners, all);
        normalize_by(&mut validators, all);
        normalize(&mut both);
        if all == I32F32::ZERO {
            let active: I32F32 = self.active_stake.iter().copied().sum();
            let by = if active == I32F32::ZERO { &self.stake } else { &self.active_stake };
            validators.clone_from(by);
            both.clone_from(by);
        }
        let amount = I96F32::from_scaled(u128::from(amount), 0).unwrap_or_default();
        let share = |share: &I32F32| I96F32::from(*share).times(amount).whole_u64();
        let of = |shares: &[I32F32]| shares.iter().map(share).collect();
        Shares { miners: of(&miners), validators: of(&validators), both: of(&both) }
    }

    /// The results in parts of 65,535.
    #[must_use]
    pub fn proportions(&self) -> Proportions {
        let of = |numbers: &[I32F32]| numbers.iter().map(|number| number.to_proportion()).collect();
        Proportions {
            stake: of(&self.stake),
            consensus: of(&self.consensus),
            trust: of(&self.trust),
            incentive: of(&self.incentive),
            dividends: of(&self.dividends),
        }
    }

    /// The bonds that are stored, parts of 65,535: those of seats with a permit.
    #[must_use]
    pub fn stored_bonds(&self) -> Matrix {
        let entries = self.bonds.iter().map(Vec::len).sum();
        let mut stored = Matrix::with_capacity(self.bonds.len(), entries);
        for (row, permit) in self.bonds.iter().zip(&self.permit) {
            let kept = row.iter().filter(|_| *permit);
            stored.push_row(kept.map(|(column, bond)| (*column, u32::from(bond.to_proportion()))));
        }
        stored
    }

    /// The results in parts of 2^32.
    #[must_use]
    pub fn into_outcome(self) -> Outcome {
        // Nothing an epoch gives is negative.
        let parts = |numbers: &[I32F32]| {
            numbers.iter().map(|number| number.to_bits().unsigned_abs()).collect()
        };
        Outcome {
            unit: I32F32::ONE.to_bits().unsigned_abs(),
            stake: parts(&self.stake),
            active_stake: parts(&self.active_stake),
            consensus: parts(&self.consensus),
            trust: parts(&self.trust),
            incentive: parts(&self.incentive),
            dividends: parts(&self.dividends),
            bonds: self.stored_bonds(),
            permit: self.permit,
        }
    }
}
