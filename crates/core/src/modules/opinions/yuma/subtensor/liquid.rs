//! Liquid alpha: bonds move faster the more a validator buys ahead of the others, or sells.

use super::fixed::I32F32;
use super::rows::Row;
use crate::modules::parameters::LiquidAlpha;
use rayon::prelude::*;

/// How fast a bond moves, by how far it has to.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    low: I32F32,
    high: I32F32,
    /// Minus the steepness, in units of 1.
    slope: I32F32,
}

impl Curve {
    /// The curve between two speeds; the steepness in hundredths.
    #[must_use]
    pub fn new(low: I32F32, high: I32F32, steepness: I32F32) -> Self {
        Self { low, high, slope: steepness.over(I32F32::from_integer(-100)) }
    }

    /// The curve of a network.
    #[must_use]
    pub fn of(rules: &LiquidAlpha) -> Self {
        Self::new(
            I32F32::from_proportion(rules.low),
            I32F32::from_proportion(rules.high),
            I32F32::from_integer(i64::from(rules.steepness)),
        )
    }

    /// How much of the way a bond goes to its weight: by what the weight is above consensus, or,
    /// if the bond is above the weight, by how much it is.
    #[must_use]
    pub fn alpha(&self, consensus: I32F32, weight: I32F32, bond: I32F32) -> I32F32 {
        let way = if weight >= bond { weight.minus(consensus) } else { bond.minus(weight) };
        let way = way.clamp(I32F32::ZERO, I32F32::ONE);
        let power = self.slope.times(way.minus(I32F32::HALF));
        let sigmoid = I32F32::ONE.over(I32F32::ONE.plus(power.exp_safe()));
        let alpha = self.low.plus(sigmoid.times(self.high.minus(self.low)));
        // Not `clamp`: it refuses limits in the wrong order, of which upstream takes the upper.
        alpha.max(self.low).min(self.high)
    }
}

/// The entries upstream finds when it looks for the columns 0, 1, 2 and so on without ever going
/// back: one after a larger column is as if it were not there.
fn found(row: &Row) -> impl Iterator<Item = (u16, I32F32)> {
    let mut last = None;
    row.iter().copied().filter(move |(column, _)| {
        let ahead = last < Some(*column);
        if ahead {
            last = Some(*column);
        }
        ahead
    })
}

/// What one row has in a column: the old bond, and the weight and the old bond that are found.
#[derive(Clone, Copy, Default)]
struct Cell {
    bond: I32F32,
    found_weight: I32F32,
    found_bond: I32F32,
}

/// Each bond moves toward its weight by its own alpha, which is asked for by row, column, and the
/// weight and bond that upstream finds there: `min(1, (1 - alpha) old + max(alpha new, 0))`, each
/// product rounded down. Bonds without a weight end; the order is that of the weights.
#[must_use]
pub fn moving_average(
    new: &[Row],
    old: &[Row],
    columns: usize,
    alpha: impl Fn(usize, u16, I32F32, I32F32) -> I32F32 + Sync,
) -> Vec<Row> {
    let both = new.par_iter().zip(old).enumerate();
    both.map_init(
        || vec![Cell::default(); columns],
        |cells, (at, (new, old))| {
            write(cells, old.iter().copied(), |cell, bond| cell.bond = bond);
            write(cells, found(old), |cell, bond| cell.found_bond = bond);
            write(cells, found(new), |cell, weight| cell.found_weight = weight);
            let row = new
                .iter()
                .filter_map(|(column, weight)| {
                    let cell = cells.get(usize::from(*column))?;
                    let alpha = alpha(at, *column, cell.found_weight, cell.found_bond);
                    let kept = I32F32::ONE.minus(alpha).times(cell.bond);
                    let bought = alpha.times(*weight).max(I32F32::ZERO);
                    let bond = kept.plus(bought).min(I32F32::ONE);
                    (bond > I32F32::ZERO).then_some((*column, bond))
                })
                .collect();
            write(cells, old.iter().chain(new).copied(), |cell, _| *cell = Cell::default());
            row
        },
    )
    .collect()
}

fn write(
    cells: &mut [Cell],
    row: impl Iterator<Item = (u16, I32F32)>,
    set: impl Fn(&mut Cell, I32F32),
) {
    for (column, value) in row {
        if let Some(cell) = cells.get_mut(usize::from(column)) {
            set(cell, value);
        }
    }
}
