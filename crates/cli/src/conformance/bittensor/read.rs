//! Reading numbers, columns and matrices of Bittensor's records. Fixed-point numbers are given by
//! their bits.

use serde_json::Value;
use workmint_core::modules::opinions::yuma::Matrix;
use workmint_core::modules::opinions::yuma::subtensor::fixed::{I32F32, I64F64};
use workmint_core::modules::opinions::yuma::subtensor::rows::Row;

use crate::conformance::case::Node;
use crate::conformance::verdict::Mismatch;

/// A number, as JSON number or decimal string, or a flag.
pub(super) trait Number: Sized {
    /// From its digits; `None` if there is no such number.
    fn of(text: &str) -> Option<Self>;
}

macro_rules! parsed {
    ($($kind:ty),*) => {
        $(impl Number for $kind {
            fn of(text: &str) -> Option<Self> {
                text.parse().ok()
            }
        })*
    };
}
parsed!(u16, u32, u64, i64, i128, u128, usize, bool);

impl Number for I32F32 {
    fn of(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::from_bits)
    }
}

impl Number for I64F64 {
    fn of(text: &str) -> Option<Self> {
        text.parse().ok().map(Self::from_bits)
    }
}

fn wrong(wanted: &str, value: &Value) -> Mismatch {
    let text: String = value.to_string().chars().take(80).collect();
    Mismatch(format!("{wanted} is needed, not {text}"))
}

/// A number of a record.
pub(super) fn number<T: Number>(value: &Value) -> Result<T, Mismatch> {
    let number = match value {
        Value::String(text) => T::of(text),
        Value::Bool(_) | Value::Number(_) => T::of(&value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    number.ok_or_else(|| wrong("a number in range", value))
}

fn elements(value: &Value) -> Result<&[Value], Mismatch> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| wrong("a list", value))
}

/// One number.
pub(super) fn one<T: Number>(node: &Node<'_>) -> Result<T, Mismatch> {
    number(node.value()?)
}

/// A number, or `None` where it is null.
pub(super) fn option<T: Number>(value: &Value) -> Result<Option<T>, Mismatch> {
    if value.is_null() { Ok(None) } else { number(value).map(Some) }
}

/// A list of numbers.
pub(super) fn column<T: Number>(node: &Node<'_>) -> Result<Vec<T>, Mismatch> {
    elements(node.value()?)?.iter().map(number).collect()
}

/// A list of numbers, of which some are null.
pub(super) fn options<T: Number>(node: &Node<'_>) -> Result<Vec<Option<T>>, Mismatch> {
    elements(node.value()?)?.iter().map(option).collect()
}

fn entries<T: Number>(row: &Value) -> Result<Vec<(u16, T)>, Mismatch> {
    let entry = |entry: &Value| match elements(entry)? {
        [column, value] => Ok((number(column)?, number(value)?)),
        _ => Err(wrong("a column and a value", entry)),
    };
    elements(row)?.iter().map(entry).collect()
}

/// A sparse matrix of whole numbers.
pub(super) fn matrix(value: &Value) -> Result<Matrix, Mismatch> {
    let rows = elements(value)?;
    let mut matrix = Matrix::with_capacity(rows.len(), 0);
    for row in rows {
        matrix.push_row(entries::<u32>(row)?);
    }
    Ok(matrix)
}

/// A row as it is stored; `None` if the record says that it is not touched.
pub(super) type Stored = Option<Vec<(u16, u32)>>;

/// The rows of a sparse matrix of whole numbers; `None` where a row is the text "keep".
pub(super) fn stored_rows(node: &Node<'_>) -> Result<Vec<Stored>, Mismatch> {
    let row = |row: &Value| match row.as_str() {
        Some("keep") => Ok(None),
        Some(_) | None => entries(row).map(Some),
    };
    elements(node.value()?)?.iter().map(row).collect()
}

/// The rows of a sparse matrix.
pub(super) fn rows(node: &Node<'_>) -> Result<Vec<Row>, Mismatch> {
    elements(node.value()?)?.iter().map(entries).collect()
}

/// The rows of a matrix with every entry given.
pub(super) fn dense<T: Number>(node: &Node<'_>) -> Result<Vec<Vec<T>>, Mismatch> {
    let row = |row: &Value| elements(row)?.iter().map(number).collect();
    elements(node.value()?)?.iter().map(row).collect()
}
