//! Writing blocks, many at once.

use std::sync::MutexGuard;

use fjall::{Keyspace, UserKey, UserValue};

use super::key::event_key;
use super::{
    EventKey, Index, IndexEntry, IndexError, Indexed, Progress, RECORDED_KEY, STATE_KEY, VERSION,
    joined,
};
use crate::Hash;

/// Blocks on their way into the index: all of them are written, or none. While it is there nobody
/// else writes.
pub struct IndexBatch<'a> {
    index: &'a Index,
    written: MutexGuard<'a, Progress>,
    next: Progress,
    rows: Vec<Row>,
}

struct Row {
    table: Table,
    key: UserKey,
    value: UserValue,
}

#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Table {
    Transactions,
    AccountEvents,
    Epochs,
    EpochEvents,
    Blocks,
    BlockNames,
    State,
}

impl Index {
    /// Begins to write blocks; waits while others do.
    pub fn batch(&self) -> IndexBatch<'_> {
        let written = self.progress();
        let next = *written;
        IndexBatch { index: self, written, next, rows: Vec::new() }
    }
}

impl IndexBatch<'_> {
    /// Adds the entries of one block.
    ///
    /// # Errors
    /// [`IndexError::NotNext`] unless the height follows the last one (1 at first).
    pub fn block(
        &mut self,
        height: u64,
        chain_hash: Hash,
        entries: &[IndexEntry<'_>],
    ) -> Result<(), IndexError> {
        follows(self.next.indexed.map_or(0, |indexed| indexed.height), height)?;
        for entry in entries {
            match entry {
                IndexEntry::Transaction { hash, position } => {
                    let place = joined(&[&height.to_be_bytes(), &position.to_be_bytes()]);
                    self.add(Table::Transactions, hash, &place);
                }
                IndexEntry::AccountEvent { address, sequence, event } => {
                    let key = event_key(address, EventKey { height, sequence: *sequence });
                    self.add(Table::AccountEvents, &key, event);
                }
                IndexEntry::EpochClosed { epoch, books } => {
                    let value = joined(&[&height.to_be_bytes(), books]);
                    self.add(Table::Epochs, &epoch.to_be_bytes(), &value);
                }
                IndexEntry::EpochEvent { epoch, sequence, event } => {
                    let key = joined(&[&epoch.to_be_bytes(), &sequence.to_be_bytes()]);
                    self.add(Table::EpochEvents, &key, event);
                }
            }
        }
        self.next.indexed = Some(Indexed { height, chain_hash });
        Ok(())
    }

    /// Adds the record of one whole block under its height and its second name.
    ///
    /// # Errors
    /// [`IndexError::NotNext`] unless the height follows the last one (1 at first).
    pub fn record(&mut self, height: u64, name: &Hash, record: &[u8]) -> Result<(), IndexError> {
        follows(self.next.recorded, height)?;
        let key = height.to_be_bytes();
        self.add(Table::Blocks, &key, record);
        self.add(Table::BlockNames, name, &key);
        self.next.recorded = height;
        Ok(())
    }

    /// Writes it, all or nothing, without fsync.
    ///
    /// # Errors
    /// A database failure.
    pub fn commit(mut self) -> Result<(), IndexError> {
        if let Some(Indexed { height, chain_hash }) = self.next.indexed {
            let version = VERSION.to_be_bytes();
            let parts = [&version[..], &self.index.genesis, &height.to_be_bytes(), &chain_hash];
            self.add(Table::State, STATE_KEY, &joined(&parts));
        }
        if self.next.recorded > 0 {
            let height = self.next.recorded.to_be_bytes();
            self.add(Table::State, RECORDED_KEY, &height);
        }
        // Neighbours follow each other: half the time of writing is looking for places.
        self.rows.sort_unstable_by(|a, b| (a.table, &a.key).cmp(&(b.table, &b.key)));
        let mut batch = self.index.database.batch();
        for Row { table, key, value } in self.rows {
            batch.insert(self.index.table(table), key, value);
        }
        batch.commit().map_err(|error| self.index.failed(&error))?;
        *self.written = self.next;
        Ok(())
    }

    fn add(&mut self, table: Table, key: &[u8], value: &[u8]) {
        self.rows.push(Row { table, key: UserKey::new(key), value: UserValue::new(value) });
    }
}

impl Index {
    fn table(&self, table: Table) -> &Keyspace {
        match table {
            Table::Transactions => &self.transactions,
            Table::AccountEvents => &self.account_events,
            Table::Epochs => &self.epochs,
            Table::EpochEvents => &self.epoch_events,
            Table::Blocks => &self.blocks,
            Table::BlockNames => &self.block_names,
            Table::State => &self.state,
        }
    }
}

fn follows(last: u64, found: u64) -> Result<(), IndexError> {
    let expected = last.saturating_add(1);
    if found == expected { Ok(()) } else { Err(IndexError::NotNext { expected, found }) }
}
