//! Running the demo as a process.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The demo on a directory, small, with snapshots and segments every few blocks.
pub(crate) fn small(dir: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
    command
        .args(["demo", "--json", "--participants", "6", "--requests-per-epoch", "300"])
        .args(["--seed", "11", "--snapshot-every-bytes", "1", "--segment-bytes", "20000"])
        .arg("--data-dir")
        .arg(dir)
        .args(more)
        .env_remove("WORKMINT_CRASH_AT")
        .env_remove("WORKMINT_IO_ERROR_AT")
        .stdin(Stdio::null());
    command
}

/// What a run printed: its rows by epoch, exactly as they stood, and its last object.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    pub(crate) rows: BTreeMap<u64, String>,
    pub(crate) last: Option<Value>,
}

impl Printed {
    /// Reads complete lines; an epoch that was printed twice is a failure.
    pub(crate) fn read(text: &str) -> Self {
        let mut printed = Self::default();
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let value: Value = serde_json::from_str(line).expect("a line is one JSON object");
            if value.get("final").is_some() {
                printed.last = Some(value);
            } else {
                let epoch = value["epoch"].as_u64().expect("a row names its epoch");
                let twice = printed.rows.insert(epoch, line.to_owned());
                assert!(twice.is_none(), "epoch {epoch} was printed twice");
            }
        }
        printed
    }

    /// The app hash the run ended with.
    pub(crate) fn app_hash(&self) -> String {
        let last = self.last.as_ref().expect("the run printed its final object");
        last["app_hash"].as_str().expect("an app hash").to_owned()
    }
}

/// Runs to the end; it must succeed.
pub(crate) fn finish(mut command: Command) -> Printed {
    let output = command.output().expect("the demo runs");
    assert!(output.status.success(), "{}", told(&output));
    Printed::read(&String::from_utf8(output.stdout).expect("UTF-8"))
}

/// What went wrong, for messages.
pub(crate) fn told(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    format!("{}: {error}", output.status)
}

/// `workmint audit` must find the directory bit-equal.
pub(crate) fn audit(dir: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_workmint"))
        .arg("audit")
        .arg(dir)
        .output()
        .expect("the audit runs");
    assert!(output.status.success(), "audit of {}: {}", dir.display(), told(&output));
}
