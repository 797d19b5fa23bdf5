//! Fixtures shared by the tests.

use std::fs;
use std::path::{Path, PathBuf};

use workmint_storage::Hash;
use workmint_storage::journal::{Frame, Journal, JournalError, JournalReader, Limits, Verified};

pub(crate) const GENESIS: Hash = [7; 32];
pub(crate) const SEGMENT_HEADER: usize = 120;
pub(crate) const FRAME_HEADER: usize = 96;

/// Exhaustive variants of the sampled tests run with `WORKMINT_FULL=1`.
pub(crate) fn full() -> bool {
    std::env::var("WORKMINT_FULL").is_ok_and(|value| value == "1")
}

pub(crate) fn limits(segment_bytes: u64) -> Limits {
    Limits { segment_bytes, max_body_bytes: 4096, open_check_bytes: u64::MAX }
}

/// A body that only this height has; lengths vary and include 0.
pub(crate) fn body(height: u64) -> Vec<u8> {
    let length = (height * 7) % 61;
    (0..length).map(|i| ((i * 31) ^ (height * 131)).to_le_bytes()[0]).collect()
}

/// Appends and syncs the heights up to `last`, one group each.
pub(crate) fn append_up_to(journal: &mut Journal, last: u64) {
    for height in journal.last_height() + 1..=last {
        journal.append(&[(height, &body(height))]).unwrap();
        journal.sync().unwrap();
    }
}

/// A journal of `frames` frames in segments of about `segment_bytes`.
pub(crate) fn journal_of(dir: &Path, frames: u64, segment_bytes: u64) {
    let (mut journal, _) = Journal::create(dir, GENESIS, limits(segment_bytes)).unwrap();
    append_up_to(&mut journal, frames);
}

/// Opens for reading and reads every frame twice: in order, and by `verify`.
pub(crate) fn read_everything(dir: &Path) -> Result<(Vec<Frame>, Verified), JournalError> {
    let (reader, report) = JournalReader::open(dir, GENESIS, limits(1))?;
    assert_eq!(report.torn_tail_dropped, None, "unexpected torn tail");
    let frames: Result<Vec<Frame>, JournalError> = reader.frames(0).collect();
    Ok((frames?, reader.verify()?))
}

/// Frames must be exactly the heights 1..=last with their bodies.
pub(crate) fn assert_frames(frames: &[Frame], last: u64) {
    let heights: Vec<u64> = frames.iter().map(|frame| frame.height).collect();
    assert_eq!(heights, (1..=last).collect::<Vec<u64>>());
    for frame in frames {
        assert_eq!(frame.body, body(frame.height), "body of height {}", frame.height);
    }
}

/// The segment files in order.
pub(crate) fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "journal"))
        .collect();
    found.sort();
    found
}

/// Where each frame of a segment begins, and the end of the last.
pub(crate) fn frame_offsets(bytes: &[u8]) -> Vec<usize> {
    let mut offsets = vec![SEGMENT_HEADER];
    let mut at = SEGMENT_HEADER;
    while at < bytes.len() {
        let length = u32::from_le_bytes(bytes[at + 4..at + 8].try_into().unwrap());
        at += FRAME_HEADER + usize::try_from(length).unwrap();
        offsets.push(at);
    }
    offsets
}

/// Every file of a directory with its contents, to prove that nothing changed.
pub(crate) fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(&path).unwrap()))
        .collect();
    all.sort();
    all
}
