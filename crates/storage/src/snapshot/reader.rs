//! Reading a snapshot part by part, each checked before it is given out.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{
    FOOTER_BYTES, FOOTER_MARK, HEADER_BYTES, MARK, MAX_META_BYTES, PART_BYTES, PART_HEADER_BYTES,
    PART_MARK, Totals, VERSION, header_checksum,
};
use crate::bytes::{Fields, length};
use crate::files::{Context, FileError, IoFailure};

const CUT: &str = "the file is cut short";

/// A snapshot being read; one part in memory at a time.
///
/// The snapshot as a whole is sound only once [`SnapshotReader::next_part`] returned `None`.
pub struct SnapshotReader {
    source: Source,
    height: u64,
    meta: Vec<u8>,
    /// Missing after an error or the end, which `finished` tells apart.
    totals: Option<Totals>,
    finished: bool,
    part: Vec<u8>,
}

impl SnapshotReader {
    /// Opens a snapshot and checks its header and meta.
    ///
    /// # Errors
    /// [`FileError::Damaged`] or an I/O failure.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let file = File::open(path).context("open", path)?;
        let mut source =
            Source { path: path.to_path_buf(), reader: BufReader::new(file), offset: 0, start: 0 };
        let mut bytes = [0; HEADER_BYTES];
        source.read(&mut bytes)?;
        let (covered, checksum) = bytes.split_at(HEADER_BYTES - 32);
        let mut fields = Fields(covered);
        if fields.array() != Some(MARK) {
            return Err(source.damaged("this is not a snapshot"));
        }
        if fields.u32() != Some(VERSION) {
            return Err(source.damaged("unknown format version"));
        }
        let (Some(meta_bytes), Some(height)) = (fields.u32(), fields.u64()) else {
            return Err(source.damaged(CUT));
        };
        let meta_bytes = usize::try_from(meta_bytes).unwrap_or(usize::MAX);
        if meta_bytes > MAX_META_BYTES {
            return Err(source.damaged("the meta is longer than the limit"));
        }
        let mut meta = vec![0; meta_bytes];
        source.read(&mut meta)?;
        let actual = header_checksum(covered, &meta);
        if actual != checksum {
            return Err(source.damaged("header or meta fails its checksum"));
        }
        if height_in_name(path).is_some_and(|named| named != height) {
            return Err(source.damaged("the height differs from the file's name"));
        }
        let totals = Some(Totals::new(&actual));
        Ok(Self { source, height, meta, totals, finished: false, part: Vec::new() })
    }

    /// Height of the last block in the state.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.height
    }

    /// What the caller stored beside the body.
    #[must_use]
    pub fn meta(&self) -> &[u8] {
        &self.meta
    }

    /// As [`SnapshotReader::meta`], without a copy.
    #[must_use]
    pub fn into_meta(self) -> Vec<u8> {
        self.meta
    }

    /// The next part of the body, or `None` once footer and end of file are checked.
    ///
    /// # Errors
    /// [`FileError::Damaged`] or an I/O failure; then nothing of the snapshot may be used.
    pub fn next_part(&mut self) -> Result<Option<&[u8]>, FileError> {
        let Some(mut totals) = self.totals.take() else {
            let failed = || self.source.damaged("reading failed here before");
            return if self.finished { Ok(None) } else { Err(failed()) };
        };
        self.source.start = self.source.offset;
        let mut header = [0; PART_HEADER_BYTES];
        self.source.read(&mut header)?;
        let mut fields = Fields(&header);
        match fields.array() {
            Some(PART_MARK) => {}
            Some(FOOTER_MARK) => {
                self.check_footer(totals, &header)?;
                self.finished = true;
                return Ok(None);
            }
            _ => {
                return Err(self.source.damaged("neither a part nor the footer begins here"));
            }
        }
        let (Some(part_bytes), Some(hash)) = (fields.u32(), fields.array::<32>()) else {
            return Err(self.source.damaged(CUT));
        };
        let part_bytes = usize::try_from(part_bytes).unwrap_or(usize::MAX);
        if part_bytes == 0 || part_bytes > PART_BYTES {
            return Err(self.source.damaged("the part has an impossible length"));
        }
        self.part.resize(part_bytes, 0);
        self.source.read(&mut self.part)?;
        if *blake3::hash(&self.part).as_bytes() != hash {
            return Err(self.source.damaged("the part fails its checksum"));
        }
        totals.add(&header, &self.part);
        self.totals = Some(totals);
        Ok(Some(&self.part))
    }

    fn check_footer(
        &mut self,
        totals: Totals,
        beginning: &[u8; PART_HEADER_BYTES],
    ) -> Result<(), FileError> {
        let mut rest = [0; FOOTER_BYTES - PART_HEADER_BYTES];
        self.source.read(&mut rest)?;
        let found: Vec<u8> = beginning.iter().chain(&rest).copied().collect();
        if found != totals.footer() {
            return Err(self.source.damaged("the footer does not match the parts"));
        }
        self.source.start = self.source.offset;
        let mut beyond = [0; 1];
        let extra = self.source.reader.read(&mut beyond).context("read", &self.source.path)?;
        if extra > 0 {
            return Err(self.source.damaged("bytes follow the footer"));
        }
        Ok(())
    }
}

struct Source {
    path: PathBuf,
    reader: BufReader<File>,
    offset: u64,
    /// Where the header, part or footer being read begins.
    start: u64,
}

impl Source {
    fn read(&mut self, bytes: &mut [u8]) -> Result<(), FileError> {
        match self.reader.read_exact(bytes) {
            Ok(()) => {
                self.offset = self.offset.saturating_add(length(bytes));
                Ok(())
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(self.damaged(CUT)),
            Err(source) => {
                let path = self.path.clone();
                Err(FileError::Io(IoFailure { operation: "read", path, source }))
            }
        }
    }

    fn damaged(&self, what: &'static str) -> FileError {
        FileError::Damaged { path: self.path.clone(), offset: self.start, what }
    }
}

fn height_in_name(path: &Path) -> Option<u64> {
    path.file_stem()?.to_str()?.parse().ok()
}
