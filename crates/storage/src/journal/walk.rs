//! Walks over the frames of a journal in order, checking each: the one reader of all others.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::Hash;
use crate::files::{Context, IoFailure};
use crate::journal::format::{
    FRAME_HEADER_BYTES, FrameHeader, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_LENGTH, SegmentHeader,
};
use crate::journal::{Chain, Damage, JournalError, TornTail};

const READ_BUFFER_BYTES: usize = 256 * 1024;

/// A segment file and how much of it counts.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    pub(crate) first_height: u64,
    pub(crate) bytes: u64,
}

/// Where a frame ends and what it chains to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tip {
    pub(crate) height: u64,
    pub(crate) chain_hash: Hash,
}

/// What to do with a frame cut short at the end of the last segment.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Tail {
    /// A crash may have torn it: stop before it and report it.
    MayBeTorn,
    /// The end is known to be complete.
    IsWhole,
}

/// Reads the header of a segment and checks it against its file name and the chain.
pub(crate) fn read_segment_header(
    file: &mut impl Read,
    segment: &Segment,
    chain: &Chain,
) -> Result<SegmentHeader, JournalError> {
    let damaged = |what| Err(damaged(&segment.path, 0, what));
    let mut bytes = [0; SEGMENT_HEADER_BYTES];
    match file.read_exact(&mut bytes) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            return damaged(Damage::SegmentHeaderCut { bytes: segment.bytes });
        }
        Err(source) => return Err(unreadable(&segment.path, source)),
    }
    let header = match SegmentHeader::decode(&bytes) {
        Ok(header) => header,
        Err(what) => return damaged(what),
    };
    let expected = chain.base.genesis;
    if header.genesis != expected {
        return damaged(Damage::ForeignGenesis { expected, found: header.genesis });
    }
    if header.first_height != segment.first_height {
        let (named, stated) = (segment.first_height, header.first_height);
        return damaged(Damage::SegmentName { named, stated });
    }
    Ok(header)
}

/// A position in a journal that moves forward one checked frame at a time.
pub(crate) struct Walk {
    chain: Chain,
    segments: std::vec::IntoIter<Segment>,
    tail: Tail,
    current: Option<Current>,
    tip: Option<Tip>,
    torn: Option<TornTail>,
    body: Vec<u8>,
}

struct Current {
    segment: Segment,
    reader: BufReader<File>,
    offset: u64,
    is_last: bool,
}

impl Walk {
    /// Begins before the first frame of `segments`, which must be consecutive.
    pub(crate) fn new(chain: Chain, segments: Vec<Segment>, tail: Tail) -> Self {
        let segments = segments.into_iter();
        Self { chain, segments, tail, current: None, tip: None, torn: None, body: Vec::new() }
    }

    /// Moves over the next frame; false at the end. Bodies below `body_from` are not read.
    pub(crate) fn step(&mut self, body_from: u64) -> Result<bool, JournalError> {
        loop {
            if self.current.is_none() && !self.enter_next_segment()? {
                return Ok(false);
            }
            let (Some(current), Some(tip)) = (&mut self.current, self.tip) else {
                return Ok(false);
            };
            let left = current.segment.bytes.saturating_sub(current.offset);
            if left == 0 {
                self.current = None;
                continue;
            }
            if let Some(next) = current.frame(&self.chain, tip, left, body_from, &mut self.body)? {
                self.tip = Some(next);
                return Ok(true);
            }
            if self.tail == Tail::IsWhole || !current.is_last {
                return Err(current.damaged(Damage::FrameCut { bytes: left }));
            }
            self.torn = Some(TornTail {
                segment: current.segment.path.clone(),
                offset: current.offset,
                bytes: left,
            });
            current.segment.bytes = current.offset;
        }
    }

    /// The last frame passed, or what the first segment says comes before it.
    pub(crate) fn tip(&self) -> Option<Tip> {
        self.tip
    }

    /// The torn tail, once the end was reached.
    pub(crate) fn take_torn(&mut self) -> Option<TornTail> {
        self.torn.take()
    }

    /// The body of the last frame passed, if it was read.
    pub(crate) fn take_body(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.body)
    }

    /// The segment file and the end in it of the last frame passed.
    pub(crate) fn position(&self) -> Option<(&Path, u64)> {
        self.current.as_ref().map(|current| (current.segment.path.as_path(), current.offset))
    }

    fn enter_next_segment(&mut self) -> Result<bool, JournalError> {
        let Some(segment) = self.segments.next() else {
            return Ok(false);
        };
        let file = File::open(&segment.path).context("open", &segment.path)?;
        let mut reader = BufReader::with_capacity(READ_BUFFER_BYTES, file);
        let header = read_segment_header(&mut reader, &segment, &self.chain)?;
        let Some(before_first) = header.first_height.checked_sub(1) else {
            let what = Damage::SegmentHeight { expected: 1, found: 0 };
            return Err(damaged(&segment.path, 0, what));
        };
        if let Some(tip) = self.tip {
            if tip.height != before_first {
                let (expected, found) = (tip.height.saturating_add(1), header.first_height);
                let what = Damage::SegmentHeight { expected, found };
                return Err(damaged(&segment.path, 0, what));
            }
            if tip.chain_hash != header.previous {
                return Err(damaged(&segment.path, 0, Damage::SegmentChain));
            }
        }
        self.tip = Some(Tip { height: before_first, chain_hash: header.previous });
        let is_last = self.segments.as_slice().is_empty();
        let offset = SEGMENT_HEADER_LENGTH;
        self.current = Some(Current { segment, reader, offset, is_last });
        Ok(true)
    }
}

impl Current {
    /// Reads and checks one frame; `None` if fewer bytes are left than it needs.
    fn frame(
        &mut self,
        chain: &Chain,
        tip: Tip,
        left: u64,
        body_from: u64,
        body: &mut Vec<u8>,
    ) -> Result<Option<Tip>, JournalError> {
        let mut bytes = [0; FRAME_HEADER_BYTES];
        let header_bytes = crate::bytes::length(&bytes);
        let Some(left_for_body) = left.checked_sub(header_bytes) else {
            return Ok(None);
        };
        self.read(&mut bytes, left)?;
        let (header, chain_hash) =
            FrameHeader::decode(&bytes).map_err(|what| self.damaged(what))?;
        self.check(&header, chain, tip)?;
        let body_bytes = u64::from(header.body_bytes);
        if left_for_body < body_bytes {
            return Ok(None);
        }
        if header.height < body_from {
            body.clear();
            self.reader
                .seek_relative(i64::from(header.body_bytes))
                .context("read", &self.segment.path)?;
        } else {
            let length = usize::try_from(header.body_bytes).unwrap_or(usize::MAX);
            body.resize(length, 0);
            self.read(body, left)?;
            if *blake3::hash(body).as_bytes() != header.body_hash {
                return Err(self.damaged(Damage::BodyHash));
            }
        }
        self.offset = self.offset.saturating_add(header_bytes).saturating_add(body_bytes);
        Ok(Some(Tip { height: header.height, chain_hash }))
    }

    fn check(&self, header: &FrameHeader, chain: &Chain, tip: Tip) -> Result<(), JournalError> {
        let expected = tip.height.saturating_add(1);
        if header.height != expected {
            let what = Damage::FrameHeight { expected, found: header.height };
            return Err(self.damaged(what));
        }
        if header.previous != tip.chain_hash {
            return Err(self.damaged(Damage::FrameChain));
        }
        if header.body_bytes > chain.max_body_bytes {
            let (bytes, limit) = (header.body_bytes.into(), chain.max_body_bytes.into());
            return Err(self.damaged(Damage::BodyTooLong { bytes, limit }));
        }
        Ok(())
    }

    fn read(&mut self, bytes: &mut [u8], left: u64) -> Result<(), JournalError> {
        match self.reader.read_exact(bytes) {
            Ok(()) => Ok(()),
            // The file became shorter after its length was taken.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(self.damaged(Damage::FrameCut { bytes: left }))
            }
            Err(source) => Err(unreadable(&self.segment.path, source)),
        }
    }

    fn damaged(&self, what: Damage) -> JournalError {
        damaged(&self.segment.path, self.offset, what)
    }
}

pub(crate) fn damaged(segment: &Path, offset: u64, what: Damage) -> JournalError {
    JournalError::Damaged { segment: segment.to_path_buf(), offset, what }
}

fn unreadable(path: &Path, source: std::io::Error) -> JournalError {
    JournalError::Io(IoFailure { operation: "read", path: path.to_path_buf(), source })
}
