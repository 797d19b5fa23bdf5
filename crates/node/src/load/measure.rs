//! What this machine's node can do, measured in one run beside what its signatures alone cost.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use tokio::task::JoinSet;
use workmint_amounts::Amount;
use workmint_core::Genesis;
use workmint_protocol::wire::{self, ChainSpec};
use workmint_storage::store::StoreError;

use super::process::{self, Memory};
use super::tally::{Phase, Tally, micros};
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
    /// Length of the first transaction, bytes.
    pub transaction_bytes: usize,
    /// Signed transactions that all cores decode and recover, and nothing else: half of it measured
    /// before the node was saturated, half after.
    pub ceiling: Phase,
    /// From opening the directory to the first answer, milliseconds.
    pub start_ms: u64,
    /// Memory of the process before load.
    pub idle: Memory,
    /// As much as the node takes.
    pub saturated: Phase,
    /// Groups of blocks that were written meanwhile, each with one sync, and how long the node
    /// waited for them in all, microseconds. Delay follows the disk.
    pub writes: (u64, u64),
    /// Four fifths of that, evenly spread; time counts from when each was due.
    pub eighty: Phase,
    /// As much as the other way takes, if one was given.
    pub other: Option<Phase>,
    /// Memory of the process in the end; signed transactions held ready are part of it.
    pub memory: Memory,
    /// Most bytes of signed transactions that were held ready at once.
    pub held_ready_bytes: u64,
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

/// Signed transactions, to be sent batch by batch.
pub type Batches = Vec<Vec<Vec<u8>>>;

/// Sends batches of transactions to a node in another way, for so long.
type Way<'a> = &'a dyn Fn(&Node, Batches, Duration) -> Result<Phase, String>;

/// What a measurement uses of its caller.
#[derive(Clone, Copy)]
pub struct Ways<'a> {
    /// Another way to the node, measured too.
    pub other: Option<Way<'a>>,
    /// Told what begins.
    pub watch: &'a dyn Fn(&'static str),
}

/// Base units that every account gets: fees for a long time.
const EACH: Amount = Amount::new(10_000_000_000_000);
/// Transactions whose signatures are checked for the ceiling.
const SAMPLE: usize = 20_000;
/// How long an answer may take, milliseconds.
const WAIT_MS: u64 = 600_000;
/// Transactions that arrive together under even load.
const PACED_BATCH: usize = 25;

/// Measures a new network of this genesis in an empty directory.
///
/// # Errors
/// [`LoadError`].
pub fn measure(
    dir: &Path,
    mut genesis: Genesis,
    (options, ways): (Options, Ways<'_>),
) -> Result<Report, LoadError> {
    (ways.watch)("making a network");
    Crowd::fund(&mut genesis, options.accounts, EACH)?;
    // Made and closed first: what is measured is the start of a network that exists.
    Node::start(Config { genesis: Some(genesis), ..Config::new(dir.to_path_buf()) })?.stop();
    let began = Instant::now();
    // However late an answer is, it says that its transaction is durable.
    let node = Node::start(Config { wait_ms: WAIT_MS, ..Config::new(dir.to_path_buf()) })?;
    node.read(|state| state.chain().height);
    let start_ms = micros(began.elapsed()) / 1_000;
    let idle = process::memory(None);
    let crowd = Crowd::new(options.accounts, node.chain(), &node.genesis().parameters)?;
    let mut run = Run { node, crowd, options, held: 0 };
    let parts = run.parts(ways);
    run.node.stop();
    let Parts { ceiling, saturated, writes, eighty, other } = parts?;
    Ok(Report {
        cores: rayon::current_num_threads(),
        accounts: options.accounts,
        transaction_bytes: run.crowd.transfer_at(0, (1, Amount::new(1)), 0, 0).len(),
        ceiling,
        start_ms,
        idle,
        saturated,
        writes,
        eighty,
        other,
        memory: process::memory(None),
        held_ready_bytes: run.held,
    })
}

/// A measurement under way.
struct Run {
    node: Node,
    crowd: Crowd,
    options: Options,
    held: u64,
}

struct Parts {
    ceiling: Phase,
    saturated: Phase,
    writes: (u64, u64),
    eighty: Phase,
    other: Option<Phase>,
}

impl Run {
    fn parts(&mut self, ways: Ways<'_>) -> Result<Parts, LoadError> {
        let Options { seconds, batch, .. } = self.options;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(LoadError::Machine)?;
        let half = Duration::from_millis(seconds.saturating_mul(500));
        (ways.watch)("signatures alone");
        let sample = self.ready(SAMPLE as u64, batch);
        let before = ceiling(&sample, self.node.chain(), half)?;
        (ways.watch)("signing");
        let ready = self.ready(before.per_s().saturating_mul(seconds), batch);
        (ways.watch)("as much as the node takes");
        let written = self.written();
        let saturated = runtime.block_on(saturate(&self.node, ready, self.options))?;
        let writes = self.written();
        let writes = (writes.0.abs_diff(written.0), writes.1.abs_diff(written.1));
        (ways.watch)("signatures alone");
        let after = ceiling(&sample, self.node.chain(), half)?;
        drop(sample);
        let rate = saturated.per_s() / 5 * 4;
        (ways.watch)("signing");
        let ready = self.ready(rate.saturating_mul(seconds), PACED_BATCH);
        (ways.watch)("four fifths of it");
        let eighty = runtime.block_on(paced(&self.node, ready, rate));
        let other = ways.other.map(|way| {
            (ways.watch)("signing");
            let ready = self.ready(saturated.per_s().saturating_mul(seconds), batch);
            (ways.watch)("as much as HTTP takes");
            way(&self.node, ready, Duration::from_secs(seconds)).map_err(LoadError::Refused)
        });
        let (ceiling, other) = (sum(before, after), other.transpose()?);
        Ok(Parts { ceiling, saturated, writes, eighty, other })
    }

    /// Writes so far, and how long they took in all, microseconds.
    fn written(&self) -> (u64, u64) {
        let sync = self.node.status().sync;
        (sync.buckets.iter().sum(), sync.sum_us)
    }

    /// So many transactions in batches, signed with the nonces that the node expects next.
    fn ready(&mut self, count: u64, batch: usize) -> Batches {
        let node = &self.node;
        self.crowd.follow(|address| node.pending_nonce(address));
        let ready = self.crowd.batches(usize::try_from(count).unwrap_or(usize::MAX), batch);
        let bytes = ready.iter().flatten().map(|one| one.capacity() + size_of::<Vec<u8>>());
        self.held = self.held.max(bytes.map(|bytes| bytes as u64).sum());
        ready
    }
}

/// Two parts as one, as far as a ceiling needs it.
fn sum(one: Phase, other: Phase) -> Phase {
    Phase {
        transactions: one.transactions.saturating_add(other.transactions),
        elapsed_us: one.elapsed_us.saturating_add(other.elapsed_us),
        processor_us: one.processor_us.saturating_add(other.processor_us),
        ..Phase::default()
    }
}

/// Decodes and recovers the sample on all cores, again and again.
fn ceiling(
    sample: &[Vec<Vec<u8>>],
    chain: &ChainSpec,
    length: Duration,
) -> Result<Phase, LoadError> {
    let mut tally = Tally::begin();
    while tally.began().elapsed() < length {
        let began = Instant::now();
        let check = |bytes: &Vec<u8>| wire::verify(bytes, chain).map(drop);
        let checked: Result<(), _> = sample.par_iter().flatten().try_for_each(check);
        checked.map_err(|refusal| LoadError::Refused(refusal.to_string()))?;
        let count = sample.iter().map(|batch| batch.len() as u64).sum();
        tally.answered(began.elapsed(), count, (0, None));
    }
    Ok(tally.end())
}

type Answers = Vec<Result<crate::Included, crate::SubmitError>>;
type Answered = Option<Result<(Duration, Answers), tokio::task::JoinError>>;

/// Keeps so many batches on their way until all are answered or time is over, and waits for the
/// index: work that is put off is no rate that can be kept up.
async fn saturate(node: &Node, ready: Batches, options: Options) -> Result<Phase, NodeError> {
    let length = Duration::from_secs(options.seconds);
    let mut tally = Tally::begin();
    let mut tasks = JoinSet::new();
    for batch in ready {
        if tally.began().elapsed() >= length {
            break;
        }
        if tasks.len() >= options.in_flight {
            take(&mut tally, tasks.join_next().await);
        }
        tasks.spawn(send(node.clone(), batch, Instant::now()));
    }
    while !tasks.is_empty() {
        take(&mut tally, tasks.join_next().await);
    }
    node.index(|_| Ok::<_, StoreError>(()))?;
    Ok(tally.end())
}

/// Sends the batches at an even rate of transactions per second, whatever the answers take. Time
/// counts from when a batch was due.
async fn paced(node: &Node, ready: Batches, rate: u64) -> Phase {
    let mut tally = Tally::begin();
    let mut tasks = JoinSet::new();
    let mut sent = 0_u64;
    for batch in ready {
        let due_us = sent.saturating_mul(1_000_000).checked_div(rate).unwrap_or(0);
        let due = tally.began() + Duration::from_micros(due_us);
        while Instant::now() < due {
            match tokio::time::timeout_at(due.into(), tasks.join_next()).await {
                Ok(None) => tokio::time::sleep_until(due.into()).await,
                Ok(answer) => take(&mut tally, answer),
                Err(_) => break,
            }
        }
        sent = sent.saturating_add(batch.len() as u64);
        tasks.spawn(send(node.clone(), batch, due));
    }
    while !tasks.is_empty() {
        take(&mut tally, tasks.join_next().await);
    }
    tally.end()
}

async fn send(node: Node, batch: Vec<Vec<u8>>, due: Instant) -> (Duration, Answers) {
    let answers = node.submit_many(batch).await;
    (due.elapsed(), answers)
}

fn take(tally: &mut Tally, answer: Answered) {
    let Some(Ok((took, answers))) = answer else { return };
    let why = |one: &Result<crate::Included, crate::SubmitError>| match one {
        Ok(included) => included.result.as_ref().err().map(|failed| failed.text.clone()),
        Err(error) => Some(error.to_string()),
    };
    let mut failed = answers.iter().filter_map(why);
    let first = failed.next();
    let count = if first.is_some() { 1 + failed.count() as u64 } else { 0 };
    let good = (answers.len() as u64).saturating_sub(count);
    tally.answered(took, good, (count, first));
}

#[cfg(test)]
mod tests {
    use workmint_core::Hash;

    use super::*;
    use crate::{Failed, Included, SubmitError};

    #[test]
    fn what_failed_in_its_block_or_before_is_counted_and_told() {
        let included =
            |result| Ok(Included { hash: Hash([1; 32]), height: 5, position: 0, result });
        let failed = Failed { code: 109, text: "no allowance".to_owned(), revert: Vec::new() };
        let took = Duration::from_millis(3);
        let mut tally = Tally::begin();
        take(&mut tally, Some(Ok((took, vec![included(Ok(())); 7]))));
        let answers = vec![
            included(Ok(())),
            included(Err(failed)),
            Err(SubmitError::Expired { after_ms: 9 }),
            included(Ok(())),
        ];
        take(&mut tally, Some(Ok((took, answers))));
        take(&mut tally, None);
        let phase = tally.end();
        assert_eq!((phase.transactions, phase.failed), (9, 2));
        assert_eq!(phase.first_failure.as_deref(), Some("no allowance"));
    }
}
