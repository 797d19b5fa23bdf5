//! Yuma in our arithmetic (docs/spec/yuma.md §1): whole numbers of parts of [`UNIT`], rounded as
//! the document says, the same whatever the order of a row's entries and the numbers of the seats.
//!
//! | file | holds |
//! |---|---|
//! | `say.rs` | shares of power, and how much of it must agree |
//! | `rows.rs` | rows of weights and bonds as they count: masked, sorted, in parts of a whole |
//! | `columns.rs` | the same by miner, and what is computed for each miner by itself |
//! | `bonds.rs` | how bonds move |
//! | `curve.rs` | how fast they move with liquid alpha |
//! | `portion.rs` | exact parts of one whole without a division each |

mod bonds;
mod columns;
mod curve;
mod portion;
mod rows;
mod say;

use super::trace::Bond;
use super::{Matrix, Outcome, Run, Seats};
use crate::error::{Error, OVERFLOW};
use bonds::Rule;
use columns::Columns;
use rows::Rows;
use say::Say;
use workmint_amounts::{ArithmeticError, mul_div_floor};

/// What 1 is: 65,535 x 65,537, so that parts of 65,535 are whole here, and two factors fit 64 bits.
pub const UNIT: u32 = u32::MAX;

/// Seats that a column's number can name.
const MOST_SEATS: usize = 65_536;

/// One run. Parts are in [`UNIT`], and so are bonds.
///
/// # Errors
/// [`Error::Inconsistent`] if a column or matrix of the seats has not one entry or row per seat;
/// [`Error::Arithmetic`] if the power of all seats exceeds 2^128 - 1 base units.
pub fn run(run: &Run<'_>) -> Result<Outcome, Error> {
    let Steps { say, rows, rule, columns } = Steps::of(run)?;
    let ranks: Vec<u128> = columns.miners.iter().map(|miner| u128::from(miner.rank)).collect();
    let incentive = parts(&ranks)?;
    let earned = Earned::of(run.seats, &rows, &columns, &incentive, &say, &rule)?;
    Ok(Outcome {
        unit: u64::from(UNIT),
        consensus: columns.miners.iter().map(|miner| u64::from(miner.consensus)).collect(),
        trust: earned.trust,
        incentive,
        dividends: parts(&earned.dividends)?,
        bonds: earned.bonds,
        stake: say.stake,
        active_stake: say.active_stake,
        permit: say.next_permit,
    })
}

/// Bonds of one validator after a run, ascending by miner, in parts of [`UNIT`]; those too that it
/// loses with its permit.
pub(super) fn bonds_of(run: &Run<'_>, seat: usize) -> Result<Vec<Bond>, Error> {
    let Steps { rows, columns, .. } = Steps::of(run)?;
    let bond = |(miner, _, _): (u16, u32, u32)| {
        let entry = columns.entry(seat, miner).filter(|entry| entry.value > 0)?;
        Some(Bond { miner, value: u64::from(entry.value), part: u64::from(entry.part) })
    };
    Ok(rows.entries_of(seat).filter_map(bond).collect())
}

/// All that a run computes for miners.
struct Steps {
    say: Say,
    rows: Rows,
    rule: Rule,
    columns: Columns,
}

impl Steps {
    fn of(run: &Run<'_>) -> Result<Self, Error> {
        check(run.seats)?;
        let say = Say::of(run)?;
        let rows = Rows::of(run)?;
        let rule = Rule::of(run.rules)?;
        let mut columns = Columns::of(&rows, &say, run.seats.power.len())?;
        columns.agree(&say)?;
        columns.bond(&rule)?;
        Ok(Self { say, rows, rule, columns })
    }
}

/// Every column and both matrices must have one entry or row per seat.
fn check(seats: &Seats) -> Result<(), Error> {
    let count = seats.power.len();
    let lengths = [
        seats.permit.len(),
        seats.last_update.len(),
        seats.registered.len(),
        seats.committed.len(),
        seats.weights.rows(),
        seats.bonds.rows(),
    ];
    if count > MOST_SEATS || lengths.iter().any(|length| *length != count) {
        return Err(Error::Inconsistent { what: "a column of seats has not one entry per seat" });
    }
    Ok(())
}

/// `floor(UNIT x value / sum)` of each; all 0 if the sum is.
fn parts(values: &[u128]) -> Result<Vec<u64>, Error> {
    let mut sum = 0_u128;
    for value in values {
        sum = sum.checked_add(*value).ok_or(OVERFLOW)?;
    }
    let part = |value: &u128| -> Result<u64, ArithmeticError> {
        if *value == 0 {
            return Ok(0);
        }
        u64::try_from(mul_div_floor(*value, u128::from(UNIT), sum)?).map_err(|_| OVERFLOW)
    };
    Ok(values.iter().map(part).collect::<Result<_, _>>()?)
}

/// What comes out for validators.
struct Earned {
    trust: Vec<u64>,
    /// Before it is brought to parts of a whole.
    dividends: Vec<u128>,
    bonds: Matrix,
}

impl Earned {
    /// Goes over the rows again, which meet every column in the order in which they entered it.
    fn of(
        seats: &Seats,
        rows: &Rows,
        columns: &Columns,
        incentive: &[u64],
        say: &Say,
        rule: &Rule,
    ) -> Result<Self, ArithmeticError> {
        let count = seats.power.len();
        let mut earned = Self {
            trust: Vec::with_capacity(count),
            dividends: Vec::with_capacity(count),
            bonds: Matrix::with_capacity(count, rows.column.len()),
        };
        let mut next: Vec<u32> = columns.miners.iter().map(|miner| miner.start).collect();
        let mut kept = Vec::new();
        for seat in 0..count {
            let (mut trust, mut dividends) = (0_u64, 0_u64);
            kept.clear();
            for (column, weight, _) in rows.entries_of(seat) {
                let at = usize::from(column);
                let miner = columns.miners.get(at).ok_or(OVERFLOW)?;
                let entry = next.get_mut(at).ok_or(OVERFLOW)?;
                let bond = columns.entries.get(*entry as usize).ok_or(OVERFLOW)?;
                *entry = entry.checked_add(1).ok_or(OVERFLOW)?;
                let within = u64::from(weight.min(miner.consensus));
                trust = trust.checked_add(within).ok_or(OVERFLOW)?;
                let share = incentive.get(at).copied().unwrap_or_default();
                let part = share.checked_mul(u64::from(bond.part)).ok_or(OVERFLOW)?;
                dividends = dividends.checked_add(part).ok_or(OVERFLOW)?;
                if bond.value > 0 {
                    kept.push((column, bond.value));
                }
            }
            // A seat that loses its permit loses its bonds.
            if say.next_permit.get(seat) != Some(&true) {
                kept.clear();
            }
            earned.bonds.push_row(kept.iter().copied());
            earned.trust.push(trust);
            // Bonds of Yuma1 are bonds of power already.
            let share = if rule.by_power { 1 } else { say.active(seat) };
            let dividends = u128::from(dividends).checked_mul(u128::from(share)).ok_or(OVERFLOW)?;
            earned.dividends.push(dividends);
        }
        Ok(earned)
    }
}
