//! Mode `subtensor`: the sparse epoch of opentensor/subtensor 14bc6f9, bit for bit, with what is
//! wrong with it (reference/bittensor.md §1.2 and §1.4; docs/spec/yuma.md §2).
//!
//! | file | holds |
//! |---|---|
//! | `fixed.rs` | upstream's numbers: the only ones that saturate and wrap |
//! | `rows.rs` | sparse matrices of them |
//! | `median.rs` | consensus: the stake-weighted median of each column |
//! | `liquid.rs` | bonds with their own speed each |
//! | `pay.rs` | shares of an amount, and what is stored in parts of 65,535 |

pub mod fixed;
pub mod liquid;
pub mod median;
mod pay;
pub mod rows;

pub use pay::{Proportions, Shares};

use super::{Outcome, Run};
use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::YumaKind;
use fixed::{I32F32, I64F64};
use rayon::prelude::*;
use rows::Row;
use workmint_amounts::Amount;

/// The power behind each seat as upstream holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backing {
    stake: Vec<I64F64>,
    /// Base units are 2^`scale` times the stake.
    scale: u32,
}

/// All that an epoch gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Share of all stake, before inactive seats and those without a permit are left out.
    pub stake: Vec<I32F32>,
    /// Share of the stake that has a say.
    pub active_stake: Vec<I32F32>,
    /// Who set weights recently enough.
    pub active: Vec<bool>,
    /// The weight that enough stake agrees on.
    pub consensus: Vec<I32F32>,
    /// Sum of a validator's weights after clipping.
    pub trust: Vec<I32F32>,
    /// A miner's share of what miners earn.
    pub incentive: Vec<I32F32>,
    /// A validator's share of what validators earn.
    pub dividends: Vec<I32F32>,
    /// Who may weigh others in the next epoch.
    pub permit: Vec<bool>,
    /// Bonds after the epoch. Those of seats without a permit are not stored.
    pub bonds: Vec<Row>,
}

impl Backing {
    /// Of amounts. If they sum to 2^63 base units or more, which upstream's stake cannot hold, all
    /// are divided by the smallest power of two that lets them fit; no digit is lost by it.
    ///
    /// # Errors
    /// They sum to 2^127 or more.
    pub fn of_powers(powers: &[Amount]) -> Result<Self, Error> {
        let all = Amount::sum(powers.iter().copied())?.get();
        let most = i64::MAX.unsigned_abs();
        let scale = (0..=64).find(|scale| all >> scale <= u128::from(most));
        let scale = scale.ok_or(Error::Arithmetic(OVERFLOW))?;
        let stake = |power: &Amount| I64F64::from_scaled(power.get(), scale);
        let stake: Option<Vec<I64F64>> = powers.iter().map(stake).collect();
        Ok(Self { stake: stake.ok_or(Error::Arithmetic(OVERFLOW))?, scale })
    }

    /// Upstream's own numbers. Their sum wraps around at 2^63.
    #[must_use]
    pub fn of_stakes(stake: Vec<I64F64>) -> Self {
        Self { stake, scale: 0 }
    }

    /// Each seat's share of what has a say: below the least power it is 0, but for the owner.
    fn shares(&self, run: &Run<'_>) -> Vec<I32F32> {
        let least = run.limits.least_power.get();
        let owner = run.seats.owner.map(usize::from);
        let counted = |(at, stake): (usize, &I64F64)| {
            let enough = Some(at) == owner || stake.to_scaled(self.scale) >= least;
            if enough { *stake } else { I64F64::default() }
        };
        let mut shares: Vec<I64F64> = self.stake.iter().enumerate().map(counted).collect();
        normalize_stake(&mut shares);
        shares.into_iter().map(I64F64::to_i32f32).collect()
    }
}

/// Divides by the sum, unless that is 0. The sum wraps around.
pub fn normalize_stake(stake: &mut [I64F64]) {
    let all: I64F64 = stake.iter().copied().sum();
    if all != I64F64::default() {
        stake.par_iter_mut().for_each(|stake| *stake = stake.over(all));
    }
}

/// Runs the epoch on seats' powers.
///
/// # Errors
/// Columns of different lengths; power of 2^127 base units or more.
pub fn run(run: &Run<'_>) -> Result<Outcome, Error> {
    epoch(run, &Backing::of_powers(&run.seats.power)?).map(Epoch::into_outcome)
}

/// Runs the epoch on this stake, whatever the seats' powers are.
///
/// # Errors
/// Columns of different lengths.
pub fn epoch(run: &Run<'_>, backing: &Backing) -> Result<Epoch, Error> {
    let (seats, rules) = (run.seats, run.rules);
    let count = backing.stake.len();
    let columns = [seats.permit.len(), seats.last_update.len(), seats.registered.len()];
    let rows = [seats.committed.len(), seats.weights.rows(), seats.bonds.rows()];
    if columns.iter().chain(&rows).any(|length| *length != count) {
        return Err(Error::Inconsistent { what: "columns of seats differ in length" });
    }
    let stake = backing.shares(run);
    let inactive: Vec<bool> = seats.last_update.iter().map(|last| is_idle(run, *last)).collect();
    let mut forbidden: Vec<bool> = seats.permit.iter().map(|permit| !permit).collect();
    set_of_owner(run, &mut forbidden, false);
    let mut permit = rows::largest(&stake, usize::from(run.limits.most_validators));
    for (permit, stake) in permit.iter_mut().zip(&stake) {
        *permit &= *stake != I32F32::ZERO;
    }
    set_of_owner(run, &mut permit, true);
    let mut active_stake = stake.clone();
    rows::mask(&mut active_stake, &inactive);
    rows::mask(&mut active_stake, &forbidden);
    rows::normalize(&mut active_stake);

    let weights = weights(run, &forbidden);
    let kappa = I32F32::from_proportion(rules.kappa);
    let consensus = median::of_columns(&active_stake, &weights, count, kappa);
    let clipped = rows::clip(&weights, &consensus);
    let trust = rows::row_sums(&clipped);
    let mut incentive = rows::column_products(&clipped, &active_stake, count);
    rows::normalize(&mut incentive);
    let penalty = I32F32::from_proportion(rules.bonds_penalty);
    let weights = rows::interpolate(weights, clipped, penalty);
    let (bonds, mut dividends) = match rules.kind {
        YumaKind::Yuma1 => yuma1(run, weights, &active_stake, &incentive),
        YumaKind::Yuma3 => yuma3(run, &weights, &consensus, (&active_stake, &incentive)),
    };
    rows::normalize(&mut dividends);
    let active = inactive.iter().map(|inactive| !inactive).collect();
    Ok(Epoch { stake, active_stake, active, consensus, trust, incentive, dividends, permit, bonds })
}

/// Whether a seat set its weights too long ago.
fn is_idle(run: &Run<'_>, last_update: u64) -> bool {
    let height = run.seats.height;
    height > last_update && height.abs_diff(last_update) > run.limits.activity_cutoff_blocks
}

fn set_of_owner(run: &Run<'_>, flags: &mut [bool], flag: bool) {
    let owner = run.seats.owner.and_then(|owner| flags.get_mut(usize::from(owner)));
    if let Some(owner) = owner {
        *owner = flag;
    }
}

/// The weights that count, each row divided by its sum.
fn weights(run: &Run<'_>, forbidden: &[bool]) -> Vec<Row> {
    let seats = run.seats;
    let count = forbidden.len();
    let read = |at: usize| -> Row {
        let entries = seats.weights.entries_of(at);
        let known = entries.filter(|(column, _)| usize::from(*column) < count);
        known.map(|(column, weight)| (column, I32F32::from_integer(i64::from(weight)))).collect()
    };
    let is_read = |at: usize| forbidden.get(at) == Some(&false);
    let each = (0..count).into_par_iter();
    let mut rows: Vec<Row> =
        each.map(|at| if is_read(at) { read(at) } else { Row::new() }).collect();
    rows::mask_diagonal(&mut rows, seats.owner);
    let registered = &seats.registered;
    rows::mask_pairs(&mut rows, &seats.last_update, registered, |updated, at| updated <= at);
    if run.limits.commit_reveal {
        let committed: Vec<u64> =
            seats.committed.iter().map(|height| height.unwrap_or(u64::MAX)).collect();
        rows::mask_pairs(&mut rows, &committed, registered, |committed, at| committed < at);
    }
    rows::normalize_rows(&mut rows);
    rows
}

/// The bonds left by the last run, without those on seats that changed hands since.
fn old_bonds(run: &Run<'_>, read: impl Fn(u32) -> I32F32 + Sync) -> Vec<Row> {
    let seats = run.seats;
    let start = seats.height.abs_diff(seats.height.min(seats.blocks));
    let changed = |registered: u64| match seats.last_run {
        0 => start <= registered,
        last => last < registered,
    };
    let row = |at: usize| {
        let bonds = seats.bonds.entries_of(at).filter(|(column, _)| {
            !changed(seats.registered.get(usize::from(*column)).copied().unwrap_or(0))
        });
        bonds.map(|(column, bond)| (column, read(bond))).collect()
    };
    (0..seats.bonds.rows()).into_par_iter().map(row).collect()
}

/// How much of the way a bond goes to its weight where all go alike.
fn alpha(run: &Run<'_>) -> I32F32 {
    let whole = |number: u32| I64F64::from_scaled(u128::from(number), 0).unwrap_or_default();
    let kept = whole(run.rules.bonds_moving_average).over(whole(1_000_000));
    I32F32::ONE.minus(kept.to_i32f32())
}

/// A miner's bonds are shares of stake that sum to 1. Bonds, and dividends before they are
/// normalised.
fn yuma1(
    run: &Run<'_>,
    weights: Vec<Row>,
    active_stake: &[I32F32],
    incentive: &[I32F32],
) -> (Vec<Row>, Vec<I32F32>) {
    let count = incentive.len();
    let mut old = old_bonds(run, |bond| I32F32::from_integer(i64::from(bond)));
    rows::normalize_columns(&mut old, count);
    let mut bought = weights;
    rows::scale_rows(&mut bought, active_stake);
    rows::normalize_columns(&mut bought, count);
    let mut bonds = rows::moving_average(&bought, &old, alpha(run), count);
    rows::normalize_columns(&mut bonds, count);
    let dividends = rows::row_products(&bonds, incentive);
    rows::upscale_columns(&mut bonds, count);
    (bonds, dividends)
}

/// A bond moves toward its weight, whatever others do. Bonds, and dividends before they are
/// normalised.
fn yuma3(
    run: &Run<'_>,
    weights: &[Row],
    consensus: &[I32F32],
    (active_stake, incentive): (&[I32F32], &[I32F32]),
) -> (Vec<Row>, Vec<I32F32>) {
    let count = incentive.len();
    let parts = I32F32::from_integer(i64::from(u16::MAX));
    let old = old_bonds(run, |bond| I32F32::from_integer(i64::from(bond)).over(parts));
    let agreed = consensus.iter().any(|consensus| *consensus != I32F32::ZERO);
    let bonds = match run.rules.liquid.as_ref().filter(|_| agreed) {
        Some(rules) => {
            let curve = liquid::Curve::of(rules);
            liquid::moving_average(weights, &old, count, |_, column, weight, bond| {
                let consensus = consensus.get(usize::from(column)).copied().unwrap_or_default();
                curve.alpha(consensus, weight, bond)
            })
        }
        None => rows::moving_average(weights, &old, alpha(run), count),
    };
    let mut shares = bonds.clone();
    rows::normalize_columns(&mut shares, count);
    let totals = rows::row_sums(&rows::scale_columns(&shares, incentive));
    (bonds, rows::products(&totals, active_stake))
}
