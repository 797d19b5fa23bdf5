//! One writer per directory.

use tempfile::tempdir;
use workmint_storage::journal::{Journal, JournalError, JournalReader};
use workmint_storage::lock::{DirectoryLock, LockError};

use crate::support::{GENESIS, append_up_to, limits};

#[test]
fn a_second_writer_should_be_refused_until_the_first_is_gone() {
    let dir = tempdir().unwrap();
    let (mut journal, _) = Journal::create(dir.path(), GENESIS, limits(1000)).unwrap();
    append_up_to(&mut journal, 2);
    let error = Journal::open(dir.path(), GENESIS, limits(1000)).unwrap_err();
    assert!(matches!(error, JournalError::Locked(LockError::Held { .. })), "{error}");
    let text = error.to_string();
    let (place, process) = (dir.path().display(), std::process::id());
    let said = format!("{place} is in use by another running workmint (process {process}): stop");
    assert!(text.starts_with(&said) && text.contains("`workmint query`"), "{text}");

    let (reader, _) = JournalReader::open(dir.path(), GENESIS, limits(1000)).unwrap();
    assert_eq!(reader.last_height(), 2, "reading needs no lock");
    append_up_to(&mut journal, 3);
    drop(journal);
    Journal::open(dir.path(), GENESIS, limits(1000)).unwrap();
}

#[test]
fn a_lock_should_be_usable_on_any_directory() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("data");
    let lock = DirectoryLock::acquire(&path).unwrap();
    assert!(matches!(DirectoryLock::acquire(&path), Err(LockError::Held { .. })));
    drop(lock);
    DirectoryLock::acquire(&path).unwrap();
}

#[test]
fn who_finds_a_part_locked_should_be_told_of_the_whole() {
    let dir = tempdir().unwrap();
    let part = dir.path().join("part");
    let _lock = DirectoryLock::acquire_part(dir.path(), &part).unwrap();
    let Err(LockError::Held { dir: told, process }) =
        DirectoryLock::acquire_part(dir.path(), &part)
    else {
        panic!("a second writer has it");
    };
    assert_eq!((told.as_path(), process), (dir.path(), Some(std::process::id())));
    DirectoryLock::acquire(dir.path()).unwrap();
}

/// A child inherits every open file until it executes its program.
#[test]
fn starting_processes_should_not_keep_a_lock_alive() {
    let dir = tempdir().unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                std::process::Command::new("true").status().unwrap();
            }
        });
        let failed = (0..2000).find_map(|_| DirectoryLock::acquire(dir.path()).err());
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(failed.is_none(), "{failed:?}");
    });
}
