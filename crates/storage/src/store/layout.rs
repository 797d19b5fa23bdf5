//! Where things lie in a data directory, and how they are encoded.

use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use workmint_core::modules::parameters::Parameters;
use workmint_core::transaction::LOCAL_CODEC;
use workmint_core::{Block, DecodedTransaction, EpochInputs, Genesis, Hash};

use super::StoreError;
use crate::chunk::{self, Durability, Kind};
use crate::files::FileError;
use crate::journal::{self, Base};
use crate::snapshot::{self, SnapshotReader};

const GENESIS: Kind = *b"GENS";
const INPUTS: Kind = *b"INPT";
const BASE: Kind = *b"BASE";

/// One block of the journal with what applying it must give.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StoredBlock {
    /// The block.
    pub block: Block,
    /// What its signed transactions say, in order, as their writer verified them: replaying
    /// recovers no signature. Those of the local codec say it themselves.
    pub verified: Vec<DecodedTransaction>,
    /// The app hash after it.
    pub app_hash: Hash,
}

/// The same, borrowed: to be written.
#[derive(BorshSerialize)]
pub(super) struct BlockToStore<'a> {
    block: &'a Block,
    verified: Vec<&'a DecodedTransaction>,
    app_hash: Hash,
}

impl<'a> BlockToStore<'a> {
    pub(super) fn new(block: &'a Block, decoded: &'a [DecodedTransaction], app_hash: Hash) -> Self {
        let codecs = block.transactions.iter().map(|raw| raw.codec);
        let with_codec = codecs.zip(decoded).filter(|(codec, _)| *codec != LOCAL_CODEC);
        let verified = with_codec.map(|(_, decoded)| decoded).collect();
        Self { block, verified, app_hash }
    }
}

impl StoredBlock {
    /// Its transactions, decoded.
    ///
    /// # Errors
    /// [`StoreError::Undecodable`].
    pub fn decode(&self) -> Result<Vec<DecodedTransaction>, StoreError> {
        let undecodable = |at: usize, why: String| {
            let what = format!("transaction {at} of block {}", self.block.height);
            StoreError::Undecodable { what, why }
        };
        let mut verified = self.verified.iter();
        let mut decoded = Vec::with_capacity(self.block.transactions.len());
        for (at, raw) in self.block.transactions.iter().enumerate() {
            decoded.push(if raw.codec == LOCAL_CODEC {
                DecodedTransaction::decode_local(raw.codec, &raw.bytes)
                    .map_err(|error| undecodable(at, error.to_string()))?
            } else {
                let found = verified.next().cloned();
                found.ok_or_else(|| undecodable(at, "nobody verified it".to_owned()))?
            });
        }
        match verified.next() {
            None => Ok(decoded),
            Some(_) => Err(undecodable(decoded.len(), "verified, but not there".to_owned())),
        }
    }
}

/// The frozen inputs of a closed epoch and the parameters it ran under: all a settlement is
/// computed from.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct StoredEpoch {
    /// The frozen inputs.
    pub inputs: EpochInputs,
    /// The parameters.
    pub parameters: Parameters,
}

/// What a snapshot says about itself: enough to check the state against the app hash.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(super) struct SnapshotMeta {
    pub(super) genesis: Hash,
    /// The app hash before the block.
    pub(super) previous: Hash,
    /// The block's changes hash.
    pub(super) changes: Hash,
    /// The app hash after it.
    pub(super) app_hash: Hash,
}

/// Encodes into memory, which cannot fail for our types.
pub(super) fn encode(what: &str, value: &impl BorshSerialize) -> Result<Vec<u8>, StoreError> {
    borsh::to_vec(value)
        .map_err(|error| StoreError::Undecodable { what: what.to_owned(), why: error.to_string() })
}

pub(super) fn decode<T: BorshDeserialize>(what: &str, bytes: &[u8]) -> Result<T, StoreError> {
    borsh::from_slice(bytes)
        .map_err(|error| StoreError::Undecodable { what: what.to_owned(), why: error.to_string() })
}

fn genesis_path(dir: &Path) -> PathBuf {
    dir.join("genesis.chunk")
}

pub(super) fn journal_dir(dir: &Path) -> PathBuf {
    dir.join("journal")
}

pub(super) fn snapshots_dir(dir: &Path) -> PathBuf {
    dir.join("snapshots")
}

pub(super) fn epochs_dir(dir: &Path) -> PathBuf {
    dir.join("epochs")
}

pub(super) fn index_dir(dir: &Path) -> PathBuf {
    dir.join("index")
}

pub(super) fn index_lock_dir(dir: &Path) -> PathBuf {
    dir.join("index-lock")
}

/// Whether the directory holds a network: its genesis is the first thing written.
pub(super) fn holds_network(dir: &Path) -> bool {
    genesis_path(dir).exists()
}

/// A network without a journal, or without a genesis, has just begun: if anything was derived from
/// blocks, they are lost, and nothing may be written over what is left.
pub(super) fn require_no_remains(dir: &Path) -> Result<(), StoreError> {
    let mut remains = vec![epochs_dir(dir), snapshots_dir(dir), index_dir(dir)];
    if !holds_network(dir) {
        remains.push(journal_dir(dir));
    }
    let holds_files = |path: &PathBuf| {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name()).any(|name| name != "LOCK")
    };
    match remains.into_iter().find(holds_files) {
        Some(found) => Err(StoreError::Incomplete { dir: dir.to_path_buf(), found }),
        None => Ok(()),
    }
}

pub(super) fn write_genesis(dir: &Path, genesis: &Genesis) -> Result<(), StoreError> {
    let bytes = encode("the genesis", genesis)?;
    Ok(chunk::write(&genesis_path(dir), GENESIS, 0, &bytes, Durability::Synced)?)
}

pub(super) fn read_genesis(dir: &Path) -> Result<Genesis, StoreError> {
    if !holds_network(dir) {
        require_no_remains(dir)?;
        return Err(StoreError::Missing { dir: dir.to_path_buf() });
    }
    let path = genesis_path(dir);
    decode("the genesis", &chunk::read(&path, GENESIS, 0).map_err(irreplaceable)?)
}

/// The error of a file that cannot be made again from the journal.
pub(super) fn irreplaceable(error: FileError) -> StoreError {
    match error {
        FileError::Damaged { path, offset, what } => {
            StoreError::GenesisDamaged { path, offset, what: what.to_owned() }
        }
        other => other.into(),
    }
}

fn base_path(dir: &Path) -> PathBuf {
    dir.join("base.chunk")
}

/// Notes that the directory begins behind a snapshot.
pub(super) fn write_base(dir: &Path, height: u64, app_hash: Hash) -> Result<(), StoreError> {
    let bytes = encode("the base", &(height, app_hash))?;
    Ok(chunk::write(&base_path(dir), BASE, 0, &bytes, Durability::Synced)?)
}

/// Where the journal of a directory begins.
pub(super) fn read_base(dir: &Path, genesis: Hash) -> Result<Base, StoreError> {
    let path = base_path(dir);
    if !path.exists() {
        return match behind_snapshot(dir) {
            Some(first) => Err(StoreError::BeginningMissing { path, first }),
            None => Ok(Base::from(genesis.0)),
        };
    }
    let bytes = chunk::read(&path, BASE, 0).map_err(irreplaceable)?;
    let (height, Hash(chain_hash)) = decode("the base", &bytes)?;
    Ok(Base { genesis: genesis.0, height, chain_hash })
}

/// The first block of a journal that chains to the app hash of a snapshot: a restored directory's.
/// In one that lost the journal's first segment it chains to the block before.
fn behind_snapshot(dir: &Path) -> Option<u64> {
    let (first, chained_to) = journal::beginning(&journal_dir(dir))?;
    let height = first.checked_sub(1).filter(|height| *height > 0)?;
    let reader = SnapshotReader::open(&snapshot::path(&snapshots_dir(dir), height)).ok()?;
    let meta: SnapshotMeta = decode("a snapshot's meta", reader.meta()).ok()?;
    (meta.app_hash.0 == chained_to).then_some(first)
}

pub(super) fn inputs_path(dir: &Path, epoch: u64) -> PathBuf {
    chunk::path(&epochs_dir(dir), epoch, "inputs")
}

/// Writes an epoch's inputs; they can be rebuilt from the journal, so nothing waits for the disk.
pub(super) fn write_inputs(dir: &Path, epoch: &StoredEpoch) -> Result<(), StoreError> {
    let number = epoch.inputs.epoch;
    let bytes = encode("the inputs of an epoch", epoch)?;
    let path = inputs_path(dir, number);
    Ok(chunk::write(&path, INPUTS, number, &bytes, Durability::Rebuildable)?)
}

pub(super) fn read_inputs(dir: &Path, epoch: u64) -> Result<StoredEpoch, StoreError> {
    let bytes = chunk::read(&inputs_path(dir, epoch), INPUTS, epoch)?;
    decode("the inputs of an epoch", &bytes)
}
