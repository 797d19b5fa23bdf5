//! Why a store could not be opened, read or written.

use std::fmt;
use std::path::PathBuf;

use workmint_core::BlockError;

use crate::files::{FileError, IoFailure};
use crate::index::IndexError;
use crate::journal::JournalError;
use crate::lock::LockError;

/// Why a store could not be opened, read or written.
#[derive(Debug)]
pub enum StoreError {
    /// The directory holds no network.
    Missing {
        /// The directory.
        dir: PathBuf,
    },
    /// Parts of a network are there, but its journal or genesis is not.
    Incomplete {
        /// The directory.
        dir: PathBuf,
        /// What is left.
        found: PathBuf,
    },
    /// The genesis file, or in a restored directory what it begins with, is damaged; nothing
    /// replaces it.
    GenesisDamaged {
        /// The file.
        path: PathBuf,
        /// Where.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// The snapshot that a restored directory begins with is gone; nothing replaces it.
    BaseMissing {
        /// The file.
        path: PathBuf,
        /// Its height.
        height: u64,
    },
    /// The file that says behind which snapshot a restored directory begins is gone; nothing
    /// replaces it.
    BeginningMissing {
        /// The file.
        path: PathBuf,
        /// Number of the journal's first block.
        first: u64,
    },
    /// The directory already holds a network.
    AlreadyExists {
        /// The directory.
        dir: PathBuf,
    },
    /// Another process writes it.
    Lock(LockError),
    /// The journal.
    Journal(JournalError),
    /// A snapshot, the genesis or an epoch's inputs.
    File(FileError),
    /// The indexes.
    Index(IndexError),
    /// Bytes with a right checksum do not decode: another version wrote them.
    Undecodable {
        /// Which bytes.
        what: String,
        /// Why.
        why: String,
    },
    /// Replaying gave another app hash than the one recorded.
    Diverged {
        /// The block.
        height: u64,
        /// What the journal says.
        recorded: workmint_core::Hash,
        /// What replaying gives.
        replayed: workmint_core::Hash,
    },
    /// The journal ends before a snapshot that was taken from it: acknowledged blocks are gone.
    JournalBehindSnapshot {
        /// The journal's last height.
        journal: u64,
        /// The snapshot's height.
        snapshot: u64,
    },
    /// The engine refused the block; nothing was written.
    Block(BlockError),
    /// The epoch is not closed.
    NotClosed {
        /// The epoch.
        epoch: u64,
        /// The open epoch.
        open: u64,
    },
    /// The directory was restored from a snapshot: earlier blocks are not there.
    NoHistory {
        /// The snapshot's height.
        before: u64,
    },
    /// The epoch passed without a block, so it has no inputs.
    Skipped {
        /// The epoch.
        epoch: u64,
    },
}

impl StoreError {
    /// Whether what is on the disk is wrong, or an invariant is broken: a person must look.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::Journal(JournalError::Damaged { .. } | JournalError::Missing { .. })
                | Self::Incomplete { .. }
                | Self::GenesisDamaged { .. }
                | Self::BaseMissing { .. }
                | Self::BeginningMissing { .. }
                | Self::File(FileError::Damaged { .. })
                | Self::Undecodable { .. }
                | Self::Diverged { .. }
                | Self::JournalBehindSnapshot { .. }
                | Self::Block(BlockError::Invariant(_) | BlockError::Close(_))
        )
    }

    /// Whether there is nothing, or nothing yet, where the caller looked.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Missing { .. }
                | Self::NotClosed { .. }
                | Self::Skipped { .. }
                | Self::NoHistory { .. }
        )
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { dir } => write!(f, "{} holds no network", dir.display()),
            Self::Incomplete { dir, found } => write!(
                f,
                "{}: the journal or the genesis of this network is gone, {} is left; nothing was \
                 changed: restore the directory from a copy",
                dir.display(),
                found.display()
            ),
            Self::GenesisDamaged { path, offset, what } => write!(
                f,
                "{} is damaged at byte {offset}: {what}; nothing was changed: restore this file \
                 from a copy, nothing else holds it",
                path.display()
            ),
            Self::BaseMissing { path, height } => write!(
                f,
                "{} is gone: this directory was restored from that snapshot of height {height}, \
                 and its journal begins behind it; nothing was changed: put that file back from a \
                 copy, or restore the directory anew from another node",
                path.display()
            ),
            Self::BeginningMissing { path, first } => write!(
                f,
                "{} is gone: the journal begins with block {first}, so this directory was restored \
                 from a snapshot, and that file says from which; nothing was changed: put it back \
                 from a copy, or restore the directory anew from another node",
                path.display()
            ),
            Self::NoHistory { before } => write!(
                f,
                "history begins at block {}: the directory was restored from the snapshot of \
                 height {before}; ask a node that has all blocks",
                before.saturating_add(1)
            ),
            Self::AlreadyExists { dir } => {
                write!(f, "{} already holds a network", dir.display())
            }
            Self::Lock(error) => error.fmt(f),
            Self::Journal(error) => error.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::Index(error) => error.fmt(f),
            Self::Undecodable { what, why } => {
                write!(f, "{what} does not decode: {why}; another version of workmint wrote it")
            }
            Self::Diverged { height, recorded, replayed } => write!(
                f,
                "replaying block {height} gives app hash {replayed}, the journal says {recorded}"
            ),
            Self::JournalBehindSnapshot { journal, snapshot } => write!(
                f,
                "the journal ends at height {journal}, but a snapshot of height {snapshot} was \
                 taken from it: acknowledged blocks are missing"
            ),
            Self::Block(error) => error.fmt(f),
            Self::NotClosed { epoch, open } => {
                write!(f, "epoch {epoch} is not closed; epoch {open} is open")
            }
            Self::Skipped { epoch } => {
                write!(f, "epoch {epoch} passed without a block and was not settled")
            }
        }
    }
}

impl std::error::Error for StoreError {}

macro_rules! from_error {
    ($($error:ty => $variant:ident),* $(,)?) => {
        $(impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        })*
    };
}

from_error! {
    LockError => Lock, JournalError => Journal, FileError => File, IndexError => Index,
    BlockError => Block,
}

impl From<IoFailure> for StoreError {
    fn from(error: IoFailure) -> Self {
        Self::File(FileError::Io(error))
    }
}
