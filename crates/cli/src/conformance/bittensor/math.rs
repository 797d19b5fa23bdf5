//! Adapters: what upstream's epoch is made of (`epoch/math.rs`). A matrix of the dense path is a
//! sparse one that has every entry.

use workmint_core::modules::opinions::yuma::subtensor::fixed::{I32F32, I64F64};
use workmint_core::modules::opinions::yuma::subtensor::median::{self, Vote};
use workmint_core::modules::opinions::yuma::subtensor::rows::{self, Row};
use workmint_core::modules::opinions::yuma::subtensor::{liquid, normalize_stake};

use super::read::{self, Number};
use crate::conformance::case::Case;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, same};

const fn of(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "math", function, run }
}

const NO_FLOATS: &str = "a float becomes a number: no float is read here";
const NO_DIVISION: &str = "ranks over ranks before clipping (server trust), which upstream dropped";
const NO_SHAPE: &str = "matrices of different shapes: a sparse row has no width";
const NO_SUM: &str = "a sum that stops at its type's end: amounts are 128 bits wide here";

pub(super) const ADAPTERS: &[Adapter] = &[
    of("fixed", |_| Ok(Verdict::NotCovered(NO_FLOATS))),
    of("vecdiv", |_| Ok(Verdict::NotCovered(NO_DIVISION))),
    of("checked_sum", |_| Ok(Verdict::NotCovered(NO_SUM))),
    of("u16_to_fixed", |case| {
        agrees(case, I32F32::from_integer(i64::from(given::<u16>(case, "x")?)))
    }),
    of("u16_proportion_to_fixed", |case| agrees(case, I32F32::from_proportion(given(case, "x")?))),
    of("fixed_to_u16", |case| agrees(case, given::<I32F32>(case, "x")?.whole_u16())),
    of("fixed_to_u64", |case| agrees(case, given::<I32F32>(case, "x")?.whole_u64())),
    of("fixed_proportion_to_u16", |case| agrees(case, given::<I32F32>(case, "x")?.to_proportion())),
    of("fixed64_to_u64", |case| agrees(case, given::<I64F64>(case, "x")?.whole_u64())),
    of("fixed64_to_fixed32", |case| agrees(case, given::<I64F64>(case, "x")?.to_i32f32())),
    of("vec_fixed64_to_fixed32", |case| {
        let all = column::<I64F64>(case, "vec")?.into_iter().map(I64F64::to_i32f32).collect();
        agrees_all(case, all)
    }),
    of("exp_safe", |case| agrees(case, given::<I32F32>(case, "input")?.exp_safe())),
    of("sigmoid_safe", |case| {
        let input: I32F32 = given(case, "input")?;
        agrees(case, input.sigmoid(given(case, "rho")?, given(case, "kappa")?))
    }),
    of("sum", |case| agrees(case, column::<I32F32>(case, "x")?.into_iter().sum::<I32F32>())),
    of("normalize", normalized),
    of("inplace_normalize", normalized),
    of("inplace_normalize_64", |case| {
        let mut all = column(case, "x")?;
        normalize_stake(&mut all);
        agrees_all(case, all)
    }),
    of("vec_mul", |case| {
        agrees_all(case, rows::products(&column(case, "a")?, &column(case, "b")?))
    }),
    of("is_topk", |case| {
        agrees_all(case, rows::largest(&column(case, "vector")?, given(case, "k")?))
    }),
    of("inplace_mask_vector", |case| {
        let mut all = column(case, "vector")?;
        rows::mask(&mut all, &column(case, "mask")?);
        agrees_all(case, all)
    }),
    of("weighted_median", one_median),
    of("weighted_median_col_sparse", |case| {
        let score = sparse(case, "score")?;
        let columns = given(case, "columns")?;
        agrees_all(case, medians(case, &score, columns)?)
    }),
    of("weighted_median_col", |case| {
        let score = dense(case, "score")?;
        let width = score.first().map_or(0, Vec::len);
        agrees_all(case, medians(case, &score, width)?)
    }),
    of("row_sum_sparse", |case| agrees_all(case, rows::row_sums(&sparse(case, "sparse_matrix")?))),
    of("row_sum", |case| agrees_all(case, rows::row_sums(&dense(case, "x")?))),
    of("matmul_sparse", |case| {
        let matrix = sparse(case, "sparse_matrix")?;
        let columns = given(case, "columns")?;
        agrees_all(case, rows::column_products(&matrix, &column(case, "vector")?, columns))
    }),
    of("matmul", |case| {
        let matrix = dense(case, "matrix")?;
        let width = matrix.first().map_or(0, Vec::len);
        agrees_all(case, rows::column_products(&matrix, &column(case, "vector")?, width))
    }),
    of("matmul_transpose_sparse", |case| {
        let matrix = sparse(case, "sparse_matrix")?;
        agrees_all(case, rows::row_products(&matrix, &column(case, "vector")?))
    }),
    of("matmul_transpose", |case| {
        let matrix = dense(case, "matrix")?;
        agrees_all(case, rows::row_products(&matrix, &column(case, "vector")?))
    }),
    of("mat_vec_mul_sparse", |case| {
        let matrix = sparse(case, "matrix")?;
        agrees_sparse(case, &rows::scale_columns(&matrix, &column(case, "vector")?))
    }),
    of("mat_vec_mul", |case| {
        let matrix = dense(case, "matrix")?;
        agrees_dense(case, &rows::scale_columns(&matrix, &column(case, "vector")?))
    }),
    of("row_hadamard_sparse", |case| {
        let by = column(case, "vector")?;
        changed(case, "sparse_matrix", |all| rows::scale_rows(all, &by))
    }),
    of("row_hadamard", |case| {
        let by = column(case, "vector")?;
        changed_dense(case, "matrix", |all, _| rows::scale_rows(all, &by))
    }),
    of("inplace_row_normalize_sparse", |case| changed(case, "sparse_matrix", rows::normalize_rows)),
    of("inplace_row_normalize", |case| {
        changed_dense(case, "x", |all, _| rows::normalize_rows(all))
    }),
    of("inplace_col_normalize_sparse", |case| {
        let columns = given(case, "columns")?;
        changed(case, "sparse_matrix", |all| rows::normalize_columns(all, columns))
    }),
    of("inplace_col_normalize", |case| changed_dense(case, "x", rows::normalize_columns)),
    of("inplace_col_max_upscale_sparse", |case| {
        let columns = given(case, "columns")?;
        changed(case, "sparse_matrix", |all| rows::upscale_columns(all, columns))
    }),
    of("inplace_col_max_upscale", |case| changed_dense(case, "x", rows::upscale_columns)),
    of("mask_rows_sparse", |case| {
        let mask = column(case, "mask")?;
        changed(case, "sparse_matrix", |all| rows::mask_rows(all, &mask))
    }),
    of("inplace_mask_rows", |case| {
        let mask = column(case, "mask")?;
        changed_dense(case, "matrix", |all, _| rows::mask_rows(all, &mask))
    }),
    of("mask_diag_sparse", |case| {
        changed(case, "sparse_matrix", |all| rows::mask_diagonal(all, None))
    }),
    of("inplace_mask_diag", |case| {
        changed_dense(case, "matrix", |all, _| rows::mask_diagonal(all, None))
    }),
    of("mask_diag_sparse_except_index", |case| {
        let except = given(case, "except_index")?;
        changed(case, "sparse_matrix", |all| rows::mask_diagonal(all, Some(except)))
    }),
    of("inplace_mask_diag_except_index", |case| {
        let except = given(case, "except_index")?;
        changed_dense(case, "matrix", |all, _| rows::mask_diagonal(all, Some(except)))
    }),
    of("vec_mask_sparse_matrix", |case| masked_pairs(case, false)),
    of("inplace_mask_matrix", |case| masked_pairs(case, true)),
    of("col_clip_sparse", |case| {
        let all = sparse(case, "sparse_matrix")?;
        agrees_sparse(case, &rows::clip(&all, &column(case, "col_threshold")?))
    }),
    of("inplace_col_clip", |case| {
        let all = dense(case, "x")?;
        agrees_dense(case, &rows::clip(&all, &column(case, "col_threshold")?))
    }),
    of("interpolate_sparse", |case| {
        let (one, other) = (sparse(case, "mat1")?, sparse(case, "mat2")?);
        agrees_sparse(case, &rows::interpolate(one, other, given(case, "ratio")?))
    }),
    of("interpolate", |case| {
        let (one, other) = (dense(case, "mat1")?, dense(case, "mat2")?);
        agrees_dense(case, &rows::interpolate(one, other, given(case, "ratio")?))
    }),
    of("mat_ema_alpha_sparse", |case| {
        agrees_sparse(case, &averaged(case, sparse(case, "new")?, sparse(case, "old")?)?)
    }),
    of("mat_ema_alpha", |case| {
        let (new, old) = (dense(case, "new")?, dense(case, "old")?);
        if !new.iter().map(Vec::len).eq(old.iter().map(Vec::len)) {
            return Ok(Verdict::NotCovered(NO_SHAPE));
        }
        agrees_dense(case, &averaged(case, new, old)?)
    }),
];

fn given<T: Number>(case: &Case, key: &str) -> Result<T, Mismatch> {
    read::one(&case.input().at(key))
}

fn column<T: Number>(case: &Case, key: &str) -> Result<Vec<T>, Mismatch> {
    read::column(&case.input().at(key))
}

fn sparse(case: &Case, key: &str) -> Result<Vec<Row>, Mismatch> {
    read::rows(&case.input().at(key))
}

fn dense(case: &Case, key: &str) -> Result<Vec<Row>, Mismatch> {
    let full = |row: Vec<I32F32>| (0_u16..).zip(row).collect();
    Ok(read::dense(&case.input().at(key))?.into_iter().map(full).collect())
}

fn agrees<T: Number + PartialEq + std::fmt::Debug>(case: &Case, ours: T) -> Outcome {
    same("result", ours, read::one(&case.expected())?)
}

fn agrees_all<T: Number + PartialEq + std::fmt::Debug>(case: &Case, ours: Vec<T>) -> Outcome {
    same("result", ours, read::column(&case.expected())?)
}

fn agrees_sparse(case: &Case, ours: &Vec<Row>) -> Outcome {
    same("result", ours, &read::rows(&case.expected())?)
}

/// An entry that is not there is 0.
fn agrees_dense(case: &Case, ours: &[Row]) -> Outcome {
    let theirs: Vec<Vec<I32F32>> = read::dense(&case.expected())?;
    let rows = ours.iter().map(Some).chain(std::iter::repeat(None));
    let full: Vec<Vec<I32F32>> = theirs
        .iter()
        .zip(rows)
        .map(|(theirs, ours)| {
            let mut row = vec![I32F32::ZERO; theirs.len()];
            for (column, value) in ours.into_iter().flatten() {
                if let Some(place) = row.get_mut(usize::from(*column)) {
                    *place = *value;
                }
            }
            row
        })
        .collect();
    same("result", full, theirs)
}

fn changed(case: &Case, key: &str, change: impl FnOnce(&mut [Row])) -> Outcome {
    let mut all = sparse(case, key)?;
    change(&mut all);
    agrees_sparse(case, &all)
}

fn changed_dense(case: &Case, key: &str, change: impl FnOnce(&mut [Row], usize)) -> Outcome {
    let mut all = dense(case, key)?;
    let width = all.first().map_or(0, Vec::len);
    change(&mut all, width);
    agrees_dense(case, &all)
}

fn normalized(case: &Case) -> Outcome {
    let mut all = column(case, "x")?;
    rows::normalize(&mut all);
    agrees_all(case, all)
}

fn one_median(case: &Case) -> Outcome {
    let (stake, score): (Vec<I32F32>, Vec<I32F32>) =
        (column(case, "stake")?, column(case, "score")?);
    let vote = |at: usize| Some(Vote { score: *score.get(at)?, stake: *stake.get(at)? });
    let votes: Option<Vec<Vote>> = column(case, "partition_idx")?.into_iter().map(vote).collect();
    let mut votes = votes.ok_or_else(|| Mismatch::new("the partition is not of the votes"))?;
    let below = given(case, "partition_lo")?;
    agrees(case, median::weighted_median(&mut votes, below, given(case, "minority")?))
}

fn medians(case: &Case, score: &[Row], columns: usize) -> Result<Vec<I32F32>, Mismatch> {
    let majority = given(case, "majority")?;
    Ok(median::of_columns(&column(case, "stake")?, score, columns, majority))
}

/// The rows' and columns' numbers are their places, of which the table says what is masked.
fn masked_pairs(case: &Case, is_dense: bool) -> Outcome {
    let key = if is_dense { "mask" } else { "mask_fn_table" };
    let table: Vec<Vec<bool>> = read::dense(&case.input().at(key))?;
    let width = table.iter().map(Vec::len).max().unwrap_or(0);
    let places = |count: usize| (0_u64..).take(count).collect::<Vec<u64>>();
    let (of_rows, of_columns) = (places(table.len()), places(width));
    let is_masked = |row: u64, column: u64| {
        let (row, column) = (usize::try_from(row).ok(), usize::try_from(column).ok());
        let row = row.and_then(|row| table.get(row));
        row.and_then(|row| row.get(column?)).copied().unwrap_or(false)
    };
    let mask = |all: &mut [Row]| rows::mask_pairs(all, &of_rows, &of_columns, is_masked);
    if is_dense {
        return changed_dense(case, "matrix", |all, _| mask(all));
    }
    changed(case, "sparse_matrix", mask)
}

fn averaged(case: &Case, new: Vec<Row>, old: Vec<Row>) -> Result<Vec<Row>, Mismatch> {
    let alpha: Vec<Vec<I32F32>> = read::dense(&case.input().at("alpha"))?;
    let of = |row: usize, column: u16| {
        let row = alpha.get(row);
        row.and_then(|row| row.get(usize::from(column))).copied().unwrap_or_default()
    };
    let width = alpha.iter().map(Vec::len).max().unwrap_or(0);
    Ok(liquid::moving_average(&new, &old, width, |row, column, _, _| of(row, column)))
}
