//! Snapshots for other nodes: offered, sent in chunks, and a directory made of them.
//!
//! A chunk is a part of the snapshot's file. Whoever receives it checks it against the offer before
//! it is written, and the state of all of them against an app hash that it trusts already. Until
//! then everything lies in `DIR.restoring`, locked; then that folder takes the directory's name.

use std::fmt;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use workmint_core::{Genesis, Hash};

use super::layout::{self, SnapshotMeta};
use super::{Settings, StoreError, recover};
use crate::files::{self, Context, IoFailure};
use crate::journal::{Base, Journal};
use crate::lock::DirectoryLock;
use crate::snapshot::{self, SnapshotReader};

/// The form of offers and chunks.
pub const FORMAT: u32 = 1;
/// Length of every chunk but the last.
pub const CHUNK_BYTES: usize = 1 << 20;
/// Most chunks of an offer that is believed: a tebibyte.
const MOST_CHUNKS: usize = 1 << 20;
/// What a caller without another wish lets a snapshot take on the disk: 16 GiB.
pub const MOST_BYTES: u64 = 16 << 30;

/// A snapshot as one node offers it to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Height of the last block in it.
    pub height: u64,
    /// [`FORMAT`].
    pub format: u32,
    /// Number of its chunks.
    pub chunks: u32,
    /// BLAKE3 of `metadata`, which names it.
    pub hash: Hash,
    /// The network, the app hash and every chunk's hash, in borsh.
    pub metadata: Vec<u8>,
}

#[derive(BorshSerialize, BorshDeserialize)]
struct Metadata {
    genesis: Hash,
    app_hash: Hash,
    chunks: Vec<Hash>,
}

/// Why a directory was not made of a snapshot. Nothing was changed.
#[derive(Debug)]
pub enum RestoreError {
    /// The offer's form is not known.
    Format {
        /// It.
        given: u32,
    },
    /// The offer contradicts itself.
    Offer {
        /// How.
        why: &'static str,
    },
    /// The snapshot is one of another network.
    OtherNetwork,
    /// The snapshot's app hash is not the trusted one.
    NotTrusted {
        /// That of the snapshot.
        given: Hash,
        /// The trusted one.
        trusted: Hash,
    },
    /// The snapshot takes more room than the caller allows.
    TooLarge {
        /// Bytes of its chunks, at most.
        bytes: u64,
        /// The caller's limit.
        most: u64,
    },
    /// The directory's path does not end in a name, so nothing can be built beside it.
    Nameless {
        /// The path.
        dir: PathBuf,
    },
    /// The directory holds something.
    Occupied {
        /// The directory.
        dir: PathBuf,
    },
    /// Chunks come in order.
    NotNext {
        /// The next one.
        expected: u32,
        /// What came.
        given: u32,
    },
    /// The chunk is not the one that was offered: it may be asked for again.
    BadChunk {
        /// Its number.
        number: u32,
    },
    /// Chunks are missing.
    Missing {
        /// How many came.
        have: u32,
        /// How many there are.
        of: u32,
    },
    /// All chunks came, but they are no sound snapshot; or the disk failed.
    Store(StoreError),
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { given } => {
                write!(f, "the snapshot has format {given}; allowed: {FORMAT}")
            }
            Self::Offer { why } => write!(f, "the offer of a snapshot is wrong: {why}"),
            Self::OtherNetwork => f.write_str("the snapshot is one of another network"),
            Self::NotTrusted { given, trusted } => {
                write!(f, "the snapshot's app hash is {given}, the trusted one is {trusted}")
            }
            Self::TooLarge { bytes, most } => {
                write!(f, "the snapshot takes up to {bytes} bytes; allowed: {most} bytes")
            }
            Self::Nameless { dir } => write!(
                f,
                "{} does not end in the name of a directory; write its name out",
                dir.display()
            ),
            Self::Occupied { dir } => {
                write!(f, "{} is not empty; a snapshot makes a new directory", dir.display())
            }
            Self::NotNext { expected, given } => {
                write!(f, "chunk {given} came, the next one is {expected}")
            }
            Self::BadChunk { number } => {
                write!(f, "chunk {number} is not the one that was offered")
            }
            Self::Missing { have, of } => write!(f, "{have} chunks of {of} came"),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RestoreError {}

impl<E: Into<StoreError>> From<E> for RestoreError {
    fn from(error: E) -> Self {
        Self::Store(error.into())
    }
}

fn hash(bytes: &[u8]) -> Hash {
    Hash(blake3::hash(bytes).into())
}

/// The snapshots of a directory.
pub(super) fn offers(dir: &Path) -> Result<Vec<Offered>, StoreError> {
    let files = snapshot::list(&layout::snapshots_dir(dir))?;
    files.iter().map(|file| offer(&file.path, file.height)).collect()
}

fn offer(path: &Path, height: u64) -> Result<Offered, StoreError> {
    let reader = SnapshotReader::open(path)?;
    let meta: SnapshotMeta = layout::decode("a snapshot's meta", reader.meta())?;
    let mut file = File::open(path).context("open", path).map_err(io)?;
    let mut chunks = Vec::new();
    loop {
        let chunk = read_chunk(&mut file, path)?;
        if chunk.is_empty() {
            break;
        }
        chunks.push(hash(&chunk));
    }
    let count = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
    let metadata = Metadata { genesis: meta.genesis, app_hash: meta.app_hash, chunks };
    let metadata = layout::encode("an offer", &metadata)?;
    Ok(Offered { height, format: FORMAT, chunks: count, hash: hash(&metadata), metadata })
}

fn io(failure: IoFailure) -> StoreError {
    StoreError::File(failure.into())
}

/// The next bytes of a file; fewer than a chunk at its end.
fn read_chunk(file: &mut File, path: &Path) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut bytes).context("read", path).map_err(io)?;
    Ok(bytes)
}

/// One chunk of a directory's snapshot.
pub(super) fn chunk(
    dir: &Path,
    (height, format): (u64, u32),
    number: u32,
) -> Result<Option<Vec<u8>>, StoreError> {
    let path = snapshot::path(&layout::snapshots_dir(dir), height);
    if format != FORMAT || !path.exists() {
        return Ok(None);
    }
    let mut file = File::open(&path).context("open", &path).map_err(io)?;
    let start = u64::from(number).saturating_mul(CHUNK_BYTES as u64);
    file.seek(SeekFrom::Start(start)).context("read", &path).map_err(io)?;
    let bytes = read_chunk(&mut file, &path)?;
    Ok((!bytes.is_empty()).then_some(bytes))
}

/// The folder beside a directory in which that is built, by one at a time.
#[derive(Debug)]
struct Scratch {
    path: PathBuf,
    /// Whether it has become the directory.
    moved: bool,
    _lock: DirectoryLock,
}

impl Scratch {
    /// That of a directory, and the directory's path without a slash or dot at its end.
    fn beside(dir: &Path) -> Result<(PathBuf, PathBuf), RestoreError> {
        let clean: PathBuf = dir.components().collect();
        let Some(name) = clean.file_name() else {
            return Err(RestoreError::Nameless { dir: dir.to_path_buf() });
        };
        let mut name = name.to_os_string();
        name.push(".restoring");
        Ok((clean.with_file_name(name), clean))
    }

    /// Locks the folder, makes it if needed, and empties it of what an interrupted one left.
    fn lock(path: PathBuf) -> Result<Self, StoreError> {
        let lock = DirectoryLock::acquire(&path)?;
        let scratch = Self { path, moved: false, _lock: lock };
        let path = &scratch.path;
        for entry in fs::read_dir(path).context("list", path).map_err(io)? {
            let entry = entry.context("list", path).map_err(io)?;
            let left = entry.path();
            if entry.file_name() == "LOCK" {
                continue;
            }
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let removed =
                if is_folder { fs::remove_dir_all(&left) } else { fs::remove_file(&left) };
            removed.context("remove", &left).map_err(io)?;
        }
        Ok(scratch)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.moved {
            // What is left is removed by the next attempt.
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

/// A directory under construction; dropped without [`Restore::finish`] nothing is left of it.
#[derive(Debug)]
pub struct Restore {
    dir: PathBuf,
    scratch: Scratch,
    genesis: Genesis,
    height: u64,
    app_hash: Hash,
    chunks: Vec<Hash>,
    next: u32,
    path: PathBuf,
    file: File,
}

impl Restore {
    /// Begins to make `dir`, which must be empty or not be there, of an offered snapshot whose app
    /// hash is the trusted one of its height and which takes at most `most` bytes
    /// ([`MOST_BYTES`]).
    ///
    /// # Errors
    /// [`RestoreError`]; nothing was changed. [`StoreError::Lock`] in it: another one builds the
    /// same directory.
    pub fn begin(
        dir: &Path,
        genesis: &Genesis,
        offered: &Offered,
        trusted: &Hash,
        most: u64,
    ) -> Result<Self, RestoreError> {
        let metadata = check(genesis, offered, trusted)?;
        let bytes = u64::from(offered.chunks).saturating_mul(CHUNK_BYTES as u64);
        if bytes > most {
            return Err(RestoreError::TooLarge { bytes, most });
        }
        let (scratch, dir) = Scratch::beside(dir)?;
        let occupied = fs::read_dir(&dir).is_ok_and(|mut entries| entries.next().is_some());
        if occupied || dir.is_file() {
            return Err(RestoreError::Occupied { dir });
        }
        let scratch = Scratch::lock(scratch)?;
        let snapshots = layout::snapshots_dir(&scratch.path);
        files::create_directory(&snapshots).map_err(io)?;
        let path = snapshot::path(&snapshots, offered.height);
        let file = File::create_new(&path).context("create", &path).map_err(io)?;
        Ok(Self {
            dir,
            scratch,
            genesis: genesis.clone(),
            height: offered.height,
            app_hash: *trusted,
            chunks: metadata.chunks,
            next: 0,
            path,
            file,
        })
    }

    /// Takes the next chunk if it is the one that was offered.
    ///
    /// # Errors
    /// [`RestoreError::NotNext`], [`RestoreError::BadChunk`]: it was not taken, another one may
    /// be; or an I/O failure.
    pub fn apply_chunk(&mut self, number: u32, bytes: &[u8]) -> Result<(), RestoreError> {
        let expected = self.chunks.get(usize::try_from(self.next).unwrap_or(usize::MAX));
        let Some(expected) = expected.filter(|_| number == self.next) else {
            return Err(RestoreError::NotNext { expected: self.next, given: number });
        };
        if bytes.len() > CHUNK_BYTES || hash(bytes) != *expected {
            return Err(RestoreError::BadChunk { number });
        }
        self.file.write_all(bytes).context("write", &self.path).map_err(io)?;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// Checks the snapshot and gives the directory its name; a store can be opened there then.
    ///
    /// # Errors
    /// [`RestoreError`]; `dir` is as it was.
    pub fn finish(mut self) -> Result<(), RestoreError> {
        let (have, of) = (self.next, u32::try_from(self.chunks.len()).unwrap_or(u32::MAX));
        if have < of {
            return Err(RestoreError::Missing { have, of });
        }
        self.file.sync_all().context("sync", &self.path).map_err(io)?;
        files::sync_parent(&self.path).map_err(io)?;
        let (_, given) = recover::check_snapshot(&self.path, self.height, &self.genesis)?;
        if given != self.app_hash {
            return Err(RestoreError::NotTrusted { given, trusted: self.app_hash });
        }
        let scratch = &self.scratch.path;
        layout::write_base(scratch, self.height, self.app_hash)?;
        layout::write_genesis(scratch, &self.genesis)?;
        let Hash(genesis) = recover::genesis_hash(&self.genesis)?;
        let base = Base { genesis, height: self.height, chain_hash: self.app_hash.0 };
        let limits = Settings::default().limits();
        drop(Journal::create(&layout::journal_dir(scratch), base, limits)?);
        fs::rename(scratch, &self.dir).context("rename", scratch).map_err(io)?;
        self.scratch.moved = true;
        files::sync_parent(&self.dir).map_err(io)?;
        Ok(())
    }
}

/// The offer's metadata, if everything about the offer is right.
fn check(genesis: &Genesis, offered: &Offered, trusted: &Hash) -> Result<Metadata, RestoreError> {
    if offered.format != FORMAT {
        return Err(RestoreError::Format { given: offered.format });
    }
    let wrong = |why| Err(RestoreError::Offer { why });
    if hash(&offered.metadata) != offered.hash {
        return wrong("its hash is not that of its metadata");
    }
    let Ok(metadata) = borsh::from_slice::<Metadata>(&offered.metadata) else {
        return wrong("its metadata cannot be read");
    };
    let count = metadata.chunks.len();
    if offered.height == 0 || count == 0 || count > MOST_CHUNKS {
        return wrong("allowed: a height above 0, 1 to 1,048,576 chunks");
    }
    if u32::try_from(count) != Ok(offered.chunks) {
        return wrong("the number of chunks is not that of its metadata");
    }
    if metadata.genesis != recover::genesis_hash(genesis)? {
        return Err(RestoreError::OtherNetwork);
    }
    match metadata.app_hash == *trusted {
        true => Ok(metadata),
        false => Err(RestoreError::NotTrusted { given: metadata.app_hash, trusted: *trusted }),
    }
}
