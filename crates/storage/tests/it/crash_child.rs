//! The process that `crash` kills: this test binary again, running only [`child`].

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use workmint_storage::chunk::{self, Durability};
use workmint_storage::index::{Index, Order};
use workmint_storage::journal::{Journal, JournalError};
use workmint_storage::{FileError, snapshot};

use crate::support::{GENESIS, body, limits};

/// The exit code of a child that met an I/O error and behaved as it must.
pub(crate) const STOPPED: i32 = 3;
pub(crate) const JOURNAL_SEGMENT_BYTES: u64 = 500;
pub(crate) const LAST_HEIGHT: u64 = 40;
pub(crate) const SNAPSHOTS: u64 = 6;
pub(crate) const CHUNKS: u64 = 4;

pub(crate) fn spawn(workload: &str, dir: &Path, variable: Option<(&str, &str)>) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["crash_child::child", "--exact", "--nocapture"])
        .env("WORKMINT_TEST_WORKLOAD", workload)
        .env("WORKMINT_TEST_DIR", dir)
        .envs(variable)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What the child acknowledged before it ended. Its writes outlive it, as they are in the kernel.
pub(crate) fn acknowledged(dir: &Path) -> u64 {
    let acks = std::fs::read_to_string(dir.join("acks")).unwrap_or_default();
    acks.lines().last().map_or(0, |line| line.parse().unwrap())
}

pub(crate) fn snapshot_body(number: u64) -> Vec<u8> {
    vec![number.to_le_bytes()[0]; 3000]
}

pub(crate) fn chunk_payload(number: u64, round: u64) -> Vec<u8> {
    vec![(number * 10 + round).to_le_bytes()[0]; 500]
}

#[test]
fn child() {
    let Ok(workload) = std::env::var("WORKMINT_TEST_WORKLOAD") else {
        return;
    };
    let dir = PathBuf::from(std::env::var("WORKMINT_TEST_DIR").unwrap());
    match workload.as_str() {
        "journal" => write_journal(&dir),
        "snapshot" => exit_on(write_snapshots(&dir)),
        "chunk" => exit_on(write_chunks(&dir)),
        "index" => read_index(&dir),
        other => panic!("no workload {other}"),
    }
}

fn acknowledge(dir: &Path, number: u64) {
    let mut file = OpenOptions::new().create(true).append(true).open(dir.join("acks")).unwrap();
    writeln!(file, "{number}").unwrap();
}

fn exit_on(result: Result<(), FileError>) {
    match result {
        Ok(()) => {}
        Err(FileError::Io(_)) => std::process::exit(STOPPED),
        Err(other) => panic!("{other}"),
    }
}

fn write_journal(dir: &Path) {
    let path = dir.join("journal");
    let limits = limits(JOURNAL_SEGMENT_BYTES);
    let opened = match Journal::exists(&path).unwrap() {
        true => Journal::open(&path, GENESIS, limits),
        false => Journal::create(&path, GENESIS, limits),
    };
    let mut journal = match opened {
        Ok((journal, _)) => journal,
        Err(JournalError::Io(_)) => std::process::exit(STOPPED),
        Err(other) => panic!("{other}"),
    };
    while journal.last_height() < LAST_HEIGHT {
        let next = journal.last_height() + 1;
        let last = (next + next % 3).min(LAST_HEIGHT);
        let bodies: Vec<(u64, Vec<u8>)> = (next..=last).map(|h| (h, body(h))).collect();
        let group: Vec<(u64, &[u8])> = bodies.iter().map(|(h, b)| (*h, b.as_slice())).collect();
        if let Err(error) = journal.append(&group).and_then(|_| journal.sync()) {
            assert_stopped(&mut journal, &error);
            std::process::exit(STOPPED);
        }
        acknowledge(dir, last);
    }
}

/// After the first failure every later call must fail, naming the first.
fn assert_stopped(journal: &mut Journal, first: &JournalError) {
    assert!(matches!(first, JournalError::Io(_)), "{first}");
    let next = journal.last_height() + 1;
    let later = [
        journal.append(&[(next, b"body")]).map(drop),
        journal.append(&[]).map(drop),
        journal.sync(),
    ];
    for result in later {
        match result {
            Err(JournalError::Stopped { first: named }) => assert_eq!(named, first.to_string()),
            other => panic!("the journal went on after a failure: {other:?}"),
        }
    }
}

fn write_snapshots(dir: &Path) -> Result<(), FileError> {
    let snapshots = dir.join("snapshots");
    snapshot::remove_leftovers(&snapshots)?;
    for number in 1..=SNAPSHOTS {
        let body = snapshot_body(number);
        snapshot::write(&snapshots, number, b"meta", [&body])?;
        acknowledge(dir, number);
        snapshot::prune(&snapshots, 2)?;
    }
    Ok(())
}

fn write_chunks(dir: &Path) -> Result<(), FileError> {
    let epochs = dir.join("epochs");
    chunk::remove_leftovers(&epochs)?;
    for round in 1..=2 {
        for number in 1..=CHUNKS {
            let path = chunk::path(&epochs, number, "inputs");
            let payload = chunk_payload(number, round);
            chunk::write(&path, *b"INPT", number, &payload, Durability::Synced)?;
            acknowledge(dir, (round - 1) * CHUNKS + number);
        }
    }
    Ok(())
}

/// Opens an index that may be corrupt and reads all of it.
fn read_index(dir: &Path) {
    let Ok(index) = Index::open(dir, GENESIS) else { std::process::exit(STOPPED) };
    std::fs::write(dir.with_extension("opened"), b"").unwrap();
    let events = (0..3)
        .all(|account| index.events_of(&[account; 20], Order::Ascending, None, 10_000).is_ok());
    let blocks = (0..100).all(|height| index.closing_height(height).is_ok());
    let transactions = (0..100).all(|n| index.transaction(&[n; 32]).is_ok());
    if !(events && blocks && transactions) {
        std::process::exit(STOPPED);
    }
}
