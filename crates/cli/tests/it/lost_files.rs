//! Directories that lost a part, or hold a part of another network: told, and never written over.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::demo_support::{finish, small};
use crate::support::{Run, contents, workmint};

/// The program on a directory, with its path in place of `{}`.
fn on(dir: &Path, arguments: &[&str]) -> Run {
    let dir = dir.to_str().unwrap();
    let arguments: Vec<&str> =
        arguments.iter().map(|word| if *word == "{}" { dir } else { word }).collect();
    workmint(&arguments)
}

#[test]
fn a_lost_journal_or_genesis_is_damage_and_nothing_begins_anew() {
    for part in ["journal", "genesis.chunk"] {
        let dir = TempDir::new().unwrap();
        finish(small(dir.path(), &["--until", "3"]));
        if part == "journal" {
            for entry in fs::read_dir(dir.path().join(part)).unwrap() {
                fs::remove_file(entry.unwrap().path()).unwrap();
            }
        } else {
            fs::remove_file(dir.path().join(part)).unwrap();
        }
        let before = contents(dir.path());
        let output = small(dir.path(), &["--epochs", "1"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{part}");
        for command in [&["audit", "{}"][..], &["history", "--data-dir", "{}", ADDRESS]] {
            let run = on(dir.path(), command);
            assert_eq!(run.code, 3, "{part}, {command:?}: {}", run.stderr);
        }
        assert_eq!(contents(dir.path()), before, "{part}");
    }
}

const ADDRESS: &str = "0x0ba3dd5f2d9c4eb84c15a18c829963bc6678bf1c";

#[test]
fn inputs_of_another_history_are_not_believed() {
    let (ours, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    finish(small(ours.path(), &["--until", "3"]));
    let demo = |words: &[&str]| on(other.path(), &[&["demo", "--quiet"], words].concat());
    let made = demo(&[
        "--participants",
        "6",
        "--requests-per-epoch",
        "300",
        "--seed",
        "12",
        "--until",
        "3",
        "--data-dir",
        "{}",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let explain = ["explain", "--data-dir", "{}", "1", ADDRESS];
    let right = on(ours.path(), &explain);
    assert_eq!(right.code, 0, "{}", right.stderr);
    let inputs = |dir: &Path, epoch: u64| dir.join(format!("epochs/{epoch:010}.inputs"));
    let mut bytes = fs::read(inputs(other.path(), 1)).unwrap();
    fs::write(inputs(ours.path(), 1), &bytes).unwrap();
    assert_ne!(on(other.path(), &explain).stdout, right.stdout, "the two differ");
    assert_eq!(on(ours.path(), &explain).stdout, right.stdout, "another network's");
    bytes.truncate(100);
    fs::write(inputs(ours.path(), 1), bytes).unwrap();
    assert_eq!(on(ours.path(), &explain).stdout, right.stdout, "a cut one");
    fs::remove_file(inputs(ours.path(), 1)).unwrap();
    assert_eq!(on(ours.path(), &explain).stdout, right.stdout, "none");
}
