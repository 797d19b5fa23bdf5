//! From files to state: the newest sound snapshot, then the journal after it.

use std::path::{Path, PathBuf};

use workmint_core::block::next_app_hash;
use workmint_core::{Applied, Commitments, Genesis, Hash, State};

use super::StoreError;
use super::layout::{self, SnapshotMeta, StoredBlock};
use crate::journal::{Frame, Frames, JournalReader, TornTail};
use crate::snapshot;

/// What opening a store found and did.
#[derive(Clone, Debug, Default)]
pub struct Recovery {
    /// Height of the snapshot the state came from; `None` from genesis.
    pub snapshot_height: Option<u64>,
    /// Snapshots that failed their checks and were passed over, with the reason.
    pub skipped_snapshots: Vec<(PathBuf, String)>,
    /// Blocks applied from the journal.
    pub replayed_blocks: u64,
    /// Their transactions.
    pub replayed_transactions: u64,
    /// Journal bytes after the snapshot.
    pub replayed_bytes: u64,
    /// An unacknowledged end of the journal that was dropped.
    pub torn_tail: Option<TornTail>,
}

/// Applies journal blocks one by one and checks each against its recorded app hash.
pub struct Replay {
    frames: Frames,
    state: State,
}

/// One replayed block.
#[derive(Debug)]
pub struct Replayed {
    /// The block.
    pub stored: StoredBlock,
    /// The app hash before it.
    pub previous: Hash,
    /// What it did.
    pub applied: Applied,
    /// Length of its journal body, bytes.
    pub bytes: u64,
    /// The chain hash of its journal frame.
    pub chain_hash: crate::Hash,
}

impl Replay {
    /// Replays `reader` from the state's height on.
    #[must_use]
    pub fn new(state: State, reader: &JournalReader) -> Self {
        let next = state.chain().height.saturating_add(1);
        Self { frames: reader.frames(next), state }
    }

    /// The state after the last replayed block.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The state, when done.
    #[must_use]
    pub fn into_state(self) -> State {
        self.state
    }

    /// Applies the next block; `None` at the end.
    ///
    /// # Errors
    /// Damage, undecodable bytes, or another app hash than recorded.
    pub fn next_block(&mut self) -> Result<Option<Replayed>, StoreError> {
        self.next_checked(|_| Ok(()))
    }

    /// Applies the next block if `check` finds nothing wrong with what is stored; `None` at the
    /// end.
    ///
    /// # Errors
    /// That of `check`, damage, undecodable bytes, or another app hash than recorded.
    pub fn next_checked<E: From<StoreError>>(
        &mut self,
        check: impl FnOnce(&StoredBlock) -> Result<(), E>,
    ) -> Result<Option<Replayed>, E> {
        let Some(frame) = self.frames.next().transpose().map_err(StoreError::from)? else {
            return Ok(None);
        };
        let what = format!("block {}", frame.height);
        let stored: StoredBlock = layout::decode(&what, &frame.body)?;
        check(&stored)?;
        Ok(Some(self.apply(frame, stored)?))
    }

    fn apply(&mut self, frame: Frame, stored: StoredBlock) -> Result<Replayed, StoreError> {
        let decoded = stored.decode()?;
        let previous = self.state.chain().app_hash;
        let (applied, _) = self.state.apply_block(&stored.block, &decoded, Commitments::Full)?;
        if applied.app_hash != stored.app_hash {
            return Err(StoreError::Diverged {
                height: frame.height,
                recorded: stored.app_hash,
                replayed: applied.app_hash,
            });
        }
        let bytes = u64::try_from(frame.body.len()).unwrap_or(u64::MAX);
        Ok(Replayed { stored, previous, applied, bytes, chain_hash: frame.chain_hash })
    }
}

/// The state a directory holds, from a snapshot not above the given height, if one is given. `seen`
/// is told every block that is replayed, and the state after it.
pub(super) fn recover(
    dir: &Path,
    genesis: &Genesis,
    (reader, at_most): (&JournalReader, Option<u64>),
    mut seen: impl FnMut(&Replayed, &State) -> Result<(), StoreError>,
) -> Result<(State, Recovery), StoreError> {
    let mut recovery = Recovery::default();
    let base = reader.base().height;
    let at_most = at_most.map(|height| height.max(base));
    let start = match newest_snapshot(dir, genesis, (reader, at_most), &mut recovery)? {
        Some(state) => state,
        None => base_state(dir, genesis, reader)?,
    };
    let mut replay = Replay::new(start, reader);
    while let Some(block) = replay.next_block()? {
        recovery.replayed_blocks += 1;
        recovery.replayed_transactions += block.applied.results.len() as u64;
        recovery.replayed_bytes += block.bytes;
        seen(&block, replay.state())?;
    }
    Ok((replay.into_state(), recovery))
}

/// The state before the first block of the journal.
pub(super) fn base_state(
    dir: &Path,
    genesis: &Genesis,
    reader: &JournalReader,
) -> Result<State, StoreError> {
    match reader.base().height {
        0 => first_state(genesis),
        height => {
            let path = snapshot::path(&layout::snapshots_dir(dir), height);
            if !path.exists() {
                return Err(StoreError::BaseMissing { path, height });
            }
            load_snapshot(&path, height, genesis, reader).map_err(|error| match error {
                StoreError::File(error) => layout::irreplaceable(error),
                other => other,
            })
        }
    }
}

/// The state before the first block of the network.
pub(super) fn first_state(genesis: &Genesis) -> Result<State, StoreError> {
    State::genesis(genesis).map_err(|error| StoreError::Undecodable {
        what: "the genesis".to_owned(),
        why: error.to_string(),
    })
}

pub(super) fn genesis_hash(genesis: &Genesis) -> Result<Hash, StoreError> {
    genesis.hash().map_err(|error| StoreError::Undecodable {
        what: "the genesis".to_owned(),
        why: error.to_string(),
    })
}

/// The newest snapshot that passes every check; one that fails is passed over and named.
fn newest_snapshot(
    dir: &Path,
    genesis: &Genesis,
    (reader, at_most): (&JournalReader, Option<u64>),
    recovery: &mut Recovery,
) -> Result<Option<State>, StoreError> {
    let files = snapshot::list(&layout::snapshots_dir(dir))?;
    for file in files.into_iter().rev() {
        if file.height > reader.last_height() {
            let (journal, snapshot) = (reader.last_height(), file.height);
            return Err(StoreError::JournalBehindSnapshot { journal, snapshot });
        }
        if at_most.is_some_and(|height| file.height > height) {
            continue;
        }
        match load_snapshot(&file.path, file.height, genesis, reader) {
            Ok(state) => {
                recovery.snapshot_height = Some(file.height);
                return Ok(Some(state));
            }
            Err(error) => recovery.skipped_snapshots.push((file.path, error.to_string())),
        }
    }
    Ok(None)
}

/// Loads a snapshot and checks it: its checksums, its genesis, its state's root against its app
/// hash, and that against the journal's block.
fn load_snapshot(
    path: &Path,
    height: u64,
    genesis: &Genesis,
    reader: &JournalReader,
) -> Result<State, StoreError> {
    let (state, app_hash) = check_snapshot(path, height, genesis)?;
    let wrong = |why: &str| StoreError::Undecodable {
        what: path.display().to_string(),
        why: why.to_owned(),
    };
    let base = reader.base();
    if height == base.height {
        return match base.chain_hash == app_hash.0 {
            true => Ok(state),
            false => Err(wrong("the directory begins with another app hash")),
        };
    }
    let frame = reader.frames(height).next().transpose()?;
    let frame = frame.ok_or_else(|| wrong("the journal has no such block"))?;
    let stored: StoredBlock = layout::decode("a block", &frame.body)?;
    if stored.app_hash != app_hash {
        return Err(wrong("the journal has another app hash at its height"));
    }
    Ok(state)
}

/// Loads a snapshot and checks it by itself: its checksums, its genesis, its state's root against
/// its app hash, which is given beside the state.
pub(super) fn check_snapshot(
    path: &Path,
    height: u64,
    genesis: &Genesis,
) -> Result<(State, Hash), StoreError> {
    let wrong = |why: &str| StoreError::Undecodable {
        what: path.display().to_string(),
        why: why.to_owned(),
    };
    let read = snapshot::read(path)?;
    let meta: SnapshotMeta = layout::decode("a snapshot's meta", &read.meta)?;
    if meta.genesis != genesis_hash(genesis)? {
        return Err(wrong("it belongs to another chain"));
    }
    let body = State::import(&read.body).map_err(|error| wrong(&error.to_string()))?;
    let root = body.root().map_err(|error| wrong(&error.to_string()))?;
    if next_app_hash(&meta.previous, &meta.changes, &root) != meta.app_hash {
        return Err(wrong("its state does not give its app hash"));
    }
    let chain = body.chain();
    if chain.height != height || chain.app_hash != meta.app_hash {
        return Err(wrong("its state stands elsewhere"));
    }
    Ok((body, meta.app_hash))
}
