//! Look-ups by transaction, account and epoch, kept in `fjall` and rebuilt from the journal.
//!
//! Nothing here is truth. The index follows the journal without fsync and never stands in the
//! acknowledge path; a block's entries and the height they belong to are written in one atomic
//! batch. If it fails to open, fails a read, or disagrees with the journal, it is wiped and built
//! again. Keys and values: `docs/spec/storage.md` §4.

mod batch;
mod begin;
mod error;
mod key;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use batch::IndexBatch;
pub use error::IndexError;
use fjall::{Database, Keyspace, KeyspaceCreateOptions};
pub use key::EventKey;

use crate::Hash;
use crate::bytes::Fields;
use crate::files::{self, Context};
use key::{FIRST_EVENT, LAST_EVENT, event_key, parse_event_key};

const VERSION: u32 = 6;
const STATE_KEY: &[u8] = b"state";
const RECORDED_KEY: &[u8] = b"recorded";
const CACHE_BYTES: u64 = 16 * 1024 * 1024;
const MEMTABLE_BYTES: u64 = 16 * 1024 * 1024;

/// An account's address.
pub type Address = [u8; 20];

/// One line of the index.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum IndexEntry<'a> {
    /// Where a transaction is.
    Transaction {
        /// Its hash.
        hash: Hash,
        /// Its place in the block.
        position: u32,
    },
    /// Something that happened to an account.
    AccountEvent {
        /// The account.
        address: Address,
        /// Number of the event in the block.
        sequence: u32,
        /// The encoded event.
        event: &'a [u8],
    },
    /// The block closes an epoch.
    EpochClosed {
        /// The epoch.
        epoch: u64,
        /// What was issued and burned of each asset by then, encoded.
        books: &'a [u8],
    },
    /// Something the close says of the whole epoch.
    EpochEvent {
        /// The epoch.
        epoch: u64,
        /// Number of the event in the block.
        sequence: u32,
        /// The encoded event.
        event: &'a [u8],
    },
}

/// How far the index follows the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Indexed {
    /// The last height whose entries are in.
    pub height: u64,
    /// The journal's chain hash there. If the journal has another one, wipe the index.
    pub chain_hash: Hash,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TransactionPlace {
    /// Height of its block.
    pub height: u64,
    /// Its place in the block.
    pub position: u32,
}

/// In which order a list by time is read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Order {
    /// Oldest first.
    #[default]
    Ascending,
    /// Newest first.
    Descending,
}

/// Some events of one account.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EventPage {
    /// The events, each with its key.
    pub events: Vec<(EventKey, Vec<u8>)>,
    /// The key to ask the next page with, if there are more events.
    pub next: Option<EventKey>,
}

/// The open index.
pub struct Index {
    dir: PathBuf,
    genesis: Hash,
    database: Database,
    state: Keyspace,
    transactions: Keyspace,
    account_events: Keyspace,
    epochs: Keyspace,
    epoch_events: Keyspace,
    blocks: Keyspace,
    block_names: Keyspace,
    progress: Mutex<Progress>,
}

/// How far the index is; locked while a block is written, so there is one writer at a time.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    indexed: Option<Indexed>,
    recorded: u64,
}

impl Index {
    /// Opens the index in `dir`, creating it if needed. The caller must hold the lock of the data
    /// directory.
    ///
    /// fjall asserts on some corrupt files, and on others allocates whatever length they state,
    /// which ends the process. The first is caught. For the second, the file `<dir>.opening` lies
    /// beside the index while it is being opened: if it is there already, the last opening did not
    /// survive, and this one is an error. So a corrupt index costs one restart, not all of them.
    ///
    /// # Errors
    /// Anything but a sound index of this chain; then [`Index::wipe`] it and open again.
    pub fn open(dir: &Path, genesis: Hash) -> Result<Self, IndexError> {
        let failed = |reason: &str| {
            let reason = reason.to_owned();
            Err(IndexError::Database { dir: dir.to_path_buf(), reason })
        };
        files::create_directory(dir)?;
        let marker = opening_marker(dir);
        if marker.exists() {
            return failed("the last opening of it ended the process");
        }
        fs::write(&marker, b"").context("create", &marker)?;
        let opened = catch_unwind(AssertUnwindSafe(|| Self::open_giving_way(dir, genesis)));
        fs::remove_file(&marker).context("remove", &marker)?;
        opened.unwrap_or_else(|_| failed("its files are corrupt"))
    }

    /// On a thread of its own, whose priority the database's threads take over.
    fn open_giving_way(dir: &Path, genesis: Hash) -> Result<Self, IndexError> {
        let open = || {
            // At the priority of the rest it works too.
            drop(crate::background::give_way());
            Self::open_database(dir, genesis)
        };
        let joined = std::thread::scope(|scope| scope.spawn(open).join());
        joined.unwrap_or_else(|panic| resume_unwind(panic))
    }

    fn open_database(dir: &Path, genesis: Hash) -> Result<Self, IndexError> {
        let failed = |error| database_error(dir, &error);
        let database = Database::builder(dir)
            .cache_size(CACHE_BYTES)
            .worker_threads(1)
            .open()
            .map_err(failed)?;
        let keyspace = |name| {
            let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE_BYTES);
            database.keyspace(name, options).map_err(failed)
        };
        let mut index = Self {
            dir: dir.to_path_buf(),
            genesis,
            state: keyspace("state")?,
            transactions: keyspace("transactions")?,
            account_events: keyspace("account_events")?,
            epochs: keyspace("epochs")?,
            epoch_events: keyspace("epoch_events")?,
            blocks: keyspace("blocks")?,
            block_names: keyspace("block_names")?,
            database,
            progress: Mutex::default(),
        };
        let indexed = index.read_state()?;
        let recorded = index.read_recorded()?;
        index.progress = Mutex::new(Progress { indexed, recorded });
        Ok(index)
    }

    /// Removes the index in `dir`, which must not be open.
    ///
    /// # Errors
    /// [`IndexError::NotAnIndex`] if journal or snapshot files lie there, or an I/O failure.
    pub fn wipe(dir: &Path) -> Result<(), IndexError> {
        if dir.is_dir() {
            for extension in ["journal", "snapshot"] {
                if !files::numbered(dir, extension)?.is_empty() {
                    return Err(IndexError::NotAnIndex { dir: dir.to_path_buf() });
                }
            }
            fs::remove_dir_all(dir).context("remove", dir)?;
        }
        // Last: until the directory is gone, it must not be opened.
        let marker = opening_marker(dir);
        if marker.exists() {
            fs::remove_file(&marker).context("remove", &marker)?;
        }
        Ok(())
    }

    /// How far the index follows the journal; `None` when it is empty.
    #[must_use]
    pub fn indexed(&self) -> Option<Indexed> {
        self.progress().indexed
    }

    /// The last height whose entries are in.
    #[must_use]
    pub fn indexed_height(&self) -> Option<u64> {
        self.indexed().map(|indexed| indexed.height)
    }

    /// The last height whose whole record is in, 0 when there is none.
    #[must_use]
    pub fn recorded_height(&self) -> u64 {
        self.progress().recorded
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the entries of one block and its height, all or nothing, without fsync.
    ///
    /// # Errors
    /// [`IndexError::NotNext`] unless the height follows the last one (1 at first), or a database
    /// failure.
    pub fn apply(
        &self,
        height: u64,
        chain_hash: Hash,
        entries: &[IndexEntry<'_>],
    ) -> Result<(), IndexError> {
        let mut batch = self.batch();
        batch.block(height, chain_hash, entries)?;
        batch.commit()
    }

    /// Keeps the record of one whole block under its height and its second name, without fsync.
    ///
    /// # Errors
    /// [`IndexError::NotNext`] unless the height follows the last one (1 at first), or a database
    /// failure.
    pub fn record(&self, height: u64, name: &Hash, record: &[u8]) -> Result<(), IndexError> {
        let mut batch = self.batch();
        batch.record(height, name, record)?;
        batch.commit()
    }

    /// The record of the block of that height.
    ///
    /// # Errors
    /// A database failure.
    pub fn block(&self, height: u64) -> Result<Option<Vec<u8>>, IndexError> {
        let value = self.blocks.get(height.to_be_bytes()).map_err(|error| self.failed(&error))?;
        Ok(value.map(|value| value.to_vec()))
    }

    /// The height of the block of that second name.
    ///
    /// # Errors
    /// A database failure.
    pub fn height_of(&self, name: &Hash) -> Result<Option<u64>, IndexError> {
        let value = self.block_names.get(name).map_err(|error| self.failed(&error))?;
        value.map(|value| self.parse_height(&value)).transpose()
    }

    fn read_recorded(&self) -> Result<u64, IndexError> {
        let value = self.state.get(RECORDED_KEY).map_err(|error| self.failed(&error))?;
        value.map_or(Ok(0), |value| self.parse_height(&value))
    }

    fn parse_height(&self, value: &[u8]) -> Result<u64, IndexError> {
        let value = <[u8; 8]>::try_from(value).map_err(|_| self.malformed("height of a block"))?;
        Ok(u64::from_be_bytes(value))
    }

    /// Where the transaction of that hash is.
    ///
    /// # Errors
    /// A database failure.
    pub fn transaction(&self, hash: &Hash) -> Result<Option<TransactionPlace>, IndexError> {
        let Some(value) = self.transactions.get(hash).map_err(|error| self.failed(&error))? else {
            return Ok(None);
        };
        let mut fields = Fields(&value);
        match (fields.array(), fields.array(), fields.0.is_empty()) {
            (Some(height), Some(position), true) => Ok(Some(TransactionPlace {
                height: u64::from_be_bytes(height),
                position: u32::from_be_bytes(position),
            })),
            _ => Err(self.malformed("transaction")),
        }
    }

    /// The height of the block that closed an epoch.
    ///
    /// # Errors
    /// A database failure.
    pub fn closing_height(&self, epoch: u64) -> Result<Option<u64>, IndexError> {
        Ok(self.epoch_row(epoch)?.map(|(height, _)| height))
    }

    /// What was issued and burned of each asset by an epoch's close, encoded.
    ///
    /// # Errors
    /// A database failure.
    pub fn books_of(&self, epoch: u64) -> Result<Option<Vec<u8>>, IndexError> {
        Ok(self.epoch_row(epoch)?.map(|(_, books)| books))
    }

    /// The last epoch before this one that was closed.
    ///
    /// # Errors
    /// A database failure.
    pub fn closed_before(&self, epoch: u64) -> Result<Option<u64>, IndexError> {
        let row = self.epochs.range(..epoch.to_be_bytes()).next_back();
        row.map(|row| self.epoch_key(row)).transpose()
    }

    fn epoch_row(&self, epoch: u64) -> Result<Option<(u64, Vec<u8>)>, IndexError> {
        let value = self.epochs.get(epoch.to_be_bytes()).map_err(|error| self.failed(&error))?;
        let Some(value) = value else { return Ok(None) };
        let mut fields = Fields(&value);
        let height = fields.array().ok_or_else(|| self.malformed("epoch"))?;
        Ok(Some((u64::from_be_bytes(height), fields.0.to_vec())))
    }

    fn epoch_key(&self, row: fjall::Guard) -> Result<u64, IndexError> {
        let (key, _) = row.into_inner().map_err(|error| self.failed(&error))?;
        let key = <[u8; 8]>::try_from(&*key).map_err(|_| self.malformed("epoch"))?;
        Ok(u64::from_be_bytes(key))
    }

    /// At most `limit` closed epochs from the given one on, ascending. Epochs that passed without a
    /// block were never closed.
    ///
    /// # Errors
    /// A database failure.
    pub fn closed_epochs(&self, from: u64, limit: usize) -> Result<Vec<u64>, IndexError> {
        let rows = self.epochs.range(from.to_be_bytes()..).take(limit);
        rows.map(|row| self.epoch_key(row)).collect()
    }

    /// What the close of an epoch said of the whole epoch, in the order it said it.
    ///
    /// # Errors
    /// A database failure.
    pub fn events_of_epoch(&self, epoch: u64) -> Result<Vec<Vec<u8>>, IndexError> {
        let rows = self.epoch_events.prefix(epoch.to_be_bytes());
        let event = |row: fjall::Guard| {
            let (_, event) = row.into_inner().map_err(|error| self.failed(&error))?;
            Ok(event.to_vec())
        };
        rows.map(event).collect()
    }

    /// At most `limit` events of an account in that order, after the given one in it.
    ///
    /// # Errors
    /// A database failure.
    pub fn events_of(
        &self,
        address: &Address,
        order: Order,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<EventPage, IndexError> {
        let end = match order {
            Order::Ascending => after.map_or(Some(FIRST_EVENT), EventKey::next),
            Order::Descending => after.map_or(Some(LAST_EVENT), EventKey::previous),
        };
        let Some(end) = end else {
            return Ok(EventPage::default());
        };
        let rows =
            |from, to| self.account_events.range(event_key(address, from)..=event_key(address, to));
        match order {
            Order::Ascending => self.page(rows(end, LAST_EVENT), limit),
            Order::Descending => self.page(rows(FIRST_EVENT, end).rev(), limit),
        }
    }

    fn page(
        &self,
        rows: impl Iterator<Item = fjall::Guard>,
        limit: usize,
    ) -> Result<EventPage, IndexError> {
        let mut page = EventPage::default();
        for row in rows {
            if page.events.len() == limit {
                page.next = page.events.last().map(|(key, _)| *key);
                break;
            }
            let (key, event) = row.into_inner().map_err(|error| self.failed(&error))?;
            let key = parse_event_key(&key).ok_or_else(|| self.malformed("account event"))?;
            page.events.push((key, event.to_vec()));
        }
        Ok(page)
    }

    fn read_state(&self) -> Result<Option<Indexed>, IndexError> {
        let value = self.state.get(STATE_KEY).map_err(|error| self.failed(&error))?;
        let Some(value) = value else { return Ok(None) };
        let mut fields = Fields(&value);
        let (Some(version), Some(genesis)) = (fields.array(), fields.array::<32>()) else {
            return Err(self.malformed("state"));
        };
        if u32::from_be_bytes(version) != VERSION {
            return Err(self.malformed("format version"));
        }
        if genesis != self.genesis {
            return Err(IndexError::ForeignGenesis { dir: self.dir.clone() });
        }
        match (fields.array(), fields.array(), fields.0.is_empty()) {
            (Some(height), Some(chain_hash), true) => {
                Ok(Some(Indexed { height: u64::from_be_bytes(height), chain_hash }))
            }
            _ => Err(self.malformed("state")),
        }
    }

    fn failed(&self, error: &fjall::Error) -> IndexError {
        database_error(&self.dir, error)
    }

    fn malformed(&self, record: &'static str) -> IndexError {
        IndexError::Malformed { dir: self.dir.clone(), record }
    }
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn opening_marker(dir: &Path) -> PathBuf {
    let mut name = dir.as_os_str().to_os_string();
    name.push(".opening");
    PathBuf::from(name)
}

fn database_error(dir: &Path, error: &fjall::Error) -> IndexError {
    IndexError::Database { dir: dir.to_path_buf(), reason: error.to_string() }
}
