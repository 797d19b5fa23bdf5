//! Opening a node's directory and starting its threads.

use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::broadcast;
use workmint_core::State;
use workmint_storage::store::{OpenIndex, Recovery, Store};

use super::shared::Shared;
use crate::application::Application;
use crate::clock;
use crate::config::Config;
use crate::error::NodeError;
use crate::fatal;
use crate::indexer::Indexer;
use crate::mempool::{Gate, Mempool};
use crate::producer::Producer;
use crate::recent::Recent;
use crate::record::BlockRecord;
use crate::status::{Counters, Head};
use crate::verifiers::Verifiers;

/// Blocks a slow listener may be behind before it misses some.
const LISTENER_LAG: usize = 64;

/// Opens or makes the network and starts the threads.
pub(super) fn start(config: Config) -> Result<Arc<Shared>, NodeError> {
    config.check()?;
    let (store, index, recovery) = open(&config)?;
    let genesis = store.genesis().clone();
    let application = Application::new(store)?;
    if let Some(pause) = clock::too_long(application.state(), &config) {
        return Err(NodeError::Clock(pause));
    }
    let (commands, receiver) = channel();
    let (blocks, _) = broadcast::channel(LISTENER_LAG);
    let shared = Arc::new(Shared {
        chain: application.chain().clone(),
        genesis,
        history_from: application.store().history_from(),
        recovery,
        head: RwLock::new(head_of(application.state())),
        made: AtomicU64::new(application.state().chain().height),
        closing: Mutex::default(),
        application: RwLock::new(application),
        pool: Mutex::new(Mempool::new(config.mempool)),
        gate: Arc::new(Gate::new(config.mempool)),
        verifiers: Verifiers::start()?,
        recent: Recent::new(config.recent_bytes),
        indexer: Indexer::new(index, config.unindexed_bytes),
        blocks,
        commands,
        threads: Mutex::default(),
        counters: Counters::default(),
        started: Instant::now(),
        stopping: AtomicBool::new(false),
        stopped: AtomicBool::new(false),
        doubts_clock: AtomicBool::new(false),
        config,
    });
    let indexer = Arc::clone(&shared);
    let indexer = spawn("index", move || indexer.indexer.run())?;
    let producer = Producer::new(Arc::clone(&shared), receiver);
    let producer = spawn("producer", move || producer.run())?;
    shared.threads().extend([producer, indexer]);
    Ok(shared)
}

fn open(config: &Config) -> Result<(Store, OpenIndex, Recovery), NodeError> {
    let dir = &config.dir;
    if !Store::exists(dir) {
        let genesis = config.genesis.as_ref().ok_or(NodeError::NoNetwork)?;
        drop(Store::create(dir, genesis, config.store)?);
    }
    let opened = Store::open_indexed(dir, config.store, BlockRecord::replayed)?;
    if let Some(genesis) = &config.genesis {
        let encoding =
            |error: workmint_core::table::EncodingError| NodeError::Encoding(error.to_string());
        let expected = genesis.hash().map_err(encoding)?;
        let found = opened.0.genesis().hash().map_err(encoding)?;
        if expected != found {
            return Err(NodeError::OtherNetwork { expected, found });
        }
    }
    Ok(opened)
}

/// A thread whose panic ends the process: half a block must never be read.
fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, NodeError> {
    let named = name.to_owned();
    let guarded = move || {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).is_err() {
            fatal::stop_engine(&format!("its thread {named} panicked"));
        }
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(guarded).map_err(NodeError::Thread)
}

fn head_of(state: &State) -> Head {
    let chain = state.chain();
    Head { height: chain.height, time_ms: chain.time_ms, hash: chain.app_hash, epoch: chain.epoch }
}
