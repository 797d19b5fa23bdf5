//! Rows of weights and bonds as they count: masked, sorted, in parts of a whole.

use super::super::masks::sort;
use super::super::{Run, Seats};
use super::UNIT;
use crate::error::OVERFLOW;
use std::cmp::Ordering;
use workmint_amounts::ArithmeticError;

/// Entries by validator, ascending by miner within a row; one for each miner that the validator
/// weighs or holds bonds of.
#[derive(Default)]
pub(super) struct Rows {
    /// Where each seat's row ends.
    end: Vec<u32>,
    /// The miner.
    pub(super) column: Vec<u16>,
    /// Its share of what the validator gives, parts of the unit, rounded down.
    weight: Vec<u32>,
    /// The bond that the last run left, parts of the unit.
    bond: Vec<u32>,
}

impl Rows {
    pub(super) fn of(run: &Run<'_>) -> Result<Self, ArithmeticError> {
        let seats = run.seats;
        let mut rows = Self::with_capacity(seats.weights.entries().max(seats.bonds.entries()));
        let (mut said, mut held) = (Vec::new(), Vec::new());
        let renewed = first_renewal(seats)?;
        for seat in 0..seats.power.len() {
            run.masks().weights_of(seat, &mut said);
            normalise(&mut said)?;
            held.clear();
            held.extend(seats.bonds.entries_of(seat).filter(|(column, bond)| {
                let registered = seats.registered.get(usize::from(*column));
                *bond > 0 && registered.is_some_and(|registered| *registered < renewed)
            }));
            sort(&mut held);
            rows.push(&said, &held)?;
        }
        Ok(rows)
    }

    fn with_capacity(entries: usize) -> Self {
        Self {
            end: Vec::new(),
            column: Vec::with_capacity(entries),
            weight: Vec::with_capacity(entries),
            bond: Vec::with_capacity(entries),
        }
    }

    /// Appends a row: weights and bonds together.
    fn push(&mut self, said: &[(u16, u32)], held: &[(u16, u32)]) -> Result<(), ArithmeticError> {
        let (mut said, mut held) = (said.iter().peekable(), held.iter().peekable());
        loop {
            let order = match (said.peek(), held.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((one, _)), Some((other, _))) => one.cmp(other),
            };
            let weight = if order.is_le() { said.next() } else { None };
            let bond = if order.is_ge() { held.next() } else { None };
            let column = weight.or(bond).map(|(column, _)| *column).ok_or(OVERFLOW)?;
            self.column.push(column);
            self.weight.push(weight.map_or(0, |(_, weight)| *weight));
            self.bond.push(bond.map_or(0, |(_, bond)| *bond));
        }
        self.end.push(u32::try_from(self.column.len()).map_err(|_| OVERFLOW)?);
        Ok(())
    }

    /// Miner, weight and old bond of each entry of a row.
    pub(super) fn entries_of(&self, seat: usize) -> impl Iterator<Item = (u16, u32, u32)> {
        let edge = |at: Option<usize>| at.and_then(|at| self.end.get(at)).copied().unwrap_or(0);
        let range = (edge(seat.checked_sub(1)) as usize)..(edge(Some(seat)) as usize);
        let columns = self.column.get(range.clone()).unwrap_or_default();
        let weights = self.weight.get(range.clone()).unwrap_or_default();
        let bonds = self.bond.get(range).unwrap_or_default();
        let entries = columns.iter().zip(weights).zip(bonds);
        entries.map(|((column, weight), bond)| (*column, *weight, *bond))
    }

    /// Whether a row has entries.
    pub(super) fn is_empty(&self, seat: usize) -> bool {
        self.entries_of(seat).next().is_none()
    }
}

/// Bonds of a miner that got its seat at this height or later are its predecessor's.
fn first_renewal(seats: &Seats) -> Result<u64, ArithmeticError> {
    if seats.last_run == 0 {
        return Ok(seats.height.abs_diff(seats.blocks.min(seats.height)));
    }
    seats.last_run.checked_add(1).ok_or(OVERFLOW)
}

/// Brings a row to parts of its sum, rounded down.
fn normalise(row: &mut [(u16, u32)]) -> Result<(), ArithmeticError> {
    let mut sum = 0_u64;
    for (_, weight) in row.iter() {
        sum = sum.checked_add(u64::from(*weight)).ok_or(OVERFLOW)?;
    }
    for (_, weight) in row {
        let whole = u64::from(*weight).checked_mul(u64::from(UNIT)).ok_or(OVERFLOW)?;
        let part = whole.checked_div(sum).ok_or(ArithmeticError::DivisionByZero)?;
        *weight = u32::try_from(part).map_err(|_| OVERFLOW)?;
    }
    Ok(())
}
