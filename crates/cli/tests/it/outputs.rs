//! Files that commands write: links lead to the real file, its mode stays, pipes are written to.

use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use crate::node_commands::names;
use crate::support::{Run, workmint_in};

const HEAD: &str = "epoch,scheduled_GNK,minted_GNK";

fn schedule(dir: &Path, file: &str) -> Run {
    workmint_in(dir, &["schedule", "gonka", "--epochs", "0..3", "--csv", file])
}

#[test]
fn a_link_should_lead_to_the_file_that_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::create_dir(dir.join("below")).unwrap();
    fs::write(dir.join("below/real.csv"), "old").unwrap();
    fs::set_permissions(dir.join("below/real.csv"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("below/real.csv", dir.join("link.csv")).unwrap();
    // One that leads to what is not there yet.
    symlink("below/new.csv", dir.join("early.csv")).unwrap();
    for (link, real) in [("link.csv", "below/real.csv"), ("early.csv", "below/new.csv")] {
        let run = schedule(dir, link);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(fs::symlink_metadata(dir.join(link)).unwrap().is_symlink(), "{link} is replaced");
        assert!(fs::read_to_string(dir.join(real)).unwrap().starts_with(HEAD), "{real}");
    }
    let mode = fs::metadata(dir.join("below/real.csv")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    assert_eq!(names(dir), ["below", "early.csv", "link.csv"]);
    assert_eq!(names(&dir.join("below")), ["new.csv", "real.csv"]);
    symlink("round.csv", dir.join("round.csv")).unwrap();
    let run = schedule(dir, "round.csv");
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("cannot write round.csv"), "{}", run.stderr);
}

#[test]
fn a_pipe_should_be_written_to_and_stay() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let pipe = dir.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("pipe", dir.join("link")).unwrap();
    for name in ["pipe", "link"] {
        let from = pipe.clone();
        let reading = std::thread::spawn(move || fs::read_to_string(from).unwrap());
        let run = schedule(dir, name);
        // Replaced by a file, nobody would write to what is read there.
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo(), "{name}: {}", run.stderr);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(reading.join().unwrap().starts_with(HEAD), "{name}");
    }
    assert_eq!(names(dir), ["link", "pipe"]);
}

#[test]
fn standard_output_by_another_name_should_be_standard_output() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let out = File::create(dir.join("out.csv")).unwrap();
    let before = out.metadata().unwrap().ino();
    let status = Command::new(env!("CARGO_BIN_EXE_workmint"))
        .args(["schedule", "gonka", "--epochs", "0..3", "--csv", "out.csv"])
        .current_dir(dir)
        .stdout(out)
        .status();
    assert!(status.unwrap().success());
    assert_eq!(fs::metadata(dir.join("out.csv")).unwrap().ino(), before);
    let written = fs::read_to_string(dir.join("out.csv")).unwrap();
    assert!(written.starts_with(HEAD) && written.contains("the allocation"), "{written}");
}
