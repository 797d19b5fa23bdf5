//! `workmint demo`: a whole network's economy on one machine.

mod plan;
mod serve;

use clap::Args;
use serde_json::json;
use std::io::{IsTerminal, stderr};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use workmint_core::modules::parameters::{EpochLength, Parameters};
use workmint_core::state::Chain;
use workmint_core::{Applied, State};
use workmint_storage::store::{self, Recovery, Store, View};

use crate::demo::{Calendar, Conservation, Director, Story, story};
use crate::failure::Failure;
use crate::output::{Out, counted, progress, wrapped};
use plan::Plan;

/// Most requests an epoch.
const MAX_REQUESTS: u64 = 100_000_000;

/// Run a network's economy on this machine: hosts, customers, requests, settlements, claims.
///
/// Creates the network, registers hosts, funds customers, makes every request one by one, and
/// settles epoch by epoch. In a network of contributions, contributors submit work, verifiers
/// measure it, some cheat, and buckets pay. In a network of jobs, staked providers take jobs at
/// prices that follow demand, some fail their customers, people swap and vote. In a network of
/// opinions, miners and validators take seats, validators bond money, weigh miners and sign blocks,
/// others delegate to them. Run again with the same directory, also after a kill, it goes on where
/// it stopped.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  workmint demo\n  workmint demo --participants 2000 --epochs 30 \
                        --data-dir /tmp/large\n  workmint demo --trace conversations.csv\n  \
                        workmint demo --network blyan\n  workmint demo --network hanzo\n  \
                        workmint demo --network moderntensor\n  workmint demo --network \
                        bittensor\n  workmint demo --network workmint\n  workmint demo --serve\n\n\
                        A trace has the columns TIMESTAMP,ContextTokens,GeneratedTokens.\n\
                        Exit codes: 0 success; 2 wrong input; 3 damaged data or a broken \
                        invariant; 4 the machine refused to read or write."
)]
pub(crate) struct Arguments {
    /// A built-in network, or the path of a network.toml file [default: gonka]
    #[arg(long, value_name = "NAME")]
    network: Option<String>,
    /// Epochs to close in this run [default: 8; what the story of contributions takes; 14 of jobs;
    /// 12 or more of opinions]
    #[arg(long, value_name = "N", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    epochs: Option<u64>,
    /// Instead of --epochs: run until this many epochs are closed since the start
    #[arg(long, value_name = "N", conflicts_with = "epochs", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    until: Option<u64>,
    /// Hosts, contributors, providers, or who holds seats [default: 24]
    #[arg(long, value_name = "N", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u64).range(1..=100_000))]
    participants: Option<u64>,
    /// Requests of customers in each ordinary epoch [default: 200000, or the trace's own rate]
    #[arg(long, value_name = "N", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u64).range(0..=MAX_REQUESTS))]
    requests_per_epoch: Option<u64>,
    /// Take the requests' sizes from this recorded trace, repeated to fill the epochs
    #[arg(long, value_name = "FILE.csv")]
    trace: Option<PathBuf>,
    /// Where the network's data lies [default: workmint-data/demo-NETWORK]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Key of all chance: the same seed gives the same app hashes [default: 1]
    #[arg(long, value_name = "S", allow_negative_numbers = true)]
    seed: Option<u64>,
    /// Run on until Ctrl-C, behind the same interfaces as `workmint node`, with a faucet
    #[arg(long, conflicts_with_all = ["epochs", "until"])]
    serve: bool,
    /// Where --serve listens; port 0 takes a free one
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        requires = "serve",
        env = "WORKMINT_LISTEN",
        default_value = "127.0.0.1:8645"
    )]
    listen: SocketAddr,
    /// Seconds that an epoch takes under --serve, while the machine is fast enough [default: 12,
    /// more where that would be over 100 blocks a second]
    #[arg(long, value_name = "N", requires = "serve", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u64).range(1..=600))]
    epoch_seconds: Option<u64>,
    /// Print one JSON object for each epoch and a final one
    #[arg(long)]
    json: bool,
    /// Print the proof of conservation only
    #[arg(long)]
    quiet: bool,
    /// Take a snapshot after so many bytes of journal
    #[arg(long, hide = true, value_name = "BYTES")]
    snapshot_every_bytes: Option<u64>,
    /// Begin a journal segment after so many bytes
    #[arg(long, hide = true, value_name = "BYTES")]
    segment_bytes: Option<u64>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.epoch_seconds.is_some() && !arguments.serve {
        return Err(Failure::input(
            "--epoch-seconds: only with --serve; without it epochs take what the machine takes",
        ));
    }
    let plan = Plan::new(arguments)?;
    if arguments.serve {
        return serve::run(plan, arguments);
    }
    let mut run = plan.open(arguments)?;
    run.header()?;
    run.go_on(arguments)?;
    run.closing()
}

impl Plan {
    /// Opens the network, or makes it.
    fn open(self, arguments: &Arguments) -> Result<Run, Failure> {
        let limits = limits(arguments);
        let (store, recovery) = match &self.genesis {
            Some(genesis) => {
                self.settings.save(&self.dir)?;
                (Store::create(&self.dir, genesis, limits)?, None)
            }
            None => {
                let (store, recovery) = Store::open(&self.dir, limits)?;
                (store, Some(recovery))
            }
        };
        let genesis = store.genesis();
        let calendar = Calendar::new(&genesis.parameters)?;
        let director = Director::new(calendar);
        let mut story = story(self.settings, genesis, &calendar, self.source)?;
        count_open(&self.dir, store.state(), story.as_mut())?;
        Ok(Run {
            dir: self.dir,
            store,
            recovery,
            director,
            calendar,
            story,
            json: arguments.json,
            quiet: arguments.quiet,
        })
    }
}

/// When snapshots are taken and segments begin.
fn limits(arguments: &Arguments) -> store::Settings {
    let mut limits = store::Settings::default();
    if let Some(bytes) = arguments.snapshot_every_bytes {
        limits.snapshot_bytes = bytes;
    }
    if let Some(bytes) = arguments.segment_bytes {
        limits.segment_bytes = bytes;
    }
    limits
}

/// Counts what the open epoch did before this run: its blocks are replayed from the journal.
fn count_open(dir: &Path, state: &State, story: &mut dyn Story) -> Result<(), Failure> {
    let chain = state.chain();
    if chain.height > chain.epoch_start_height {
        let (mut replay, _) = View::replay(dir)?;
        while let Some(block) = replay.next_block()? {
            if block.stored.block.height > chain.epoch_start_height {
                story.count(&block.applied)?;
            }
        }
    }
    Ok(())
}

/// What is run, and the table's head.
fn header(
    parameters: &Parameters,
    story: &dyn Story,
    (dir, standing): (&Path, &str),
) -> Result<(), Failure> {
    let epochs = match parameters.network.epoch_length {
        EpochLength::Time(length) => {
            format!("of {}", workmint_core::time::Duration::Milliseconds(length))
        }
        EpochLength::Blocks(blocks) => format!("of {blocks} blocks"),
    };
    let mut out = Out::stdout();
    let network = format!(
        "Network  {}: {}, {}, epochs {epochs}",
        parameters.network.name,
        story.people().counted(),
        counted(parameters.models.len() as u64, "model"),
    );
    out.line(wrapped(&network, 100, "         ").trim_start())?;
    let demand = format!("Demand   {}", story.demand());
    out.line(wrapped(&demand, 100, "         ").trim_start())?;
    out.line(format_args!("Data     {} ({standing})", dir.display()))?;
    out.line("Amounts  cut after two decimals here, exact in --json; dust in base units")?;
    out.line("")?;
    out.line(story.heads(parameters)?)?;
    out.finish()
}

/// Where the run begins; no recovery: in a new network.
fn standing(chain: &Chain, recovery: Option<&Recovery>) -> String {
    let Some(recovery) = recovery else {
        return "new".to_owned();
    };
    let from = match recovery.snapshot_height {
        Some(height) => format!("the snapshot of height {height}"),
        None => "genesis".to_owned(),
    };
    let torn = match &recovery.torn_tail {
        Some(_) => "; an unfinished write at the end was dropped",
        None => "",
    };
    format!(
        "continued in epoch {} at height {}: {} blocks replayed on {from}{torn}",
        chain.epoch, chain.height, recovery.replayed_blocks
    )
}

/// A demo under way.
struct Run {
    dir: PathBuf,
    store: Store,
    /// What opening found; `None` in a new network.
    recovery: Option<Recovery>,
    director: Director,
    calendar: Calendar,
    story: Box<dyn Story>,
    json: bool,
    quiet: bool,
}

impl Run {
    /// Whether people read along.
    fn talks(&self) -> bool {
        !self.json && !self.quiet
    }

    fn header(&self) -> Result<(), Failure> {
        if !self.talks() {
            return Ok(());
        }
        let standing = standing(self.store.state().chain(), self.recovery.as_ref());
        header(&self.store.genesis().parameters, self.story.as_ref(), (&self.dir, &standing))
    }

    /// Makes block after block until the epochs asked for are closed.
    fn go_on(&mut self, arguments: &Arguments) -> Result<(), Failure> {
        let chain = *self.store.state().chain();
        let until = match arguments.until {
            Some(until) => until,
            None => chain.epoch.saturating_add(arguments.epochs.unwrap_or(self.story.epochs())),
        };
        let epochs = until.saturating_sub(chain.epoch);
        let done = chain.height.saturating_sub(chain.epoch_start_height);
        let blocks = epochs.saturating_mul(self.calendar.blocks_per_epoch());
        let bar = progress(Some(blocks.saturating_sub(done)), "blocks");
        while self.store.state().chain().epoch < until {
            let epoch = self.store.state().chain().epoch;
            let next = self.director.next_blocks(self.story.as_mut(), self.store.state())?;
            for (_, transactions) in &next {
                self.story.sent(transactions);
            }
            for applied in self.store.commit(next)? {
                self.take(epoch, &applied, &bar)?;
                bar.inc(1);
            }
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Counts a durable block, and prints the epoch's row when it closed one.
    fn take(
        &mut self,
        epoch: u64,
        applied: &Applied,
        bar: &indicatif::ProgressBar,
    ) -> Result<(), Failure> {
        self.story.count(applied)?;
        self.story.note(&self.store.genesis().parameters, epoch, applied)?;
        let Some(closed) = &applied.closed else {
            return Ok(());
        };
        let state = self.store.state();
        let line = match (self.json, self.quiet) {
            (true, _) => self.story.json(closed, state)?.to_string(),
            (false, _) => self.story.line(closed, state)?,
        };
        if self.quiet && !self.json {
            return Ok(());
        }
        let print = || {
            let mut out = Out::stdout();
            out.line(&line)?;
            out.finish()
        };
        if stderr().is_terminal() { bar.suspend(print) } else { print() }
    }

    fn closing(&self) -> Result<(), Failure> {
        let (genesis, state) = (self.store.genesis(), self.store.state());
        let books = Conservation::recount(genesis, state)?;
        let chain = state.chain();
        let mut out = Out::stdout();
        if self.json {
            let mut value = json!({
                "final": true,
                "network": genesis.parameters.network.name.as_str(),
                "data_dir": self.dir.display().to_string(),
                "open_epoch": chain.epoch,
                "height": chain.height,
                "app_hash": chain.app_hash.to_string(),
                "assets": books.json(genesis)?,
                "highlights": self.story.highlights_json(&genesis.parameters)?,
            });
            if let Some(members) = value.as_object_mut() {
                members.extend(self.story.account_json(&self.store)?);
            }
            out.line(&value)?;
            return out.finish();
        }
        if self.talks() {
            out.line("")?;
        }
        for line in books.lines(genesis)? {
            out.line(wrapped(&line, 100, ""))?;
        }
        if self.talks() {
            out.line(format_args!(
                "Epoch {} is open at height {}; app hash {}",
                chain.epoch, chain.height, chain.app_hash
            ))?;
            self.tell(&mut out)?;
        }
        out.finish()
    }

    /// What happened in this run, and how to look closer.
    fn tell(&self, out: &mut Out) -> Result<(), Failure> {
        for line in self.story.account(&self.store)? {
            out.line(line)?;
        }
        let lines = self.story.highlights(&self.store.genesis().parameters)?;
        if !lines.is_empty() {
            out.line("\nIn this run:")?;
        }
        for line in lines {
            out.line(wrapped(&line, 98, "    ").replacen("    ", "  - ", 1))?;
        }
        let dir = self.dir.display().to_string();
        let Some(example) = self.story.example(self.store.state(), &dir) else {
            return Ok(());
        };
        out.line(format_args!("\nLook closer ({} is {}):", example.address, example.name))?;
        for command in example.commands {
            out.line(format_args!("  workmint {command}"))?;
        }
        Ok(())
    }
}
