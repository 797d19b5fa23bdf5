//! Sparse matrices of fixed-point numbers, one list of (column, value) per row, and what upstream
//! does with them. Rows keep the order they are given in unless it is said otherwise, since under
//! liquid alpha upstream's results depend on it.

use super::fixed::I32F32;
use rayon::prelude::*;

/// The entries of a row; a column occurs once.
pub type Row = Vec<(u16, I32F32)>;

/// Divides by the sum, unless that is 0. Sums wrap around.
pub fn normalize(numbers: &mut [I32F32]) {
    let sum = numbers.iter().copied().sum();
    normalize_by(numbers, sum);
}

/// Divides by `sum`, unless that is 0.
pub fn normalize_by(numbers: &mut [I32F32], sum: I32F32) {
    if sum != I32F32::ZERO {
        numbers.iter_mut().for_each(|number| *number = number.over(sum));
    }
}

/// Number by number, each product rounded down; 0 where it is out of range.
#[must_use]
pub fn products(one: &[I32F32], other: &[I32F32]) -> Vec<I32F32> {
    let product = |(one, other): (&I32F32, &I32F32)| one.checked_times(*other).unwrap_or_default();
    one.iter().zip(other).map(product).collect()
}

/// 0 where the mask is true.
pub fn mask(numbers: &mut [I32F32], mask: &[bool]) {
    for (number, _) in numbers.iter_mut().zip(mask).filter(|(_, masked)| **masked) {
        *number = I32F32::ZERO;
    }
}

/// Which numbers are among the `count` largest; of equal ones the later come first.
#[must_use]
pub fn largest(numbers: &[I32F32], count: usize) -> Vec<bool> {
    let Some(losers) = numbers.len().checked_sub(count) else {
        return vec![true; numbers.len()];
    };
    let mut order: Vec<(I32F32, usize)> = numbers.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let mut among = vec![true; numbers.len()];
    for (_, at) in order.into_iter().take(losers) {
        if let Some(among) = among.get_mut(at) {
            *among = false;
        }
    }
    among
}

/// Empties the rows where the mask is true.
pub fn mask_rows(rows: &mut [Row], mask: &[bool]) {
    for (row, _) in rows.iter_mut().zip(mask).filter(|(_, masked)| **masked) {
        row.clear();
    }
}

/// Drops the diagonal, but for the seat `except`.
pub fn mask_diagonal(rows: &mut [Row], except: Option<u16>) {
    for (row, at) in rows.iter_mut().zip(0_u16..).filter(|(_, at)| Some(*at) != except) {
        row.retain(|(column, _)| *column != at);
    }
}

/// Drops the entries for which `outdated` is true of the row's and the column's number; columns
/// beyond the end have 0.
pub fn mask_pairs(
    rows: &mut [Row],
    of_rows: &[u64],
    of_columns: &[u64],
    outdated: impl Fn(u64, u64) -> bool + Sync,
) {
    rows.par_iter_mut().zip(of_rows).for_each(|(row, own)| {
        row.retain(|(column, _)| {
            !outdated(*own, of_columns.get(usize::from(*column)).copied().unwrap_or(0))
        });
    });
}

/// The sum of each row, wrapping around.
#[must_use]
pub fn row_sums(rows: &[Row]) -> Vec<I32F32> {
    rows.iter().map(|row| row.iter().map(|(_, value)| *value).sum()).collect()
}

/// Divides each row by its sum, where that is positive.
pub fn normalize_rows(rows: &mut [Row]) {
    rows.par_iter_mut().for_each(|row| {
        let sum: I32F32 = row.iter().map(|(_, value)| *value).sum();
        if sum > I32F32::ZERO {
            row.iter_mut().for_each(|(_, value)| *value = value.over(sum));
        }
    });
}

/// Joins what a column has so far with each of its entries, in order of the rows.
fn fold_columns(
    rows: &[Row],
    columns: usize,
    join: impl Fn(usize, I32F32, I32F32) -> I32F32,
) -> Vec<I32F32> {
    let mut all = vec![I32F32::ZERO; columns];
    for (at, row) in rows.iter().enumerate() {
        for (column, value) in row {
            if let Some(one) = all.get_mut(usize::from(*column)) {
                *one = join(at, *one, *value);
            }
        }
    }
    all
}

/// Divides each entry by its column's number, where there is one that is not 0.
fn divide_columns(rows: &mut [Row], by: &[I32F32]) {
    rows.par_iter_mut().for_each(|row| {
        for (column, value) in row {
            if let Some(by) = by.get(usize::from(*column)).filter(|by| **by != I32F32::ZERO) {
                *value = value.over(*by);
            }
        }
    });
}

/// Divides each column by its sum, unless that is 0.
pub fn normalize_columns(rows: &mut [Row], columns: usize) {
    let sums = fold_columns(rows, columns, |_, sum, value| sum.plus(value));
    divide_columns(rows, &sums);
}

/// Divides each column by its largest number, unless none is positive.
pub fn upscale_columns(rows: &mut [Row], columns: usize) {
    let largest = fold_columns(rows, columns, |_, most, value| most.max(value));
    divide_columns(rows, &largest);
}

/// Multiplies each row by its number.
pub fn scale_rows(rows: &mut [Row], by: &[I32F32]) {
    rows.par_iter_mut().zip(by).for_each(|(row, by)| {
        row.iter_mut().for_each(|(_, value)| *value = value.times(*by));
    });
}

/// Each column's sum of its entries times their row's number.
#[must_use]
pub fn column_products(rows: &[Row], of_rows: &[I32F32], columns: usize) -> Vec<I32F32> {
    fold_columns(rows, columns, |at, sum, value| {
        of_rows.get(at).map_or(sum, |own| sum.plus(own.times(value)))
    })
}

/// Each entry times its column's number.
fn entry_products<'a>(row: &'a Row, of_columns: &'a [I32F32]) -> impl Iterator<Item = I32F32> + 'a {
    row.iter().map(|(column, value)| {
        of_columns.get(usize::from(*column)).copied().unwrap_or_default().times(*value)
    })
}

/// Each row's sum of its entries times their column's number, saturating.
#[must_use]
pub fn row_products(rows: &[Row], of_columns: &[I32F32]) -> Vec<I32F32> {
    let sum = |row: &Row| entry_products(row, of_columns).fold(I32F32::ZERO, I32F32::plus);
    rows.par_iter().map(sum).collect()
}

/// Each entry times its column's number; products of 0 or less are left out.
#[must_use]
pub fn scale_columns(rows: &[Row], of_columns: &[I32F32]) -> Vec<Row> {
    rows.par_iter()
        .map(|row| {
            let columns = row.iter().map(|(column, _)| *column);
            columns
                .zip(entry_products(row, of_columns))
                .filter(|(_, p)| *p > I32F32::ZERO)
                .collect()
        })
        .collect()
}

/// Cuts each entry off at its column's limit; where that is 0, what is above it is dropped, and an
/// entry of 0 stays.
#[must_use]
pub fn clip(rows: &[Row], limits: &[I32F32]) -> Vec<Row> {
    let cut = |(column, value): &(u16, I32F32)| {
        let limit = limits.get(usize::from(*column)).copied().unwrap_or_default();
        match *value > limit {
            true => (limit > I32F32::ZERO).then_some((*column, limit)),
            false => Some((*column, *value)),
        }
    };
    rows.par_iter().map(|row| row.iter().filter_map(cut).collect()).collect()
}

/// The row in order of its columns.
fn sorted(row: &Row) -> Row {
    let mut row = row.clone();
    row.sort_by_key(|(column, _)| *column);
    row
}

/// `one + ratio (other - one)`, entry by entry. At 0 and 1 the rows are those of `one` and
/// `other`; between them they are in order of their columns, and hold positive numbers only.
#[must_use]
pub fn interpolate(one: Vec<Row>, other: Vec<Row>, ratio: I32F32) -> Vec<Row> {
    if ratio == I32F32::ZERO {
        return one;
    }
    if ratio == I32F32::ONE {
        return other;
    }
    let between = |(one, other): (&Row, &Row)| {
        merge(&sorted(one), &sorted(other), |_, one, other| {
            let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
            one.plus(ratio.times(other.minus(one)))
        })
    };
    one.par_iter().zip(&other).map(between).collect()
}

/// `alpha new + (1 - alpha) old`, entry by entry, each product rounded down; in order of the
/// columns, positive numbers of the first `columns` only.
#[must_use]
pub fn moving_average(new: &[Row], old: &[Row], alpha: I32F32, columns: usize) -> Vec<Row> {
    let rest = I32F32::ONE.minus(alpha);
    let average = |(new, old): (&Row, &Row)| {
        let mut row = merge(&sorted(new), &sorted(old), |_, new, old| {
            let new = new.map_or(I32F32::ZERO, |new| alpha.times(new));
            new.plus(old.map_or(I32F32::ZERO, |old| rest.times(old)))
        });
        row.retain(|(column, _)| usize::from(*column) < columns);
        row
    };
    new.par_iter().zip(old).map(average).collect()
}

/// Two rows in order of their columns as one; results of 0 or less are left out.
fn merge(
    one: &[(u16, I32F32)],
    other: &[(u16, I32F32)],
    join: impl Fn(u16, Option<I32F32>, Option<I32F32>) -> I32F32,
) -> Row {
    let (mut one, mut other) = (one.iter().copied().peekable(), other.iter().copied().peekable());
    let mut row = Row::with_capacity(one.len().max(other.len()));
    loop {
        let column = match (one.peek(), other.peek()) {
            (Some(left), Some(right)) => left.0.min(right.0),
            (Some(left), None) => left.0,
            (None, Some(right)) => right.0,
            (None, None) => return row,
        };
        let left = one.next_if(|next| next.0 == column).map(|(_, value)| value);
        let right = other.next_if(|next| next.0 == column).map(|(_, value)| value);
        let value = join(column, left, right);
        if value > I32F32::ZERO {
            row.push((column, value));
        }
    }
}
