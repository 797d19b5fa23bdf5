//! The store: one network's state, kept durable.
//!
//! A block is applied in memory, written to the journal and synced, and only then acknowledged.
//! Snapshots, epochs' inputs and indexes follow; each can be rebuilt from the journal.

mod error;
mod layout;
mod recover;
mod restore;
mod rows;
mod view;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use workmint_core::{Applied, Block, Commitments, DecodedTransaction, Genesis, Hash, State, Undo};

pub use error::StoreError;
pub use layout::{StoredBlock, StoredEpoch};
pub use recover::{Recovery, Replay, Replayed};
pub use restore::{CHUNK_BYTES, FORMAT, MOST_BYTES, Offered, Restore, RestoreError};
pub use rows::{AccountRow, Change, Charge, Sides, What, due_of, sides};
pub use view::{Books, Indexable, InputsOf, OpenIndex, View, catch_up};

use crate::journal::{Journal, Limits, TornTail};
use crate::lock::DirectoryLock;
use crate::{chunk, snapshot};
use layout::{BlockToStore, SnapshotMeta};

/// When snapshots are taken and segments begin.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// A snapshot follows so many bytes of journal after the last one.
    pub snapshot_bytes: u64,
    /// A snapshot follows so many transactions after the last one.
    pub snapshot_transactions: u64,
    /// A new journal segment begins after so many bytes.
    pub segment_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            snapshot_bytes: 256 << 20,
            snapshot_transactions: 1_000_000,
            segment_bytes: 256 << 20,
        }
    }
}

impl Settings {
    fn limits(&self) -> Limits {
        Limits { segment_bytes: self.segment_bytes, ..Limits::default() }
    }
}

/// The one writer of a data directory.
pub struct Store {
    dir: PathBuf,
    genesis: Genesis,
    state: State,
    journal: Journal,
    settings: Settings,
    since_snapshot: SinceSnapshot,
    /// Applied, not yet written.
    waiting: Vec<Waiting>,
    _lock: DirectoryLock,
}

/// Journal bytes and transactions since the last snapshot.
#[derive(Default)]
struct SinceSnapshot {
    bytes: AtomicU64,
    transactions: AtomicU64,
    /// Somebody wants one at the next close.
    asked: AtomicBool,
    /// Shared with a snapshot that is taken and not yet written.
    under_way: Arc<()>,
}

/// A snapshot in memory, for whoever has the time to write it.
pub struct TakenSnapshot {
    dir: PathBuf,
    height: u64,
    meta: Vec<u8>,
    body: Vec<u8>,
    base: u64,
    _under_way: Arc<()>,
}

impl TakenSnapshot {
    /// Writes it, durably, and removes older ones.
    ///
    /// # Errors
    /// An I/O failure; then the process must stop.
    pub fn write(self) -> Result<(), StoreError> {
        snapshot::write(&self.dir, self.height, &self.meta, [self.body])?;
        snapshot::prune_except(&self.dir, KEPT_SNAPSHOTS, self.base)?;
        Ok(())
    }
}

/// A block that is applied and not yet written.
struct Waiting {
    body: Vec<u8>,
    undo: Undo,
    done: Done,
}

/// A durable block, as far as what follows it needs it.
pub struct Done {
    height: u64,
    /// Known once it is written.
    chain_hash: crate::Hash,
    /// The app hash before it.
    previous: Hash,
    changes: Hash,
    app_hash: Hash,
    transactions: u64,
    closed: Option<StoredEpoch>,
}

impl Done {
    /// The chain hash of its journal frame, as the indexes need it.
    #[must_use]
    pub fn chain_hash(&self) -> crate::Hash {
        self.chain_hash
    }
}

/// A directory whose state is not read yet.
struct Opened {
    dir: PathBuf,
    genesis: Genesis,
    journal: Journal,
    settings: Settings,
    torn_tail: Option<TornTail>,
    lock: DirectoryLock,
}

/// What the indexes keep of a whole block.
pub struct Record {
    /// Its second name beside its height.
    pub name: crate::Hash,
    /// What is kept.
    pub bytes: Vec<u8>,
}

/// Snapshots kept.
const KEPT_SNAPSHOTS: usize = 2;

impl Store {
    /// Whether the directory holds a network.
    #[must_use]
    pub fn exists(dir: &Path) -> bool {
        layout::holds_network(dir)
    }

    /// Makes a new network in `dir`.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`], a bad genesis, or an I/O failure.
    pub fn create(dir: &Path, genesis: &Genesis, settings: Settings) -> Result<Self, StoreError> {
        if layout::holds_network(dir) {
            return Err(StoreError::AlreadyExists { dir: dir.to_path_buf() });
        }
        layout::require_no_remains(dir)?;
        let state = recover::first_state(genesis)?;
        let lock = DirectoryLock::acquire(dir)?;
        layout::write_genesis(dir, genesis)?;
        let hash = recover::genesis_hash(genesis)?;
        let (journal, _) = Journal::create(&layout::journal_dir(dir), hash.0, settings.limits())?;
        Ok(Self {
            dir: dir.to_path_buf(),
            genesis: genesis.clone(),
            state,
            journal,
            settings,
            since_snapshot: SinceSnapshot::default(),
            waiting: Vec::new(),
            _lock: lock,
        })
    }

    /// Opens a network and brings it to where its journal ends.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Lock`], damage, or an I/O failure.
    pub fn open(dir: &Path, settings: Settings) -> Result<(Self, Recovery), StoreError> {
        Self::open_at(Self::open_journal(dir, settings)?, None, |_, _| Ok(()))
    }

    /// Opens a network with its indexes and brings both to where its journal ends, in one replay:
    /// from a snapshot that the indexes have passed, or from genesis where they are missing.
    /// `record` says what the indexes keep of a whole block, and under which second name.
    ///
    /// # Errors
    /// As [`Store::open`]; or a failure of the indexes.
    pub fn open_indexed(
        dir: &Path,
        settings: Settings,
        mut record: impl FnMut(&Replayed, &State) -> Result<Record, StoreError>,
    ) -> Result<(Self, OpenIndex, Recovery), StoreError> {
        let opened = Self::open_journal(dir, settings)?;
        let open_index = view::open_index(dir, &opened.genesis, &opened.journal.reader())?;
        let index = open_index.get();
        let indexed = index.indexed_height().unwrap_or(0);
        let recorded = index.recorded_height();
        let (store, recovery) =
            Self::open_at(opened, Some(indexed.min(recorded)), |block, after| {
                let height = block.stored.block.height;
                if height > indexed {
                    view::index_block(
                        index,
                        (&block.stored, block.chain_hash),
                        &block.applied,
                        after,
                    )?;
                }
                if height > recorded {
                    let record = record(block, after)?;
                    index.record(height, &record.name, &record.bytes)?;
                }
                Ok(())
            })?;
        Ok((store, open_index, recovery))
    }

    fn open_journal(dir: &Path, settings: Settings) -> Result<Opened, StoreError> {
        let genesis = layout::read_genesis(dir)?;
        let lock = DirectoryLock::acquire(dir)?;
        let hash = recover::genesis_hash(&genesis)?;
        let journal_dir = layout::journal_dir(dir);
        // A crash after the genesis and before the journal leaves a network without blocks.
        let (journal, report) = if Journal::exists(&journal_dir)? {
            let base = layout::read_base(dir, hash)?;
            Journal::open(&journal_dir, base, settings.limits())?
        } else {
            layout::require_no_remains(dir)?;
            Journal::create(&journal_dir, hash.0, settings.limits())?
        };
        let torn_tail = report.torn_tail_dropped;
        Ok(Opened { dir: dir.to_path_buf(), genesis, journal, settings, torn_tail, lock })
    }

    /// `at_most` is the height of the newest snapshot it may begin with.
    fn open_at(
        opened: Opened,
        at_most: Option<u64>,
        mut seen: impl FnMut(&Replayed, &State) -> Result<(), StoreError>,
    ) -> Result<(Self, Recovery), StoreError> {
        let Opened { dir, genesis, journal, settings, torn_tail, lock } = opened;
        snapshot::remove_leftovers(&layout::snapshots_dir(&dir))?;
        chunk::remove_leftovers(&layout::epochs_dir(&dir))?;
        let keep = |block: &Replayed, after: &State| {
            if let Some(closed) = &block.applied.closed {
                let path = layout::inputs_path(&dir, closed.inputs.epoch);
                if chunk::verify(&path).is_err() {
                    layout::write_inputs(&dir, &view::stored_epoch(closed))?;
                }
            }
            seen(block, after)
        };
        let reader = journal.reader();
        let (state, mut recovery) = recover::recover(&dir, &genesis, (&reader, at_most), keep)?;
        recovery.torn_tail = torn_tail;
        let since_snapshot = SinceSnapshot {
            bytes: recovery.replayed_bytes.into(),
            transactions: recovery.replayed_transactions.into(),
            ..SinceSnapshot::default()
        };
        let waiting = Vec::new();
        let store =
            Self { dir, genesis, state, journal, settings, since_snapshot, waiting, _lock: lock };
        Ok((store, recovery))
    }

    /// The state after the last block that was applied.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state, to dry-run transactions on; no block may be applied through it.
    pub fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    /// Height of the first block that is kept: 0 for all, behind the snapshot that the directory
    /// was restored from otherwise.
    #[must_use]
    pub fn history_from(&self) -> u64 {
        match self.journal.reader().base().height {
            0 => 0,
            base => base.saturating_add(1),
        }
    }

    /// The network's genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Applies the next block in memory. It is nowhere on the disk before [`Store::sync`], and must
    /// not be acknowledged or shown before.
    ///
    /// # Errors
    /// [`StoreError::Block`] leaves the store as it was.
    pub fn apply(
        &mut self,
        block: &Block,
        decoded: &[DecodedTransaction],
    ) -> Result<Applied, StoreError> {
        let previous = self.state.chain().app_hash;
        let (applied, undo) = self.state.apply_block(block, decoded, Commitments::Full)?;
        let height = block.height;
        let stored = BlockToStore::new(block, decoded, applied.app_hash);
        let body = match layout::encode("a block", &stored) {
            Ok(body) => body,
            Err(error) => {
                self.state.revert(undo);
                return Err(error);
            }
        };
        let done = Done {
            height,
            chain_hash: [0; 32],
            previous,
            changes: applied.changes,
            app_hash: applied.app_hash,
            transactions: applied.results.len() as u64,
            closed: applied.closed.as_ref().map(view::stored_epoch),
        };
        self.waiting.push(Waiting { body, undo, done });
        Ok(applied)
    }

    /// Takes back the last block that was applied and not synced; `false` if there is none.
    pub fn take_back(&mut self) -> bool {
        let last = self.waiting.pop();
        last.is_some_and(|waiting| self.state.revert(waiting.undo))
    }

    /// Writes what was applied, with one sync, and says which blocks are durable by it.
    ///
    /// # Errors
    /// After any error the process must stop: what is on the disk is known again only when it is
    /// opened anew.
    pub fn sync(&mut self) -> Result<Vec<Done>, StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        let group: Vec<(u64, &[u8])> =
            waiting.iter().map(|block| (block.done.height, &block.body[..])).collect();
        let chain_hashes = self.journal.append(&group)?;
        self.journal.sync()?;
        let bytes: usize = waiting.iter().map(|block| block.body.len()).sum();
        self.since_snapshot.bytes.fetch_add(bytes as u64, Relaxed);
        let done = waiting.into_iter().zip(chain_hashes);
        Ok(done.map(|(block, chain_hash)| Done { chain_hash, ..block.done }).collect())
    }

    /// What follows the acknowledgement: inputs of closed epochs, and a snapshot when one is due,
    /// which the caller writes: until it has, or has dropped it, no other one is taken, and the
    /// next stays due. The state must still stand at the last of `done`.
    ///
    /// # Errors
    /// An I/O failure; then the process must stop.
    pub fn follow_up(&self, done: &[Done]) -> Result<Option<TakenSnapshot>, StoreError> {
        let since = &self.since_snapshot;
        for block in done {
            since.transactions.fetch_add(block.transactions, Relaxed);
            if let Some(closed) = &block.closed {
                layout::write_inputs(&self.dir, closed)?;
            }
        }
        let due = since.bytes.load(Relaxed) >= self.settings.snapshot_bytes
            || since.transactions.load(Relaxed) >= self.settings.snapshot_transactions
            || since.asked.load(Relaxed);
        let writing = Arc::strong_count(&since.under_way) > 1;
        // Only a close commits to the whole state, so only its state can be checked when loaded.
        match done.last() {
            Some(last) if due && last.closed.is_some() && !writing => self.snapshot(last).map(Some),
            _ => Ok(None),
        }
    }

    /// Applies a group of blocks, writes them with one sync, and returns what they did once they
    /// are durable. If a block is refused, none of the group is applied or written.
    ///
    /// # Errors
    /// [`StoreError::Block`] leaves the store as it was. After any other error the process must
    /// stop: what is on the disk is known again only when it is opened anew.
    pub fn commit(
        &mut self,
        blocks: Vec<(Block, Vec<DecodedTransaction>)>,
    ) -> Result<Vec<Applied>, StoreError> {
        let mut all = Vec::with_capacity(blocks.len());
        for (block, decoded) in blocks {
            match self.apply(&block, &decoded) {
                Ok(applied) => all.push(applied),
                Err(error) => {
                    while self.take_back() {}
                    return Err(error);
                }
            }
        }
        let done = self.sync()?;
        if let Some(taken) = self.follow_up(&done)? {
            taken.write()?;
        }
        Ok(all)
    }

    fn snapshot(&self, last: &Done) -> Result<TakenSnapshot, StoreError> {
        let meta = SnapshotMeta {
            genesis: recover::genesis_hash(&self.genesis)?,
            previous: last.previous,
            changes: last.changes,
            app_hash: last.app_hash,
        };
        let body = self.state.export().map_err(|error| StoreError::Undecodable {
            what: "the state".to_owned(),
            why: error.to_string(),
        })?;
        let dir = layout::snapshots_dir(&self.dir);
        let meta = layout::encode("a snapshot's meta", &meta)?;
        self.since_snapshot.bytes.store(0, Relaxed);
        self.since_snapshot.transactions.store(0, Relaxed);
        self.since_snapshot.asked.store(false, Relaxed);
        let (height, base) = (self.state.chain().height, self.journal.reader().base().height);
        let under_way = Arc::clone(&self.since_snapshot.under_way);
        Ok(TakenSnapshot { dir, height, meta, body, base, _under_way: under_way })
    }

    /// Lets the next close be followed by a snapshot: only a close commits to the whole state.
    pub fn ask_snapshot(&self) {
        self.since_snapshot.asked.store(true, Relaxed);
    }

    /// Whether somebody asked for a snapshot that is not taken yet.
    #[must_use]
    pub fn snapshot_asked(&self) -> bool {
        self.since_snapshot.asked.load(Relaxed)
    }

    /// The snapshots there are, oldest first.
    ///
    /// # Errors
    /// An I/O failure.
    pub fn snapshots(&self) -> Result<Vec<snapshot::SnapshotFile>, StoreError> {
        Ok(snapshot::list(&layout::snapshots_dir(&self.dir))?)
    }

    /// The snapshots as another node can be offered them, oldest first. Reads all of them.
    ///
    /// # Errors
    /// Damage, or an I/O failure.
    pub fn offers(&self) -> Result<Vec<Offered>, StoreError> {
        restore::offers(&self.dir)
    }

    /// One part of an offered snapshot; `None` if there is none of that height, format and number.
    ///
    /// # Errors
    /// An I/O failure.
    pub fn snapshot_chunk(
        &self,
        (height, format): (u64, u32),
        number: u32,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        restore::chunk(&self.dir, (height, format), number)
    }

    /// The frozen inputs of a closed epoch.
    ///
    /// # Errors
    /// [`StoreError::NotClosed`], [`StoreError::Skipped`], or as [`View::epoch_inputs`].
    pub fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, StoreError> {
        self.inputs_of(epoch)?.read(&self.genesis)
    }

    /// Where the frozen inputs of a closed epoch are, to be read while the state moves on.
    ///
    /// # Errors
    /// [`StoreError::NotClosed`], [`StoreError::Skipped`].
    pub fn inputs_of(&self, epoch: u64) -> Result<InputsOf, StoreError> {
        InputsOf::find(&self.dir, &self.state, self.journal.reader(), epoch)
    }

    /// The indexes, brought to where the journal ends.
    ///
    /// # Errors
    /// Damage of the journal, or an I/O failure.
    pub fn index(&self) -> Result<OpenIndex, StoreError> {
        catch_up(&self.dir, &self.genesis, &self.journal.reader())
    }
}
