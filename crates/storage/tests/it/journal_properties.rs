//! The journal under random frame sizes, groupings, rotations and reopenings.

use std::fs;

use proptest::prelude::*;
use tempfile::tempdir;
use workmint_storage::journal::{Frame, Journal, JournalReader, Limits};

use crate::support::{GENESIS, segments};

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<Vec<u8>>),
    Sync,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let body = prop_oneof![
        4 => prop::collection::vec(any::<u8>(), 0..100),
        1 => prop::collection::vec(any::<u8>(), 0..5000),
    ];
    prop_oneof![
        5 => prop::collection::vec(body, 0..6).prop_map(Step::Append),
        3 => Just(Step::Sync),
        1 => Just(Step::Reopen),
    ]
}

fn bodies(frames: impl Iterator<Item = Frame>) -> Vec<Vec<u8>> {
    frames.map(|frame| frame.body).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_was_synced_should_be_read(
        steps in prop::collection::vec(step(), 1..25),
        segment_bytes in 100_u64..3000,
        open_check_bytes in 0_u64..4000,
        cut in any::<prop::sample::Index>(),
    ) {
        let dir = tempdir().unwrap();
        let limits = Limits { segment_bytes, max_body_bytes: 5000, open_check_bytes };
        let (mut journal, _) = Journal::create(dir.path(), GENESIS, limits).unwrap();
        let mut written: Vec<Vec<u8>> = Vec::new();
        for step in steps {
            match step {
                Step::Append(group) => {
                    let mut height = journal.last_height();
                    let frames: Vec<(u64, &[u8])> = group
                        .iter()
                        .map(|body| { height += 1; (height, body.as_slice()) })
                        .collect();
                    journal.append(&frames).unwrap();
                    written.extend(group);
                }
                Step::Sync => {
                    journal.sync().unwrap();
                    prop_assert_eq!(journal.synced_height(), journal.last_height());
                    prop_assert_eq!(&bodies(journal.frames(0).map(Result::unwrap)), &written);
                }
                Step::Reopen => {
                    drop(journal);
                    let (opened, report) = Journal::open(dir.path(), GENESIS, limits).unwrap();
                    prop_assert_eq!(report.torn_tail_dropped, None);
                    journal = opened;
                }
            }
        }
        prop_assert_eq!(journal.last_height(), u64::try_from(written.len()).unwrap());
        drop(journal);

        let (reader, report) = JournalReader::open(dir.path(), GENESIS, limits).unwrap();
        prop_assert_eq!(&bodies(reader.frames(0).map(Result::unwrap)), &written);
        prop_assert_eq!(reader.verify().unwrap().bytes, report.bytes);

        // However long the last segment still is, what is left is a prefix of what was written.
        let last = segments(dir.path()).pop().unwrap();
        let whole = fs::read(&last).unwrap();
        let length = 120 + cut.index(whole.len() - 119);
        fs::write(&last, &whole[..length]).unwrap();
        let (journal, _) = Journal::open(dir.path(), GENESIS, limits).unwrap();
        let left = bodies(journal.frames(0).map(Result::unwrap));
        prop_assert!(written.starts_with(&left));
        prop_assert_eq!(journal.reader().verify().unwrap().bytes, journal.total_bytes());
    }
}
