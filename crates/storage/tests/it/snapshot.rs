//! Snapshots: round trips, listing, pruning, and every single bit flip.

use std::fs;
use std::io::Write;
use std::path::Path;

use tempfile::tempdir;
use workmint_storage::FileError;
use workmint_storage::snapshot::{self, PART_BYTES, SnapshotReader, SnapshotWriter};

use crate::support::full;

const NONE: [&[u8]; 0] = [];

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 37 + i / 251).to_le_bytes()[0]).collect()
}

fn damage(path: &Path) -> (u64, &'static str) {
    let error = snapshot::read(path).expect_err("damage was accepted");
    let text = error.to_string();
    assert!(snapshot::verify(path).is_err());
    match error {
        FileError::Damaged { path: named, offset, what } => {
            assert_eq!(named, path);
            assert!(text.contains(&format!("at byte {offset}")), "{text}");
            (offset, what)
        }
        other => panic!("not reported as damage: {other}"),
    }
}

#[test]
fn bodies_of_any_length_should_come_back() {
    let dir = tempdir().unwrap();
    for (height, length) in (1..).zip([
        0,
        1,
        1000,
        PART_BYTES - 1,
        PART_BYTES,
        PART_BYTES + 1,
        2 * PART_BYTES,
        3 * PART_BYTES + 5,
    ]) {
        let body = pattern(length);
        let path = snapshot::write(dir.path(), height, b"meta", body.chunks(70_001)).unwrap();
        assert_eq!(path, snapshot::path(dir.path(), height));
        let read = snapshot::read(&path).unwrap();
        assert_eq!((read.height, read.meta.as_slice()), (height, b"meta".as_slice()));
        assert!(read.body == body, "length {length}");
        assert_eq!(snapshot::verify(&path).unwrap(), height);
    }
}

#[test]
fn pieces_should_not_change_the_file() {
    let dir = tempdir().unwrap();
    let body = pattern(2 * PART_BYTES + 77);
    let first = snapshot::write(&dir.path().join("a"), 5, b"", [&body]).unwrap();
    let mut writer = SnapshotWriter::create(&dir.path().join("b"), 5, b"").unwrap();
    for piece in body.chunks(4093) {
        writer.write_all(piece).unwrap();
    }
    let second = writer.finish().unwrap();
    assert!(fs::read(first).unwrap() == fs::read(second).unwrap());
}

#[test]
fn a_reader_should_give_parts_in_order() {
    let dir = tempdir().unwrap();
    let body = pattern(2 * PART_BYTES + 77);
    let path = snapshot::write(dir.path(), 9, b"app hash", [&body]).unwrap();
    let mut reader = SnapshotReader::open(&path).unwrap();
    assert_eq!((reader.height(), reader.meta()), (9, b"app hash".as_slice()));
    let mut read = Vec::new();
    let mut lengths = Vec::new();
    while let Some(part) = reader.next_part().unwrap() {
        lengths.push(part.len());
        read.extend_from_slice(part);
    }
    assert!(reader.next_part().unwrap().is_none());
    assert_eq!(lengths, [PART_BYTES, PART_BYTES, 77]);
    assert!(read == body);
}

#[test]
fn every_flipped_bit_should_be_damage() {
    let dir = tempdir().unwrap();
    let path = snapshot::write(dir.path(), 300, b"some meta", [pattern(300)]).unwrap();
    let whole = fs::read(&path).unwrap();
    let part = 56 + 9;
    let footer = part + 40 + 300;
    assert_eq!(whole.len(), footer + 56);
    for position in 0..whole.len() {
        let in_body = (part + 40..footer).contains(&position);
        let begins = [0, part, footer].into_iter().filter(|begin| *begin <= position).max();
        for bit in 0..8 {
            if !full() && in_body && (position * 8 + bit) % 7 != 0 {
                continue;
            }
            let mut flipped = whole.clone();
            flipped[position] ^= 1 << bit;
            fs::write(&path, &flipped).unwrap();
            let (offset, what) = damage(&path);
            let begins = u64::try_from(begins.unwrap()).unwrap();
            // A longer meta swallows what follows, so only the header itself is named then.
            assert!(offset == begins, "bit {bit} of byte {position}: {what} at {offset}");
        }
    }
}

#[test]
fn flips_in_a_body_of_several_parts_should_be_damage_where_they_are() {
    let dir = tempdir().unwrap();
    let path = snapshot::write(dir.path(), 1, b"", [pattern(2 * PART_BYTES + 100)]).unwrap();
    let whole = fs::read(&path).unwrap();
    let part_bytes = PART_BYTES + 40;
    for position in (56..whole.len()).step_by(if full() { 997 } else { 99_991 }) {
        let mut flipped = whole.clone();
        flipped[position] ^= 4;
        fs::write(&path, &flipped).unwrap();
        let (offset, _) = damage(&path);
        let begins = 56 + (position - 56) / part_bytes * part_bytes;
        assert_eq!(offset, u64::try_from(begins).unwrap());
    }
}

#[test]
fn every_cut_and_every_addition_should_be_damage() {
    let dir = tempdir().unwrap();
    let path = snapshot::write(dir.path(), 1, b"meta", [pattern(50)]).unwrap();
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        damage(&path);
    }
    fs::write(&path, [whole.as_slice(), &[0]].concat()).unwrap();
    assert_eq!(damage(&path), (u64::try_from(whole.len()).unwrap(), "bytes follow the footer"));
}

#[test]
fn exchanged_or_missing_parts_should_be_damage() {
    let dir = tempdir().unwrap();
    let path = snapshot::write(dir.path(), 1, b"", [pattern(3 * PART_BYTES)]).unwrap();
    let whole = fs::read(&path).unwrap();
    let part = |n: usize| &whole[56 + n * (PART_BYTES + 40)..56 + (n + 1) * (PART_BYTES + 40)];
    let (head, foot) = (&whole[..56], &whole[whole.len() - 56..]);
    for parts in [vec![1, 0, 2], vec![0, 1], vec![0, 1, 1, 2], vec![]] {
        let mut bytes = head.to_vec();
        parts.iter().for_each(|n| bytes.extend_from_slice(part(*n)));
        bytes.extend_from_slice(foot);
        fs::write(&path, bytes).unwrap();
        assert_eq!(damage(&path).1, "the footer does not match the parts");
    }
}

#[test]
fn a_failed_reader_should_never_report_the_end() {
    let dir = tempdir().unwrap();
    let path = snapshot::write(dir.path(), 1, b"", [pattern(PART_BYTES + 9)]).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[56 + 40 + PART_BYTES + 40] ^= 1;
    fs::write(&path, bytes).unwrap();
    let mut reader = SnapshotReader::open(&path).unwrap();
    assert!(reader.next_part().unwrap().is_some());
    for _ in 0..3 {
        assert!(matches!(reader.next_part(), Err(FileError::Damaged { .. })));
    }
}

#[test]
fn a_renamed_snapshot_should_be_damage() {
    let dir = tempdir().unwrap();
    let path = snapshot::write(dir.path(), 4, b"", NONE).unwrap();
    let other = snapshot::path(dir.path(), 5);
    fs::rename(path, &other).unwrap();
    assert_eq!(damage(&other), (0, "the height differs from the file's name"));
}

#[test]
fn an_unfinished_snapshot_should_not_exist() {
    let dir = tempdir().unwrap();
    let mut writer = SnapshotWriter::create(dir.path(), 4, b"").unwrap();
    writer.push(b"half").unwrap();
    drop(writer);
    assert!(snapshot::list(dir.path()).unwrap().is_empty());
    let leftover = dir.path().join("00000000000000000004.snapshot.tmp");
    assert!(leftover.exists());
    snapshot::remove_leftovers(dir.path()).unwrap();
    assert!(!leftover.exists());
}

#[test]
fn listing_and_pruning_should_keep_the_newest() {
    let dir = tempdir().unwrap();
    assert!(snapshot::list(&dir.path().join("none")).unwrap().is_empty());
    for height in [30, 7, 1000, 200] {
        snapshot::write(dir.path(), height, b"", [b"state"]).unwrap();
    }
    fs::write(dir.path().join("notes.txt"), b"not ours").unwrap();
    let heights = || -> Vec<u64> {
        snapshot::list(dir.path()).unwrap().iter().map(|file| file.height).collect()
    };
    assert_eq!(heights(), [7, 30, 200, 1000]);
    let removed = snapshot::prune(dir.path(), 2).unwrap();
    assert_eq!(removed, [snapshot::path(dir.path(), 7), snapshot::path(dir.path(), 30)]);
    assert_eq!(heights(), [200, 1000]);
    assert!(snapshot::prune(dir.path(), 2).unwrap().is_empty());
    assert!(dir.path().join("notes.txt").exists());
}

#[test]
fn a_meta_over_the_limit_should_be_refused() {
    let dir = tempdir().unwrap();
    let meta = vec![0; snapshot::MAX_META_BYTES + 1];
    let error = snapshot::write(dir.path(), 1, &meta, NONE).unwrap_err();
    assert!(matches!(error, FileError::TooLong { .. }), "{error}");
    assert!(fs::read_dir(dir.path()).unwrap().next().is_none());
}
