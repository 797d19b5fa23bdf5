//! `workmint key show`, `passwd` and `delete`: the key that there is stays until the next one is
//! whole, and goes only when its owner says so.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::keys::{ADDRESS, HEX, files, key, keyed};
use crate::support::Run;

/// A directory with the key "anvil" under "correct horse", and files of passphrases.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(key(dir.path(), HEX, &["import", "anvil", "--light"]).code, 0);
    for (name, text) in [("next", "battery staple\n"), ("wrong", "wrong horse\n"), ("short", "7\n")]
    {
        fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn kept(dir: &Path) -> Vec<u8> {
    fs::read(dir.join("keys/anvil.json")).unwrap()
}

fn opens(dir: &Path, passphrase: &[&str]) -> bool {
    let export = [&["export", "anvil", "--unencrypted"], passphrase].concat();
    let run = key(dir, "", &export);
    assert!(run.code == 0 || run.stderr.contains("the passphrase is wrong"), "{}", run.stderr);
    run.code == 0 && run.stdout == format!("0x{HEX}\n")
}

#[test]
fn a_key_is_shown_without_its_passphrase() {
    let dir = folder();
    let dir = dir.path();
    for selector in ["anvil", ADDRESS] {
        let run = key(dir, "", &["show", selector]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stdout, format!("anvil  {ADDRESS}\nkept encrypted in keys/anvil.json\n"));
    }
    let shown = key(dir, "", &["show", "anvil", "--json"]).stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let expected =
        serde_json::json!({ "name": "anvil", "address": ADDRESS, "file": "keys/anvil.json" });
    assert_eq!(shown, expected);
    let missing = key(dir, "", &["show", "bob"]);
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    assert!(
        missing.stderr.contains("no key \"bob\" in keys; allowed: anvil"),
        "{}",
        missing.stderr
    );
}

#[test]
fn a_passphrase_is_changed() {
    let dir = folder();
    let dir = dir.path();
    let before = kept(dir);
    let run = key(dir, "", &["passwd", "anvil", "--light", "--new-password-file", "next"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("now under the new passphrase in keys/anvil.json"),
        "{}",
        run.stdout
    );
    assert_ne!(kept(dir), before);
    assert!(!opens(dir, &[]));
    assert!(opens(dir, &["--password-file", "next"]));
    let path = dir.join("keys/anvil.json");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(files(&dir.join("keys")), ["anvil.json"]);
    // The standard cost unless it is said: the key was a light one.
    let back = ["passwd", ADDRESS, "--password-file", "next", "--new-password-file", "wrong"];
    assert_eq!(key(dir, "", &back).code, 0);
    let file: Value = serde_json::from_slice(&kept(dir)).unwrap();
    assert_eq!(file["crypto"]["kdfparams"]["n"], 262_144);
}

#[test]
fn a_key_keeps_its_passphrase_when_anything_is_wrong() {
    let dir = folder();
    let dir = dir.path();
    let before = kept(dir);
    let next = ["--new-password-file", "next"];
    let refused: [(&[&str], &[&str], &str); 6] = [
        (&["anvil", "--password-file", "wrong"], &next, "keys/anvil.json: the passphrase is wrong"),
        (&["bob"], &next, "no key \"bob\" in keys; allowed: anvil"),
        (&["anvil"], &["--new-password-file", "short"], "8 characters or more"),
        (&["anvil"], &["--new-password-file", "none"], "cannot read none"),
        (&["anvil"], &[], "give --new-password-file FILE"),
        (&["anvil", "--password-file", "none"], &next, "cannot read none"),
    ];
    for (which, how, expected) in refused {
        // Nobody is at a terminal that could be asked.
        let words =
            ["setsid", "--wait", env!("CARGO_BIN_EXE_workmint"), "key", "passwd", "--light"];
        let run = keyed(dir, "", &[&words, which, how].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{which:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{which:?}: {}", run.stderr);
        assert_eq!(kept(dir), before, "{which:?}");
        assert_eq!(files(&dir.join("keys")), ["anvil.json"], "{which:?}");
    }
    assert!(opens(dir, &[]));
}

/// A change of passphrase by a process that can write no byte to a file: with the signal that comes
/// then ignored the write fails, else the signal kills it on the spot.
fn without_room(dir: &Path, ignored: bool) -> Run {
    let ignore = if ignored { "trap '' XFSZ; " } else { "" };
    let script = format!("{ignore}ulimit -f 0; exec \"$@\"");
    let binary = env!("CARGO_BIN_EXE_workmint");
    let words = ["sh", "-c", &script, "sh", binary, "key", "passwd", "anvil", "--light"];
    keyed(dir, "", &[&words, &["--new-password-file", "next"][..]].concat())
}

#[test]
fn a_key_stays_when_the_next_file_cannot_be_written() {
    let dir = folder();
    let dir = dir.path();
    let before = kept(dir);
    let failed = without_room(dir, true);
    assert_eq!(failed.code, 4, "{}", failed.stderr);
    assert!(failed.stderr.contains("cannot write keys/anvil.json"), "{}", failed.stderr);
    assert_eq!(kept(dir), before);
    assert_eq!(files(&dir.join("keys")), ["anvil.json"], "nothing half done is left");
    let killed = without_room(dir, false);
    assert_eq!(killed.code, -1, "a signal: {}", killed.stderr);
    assert_eq!(kept(dir), before);
    assert!(opens(dir, &[]));
    // What the killed one left is in nobody's way.
    assert_eq!(files(&dir.join("keys")).len(), 2);
    let list: Value = serde_json::from_str(&key(dir, "", &["list", "--json"]).stdout).unwrap();
    assert_eq!(list["keys"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(list["unreadable"], serde_json::json!([]), "{list}");
    let run = key(dir, "", &["passwd", "anvil", "--light", "--new-password-file", "next"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(opens(dir, &["--password-file", "next"]));
}

#[test]
fn a_key_is_deleted_by_who_can_open_it() {
    let dir = folder();
    let dir = dir.path();
    let before = kept(dir);
    let refused: [(&[&str], &str); 5] = [
        (
            &["anvil", "--yes", "--password-file", "wrong"],
            "passphrase is wrong; nothing was deleted",
        ),
        (&["anvil", "--yes", "--password-file", "none"], "cannot read none"),
        (&["anvil"], "nobody is there to ask: give --yes"),
        (&["anvil", "--force"], "nobody is there to ask: give --yes"),
        (&["bob", "--yes", "--force"], "no key \"bob\" in keys; allowed: anvil"),
    ];
    for (how, expected) in refused {
        let run = key(dir, "y\n", &[&["delete"], how].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{how:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{how:?}: {}", run.stderr);
        assert_eq!(kept(dir), before, "{how:?}");
    }
    let run = key(dir, "", &["delete", ADDRESS, "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains(&format!("deleted the key anvil of {ADDRESS}")), "{}", run.stdout);
    assert_eq!(files(&dir.join("keys")), Vec::<String>::new());
}

#[test]
fn force_deletes_what_nobody_can_open() {
    let dir = folder();
    let dir = dir.path();
    let wrong = ["delete", "anvil", "--yes", "--force", "--password-file", "wrong"];
    assert_eq!(key(dir, "", &wrong).code, 0);
    fs::write(dir.join("keys/broken.json"), "{").unwrap();
    let refused = key(dir, "", &["delete", "broken", "--yes"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("broken.json is no key; --force"), "{}", refused.stderr);
    assert_eq!(files(&dir.join("keys")), ["broken.json"]);
    assert_eq!(key(dir, "", &["delete", "broken", "--yes", "--force"]).code, 0);
    assert_eq!(files(&dir.join("keys")), Vec::<String>::new());
}
