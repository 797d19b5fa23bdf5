//! Snapshots: checksummed copies of the state at one height, which shorten recovery.
//!
//! A snapshot appears under its name complete and durable, or not at all. Every bit of it is
//! covered by a checksum: header and meta by one, each part of the body by its own, and order,
//! number and total length of the parts by the footer's. Layout: `docs/spec/storage.md` §2.

mod reader;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};

pub use reader::SnapshotReader;
pub use writer::SnapshotWriter;

use crate::files::{self, Context, FileError};
use crate::{Hash, bytes, faults};

const EXTENSION: &str = "snapshot";
const VERSION: u32 = 1;
const MARK: [u8; 8] = *b"WMSNAPSH";
const PART_MARK: [u8; 4] = *b"WMSP";
const FOOTER_MARK: [u8; 4] = *b"WMSE";
/// Mark, version, meta length, height, checksum.
const HEADER_BYTES: usize = 56;
/// Mark, length, hash.
const PART_HEADER_BYTES: usize = 40;
/// Mark, zeros, number of parts, body length, hash.
const FOOTER_BYTES: usize = 56;

/// Length of every part of a body but the last.
pub const PART_BYTES: usize = 1024 * 1024;
/// The longest meta accepted, and believed when read.
pub const MAX_META_BYTES: usize = 16 * 1024 * 1024;

/// A snapshot in memory, fully checked.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Snapshot {
    /// Height of the last block in the state.
    pub height: u64,
    /// What the caller stored beside the body, such as the app hash.
    pub meta: Vec<u8>,
    /// The state.
    pub body: Vec<u8>,
}

/// A snapshot file, not opened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SnapshotFile {
    /// Height in its name.
    pub height: u64,
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
}

/// Writes the snapshot of `height` into `dir`, durably, and returns its path. The pieces of `body`
/// may have any lengths.
///
/// # Errors
/// [`FileError::TooLong`] for the meta, or an I/O failure.
pub fn write<Body>(dir: &Path, height: u64, meta: &[u8], body: Body) -> Result<PathBuf, FileError>
where
    Body: IntoIterator,
    Body::Item: AsRef<[u8]>,
{
    let mut writer = SnapshotWriter::create(dir, height, meta)?;
    for piece in body {
        writer.push(piece.as_ref())?;
    }
    writer.finish()
}

/// Reads and checks the snapshot at `path`.
///
/// # Errors
/// [`FileError::Damaged`] if a single bit differs from what was written, or an I/O failure.
pub fn read(path: &Path) -> Result<Snapshot, FileError> {
    let mut reader = SnapshotReader::open(path)?;
    let mut body = Vec::new();
    while let Some(part) = reader.next_part()? {
        body.extend_from_slice(part);
    }
    Ok(Snapshot { height: reader.height(), meta: reader.into_meta(), body })
}

/// Reads and checks the snapshot at `path` without keeping its body; returns its height.
///
/// # Errors
/// As [`read`].
pub fn verify(path: &Path) -> Result<u64, FileError> {
    let mut reader = SnapshotReader::open(path)?;
    while reader.next_part()?.is_some() {}
    Ok(reader.height())
}

/// The snapshots in `dir`, oldest first; none if there is no such directory. Nothing is opened.
///
/// # Errors
/// An I/O failure.
pub fn list(dir: &Path) -> Result<Vec<SnapshotFile>, FileError> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (height, path) in files::numbered(dir, EXTENSION)? {
        let bytes = fs::metadata(&path).context("inspect", &path)?.len();
        found.push(SnapshotFile { height, path, bytes });
    }
    Ok(found)
}

/// Removes all but the newest `keep` snapshots, oldest first; returns what it removed.
///
/// # Errors
/// An I/O failure.
pub fn prune(dir: &Path, keep: usize) -> Result<Vec<PathBuf>, FileError> {
    prune_except(dir, keep, 0)
}

/// The same, but the snapshot of one height is neither counted nor removed.
///
/// # Errors
/// An I/O failure.
pub fn prune_except(dir: &Path, keep: usize, height: u64) -> Result<Vec<PathBuf>, FileError> {
    let mut removed = Vec::new();
    let mut all = list(dir)?;
    all.retain(|file| file.height != height);
    let surplus = all.len().saturating_sub(keep);
    if surplus == 0 {
        return Ok(removed);
    }
    faults::point("snapshot.before_prune");
    for SnapshotFile { path, .. } in all.into_iter().take(surplus) {
        fs::remove_file(&path).context("remove", &path)?;
        removed.push(path);
        faults::point("snapshot.mid_prune");
    }
    files::sync_directory(dir)?;
    faults::point("snapshot.after_prune");
    Ok(removed)
}

/// Removes what a crash left half written. Only the writer of the directory may call this, at its
/// start.
///
/// # Errors
/// An I/O failure.
pub fn remove_leftovers(dir: &Path) -> Result<(), FileError> {
    if dir.is_dir() {
        files::remove_temporaries(dir)?;
    }
    Ok(())
}

/// The path of the snapshot of `height`.
#[must_use]
pub fn path(dir: &Path, height: u64) -> PathBuf {
    files::numbered_path(dir, height, EXTENSION)
}

/// Header bytes before the checksum.
fn header(height: u64, meta_bytes: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER_BYTES);
    out.extend_from_slice(&MARK);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&meta_bytes.to_le_bytes());
    out.extend_from_slice(&height.to_le_bytes());
    out
}

/// The hash that covers header and meta.
fn header_checksum(header: &[u8], meta: &[u8]) -> Hash {
    blake3::Hasher::new().update(header).update(meta).finalize().into()
}

fn part_header(part: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(PART_HEADER_BYTES);
    out.extend_from_slice(&PART_MARK);
    // A part is at most PART_BYTES long.
    out.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(blake3::hash(part).as_bytes());
    out
}

/// What both sides accumulate to write and to check the footer.
struct Totals {
    hasher: blake3::Hasher,
    parts: u64,
    bytes: u64,
}

impl Totals {
    fn new(header_checksum: &Hash) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(header_checksum);
        Self { hasher, parts: 0, bytes: 0 }
    }

    fn add(&mut self, part_header: &[u8], part: &[u8]) {
        self.hasher.update(part_header);
        self.parts = self.parts.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes::length(part));
    }

    fn footer(mut self) -> Vec<u8> {
        let mut out = Vec::with_capacity(FOOTER_BYTES);
        out.extend_from_slice(&FOOTER_MARK);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&self.parts.to_le_bytes());
        out.extend_from_slice(&self.bytes.to_le_bytes());
        let hash = self.hasher.update(&out).finalize();
        out.extend_from_slice(hash.as_bytes());
        out
    }
}
