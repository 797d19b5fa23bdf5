//! Files that appear whole or not at all: written beside their target, then renamed.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::faults;

/// Suffix of a file that is still being written. Such files are never read.
const TEMPORARY_SUFFIX: &str = ".tmp";

/// One operation the operating system refused, with its path.
#[derive(Debug)]
pub struct IoFailure {
    /// What was being done, as a verb: "write", "sync", "rename".
    pub operation: &'static str,
    /// The file or directory it was done to.
    pub path: PathBuf,
    /// What the operating system answered.
    pub source: io::Error,
}

impl fmt::Display for IoFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.operation, self.path.display(), self.source)?;
        if self.source.kind() == io::ErrorKind::StorageFull {
            write!(f, "; free some space, then start again")?;
        }
        Ok(())
    }
}

impl std::error::Error for IoFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Adds operation and path to an I/O result.
pub(crate) trait Context<T> {
    fn context(self, operation: &'static str, path: &Path) -> Result<T, IoFailure>;
}

impl<T> Context<T> for io::Result<T> {
    fn context(self, operation: &'static str, path: &Path) -> Result<T, IoFailure> {
        self.map_err(|source| IoFailure { operation, path: path.to_path_buf(), source })
    }
}

/// A file under construction, kept under a temporary name until [`TemporaryFile::rename`].
pub(crate) struct TemporaryFile {
    pub(crate) file: File,
    pub(crate) temporary: PathBuf,
    pub(crate) target: PathBuf,
}

impl TemporaryFile {
    pub(crate) fn create(target: &Path) -> Result<Self, IoFailure> {
        let mut name = target.as_os_str().to_os_string();
        name.push(TEMPORARY_SUFFIX);
        let temporary = PathBuf::from(name);
        let file = File::create(&temporary).context("create", &temporary)?;
        Ok(Self { file, temporary, target: target.to_path_buf() })
    }

    pub(crate) fn sync(&self) -> Result<(), IoFailure> {
        self.file.sync_all().context("sync", &self.temporary)
    }

    /// Gives the file its final name. Durable only after [`sync_parent`].
    pub(crate) fn rename(&self) -> Result<(), IoFailure> {
        fs::rename(&self.temporary, &self.target).context("rename", &self.temporary)
    }
}

/// Creates a directory and its parents, and makes the new entry durable.
pub(crate) fn create_directory(dir: &Path) -> Result<(), IoFailure> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir).context("create", dir)?;
    sync_parent(dir)
}

/// Makes names created in, renamed in or removed from a directory durable.
pub(crate) fn sync_directory(dir: &Path) -> Result<(), IoFailure> {
    faults::io("directory.sync").context("sync", dir)?;
    // Only Unix can open a directory to sync it; elsewhere renames are durable on their own terms.
    if cfg!(unix) {
        File::open(dir).and_then(|handle| handle.sync_all()).context("sync", dir)?;
    }
    Ok(())
}

/// [`sync_directory`] of the directory that holds `path`.
pub(crate) fn sync_parent(path: &Path) -> Result<(), IoFailure> {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
        Some(_) => sync_directory(Path::new(".")),
        None => Ok(()),
    }
}

/// Removes what a crash left half written. Only the writer of a directory may call this.
pub(crate) fn remove_temporaries(dir: &Path) -> Result<(), IoFailure> {
    for (name, path) in entries(dir)? {
        if name.ends_with(TEMPORARY_SUFFIX) {
            fs::remove_file(&path).context("remove", &path)?;
        }
    }
    Ok(())
}

/// Files named `<20 digits>.<extension>` with their number, ascending. Other names are ignored.
pub(crate) fn numbered(dir: &Path, extension: &str) -> Result<Vec<(u64, PathBuf)>, IoFailure> {
    let mut found = Vec::new();
    for (name, path) in entries(dir)? {
        let Some((digits, suffix)) = name.split_once('.') else {
            continue;
        };
        if suffix != extension || digits.len() != 20 || !digits.bytes().all(|b| b.is_ascii_digit())
        {
            continue;
        }
        if let Ok(number) = digits.parse::<u64>() {
            found.push((number, path));
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// The path of a file that [`numbered`] finds.
pub(crate) fn numbered_path(dir: &Path, number: u64, extension: &str) -> PathBuf {
    dir.join(format!("{number:020}.{extension}"))
}

/// Opens an existing file for appending.
pub(crate) fn open_append(path: &Path) -> Result<File, IoFailure> {
    OpenOptions::new().read(true).append(true).open(path).context("open", path)
}

fn entries(dir: &Path) -> Result<Vec<(String, PathBuf)>, IoFailure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).context("list", dir)? {
        let entry = entry.context("list", dir)?;
        if let Ok(name) = entry.file_name().into_string() {
            found.push((name, entry.path()));
        }
    }
    Ok(found)
}

/// Why a snapshot or a checksummed file could not be written or read.
#[derive(Debug)]
pub enum FileError {
    /// The operating system refused an operation. While writing, this must stop the process.
    Io(IoFailure),
    /// The bytes are not what was written.
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where in it the bad part begins.
        offset: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// The caller asked for something the format cannot hold. Nothing was written.
    TooLong {
        /// What is too long.
        what: &'static str,
        /// Its length.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(failure) => failure.fmt(f),
            Self::Damaged { path, offset, what } => write!(
                f,
                "{} is damaged at byte {offset}: {what}; remove the file, the journal replaces it",
                path.display()
            ),
            Self::TooLong { what, bytes, limit } => {
                write!(f, "{what} has {bytes} bytes, the limit is {limit}")
            }
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(failure) => Some(failure),
            Self::Damaged { .. } | Self::TooLong { .. } => None,
        }
    }
}

impl From<IoFailure> for FileError {
    fn from(failure: IoFailure) -> Self {
        Self::Io(failure)
    }
}
