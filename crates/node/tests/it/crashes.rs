//! kill -9 under load, and crashes at the worst moments of a write.

use std::time::{Duration, SystemTime};

use crate::child::{Running, audit, check, command, create};

/// How often a node is killed; more with WORKMINT_FULL=1.
fn kills() -> u64 {
    if std::env::var("WORKMINT_FULL").is_ok_and(|value| value == "1") { 100 } else { 20 }
}

/// Another number in every run.
fn random() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    u64::from(now.subsec_micros())
}

#[test]
fn every_acknowledged_transaction_should_survive_kills_under_load() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path());
    let mut acks = Vec::new();
    for round in 0..kills() {
        let running = Running::start(command(dir.path()));
        // Every fourth dies at any moment of its start: a slow machine would do nothing but start.
        if round % 4 > 0 {
            running.wait_until_ready();
        }
        // From while it opens its files to well into its work, never the same moment.
        let wait = 150 + (round * 137 + random()) % 700;
        std::thread::sleep(Duration::from_millis(wait));
        let ended = running.kill();
        assert_eq!(ended.status.code(), None, "{}", ended.err);
        acks.extend(ended.acks);
        if round % 10 == 9 {
            check(dir.path(), &acks);
            audit(dir.path());
        }
    }
    assert!(acks.len() > 100, "{} transactions are no load", acks.len());
}

#[test]
fn every_acknowledged_transaction_should_survive_crashes_of_a_write() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path());
    let mut acks = Vec::new();
    let points = [
        "journal.before_write:9",
        "journal.torn_write:7",
        "journal.after_write_before_sync:8",
        "journal.after_sync:6",
        "chunk.mid_write:1",
        "chunk.after_rename:1",
    ];
    for point in points {
        let mut command = command(dir.path());
        command.env("WORKMINT_CRASH_AT", point);
        let ended = Running::start(command).wait();
        assert_eq!(ended.status.code(), None, "{point}: {}", ended.err);
        acks.extend(ended.acks);
        check(dir.path(), &acks);
    }
    audit(dir.path());
    assert!(acks.len() > 10, "{} transactions are no load", acks.len());
}
