//! `workmint demo --serve`: the demo's network runs on behind the interfaces of a node. Its own
//! transactions and those that come in over them share its blocks.

use super::plan::Plan;
use super::{Arguments, count_open, header, limits, standing};
use crate::demo::{Calendar, Director, Story, Supplier, story};
use crate::failure::Failure;
use crate::output::Out;
use crate::serving::{self, Keys, Signals, failed, say};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use workmint_api::rpc::Faucet;
use workmint_api::{ApiConfig, Server};
use workmint_core::epoch::ClosedEpoch;
use workmint_core::{Block, DecodedTransaction};
use workmint_node::{Config, Node, Production};

/// Seconds that an epoch takes if nobody says otherwise, and most blocks a second then.
const EPOCH_SECONDS: u64 = 12;
const MOST_BLOCKS: u64 = 100;
/// How long a transaction is waited for at least, milliseconds.
const WAIT_MS: u64 = 5_000;
/// The key that the faucet's account has.
const FAUCET: &str = "faucet";

/// Runs the network until somebody stops it.
pub(super) fn run(plan: Plan, arguments: &Arguments) -> Result<(), Failure> {
    let runtime = serving::runtime()?;
    let new = plan.genesis.is_some();
    if new {
        // Where nobody can be served nothing is made.
        serving::require_free(&ApiConfig { listen: arguments.listen, ..ApiConfig::default() })?;
        plan.settings.save(&plan.dir)?;
    }
    let mut config = Config::new(plan.dir.clone());
    config.genesis.clone_from(&plan.genesis);
    config.production = Production::Driven;
    config.store = limits(arguments);
    // Longer than between two blocks: every epoch has ten or more.
    config.wait_ms = WAIT_MS.max(arguments.epoch_seconds.unwrap_or(0).saturating_mul(200));
    let node = Node::start(config).map_err(failed)?;
    let ended = serve(&runtime, plan, &node, (arguments, new));
    node.stop();
    ended?;
    let head = node.head();
    say(&format!("Stopped at height {}, epoch {}.", head.height, head.epoch));
    Ok(())
}

fn serve(
    runtime: &tokio::runtime::Runtime,
    plan: Plan,
    node: &Node,
    (arguments, new): (&Arguments, bool),
) -> Result<(), Failure> {
    let keys = Keys::make(&plan.dir, [FAUCET])?;
    let signers = keys.signers();
    let mut api = ApiConfig { listen: arguments.listen, ..ApiConfig::default() };
    let genesis = node.genesis();
    let calendar = Calendar::new(&genesis.parameters)?;
    let (account, key) = signers.into_iter().next().ok_or_else(|| {
        let folder = keys.folder().display();
        Failure::Input(format!("{folder} has lost the faucet's key: restore it from a copy"))
    })?;
    let supplier = Supplier::new(genesis, account);
    let amounts = supplier.amounts();
    api.faucet = (!amounts.is_empty()).then_some(Faucet { key, amounts });
    let mut served = Served {
        director: Director::new(calendar),
        story: story(plan.settings, genesis, &calendar, plan.source)?,
        supplier,
        pace: pace(&calendar, arguments.epoch_seconds),
        json: arguments.json,
        quiet: arguments.quiet,
        node: node.clone(),
    };
    node.read(|state| count_open(&plan.dir, state, served.story.as_mut()))?;
    // Before the port: where a second one is refused, nothing has been said yet.
    let (server, mut signals) = runtime.block_on(async {
        let signals = Signals::listen()?;
        Ok::<_, Failure>((serving::listen(node.clone(), api).await?, signals))
    })?;
    served.announce(&plan.dir, &server, new)?;
    let (ended, mut end) = oneshot::channel::<()>();
    let (stop, stopped) = channel();
    let task = runtime.spawn(async move {
        tokio::select! {
            () = signals.wait(&server) => {}
            _ = &mut end => {}
        }
        say("Stopping: open requests end, then the last block is written.");
        // Blocks are made on meanwhile: some of the requests wait for one.
        server.stop().await;
        // If it ended already, nobody listens.
        stop.send(()).ok();
    });
    let driven = served.drive(&stopped);
    drop(ended);
    let task = runtime.block_on(task);
    driven?;
    task.map_err(|error| Failure::Machine(format!("the threads that serve ended: {error}")))
}

/// Between two blocks.
fn pace(calendar: &Calendar, seconds: Option<u64>) -> Duration {
    let blocks = calendar.blocks_per_epoch().max(1);
    let seconds = seconds.unwrap_or_else(|| EPOCH_SECONDS.max(blocks.div_ceil(MOST_BLOCKS)));
    Duration::from_secs(seconds) / u32::try_from(blocks).unwrap_or(u32::MAX)
}

/// A network that is served while it runs.
struct Served {
    node: Node,
    director: Director,
    story: Box<dyn Story>,
    supplier: Supplier,
    pace: Duration,
    json: bool,
    quiet: bool,
}

impl Served {
    fn announce(&self, dir: &Path, server: &Server, new: bool) -> Result<(), Failure> {
        let address = server.address();
        let (chain, recovery) = (self.node.read(|state| *state.chain()), self.node.recovery());
        let id = self.node.chain().chain_id;
        say(&format!(
            "Serving  http://{address}: JSON-RPC /rpc, REST /v1, /metrics; chain id {id}; Ctrl-C \
             stops"
        ));
        say(&format!("Try      curl -s http://{address}/v1/epochs"));
        let people = self.story.people();
        if let Some((who, name)) = people.first() {
            // What answers from the first epoch on: contributions are paid for later.
            let ask = match self.node.genesis().parameters.contributions {
                Some(_) => format!("workmint query estimate {who} --rpc http://{address}"),
                None => format!(
                    "workmint query wait --rpc http://{address} && \
                     workmint query explain closed {who} --rpc http://{address}"
                ),
            };
            say(&format!("         {ask}   # {name}"));
        }
        say(&format!("         workmint faucet ADDRESS --rpc http://{address}"));
        if self.json || self.quiet {
            return Ok(());
        }
        let standing = standing(&chain, (!new).then_some(recovery));
        header(&self.node.genesis().parameters, self.story.as_ref(), (dir, &standing))
    }

    /// Makes block after block until it is told to stop.
    fn drive(&mut self, stop: &Receiver<()>) -> Result<(), Failure> {
        let mut due = Instant::now();
        loop {
            let node = self.node.clone();
            let (block, decoded) = node.read(|state| {
                let mut next = self.director.next_block(self.story.as_mut(), state)?;
                self.story.sent(&next.1);
                self.supplier.supply(state, &mut next)?;
                Ok::<_, Failure>(next)
            })?;
            self.make(block, decoded)?;
            // What a slow machine is late is not made good by haste.
            due = Instant::now().max(due + self.pace);
            match stop.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    /// Makes one block, and prints the epoch's row when it closed one.
    fn make(&mut self, block: Block, decoded: Vec<DecodedTransaction>) -> Result<(), Failure> {
        let epoch = self.node.head().epoch;
        let driven = self.node.drive_block(block, decoded).map_err(failed)?;
        let applied = &driven.applied;
        self.story.count(applied)?;
        self.story.note(&self.node.genesis().parameters, epoch, applied)?;
        match &applied.closed {
            Some(closed) => self.row(closed),
            None => Ok(()),
        }
    }

    fn row(&mut self, closed: &ClosedEpoch) -> Result<(), Failure> {
        let node = self.node.clone();
        let story = &mut self.story;
        let line = match self.json {
            true => node.read(|state| story.json(closed, state))?.to_string(),
            false => node.read(|state| story.line(closed, state))?,
        };
        if self.quiet && !self.json {
            return Ok(());
        }
        let mut out = Out::stdout();
        out.line(&line)?;
        out.finish()
    }
}
