//! What the threads of a node share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::{broadcast, oneshot};
use workmint_core::{Address, Genesis, Hash, State};
use workmint_protocol::wire::{self, ChainSpec, Verified};
use workmint_storage::store::{Recovery, StoreError};

use super::Included;
use crate::application::Application;
use crate::config::{Config, Production};
use crate::error::{NodeError, SubmitError};
use crate::fatal;
use crate::indexer::Indexer;
use crate::mempool::{Gate, Mempool, Outcome, Pending};
use crate::producer::Command;
use crate::recent::Recent;
use crate::record::BlockRecord;
use crate::status::{Counters, Head};
use crate::verifiers::Verifiers;

/// No answer waits longer for a slow block, milliseconds: clients give up after a minute.
const MOST_WAIT_MS: u64 = 30_000;

/// What the threads of a node share.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) chain: ChainSpec,
    pub(super) genesis: Genesis,
    /// Height of the first block that is kept; 0: all.
    pub(super) history_from: u64,
    pub(super) recovery: Recovery,
    pub(super) application: RwLock<Application>,
    pub(super) pool: Mutex<Mempool>,
    pub(super) gate: Arc<Gate>,
    pub(super) verifiers: Verifiers,
    pub(super) head: RwLock<Head>,
    /// Height of the state that can be read: of a durable block, whose record and index may follow.
    pub(crate) made: AtomicU64,
    /// Held from when a close can be read until its frozen inputs are written.
    pub(crate) closing: Mutex<()>,
    pub(crate) recent: Recent,
    pub(crate) indexer: Indexer,
    pub(crate) blocks: broadcast::Sender<Arc<BlockRecord>>,
    pub(super) commands: Sender<Command>,
    pub(super) threads: Mutex<Vec<JoinHandle<()>>>,
    pub(crate) counters: Counters,
    pub(super) started: Instant,
    pub(super) stopping: AtomicBool,
    pub(crate) stopped: AtomicBool,
    /// Whether the clock is so far ahead that no block is made.
    pub(crate) doubts_clock: AtomicBool,
}

impl Shared {
    pub(crate) fn application(&self) -> RwLockReadGuard<'_, Application> {
        self.application.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn application_mut(&self) -> RwLockWriteGuard<'_, Application> {
        self.application.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn closing(&self) -> MutexGuard<'_, ()> {
        self.closing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn pool(&self) -> MutexGuard<'_, Mempool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn head(&self) -> Head {
        *self.head.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows a block. Of a group the state is that after its last block already.
    pub(crate) fn set_head(&self, record: &BlockRecord, application: &Application) {
        let epoch = application.state().chain().epoch;
        let head =
            Head { height: record.height, time_ms: record.time_ms, hash: record.hash, epoch };
        *self.head.write().unwrap_or_else(PoisonError::into_inner) = head;
    }

    /// How long an answer waits: for the block after the next, if that is not too long for whoever
    /// asks.
    pub(super) fn wait(&self) -> Duration {
        let interval = match self.config.production {
            Production::Interval(length) => length,
            Production::Instant | Production::Driven => 0,
        };
        let wait = interval.saturating_mul(2).min(MOST_WAIT_MS);
        Duration::from_millis(self.config.wait_ms.max(wait))
    }

    /// Checks a signed transaction's form and signature; nothing of the state. A refusal counts as
    /// a refused transaction.
    pub(super) fn verify(&self, bytes: &[u8]) -> Result<Verified, SubmitError> {
        wire::verify(bytes, &self.chain).map_err(|refusal| self.refused(refusal.into()))
    }

    pub(super) fn enter(
        &self,
        verified: Verified,
    ) -> Result<(Pending, oneshot::Receiver<Outcome>), SubmitError> {
        if self.stopping.load(Relaxed) {
            return Err(self.refused(SubmitError::Stopping));
        }
        let permit = self.gate.enter(verified.raw().len()).map_err(|full| self.refused(full))?;
        let (waiter, answer) = oneshot::channel();
        let since = Instant::now();
        Ok((Pending { verified, waiters: vec![waiter], _permit: permit, since }, answer))
    }

    pub(super) fn send(&self, pending: Vec<Pending>) {
        if !pending.is_empty() {
            // If the producer has ended, the waiters learn it from their dropped channels.
            drop(self.commands.send(Command::Submit(pending)));
        }
    }

    pub(super) fn refused(&self, error: SubmitError) -> SubmitError {
        self.counters.refused.fetch_add(1, Relaxed);
        error
    }

    pub(crate) fn refuse(&self, pending: Pending, error: SubmitError) {
        pending.answer(&Err(self.refused(error)));
    }

    pub(super) fn block(&self, height: u64) -> Result<Option<Arc<BlockRecord>>, NodeError> {
        if height < self.history_from {
            let before = self.history_from.saturating_sub(1);
            return Err(StoreError::NoHistory { before }.into());
        }
        if let Some(record) = self.recent.block(height) {
            return Ok(Some(record));
        }
        let bytes = self.indexer.index().get().block(height).map_err(StoreError::from)?;
        let Some(bytes) = bytes else { return Ok(None) };
        let record: BlockRecord =
            borsh::from_slice(&bytes).map_err(|error| unreadable("a block", &error))?;
        Ok(Some(Arc::new(record)))
    }

    pub(super) fn transaction(
        &self,
        hash: &Hash,
    ) -> Result<Option<(Arc<BlockRecord>, usize)>, NodeError> {
        if let Some(found) = self.recent.transaction(hash) {
            return Ok(Some(found));
        }
        let place = self.indexer.index().get().transaction(&hash.0).map_err(StoreError::from)?;
        let Some(place) = place else { return Ok(None) };
        let position = usize::try_from(place.position).unwrap_or(usize::MAX);
        Ok(self.block(place.height)?.map(|record| (record, position)))
    }

    /// Where a transaction is, if it is in a block. An index that cannot be read stops the node.
    pub(crate) fn included(&self, hash: &Hash) -> Option<Included> {
        let found = self.transaction(hash);
        let found = found.unwrap_or_else(|error| fatal::stop("reading the index", &error));
        let (record, position) = found?;
        let one = record.transactions.get(position)?;
        let result = one.outcome.clone();
        Some(Included { hash: one.hash, height: record.height, position, result })
    }
}

/// The next nonce of an account in this state; 0 if it was never seen.
pub(crate) fn nonce_of(state: &State, address: &Address) -> u64 {
    let handle = state.ledger.handle(address);
    let account = handle.and_then(|handle| state.ledger.account(handle).copied());
    account.map_or(0, |account| account.nonce)
}

pub(super) fn unreadable(what: &str, error: &std::io::Error) -> NodeError {
    let (what, why) = (format!("{what} of the index"), error.to_string());
    NodeError::Store(StoreError::Undecodable { what, why })
}
