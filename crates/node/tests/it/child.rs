//! A node under load in a process of its own, to be killed, and the check of what it left.
//!
//! Every sender pays a sink of its own one base unit per transaction, so that what a sink holds
//! counts that sender's transactions.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;

use workmint_amounts::Amount;
use workmint_core::Genesis;
use workmint_core::modules::parameters::EpochLength;
use workmint_node::{Config, Included, Node, Production, SubmitError};
use workmint_storage::store::{StoredBlock, View};

use crate::kit::{EACH, balance, block_on, crowd, genesis};

/// Accounts that send; as many follow that only receive.
pub(crate) const SENDERS: usize = 6;
const DIRECTORY: &str = "WORKMINT_TEST_NODE_DIRECTORY";

/// One acknowledged transaction: its hash, and where it was said to be.
pub(crate) type Ack = (String, u64, usize);

/// A network whose epochs last a second, so that closes fall among the crashes.
pub(crate) fn short_genesis() -> Genesis {
    let mut genesis = genesis(2 * SENDERS);
    genesis.parameters.network.epoch_length = EpochLength::Time(1_000);
    genesis
}

/// Makes the network that children go on with.
pub(crate) fn create(dir: &Path) {
    let config = Config { genesis: Some(short_genesis()), ..offline(dir) };
    Node::start(config).unwrap().stop();
}

fn offline(dir: &Path) -> Config {
    Config { production: Production::Driven, ..Config::new(dir.to_path_buf()) }
}

/// Runs only in a child: sends until the process ends.
#[test]
fn run() {
    let Ok(dir) = std::env::var(DIRECTORY) else { return };
    // However slow the disk is, an answer is one of a block.
    let config = Config { wait_ms: 60_000, ..Config::new(dir.into()) };
    let node = Node::start(config).unwrap_or_else(|error| {
        eprintln!("workmint: {error}");
        std::process::exit(4)
    });
    println!("ready");
    let senders: Vec<JoinHandle<()>> = (0..SENDERS)
        .map(|sender| {
            let node = node.clone();
            std::thread::spawn(move || send(&node, sender))
        })
        .collect();
    for sender in senders {
        sender.join().unwrap();
    }
}

/// Even senders send one by one, the others in batches.
fn send(node: &Node, sender: usize) {
    let mut crowd = crowd(node, 2 * SENDERS);
    crowd.set_nonce(sender, node.pending_nonce(&crowd.address(sender)));
    let mut next = || crowd.transfer(sender, SENDERS + sender, Amount::new(1));
    loop {
        if sender.is_multiple_of(2) {
            say(&block_on(node.submit(next())));
        } else {
            let batch = (0..12).map(|_| next()).collect();
            block_on(node.submit_many(batch)).iter().for_each(say);
        }
    }
}

fn say(answer: &Result<Included, SubmitError>) {
    match answer {
        Ok(one) => {
            assert_eq!(one.result, Ok(()));
            println!("ack {} {} {}", one.hash, one.height, one.position);
        }
        Err(error) => println!("refused {error}"),
    }
}

/// A child under way.
pub(crate) struct Running {
    child: Child,
    out: JoinHandle<Vec<String>>,
    err: JoinHandle<String>,
    ready: Receiver<()>,
}

/// What a child said and how it ended.
pub(crate) struct Ended {
    pub(crate) acks: Vec<Ack>,
    pub(crate) err: String,
    pub(crate) status: ExitStatus,
}

/// This test binary, told to be a child.
pub(crate) fn command(dir: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "child::run", "--nocapture"]).env(DIRECTORY, dir);
    command
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (says, ready) = channel();
        let out = std::thread::spawn(move || {
            // On one core the runner writes the test's name before the word.
            let look = |line: &String| {
                if line.ends_with("ready") {
                    says.send(()).ok();
                }
            };
            BufReader::new(out).lines().map_while(Result::ok).inspect(look).collect()
        });
        let err = std::thread::spawn(move || {
            let mut text = String::new();
            err.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, out, err, ready }
    }

    /// Returns once it sends, or has ended.
    pub(crate) fn wait_until_ready(&self) {
        self.ready.recv().ok();
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().unwrap();
        self.wait()
    }

    /// Waits until it ends by itself.
    pub(crate) fn wait(mut self) -> Ended {
        let status = self.child.wait().unwrap();
        let (out, err) = (self.out.join().unwrap(), self.err.join().unwrap());
        let refused: Vec<&String> = out.iter().filter(|line| line.contains("refused")).collect();
        assert!(refused.is_empty(), "{refused:?}");
        // A line that was cut says nothing: its transaction may be there or not.
        let acks = out.iter().filter_map(|line| ack(line)).collect();
        Ended { acks, err, status }
    }
}

fn ack(line: &str) -> Option<Ack> {
    let mut words = line.split(' ');
    let (Some("ack"), Some(hash)) = (words.next(), words.next()) else { return None };
    let (height, position) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    (hash.len() == 66).then(|| (hash.to_owned(), height, position))
}

/// Checks that every acknowledged transaction is in the journal exactly once and where it was said
/// to be, that replaying gives every app hash, that index and state agree with it, and that no
/// money came or went.
pub(crate) fn check(dir: &Path, acks: &[Ack]) {
    let node = Node::start(offline(dir)).unwrap();
    let mut in_journal: BTreeMap<String, Vec<(u64, usize)>> = BTreeMap::new();
    let (mut replay, last) = View::replay(dir).unwrap();
    while let Some(block) = replay.next_block().unwrap() {
        let StoredBlock { block, .. } = &block.stored;
        for (position, raw) in block.transactions.iter().enumerate() {
            in_journal.entry(raw.id().to_string()).or_default().push((block.height, position));
        }
    }
    assert_eq!(replay.state().chain().app_hash, node.head().hash);
    assert_eq!(last, node.head().height);
    for (hash, height, position) in acks {
        assert_eq!(in_journal.get(hash), Some(&vec![(*height, *position)]), "{hash}");
    }
    for (hash, places) in &in_journal {
        assert_eq!(places.len(), 1, "{hash}");
        let (record, position) = node.transaction(&hash.parse().unwrap()).unwrap().unwrap();
        assert_eq!((record.height, position), places[0]);
        assert_eq!(record.transactions[position].outcome, Ok(()));
    }
    let crowd = crowd(&node, 2 * SENDERS);
    let mut sent = 0;
    for sender in 0..SENDERS {
        let nonce = node.pending_nonce(&crowd.address(sender));
        assert_eq!(balance(&node, &crowd.address(SENDERS + sender)) - EACH, u128::from(nonce));
        sent += usize::try_from(nonce).unwrap();
    }
    assert_eq!(sent, in_journal.len());
    node.stop();
}

/// The auditor, which recounts everything by other code, must find nothing. It is a program of
/// another crate, so it is there when the whole workspace was built.
pub(crate) fn audit(dir: &Path) {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("workmint");
    if !program.exists() {
        let reason = format!("skipped: the audit, there is no {}", program.display());
        writeln!(std::io::stderr(), "{reason}").ok();
        return;
    }
    let told = Command::new(program).arg("audit").arg(dir).output().unwrap();
    let why = String::from_utf8_lossy(&told.stderr);
    assert!(told.status.success(), "audit of {}: {why}", dir.display());
}
