//! The one thread that moves the state: it judges what comes in, makes blocks, makes them durable,
//! and only then answers.
//!
//! Blocks are made for transactions, and without any only where time must pass: at the end of an
//! epoch counted in time; when a deadline of an escrow, a session or a job is over; and every
//! `heartbeat_ms` in a network that counts epochs in blocks. Blocks that only time asks for are at
//! least a second apart. A block's time is the clock's, and never before the last block's; while
//! the clock is further ahead than any allowed pause, none is made.

mod due;
mod group;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use workmint_core::{Applied, Block, DecodedTransaction};

use crate::clock;
use crate::config::Production;
use crate::error::{NodeError, SubmitError};
use crate::mempool::{Facts, Pending};
use crate::node::{Shared, nonce_of};
use crate::record::BlockRecord;

/// What the producer is asked to do.
pub(crate) enum Command {
    /// Transactions that came in.
    Submit(Vec<Pending>),
    /// Make this block now, followed by what waits. Height is set; time is at least the last one's.
    Drive(Box<(Block, Vec<DecodedTransaction>)>, SyncSender<Result<Driven, NodeError>>),
    /// Make what waits durable, then end.
    Stop,
}

/// A block made on request.
#[derive(Clone, Debug)]
pub struct Driven {
    /// What is kept of it.
    pub record: Arc<BlockRecord>,
    /// What it did.
    pub applied: Arc<Applied>,
}

/// How often a clock that cannot be right is complained about.
const DOUBT: Duration = Duration::from_secs(60);

/// How often a clock that cannot be right is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// How long transactions are gathered into the next group while many come, from when the last one
/// was begun: what a block and a write cost is shared by more.
const GATHER: Duration = Duration::from_millis(8);

/// Transactions of a group from which on many come.
const MANY: usize = 16;

/// How often expired transactions are looked for.
const SWEEP: Duration = Duration::from_secs(5);

pub(crate) struct Producer {
    shared: Arc<Shared>,
    commands: Receiver<Command>,
    /// When the next block of an interval may be made.
    tick: Instant,
    /// Until when transactions are gathered, in a network that makes blocks at once.
    gather: Instant,
    /// When time was last given a block of its own.
    timed: Option<Instant>,
    /// When it was last said that the clock cannot be right.
    doubted: Option<Instant>,
    swept: Instant,
}

impl Producer {
    pub(crate) fn new(shared: Arc<Shared>, commands: Receiver<Command>) -> Self {
        let now = Instant::now();
        Self { shared, commands, tick: now, gather: now, timed: None, doubted: None, swept: now }
    }

    /// The thread: until it is told to stop.
    pub(crate) fn run(mut self) {
        loop {
            self.gather();
            let first = match self.commands.recv_timeout(self.idle()) {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Command::Stop),
            };
            self.shared.counters.rounds.fetch_add(1, Relaxed);
            let mut next = first.or_else(|| self.commands.try_recv().ok());
            while let Some(command) = next {
                match command {
                    Command::Submit(transactions) => self.admit(transactions),
                    Command::Drive(block, reply) => {
                        // Whoever asked may have stopped waiting.
                        drop(reply.send(self.drive(*block)));
                    }
                    Command::Stop => return self.end(),
                }
                next = self.commands.try_recv().ok();
            }
            self.sweep();
            if self.believes_the_clock() {
                self.produce();
            }
        }
    }

    /// Sleeps while transactions are gathered, whatever comes in meanwhile: to be woken by each
    /// would cost more than it is worth.
    fn gather(&self) {
        let left = self.gather.saturating_duration_since(Instant::now());
        if !left.is_zero() && self.shared.config.production == Production::Instant {
            std::thread::sleep(left);
        }
    }

    /// Whether the clock can be right. If it leads the last block by too much no block is made, the
    /// node is not healthy, and says why every minute.
    fn believes_the_clock(&mut self) -> bool {
        let pause = clock::too_long(self.shared.application().state(), &self.shared.config);
        self.shared.doubts_clock.store(pause.is_some(), Relaxed);
        let Some(pause) = pause else { return true };
        if self.doubted.is_none_or(|last| last.elapsed() >= DOUBT) {
            self.doubted = Some(Instant::now());
            tracing::error!("no block is made: {pause}");
        }
        false
    }

    /// How long to wait for something to come in.
    fn idle(&self) -> Duration {
        if self.shared.doubts_clock.load(Relaxed) {
            // Nothing that is due can be made: only look whether the clock is right again.
            return LOOK;
        }
        let now = Instant::now();
        let ready = self.shared.pool().has_ready();
        let transactions = match self.shared.config.production {
            Production::Instant if ready => Duration::ZERO,
            Production::Interval(_) if ready => self.tick.saturating_duration_since(now),
            Production::Instant | Production::Interval(_) | Production::Driven => SWEEP,
        };
        transactions.min(self.until_due()).min(SWEEP)
    }

    /// Makes blocks if there is a reason to.
    fn produce(&mut self) {
        let ready = self.shared.pool().has_ready();
        let wanted = match self.shared.config.production {
            Production::Driven => return,
            Production::Instant => ready,
            Production::Interval(length) => {
                let now = Instant::now();
                let wanted = ready && now >= self.tick;
                if wanted {
                    self.tick = now + Duration::from_millis(length);
                }
                wanted
            }
        };
        let due = !wanted && self.until_due().is_zero();
        if due {
            self.timed = Some(Instant::now());
        }
        if wanted || (due && ready) {
            self.make_group();
        } else if due {
            self.make_empty();
        }
    }

    /// Judges what came in against the state, and lets it wait.
    fn admit(&mut self, transactions: Vec<Pending>) {
        let shared = Arc::clone(&self.shared);
        let application = shared.application();
        let mut pool = shared.pool();
        for pending in transactions {
            let Some(pending) = pool.join(pending) else { continue };
            // A transaction that is in a block is answered with what became of it, whatever it
            // would be told today.
            let decoded = pending.verified.decoded();
            let used = decoded.nonce < nonce_of(application.state(), &decoded.sender);
            let included = if used { shared.included(&pending.verified.hash()) } else { None };
            if let Some(included) = included {
                pending.answer(&Ok(included));
                continue;
            }
            match application.check_tx(&pending.verified) {
                Err(error) => shared.refuse(pending, error),
                Ok(checked) => {
                    let (cost, spendable, nonce) = (checked.cost, checked.spendable, checked.nonce);
                    let refused = pool.add(pending, Facts { cost, spendable, nonce });
                    if let Some((pending, error)) = refused {
                        shared.refuse(pending, error);
                    }
                }
            }
        }
    }

    fn sweep(&mut self) {
        let now = Instant::now();
        if now.saturating_duration_since(self.swept) < SWEEP {
            return;
        }
        self.swept = now;
        let expired = self.shared.pool().expired(now);
        let after_ms = self.shared.config.mempool.expire_ms;
        for pending in expired {
            self.shared.refuse(pending, SubmitError::Expired { after_ms });
        }
    }

    /// Makes a last block of what can run, tells the rest, and lets the index catch up.
    fn end(&mut self) {
        if self.shared.config.production != Production::Driven && self.believes_the_clock() {
            while self.shared.pool().has_ready() {
                self.make_group();
            }
        }
        self.shared.stopped.store(true, Relaxed);
        let mut left = self.shared.pool().clear();
        while let Ok(command) = self.commands.try_recv() {
            match command {
                Command::Submit(transactions) => left.extend(transactions),
                Command::Drive(_, reply) => drop(reply.send(Err(NodeError::Stopping))),
                Command::Stop => {}
            }
        }
        for pending in left {
            pending.answer(&Err(SubmitError::Stopping));
        }
        self.shared.indexer.end();
    }
}
