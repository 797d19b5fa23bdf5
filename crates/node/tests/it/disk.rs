//! Disks that are full, broken or read-only: the node stops, says which file, and loses nothing.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use workmint_node::{Config, EXIT_CODE, Node};

use crate::child::{Running, check, command, create};

#[test]
fn an_injected_failure_should_stop_the_node_with_a_message_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path());
    let mut acks = Vec::new();
    let failures = [
        ("journal.write:6", "no space left", ".journal"),
        ("journal.sync:7", "input/output error", ".journal"),
        ("chunk.write:1", "no space left", ".inputs"),
    ];
    for (failure, why, file) in failures {
        let mut command = command(dir.path());
        command.env("WORKMINT_IO_ERROR_AT", failure);
        let ended = Running::start(command).wait();
        assert_eq!(ended.status.code(), Some(EXIT_CODE), "{failure}: {}", ended.err);
        for said in [why, file, "Every transaction that was acknowledged is in the journal"] {
            assert!(ended.err.contains(said), "{failure}: no `{said}` in {}", ended.err);
        }
        acks.extend(ended.acks);
        check(dir.path(), &acks);
    }
    assert!(acks.len() > 10, "{} transactions are no load", acks.len());
}

/// The operating system itself refuses to write: files may not grow over a limit of the process.
#[test]
fn a_refused_write_should_stop_the_node_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path());
    let limited = |kib: u64| {
        let child = command(dir.path());
        let mut limited = Command::new("bash");
        // Without the signal the write fails, as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
        limited.arg("-c").arg(script).arg(child.get_program()).args(child.get_args());
        for (name, value) in child.get_envs() {
            limited.env(name, value.unwrap());
        }
        limited
    };
    let ended = Running::start(limited(96)).wait();
    assert_eq!(ended.status.code(), Some(EXIT_CODE), "{}", ended.err);
    assert!(ended.err.contains("File too large"), "{}", ended.err);
    assert!(ended.err.contains(&dir.path().display().to_string()), "{}", ended.err);
    check(dir.path(), &ended.acks);
}

#[test]
fn a_read_only_directory_should_be_named_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    create(&data);
    let is_root = std::fs::metadata(dir.path()).unwrap().uid() == 0;
    set_mode(dir.path(), 0o755);
    each(&data, &|path, is_dir| set_mode(path, if is_dir { 0o555 } else { 0o444 }));
    let mut child = command(&data);
    if is_root {
        // Permissions do not bind the administrator; anybody else they do, who may be kept from the
        // folder of this program, too. A copy may not be run while others are forked: a link, then.
        let program = dir.path().join("program");
        let linked = std::fs::hard_link(child.get_program(), &program);
        linked.or_else(|_| std::fs::copy(child.get_program(), &program).map(drop)).unwrap();
        let mut anybody = Command::new(&program);
        anybody.args(child.get_args()).current_dir("/").uid(65_534).gid(65_534);
        for (name, value) in child.get_envs() {
            anybody.env(name, value.unwrap());
        }
        child = anybody;
    }
    let ended = Running::start(child).wait();
    assert_eq!(ended.status.code(), Some(4), "{}", ended.err);
    assert!(ended.err.contains("Permission denied"), "{}", ended.err);
    assert!(ended.err.contains(&data.display().to_string()), "{}", ended.err);
    each(&data, &|path, is_dir| set_mode(path, if is_dir { 0o755 } else { 0o644 }));
    check(&data, &[]);
}

#[test]
fn a_directory_that_cannot_be_made_should_be_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, b"not a directory").unwrap();
    let config =
        Config { genesis: Some(crate::child::short_genesis()), ..Config::new(file.join("data")) };
    let error = Node::start(config).err().unwrap().to_string();
    assert!(error.contains(&file.display().to_string()), "{error}");
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Everything below a directory, then the directory itself.
fn each(path: &Path, act: &dyn Fn(&Path, bool)) {
    for entry in std::fs::read_dir(path).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            set_mode(&entry.path(), 0o755);
            each(&entry.path(), act);
        } else {
            act(&entry.path(), false);
        }
    }
    act(path, true);
}
