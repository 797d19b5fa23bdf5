//! Every change of a journal's bytes is damage, with file and offset, and changes nothing.

use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};
use workmint_storage::journal::{Damage, Journal, JournalError, JournalReader, Limits};

use crate::support::{
    FRAME_HEADER, GENESIS, SEGMENT_HEADER, contents, frame_offsets, full, journal_of, limits,
    read_everything, segments,
};

/// Seven frames in at least two segments.
fn small_journal() -> TempDir {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 7, 600);
    assert!(segments(dir.path()).len() >= 2);
    dir
}

/// The damage that reading everything finds; the writer must refuse as well and change nothing.
fn damage(dir: &Path) -> (String, u64, Damage) {
    let before = contents(dir);
    let error = read_everything(dir).expect_err("damage was accepted");
    let refused = Journal::open(dir, GENESIS, limits(600)).expect_err("the writer accepted damage");
    assert!(matches!(refused, JournalError::Damaged { .. }), "{refused}");
    assert_eq!(contents(dir), before, "damage must be left as it is");
    let text = error.to_string();
    match error {
        JournalError::Damaged { segment, offset, what } => {
            assert!(text.contains(&segment.display().to_string()), "{text}");
            assert!(text.contains(&format!("at byte {offset}")), "{text}");
            (segment.file_name().unwrap().to_str().unwrap().to_owned(), offset, what)
        }
        other => panic!("not reported as damage: {other}"),
    }
}

fn name(first_height: u64) -> String {
    format!("{first_height:020}.journal")
}

#[test]
fn every_flipped_bit_should_be_damage_where_it_is() {
    let dir = small_journal();
    for path in segments(dir.path()) {
        let whole = fs::read(&path).unwrap();
        let offsets = frame_offsets(&whole);
        for position in 0..whole.len() {
            let begins = offsets.iter().copied().filter(|begin| *begin <= position).max();
            let in_header = position < begins.unwrap_or(0) + FRAME_HEADER || begins.is_none();
            for bit in 0..8 {
                if !full() && !in_header && (position * 8 + bit) % 7 != 0 {
                    continue;
                }
                let mut flipped = whole.clone();
                flipped[position] ^= 1 << bit;
                fs::write(&path, &flipped).unwrap();
                match read_everything(dir.path()) {
                    Err(JournalError::Damaged { segment, offset, .. }) => {
                        assert_eq!(segment, path, "bit {bit} of byte {position}");
                        assert_eq!(offset, u64::try_from(begins.unwrap_or(0)).unwrap());
                    }
                    other => panic!("bit {bit} of byte {position} of {path:?}: {other:?}"),
                }
            }
        }
        fs::write(&path, &whole).unwrap();
    }
    read_everything(dir.path()).unwrap();
}

#[test]
fn every_flipped_bit_should_be_found_when_open_checks_only_the_end() {
    let dir = small_journal();
    let path = segments(dir.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let lazy = Limits { open_check_bytes: 0, ..limits(600) };
    for bit in (0..whole.len() * 8).step_by(if full() { 1 } else { 13 }) {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &flipped).unwrap();
        let Ok((reader, _)) = JournalReader::open(dir.path(), GENESIS, lazy) else {
            continue;
        };
        assert!(bit / 8 >= SEGMENT_HEADER, "segment headers are always checked");
        assert!(reader.verify().is_err(), "verify missed bit {bit}");
        let last = reader.frames(0).last().unwrap();
        assert!(last.is_err(), "reading missed bit {bit}");
    }
}

#[test]
fn the_writer_should_refuse_flips_and_change_nothing() {
    let dir = small_journal();
    for path in segments(dir.path()) {
        let whole = fs::read(&path).unwrap();
        for position in (0..whole.len()).step_by(11) {
            let mut flipped = whole.clone();
            flipped[position] ^= 0x10;
            fs::write(&path, &flipped).unwrap();
            damage(dir.path());
        }
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn a_flip_in_the_last_frames_header_should_not_look_like_a_torn_tail() {
    let dir = small_journal();
    let path = segments(dir.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    let offsets = frame_offsets(&whole);
    let last_frame = offsets[offsets.len() - 2];
    let mut longer = whole.clone();
    longer[last_frame + 6] ^= 1;
    fs::write(&path, longer).unwrap();
    let (_, offset, what) = damage(dir.path());
    assert_eq!(offset, u64::try_from(last_frame).unwrap());
    assert_eq!(what, Damage::FrameChecksum);
}

#[test]
fn a_missing_segment_should_be_damage() {
    let dir = tempdir().unwrap();
    journal_of(dir.path(), 12, 400);
    let all = segments(dir.path());
    assert!(all.len() >= 4);
    for (position, path) in all.iter().enumerate().take(all.len() - 1) {
        let bytes = fs::read(path).unwrap();
        fs::remove_file(path).unwrap();
        let (file, offset, what) = damage(dir.path());
        assert_eq!(file, all[position + 1].file_name().unwrap().to_str().unwrap());
        assert_eq!(offset, 0);
        assert!(matches!(what, Damage::SegmentHeight { .. }), "{what}");
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn swapped_segments_should_be_damage() {
    let dir = small_journal();
    let all = segments(dir.path());
    let (first, second) = (fs::read(&all[0]).unwrap(), fs::read(&all[1]).unwrap());
    fs::write(&all[0], second).unwrap();
    fs::write(&all[1], first).unwrap();
    let (file, offset, what) = damage(dir.path());
    assert_eq!((file, offset), (name(1), 0));
    assert!(matches!(what, Damage::SegmentName { named: 1, .. }), "{what}");
}

#[test]
fn a_segment_of_another_history_should_be_damage() {
    let (ours, theirs) = (small_journal(), tempdir().unwrap());
    let (mut other, _) = Journal::create(theirs.path(), GENESIS, limits(600)).unwrap();
    for height in 1..=7 {
        let body = vec![9; crate::support::body(height).len()];
        other.append(&[(height, &body)]).unwrap();
        other.sync().unwrap();
    }
    drop(other);
    let path = segments(ours.path()).pop().unwrap();
    let same_name = theirs.path().join(path.file_name().unwrap());
    fs::copy(same_name, &path).unwrap();
    let (file, offset, what) = damage(ours.path());
    assert_eq!(file, path.file_name().unwrap().to_str().unwrap());
    assert_eq!((offset, what), (0, Damage::SegmentChain));
}

#[test]
fn a_foreign_genesis_should_be_named() {
    let dir = small_journal();
    let error = Journal::open(dir.path(), [8; 32], limits(600)).unwrap_err();
    match &error {
        JournalError::Damaged { offset: 0, what, .. } => {
            assert_eq!(*what, Damage::ForeignGenesis { expected: [8; 32], found: GENESIS });
        }
        other => panic!("{other}"),
    }
    assert!(error.to_string().contains("another chain: its genesis is 070707"), "{error}");
}

#[test]
fn a_repeated_frame_should_be_damage() {
    let dir = small_journal();
    let path = segments(dir.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    let offsets = frame_offsets(&whole);
    let last_frame = &whole[offsets[offsets.len() - 2]..];
    fs::write(&path, [&whole, last_frame].concat()).unwrap();
    let (_, offset, what) = damage(dir.path());
    assert_eq!(offset, u64::try_from(whole.len()).unwrap());
    assert_eq!(what, Damage::FrameHeight { expected: 8, found: 7 });
}

#[test]
fn a_removed_frame_should_be_damage() {
    let dir = small_journal();
    let path = segments(dir.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let offsets = frame_offsets(&whole);
    fs::write(&path, [&whole[..offsets[1]], &whole[offsets[2]..]].concat()).unwrap();
    let (file, offset, what) = damage(dir.path());
    assert_eq!((file, offset), (name(1), u64::try_from(offsets[1]).unwrap()));
    assert_eq!(what, Damage::FrameHeight { expected: 2, found: 3 });
}

#[test]
fn a_frame_moved_from_another_history_should_be_damage() {
    let (ours, theirs) = (tempdir().unwrap(), tempdir().unwrap());
    journal_of(ours.path(), 3, 10_000);
    let (mut other, _) = Journal::create(theirs.path(), GENESIS, limits(10_000)).unwrap();
    for height in 1..=3 {
        other.append(&[(height, &vec![1; crate::support::body(height).len()])]).unwrap();
        other.sync().unwrap();
    }
    drop(other);
    let path = segments(ours.path()).remove(0);
    let mut bytes = fs::read(&path).unwrap();
    let foreign = fs::read(&segments(theirs.path())[0]).unwrap();
    let offsets = frame_offsets(&bytes);
    bytes[offsets[1]..offsets[2]].copy_from_slice(&foreign[offsets[1]..offsets[2]]);
    fs::write(&path, bytes).unwrap();
    let (_, offset, what) = damage(ours.path());
    assert_eq!((offset, what), (u64::try_from(offsets[1]).unwrap(), Damage::FrameChain));
}

#[test]
fn a_cut_inside_an_older_segment_should_be_damage() {
    let dir = small_journal();
    let path = segments(dir.path()).remove(0);
    let whole = fs::read(&path).unwrap();
    let offsets = frame_offsets(&whole);
    let last_frame = offsets[offsets.len() - 2];
    for length in last_frame + 1..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let (file, offset, what) = damage(dir.path());
        assert_eq!((file, offset), (name(1), u64::try_from(last_frame).unwrap()));
        let bytes = u64::try_from(length - last_frame).unwrap();
        assert_eq!(what, Damage::FrameCut { bytes });
    }
    fs::write(&path, &whole[..last_frame]).unwrap();
    let (_, _, what) = damage(dir.path());
    assert!(matches!(what, Damage::SegmentHeight { .. }), "{what}");
}

#[test]
fn bytes_after_the_last_frame_should_be_damage_unless_too_few_for_a_header() {
    let dir = small_journal();
    let path = segments(dir.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [whole.as_slice(), &[0; FRAME_HEADER]].concat()).unwrap();
    let (_, offset, what) = damage(dir.path());
    assert_eq!((offset, what), (u64::try_from(whole.len()).unwrap(), Damage::FrameMark));
    fs::write(&path, [whole.as_slice(), &[0; FRAME_HEADER - 1]].concat()).unwrap();
    let (_, report) = Journal::open(dir.path(), GENESIS, limits(600)).unwrap();
    assert_eq!(report.torn_tail_dropped.map(|torn| torn.bytes), Some(95));
    assert_eq!(fs::read(&path).unwrap(), whole);
}

#[test]
fn a_body_over_the_limit_should_not_be_believed() {
    let dir = tempdir().unwrap();
    let (mut journal, _) = Journal::create(dir.path(), GENESIS, limits(600)).unwrap();
    journal.append(&[(1, &[1; 300])]).unwrap();
    journal.sync().unwrap();
    drop(journal);
    let strict = Limits { max_body_bytes: 299, ..limits(600) };
    match Journal::open(dir.path(), GENESIS, strict).unwrap_err() {
        JournalError::Damaged { offset, what, .. } => {
            assert_eq!(offset, u64::try_from(SEGMENT_HEADER).unwrap());
            assert_eq!(what, Damage::BodyTooLong { bytes: 300, limit: 299 });
        }
        other => panic!("{other}"),
    }
}

#[test]
fn random_bytes_should_never_be_accepted_or_panic() {
    let dir = small_journal();
    let path = segments(dir.path()).pop().unwrap();
    let whole = fs::read(&path).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for _ in 0..if full() { 20_000 } else { 500 } {
        let mut bytes = whole.clone();
        let at = usize::try_from(random() % u64::try_from(bytes.len()).unwrap()).unwrap();
        let end = (at + usize::try_from(random() % 64).unwrap() + 1).min(bytes.len());
        let value = random().to_le_bytes()[0];
        bytes[at..end].fill(value);
        if bytes == whole {
            continue;
        }
        fs::write(&path, bytes).unwrap();
        let error = read_everything(dir.path()).expect_err("overwritten bytes were accepted");
        assert!(matches!(error, JournalError::Damaged { .. }), "{error}");
    }
}
