//! Typed state tables that remember what they overwrote.
//!
//! All state lives in three kinds of store: [`Table`] (ordered rows), [`DenseTable`] (rows
//! numbered from zero) and [`Single`] (one value). Each keeps a log of replaced values, from which
//! a failed transaction is rolled back, a block reverted and the block's changes hashed. Nothing
//! else is needed for atomicity, and nothing can be written past it.

use crate::hash::{Hash, update};
use crate::merkle;
use borsh::{BorshDeserialize, BorshSerialize};
use rayon::prelude::*;
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, RangeBounds};

/// What a store replaced during one block; only the store it came from can use it.
pub type Log = Box<dyn Any + Send + Sync>;

/// Encoding into memory failed, or bytes do not decode strictly.
pub type EncodingError = borsh::io::Error;

/// What the state does with every store alike.
pub trait Rows: Send + Sync {
    /// A position in the log to roll back to.
    fn mark(&self) -> usize;
    /// Restores everything replaced since `mark`.
    fn rollback_to(&mut self, mark: usize);
    /// Takes the log of the finished block.
    fn take_log(&mut self) -> Log;
    /// Restores everything in the log of the last block; `false` if the log is another store's.
    fn undo(&mut self, log: Log) -> bool;
    /// Feeds every changed key with its new value, in key order, to the hasher.
    fn hash_changes(&self, hasher: &mut blake3::Hasher) -> Result<(), EncodingError>;
    /// Merkle root over all rows, in key order.
    fn root(&self) -> Result<Hash, EncodingError>;
    /// Appends all rows to a snapshot.
    fn export(&self, out: &mut Vec<u8>) -> Result<(), EncodingError>;
    /// Replaces all rows by those of a snapshot.
    fn import(&mut self, input: &mut &[u8]) -> Result<(), EncodingError>;
}

/// Hashes one encoded key and its value, or its absence.
fn hash_row(
    hasher: &mut blake3::Hasher,
    buffer: &mut Vec<u8>,
    key: &impl BorshSerialize,
    value: Option<&impl BorshSerialize>,
) -> Result<(), EncodingError> {
    buffer.clear();
    key.serialize(buffer)?;
    update(hasher, buffer);
    buffer.clear();
    value.serialize(buffer)?;
    update(hasher, buffer);
    Ok(())
}

/// One replaced thing of a [`Table`].
enum Change<K, V> {
    Row(K, Option<V>),
    Cleared(BTreeMap<K, V>),
}

/// Ordered rows.
pub struct Table<K, V> {
    rows: BTreeMap<K, V>,
    log: Vec<Change<K, V>>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), log: Vec::new() }
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    /// The row at `key`.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    /// Whether there is a row at `key`.
    pub fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows in key order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    /// The rows whose key lies in `range`, in key order.
    pub fn range(&self, range: impl RangeBounds<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.range(range)
    }

    /// The rows after `key` in key order; without one all rows.
    pub fn after(&self, key: Option<K>) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let from = key.map_or(Bound::Unbounded, Bound::Excluded);
        self.rows.range((from, Bound::Unbounded))
    }

    /// Writes a row.
    pub fn put(&mut self, key: K, value: V) {
        let old = self.rows.insert(key.clone(), value);
        self.log.push(Change::Row(key, old));
    }

    /// Removes a row; nothing happens if there is none.
    pub fn remove(&mut self, key: &K) {
        if let Some(old) = self.rows.remove(key) {
            self.log.push(Change::Row(key.clone(), Some(old)));
        }
    }

    /// Removes every row at once.
    pub fn clear(&mut self) {
        if !self.rows.is_empty() {
            self.log.push(Change::Cleared(std::mem::take(&mut self.rows)));
        }
    }

    fn restore(&mut self, change: Change<K, V>) {
        match change {
            Change::Row(key, Some(old)) => {
                self.rows.insert(key, old);
            }
            Change::Row(key, None) => {
                self.rows.remove(&key);
            }
            Change::Cleared(rows) => self.rows = rows,
        }
    }
}

impl<K, V> Rows for Table<K, V>
where
    K: Ord + Clone + BorshSerialize + BorshDeserialize + Send + Sync + 'static,
    V: BorshSerialize + BorshDeserialize + Send + Sync + 'static,
{
    fn mark(&self) -> usize {
        self.log.len()
    }

    fn rollback_to(&mut self, mark: usize) {
        while self.log.len() > mark {
            let Some(change) = self.log.pop() else { return };
            self.restore(change);
        }
    }

    fn take_log(&mut self) -> Log {
        Box::new(std::mem::take(&mut self.log))
    }

    fn undo(&mut self, log: Log) -> bool {
        let Ok(log) = log.downcast::<Vec<Change<K, V>>>() else {
            return false;
        };
        log.into_iter().rev().for_each(|change| self.restore(change));
        true
    }

    fn hash_changes(&self, hasher: &mut blake3::Hasher) -> Result<(), EncodingError> {
        let cleared = self.log.iter().any(|change| matches!(change, Change::Cleared(_)));
        let mut changed: BTreeSet<&K> = BTreeSet::new();
        if cleared {
            changed.extend(self.rows.keys());
        }
        for change in &self.log {
            if let Change::Row(key, _) = change {
                changed.insert(key);
            }
        }
        let mut buffer = Vec::new();
        (cleared, changed.len() as u64).serialize(&mut buffer)?;
        hasher.update(&buffer);
        for key in changed {
            hash_row(hasher, &mut buffer, key, self.rows.get(key))?;
        }
        Ok(())
    }

    fn root(&self) -> Result<Hash, EncodingError> {
        let rows: Vec<(&K, &V)> = self.rows.iter().collect();
        let leaves: Result<Vec<Hash>, EncodingError> = rows
            .par_iter()
            .map(|row| borsh::to_vec(row).map(|bytes| merkle::leaf(&bytes)))
            .collect();
        Ok(merkle::root(leaves?))
    }

    fn export(&self, out: &mut Vec<u8>) -> Result<(), EncodingError> {
        self.rows.serialize(out)
    }

    fn import(&mut self, input: &mut &[u8]) -> Result<(), EncodingError> {
        self.rows = BTreeMap::deserialize(input)?;
        self.log.clear();
        Ok(())
    }
}

/// One replaced thing of a [`DenseTable`].
enum DenseChange<V> {
    Set(u32, V),
    Pushed,
}

/// Rows numbered from zero, never removed.
pub struct DenseTable<V> {
    rows: Vec<V>,
    log: Vec<DenseChange<V>>,
}

impl<V> Default for DenseTable<V> {
    fn default() -> Self {
        Self { rows: Vec::new(), log: Vec::new() }
    }
}

impl<V: Clone> DenseTable<V> {
    /// The row numbered `index`.
    pub fn get(&self, index: u32) -> Option<&V> {
        self.rows.get(usize::try_from(index).ok()?)
    }

    /// All rows in order.
    pub fn rows(&self) -> &[V] {
        &self.rows
    }

    /// Number of rows; `None` once it does not fit 32 bits.
    pub fn len(&self) -> Option<u32> {
        u32::try_from(self.rows.len()).ok()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Replaces the row numbered `index`; `false` if there is none.
    #[must_use]
    pub fn set(&mut self, index: u32, value: V) -> bool {
        let Some(row) = usize::try_from(index).ok().and_then(|at| self.rows.get_mut(at)) else {
            return false;
        };
        self.log.push(DenseChange::Set(index, std::mem::replace(row, value)));
        true
    }

    /// Appends a row.
    pub fn push(&mut self, value: V) {
        self.rows.push(value);
        self.log.push(DenseChange::Pushed);
    }

    fn restore(&mut self, change: DenseChange<V>) {
        match change {
            DenseChange::Set(index, old) => {
                if let Some(row) = usize::try_from(index).ok().and_then(|at| self.rows.get_mut(at))
                {
                    *row = old;
                }
            }
            DenseChange::Pushed => {
                self.rows.pop();
            }
        }
    }
}

impl<V> Rows for DenseTable<V>
where
    V: Clone + BorshSerialize + BorshDeserialize + Send + Sync + 'static,
{
    fn mark(&self) -> usize {
        self.log.len()
    }

    fn rollback_to(&mut self, mark: usize) {
        while self.log.len() > mark {
            let Some(change) = self.log.pop() else { return };
            self.restore(change);
        }
    }

    fn take_log(&mut self) -> Log {
        Box::new(std::mem::take(&mut self.log))
    }

    fn undo(&mut self, log: Log) -> bool {
        let Ok(log) = log.downcast::<Vec<DenseChange<V>>>() else {
            return false;
        };
        log.into_iter().rev().for_each(|change| self.restore(change));
        true
    }

    fn hash_changes(&self, hasher: &mut blake3::Hasher) -> Result<(), EncodingError> {
        let pushed = self.log.iter().filter(|change| matches!(change, DenseChange::Pushed)).count();
        let first_new = self.rows.len().checked_sub(pushed).map_or(0, |first| first as u64);
        let mut changed: BTreeSet<u64> = (first_new..self.rows.len() as u64).collect();
        for change in &self.log {
            if let DenseChange::Set(index, _) = change {
                changed.insert(u64::from(*index));
            }
        }
        let mut buffer = Vec::new();
        (changed.len() as u64).serialize(&mut buffer)?;
        hasher.update(&buffer);
        for index in changed {
            let row = usize::try_from(index).ok().and_then(|at| self.rows.get(at));
            hash_row(hasher, &mut buffer, &index, row)?;
        }
        Ok(())
    }

    fn root(&self) -> Result<Hash, EncodingError> {
        let leaves: Result<Vec<Hash>, EncodingError> = self
            .rows
            .par_iter()
            .map(|row| borsh::to_vec(row).map(|bytes| merkle::leaf(&bytes)))
            .collect();
        Ok(merkle::root(leaves?))
    }

    fn export(&self, out: &mut Vec<u8>) -> Result<(), EncodingError> {
        self.rows.serialize(out)
    }

    fn import(&mut self, input: &mut &[u8]) -> Result<(), EncodingError> {
        self.rows = Vec::deserialize(input)?;
        self.log.clear();
        Ok(())
    }
}

/// One value.
#[derive(Default)]
pub struct Single<V> {
    value: V,
    log: Vec<V>,
}

impl<V> Single<V> {
    /// The value.
    pub fn get(&self) -> &V {
        &self.value
    }

    /// Replaces the value.
    pub fn set(&mut self, value: V) {
        self.log.push(std::mem::replace(&mut self.value, value));
    }
}

impl<V> Rows for Single<V>
where
    V: BorshSerialize + BorshDeserialize + Send + Sync + 'static,
{
    fn mark(&self) -> usize {
        self.log.len()
    }

    fn rollback_to(&mut self, mark: usize) {
        while self.log.len() > mark {
            let Some(old) = self.log.pop() else { return };
            self.value = old;
        }
    }

    fn take_log(&mut self) -> Log {
        Box::new(std::mem::take(&mut self.log))
    }

    fn undo(&mut self, log: Log) -> bool {
        let Ok(log) = log.downcast::<Vec<V>>() else {
            return false;
        };
        if let Some(first) = log.into_iter().next() {
            self.value = first;
        }
        true
    }

    fn hash_changes(&self, hasher: &mut blake3::Hasher) -> Result<(), EncodingError> {
        let value = if self.log.is_empty() { None } else { Some(&self.value) };
        hash_row(hasher, &mut Vec::new(), &(), value)
    }

    fn root(&self) -> Result<Hash, EncodingError> {
        borsh::to_vec(&self.value).map(|bytes| merkle::root(vec![merkle::leaf(&bytes)]))
    }

    fn export(&self, out: &mut Vec<u8>) -> Result<(), EncodingError> {
        self.value.serialize(out)
    }

    fn import(&mut self, input: &mut &[u8]) -> Result<(), EncodingError> {
        self.value = V::deserialize(input)?;
        self.log.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rollback_and_undo_restore_rows_in_reverse() {
        let mut table = Table::default();
        table.put(1_u32, 10_u64);
        let mark = table.mark();
        table.put(1, 11);
        table.clear();
        table.put(2, 20);
        table.rollback_to(mark);
        assert_eq!(table.iter().collect::<Vec<_>>(), vec![(&1, &10)]);
        let log = table.take_log();
        assert!(table.undo(log));
        assert!(table.is_empty());
    }

    #[test]
    fn hash_of_changes_sees_values_and_removals_only() {
        let digest = |table: &Table<u32, u64>| {
            let mut hasher = blake3::Hasher::new();
            table.hash_changes(&mut hasher).unwrap();
            hasher.finalize()
        };
        let mut one = Table::default();
        one.put(1, 1);
        one.put(2, 2);
        let mut other = Table::default();
        other.put(2, 9);
        other.put(2, 2);
        other.put(1, 1);
        assert_eq!(digest(&one), digest(&other), "order and repeats do not matter");
        other.put(1, 3);
        assert_ne!(digest(&one), digest(&other));
    }

    #[test]
    fn a_log_of_another_store_is_refused() {
        let mut table: Table<u32, u64> = Table::default();
        let mut single: Single<u8> = Single::default();
        single.set(1);
        assert!(!table.undo(single.take_log()));
    }
}
