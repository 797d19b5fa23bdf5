//! Every file of every corpus, whole, cut and with changed bytes.

use std::fs;
use std::path::{Path, PathBuf};
use workmint_fuzzing::TARGETS;

pub(crate) fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target)
}

fn replay(target: &str) {
    let (_, run) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    let entries = fs::read_dir(corpus(target)).expect("a corpus");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(paths.len() >= 4, "{} files", paths.len());
    for path in paths {
        let whole = fs::read(&path).expect("read");
        run(&whole);
        // A whole network takes long to check: one changed byte is another one.
        if whole.len() < 2 {
            continue;
        }
        let step = (whole.len() / 7).max(1);
        for place in (0..whole.len()).step_by(step) {
            run(&whole[..place]);
            let mut changed = whole.clone();
            changed[place] ^= 0x55;
            run(&changed);
        }
    }
}

#[test]
fn transactions() {
    replay("transaction");
}

#[test]
fn requests() {
    replay("request");
}

#[test]
fn network_files() {
    replay("network_file");
}

#[test]
fn journals() {
    replay("journal");
}
