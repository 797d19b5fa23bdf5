//! The store: one network's state, kept durable.
//!
//! A block is applied in memory, written to the journal and synced, and only then acknowledged.
//! Snapshots, epochs' inputs and indexes follow; each can be rebuilt from the journal.

mod error;
mod layout;
mod recover;
mod view;

use std::path::{Path, PathBuf};

use workmint_core::epoch::ClosedEpoch;
use workmint_core::{Applied, Block, Commitments, DecodedTransaction, Genesis, State};

pub use error::StoreError;
pub use layout::{StoredBlock, StoredEpoch};
pub use recover::{Recovery, Replay, Replayed};
pub use view::{Books, OpenIndex, View, catch_up};

use crate::journal::{Journal, Limits};
use crate::lock::DirectoryLock;
use crate::{chunk, snapshot};
use layout::SnapshotMeta;

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
    /// Journal bytes and transactions since the last snapshot.
    since_snapshot: (u64, u64),
    _lock: DirectoryLock,
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
            since_snapshot: (0, 0),
            _lock: lock,
        })
    }

    /// Opens a network and brings it to where its journal ends.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Lock`], damage, or an I/O failure.
    pub fn open(dir: &Path, settings: Settings) -> Result<(Self, Recovery), StoreError> {
        let genesis = layout::read_genesis(dir)?;
        let lock = DirectoryLock::acquire(dir)?;
        let hash = recover::genesis_hash(&genesis)?;
        let journal_dir = layout::journal_dir(dir);
        // A crash after the genesis and before the journal leaves a network without blocks.
        let (journal, report) = if Journal::exists(&journal_dir)? {
            Journal::open(&journal_dir, hash.0, settings.limits())?
        } else {
            layout::require_no_remains(dir)?;
            Journal::create(&journal_dir, hash.0, settings.limits())?
        };
        snapshot::remove_leftovers(&layout::snapshots_dir(dir))?;
        chunk::remove_leftovers(&layout::epochs_dir(dir))?;
        let keep = |epoch: &StoredEpoch| {
            let path = layout::inputs_path(dir, epoch.inputs.epoch);
            if chunk::verify(&path).is_ok() { Ok(()) } else { layout::write_inputs(dir, epoch) }
        };
        let (state, mut recovery) = recover::recover(dir, &genesis, &journal.reader(), keep)?;
        recovery.torn_tail = report.torn_tail_dropped;
        let since_snapshot = (recovery.replayed_bytes, recovery.replayed_transactions);
        let dir = dir.to_path_buf();
        Ok((Self { dir, genesis, state, journal, settings, since_snapshot, _lock: lock }, recovery))
    }

    /// The state after the last durable block.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The network's genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
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
        let mut done = Vec::with_capacity(blocks.len());
        let mut frames = Vec::with_capacity(blocks.len());
        let mut undo = Vec::with_capacity(blocks.len());
        let mut previous = self.state.chain().app_hash;
        for (block, decoded) in blocks {
            let before = previous;
            match self.state.apply_block(&block, &decoded, Commitments::Full) {
                Ok((applied, undone)) => {
                    previous = applied.app_hash;
                    let stored = StoredBlock::new(block, decoded, applied.app_hash);
                    frames.push((stored.block.height, layout::encode("a block", &stored)?));
                    undo.push(undone);
                    done.push((before, applied));
                }
                Err(error) => {
                    while let Some(undone) = undo.pop() {
                        self.state.revert(undone);
                    }
                    return Err(error.into());
                }
            }
        }
        self.write(&frames)?;
        self.after_commit(&done)?;
        Ok(done.into_iter().map(|(_, applied)| applied).collect())
    }

    fn write(&mut self, frames: &[(u64, Vec<u8>)]) -> Result<(), StoreError> {
        let group: Vec<(u64, &[u8])> =
            frames.iter().map(|(height, body)| (*height, &body[..])).collect();
        self.journal.append(&group)?;
        self.journal.sync()?;
        let bytes: usize = frames.iter().map(|(_, body)| body.len()).sum();
        self.since_snapshot.0 += bytes as u64;
        Ok(())
    }

    /// What follows the acknowledgement: inputs of closed epochs, and a snapshot when one is due.
    fn after_commit(&mut self, done: &[(workmint_core::Hash, Applied)]) -> Result<(), StoreError> {
        for (_, applied) in done {
            self.since_snapshot.1 += applied.results.len() as u64;
            if let Some(closed) = &applied.closed {
                layout::write_inputs(&self.dir, &stored_epoch(closed))?;
            }
        }
        let (bytes, transactions) = self.since_snapshot;
        let due = bytes >= self.settings.snapshot_bytes
            || transactions >= self.settings.snapshot_transactions;
        // Only a close commits to the whole state, so only its state can be checked when loaded.
        match done.last() {
            Some((previous, applied)) if due && applied.closed.is_some() => {
                self.snapshot(*previous, applied)
            }
            _ => Ok(()),
        }
    }

    fn snapshot(
        &mut self,
        previous: workmint_core::Hash,
        applied: &Applied,
    ) -> Result<(), StoreError> {
        let meta = SnapshotMeta {
            genesis: recover::genesis_hash(&self.genesis)?,
            previous,
            changes: applied.changes,
            app_hash: applied.app_hash,
        };
        let body = self.state.export().map_err(|error| StoreError::Undecodable {
            what: "the state".to_owned(),
            why: error.to_string(),
        })?;
        let dir = layout::snapshots_dir(&self.dir);
        let meta = layout::encode("a snapshot's meta", &meta)?;
        snapshot::write(&dir, self.state.chain().height, &meta, [body])?;
        snapshot::prune(&dir, KEPT_SNAPSHOTS)?;
        self.since_snapshot = (0, 0);
        Ok(())
    }

    /// The frozen inputs of a closed epoch.
    ///
    /// # Errors
    /// [`StoreError::NotClosed`], [`StoreError::Skipped`], or as [`View::epoch_inputs`].
    pub fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, StoreError> {
        view::epoch_inputs(&self.dir, &self.genesis, &self.state, &self.journal.reader(), epoch)
    }

    /// The indexes, brought to where the journal ends.
    ///
    /// # Errors
    /// Damage of the journal, or an I/O failure.
    pub fn index(&self) -> Result<OpenIndex, StoreError> {
        catch_up(&self.dir, &self.genesis, &self.journal.reader())
    }
}

fn stored_epoch(closed: &ClosedEpoch) -> StoredEpoch {
    StoredEpoch { inputs: (*closed.inputs).clone(), parameters: (*closed.parameters).clone() }
}
