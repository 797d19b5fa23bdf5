//! Reading a journal: finding its segments, checking its end, streaming its frames.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::Hash;
use crate::files::{self, Context};
use crate::journal::format::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::journal::walk::{Segment, Tail, Tip, Walk, damaged, read_segment_header};
use crate::journal::{Base, Chain, Damage, EXTENSION, JournalError, Limits, OpenReport, TornTail};

/// The frames a journal held when this reader was made. Changes nothing and needs no lock.
#[derive(Clone, Debug)]
pub struct JournalReader {
    pub(crate) chain: Chain,
    pub(crate) segments: Vec<Segment>,
    pub(crate) tip: Tip,
}

/// One block as it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Frame {
    /// Its height.
    pub height: u64,
    /// Its bytes.
    pub body: Vec<u8>,
    /// The hash that chains it to every frame before it.
    pub chain_hash: Hash,
}

/// Frames in order, each checked before it is given out; one body in memory at a time.
///
/// Ends after the first error.
pub struct Frames {
    walk: Option<Walk>,
    from_height: u64,
}

/// What [`JournalReader::verify`] read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Verified {
    /// Frames, all sound.
    pub frames: u64,
    /// Bytes of all segment files, headers included.
    pub bytes: u64,
}

/// What opening found.
pub(crate) struct Inspection {
    pub(crate) segments: Vec<Segment>,
    pub(crate) tip: Tip,
    pub(crate) torn: Option<TornTail>,
}

impl JournalReader {
    /// Opens the journal in `dir` for reading, even while a writer holds it. Changes nothing: a
    /// torn tail is reported and left where it is.
    ///
    /// # Errors
    /// [`JournalError::Missing`], [`JournalError::Damaged`] or an I/O failure.
    pub fn open(
        dir: &Path,
        base: impl Into<Base>,
        limits: Limits,
    ) -> Result<(Self, OpenReport), JournalError> {
        let chain = Chain { base: base.into(), max_body_bytes: limits.max_body_bytes };
        let Inspection { segments, tip, torn } = inspect(dir, &chain, limits)?;
        let reader = Self { chain, segments, tip };
        let report = reader.report(torn);
        Ok((reader, report))
    }

    /// Frames from `from_height` on (from the first for 0), in order.
    ///
    /// Every frame given out is fully checked. Of earlier frames in the same segment only the
    /// headers are.
    #[must_use]
    pub fn frames(&self, from_height: u64) -> Frames {
        let walk = (from_height <= self.tip.height)
            .then(|| Walk::new(self.chain, self.segments_from(from_height), Tail::IsWhole));
        Frames { walk, from_height }
    }

    /// Reads and checks every byte of every segment.
    ///
    /// # Errors
    /// [`JournalError::Damaged`] at the first byte that is not what was written.
    pub fn verify(&self) -> Result<Verified, JournalError> {
        let mut walk = Walk::new(self.chain, self.segments.clone(), Tail::IsWhole);
        while walk.step(0)? {}
        Ok(Verified { frames: self.count(), bytes: self.total_bytes() })
    }

    /// Where the journal begins.
    #[must_use]
    pub fn base(&self) -> Base {
        self.chain.base
    }

    fn count(&self) -> u64 {
        self.tip.height.saturating_sub(self.chain.base.height)
    }

    /// The last height, 0 when there is no frame.
    #[must_use]
    pub fn last_height(&self) -> u64 {
        self.tip.height
    }

    /// The chain hash of the last frame, the genesis hash when there is none.
    #[must_use]
    pub fn last_chain_hash(&self) -> Hash {
        self.tip.chain_hash
    }

    /// The chain hash of the frame of `height`; that of the base before the first.
    ///
    /// # Errors
    /// [`JournalError::NoSuchHeight`], or what reading its segment's headers finds.
    pub fn chain_hash_at(&self, height: u64) -> Result<Hash, JournalError> {
        Ok(self.find(height)?.0)
    }

    /// Bytes of journal written after the frame of `height`.
    ///
    /// Walks over the headers of one segment: meant for the start of the process. Afterwards
    /// subtract two values of [`JournalReader::total_bytes`].
    ///
    /// # Errors
    /// [`JournalError::NoSuchHeight`], or what reading its segment's headers finds.
    pub fn bytes_since(&self, height: u64) -> Result<u64, JournalError> {
        let end = self.find(height)?.1;
        Ok(self.total_bytes().saturating_sub(end))
    }

    /// Bytes of all segment files, headers included.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        total(&self.segments)
    }

    pub(crate) fn report(&self, torn_tail_dropped: Option<TornTail>) -> OpenReport {
        let (frames, bytes) = (self.count(), self.total_bytes());
        OpenReport { frames, bytes, torn_tail_dropped }
    }

    /// The chain hash of a height and its end, counted from the beginning of the first segment.
    fn find(&self, height: u64) -> Result<(Hash, u64), JournalError> {
        let base = self.chain.base;
        if height == base.height {
            return Ok((base.chain_hash, 0));
        }
        if height < base.height || height > self.tip.height {
            return Err(JournalError::NoSuchHeight { height, last: self.tip.height });
        }
        let segments = self.segments_from(height);
        let before = self.total_bytes().saturating_sub(total(&segments));
        let mut walk = Walk::new(self.chain, segments, Tail::IsWhole);
        while walk.step(u64::MAX)? {
            if let (Some(tip), Some((_, end))) = (walk.tip(), walk.position())
                && tip.height == height
            {
                return Ok((tip.chain_hash, before.saturating_add(end)));
            }
        }
        Err(JournalError::NoSuchHeight { height, last: self.tip.height })
    }

    /// The segment that holds `height`, and all after it.
    fn segments_from(&self, height: u64) -> Vec<Segment> {
        let later = self.segments.partition_point(|segment| segment.first_height <= height);
        let first = later.saturating_sub(1);
        self.segments.iter().skip(first).cloned().collect()
    }
}

impl Iterator for Frames {
    type Item = Result<Frame, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let walk = self.walk.as_mut()?;
            let (more, tip) = match walk.step(self.from_height) {
                Ok(more) => (more, walk.tip()),
                Err(error) => {
                    self.walk = None;
                    return Some(Err(error));
                }
            };
            let Some(tip) = tip.filter(|_| more) else {
                self.walk = None;
                return None;
            };
            if tip.height >= self.from_height {
                let (height, chain_hash) = (tip.height, tip.chain_hash);
                return Some(Ok(Frame { height, body: walk.take_body(), chain_hash }));
            }
        }
    }
}

pub(crate) fn total(segments: &[Segment]) -> u64 {
    segments.iter().fold(0, |sum, segment| segment.bytes.saturating_add(sum))
}

/// Checks every segment header, and every frame of the newest segments, at least the last one
/// that holds frames and as many as make up `limits.open_check_bytes`.
pub(crate) fn inspect(
    dir: &Path,
    chain: &Chain,
    limits: Limits,
) -> Result<Inspection, JournalError> {
    let mut segments = list(dir)?;
    check_headers(&segments, chain)?;
    let mut checked = 0_u64;
    let mut start = segments.len();
    for (position, segment) in segments.iter().enumerate().rev() {
        start = position;
        checked = checked.saturating_add(segment.bytes);
        let holds_frames = segment.bytes > crate::journal::format::SEGMENT_HEADER_LENGTH;
        if holds_frames && checked >= limits.open_check_bytes {
            break;
        }
    }
    let newest = segments.iter().skip(start).cloned().collect();
    let mut walk = Walk::new(*chain, newest, Tail::MayBeTorn);
    while walk.step(0)? {}
    let torn = walk.take_torn();
    if let (Some(torn), Some(last)) = (&torn, segments.last_mut()) {
        last.bytes = torn.offset;
    }
    let missing = || JournalError::Missing { dir: dir.to_path_buf() };
    let tip = walk.tip().ok_or_else(missing)?;
    Ok(Inspection { segments, tip, torn })
}

/// The segments of a journal in order; `Missing` when there are none.
fn list(dir: &Path) -> Result<Vec<Segment>, JournalError> {
    let missing = || JournalError::Missing { dir: dir.to_path_buf() };
    if !dir.is_dir() {
        return Err(missing());
    }
    let mut segments = Vec::new();
    for (first_height, path) in files::numbered(dir, EXTENSION)? {
        let bytes = fs::metadata(&path).context("inspect", &path)?.len();
        segments.push(Segment { path, first_height, bytes });
    }
    if segments.is_empty() { Err(missing()) } else { Ok(segments) }
}

fn check_headers(segments: &[Segment], chain: &Chain) -> Result<(), JournalError> {
    for (position, segment) in segments.iter().enumerate() {
        let mut file = File::open(&segment.path).context("open", &segment.path)?;
        let header = read_segment_header(&mut file, segment, chain)?;
        if position > 0 {
            continue;
        }
        let expected = chain.base.height.saturating_add(1);
        if header.first_height != expected {
            let what = Damage::SegmentHeight { expected, found: header.first_height };
            return Err(damaged(&segment.path, 0, what));
        }
        if header.previous != chain.base.chain_hash {
            return Err(damaged(&segment.path, 0, Damage::SegmentChain));
        }
    }
    Ok(())
}

/// Where the journal in `dir` says that it begins: its first height and what that chains to. `None`
/// if it has no sound header; whoever opens it is told why.
pub(crate) fn beginning(dir: &Path) -> Option<(u64, Hash)> {
    let (_, path) = files::numbered(dir, EXTENSION).ok()?.into_iter().next()?;
    let mut bytes = [0; SEGMENT_HEADER_BYTES];
    File::open(path).ok()?.read_exact(&mut bytes).ok()?;
    let header = SegmentHeader::decode(&bytes).ok()?;
    Some((header.first_height, header.previous))
}

/// Whether `dir` holds any segment.
pub(crate) fn holds_segments(dir: &Path) -> Result<bool, JournalError> {
    Ok(dir.is_dir() && !files::numbered(dir, EXTENSION)?.is_empty())
}

/// The path of the segment that begins with `first_height`.
pub(crate) fn segment_path(dir: &Path, first_height: u64) -> PathBuf {
    files::numbered_path(dir, first_height, EXTENSION)
}
