//! What can go wrong with the index, and that the answer is nearly always to wipe it.

use std::fmt;
use std::path::PathBuf;

use crate::files::IoFailure;

/// Why the index could not answer. For all but [`IndexError::NotNext`]: wipe and rebuild it.
#[derive(Debug)]
pub enum IndexError {
    /// The database failed or is corrupt.
    Database {
        /// Its directory.
        dir: PathBuf,
        /// What it said.
        reason: String,
    },
    /// It was made for a chain with another genesis.
    ForeignGenesis {
        /// Its directory.
        dir: PathBuf,
    },
    /// A record does not have the form this version writes.
    Malformed {
        /// Its directory.
        dir: PathBuf,
        /// Which record.
        record: &'static str,
    },
    /// A block was given out of order. Nothing was written.
    NotNext {
        /// The height the index needs next.
        expected: u64,
        /// The height that was given.
        found: u64,
    },
    /// The directory to be wiped holds journal or snapshot files. Nothing was removed.
    NotAnIndex {
        /// The directory.
        dir: PathBuf,
    },
    /// The operating system refused an operation.
    Io(IoFailure),
}

impl fmt::Display for IndexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { dir, reason } => {
                write!(f, "index {}: {reason}; wipe it, the journal rebuilds it", dir.display())
            }
            Self::ForeignGenesis { dir } => {
                write!(f, "index {} belongs to another chain; wipe it", dir.display())
            }
            Self::Malformed { dir, record } => write!(
                f,
                "index {}: {record} is malformed; wipe it, the journal rebuilds it",
                dir.display()
            ),
            Self::NotNext { expected, found } => {
                write!(f, "the index needs height {expected} next, not {found}")
            }
            Self::NotAnIndex { dir } => {
                write!(f, "{} holds journal or snapshot files and was not removed", dir.display())
            }
            Self::Io(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for IndexError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Self::Io(failure) = self { Some(failure) } else { None }
    }
}

impl From<IoFailure> for IndexError {
    fn from(failure: IoFailure) -> Self {
        Self::Io(failure)
    }
}
