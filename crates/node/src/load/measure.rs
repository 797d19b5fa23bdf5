//! What this machine's node can do, measured in one run beside what its signatures alone cost.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use tokio::task::JoinSet;
use workmint_amounts::Amount;
use workmint_core::Genesis;
use workmint_protocol::wire::{self, ChainSpec};

use super::memory::{self, Memory};
use super::{Crowd, CrowdError};
use crate::{Config, Node, NodeError};

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long each part lasts, seconds.
    pub seconds: u64,
    /// How many accounts send.
    pub accounts: usize,
    /// Transactions handed over at once.
    pub batch: usize,
    /// Batches on their way at once, in the part that saturates the node.
    pub in_flight: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { seconds: 10, accounts: 10_000, batch: 100, in_flight: 32 }
    }
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Report {
    /// Cores used.
    pub cores: usize,
    /// Accounts that sent.
    pub accounts: usize,
    /// Length of one transaction, bytes.
    pub transaction_bytes: usize,
    /// Signed transactions that all cores decode and recover in a second, and nothing else.
    pub ceiling_per_s: u64,
    /// From opening the directory to the first answer, milliseconds.
    pub start_ms: u64,
    /// Memory of the process before load.
    pub idle: Memory,
    /// As much as the node takes.
    pub saturated: Phase,
    /// Four fifths of that, evenly spread.
    pub eighty: Phase,
    /// As much as the other way takes, if one was given.
    pub other: Option<Phase>,
    /// Memory of the process in the end; signed transactions held ready are part of it.
    pub memory: Memory,
    /// Of it, signed transactions held ready, bytes.
    pub held_ready_bytes: u64,
}

/// One part of a measurement.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phase {
    /// Durable transactions.
    pub transactions: u64,
    /// Those refused, failed or not answered in time.
    pub failed: u64,
    /// How long it took, microseconds.
    pub elapsed_us: u64,
    /// Half of the answers took no longer, microseconds.
    pub p50_us: u64,
    /// 99 of 100 took no longer, microseconds.
    pub p99_us: u64,
}

impl Phase {
    /// Durable transactions per second, rounded down.
    #[must_use]
    pub fn per_s(&self) -> u64 {
        per_second(self.transactions, Duration::from_micros(self.elapsed_us))
    }

    /// One of durations of batches and how many transactions each answered.
    #[must_use]
    pub fn of(mut answers: Vec<(Duration, u64)>, failed: u64, elapsed: Duration) -> Self {
        answers.sort_unstable();
        let transactions: u64 = answers.iter().map(|(_, count)| count).sum();
        let at = |percent: u64| {
            let wanted = transactions.saturating_mul(percent).div_ceil(100);
            let mut seen = 0_u64;
            let found = answers.iter().find(|(_, count)| {
                seen = seen.saturating_add(*count);
                seen >= wanted
            });
            found.map_or(0, |(duration, _)| micros(*duration))
        };
        Self { transactions, failed, elapsed_us: micros(elapsed), p50_us: at(50), p99_us: at(99) }
    }
}

/// Why a measurement broke off.
#[derive(Debug)]
pub enum LoadError {
    /// The accounts.
    Crowd(CrowdError),
    /// The node.
    Node(NodeError),
    /// The machine.
    Machine(std::io::Error),
    /// A transaction that must verify did not.
    Refused(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crowd(error) => error.fmt(f),
            Self::Node(error) => error.fmt(f),
            Self::Machine(error) => error.fmt(f),
            Self::Refused(why) => write!(f, "a transaction of the load was refused: {why}"),
        }
    }
}

impl std::error::Error for LoadError {}

impl From<CrowdError> for LoadError {
    fn from(error: CrowdError) -> Self {
        Self::Crowd(error)
    }
}

impl From<NodeError> for LoadError {
    fn from(error: NodeError) -> Self {
        Self::Node(error)
    }
}

/// Another way to a node, measured too: it is given the node, batches of transactions and how long
/// to go on, and says how long each answered batch took, how many it answered, and what failed.
pub type Way<'a> = &'a dyn Fn(&Node, Batches, Duration) -> Result<Phase, String>;

/// Signed transactions, to be sent batch by batch.
pub type Batches = Vec<Vec<Vec<u8>>>;

/// Measures a new network of this genesis in an empty directory.
///
/// # Errors
/// [`LoadError`].
pub fn measure(
    dir: &Path,
    mut genesis: Genesis,
    (options, other): (Options, Option<Way<'_>>),
) -> Result<Report, LoadError> {
    Crowd::fund(&mut genesis, options.accounts, EACH)?;
    drop(Node::start(Config { genesis: Some(genesis), ..Config::new(dir.to_path_buf()) })?);
    let began = Instant::now();
    // However late an answer is, it says that its transaction is durable.
    let node = Node::start(Config { wait_ms: WAIT_MS, ..Config::new(dir.to_path_buf()) })?;
    let mut crowd = Crowd::new(options.accounts, node.chain(), &node.genesis().parameters)?;
    let first = node.pending_nonce(&crowd.address(0));
    let start_ms = micros(began.elapsed()) / 1_000;
    debug_assert_eq!(first, 0);
    let idle = memory::read();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(LoadError::Machine)?;
    let sample = crowd.batches(SAMPLE, options.batch);
    let ceiling_per_s = ceiling(&sample, node.chain(), options.seconds)?;
    let wanted = ceiling_per_s.saturating_mul(options.seconds);
    let ready = [sample, crowd.batches(count(wanted), options.batch)].concat();
    let transaction_bytes = ready.iter().flatten().map(Vec::len).max().unwrap_or(0);
    let mut held = held(&ready);
    let saturated = runtime.block_on(saturate(&node, ready, options));
    let rate = saturated.per_s() / 5 * 4;
    let ready = crowd.batches(count(rate.saturating_mul(options.seconds)), PACED_BATCH);
    held = held.max(self::held(&ready));
    let eighty = runtime.block_on(paced(&node, ready, rate));
    let other = other.map(|way| {
        let wanted = count(saturated.per_s().saturating_mul(options.seconds));
        let ready = crowd.batches(wanted, options.batch);
        held = held.max(self::held(&ready));
        way(&node, ready, Duration::from_secs(options.seconds)).map_err(LoadError::Refused)
    });
    let other = other.transpose()?;
    node.stop();
    Ok(Report {
        cores: rayon::current_num_threads(),
        accounts: options.accounts,
        transaction_bytes,
        ceiling_per_s,
        start_ms,
        idle,
        saturated,
        eighty,
        other,
        memory: memory::read(),
        held_ready_bytes: held,
    })
}

/// Base units that every account gets: fees for a long time.
const EACH: Amount = Amount::new(10_000_000_000_000);
/// Transactions whose signatures are checked for the ceiling.
const SAMPLE: usize = 20_000;
/// How long an answer waits for its block, milliseconds: longer than any measurement.
const WAIT_MS: u64 = 3_600_000;
/// Transactions that arrive together under even load.
const PACED_BATCH: usize = 25;

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn held(ready: &[Vec<Vec<u8>>]) -> u64 {
    let bytes: usize =
        ready.iter().flatten().map(|one| one.capacity() + size_of::<Vec<u8>>()).sum();
    bytes as u64
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

pub(super) fn per_second(count: u64, elapsed: Duration) -> u64 {
    count.saturating_mul(1_000_000).checked_div(micros(elapsed)).unwrap_or(0)
}

/// Decodes and recovers the sample on all cores, again and again.
fn ceiling(sample: &[Vec<Vec<u8>>], chain: &ChainSpec, seconds: u64) -> Result<u64, LoadError> {
    let (began, length) = (Instant::now(), Duration::from_secs(seconds));
    let mut done = 0_u64;
    while began.elapsed() < length {
        let check = |bytes: &Vec<u8>| wire::verify(bytes, chain).map(drop);
        let checked: Result<(), _> = sample.par_iter().flatten().try_for_each(check);
        checked.map_err(|refusal| LoadError::Refused(refusal.to_string()))?;
        done = done.saturating_add(sample.iter().map(|batch| batch.len() as u64).sum());
    }
    Ok(per_second(done, began.elapsed()))
}

type Answers = Vec<Result<crate::Included, crate::SubmitError>>;

/// Keeps so many batches on their way until all are answered or time is over.
async fn saturate(node: &Node, ready: Batches, options: Options) -> Phase {
    let began = Instant::now();
    let length = Duration::from_secs(options.seconds);
    let mut tally = Tally::default();
    let mut tasks = JoinSet::new();
    for batch in ready {
        if began.elapsed() >= length {
            break;
        }
        if tasks.len() >= options.in_flight {
            tally.take(tasks.join_next().await);
        }
        tasks.spawn(send(node.clone(), batch, Instant::now()));
    }
    while !tasks.is_empty() {
        tally.take(tasks.join_next().await);
    }
    Phase::of(tally.answers, tally.failed, began.elapsed())
}

/// Sends the batches at an even rate of transactions per second, whatever the answers take. Time
/// counts from when a batch was due.
async fn paced(node: &Node, ready: Batches, rate: u64) -> Phase {
    let began = Instant::now();
    let mut tally = Tally::default();
    let mut tasks = JoinSet::new();
    let mut sent = 0_u64;
    for batch in ready {
        let due_us = sent.saturating_mul(1_000_000).checked_div(rate).unwrap_or(0);
        let due = began + Duration::from_micros(due_us);
        while Instant::now() < due {
            match tokio::time::timeout_at(due.into(), tasks.join_next()).await {
                Ok(None) => tokio::time::sleep_until(due.into()).await,
                Ok(answer) => tally.take(answer),
                Err(_) => break,
            }
        }
        sent = sent.saturating_add(batch.len() as u64);
        tasks.spawn(send(node.clone(), batch, due));
    }
    while !tasks.is_empty() {
        tally.take(tasks.join_next().await);
    }
    Phase::of(tally.answers, tally.failed, began.elapsed())
}

async fn send(node: Node, batch: Vec<Vec<u8>>, due: Instant) -> (Duration, Answers) {
    let answers = node.submit_many(batch).await;
    (due.elapsed(), answers)
}

#[derive(Default)]
struct Tally {
    answers: Vec<(Duration, u64)>,
    failed: u64,
}

impl Tally {
    fn take(&mut self, answer: Option<Result<(Duration, Answers), tokio::task::JoinError>>) {
        let Some(Ok((took, answers))) = answer else { return };
        let good = answers.iter().filter(|one| one.as_ref().is_ok_and(|one| one.result.is_ok()));
        let good = good.count();
        self.answers.push((took, good as u64));
        self.failed = self.failed.saturating_add(answers.len().abs_diff(good) as u64);
    }
}
