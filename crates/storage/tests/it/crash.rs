//! Processes killed at every fault point, failing operations, and kill -9 at random moments:
//! what was acknowledged is there, what is there is sound, and work goes on.

use std::fs;
use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use tempfile::{TempDir, tempdir};
use workmint_storage::chunk;
use workmint_storage::faults::{IO_OPERATIONS, POINTS};
use workmint_storage::journal::{Journal, JournalReader};
use workmint_storage::snapshot;

use crate::crash_child::{
    CHUNKS, JOURNAL_SEGMENT_BYTES, LAST_HEIGHT, SNAPSHOTS, STOPPED, acknowledged, chunk_payload,
    snapshot_body, spawn,
};
use crate::support::{GENESIS, assert_frames, full, limits, read_everything, segments};

fn run(workload: &str, dir: &Path, variable: Option<(&str, &str)>) -> ExitStatus {
    spawn(workload, dir, variable).wait().unwrap()
}

/// The workload that passes a point or operation; `directory.sync` is on all of them.
fn workload(name: &str) -> &str {
    match name.split_once('.').unwrap().0 {
        "directory" => "journal",
        prefix => prefix,
    }
}

/// A journal directory whose last frame is torn, so that the writer's open truncates it.
fn with_torn_tail() -> TempDir {
    let dir = tempdir().unwrap();
    assert!(
        !run("journal", dir.path(), Some(("WORKMINT_CRASH_AT", "journal.torn_write:7"))).success()
    );
    dir
}

fn assert_sound(workload: &str, dir: &Path) {
    let acknowledged = acknowledged(dir);
    match workload {
        "journal" => assert_journal_sound(&dir.join("journal"), acknowledged),
        "snapshot" => assert_snapshots_sound(&dir.join("snapshots"), acknowledged),
        "chunk" => assert_chunks_sound(&dir.join("epochs"), acknowledged),
        other => panic!("no workload {other}"),
    }
}

fn assert_journal_sound(dir: &Path, acknowledged: u64) {
    if !Journal::exists(dir).unwrap() {
        assert_eq!(acknowledged, 0, "the journal is gone");
        return;
    }
    let limits = limits(JOURNAL_SEGMENT_BYTES);
    let (reader, _) = JournalReader::open(dir, GENESIS, limits).unwrap();
    let last = reader.last_height();
    assert!(last >= acknowledged, "acknowledged {acknowledged}, found {last}");
    assert_frames(&reader.frames(0).map(Result::unwrap).collect::<Vec<_>>(), last);
}

fn assert_snapshots_sound(dir: &Path, acknowledged: u64) {
    let listed = snapshot::list(dir).unwrap();
    for file in &listed {
        let read = snapshot::read(&file.path).unwrap();
        assert_eq!((read.height, &read.body), (file.height, &snapshot_body(file.height)));
    }
    let newest = listed.last().map_or(0, |file| file.height);
    assert!(newest >= acknowledged, "acknowledged {acknowledged}, found {newest}");
    assert!(listed.len() <= 3);
}

fn assert_chunks_sound(dir: &Path, acknowledged: u64) {
    for number in 1..=CHUNKS {
        let path = chunk::path(dir, number, "inputs");
        let rounds = [number, CHUNKS + number].iter().filter(|ack| **ack <= acknowledged).count();
        let rounds = u64::try_from(rounds).unwrap();
        if rounds == 0 && !path.exists() {
            continue;
        }
        let payload = chunk::read(&path, *b"INPT", number).unwrap();
        let possible: Vec<Vec<u8>> =
            (rounds.max(1)..=2).map(|round| chunk_payload(number, round)).collect();
        assert!(possible.contains(&payload), "chunk {number} after {acknowledged} acks");
    }
}

/// After the crash the same work, started again, must come to its end.
fn assert_finishes(workload: &str, dir: &Path) {
    assert!(run(workload, dir, None).success(), "{workload} did not go on");
    assert_sound(workload, dir);
    match workload {
        "journal" => {
            let (frames, _) = read_everything(&dir.join("journal")).unwrap();
            assert_frames(&frames, LAST_HEIGHT);
        }
        "snapshot" => {
            let heights: Vec<u64> = snapshot::list(&dir.join("snapshots"))
                .unwrap()
                .iter()
                .map(|file| file.height)
                .collect();
            assert_eq!(heights, [SNAPSHOTS - 1, SNAPSHOTS]);
        }
        _ => assert_eq!(fs::read_dir(dir.join("epochs")).unwrap().count(), 4),
    }
    assert!(no_temporaries(&dir.join(directory_of(workload))));
}

fn directory_of(workload: &str) -> &str {
    match workload {
        "journal" => "journal",
        "snapshot" => "snapshots",
        _ => "epochs",
    }
}

fn no_temporaries(dir: &Path) -> bool {
    fs::read_dir(dir)
        .unwrap()
        .all(|entry| entry.unwrap().path().extension().is_none_or(|extension| extension != "tmp"))
}

#[test]
fn a_crash_at_any_point_should_lose_nothing_acknowledged() {
    for point in POINTS {
        let mut crashes = 0;
        for pass in 1..=if full() { 30 } else { 3 } {
            let dir =
                if point.contains("truncate") { with_torn_tail() } else { tempdir().unwrap() };
            let at = format!("{point}:{pass}");
            let status = run(workload(point), dir.path(), Some(("WORKMINT_CRASH_AT", &at)));
            if status.success() {
                break;
            }
            assert_eq!(status.code(), None, "{at} must end by a signal");
            crashes += 1;
            assert_sound(workload(point), dir.path());
            assert_finishes(workload(point), dir.path());
        }
        assert!(crashes > 0, "{point} is never passed");
    }
}

#[test]
fn a_torn_write_should_leave_a_torn_tail_that_is_dropped() {
    let dir = with_torn_tail();
    let path = dir.path().join("journal");
    let (_, report) = JournalReader::open(&path, GENESIS, limits(500)).unwrap();
    let torn = report.torn_tail_dropped.expect("half of a write is not a torn tail");
    assert_eq!(Some(&torn.segment), segments(&path).last());
    let (journal, report) = Journal::open(&path, GENESIS, limits(500)).unwrap();
    assert_eq!(report.torn_tail_dropped, Some(torn));
    drop(journal);
    let (_, report) = JournalReader::open(&path, GENESIS, limits(500)).unwrap();
    assert_eq!(report.torn_tail_dropped, None);
}

#[test]
fn a_failed_operation_should_stop_the_writer_and_lose_nothing_acknowledged() {
    for operation in IO_OPERATIONS {
        for pass in 1..=if full() { 30 } else { 3 } {
            let dir = tempdir().unwrap();
            let at = format!("{operation}:{pass}");
            let status = run(workload(operation), dir.path(), Some(("WORKMINT_IO_ERROR_AT", &at)));
            if status.success() {
                assert!(pass > 1, "{operation} is never done");
                break;
            }
            assert_eq!(status.code(), Some(STOPPED), "{at}");
            assert_sound(workload(operation), dir.path());
            assert_finishes(workload(operation), dir.path());
        }
    }
}

#[test]
fn a_kill_at_any_moment_should_lose_nothing_acknowledged() {
    for round in 0..if full() { 1000 } else { 12 } {
        let dir = tempdir().unwrap();
        let mut killed_at_work = false;
        for delay in 0..3 {
            let mut child = spawn("journal", dir.path(), None);
            std::thread::sleep(Duration::from_micros(1500 + 1700 * (round % 17) + 900 * delay));
            child.kill().unwrap();
            killed_at_work |= !child.wait().unwrap().success();
            assert_sound("journal", dir.path());
        }
        assert!(killed_at_work || acknowledged(dir.path()) == LAST_HEIGHT);
        assert_finishes("journal", dir.path());
    }
}
