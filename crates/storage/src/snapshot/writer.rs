//! Writing a snapshot part by part.

use std::io;
use std::path::{Path, PathBuf};

use super::{MAX_META_BYTES, PART_BYTES, Totals, header, header_checksum, part_header, path};
use crate::bytes::length;
use crate::faults;
use crate::files::{self, Context, FileError, TemporaryFile};

/// A snapshot under construction; an encoder may write into it through [`io::Write`].
///
/// Dropped without [`SnapshotWriter::finish`] it leaves a `.tmp` file that is never read.
pub struct SnapshotWriter {
    file: TemporaryFile,
    totals: Totals,
    part: Vec<u8>,
}

impl SnapshotWriter {
    /// Begins the snapshot of `height` in `dir`, which is created if needed.
    ///
    /// # Errors
    /// [`FileError::TooLong`] for the meta, or an I/O failure.
    pub fn create(dir: &Path, height: u64, meta: &[u8]) -> Result<Self, FileError> {
        let too_long = FileError::TooLong {
            what: "snapshot meta",
            bytes: length(meta),
            limit: u64::try_from(MAX_META_BYTES).unwrap_or(u64::MAX),
        };
        if meta.len() > MAX_META_BYTES {
            return Err(too_long);
        }
        let Ok(meta_bytes) = u32::try_from(meta.len()) else {
            return Err(too_long);
        };
        faults::point("snapshot.before_write");
        files::create_directory(dir)?;
        let mut bytes = header(height, meta_bytes);
        let checksum = header_checksum(&bytes, meta);
        bytes.extend_from_slice(&checksum);
        bytes.extend_from_slice(meta);
        let file = TemporaryFile::create(&path(dir, height))?;
        let totals = Totals::new(&checksum);
        let mut writer = Self { file, totals, part: Vec::with_capacity(PART_BYTES) };
        writer.write_out(&bytes)?;
        Ok(writer)
    }

    /// Appends bytes to the body.
    ///
    /// # Errors
    /// An I/O failure.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<(), FileError> {
        while !bytes.is_empty() {
            let room = PART_BYTES.saturating_sub(self.part.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.part.extend_from_slice(now);
            bytes = later;
            if self.part.len() == PART_BYTES {
                self.write_part()?;
            }
        }
        Ok(())
    }

    /// Completes the snapshot and makes it durable under its name; returns its path.
    ///
    /// # Errors
    /// An I/O failure.
    pub fn finish(mut self) -> Result<PathBuf, FileError> {
        if !self.part.is_empty() {
            self.write_part()?;
        }
        let totals = std::mem::replace(&mut self.totals, Totals::new(&[0; 32]));
        self.write_out(&totals.footer())?;
        faults::io("snapshot.sync").context("sync", &self.file.temporary)?;
        self.file.sync()?;
        faults::point("snapshot.before_rename");
        faults::io("snapshot.rename").context("rename", &self.file.temporary)?;
        self.file.rename()?;
        faults::point("snapshot.after_rename_before_dirsync");
        files::sync_parent(&self.file.target)?;
        faults::point("snapshot.after_dirsync");
        Ok(self.file.target)
    }

    fn write_part(&mut self) -> Result<(), FileError> {
        let part = std::mem::take(&mut self.part);
        let header = part_header(&part);
        self.totals.add(&header, &part);
        self.write_out(&header)?;
        faults::point("snapshot.mid_write");
        self.write_out(&part)?;
        self.part = part;
        self.part.clear();
        Ok(())
    }

    fn write_out(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        faults::write_all(&mut self.file.file, "snapshot.write", bytes)
            .context("write", &self.file.temporary)?;
        Ok(())
    }
}

impl io::Write for SnapshotWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    /// Does nothing: only [`SnapshotWriter::finish`] makes a snapshot durable.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
