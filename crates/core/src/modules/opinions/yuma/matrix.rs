//! A sparse matrix in compressed rows.

use borsh::{BorshDeserialize, BorshSerialize};

/// Rows of (column, value), each row in the order in which it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Matrix {
    /// Where each row ends in `column` and `value`.
    end: Vec<u32>,
    column: Vec<u16>,
    value: Vec<u32>,
}

impl Matrix {
    /// A matrix without rows, with room for so many.
    #[must_use]
    pub fn with_capacity(rows: usize, entries: usize) -> Self {
        Self {
            end: Vec::with_capacity(rows),
            column: Vec::with_capacity(entries),
            value: Vec::with_capacity(entries),
        }
    }

    /// Appends a row.
    ///
    /// # Panics
    /// Never; a matrix of 2^32 entries or more keeps its last row's end at 2^32 - 1, which no
    /// network of 65,536 seats reaches.
    pub fn push_row(&mut self, row: impl IntoIterator<Item = (u16, u32)>) {
        for (column, value) in row {
            self.column.push(column);
            self.value.push(value);
        }
        self.end.push(u32::try_from(self.column.len()).unwrap_or(u32::MAX));
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.end.len()
    }

    /// Number of entries of all rows.
    #[must_use]
    pub fn entries(&self) -> usize {
        self.column.len()
    }

    /// The columns and values of a row, in the order in which it was given; empty beyond the end.
    #[must_use]
    pub fn row(&self, at: usize) -> (&[u16], &[u32]) {
        let edge = |at: Option<usize>| at.and_then(|at| self.end.get(at)).copied().unwrap_or(0);
        let start = edge(at.checked_sub(1)) as usize;
        let range = start..(edge(Some(at)) as usize).max(start);
        (
            self.column.get(range.clone()).unwrap_or_default(),
            self.value.get(range).unwrap_or_default(),
        )
    }

    /// The entries of a row.
    pub fn entries_of(&self, at: usize) -> impl Iterator<Item = (u16, u32)> {
        let (columns, values) = self.row(at);
        columns.iter().copied().zip(values.iter().copied())
    }
}
