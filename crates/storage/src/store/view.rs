//! Reading a network without a lock, and its indexes.

use std::path::{Path, PathBuf};

use borsh::{BorshDeserialize, BorshSerialize};
use workmint_core::modules::ledger::Supply;
use workmint_core::modules::settlement::Header;
use workmint_core::names::AssetId;
use workmint_core::offline::settle_inputs;
use workmint_core::{Address, Applied, Genesis, Hash, RawTransaction, State};

use super::layout::{self, StoredBlock, StoredEpoch};
use super::recover::{self, Recovery, Replay};
use super::rows::{self, Charge, Sides};
use super::{Settings, StoreError};
use crate::index::{Index, IndexBatch, IndexEntry, IndexError};
use crate::journal::{Journal, JournalReader};
use crate::lock::DirectoryLock;

/// A network as its files say, at the moment of opening. Changes nothing, and works while a writer
/// goes on.
pub struct View {
    dir: PathBuf,
    genesis: Genesis,
    state: State,
    reader: JournalReader,
}

impl View {
    /// Opens a network for reading.
    ///
    /// # Errors
    /// [`StoreError::Missing`], damage, or an I/O failure.
    pub fn open(dir: &Path) -> Result<(Self, Recovery), StoreError> {
        let (genesis, reader, torn_tail) = open_reader(dir)?;
        let (state, mut recovery) =
            recover::recover(dir, &genesis, (&reader, None), |_, _| Ok(()))?;
        recovery.torn_tail = torn_tail;
        Ok((Self { dir: dir.to_path_buf(), genesis, state, reader }, recovery))
    }

    /// The genesis of the network in a directory.
    ///
    /// # Errors
    /// [`StoreError::Missing`], damage, or an I/O failure.
    pub fn genesis_of(dir: &Path) -> Result<Genesis, StoreError> {
        layout::read_genesis(dir)
    }

    /// A replay of the whole journal from genesis, without reading any snapshot.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::NoHistory`], damage, or an I/O failure.
    pub fn replay(dir: &Path) -> Result<(Replay, u64), StoreError> {
        let (genesis, reader, _) = open_reader(dir)?;
        let last = reader.last_height();
        if let before @ 1.. = reader.base().height {
            return Err(StoreError::NoHistory { before });
        }
        Ok((Replay::new(recover::first_state(&genesis)?, &reader), last))
    }

    /// The state.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The network's genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The frozen inputs of a closed epoch, rebuilt from the journal if their file is missing or
    /// damaged.
    ///
    /// # Errors
    /// [`StoreError::NotClosed`], [`StoreError::Skipped`], damage of the journal, or an I/O
    /// failure.
    pub fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, StoreError> {
        InputsOf::find(&self.dir, &self.state, self.reader.clone(), epoch)?.read(&self.genesis)
    }

    /// One block of the journal; `None` if there is none of that height.
    ///
    /// # Errors
    /// Damage, undecodable bytes, or an I/O failure.
    pub fn block(&self, height: u64) -> Result<Option<StoredBlock>, StoreError> {
        match self.reader.frames(height).next().transpose()? {
            Some(frame) if frame.height == height => {
                layout::decode(&format!("block {height}"), &frame.body).map(Some)
            }
            Some(_) | None => Ok(None),
        }
    }

    /// The indexes, brought to where the journal ends. This writes the index directory, and needs
    /// no other process to have it open.
    ///
    /// # Errors
    /// Damage of the journal, or an I/O failure.
    pub fn index(&self) -> Result<OpenIndex, StoreError> {
        catch_up(&self.dir, &self.genesis, &self.reader)
    }
}

type Opened = (Genesis, JournalReader, Option<crate::journal::TornTail>);

fn open_reader(dir: &Path) -> Result<Opened, StoreError> {
    let genesis = layout::read_genesis(dir)?;
    let hash = recover::genesis_hash(&genesis)?;
    let limits = Settings::default().limits();
    let base = layout::read_base(dir, hash)?;
    let (reader, report) = Journal::open_read_only(&layout::journal_dir(dir), base, limits)?;
    Ok((genesis, reader, report.torn_tail_dropped))
}

/// Where the frozen inputs of a closed epoch are: enough to read them without the state.
pub struct InputsOf {
    dir: PathBuf,
    epoch: u64,
    header: Header,
    reader: JournalReader,
}

impl InputsOf {
    pub(super) fn find(
        dir: &Path,
        state: &State,
        reader: JournalReader,
        epoch: u64,
    ) -> Result<Self, StoreError> {
        let open = state.chain().epoch;
        if epoch >= open {
            return Err(StoreError::NotClosed { epoch, open });
        }
        let header = state.settlement.header(epoch).ok_or(StoreError::Skipped { epoch })?.clone();
        Ok(Self { dir: dir.to_path_buf(), epoch, header, reader })
    }

    /// Reads them and checks that they give the settlement that was recorded; from the journal if
    /// their file is missing or damaged.
    ///
    /// # Errors
    /// [`StoreError::NoHistory`], damage of the journal, or an I/O failure.
    pub fn read(&self, genesis: &Genesis) -> Result<StoredEpoch, StoreError> {
        let Self { dir, epoch, header, reader } = self;
        match layout::read_inputs(dir, *epoch) {
            Ok(stored) if belongs(&stored, header) => return Ok(stored),
            // Missing, damaged or of another history: the journal has them.
            Ok(_) | Err(_) => {}
        }
        let mut replay = Replay::new(recover::base_state(dir, genesis, reader)?, reader);
        if let before @ 1.. = reader.base().height
            && *epoch < replay.state().chain().epoch
        {
            return Err(StoreError::NoHistory { before });
        }
        while let Some(block) = replay.next_block()? {
            match &block.applied.closed {
                Some(closed) if closed.inputs.epoch == *epoch => {
                    return Ok(stored_epoch(closed));
                }
                _ => {}
            }
        }
        Err(StoreError::Skipped { epoch: *epoch })
    }
}

pub(super) fn stored_epoch(closed: &workmint_core::epoch::ClosedEpoch) -> StoredEpoch {
    StoredEpoch { inputs: (*closed.inputs).clone(), parameters: (*closed.parameters).clone() }
}

/// Whether stored inputs give the settlement that this network recorded.
fn belongs(stored: &StoredEpoch, header: &Header) -> bool {
    settle_inputs(&stored.parameters, stored.inputs.clone(), true)
        .is_ok_and(|settled| settled.record.header == *header)
}

/// The indexes of a network, and the right to use them: one process at a time.
pub struct OpenIndex {
    index: Index,
    _lock: DirectoryLock,
}

impl OpenIndex {
    /// The indexes.
    #[must_use]
    pub fn get(&self) -> &Index {
        &self.index
    }

    /// What was issued and burned of each asset by an epoch's close; `None` if it was not closed.
    ///
    /// # Errors
    /// A database failure, or undecodable bytes.
    pub fn books_of(&self, epoch: u64) -> Result<Option<Books>, StoreError> {
        let bytes = self.index.books_of(epoch)?;
        bytes.map(|bytes| layout::decode("the books of an epoch", &bytes)).transpose()
    }
}

/// What was issued and burned of each asset by some moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Books {
    /// By asset.
    pub assets: Vec<(AssetId, Supply)>,
}

impl Books {
    /// Those of a state.
    #[must_use]
    pub fn of(state: &State) -> Self {
        let count = state.active_parameters().map_or(0, |parameters| parameters.assets.len());
        let ids = (0..u16::try_from(count).unwrap_or(u16::MAX)).map(AssetId);
        Self { assets: ids.map(|id| (id, state.ledger.supply(id))).collect() }
    }

    /// Those of an asset; nothing of one that was not there.
    #[must_use]
    pub fn asset(&self, asset: AssetId) -> Supply {
        let found = self.assets.iter().find(|(id, _)| *id == asset);
        found.map_or_else(Supply::default, |(_, supply)| *supply)
    }
}

/// Opens the indexes and brings them to where the journal ends, by replaying what they miss.
/// Indexes of another journal, or damaged ones, are rebuilt.
///
/// # Errors
/// Damage of the journal, or an I/O failure.
pub fn catch_up(
    dir: &Path,
    genesis: &Genesis,
    reader: &JournalReader,
) -> Result<OpenIndex, StoreError> {
    let open = open_index(dir, genesis, reader)?;
    let done = open.index.indexed_height().unwrap_or(0);
    if done >= reader.last_height() {
        return Ok(open);
    }
    let mut replay = Replay::new(recover::base_state(dir, genesis, reader)?, reader);
    while let Some(block) = replay.next_block()? {
        if block.stored.block.height > done {
            let named = (&block.stored, block.chain_hash);
            index_block(&open.index, named, &block.applied, replay.state())?;
        }
    }
    Ok(open)
}

/// Opens the indexes as they are; those of another journal, or damaged ones, are emptied.
pub(super) fn open_index(
    dir: &Path,
    genesis: &Genesis,
    reader: &JournalReader,
) -> Result<OpenIndex, StoreError> {
    let lock = DirectoryLock::acquire_part(dir, &layout::index_lock_dir(dir))?;
    let path = layout::index_dir(dir);
    let hash = recover::genesis_hash(genesis)?;
    let mut index = match Index::open(&path, hash.0) {
        Ok(index) => index,
        Err(error @ IndexError::Io(_)) => return Err(error.into()),
        Err(_) => fresh(&path, &hash)?,
    };
    let follows = |index: &Index| match index.indexed() {
        None => true,
        Some(at) => reader.chain_hash_at(at.height).is_ok_and(|hash| hash == at.chain_hash),
    };
    if !follows(&index) {
        drop(index);
        index = fresh(&path, &hash)?;
    }
    let base = reader.base();
    if base.height > 0 && index.indexed().is_none() {
        index.begin_after(base.height, base.chain_hash)?;
    }
    Ok(OpenIndex { index, _lock: lock })
}

fn fresh(path: &Path, genesis: &Hash) -> Result<Index, StoreError> {
    Index::wipe(path)?;
    Ok(Index::open(path, genesis.0)?)
}

/// Indexes one block, named by its journal frame's chain hash, from what it did and the state after
/// it.
pub(super) fn index_block(
    index: &Index,
    (stored, chain_hash): (&StoredBlock, crate::Hash),
    applied: &Applied,
    after: &State,
) -> Result<(), StoreError> {
    let block = &stored.block;
    let books = applied.closed.as_ref().map(|closed| (closed.inputs.epoch, Books::of(after)));
    let ids: Vec<Hash> = block.transactions.iter().map(RawTransaction::id).collect();
    let indexed = Indexable { height: block.height, chain_hash, ids: &ids, books: books.as_ref() };
    let mut batch = index.batch();
    let bytes = block.transactions.iter().map(|raw| raw.bytes.len());
    let charges = Charge::all(applied, &stored.decode()?, bytes);
    let sides = rows::sides(&applied.postings, &after.ledger);
    indexed.write(&mut batch, applied, (&sides, &charges))?;
    Ok(batch.commit()?)
}

/// What the indexes are told of one block beside what it did.
pub struct Indexable<'a> {
    /// Its height.
    pub height: u64,
    /// The chain hash of its journal frame.
    pub chain_hash: crate::Hash,
    /// Its transactions' ids, in order.
    pub ids: &'a [Hash],
    /// The epoch it closed and the books by then.
    pub books: Option<&'a (u64, Books)>,
}

impl Indexable<'_> {
    /// Adds it to what is written next: what it did, the sides of its postings, and what its
    /// transactions cost.
    ///
    /// # Errors
    /// Not the next height; a sum leaves its range.
    pub fn write(
        &self,
        batch: &mut IndexBatch<'_>,
        applied: &Applied,
        (sides, charges): (&[Sides], &[Charge]),
    ) -> Result<(), StoreError> {
        let rows = rows::rows(applied, sides, charges).map_err(|error| {
            let what = format!("the amounts of block {}", self.height);
            StoreError::Undecodable { what, why: error.to_string() }
        })?;
        let mut encoded: Vec<(Address, u32, Vec<u8>)> = Vec::with_capacity(rows.len());
        for (address, sequence, row) in rows {
            encoded.push((address, sequence, layout::encode("a row of an account", &row)?));
        }
        let mut of_epoch: Vec<(u32, Vec<u8>)> = Vec::new();
        for (sequence, event) in (0_u32..).zip(&applied.events) {
            if event.is_of_epoch() {
                of_epoch.push((sequence, layout::encode("an event", event)?));
            }
        }
        let mut entries: Vec<IndexEntry<'_>> = Vec::new();
        for (position, id) in (0_u32..).zip(self.ids) {
            entries.push(IndexEntry::Transaction { hash: id.0, position });
        }
        for (address, sequence, event) in &encoded {
            let (address, sequence) = (address.0, *sequence);
            entries.push(IndexEntry::AccountEvent { address, sequence, event });
        }
        let closed = self
            .books
            .as_ref()
            .map(|(epoch, books)| layout::encode("the books", books).map(|books| (*epoch, books)));
        let closed = closed.transpose()?;
        if let Some((epoch, books)) = &closed {
            let epoch = *epoch;
            entries.push(IndexEntry::EpochClosed { epoch, books });
            entries.extend(of_epoch.iter().map(|(sequence, event)| {
                let sequence = *sequence;
                IndexEntry::EpochEvent { epoch, sequence, event }
            }));
        }
        Ok(batch.block(self.height, self.chain_hash, &entries)?)
    }
}
