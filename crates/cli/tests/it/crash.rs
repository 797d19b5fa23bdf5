//! A demo killed at any moment loses nothing and doubles nothing.
//!
//! `WORKMINT_FULL=1` makes the long run: 200 random kills instead of 20.

use crate::demo_support::{Printed, audit, finish, small, told};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use workmint_storage::faults::{IO_OPERATIONS, POINTS};

/// Epochs of a run that is killed at random.
const LONG: &str = "24";
/// Epochs of a run with an injected fault.
const SHORT: &str = "6";

/// An uninterrupted run: its rows and its app hash.
fn reference(until: &'static str) -> &'static (BTreeMap<u64, String>, String) {
    static LONG_RUN: OnceLock<(BTreeMap<u64, String>, String)> = OnceLock::new();
    static SHORT_RUN: OnceLock<(BTreeMap<u64, String>, String)> = OnceLock::new();
    let cell = if until == LONG { &LONG_RUN } else { &SHORT_RUN };
    cell.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let printed = finish(small(dir.path(), &["--until", until]));
        audit(dir.path());
        (printed.rows.clone(), printed.app_hash())
    })
}

/// Every row that was ever printed, over all restarts of one directory.
#[derive(Default)]
struct Seen(BTreeMap<u64, String>);

impl Seen {
    fn add(&mut self, printed: &Printed) {
        for (epoch, row) in &printed.rows {
            let before = self.0.insert(*epoch, row.clone());
            assert!(before.is_none(), "epoch {epoch} ran twice");
        }
    }

    /// Rows of killed runs may be missing (killed between commit and print), never different.
    fn compare(&self, until: &'static str) {
        let (rows, _) = reference(until);
        for (epoch, row) in &self.0 {
            assert_eq!(Some(row), rows.get(epoch), "epoch {epoch} differs");
        }
    }
}

/// Lets the directory reach its end, and compares everything with the uninterrupted run.
fn end_well(dir: &Path, until: &'static str, mut seen: Seen) {
    let printed = finish(small(dir, &["--until", until]));
    seen.add(&printed);
    seen.compare(until);
    assert_eq!(printed.app_hash(), reference(until).1, "{}", dir.display());
    audit(dir);
}

/// Small steps of a linear congruence: only to spread the kills.
fn spread(state: &mut u64, limit: u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) % limit.max(1)
}

#[test]
fn random_kills_lose_and_double_nothing() {
    let wanted = if std::env::var_os("WORKMINT_FULL").is_some() { 200 } else { 20 };
    let parent = TempDir::new().unwrap();
    reference(LONG);
    let started = Instant::now();
    finish(small(&parent.path().join("timed"), &["--until", LONG]));
    let span = u64::try_from(started.elapsed().as_micros()).unwrap();
    let mut chance = u64::from(std::process::id());
    let (mut kills, mut directory) = (0_u32, 0_u32);
    while kills < wanted {
        directory += 1;
        let dir = parent.path().join(directory.to_string());
        let mut seen = Seen::default();
        loop {
            let output = parent.path().join("output");
            let mut child = small(&dir, &["--until", LONG])
                .stdout(File::create(&output).unwrap())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Some die before they begin, most in the middle of their work.
            std::thread::sleep(Duration::from_micros(spread(&mut chance, span / 4)));
            child.kill().unwrap();
            let status = child.wait().unwrap();
            seen.add(&Printed::read(&fs::read_to_string(&output).unwrap()));
            if let Some(code) = status.code() {
                assert_eq!(code, 0, "it was not killed, it failed");
                break;
            }
            kills += 1;
            if kills >= wanted {
                break;
            }
        }
        end_well(&dir, LONG, seen);
    }
    println!("{kills} kills in {directory} directories");
}

/// Runs with a fault in the environment; returns what it printed and its exit code, none when it
/// was ended by a signal.
fn faulty(dir: &Path, variable: &str, fault: &str, until: &str) -> (Printed, Option<i32>, String) {
    let output = small(dir, &["--until", until]).env(variable, fault).output().unwrap();
    let printed = Printed::read(&String::from_utf8_lossy(&output.stdout));
    (printed, output.status.code(), told(&output))
}

/// Points that are passed only when a torn write is cut off.
fn needs_torn_write(point: &str) -> bool {
    point.starts_with("journal.") && point.contains("truncate")
}

#[test]
fn a_crash_at_every_named_point_is_survived() {
    let parent = TempDir::new().unwrap();
    let mut crashes = 0_u32;
    for point in POINTS {
        // The first time, and in the middle of the work.
        for pass in ["1", "2", "4"] {
            let dir = parent.path().join(format!("{point}-{pass}"));
            let mut seen = Seen::default();
            if needs_torn_write(point) {
                if pass != "1" {
                    continue;
                }
                let torn = faulty(&dir, "WORKMINT_CRASH_AT", "journal.torn_write:9", SHORT);
                assert_eq!(torn.1, None, "{}", torn.2);
                seen.add(&torn.0);
            }
            let fault = format!("{point}:{pass}");
            let (printed, code, message) = faulty(&dir, "WORKMINT_CRASH_AT", &fault, SHORT);
            match code {
                None => crashes += 1,
                Some(code) => {
                    assert_eq!(code, 0, "{fault}: {message}");
                    assert_ne!(pass, "1", "{fault} is never passed");
                }
            }
            seen.add(&printed);
            end_well(&dir, SHORT, seen);
            fs::remove_dir_all(&dir).unwrap();
        }
    }
    println!("{crashes} crashes at {} points", POINTS.len());
    assert!(crashes as usize >= POINTS.len());
}

#[test]
fn the_first_failed_write_stops_the_process() {
    let parent = TempDir::new().unwrap();
    let mut failures = 0_u32;
    for operation in IO_OPERATIONS {
        for pass in ["1", "2", "5"] {
            let dir = parent.path().join(format!("{operation}-{pass}"));
            let fault = format!("{operation}:{pass}");
            let (printed, code, message) = faulty(&dir, "WORKMINT_IO_ERROR_AT", &fault, SHORT);
            match code {
                Some(4) => {
                    failures += 1;
                    assert!(message.contains("injected"), "{fault}: {message}");
                    assert!(printed.last.is_none(), "{fault}: it went on");
                }
                other => {
                    assert_eq!(other, Some(0), "{fault}: {message}");
                    assert_ne!(pass, "1", "{fault} never happens");
                }
            }
            let mut seen = Seen::default();
            seen.add(&printed);
            end_well(&dir, SHORT, seen);
            fs::remove_dir_all(&dir).unwrap();
        }
    }
    println!("{failures} failed operations");
    assert!(failures as usize >= IO_OPERATIONS.len());
}

#[test]
fn a_start_that_was_cut_off_is_made_good() {
    let parent = TempDir::new().unwrap();
    // Killed before the settings had their name.
    let dir = parent.path().join("unfinished");
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("demo.json.tmp"), "{\"for").unwrap();
    end_well(&dir, SHORT, Seen::default());
    // Killed between the settings and the network.
    let made = parent.path().join("made");
    finish(small(&made, &["--until", "1"]));
    let dir = parent.path().join("settings-only");
    fs::create_dir(&dir).unwrap();
    fs::copy(made.join("demo.json"), dir.join("demo.json")).unwrap();
    end_well(&dir, SHORT, Seen::default());
    // Killed between the genesis and the journal.
    let dir = parent.path().join("genesis-only");
    fs::create_dir(&dir).unwrap();
    for file in ["demo.json", "genesis.chunk"] {
        fs::copy(made.join(file), dir.join(file)).unwrap();
    }
    end_well(&dir, SHORT, Seen::default());
}

#[test]
fn damage_is_not_repaired() {
    let dir = TempDir::new().unwrap();
    finish(small(dir.path(), &["--until", "3"]));
    let mut segments: Vec<_> = fs::read_dir(dir.path().join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "journal"))
        .collect();
    segments.sort();
    let first = &segments[0];
    let mut bytes = fs::read(first).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(first, bytes).unwrap();
    let run = |name: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
        let output = command.args([name, "--data-dir"]).arg(dir.path()).output().unwrap();
        (output.status.code(), told(&output))
    };
    let (code, message) = run("demo");
    assert_eq!(code, Some(3), "{message}");
    assert!(message.contains("at byte"), "{message}");
}
