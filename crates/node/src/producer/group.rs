//! One group of blocks: taken, applied, written with one sync, recorded, answered.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::thread::JoinHandle;
use std::time::Instant;

use workmint_core::modules::parameters::Parameters;
use workmint_core::transaction::ETHEREUM_CODEC;
use workmint_core::{Address, Applied, Block, DecodedTransaction, Error, Hash, RawTransaction};
use workmint_storage::store::{Books, Done, TakenSnapshot, sides};

use super::{Driven, Producer};
use crate::application::{Application, unpaid};
use crate::clock;
use crate::error::{NodeError, SubmitError};
use crate::fatal;
use crate::indexer::Job;
use crate::mempool::{Facts, Pending};
use crate::node::Included;
use crate::record::BlockRecord;

/// A block that is applied and not durable.
struct Made {
    block: Block,
    decoded: Vec<DecodedTransaction>,
    parent: Hash,
    applied: Applied,
    /// Who waits for its last transactions: those before are local ones.
    waiting: Vec<Pending>,
    books: Option<(u64, Books)>,
}

/// How often a block is made anew without what fails and paid nothing.
const PASSES: u32 = 3;

impl Producer {
    /// Makes blocks of what waits, up to a group.
    pub(super) fn make_group(&mut self) {
        let shared = Arc::clone(&self.shared);
        let mut application = shared.application_mut();
        let began = Instant::now();
        let mut group = Vec::new();
        for _ in 0..shared.config.block.group {
            let limits = shared.config.block;
            let taken = shared.pool().take(limits.signatures, limits.bytes);
            if taken.is_empty() {
                break;
            }
            let draft = draft(&application).unwrap_or_else(|error| stop_on(&error));
            group.extend(self.make(&mut application, (draft, Vec::new()), taken, false));
            // Only the state of a close can become a snapshot: it must be the group's last.
            if group.last().is_some_and(|made: &Made| made.books.is_some()) {
                break;
            }
        }
        shared.counters.apply.count(began.elapsed());
        let count: usize = group.iter().map(|made: &Made| made.waiting.len()).sum();
        if count >= super::MANY {
            self.gather = began + super::GATHER;
        }
        if !group.is_empty() {
            let _made = self.publish(application, group);
        }
    }

    /// Makes one block without transactions.
    pub(super) fn make_empty(&mut self) {
        let shared = Arc::clone(&self.shared);
        let mut application = shared.application_mut();
        let draft = draft(&application).unwrap_or_else(|error| stop_on(&error));
        if let Some(made) = self.make(&mut application, (draft, Vec::new()), Vec::new(), true) {
            let _made = self.publish(application, vec![made]);
        }
    }

    /// Makes the given block, followed by what waits.
    pub(super) fn drive(
        &mut self,
        (mut block, decoded): (Block, Vec<DecodedTransaction>),
    ) -> Result<Driven, NodeError> {
        let shared = Arc::clone(&self.shared);
        let mut application = shared.application_mut();
        let chain = *application.state().chain();
        block.height = chain.height.saturating_add(1);
        block.time_ms = block.time_ms.max(chain.time_ms);
        let limits = shared.config.block;
        let taken = shared.pool().take(limits.signatures, limits.bytes);
        let made = self.make(&mut application, (block, decoded), taken, true);
        let made = made.ok_or(NodeError::Stopping)?;
        self.publish(application, vec![made]).pop().ok_or(NodeError::Stopping)
    }

    /// Applies one block of local transactions and what was taken. Whatever fails without having
    /// paid is left out and answered; `None` if nothing is left and the block is not `wanted`
    /// without. What was left out may have had a nonce, or have paid for another one's fee, so the
    /// rest is tried again: [`PASSES`] times, then the block ends before the first that fails.
    fn make(
        &self,
        application: &mut Application,
        (draft, local): (Block, Vec<DecodedTransaction>),
        mut taken: Vec<Pending>,
        wanted: bool,
    ) -> Option<Made> {
        let parent = application.state().chain().app_hash;
        let (mut rest, mut dropped) = (Vec::new(), BTreeSet::new());
        for pass in 1_u32.. {
            if taken.is_empty() && !wanted {
                break;
            }
            let (mut block, mut decoded) = (draft.clone(), local.clone());
            let raw = |pending: &Pending| RawTransaction {
                codec: ETHEREUM_CODEC,
                bytes: pending.verified.raw().to_vec(),
            };
            block.transactions.extend(taken.iter().map(raw));
            decoded.extend(taken.iter().map(|pending| pending.verified.decoded().clone()));
            let applied = application.finalize_block(&block, &decoded);
            let applied = applied.unwrap_or_else(|error| stop_on(&error)).applied;
            let unpaid = unpaid(&applied).split_off(local.len());
            if unpaid.iter().all(Option::is_none) {
                self.put_back(application, rest, &dropped);
                let closed = applied.closed.as_ref().map(|closed| closed.inputs.epoch);
                let books = closed.map(|epoch| (epoch, Books::of(application.state())));
                let waiting = taken;
                return Some(Made { block, decoded, parent, applied, waiting, books });
            }
            let first = unpaid.iter().take_while(|unpaid| unpaid.is_none()).count();
            application.take_back();
            if pass < PASSES {
                let failing = taken.iter().zip(&unpaid).filter(|(_, unpaid)| unpaid.is_some());
                dropped.extend(failing.map(|(one, _)| one.verified.decoded().sender));
                taken = self.without(taken, &unpaid);
            } else {
                rest.extend(taken.split_off(first));
            }
        }
        self.put_back(application, rest, &dropped);
        None
    }

    /// Lets what was taken wait again, judged by the state of now, and tells the mempool the next
    /// nonces of those whose transactions were left out.
    fn put_back(
        &self,
        application: &Application,
        taken: Vec<Pending>,
        dropped: &BTreeSet<Address>,
    ) {
        let Some(parameters) = application.state().active_parameters() else { return };
        let mut pool = self.shared.pool();
        for sender in dropped {
            let (expected, _) = application.account(sender, &parameters);
            for pending in pool.set_nonce(sender, expected) {
                let given = pending.verified.decoded().nonce;
                self.shared.refuse(pending, SubmitError::NonceTooLow { expected, given });
            }
        }
        for pending in taken {
            let refused = match application.check_tx(&pending.verified) {
                Ok(checked) => {
                    let (cost, spendable, nonce) = (checked.cost, checked.spendable, checked.nonce);
                    pool.add(pending, Facts { cost, spendable, nonce })
                }
                Err(error) => Some((pending, error)),
            };
            if let Some((pending, error)) = refused {
                self.shared.refuse(pending, error);
            }
        }
    }

    /// Answers those that could not pay, and returns the others.
    fn without(&self, taken: Vec<Pending>, unpaid: &[Option<&Error>]) -> Vec<Pending> {
        let mut left = Vec::with_capacity(taken.len());
        for (pending, unpaid) in taken.into_iter().zip(unpaid) {
            match unpaid {
                None => left.push(pending),
                Some(error) => {
                    let (code, text) = (error.code(), error.to_string());
                    self.shared.refuse(pending, SubmitError::Dropped { code, text });
                }
            }
        }
        left
    }

    /// Makes a group durable, records it, answers, and hands it to the index.
    fn publish(
        &self,
        mut application: std::sync::RwLockWriteGuard<'_, Application>,
        group: Vec<Made>,
    ) -> Vec<Driven> {
        let shared = &self.shared;
        let began = Instant::now();
        // Until it is durable nobody may read it: the lock is held on.
        let done = application.commit();
        let done = done.unwrap_or_else(|error| fatal::stop("writing the journal", &error));
        let closes = group.iter().any(|made| made.books.is_some());
        let closing = closes.then(|| shared.closing());
        // Before anybody can read it: whoever does finds it in the index.
        shared.made.store(application.state().chain().height, Release);
        drop(application);
        shared.counters.sync.count(began.elapsed());
        let application = shared.application();
        let mut all = Vec::with_capacity(group.len());
        for (made, done) in group.into_iter().zip(&done) {
            all.push(self.publish_one(&application, made, done));
        }
        match application.follow_up(&done) {
            Ok(None) => {}
            Ok(Some(taken)) => self.write_behind(taken),
            Err(error) => fatal::stop("writing behind the journal", &error),
        }
        drop(closing);
        all
    }

    /// Writes a snapshot on a thread of its own: blocks go on.
    fn write_behind(&self, taken: TakenSnapshot) {
        let write = move || {
            // At the priority of the rest it works too.
            drop(workmint_storage::background::give_way());
            if let Err(error) = taken.write() {
                fatal::stop("writing a snapshot", &error);
            }
        };
        match std::thread::Builder::new().name("snapshot".to_owned()).spawn(write) {
            Ok(thread) => keep(&mut self.shared.threads(), thread),
            Err(error) => fatal::stop("starting the thread that writes a snapshot", &error),
        }
    }

    fn publish_one(&self, application: &Application, made: Made, done: &Done) -> Driven {
        let shared = &self.shared;
        let Made { block, decoded, parent, applied, waiting, books } = made;
        let state = application.state();
        let local = block.transactions.len().saturating_sub(waiting.len());
        let own = block.transactions.iter().take(local).map(RawTransaction::id);
        let ids = own.chain(waiting.iter().map(|pending| pending.verified.hash())).collect();
        let said = (block, decoded, ids);
        let record = Arc::new(BlockRecord::of(said, parent, &applied, &state.ledger));
        shared.recent.push(Arc::clone(&record), shared.indexer.indexed());
        shared.set_head(&record, application);
        self.settle_pool(application, &record, &applied.parameters);
        let transactions = record.transactions.len();
        shared.counters.transactions.fetch_add(transactions as u64, Relaxed);
        let failed = record.transactions.iter().filter(|one| one.outcome.is_err()).count();
        shared.counters.failed.fetch_add(failed as u64, Relaxed);
        for (position, (pending, one)) in
            waiting.into_iter().zip(record.transactions.iter().skip(local)).enumerate()
        {
            shared.counters.answer.count(pending.since.elapsed());
            pending.answer(&Ok(Included {
                hash: one.hash,
                height: record.height,
                position: local.saturating_add(position),
                result: one.outcome.clone(),
            }));
        }
        // Without a listener it goes nowhere.
        drop(shared.blocks.send(Arc::clone(&record)));
        let sides = sides(&applied.postings, &state.ledger);
        let applied = Arc::new(applied);
        shared.indexer.push(Job {
            sides,
            record: Arc::clone(&record),
            applied: Arc::clone(&applied),
            chain_hash: done.chain_hash(),
            books,
        });
        Driven { record, applied }
    }

    /// Tells the mempool the senders' next nonces.
    fn settle_pool(&self, application: &Application, record: &BlockRecord, of: &Parameters) {
        let mut pool = self.shared.pool();
        let senders = record.transactions.iter().map(|one| one.decoded.sender);
        let waiting = senders.filter(|sender| pool.waits(sender));
        let waiting: BTreeSet<Address> = waiting.collect();
        for sender in waiting {
            let (expected, _) = application.account(&sender, of);
            for pending in pool.set_nonce(&sender, expected) {
                let given = pending.verified.decoded().nonce;
                self.shared.refuse(pending, SubmitError::NonceTooLow { expected, given });
            }
        }
    }
}

/// The next block, with nothing in it.
fn draft(application: &Application) -> Result<Block, Error> {
    application.prepare_proposal(clock::now_ms(), &[], &crate::BlockLimits::default())
}

/// Adds a thread to wait for when the node stops, and forgets those that have ended.
fn keep(threads: &mut Vec<JoinHandle<()>>, thread: JoinHandle<()>) {
    threads.retain(|one| !one.is_finished());
    threads.push(thread);
}

/// A block that the engine refuses to make: it must stop and a person must look.
fn stop_on(error: &dyn Display) -> ! {
    fatal::stop_engine(error)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn threads_that_have_ended_are_forgotten() {
        let mut threads = Vec::new();
        let (go_on, wait) = channel::<()>();
        keep(&mut threads, std::thread::spawn(move || wait.recv().unwrap()));
        for _ in 0..3 {
            let short = std::thread::spawn(|| ());
            while !short.is_finished() {
                std::thread::yield_now();
            }
            keep(&mut threads, short);
        }
        assert_eq!(threads.len(), 2, "the one under way and the newest");
        go_on.send(()).unwrap();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    }
}
