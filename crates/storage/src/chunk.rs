//! One checksummed file that can be rebuilt, such as the frozen inputs of an epoch.
//!
//! A chunk appears under its name complete or not at all. Layout: `docs/spec/storage.md` §3.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::Hash;
use crate::bytes::{Fields, length};
use crate::faults;
use crate::files::{self, Context, FileError, TemporaryFile};

const MARK: [u8; 8] = *b"WMCHUNK\0";
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 64;

/// Four letters that say what a chunk holds, so that one is never taken for another.
pub type Kind = [u8; 4];

/// Whether a written chunk must survive a power cut at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Durability {
    /// Synced before it gets its name.
    Synced,
    /// Left to the operating system: after a power cut it may be missing or fail its checksum,
    /// and is rebuilt.
    Rebuildable,
}

/// What a chunk says about itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChunkInfo {
    /// What it holds.
    pub kind: Kind,
    /// Its number, such as the epoch.
    pub number: u64,
    /// Length of its payload.
    pub bytes: u64,
}

/// The path of chunk `number` in `dir`: ten digits and `extension`, `0000000012.inputs`.
#[must_use]
pub fn path(dir: &Path, number: u64, extension: &str) -> PathBuf {
    dir.join(format!("{number:010}.{extension}"))
}

/// Writes a chunk, replacing an older one. The directory is created if needed.
///
/// # Errors
/// An I/O failure.
pub fn write(
    path: &Path,
    kind: Kind,
    number: u64,
    payload: &[u8],
    durability: Durability,
) -> Result<(), FileError> {
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        files::create_directory(dir)?;
    }
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.extend_from_slice(&MARK);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&kind);
    header.extend_from_slice(&number.to_le_bytes());
    header.extend_from_slice(&length(payload).to_le_bytes());
    let checksum = checksum(&header, payload);
    header.extend_from_slice(&checksum);

    let mut new = TemporaryFile::create(path)?;
    std::io::Write::write_all(&mut new.file, &header).context("write", &new.temporary)?;
    faults::point("chunk.mid_write");
    faults::write_all(&mut new.file, "chunk.write", payload).context("write", &new.temporary)?;
    if durability == Durability::Synced {
        new.sync()?;
    }
    faults::point("chunk.before_rename");
    faults::io("chunk.rename").context("rename", &new.temporary)?;
    new.rename()?;
    faults::point("chunk.after_rename");
    if durability == Durability::Synced {
        files::sync_parent(path)?;
    }
    Ok(())
}

/// Reads a chunk's payload and checks that it is the one meant.
///
/// # Errors
/// [`FileError::Damaged`] if a single bit differs from what was written, or if it is of another
/// kind or number; or an I/O failure.
pub fn read(path: &Path, kind: Kind, number: u64) -> Result<Vec<u8>, FileError> {
    let (info, payload) = load(path)?;
    if info.kind != kind {
        return Err(damaged(path, 12, "the file holds something else"));
    }
    if info.number != number {
        return Err(damaged(path, 16, "the file has another number"));
    }
    Ok(payload)
}

/// Checks a chunk and says what it is.
///
/// # Errors
/// As [`read`].
pub fn verify(path: &Path) -> Result<ChunkInfo, FileError> {
    load(path).map(|(info, _)| info)
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

fn load(path: &Path) -> Result<(ChunkInfo, Vec<u8>), FileError> {
    let mut file = File::open(path).context("open", path)?;
    let file_bytes = fs::metadata(path).context("inspect", path)?.len();
    let mut header = [0; HEADER_BYTES];
    let header_bytes = length(&header);
    let Some(payload_bytes) = file_bytes.checked_sub(header_bytes) else {
        return Err(damaged(path, 0, "the header is cut short"));
    };
    file.read_exact(&mut header).context("read", path)?;
    let (covered, stored) = header.split_at(HEADER_BYTES - 32);
    let mut fields = Fields(covered);
    if fields.array() != Some(MARK) {
        return Err(damaged(path, 0, "this is not a checksummed file of workmint"));
    }
    if fields.u32() != Some(VERSION) {
        return Err(damaged(path, 8, "unknown format version"));
    }
    let (Some(kind), Some(number), Some(bytes)) = (fields.array(), fields.u64(), fields.u64())
    else {
        return Err(damaged(path, 0, "the header is cut short"));
    };
    if bytes != payload_bytes {
        return Err(damaged(path, 24, "the file's length is not the stated one"));
    }
    let mut payload = Vec::new();
    file.read_to_end(&mut payload).context("read", path)?;
    if checksum(covered, &payload) != stored {
        return Err(damaged(path, 32, "the checksum fails"));
    }
    Ok((ChunkInfo { kind, number, bytes }, payload))
}

fn checksum(header: &[u8], payload: &[u8]) -> Hash {
    blake3::Hasher::new().update(header).update(payload).finalize().into()
}

fn damaged(path: &Path, offset: u64, what: &'static str) -> FileError {
    FileError::Damaged { path: path.to_path_buf(), offset, what }
}
