//! One writer per directory, held by the operating system's file lock and so freed by any crash.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::files::{Context, IoFailure, create_directory};

/// The right to write one directory, until dropped.
#[derive(Debug)]
pub struct DirectoryLock {
    file: File,
}

/// Why a directory could not be locked.
#[derive(Debug)]
pub enum LockError {
    /// Another writer holds it.
    Held {
        /// The directory.
        dir: PathBuf,
        /// The process that wrote its number there, if readable.
        process: Option<u32>,
    },
    /// The lock file could not be opened or locked.
    Io(IoFailure),
}

impl DirectoryLock {
    /// Locks `dir` through its file `LOCK`, creating both if needed. Does not wait.
    ///
    /// # Errors
    /// [`LockError::Held`] when another writer, here or in another process, holds the lock.
    pub fn acquire(dir: &Path) -> Result<Self, LockError> {
        Self::acquire_part(dir, dir)
    }

    /// The same for a part of a directory: who finds it locked is told of the `whole`.
    ///
    /// # Errors
    /// As [`DirectoryLock::acquire`].
    pub fn acquire_part(whole: &Path, dir: &Path) -> Result<Self, LockError> {
        create_directory(dir)?;
        let path = dir.join("LOCK");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .context("open", &path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let process = read_process(&mut file);
                return Err(LockError::Held { dir: whole.to_path_buf(), process });
            }
            Err(TryLockError::Error(source)) => {
                return Err(LockError::Io(IoFailure { operation: "lock", path, source }));
            }
        }
        write_process(&mut file).context("write", &path)?;
        Ok(Self { file })
    }
}

impl Drop for DirectoryLock {
    /// Closing alone is not enough: a child process being started holds a copy of every open file
    /// for a moment, and with it the lock.
    fn drop(&mut self) {
        // If it fails, closing frees the lock all the same.
        drop(self.file.unlock());
    }
}

fn read_process(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(16).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

// The number only helps the operator find the holder; the lock itself is the operating system's.
fn write_process(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(format!("{}\n", std::process::id()).as_bytes())
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Held { dir, process } => {
                write!(f, "{} is in use by another running workmint", dir.display())?;
                if let Some(process) = process {
                    write!(f, " (process {process})")?;
                }
                write!(
                    f,
                    ": stop that one, or if it serves the network ask it with `workmint query`; \
                     for another network name another directory"
                )
            }
            Self::Io(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for LockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Held { .. } => None,
            Self::Io(failure) => Some(failure),
        }
    }
}

impl From<IoFailure> for LockError {
    fn from(failure: IoFailure) -> Self {
        Self::Io(failure)
    }
}
