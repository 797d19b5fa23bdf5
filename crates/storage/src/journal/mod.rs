//! The block journal: append-only segment files of frames, one per height, each chained to the
//! last. It is the only truth on the disk; everything else can be rebuilt from it.
//!
//! Invariants:
//! * heights are consecutive from 1, or from behind the [`Base`]; every frame's chain hash covers
//!   all frames before it;
//! * a frame is acknowledged only after [`Journal::sync`], and then survives any crash;
//! * only bytes of an incomplete last frame are ever dropped; any other deviation is
//!   [`JournalError::Damaged`], never skipped or repaired;
//! * after the first failed write or sync nothing more is written: a retried fsync may report
//!   success although the data is lost.
//!
//! Files grow by appending and are never preallocated: their length is the evidence that tells a
//! torn tail from damage. Layout: `docs/spec/storage.md` §1.

mod error;
mod format;
mod reader;
mod walk;

use std::fs::File;
use std::path::{Path, PathBuf};

pub use error::{Damage, JournalError};
pub(crate) use reader::beginning;
pub use reader::{Frame, Frames, JournalReader, Verified};

use crate::files::{self, Context, IoFailure, TemporaryFile};
use crate::lock::DirectoryLock;
use crate::{Hash, faults};
use format::{FRAME_HEADER_BYTES, FrameHeader, SEGMENT_HEADER_LENGTH, SegmentHeader};
use reader::Inspection;
use walk::{Segment, Tip};

const EXTENSION: &str = "journal";

/// A group's buffer is kept for the next group up to this size.
const KEPT_BUFFER_BYTES: usize = 16 * 1024 * 1024;

/// Sizes a journal keeps to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// A new segment is begun when a group would make the current one longer than this.
    pub segment_bytes: u64,
    /// The longest body accepted, and believed when read.
    pub max_body_bytes: u32,
    /// How many of the newest bytes are fully checked at open, in whole segments. Older frames
    /// are checked when they are read, and by [`JournalReader::verify`].
    pub open_check_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            segment_bytes: 256 * 1024 * 1024,
            max_body_bytes: 256 * 1024 * 1024,
            open_check_bytes: 256 * 1024 * 1024,
        }
    }
}

/// Where a journal begins: at genesis, or behind a snapshot that its directory was restored from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Base {
    /// The network's genesis.
    pub genesis: Hash,
    /// The height before the first frame.
    pub height: u64,
    /// What the first frame chains to: the genesis hash, or the app hash of that height.
    pub chain_hash: Hash,
}

impl From<Hash> for Base {
    fn from(genesis: Hash) -> Self {
        Self { genesis, height: 0, chain_hash: genesis }
    }
}

/// What every frame of one journal has in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chain {
    base: Base,
    max_body_bytes: u32,
}

/// What opening a journal found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OpenReport {
    /// Complete frames.
    pub frames: u64,
    /// Bytes of all segment files, headers included, the torn tail excluded.
    pub bytes: u64,
    /// The unacknowledged end of an interrupted write, if there was one.
    pub torn_tail_dropped: Option<TornTail>,
}

/// The incomplete last frame of an interrupted write. It was never acknowledged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TornTail {
    /// The segment file.
    pub segment: PathBuf,
    /// Where the incomplete frame begins.
    pub offset: u64,
    /// How many bytes of it there are.
    pub bytes: u64,
}

/// The one writer of a journal directory.
///
/// [`Journal::append`] then [`Journal::sync`]; only then acknowledge. On any error from either,
/// stop the process.
#[derive(Debug)]
pub struct Journal {
    _lock: DirectoryLock,
    dir: PathBuf,
    limits: Limits,
    chain: Chain,
    /// All segments with everything appended, synced or not.
    segments: Vec<Segment>,
    tip: Tip,
    /// The last frame known to be on the disk, and its end in the last segment.
    synced_tip: Tip,
    synced_bytes: u64,
    file: File,
    buffer: Vec<u8>,
    first_failure: Option<String>,
}

impl Journal {
    /// Makes an empty journal in `dir`, which is created if needed.
    ///
    /// # Errors
    /// [`JournalError::AlreadyExists`] if `dir` holds a journal, [`JournalError::Locked`], or an
    /// I/O failure.
    pub fn create(
        dir: &Path,
        base: impl Into<Base>,
        limits: Limits,
    ) -> Result<(Self, OpenReport), JournalError> {
        let lock = DirectoryLock::acquire(dir)?;
        if reader::holds_segments(dir)? {
            return Err(JournalError::AlreadyExists { dir: dir.to_path_buf() });
        }
        files::remove_temporaries(dir)?;
        let base = base.into();
        let chain = Chain { base, max_body_bytes: limits.max_body_bytes };
        let tip = Tip { height: base.height, chain_hash: base.chain_hash };
        let (segment, file) = begin_segment(dir, &chain, tip)?;
        Self::new(
            lock,
            dir,
            limits,
            chain,
            Inspection { segments: vec![segment], tip, torn: None },
            file,
        )
    }

    /// Opens the journal in `dir` for writing: checks it, drops a torn tail, and makes sure that
    /// every frame it found is on the disk.
    ///
    /// # Errors
    /// [`JournalError::Missing`], [`JournalError::Locked`], [`JournalError::Damaged`] (nothing is
    /// changed then), or an I/O failure.
    pub fn open(
        dir: &Path,
        base: impl Into<Base>,
        limits: Limits,
    ) -> Result<(Self, OpenReport), JournalError> {
        if !reader::holds_segments(dir)? {
            return Err(JournalError::Missing { dir: dir.to_path_buf() });
        }
        let lock = DirectoryLock::acquire(dir)?;
        let chain = Chain { base: base.into(), max_body_bytes: limits.max_body_bytes };
        let inspection = reader::inspect(dir, &chain, limits)?;
        files::remove_temporaries(dir)?;
        let Some(last) = inspection.segments.last() else {
            return Err(JournalError::Missing { dir: dir.to_path_buf() });
        };
        let file = files::open_append(&last.path)?;
        if inspection.torn.is_some() {
            faults::point("journal.before_truncate");
            file.set_len(last.bytes).context("truncate", &last.path)?;
            faults::point("journal.after_truncate_before_sync");
        }
        // Frames of an interrupted group may be complete without ever having been synced.
        file.sync_all().context("sync", &last.path)?;
        files::sync_directory(dir)?;
        Self::new(lock, dir, limits, chain, inspection, file)
    }

    /// Opens the journal in `dir` without a lock and without changing anything.
    ///
    /// # Errors
    /// As [`JournalReader::open`].
    pub fn open_read_only(
        dir: &Path,
        base: impl Into<Base>,
        limits: Limits,
    ) -> Result<(JournalReader, OpenReport), JournalError> {
        JournalReader::open(dir, base, limits)
    }

    /// Whether `dir` holds a journal.
    ///
    /// # Errors
    /// When the directory cannot be listed.
    pub fn exists(dir: &Path) -> Result<bool, JournalError> {
        reader::holds_segments(dir)
    }

    fn new(
        lock: DirectoryLock,
        dir: &Path,
        limits: Limits,
        chain: Chain,
        inspection: Inspection,
        file: File,
    ) -> Result<(Self, OpenReport), JournalError> {
        let Inspection { segments, tip, torn } = inspection;
        let journal = Self {
            _lock: lock,
            dir: dir.to_path_buf(),
            limits,
            chain,
            synced_bytes: segments.last().map_or(0, |segment| segment.bytes),
            segments,
            tip,
            synced_tip: tip,
            file,
            buffer: Vec::new(),
            first_failure: None,
        };
        let report = journal.reader().report(torn);
        Ok((journal, report))
    }

    /// Appends a group of frames in one contiguous write. They are durable only after
    /// [`Journal::sync`]. A group is never split between segments. Returns their chain hashes.
    ///
    /// # Errors
    /// [`JournalError::NotNext`] or [`JournalError::BodyTooLong`] before anything is written;
    /// after an I/O failure every later call is [`JournalError::Stopped`].
    pub fn append(&mut self, frames: &[(u64, &[u8])]) -> Result<Vec<Hash>, JournalError> {
        self.check_alive()?;
        if frames.is_empty() {
            return Ok(Vec::new());
        }
        let (tip, chain_hashes) = self.encode(frames)?;
        let written = self.rotate_if_full().and_then(|()| self.write_buffer());
        self.stop_on_failure(written)?;
        self.tip = tip;
        Ok(chain_hashes)
    }

    /// Makes everything appended durable (fdatasync). Only after it returns may it be acknowledged.
    ///
    /// # Errors
    /// After an I/O failure every later call is [`JournalError::Stopped`].
    pub fn sync(&mut self) -> Result<(), JournalError> {
        self.check_alive()?;
        let synced = self.sync_file();
        self.stop_on_failure(synced)
    }

    /// A reader of everything synced so far, independent of this writer.
    #[must_use]
    pub fn reader(&self) -> JournalReader {
        let mut segments = self.segments.clone();
        if let Some(last) = segments.last_mut() {
            last.bytes = self.synced_bytes;
        }
        JournalReader { chain: self.chain, segments, tip: self.synced_tip }
    }

    /// Synced frames from `from_height` on; see [`JournalReader::frames`].
    #[must_use]
    pub fn frames(&self, from_height: u64) -> Frames {
        self.reader().frames(from_height)
    }

    /// The last height appended, 0 when there is no frame.
    #[must_use]
    pub fn last_height(&self) -> u64 {
        self.tip.height
    }

    /// The last height that is durable.
    #[must_use]
    pub fn synced_height(&self) -> u64 {
        self.synced_tip.height
    }

    /// The chain hash of the last frame appended, the genesis hash when there is none.
    #[must_use]
    pub fn last_chain_hash(&self) -> Hash {
        self.tip.chain_hash
    }

    /// As [`JournalReader::chain_hash_at`], among synced frames.
    ///
    /// # Errors
    /// As there.
    pub fn chain_hash_at(&self, height: u64) -> Result<Hash, JournalError> {
        self.reader().chain_hash_at(height)
    }

    /// As [`JournalReader::bytes_since`], among synced frames.
    ///
    /// # Errors
    /// As there.
    pub fn bytes_since(&self, height: u64) -> Result<u64, JournalError> {
        self.reader().bytes_since(height)
    }

    /// Bytes of all segment files, including what is not synced yet.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        reader::total(&self.segments)
    }

    fn check_alive(&self) -> Result<(), JournalError> {
        match &self.first_failure {
            Some(first) => Err(JournalError::Stopped { first: first.clone() }),
            None => Ok(()),
        }
    }

    fn stop_on_failure(&mut self, result: Result<(), IoFailure>) -> Result<(), JournalError> {
        result.map_err(|failure| {
            self.first_failure = Some(failure.to_string());
            JournalError::Io(failure)
        })
    }

    /// Checks a group and fills the buffer with its bytes; returns the tip after it and the chain
    /// hash of each frame.
    fn encode(&mut self, frames: &[(u64, &[u8])]) -> Result<(Tip, Vec<Hash>), JournalError> {
        self.buffer.clear();
        self.buffer.shrink_to(KEPT_BUFFER_BYTES);
        let total: usize = frames.iter().map(|(_, body)| body.len() + FRAME_HEADER_BYTES).sum();
        self.buffer.reserve(total);
        let mut tip = self.tip;
        let mut chain_hashes = Vec::with_capacity(frames.len());
        for (height, body) in frames {
            let expected = tip.height.saturating_add(1);
            if *height != expected {
                return Err(JournalError::NotNext { expected, found: *height });
            }
            let limit = self.chain.max_body_bytes;
            let body_bytes = u32::try_from(body.len()).ok().filter(|bytes| *bytes <= limit);
            let Some(body_bytes) = body_bytes else {
                let bytes = crate::bytes::length(body);
                return Err(JournalError::BodyTooLong {
                    height: *height,
                    bytes,
                    limit: limit.into(),
                });
            };
            let body_hash = blake3::hash(body).into();
            let header =
                FrameHeader { body_bytes, height: *height, previous: tip.chain_hash, body_hash };
            let chain_hash = header.encode_into(&mut self.buffer);
            self.buffer.extend_from_slice(body);
            tip = Tip { height: *height, chain_hash };
            chain_hashes.push(chain_hash);
        }
        Ok((tip, chain_hashes))
    }

    fn write_buffer(&mut self) -> Result<(), IoFailure> {
        let Some(last) = self.segments.last_mut() else {
            return Ok(());
        };
        faults::point("journal.before_write");
        if faults::crashes("journal.torn_write") {
            let (first_half, _) = self.buffer.split_at(self.buffer.len() / 2);
            std::io::Write::write_all(&mut self.file, first_half).context("write", &last.path)?;
            faults::crash();
        }
        faults::write_all(&mut self.file, "journal.write", &self.buffer)
            .context("write", &last.path)?;
        faults::point("journal.after_write_before_sync");
        last.bytes = last.bytes.saturating_add(crate::bytes::length(&self.buffer));
        Ok(())
    }

    fn sync_file(&mut self) -> Result<(), IoFailure> {
        let Some(last) = self.segments.last() else {
            return Ok(());
        };
        if last.bytes == self.synced_bytes {
            return Ok(());
        }
        faults::io("journal.sync").context("sync", &last.path)?;
        self.file.sync_data().context("sync", &last.path)?;
        self.synced_bytes = last.bytes;
        self.synced_tip = self.tip;
        faults::point("journal.after_sync");
        Ok(())
    }

    /// Begins a new segment if the buffered group would overfill this one. The old segment is
    /// synced first, so that only the last segment can ever have a torn tail.
    fn rotate_if_full(&mut self) -> Result<(), IoFailure> {
        let Some(last) = self.segments.last() else {
            return Ok(());
        };
        let after = last.bytes.saturating_add(crate::bytes::length(&self.buffer));
        if last.bytes == SEGMENT_HEADER_LENGTH || after <= self.limits.segment_bytes {
            return Ok(());
        }
        self.sync_file()?;
        faults::point("journal.before_rotate");
        let (segment, file) = begin_segment(&self.dir, &self.chain, self.tip)?;
        self.synced_bytes = segment.bytes;
        self.segments.push(segment);
        self.file = file;
        faults::point("journal.after_rotate");
        Ok(())
    }
}

/// Creates the segment that follows `tip`. It appears under its name with its header complete and
/// durable, so a short segment header is always damage.
fn begin_segment(dir: &Path, chain: &Chain, tip: Tip) -> Result<(Segment, File), IoFailure> {
    let first_height = tip.height.saturating_add(1);
    let path = reader::segment_path(dir, first_height);
    let mut new = TemporaryFile::create(&path)?;
    let header =
        SegmentHeader { genesis: chain.base.genesis, first_height, previous: tip.chain_hash }
            .encode();
    faults::io("journal.rotate")
        .and_then(|()| std::io::Write::write_all(&mut new.file, &header))
        .context("write", &new.temporary)?;
    new.sync()?;
    faults::point("journal.rotate_before_rename");
    new.rename()?;
    faults::point("journal.rotate_after_rename_before_dirsync");
    files::sync_directory(dir)?;
    let file = files::open_append(&path)?;
    Ok((Segment { path, first_height, bytes: SEGMENT_HEADER_LENGTH }, file))
}
