//! Yuma in strict mode, the slow and obvious way: full matrices, one division for each quotient,
//! every candidate for consensus tried (docs/spec/yuma.md §1).

use alloy_primitives::U256;
use workmint_amounts::{Ratio, SignedRatio, exp_floor, mul_div_floor};
use workmint_core::modules::opinions::yuma::{Limits, Matrix, Outcome, Seats};
use workmint_core::modules::parameters::{LiquidAlpha, Yuma, YumaKind};

use super::shares::sum;
use super::{Fallible, failed};

/// What 1 is.
const ONE: u128 = 0xffff_ffff;

/// A number for every validator and miner, by validator.
type Dense = Vec<Vec<u128>>;

/// What a run must have found, in parts of 2^32 - 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) stake: Vec<u128>,
    pub(super) active_stake: Vec<u128>,
    pub(super) consensus: Vec<u128>,
    pub(super) trust: Vec<u128>,
    pub(super) incentive: Vec<u128>,
    pub(super) dividends: Vec<u128>,
    pub(super) permit: Vec<bool>,
    pub(super) bonds: Dense,
}

impl Found {
    /// What the engine's run says, in the same form.
    pub(super) fn of(outcome: &Outcome) -> Self {
        let wide = |column: &[u64]| column.iter().map(|value| u128::from(*value)).collect();
        let count = outcome.bonds.rows();
        let row = |row: usize| {
            let mut dense = vec![0; count];
            for (column, bond) in outcome.bonds.entries_of(row) {
                if let Some(place) = dense.get_mut(usize::from(column)) {
                    *place = u128::from(bond);
                }
            }
            dense
        };
        Self {
            stake: wide(&outcome.stake),
            active_stake: wide(&outcome.active_stake),
            consensus: wide(&outcome.consensus),
            trust: wide(&outcome.trust),
            incentive: wide(&outcome.incentive),
            dividends: wide(&outcome.dividends),
            permit: outcome.permit.clone(),
            bonds: (0..count).map(row).collect(),
        }
    }
}

/// Computes it from what was frozen.
pub(super) fn find(rules: &Yuma, limits: &Limits, seats: &Seats) -> Fallible<Found> {
    let all = 0..seats.power.len();
    let owns = |seat: usize| seats.owner.map(usize::from) == Some(seat);
    let weighs = |seat: usize| owns(seat) || at(&seats.permit, seat);
    let counted: Vec<u128> = all
        .clone()
        .map(|seat| (seat, at(&seats.power, seat)))
        .map(
            |(seat, power)| if owns(seat) || power >= limits.least_power { power.get() } else { 0 },
        )
        .collect();
    let silent = |seat: usize| {
        let last = u128::from(at(&seats.last_update, seat));
        last + u128::from(limits.activity_cutoff_blocks) < u128::from(seats.height)
    };
    let power: Vec<u128> = all
        .clone()
        .map(|seat| if weighs(seat) && !silent(seat) { at(&counted, seat) } else { 0 })
        .collect();
    let active_stake = parts(&power)?;
    let weights = weights(limits, seats, weighs, owns)?;
    let consensus = consensus(&weights, &power, rules.kappa)?;
    let clipped = map(&weights, |_, miner, weight| Ok(weight.min(at(&consensus, miner))))?;
    let trust: Vec<u128> = clipped.iter().map(|row| row.iter().sum()).collect();
    let ranks: Vec<u128> = all
        .clone()
        .map(|miner| column(&clipped, miner).zip(&active_stake).map(|(w, s)| w * s).sum())
        .collect();
    let incentive = parts(&ranks)?;
    let told = Told { weights, clipped, consensus, active_stake };
    let bonds = moved(rules, &told, &old_bonds(seats))?;
    let Told { consensus, active_stake, .. } = told;
    // Yuma1's bonds are parts of all bonds of a miner already.
    let by_stake = rules.kind == YumaKind::Yuma3;
    let shared = if by_stake { by_column(&bonds)? } else { bonds.clone() };
    let earned: Vec<u128> = all
        .clone()
        .map(|validator| {
            let row = at_row(&shared, validator).iter().zip(&incentive);
            let of_bonds: u128 = row.map(|(part, incentive)| part * incentive).sum();
            of_bonds * if by_stake { at(&active_stake, validator) } else { 1 }
        })
        .collect();
    let permit: Vec<bool> =
        all.map(|seat| owns(seat) || wins(limits, seats, &counted, seat)).collect();
    Ok(Found {
        stake: parts(&counted)?,
        consensus,
        trust,
        incentive,
        dividends: parts(&earned)?,
        bonds: map(&bonds, |seat, _, bond| Ok(if at(&permit, seat) { bond } else { 0 }))?,
        active_stake,
        permit,
    })
}

/// What a run has found before bonds move.
struct Told {
    weights: Dense,
    clipped: Dense,
    consensus: Vec<u128>,
    active_stake: Vec<u128>,
}

/// Bonds after the run.
fn moved(rules: &Yuma, told: &Told, old: &Dense) -> Fallible<Dense> {
    let wanted = map(&told.weights, |validator, miner, weight| {
        let penalty = u128::from(rules.bonds_penalty);
        let within = at(at_row(&told.clipped, validator), miner);
        Ok((weight * (65_535 - penalty) + within * penalty) / 65_535)
    })?;
    let rate = 1_000_000 - u128::from(rules.bonds_moving_average.min(1_000_000));
    match (rules.kind, &rules.liquid) {
        (YumaKind::Yuma1, _) => {
            let of_stake =
                map(&wanted, |validator, _, to| Ok(to * at(&told.active_stake, validator)))?;
            let (to, from) = (by_column(&shortened(&of_stake))?, by_column(old)?);
            let moved = map(&from, |validator, miner, bond| {
                Ok(toward(bond, at(at_row(&to, validator), miner), rate, 1_000_000))
            })?;
            by_column(&moved)
        }
        (YumaKind::Yuma3, Some(liquid)) if told.consensus.iter().any(|found| *found > 0) => {
            let curve = curve(liquid)?;
            map(old, |validator, miner, bond| {
                let weight = at(at_row(&told.weights, validator), miner);
                let difference = if weight < bond {
                    bond - weight
                } else {
                    weight - weight.min(at(&told.consensus, miner))
                };
                let to = at(at_row(&wanted, validator), miner);
                Ok(toward(bond, to, between(&curve, difference), ONE))
            })
        }
        (YumaKind::Yuma3, _) => map(old, |validator, miner, bond| {
            Ok(toward(bond, at(at_row(&wanted, validator), miner), rate, 1_000_000))
        }),
    }
}

fn at<T: Copy + Default>(column: &[T], seat: usize) -> T {
    column.get(seat).copied().unwrap_or_default()
}

fn at_row(rows: &Dense, seat: usize) -> &[u128] {
    rows.get(seat).map_or(&[], Vec::as_slice)
}

fn column(rows: &Dense, miner: usize) -> impl Iterator<Item = u128> {
    rows.iter().map(move |row| at(row, miner))
}

/// Another matrix, from validator, miner and number.
fn map(
    rows: &Dense,
    mut number: impl FnMut(usize, usize, u128) -> Fallible<u128>,
) -> Fallible<Dense> {
    let mut row = |(validator, row): (usize, &Vec<u128>)| {
        row.iter().enumerate().map(|(miner, value)| number(validator, miner, *value)).collect()
    };
    rows.iter().enumerate().map(&mut row).collect()
}

/// Each as a part of their sum, rounded down.
fn parts(values: &[u128]) -> Fallible<Vec<u128>> {
    let all = sum(values.iter().copied())?.max(1);
    values.iter().map(|value| mul_div_floor(*value, ONE, all).map_err(failed)).collect()
}

/// Each as a part of its column's sum.
fn by_column(rows: &Dense) -> Fallible<Dense> {
    let sums: Vec<u128> = (0..rows.len()).map(|miner| column(rows, miner).sum()).collect();
    map(rows, |_, miner, value| mul_div_floor(value, ONE, at(&sums, miner).max(1)).map_err(failed))
}

/// Each column halved as often as its sum has digits beyond 32.
fn shortened(rows: &Dense) -> Dense {
    let digits = |miner: usize| {
        let mut sum: u128 = column(rows, miner).sum();
        let mut more = 0;
        while sum > ONE {
            (sum, more) = (sum / 2, more + 1);
        }
        more
    };
    let digits: Vec<u32> = (0..rows.len()).map(digits).collect();
    let shorten =
        |row: &Vec<u128>| row.iter().zip(&digits).map(|(value, by)| value >> by).collect();
    rows.iter().map(shorten).collect()
}

/// The weighted mean of a bond and what it goes to, rounded toward the latter.
fn toward(from: u128, to: u128, rate: u128, one: u128) -> u128 {
    let mean = from * (one - rate) + to * rate;
    if to > from { mean.div_ceil(one) } else { mean / one }
}

/// The largest of a row's entries on a miner.
fn largest(rows: &Matrix, validator: usize, miner: usize) -> u128 {
    let of_miner = rows.entries_of(validator).filter(|(column, _)| usize::from(*column) == miner);
    of_miner.map(|(_, value)| u128::from(value)).max().unwrap_or(0)
}

/// Weights that count, as parts of their row.
fn weights(
    limits: &Limits,
    seats: &Seats,
    weighs: impl Fn(usize) -> bool,
    owns: impl Fn(usize) -> bool,
) -> Fallible<Dense> {
    let count = seats.power.len();
    let weight = |validator: usize, miner: usize| {
        let since = at(&seats.registered, miner);
        let too_old = at(&seats.last_update, validator) <= since
            || (limits.commit_reveal && at(&seats.committed, validator).is_some_and(|c| c < since));
        let itself = validator == miner && !owns(validator);
        let counts = weighs(validator) && !too_old && !itself;
        if counts { largest(&seats.weights, validator, miner) } else { 0 }
    };
    (0..count)
        .map(|validator| {
            parts(&(0..count).map(|miner| weight(validator, miner)).collect::<Vec<_>>())
        })
        .collect()
}

/// Bonds of miners that have not changed since the last run.
fn old_bonds(seats: &Seats) -> Dense {
    let count = seats.power.len();
    let start = match seats.last_run {
        0 => u128::from(seats.height.max(seats.blocks) - seats.blocks),
        last => u128::from(last) + 1,
    };
    let bond = |validator: usize, miner: usize| {
        let stays = u128::from(at(&seats.registered, miner)) < start;
        if stays { largest(&seats.bonds, validator, miner) } else { 0 }
    };
    (0..count).map(|validator| (0..count).map(|miner| bond(validator, miner)).collect()).collect()
}

/// Of all weights on a miner, and of none, the highest that enough power gives or exceeds.
fn consensus(weights: &Dense, power: &[u128], kappa: u16) -> Fallible<Vec<u128>> {
    let all = U256::from(sum(power.iter().copied())?);
    let supported = |miner: usize, weight: u128| -> Fallible<bool> {
        let given = column(weights, miner).zip(power);
        let behind = sum(given.filter(|(given, _)| *given >= weight).map(|(_, power)| *power))?;
        Ok(U256::from(behind) * U256::from(65_535) >= all * U256::from(kappa))
    };
    let highest = |miner: usize| {
        let mut found = 0;
        for (weight, power) in column(weights, miner).zip(power) {
            if *power > 0 && weight > found && supported(miner, weight)? {
                found = weight;
            }
        }
        Ok(found)
    };
    (0..weights.len()).map(highest).collect()
}

/// Whether fewer seats are ahead of it than there are permits.
fn wins(limits: &Limits, seats: &Seats, counted: &[u128], seat: usize) -> bool {
    let (power, since) = (at(counted, seat), at(&seats.registered, seat));
    let ahead =
        |(other, before): (&u128, &u64)| *other > power || (*other == power && *before < since);
    let before = counted.iter().zip(&seats.registered).filter(|pair| ahead(*pair)).count();
    power > 0 && before < usize::from(limits.most_validators)
}

/// The curve's 257 points.
fn curve(liquid: &LiquidAlpha) -> Fallible<Vec<u128>> {
    let (low, high) = (u128::from(liquid.low) * 65_537, u128::from(liquid.high) * 65_537);
    let steepness = u128::from(liquid.steepness.unsigned_abs());
    let point = |step: u128| {
        let exponent = Ratio::new(steepness * step.abs_diff(128), 25_600).map_err(failed)?;
        let power = exp_floor(1 << 64, SignedRatio::new(true, exponent)).map_err(failed)?;
        let upper = (ONE << 64) / ((1 << 64) + power);
        let is_lower = (step < 128 && liquid.steepness > 0) || (step > 128 && liquid.steepness < 0);
        let part = if is_lower { ONE - upper } else { upper };
        Ok(low + (high.max(low) - low) * part / ONE)
    };
    (0..=256).map(point).collect()
}

/// A point between two of the curve's, rounded toward the one before.
fn between(curve: &[u128], difference: u128) -> u128 {
    let step = usize::try_from(difference >> 24).unwrap_or_default();
    let (from, to) = (at(curve, step), at(curve, step + 1));
    let way = from.abs_diff(to) * (difference & 0xff_ffff) / (1 << 24);
    if to > from { from + way } else { from - way }
}
