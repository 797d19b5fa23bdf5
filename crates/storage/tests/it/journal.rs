//! The journal when nothing is damaged: round trips, rotation, torn tails, order.

use std::fs;

use tempfile::tempdir;
use workmint_storage::journal::{Damage, Journal, JournalError, JournalReader, Limits, TornTail};

use crate::support::{
    GENESIS, SEGMENT_HEADER, append_up_to, assert_frames, body, contents, frame_offsets,
    journal_of, limits, read_everything, segments,
};

#[test]
fn frames_should_come_back_after_reopening() {
    let dir = tempdir().unwrap();
    let (mut journal, report) = Journal::create(dir.path(), GENESIS, Limits::default()).unwrap();
    assert_eq!((report.frames, journal.last_height()), (0, 0));
    assert_eq!(journal.last_chain_hash(), GENESIS);
    append_up_to(&mut journal, 20);
    let (last_hash, bytes) = (journal.last_chain_hash(), journal.total_bytes());
    drop(journal);

    let (journal, report) = Journal::open(dir.path(), GENESIS, Limits::default()).unwrap();
    assert_eq!((report.frames, report.bytes, report.torn_tail_dropped), (20, bytes, None));
    assert_eq!((journal.last_height(), journal.last_chain_hash()), (20, last_hash));
    let frames: Vec<_> = journal.frames(0).map(Result::unwrap).collect();
    assert_frames(&frames, 20);
    assert_eq!(frames.last().unwrap().chain_hash, last_hash);
}

#[test]
fn reading_from_a_height_should_skip_earlier_frames() {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 40, 600);
    assert!(segments(dir.path()).len() > 3);
    let (reader, _) = JournalReader::open(dir.path(), GENESIS, limits(600)).unwrap();
    for from in 0..=42 {
        let heights: Vec<u64> = reader.frames(from).map(|frame| frame.unwrap().height).collect();
        assert_eq!(heights, (from.max(1)..=40).collect::<Vec<u64>>());
    }
}

#[test]
fn positions_should_agree_with_what_was_written() {
    let dir = tempdir().unwrap();
    let (mut journal, _) = Journal::create(dir.path(), GENESIS, limits(600)).unwrap();
    let mut ends = vec![(0, GENESIS, 0)];
    for height in 1..=30 {
        append_up_to(&mut journal, height);
        ends.push((height, journal.last_chain_hash(), journal.total_bytes()));
    }
    drop(journal);
    let (journal, _) = Journal::open(dir.path(), GENESIS, limits(600)).unwrap();
    for (height, chain_hash, end) in ends {
        assert_eq!(journal.chain_hash_at(height).unwrap(), chain_hash);
        assert_eq!(journal.bytes_since(height).unwrap(), journal.total_bytes() - end);
    }
    let error = journal.bytes_since(31).unwrap_err();
    assert!(matches!(error, JournalError::NoSuchHeight { height: 31, last: 30 }), "{error}");
}

#[test]
fn segments_should_be_named_by_first_height_and_keep_to_the_limit() {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 30, 700);
    let mut next = 1;
    for path in segments(dir.path()) {
        let bytes = fs::read(&path).unwrap();
        assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("{next:020}.journal"));
        assert!(bytes.len() <= 700);
        next += u64::try_from(frame_offsets(&bytes).len() - 1).unwrap();
    }
    assert_eq!(next, 31);
}

#[test]
fn a_group_longer_than_a_segment_should_not_be_split() {
    let dir = tempdir().unwrap();
    let (mut journal, _) = Journal::create(dir.path(), GENESIS, limits(300)).unwrap();
    append_up_to(&mut journal, 1);
    let bodies: Vec<(u64, Vec<u8>)> = (2..=12).map(|height| (height, body(height))).collect();
    let group: Vec<(u64, &[u8])> =
        bodies.iter().map(|(height, body)| (*height, body.as_slice())).collect();
    journal.append(&group).unwrap();
    journal.sync().unwrap();
    append_up_to(&mut journal, 13);
    drop(journal);
    assert_eq!(segments(dir.path()).len(), 3);
    assert_frames(&read_everything(dir.path()).unwrap().0, 13);
}

#[test]
fn only_synced_frames_should_be_readable() {
    let dir = tempdir().unwrap();
    let (mut journal, _) = Journal::create(dir.path(), GENESIS, limits(10_000)).unwrap();
    append_up_to(&mut journal, 3);
    journal.append(&[(4, &body(4))]).unwrap();
    assert_eq!((journal.last_height(), journal.synced_height()), (4, 3));
    assert_eq!(journal.frames(0).count(), 3);
    let before = journal.reader();
    journal.sync().unwrap();
    assert_eq!((journal.synced_height(), journal.frames(0).count()), (4, 4));
    assert_eq!((before.last_height(), before.frames(0).count()), (3, 3));
}

#[test]
fn wrong_order_or_length_should_be_refused_without_writing() {
    let dir = tempdir().unwrap();
    let (mut journal, _) = Journal::create(dir.path(), GENESIS, limits(10_000)).unwrap();
    append_up_to(&mut journal, 2);
    let before = contents(dir.path());
    for heights in [vec![2], vec![4], vec![0], vec![3, 5], vec![3, 3]] {
        let group: Vec<(u64, &[u8])> =
            heights.iter().map(|height| (*height, b"body".as_slice())).collect();
        let error = journal.append(&group).unwrap_err();
        assert!(matches!(error, JournalError::NotNext { .. }), "{error}");
    }
    let error = journal.append(&[(3, &[0; 4097])]).unwrap_err();
    let expected = "the body of height 3 has 4097 bytes, the limit is 4096";
    assert_eq!(error.to_string(), expected);
    journal.append(&[]).unwrap();
    assert_eq!(contents(dir.path()), before);
    append_up_to(&mut journal, 3);
}

#[test]
fn cutting_the_last_segment_anywhere_should_keep_exactly_the_complete_frames() {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 9, 700);
    let path = segments(dir.path()).pop().unwrap();
    assert!(segments(dir.path()).len() >= 2);
    let whole = fs::read(&path).unwrap();
    let offsets = frame_offsets(&whole);
    let before_last = 9 - u64::try_from(offsets.len() - 1).unwrap();
    for length in SEGMENT_HEADER..=whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let complete = offsets.iter().filter(|end| **end <= length).count() - 1;
        let begins = offsets[complete];
        let torn = (begins != length).then(|| TornTail {
            segment: path.clone(),
            offset: u64::try_from(begins).unwrap(),
            bytes: u64::try_from(length - begins).unwrap(),
        });
        let last = before_last + u64::try_from(complete).unwrap();

        let (reader, report) = JournalReader::open(dir.path(), GENESIS, limits(1)).unwrap();
        assert_eq!((report.frames, &report.torn_tail_dropped), (last, &torn), "cut at {length}");
        assert_frames(&reader.frames(0).map(Result::unwrap).collect::<Vec<_>>(), last);
        assert_eq!(fs::read(&path).unwrap().len(), length, "reading must not change the file");

        let (mut journal, report) = Journal::open(dir.path(), GENESIS, limits(10_000)).unwrap();
        assert_eq!((report.frames, report.torn_tail_dropped), (last, torn));
        assert_eq!(fs::read(&path).unwrap().len(), begins);
        append_up_to(&mut journal, 9);
        drop(journal);
        assert_eq!(fs::read(&path).unwrap(), whole, "the same frames give the same bytes");
    }
}

#[test]
fn a_cut_segment_header_should_be_damage() {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 5, 10_000);
    let path = segments(dir.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    for length in 0..SEGMENT_HEADER {
        fs::write(&path, &whole[..length]).unwrap();
        let error = Journal::open(dir.path(), GENESIS, limits(1)).unwrap_err();
        let expected = Damage::SegmentHeaderCut { bytes: u64::try_from(length).unwrap() };
        match error {
            JournalError::Damaged { segment, offset: 0, what } => {
                assert_eq!((segment, what), (path.clone(), expected));
            }
            other => panic!("cut at {length}: {other}"),
        }
    }
}

#[test]
fn an_empty_last_segment_should_continue_the_one_before() {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 6, 400);
    let path = segments(dir.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..SEGMENT_HEADER]).unwrap();
    let check_last = Limits { open_check_bytes: 0, ..limits(400) };
    let (mut journal, report) = Journal::open(dir.path(), GENESIS, check_last).unwrap();
    assert_eq!(report.torn_tail_dropped, None);
    append_up_to(&mut journal, 8);
    drop(journal);
    assert_frames(&read_everything(dir.path()).unwrap().0, 8);
}

#[test]
fn leftovers_of_an_interrupted_rotation_should_be_removed_by_the_writer_only() {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 3, 10_000);
    let leftover = dir.path().join("00000000000000000004.journal.tmp");
    fs::write(&leftover, b"half a head").unwrap();
    assert_frames(&read_everything(dir.path()).unwrap().0, 3);
    assert!(leftover.exists());
    drop(Journal::open(dir.path(), GENESIS, limits(10_000)).unwrap());
    assert!(!leftover.exists());
}

#[test]
fn create_and_open_should_say_what_is_there() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("new/journal");
    assert!(!Journal::exists(&path).unwrap());
    let error = Journal::open(&path, GENESIS, limits(1)).unwrap_err();
    assert!(matches!(error, JournalError::Missing { .. }), "{error}");
    assert!(!path.exists(), "a failed open must create nothing");
    drop(Journal::create(&path, GENESIS, limits(1)).unwrap());
    assert!(Journal::exists(&path).unwrap());
    let error = Journal::create(&path, GENESIS, limits(1)).unwrap_err();
    assert!(matches!(error, JournalError::AlreadyExists { .. }), "{error}");
    drop(Journal::open(&path, GENESIS, limits(1)).unwrap());
}
