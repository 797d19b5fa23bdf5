//! Look-ups by transaction, account and epoch, kept in `fjall` and rebuilt from the journal.
//!
//! Nothing here is truth. The index follows the journal without fsync and never stands in the
//! acknowledge path; a block's entries and the height they belong to are written in one atomic
//! batch. If it fails to open, fails a read, or disagrees with the journal, it is wiped and built
//! again. Keys and values: `docs/spec/storage.md` §4.

mod error;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

pub use error::IndexError;
use fjall::{Database, Keyspace, KeyspaceCreateOptions};

use crate::Hash;
use crate::bytes::Fields;
use crate::files::{self, Context};

const VERSION: u32 = 3;
const STATE_KEY: &[u8] = b"state";
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

/// Names one event of an account, in the order in which they happened.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct EventKey {
    /// Height of its block.
    pub height: u64,
    /// Number of the event in the block.
    pub sequence: u32,
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
    indexed: Option<Indexed>,
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
        let opened = catch_unwind(AssertUnwindSafe(|| Self::open_database(dir, genesis)));
        fs::remove_file(&marker).context("remove", &marker)?;
        opened.unwrap_or_else(|_| failed("its files are corrupt"))
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
            database,
            indexed: None,
        };
        index.indexed = index.read_state()?;
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
        self.indexed
    }

    /// The last height whose entries are in.
    #[must_use]
    pub fn indexed_height(&self) -> Option<u64> {
        self.indexed.map(|indexed| indexed.height)
    }

    /// Writes the entries of one block and its height, all or nothing, without fsync.
    ///
    /// # Errors
    /// [`IndexError::NotNext`] unless the height follows the last one (1 at first), or a database
    /// failure.
    pub fn apply(
        &mut self,
        height: u64,
        chain_hash: Hash,
        entries: &[IndexEntry<'_>],
    ) -> Result<(), IndexError> {
        let expected = self.indexed_height().unwrap_or(0).saturating_add(1);
        if height != expected {
            return Err(IndexError::NotNext { expected, found: height });
        }
        let mut batch = self.database.batch();
        for entry in entries {
            match entry {
                IndexEntry::Transaction { hash, position } => {
                    let place = joined(&[&height.to_be_bytes(), &position.to_be_bytes()]);
                    batch.insert(&self.transactions, *hash, place);
                }
                IndexEntry::AccountEvent { address, sequence, event } => {
                    let key = event_key(address, EventKey { height, sequence: *sequence });
                    batch.insert(&self.account_events, key, *event);
                }
                IndexEntry::EpochClosed { epoch, books } => {
                    let value = joined(&[&height.to_be_bytes(), books]);
                    batch.insert(&self.epochs, epoch.to_be_bytes(), value);
                }
                IndexEntry::EpochEvent { epoch, sequence, event } => {
                    let key = joined(&[&epoch.to_be_bytes(), &sequence.to_be_bytes()]);
                    batch.insert(&self.epoch_events, key, *event);
                }
            }
        }
        let state =
            joined(&[&VERSION.to_be_bytes(), &self.genesis, &height.to_be_bytes(), &chain_hash]);
        batch.insert(&self.state, STATE_KEY, state);
        batch.commit().map_err(|error| self.failed(&error))?;
        self.indexed = Some(Indexed { height, chain_hash });
        Ok(())
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

    /// At most `limit` events of an account, oldest first, after the given one.
    ///
    /// # Errors
    /// A database failure.
    pub fn events_of(
        &self,
        address: &Address,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<EventPage, IndexError> {
        let first = after.map_or(Some(FIRST_EVENT), EventKey::next);
        let Some(first) = first else {
            return Ok(EventPage::default());
        };
        let range = event_key(address, first)..=event_key(address, LAST_EVENT);
        self.page(self.account_events.range(range), limit)
    }

    /// At most `limit` events of an account, newest first, before the given one.
    ///
    /// # Errors
    /// A database failure.
    pub fn latest_events_of(
        &self,
        address: &Address,
        before: Option<EventKey>,
        limit: usize,
    ) -> Result<EventPage, IndexError> {
        let end = before.map_or(Some(LAST_EVENT), EventKey::previous);
        let Some(end) = end else {
            return Ok(EventPage::default());
        };
        let range = event_key(address, FIRST_EVENT)..=event_key(address, end);
        self.page(self.account_events.range(range).rev(), limit)
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

const FIRST_EVENT: EventKey = EventKey { height: 0, sequence: 0 };
const LAST_EVENT: EventKey = EventKey { height: u64::MAX, sequence: u32::MAX };

impl EventKey {
    fn next(self) -> Option<Self> {
        match self.sequence.checked_add(1) {
            Some(sequence) => Some(Self { height: self.height, sequence }),
            None => Some(Self { height: self.height.checked_add(1)?, sequence: 0 }),
        }
    }

    fn previous(self) -> Option<Self> {
        match self.sequence.checked_sub(1) {
            Some(sequence) => Some(Self { height: self.height, sequence }),
            None => Some(Self { height: self.height.checked_sub(1)?, sequence: u32::MAX }),
        }
    }
}

// Big endian, so that the database's byte order is the order of events:
// |<---- address 20 ---->|<- height 8 ->|<- sequence 4 ->|
fn event_key(address: &Address, key: EventKey) -> Vec<u8> {
    joined(&[address, &key.height.to_be_bytes(), &key.sequence.to_be_bytes()])
}

fn parse_event_key(bytes: &[u8]) -> Option<EventKey> {
    let mut fields = Fields(bytes);
    let _address: Address = fields.array()?;
    let (height, sequence) = (fields.array()?, fields.array()?);
    let key =
        EventKey { height: u64::from_be_bytes(height), sequence: u32::from_be_bytes(sequence) };
    fields.0.is_empty().then_some(key)
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
