//! What can go wrong with a journal. Messages name the file, the offset and what to do.

use std::fmt;
use std::path::PathBuf;

use crate::files::IoFailure;
use crate::lock::LockError;
use crate::{Hash, journal::format};

/// Why a journal operation failed.
#[derive(Debug)]
pub enum JournalError {
    /// The operating system refused an operation. Inside `append` or `sync` this stops the journal.
    Io(IoFailure),
    /// Bytes on disk are not what was written.
    Damaged {
        /// The segment file.
        segment: PathBuf,
        /// Where in the file the bad frame or header begins.
        offset: u64,
        /// What is wrong there.
        what: Damage,
    },
    /// The directory holds no journal.
    Missing {
        /// The directory.
        dir: PathBuf,
    },
    /// The directory already holds a journal.
    AlreadyExists {
        /// The directory.
        dir: PathBuf,
    },
    /// Another writer holds the directory.
    Locked(LockError),
    /// An earlier write or sync failed; nothing more may be written.
    Stopped {
        /// That first failure, in words.
        first: String,
    },
    /// A frame was given out of order. Nothing was written.
    NotNext {
        /// The height the journal needs next.
        expected: u64,
        /// The height that was given.
        found: u64,
    },
    /// A body is longer than the limit. Nothing was written.
    BodyTooLong {
        /// Height of the frame.
        height: u64,
        /// Its body's length.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The journal has no frame of that height.
    NoSuchHeight {
        /// The height asked for.
        height: u64,
        /// The last height there is.
        last: u64,
    },
}

/// What is wrong with bytes of a journal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Damage {
    /// A segment file is shorter than its header.
    SegmentHeaderCut {
        /// The file's length.
        bytes: u64,
    },
    /// A file does not begin with the segment mark.
    SegmentMark,
    /// A segment states a format version this program does not know.
    SegmentVersion {
        /// The stated version.
        found: u32,
    },
    /// A segment header does not match its checksum.
    SegmentChecksum,
    /// A segment belongs to a chain with another genesis.
    ForeignGenesis {
        /// The genesis hash this chain has.
        expected: Hash,
        /// The genesis hash the segment states.
        found: Hash,
    },
    /// A segment's name and its header give different first heights.
    SegmentName {
        /// Height in the file name.
        named: u64,
        /// Height in the header.
        stated: u64,
    },
    /// A segment does not begin where the one before it ends: a segment is missing or misplaced.
    SegmentHeight {
        /// The height that must come next.
        expected: u64,
        /// The first height of the segment.
        found: u64,
    },
    /// A segment is not chained to the last frame of the one before it.
    SegmentChain,
    /// A frame does not begin with the frame mark.
    FrameMark,
    /// A frame header does not match its checksum.
    FrameChecksum,
    /// A frame has the wrong height: one is missing, repeated or misplaced.
    FrameHeight {
        /// The height that must come next.
        expected: u64,
        /// The height the frame states.
        found: u64,
    },
    /// A frame is not chained to the frame before it.
    FrameChain,
    /// A frame promises a body longer than the limit.
    BodyTooLong {
        /// The promised length.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A body does not match its hash.
    BodyHash,
    /// A frame is cut short where no torn tail is possible.
    FrameCut {
        /// Bytes left in the file from the frame's beginning.
        bytes: u64,
    },
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SegmentHeaderCut { bytes } => write!(
                f,
                "the segment header is cut: {bytes} of {} bytes",
                format::SEGMENT_HEADER_BYTES
            ),
            Self::SegmentMark => write!(f, "this is not a journal segment"),
            Self::SegmentVersion { found } => write!(
                f,
                "format version {found} is not {}: another version of workmint wrote it, or the \
                 header is damaged",
                format::VERSION
            ),
            Self::SegmentChecksum => write!(f, "the segment header fails its checksum"),
            Self::ForeignGenesis { expected, found } => {
                write!(f, "the segment belongs to another chain: its genesis is ")?;
                write_hash(f, found)?;
                write!(f, ", not ")?;
                write_hash(f, expected)
            }
            Self::SegmentName { named, stated } => {
                write!(f, "the file is named for height {named} but begins with height {stated}")
            }
            Self::SegmentHeight { expected, found } => write!(
                f,
                "the segment begins with height {found}, the one before it ends before {expected}: \
                 a segment is missing or misplaced"
            ),
            Self::SegmentChain => write!(f, "the segment does not continue the one before it"),
            Self::FrameMark => write!(f, "no frame begins here"),
            Self::FrameChecksum => write!(f, "the frame header fails its checksum"),
            Self::FrameHeight { expected, found } => {
                write!(f, "the frame has height {found}, expected {expected}")
            }
            Self::FrameChain => write!(f, "the frame does not continue the one before it"),
            Self::BodyTooLong { bytes, limit } => {
                write!(f, "the frame promises a body of {bytes} bytes, the limit is {limit}")
            }
            Self::BodyHash => write!(f, "the body fails its checksum"),
            Self::FrameCut { bytes } => {
                write!(f, "the frame is cut short, {bytes} bytes are left of it")
            }
        }
    }
}

fn write_hash(f: &mut fmt::Formatter<'_>, hash: &Hash) -> fmt::Result {
    hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(failure) => failure.fmt(f),
            Self::Damaged { segment, offset, what } => write!(
                f,
                "journal damaged: {} at byte {offset}: {what}; nothing was changed: restore this \
                 file from a copy, or rebuild the node from a peer",
                segment.display()
            ),
            Self::Missing { dir } => write!(f, "{} holds no journal", dir.display()),
            Self::AlreadyExists { dir } => write!(
                f,
                "{} already holds a journal; open it, or choose an empty directory",
                dir.display()
            ),
            Self::Locked(error) => error.fmt(f),
            Self::Stopped { first } => write!(
                f,
                "the journal stopped at its first failure ({first}); mend the disk, then start \
                 the process again"
            ),
            Self::NotNext { expected, found } => {
                write!(f, "the journal needs height {expected} next, not {found}")
            }
            Self::BodyTooLong { height, bytes, limit } => {
                write!(f, "the body of height {height} has {bytes} bytes, the limit is {limit}")
            }
            Self::NoSuchHeight { height, last } => {
                write!(f, "the journal has no height {height}, its last is {last}")
            }
        }
    }
}

impl std::error::Error for JournalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(failure) => Some(failure),
            Self::Locked(error) => Some(error),
            _ => None,
        }
    }
}

impl From<IoFailure> for JournalError {
    fn from(failure: IoFailure) -> Self {
        Self::Io(failure)
    }
}

impl From<LockError> for JournalError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held { .. } => Self::Locked(error),
            LockError::Io(failure) => Self::Io(failure),
        }
    }
}
