//! The node's handle: what servers and tests call.

mod shared;
mod snapshots;
mod start;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::sync::mpsc::{Sender, sync_channel};

use tokio::sync::{broadcast, oneshot};
use workmint_core::transaction::LOCAL_CODEC;
use workmint_core::{
    Address, Block, DecodedTransaction, Genesis, Hash, RawTransaction, Simulated, State,
};
use workmint_protocol::wire::{ChainSpec, Verified};
use workmint_storage::index::{EventKey, Order};
use workmint_storage::store::{AccountRow, OpenIndex, Recovery, StoreError, StoredEpoch};

use crate::clock;
use crate::config::{Config, Production};
use crate::error::{NodeError, SubmitError};
use crate::fatal;
use crate::mempool::Outcome;
use crate::producer::{Command, Driven};
use crate::record::{BlockRecord, Failed};
use crate::status::{Head, Status};
use shared::unreadable;
pub(crate) use shared::{Shared, nonce_of};

/// Where a transaction is and what became of it. Its block is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Included {
    /// Its hash.
    pub hash: Hash,
    /// Height of its block.
    pub height: u64,
    /// Its place there.
    pub position: usize,
    /// Whether it did what it says.
    pub result: Result<(), Failed>,
}

/// What checking a transaction's signature gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Examined {
    /// It is in no durable block.
    New(Box<Verified>),
    /// It is in one already.
    Included(Included),
}

/// Signatures checked in one piece: few enough that those of one batch use all cores, and that
/// nobody waits long behind a large one.
const PIECE: usize = 16;

/// A transaction on its way.
type OnItsWay = Result<(oneshot::Receiver<Outcome>, Hash), SubmitError>;

/// Some rows of one account.
#[derive(Clone, Debug)]
pub struct AccountEvents {
    /// Events that name it and amounts that it gained or lost, each with its key.
    pub events: Vec<(EventKey, AccountRow)>,
    /// The key to ask the next page with, if there are more.
    pub next: Option<EventKey>,
}

/// A running node; clones are the same node.
#[derive(Clone)]
pub struct Node {
    shared: Arc<Shared>,
    _last: Arc<Last>,
}

/// Tells the threads to end when the last handle is gone without a stop.
struct Last(Sender<Command>);

impl Drop for Last {
    fn drop(&mut self) {
        // If they ended already, nobody listens.
        drop(self.0.send(Command::Stop));
    }
}

impl Node {
    /// Opens or makes the network of a data directory, brings state and index to where its journal
    /// ends, and starts the threads. A missing index is rebuilt first, by a replay from genesis.
    ///
    /// # Errors
    /// [`NodeError`]; nothing is running then.
    pub fn start(config: Config) -> Result<Self, NodeError> {
        let shared = start::start(config)?;
        let last = Arc::new(Last(shared.commands.clone()));
        Ok(Self { shared, _last: last })
    }

    /// Stops: no new transactions; what can run is made durable, the rest is told; the index is
    /// brought to the last block. Returns when all of it is done; a second call does nothing.
    pub fn stop(&self) {
        self.shared.stopping.store(true, Relaxed);
        // If it ended already, nobody listens.
        drop(self.shared.commands.send(Command::Stop));
        loop {
            // The producer may begin to write a snapshot until it ends.
            let threads = std::mem::take(&mut *self.shared.threads());
            if threads.is_empty() {
                break;
            }
            for thread in threads {
                // A thread that panicked has ended the process.
                drop(thread.join());
            }
        }
    }

    /// What transactions are read by.
    #[must_use]
    pub fn chain(&self) -> &ChainSpec {
        &self.shared.chain
    }

    /// The network's genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.shared.genesis
    }

    /// The data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.shared.config.dir
    }

    /// What opening the data directory found.
    #[must_use]
    pub fn recovery(&self) -> &Recovery {
        &self.shared.recovery
    }

    /// Reads the state after the last durable block. Blocks wait meanwhile, and it waits for a
    /// block that is being written: keep it short, and off threads that must not wait.
    pub fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(self.shared.application().state())
    }

    /// What a transaction would do now, had it so many bytes; the state is as before.
    #[must_use]
    pub fn simulate(&self, transaction: &DecodedTransaction, bytes: usize) -> Simulated {
        self.simulate_next(&transaction.sender, |_| transaction.clone(), bytes)
    }

    /// The same of a transaction made for the sender's next nonce: no block comes between.
    #[must_use]
    pub fn simulate_next(
        &self,
        sender: &Address,
        make: impl FnOnce(u64) -> DecodedTransaction,
        bytes: usize,
    ) -> Simulated {
        let run = || {
            let mut application = self.shared.application_mut();
            let nonce = nonce_of(application.state(), sender);
            application.simulate(&make(nonce), bytes)
        };
        // After a panic the state is half another one: no block may be made of it.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run));
        done.unwrap_or_else(|_| fatal::stop_engine(&"a simulated transaction panicked"))
    }

    /// The last durable block. Never waits for one that is being written.
    #[must_use]
    pub fn head(&self) -> Head {
        self.shared.head()
    }

    /// Sends one signed transaction and waits until its block is durable. Its signature is checked
    /// here and now, beside any batch.
    ///
    /// # Errors
    /// [`SubmitError`]; after [`SubmitError::Queued`] it still waits for its turn.
    pub async fn submit(&self, bytes: Vec<u8>) -> Result<Included, SubmitError> {
        self.submit_verified(self.shared.verify(&bytes)?).await
    }

    /// The same of a transaction whose signature is checked already.
    ///
    /// # Errors
    /// [`SubmitError`].
    pub async fn submit_verified(&self, verified: Verified) -> Result<Included, SubmitError> {
        let hash = verified.hash();
        let (pending, answer) = match self.shared.enter(verified) {
            Ok(entered) => entered,
            // Whoever asks again is told where it is, however much waits.
            Err(full) => return self.included(&hash).ok().flatten().ok_or(full),
        };
        self.shared.send(vec![pending]);
        let wait = self.shared.wait();
        answered(tokio::time::timeout(wait, answer).await, hash)
    }

    /// Checks a transaction's signature on a thread for that, beside any other, and looks whether
    /// it is in a block already: whoever sends again what a block shows is answered from there.
    ///
    /// # Errors
    /// [`SubmitError::Refused`], or [`SubmitError::Stopping`].
    pub async fn examine(&self, bytes: Vec<u8>) -> Result<Examined, SubmitError> {
        let (checked, receive) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        self.shared.verifiers.run(move || {
            let examined =
                shared.verify(&bytes).map(|verified| match shared.included(&verified.hash()) {
                    Some(included) => Examined::Included(included),
                    None => Examined::New(Box::new(verified)),
                });
            // Whoever asked may have gone.
            drop(checked.send(examined));
        });
        receive.await.unwrap_or(Err(SubmitError::Stopping))
    }

    /// Sends many, their signatures checked on all cores; the answers are in their order.
    pub async fn submit_many(
        &self,
        mut transactions: Vec<Vec<u8>>,
    ) -> Vec<Result<Included, SubmitError>> {
        let mut results = Vec::with_capacity(transactions.len());
        let mut pieces = Vec::with_capacity(transactions.len().div_ceil(PIECE));
        while !transactions.is_empty() {
            let rest = transactions.split_off(transactions.len().min(PIECE));
            pieces.push((transactions.len(), self.send_piece(transactions)));
            transactions = rest;
        }
        let wait = self.shared.wait();
        for (count, piece) in pieces {
            let Ok(piece) = piece.await else {
                results.extend((0..count).map(|_| Err(SubmitError::Stopping)));
                continue;
            };
            let end = tokio::time::Instant::now() + wait;
            for sent in piece {
                results.push(match sent {
                    Ok((answer, hash)) => {
                        answered(tokio::time::timeout_at(end, answer).await, hash)
                    }
                    Err(error) => Err(error),
                });
            }
        }
        results
    }

    /// Checks the signatures of some and sends what is right on its way, whether or not somebody
    /// still asks.
    fn send_piece(&self, transactions: Vec<Vec<u8>>) -> oneshot::Receiver<Vec<OnItsWay>> {
        let (checked, receive) = oneshot::channel();
        let shared = Arc::clone(&self.shared);
        self.shared.verifiers.run(move || {
            let mut pending = Vec::with_capacity(transactions.len());
            let mut on_its_way = |bytes: &Vec<u8>| -> OnItsWay {
                let verified = shared.verify(bytes)?;
                let hash = verified.hash();
                let (one, answer) = shared.enter(verified)?;
                pending.push(one);
                Ok((answer, hash))
            };
            let answers: Vec<OnItsWay> = transactions.iter().map(&mut on_its_way).collect();
            shared.send(pending);
            drop(checked.send(answers));
        });
        receive
    }

    /// The durable block of that height.
    ///
    /// # Errors
    /// [`StoreError::NoHistory`] below [`Node::history_from`]; or the index cannot be read.
    pub fn block(&self, height: u64) -> Result<Option<Arc<BlockRecord>>, NodeError> {
        self.shared.block(height)
    }

    /// The durable block of that app hash.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn block_by_hash(&self, hash: &Hash) -> Result<Option<Arc<BlockRecord>>, NodeError> {
        if let Some(record) = self.shared.recent.by_name(hash) {
            return Ok(Some(record));
        }
        let index = self.shared.indexer.index().get();
        match index.height_of(&hash.0).map_err(StoreError::from)? {
            Some(height) => self.shared.block(height),
            None => Ok(None),
        }
    }

    /// The durable block that holds a transaction, and its place there.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn transaction(&self, hash: &Hash) -> Result<Option<(Arc<BlockRecord>, usize)>, NodeError> {
        self.shared.transaction(hash)
    }

    /// Where the transaction of that hash is, and what became of it, if it is in a durable block.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn included(&self, hash: &Hash) -> Result<Option<Included>, NodeError> {
        let found = self.shared.transaction(hash)?;
        Ok(found.and_then(|(record, position)| {
            let one = record.transactions.get(position)?;
            let (height, result) = (record.height, one.outcome.clone());
            Some(Included { hash: one.hash, height, position, result })
        }))
    }

    /// The transaction of that hash that waits for a block.
    #[must_use]
    pub fn waiting(&self, hash: &Hash) -> Option<Verified> {
        self.shared.pool().get(hash).cloned()
    }

    /// Drops what waits for a block and tells whoever sent it; how many that were.
    pub fn drop_waiting(&self) -> usize {
        let gone = self.shared.pool().clear();
        let count = gone.len();
        for pending in gone {
            let text = "the node's operator dropped what waited".to_owned();
            self.shared.refuse(pending, SubmitError::Dropped { code: 0, text });
        }
        count
    }

    /// The nonce for an account's next transaction, behind those that wait.
    #[must_use]
    pub fn pending_nonce(&self, address: &Address) -> u64 {
        let waiting = self.shared.pool().pending_nonce(address);
        waiting.unwrap_or_else(|| self.read(|state| nonce_of(state, address)))
    }

    /// Every durable block from now on, in order. A listener that falls too far behind is told how
    /// many it missed; they can be read by height.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<BlockRecord>> {
        self.shared.blocks.subscribe()
    }

    /// The frozen inputs of a closed epoch.
    ///
    /// # Errors
    /// Not closed, skipped, or unreadable.
    pub fn epoch_inputs(&self, epoch: u64) -> Result<StoredEpoch, StoreError> {
        // Without its file, an epoch's inputs come from a replay of everything before.
        drop(self.shared.closing());
        // To read and to settle it takes long: blocks do not wait for it.
        let found = self.shared.application().store().inputs_of(epoch)?;
        found.read(&self.shared.genesis)
    }

    /// At most `limit` rows of an account in that order, after the given one in it, and where to
    /// go on. Waits until the last durable block is indexed.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn account_events(
        &self,
        address: &Address,
        order: Order,
        after: Option<EventKey>,
        limit: usize,
    ) -> Result<AccountEvents, NodeError> {
        let page = self.index(|index| index.get().events_of(&address.0, order, after, limit))?;
        let mut events = Vec::with_capacity(page.events.len());
        for (key, bytes) in page.events {
            let row = borsh::from_slice(&bytes);
            events.push((key, row.map_err(|error| unreadable("a row of an account", &error))?));
        }
        Ok(AccountEvents { events, next: page.next })
    }

    /// At most `limit` closed epochs from the given one on, ascending.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn closed_epochs(&self, from: u64, limit: usize) -> Result<Vec<u64>, NodeError> {
        self.index(|index| index.get().closed_epochs(from, limit))
    }

    /// Reads the index, brought to the last durable block first: what the state says is in it.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn index<T, E: Into<StoreError>>(
        &self,
        read: impl FnOnce(&OpenIndex) -> Result<T, E>,
    ) -> Result<T, NodeError> {
        self.shared.indexer.wait_for(self.shared.made.load(Acquire));
        read(self.shared.indexer.index()).map_err(|error| NodeError::Store(error.into()))
    }

    /// How the node is doing.
    #[must_use]
    pub fn status(&self) -> Status {
        let shared = &self.shared;
        let (pending, pending_bytes) = shared.gate.load();
        let stopped = shared.stopped.load(Relaxed);
        let counters = &shared.counters;
        let head = self.head();
        let lead = i128::from(clock::now_ms()) - i128::from(head.time_ms);
        let clock_lead_ms = i64::try_from(lead).unwrap_or(i64::MAX);
        let driven = shared.config.production == Production::Driven;
        let behind = !driven && lead < -i128::from(clock::MOST_BEHIND_MS);
        Status {
            head,
            healthy: !stopped,
            clock_lead_ms,
            clock_right: !behind && !shared.doubts_clock.load(Relaxed),
            ready: !stopped && !shared.stopping.load(Relaxed),
            pending,
            pending_bytes,
            gapped: shared.pool().counts().1,
            indexed: shared.indexer.indexed(),
            uptime_ms: u64::try_from(shared.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            transactions: (counters.transactions.load(Relaxed), counters.failed.load(Relaxed)),
            refused: counters.refused.load(Relaxed),
            rounds: counters.rounds.load(Relaxed),
            apply: counters.apply.read(),
            sync: counters.sync.read(),
            answer: counters.answer.read(),
        }
    }

    /// Makes one block of local transactions at this time, milliseconds since 1970 but not before
    /// the last block's, followed by what waits; returns when it is durable.
    ///
    /// # Errors
    /// Encoding failed, or the node is stopping.
    pub fn drive(
        &self,
        time_ms: u64,
        transactions: Vec<DecodedTransaction>,
    ) -> Result<Driven, NodeError> {
        let raw = |one: &DecodedTransaction| -> Result<RawTransaction, NodeError> {
            let bytes = one.encode_local();
            let bytes = bytes.map_err(|error| NodeError::Encoding(error.to_string()))?;
            Ok(RawTransaction { codec: LOCAL_CODEC, bytes })
        };
        let raw: Vec<RawTransaction> =
            transactions.iter().map(raw).collect::<Result<_, NodeError>>()?;
        let (votes, proposer) = self
            .read(workmint_core::modules::validators::turn)
            .map_err(|error| NodeError::Encoding(error.to_string()))?;
        let block =
            Block { height: 0, time_ms, transactions: raw, evidence: Vec::new(), votes, proposer };
        self.drive_block(block, transactions)
    }

    /// Makes this block, followed by what waits; its height is set. Returns when it is durable.
    ///
    /// # Errors
    /// The node is stopping.
    pub fn drive_block(
        &self,
        block: Block,
        decoded: Vec<DecodedTransaction>,
    ) -> Result<Driven, NodeError> {
        let (reply, receive) = sync_channel(1);
        let command = Command::Drive(Box::new((block, decoded)), reply);
        self.shared.commands.send(command).map_err(|_| NodeError::Stopping)?;
        receive.recv().map_err(|_| NodeError::Stopping)?
    }
}

fn answered(
    answer: Result<Result<Outcome, oneshot::error::RecvError>, tokio::time::error::Elapsed>,
    hash: Hash,
) -> Outcome {
    match answer {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(SubmitError::Stopping),
        Err(_) => Err(SubmitError::Queued { hash }),
    }
}
