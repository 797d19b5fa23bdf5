//! Writes the index behind the durable blocks, on a thread of its own. The queue is bounded by
//! bytes: producing waits when it is full, so nothing is lost and nothing grows without bound.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use workmint_core::{Applied, Hash};
use workmint_storage::store::{Books, Charge, Indexable, OpenIndex, Sides, StoreError};

use crate::fatal;
use crate::record::{BlockRecord, TransactionRecord};

/// How long blocks are gathered to be written at once.
const GATHER: Duration = Duration::from_millis(25);
/// Memory of the blocks that are written at once, bytes.
const MOST_AT_ONCE: usize = 4 << 20;

/// One durable block to be indexed.
pub(crate) struct Job {
    pub(crate) record: Arc<BlockRecord>,
    pub(crate) applied: Arc<Applied>,
    /// The accounts of its postings.
    pub(crate) sides: Vec<Sides>,
    /// The chain hash of its journal frame.
    pub(crate) chain_hash: [u8; 32],
    /// The epoch it closed, and the books by then.
    pub(crate) books: Option<(u64, Books)>,
}

/// The index and the queue of what it lacks.
pub(crate) struct Indexer {
    index: OpenIndex,
    limit: usize,
    queue: Mutex<Queue>,
    moved: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<(Job, usize)>,
    bytes: usize,
    indexed: u64,
    /// The highest height that somebody waits for.
    wanted: u64,
    ends: bool,
}

impl Indexer {
    pub(crate) fn new(index: OpenIndex, limit: usize) -> Self {
        let indexed = index.get().recorded_height();
        let queue = Mutex::new(Queue { indexed, ..Queue::default() });
        Self { index, limit, queue, moved: Condvar::new() }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The index, as far as it is.
    pub(crate) fn index(&self) -> &OpenIndex {
        &self.index
    }

    /// The last height that is indexed.
    pub(crate) fn indexed(&self) -> u64 {
        self.queue().indexed
    }

    /// Waits until a durable height is indexed.
    pub(crate) fn wait_for(&self, height: u64) {
        let mut queue = self.queue();
        queue.wanted = queue.wanted.max(height);
        self.moved.notify_all();
        let behind = |queue: &mut Queue| queue.indexed < height && !queue.ends;
        drop(self.moved.wait_while(queue, behind).unwrap_or_else(PoisonError::into_inner));
    }

    /// Adds a block; waits while too much is queued.
    pub(crate) fn push(&self, job: Job) {
        let memory = job.record.memory();
        let queue = self.queue();
        let full = |queue: &mut Queue| queue.bytes > self.limit && !queue.jobs.is_empty();
        let mut queue = self.moved.wait_while(queue, full).unwrap_or_else(PoisonError::into_inner);
        queue.bytes = queue.bytes.saturating_add(memory);
        queue.jobs.push_back((job, memory));
        self.moved.notify_all();
    }

    /// Lets the thread end once the queue is empty.
    pub(crate) fn end(&self) {
        self.queue().ends = true;
        self.moved.notify_all();
    }

    /// The thread: writes what is queued, many blocks at once if many came meanwhile.
    pub(crate) fn run(&self) {
        // What waits for nobody gives way to what somebody waits for.
        if let Err(error) = workmint_storage::background::give_way() {
            tracing::warn!("the index runs at the priority of the rest: {error}");
        }
        while let Some(jobs) = self.next() {
            if let Err(error) = self.write(&jobs) {
                fatal::stop("writing the index", &error);
            }
            let mut queue = self.queue();
            for (job, memory) in &jobs {
                queue.bytes = queue.bytes.saturating_sub(*memory);
                queue.indexed = job.record.height;
            }
            drop(queue);
            self.moved.notify_all();
        }
    }

    /// What is to be written next; `None` in the end.
    fn next(&self) -> Option<Vec<(Job, usize)>> {
        let queue = self.queue();
        let idle = |queue: &mut Queue| queue.jobs.is_empty() && !queue.ends;
        let queue = self.moved.wait_while(queue, idle).unwrap_or_else(PoisonError::into_inner);
        let early = |queue: &mut Queue| {
            queue.bytes < MOST_AT_ONCE && queue.wanted <= queue.indexed && !queue.ends
        };
        let waited = self.moved.wait_timeout_while(queue, GATHER, early);
        let (mut queue, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let mut bytes = 0_usize;
        let many = queue.jobs.iter().take_while(|(_, memory)| {
            let before = bytes;
            bytes = bytes.saturating_add(*memory);
            before < MOST_AT_ONCE
        });
        let many = many.count();
        let jobs: Vec<_> = queue.jobs.drain(..many).collect();
        if jobs.is_empty() { None } else { Some(jobs) }
    }

    fn write(&self, jobs: &[(Job, usize)]) -> Result<(), StoreError> {
        let mut batch = self.index.get().batch();
        for (job, _) in jobs {
            let record = &job.record;
            let ids: Vec<Hash> = record.transactions.iter().map(|one| one.hash).collect();
            let indexable = Indexable {
                height: record.height,
                chain_hash: job.chain_hash,
                ids: &ids,
                books: job.books.as_ref(),
            };
            let charges: Vec<Charge> = record.transactions.iter().map(charge).collect();
            indexable.write(&mut batch, &job.applied, (&job.sides, &charges))?;
            let bytes = borsh::to_vec(&**record).map_err(|error| StoreError::Undecodable {
                what: format!("the record of block {}", record.height),
                why: error.to_string(),
            })?;
            batch.record(record.height, &record.hash.0, &bytes)?;
        }
        Ok(batch.commit()?)
    }
}

fn charge(of: &TransactionRecord) -> Charge {
    let (sender, message) = (of.decoded.sender, format!("{:?}", of.decoded.message.kind()));
    Charge { sender, message, paid: of.fee, due: of.due }
}
