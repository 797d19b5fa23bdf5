//! The index: look-ups, paging, atomic progress, and being thrown away.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::tempdir;
use workmint_storage::Hash;
use workmint_storage::index::{
    Address, EventKey, Index, IndexEntry, IndexError, Order, TransactionPlace,
};

use crate::crash_child::spawn;
use crate::support::{GENESIS, full};

const ALICE: Address = [1; 20];
const BOB: Address = [2; 20];

fn hash(height: u64, position: u32) -> Hash {
    let mut hash = [0; 32];
    hash[..8].copy_from_slice(&height.to_le_bytes());
    hash[8..12].copy_from_slice(&position.to_le_bytes());
    hash
}

fn key(height: u64, sequence: u32) -> EventKey {
    EventKey { height, sequence }
}

/// Three transactions and four events a block; every tenth block closes an epoch.
fn apply(index: &mut Index, height: u64) {
    let text: Vec<String> = (0..4).map(|sequence| format!("event {height}/{sequence}")).collect();
    let mut entries: Vec<IndexEntry<'_>> = (0..3)
        .map(|position| IndexEntry::Transaction { hash: hash(height, position), position })
        .collect();
    for (sequence, event) in (0..).zip(&text) {
        let address = if sequence == 3 { BOB } else { ALICE };
        entries.push(IndexEntry::AccountEvent { address, sequence, event: event.as_bytes() });
    }
    if height.is_multiple_of(10) {
        let epoch = height / 10;
        let books = text[0].as_bytes();
        entries.push(IndexEntry::EpochClosed { epoch, books });
        for (sequence, event) in (0..).zip(text.iter().take(2)) {
            entries.push(IndexEntry::EpochEvent { epoch, sequence, event: event.as_bytes() });
        }
    }
    index.apply(height, [height.to_le_bytes()[0]; 32], &entries).unwrap();
}

fn filled(dir: &Path, last: u64) -> Index {
    let mut index = Index::open(dir, GENESIS).unwrap();
    (1..=last).for_each(|height| apply(&mut index, height));
    index
}

fn assert_holds(index: &Index, last: u64) {
    assert_eq!(index.indexed_height(), Some(last));
    assert_eq!(index.indexed().unwrap().chain_hash, [last.to_le_bytes()[0]; 32]);
    for height in 1..=last {
        for position in 0..3 {
            let place = index.transaction(&hash(height, position)).unwrap();
            assert_eq!(place, Some(TransactionPlace { height, position }));
        }
    }
    assert_eq!(index.transaction(&hash(last + 1, 0)).unwrap(), None);
    for epoch in 0..=last / 10 + 1 {
        let closed = (epoch > 0 && epoch <= last / 10).then_some(epoch * 10);
        assert_eq!(index.closing_height(epoch).unwrap(), closed);
        let books = closed.map(|height| format!("event {height}/0").into_bytes());
        assert_eq!(index.books_of(epoch).unwrap(), books);
        let before = (epoch.min(last / 10 + 1) > 1).then(|| epoch - 1);
        assert_eq!(index.closed_before(epoch).unwrap(), before);
    }
    assert_eq!(
        index.events_of(&BOB, Order::Ascending, None, 1000).unwrap().events.len(),
        usize::try_from(last).unwrap()
    );
}

#[test]
fn look_ups_should_answer_before_and_after_reopening() {
    let dir = tempdir().unwrap();
    let index = filled(dir.path(), 25);
    assert_holds(&index, 25);
    drop(index);
    let mut index = Index::open(dir.path(), GENESIS).unwrap();
    assert_holds(&index, 25);
    apply(&mut index, 26);
    assert_holds(&index, 26);
}

#[test]
fn closed_epochs_should_be_listed_with_what_was_said_of_them() {
    let dir = tempdir().unwrap();
    drop(filled(dir.path(), 45));
    let index = Index::open(dir.path(), GENESIS).unwrap();
    assert_eq!(index.closed_epochs(0, 100).unwrap(), [1, 2, 3, 4]);
    assert_eq!(index.closed_epochs(2, 2).unwrap(), [2, 3]);
    assert!(index.closed_epochs(5, 10).unwrap().is_empty());
    let said = |epoch| index.events_of_epoch(epoch).unwrap();
    assert_eq!(said(3), [b"event 30/0".to_vec(), b"event 30/1".to_vec()]);
    assert!(said(0).is_empty() && said(5).is_empty());
}

#[test]
fn an_empty_index_should_know_nothing() {
    let dir = tempdir().unwrap();
    let index = Index::open(dir.path(), GENESIS).unwrap();
    assert_eq!((index.indexed(), index.indexed_height()), (None, None));
    assert_eq!(index.transaction(&hash(1, 0)).unwrap(), None);
    assert!(index.events_of(&ALICE, Order::Ascending, None, 10).unwrap().events.is_empty());
}

#[test]
fn pages_should_join_to_the_whole_in_both_directions() {
    let dir = tempdir().unwrap();
    let index = filled(dir.path(), 20);
    let all = index.events_of(&ALICE, Order::Ascending, None, 1000).unwrap();
    assert_eq!((all.events.len(), all.next), (60, None));
    assert_eq!(all.events[0], (key(1, 0), b"event 1/0".to_vec()));
    assert!(all.events.is_sorted_by_key(|(key, _)| *key));
    for limit in [1, 7, 20, 60, 61] {
        let (mut forward, mut after) = (Vec::new(), None);
        let (mut backward, mut before) = (Vec::new(), None);
        loop {
            let page = index.events_of(&ALICE, Order::Ascending, after, limit).unwrap();
            assert!(page.events.len() <= limit);
            forward.extend(page.events);
            after = page.next;
            let page = index.events_of(&ALICE, Order::Descending, before, limit).unwrap();
            backward.extend(page.events);
            before = page.next;
            assert_eq!(after.is_none(), before.is_none());
            if after.is_none() {
                break;
            }
        }
        assert_eq!(forward, all.events, "limit {limit}");
        backward.reverse();
        assert_eq!(backward, all.events, "limit {limit}");
    }
    let last = key(u64::MAX, u32::MAX);
    assert!(index.events_of(&ALICE, Order::Ascending, Some(last), 9).unwrap().events.is_empty());
    assert!(
        index.events_of(&ALICE, Order::Descending, Some(key(0, 0)), 9).unwrap().events.is_empty()
    );
    assert_eq!(
        index.events_of(&ALICE, Order::Ascending, Some(key(3, u32::MAX)), 1).unwrap().events[0].0,
        key(4, 0)
    );
}

#[test]
fn heights_should_follow_each_other() {
    let dir = tempdir().unwrap();
    let index = filled(dir.path(), 3);
    for height in [0, 3, 5] {
        let error = index.apply(height, [0; 32], &[]).unwrap_err();
        assert!(matches!(error, IndexError::NotNext { expected: 4, .. }), "{error}");
    }
    assert_holds(&index, 3);
    index.apply(4, [0; 32], &[]).unwrap();
    assert_eq!(index.indexed_height(), Some(4));
}

#[test]
fn an_index_of_another_chain_should_be_refused_and_can_be_wiped() {
    let dir = tempdir().unwrap();
    drop(filled(dir.path(), 3));
    let other = [9; 32];
    assert!(matches!(Index::open(dir.path(), other), Err(IndexError::ForeignGenesis { .. })));
    Index::wipe(dir.path()).unwrap();
    Index::wipe(dir.path()).unwrap();
    let index = Index::open(dir.path(), other).unwrap();
    assert_eq!(index.indexed(), None);
}

#[test]
fn wiping_should_never_remove_a_journal_or_a_snapshot() {
    for name in ["00000000000000000001.journal", "00000000000000000001.snapshot"] {
        let dir = tempdir().unwrap();
        let path = dir.path().join(name);
        fs::write(&path, b"truth").unwrap();
        let error = Index::wipe(dir.path()).unwrap_err();
        assert!(matches!(error, IndexError::NotAnIndex { .. }), "{error}");
        assert!(path.exists());
    }
}

fn files_below(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files_below(&path, found) } else { found.push(path) }
    }
}

/// A damaged index may fail, be behind, or end the process once. It must not end it twice, and
/// wiping mends it.
#[test]
fn a_corrupt_index_should_end_the_process_at_most_once_and_be_rebuildable() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("index");
    drop(filled(&path, 30));
    let mut files = Vec::new();
    files_below(&path, &mut files);
    let steps = if full() { 15 } else { 4 };
    let copy = dir.path().join("copy");
    let mut ended = 0;
    for (file, step) in files.iter().flat_map(|file| (0..steps).map(move |step| (file, step))) {
        copy_directory(&path, &copy);
        corrupt(&copy.join(file.strip_prefix(&path).unwrap()), step, steps);
        let status = spawn("index", &copy, None).wait().unwrap();
        if status.code().is_none() {
            ended += 1;
            let opened = copy.with_extension("opened").exists();
            assert!(!opened, "reading ended the process, not opening: {file:?} step {step}");
            assert!(Index::open(&copy, GENESIS).is_err(), "it would end the process again");
        }
        Index::wipe(&copy).unwrap();
        let _ = fs::remove_file(copy.with_extension("opened"));
        assert_holds(&filled(&copy, 12), 12);
        Index::wipe(&copy).unwrap();
    }
    println!("{} corrupt files, {ended} ended the process", files.len() * steps);
}

/// Empties the file, halves it, or overwrites nine of its bytes.
fn corrupt(file: &Path, step: usize, steps: usize) {
    let mut bytes = fs::read(file).unwrap();
    match step {
        0 => bytes.clear(),
        1 => bytes.truncate(bytes.len() / 2),
        _ => {
            let at = bytes.len().min(4096) * (step - 2) / (steps - 2);
            bytes.iter_mut().skip(at).take(9).for_each(|byte| *byte ^= 0x5a);
        }
    }
    fs::write(file, bytes).unwrap();
}

/// The opening that does not survive is simulated here: nothing but its marker is left.
#[test]
fn an_opening_that_ended_the_process_should_not_be_repeated() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("index");
    drop(filled(&path, 3));
    fs::write(dir.path().join("index.opening"), b"").unwrap();
    for _ in 0..2 {
        let error = Index::open(&path, GENESIS).err().unwrap();
        assert!(error.to_string().contains("the last opening of it ended the process"), "{error}");
    }
    Index::wipe(&path).unwrap();
    assert_holds(&filled(&path, 12), 12);
}

fn copy_directory(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_directory(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
