//! Journals whose bytes are not what was written.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use workmint_storage::Hash;
use workmint_storage::journal::{Journal, JournalError, Limits};

const GENESIS: Hash = [7; 32];
const FRAMES: u64 = 9;
const LIMITS: Limits =
    Limits { segment_bytes: 700, max_body_bytes: 4_096, open_check_bytes: u64::MAX };

/// A body that only this height has.
fn body(height: u64) -> Vec<u8> {
    (0..height * 13 % 71).map(|place| ((place * 31) ^ (height * 131)).to_le_bytes()[0]).collect()
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "journal")).collect();
    found.sort();
    found
}

/// A journal that was synced: its files, and after which byte of all of them each frame is whole.
struct Synced {
    files: Vec<(String, Vec<u8>)>,
    ends: Vec<usize>,
}

static SYNCED: LazyLock<Synced> = LazyLock::new(|| {
    let dir = tempfile::tempdir().expect("a directory");
    let (mut journal, _) = Journal::create(dir.path(), GENESIS, LIMITS).expect("a journal");
    let mut ends = Vec::new();
    for height in 1..=FRAMES {
        journal.append(&[(height, &body(height))]).expect("written");
        journal.sync().expect("synced");
        ends.push(usize::try_from(journal.total_bytes()).expect("few bytes"));
    }
    drop(journal);
    let read = |path: PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        (name, fs::read(path).expect("read"))
    };
    Synced { files: segments(dir.path()).into_iter().map(read).collect(), ends }
});

/// Changes of one segment: the first byte chooses it; then groups of two for the place, one for
/// what to do (0 write, 1 cut, 2 insert, 3 remove), one for how many bytes, and the bytes.
fn changed(bytes: &mut Vec<u8>, mut changes: &[u8]) {
    while let [high, low, what, count, rest @ ..] = changes {
        let begin = usize::from(u16::from_be_bytes([*high, *low])) % (bytes.len() + 1);
        let count = usize::from(*count);
        match what % 4 {
            1 => bytes.truncate(begin),
            3 => drop(bytes.drain(begin..(begin + count).min(bytes.len()))),
            kind => {
                let (new, _) = rest.split_at(count.min(rest.len()));
                let end = if kind == 0 { begin + new.len() } else { begin };
                let end = end.min(bytes.len());
                bytes.splice(begin..end, new.iter().copied());
            }
        }
        let used = if matches!(what % 4, 0 | 2) { count.min(rest.len()) } else { 0 };
        changes = &rest[used..];
    }
}

/// A journal with changed bytes opens with every frame that is whole before the first change, and
/// with nothing that was not written; or says in which file and at which byte it is damaged, and is
/// left as it is.
pub fn journal(data: &[u8]) {
    let Some((which, changes)) = data.split_first() else {
        return;
    };
    let synced = &*SYNCED;
    let which = usize::from(*which) % synced.files.len();
    let mut files = synced.files.clone();
    changed(&mut files[which].1, changes);
    let dir = tempfile::tempdir().expect("a directory");
    for (name, bytes) in &files {
        fs::write(dir.path().join(name), bytes).expect("written");
    }
    let (old, new) = (&synced.files[which].1, &files[which].1);
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let before: usize = synced.files[..which].iter().map(|(_, bytes)| bytes.len()).sum();
    // Without any change all of the later files are as they were, too.
    let untouched = if old == new { usize::MAX } else { before + same };
    let whole = synced.ends.iter().take_while(|end| **end <= untouched).count() as u64;
    match Journal::open(dir.path(), GENESIS, LIMITS) {
        Ok((journal, report)) => {
            assert!(report.frames >= whole, "{} of {whole} whole frames", report.frames);
            assert!(report.frames <= FRAMES, "{} frames", report.frames);
            if report.frames < FRAMES {
                assert_eq!(which + 1, files.len(), "frames of a whole later file are lost");
                assert!(new.len() < old.len() || report.torn_tail_dropped.is_some());
            }
            let mut heights = 0;
            for frame in journal.frames(0) {
                let frame = frame.expect("opened, so whole");
                heights += 1;
                assert_eq!((frame.height, frame.body), (heights, body(heights)));
            }
            assert_eq!(heights, report.frames);
        }
        Err(JournalError::Damaged { segment, offset, what }) => {
            let name = segment.file_name().and_then(|name| name.to_str()).expect("a name");
            let found = files.iter().find(|(known, _)| known == name).expect("a file of it");
            assert!(offset <= found.1.len() as u64, "{what:?} at {offset}");
            assert!(old != new, "damage in what was written");
            for (name, bytes) in &files {
                assert_eq!(&fs::read(dir.path().join(name)).expect("read"), bytes, "{name}");
            }
        }
        Err(other) => panic!("neither open nor damaged: {other}"),
    }
}
