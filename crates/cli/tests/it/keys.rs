//! `workmint key`: files that other programs read, nothing overwritten, no secret where it must not
//! be.

use crate::support::Run;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

/// The first account of the mnemonic that development chains use, in every tool's documents.
pub(crate) const HEX: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
pub(crate) const ADDRESS: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

pub(crate) fn key(dir: &Path, input: &str, arguments: &[&str]) -> Run {
    let binary = [&[env!("CARGO_BIN_EXE_workmint"), "key"], arguments].concat();
    keyed(dir, input, &binary)
}

/// Runs a program with the keys of a directory and their passphrase in its environment.
pub(crate) fn keyed(dir: &Path, input: &str, words: &[&str]) -> Run {
    let mut child = Command::new(words[0])
        .args(&words[1..])
        .current_dir(dir)
        .env("WORKMINT_KEYSTORE", "keys")
        .env("WORKMINT_PASSWORD", "correct horse")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().unwrap().write_all(input.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    Run {
        // A signal ends it without a code.
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn files(dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else {
        return Vec::new();
    };
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn a_key_comes_back_by_name_and_by_address() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let run = key(dir, &format!("0x{HEX}\n"), &["import", "anvil", "--light", "--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let made: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(made["address"], ADDRESS);
    assert!(!run.stdout.contains(HEX) && !run.stderr.contains(HEX));
    for selector in ["anvil", ADDRESS, &ADDRESS.to_lowercase()] {
        let run = key(dir, "", &["export", selector, "--unencrypted"]);
        assert_eq!(run.stdout, format!("0x{HEX}\n"), "{}", run.stderr);
    }
    let path = dir.join("keys/anvil.json");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(dir.join("keys")).unwrap().permissions().mode() & 0o777, 0o700);
    let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(file["version"], 3);
    assert_eq!(file["address"], ADDRESS[2..].to_lowercase());
    assert_eq!(file["crypto"]["kdf"], "scrypt");
    assert_eq!(file["crypto"]["kdfparams"]["n"], 4_096);
}

#[test]
fn an_exported_file_is_a_copy_that_can_be_imported() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert_eq!(key(dir, "", &["new", "alice", "--light"]).code, 0);
    let run = key(dir, "", &["export", "alice", "--out", "copy.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(fs::metadata(dir.join("copy.json")).unwrap().permissions().mode() & 0o777, 0o600);
    let again = key(dir, "", &["import", "alice-2", "copy.json", "--light"]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("there already, as \"alice\""), "{}", again.stderr);
    fs::remove_file(dir.join("keys/alice.json")).unwrap();
    assert_eq!(key(dir, "", &["import", "alice-2", "copy.json", "--light"]).code, 0);
    let list: Value = serde_json::from_str(&key(dir, "", &["list", "--json"]).stdout).unwrap();
    assert_eq!(list["keys"].as_array().unwrap().len(), 1);
    assert_eq!(list["keys"][0]["name"], "alice-2");
}

#[test]
fn geth_standard_cost_is_the_default() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(key(dir.path(), "", &["new", "dear"]).code, 0);
    let text = fs::read_to_string(dir.path().join("keys/dear.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file["crypto"]["kdfparams"]["n"], 262_144);
}

#[test]
fn what_is_refused_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("short"), "seven77\n").unwrap();
    fs::write(dir.join("other"), "another passphrase\n").unwrap();
    let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    let long = "a".repeat(65);
    let refused: [(&str, &[&str], &str); 9] = [
        ("", &["new", "../alice"], "key name"),
        ("", &["new", ""], "key name"),
        ("", &["new", &long], "1 to 64 characters"),
        ("", &["new", "0xalice"], "begins an address"),
        ("", &["new", "alice", "--password-file", "short"], "8 characters or more"),
        ("", &["new", "alice", "--password-file", "none"], "cannot read none"),
        ("0x12", &["import", "alice"], "64 hexadecimal digits"),
        (order, &["import", "alice"], "order of secp256k1"),
        ("", &["import", "alice", "short"], "not a keystore file"),
    ];
    for (input, arguments, expected) in refused {
        let run = key(dir, input, arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
        assert_eq!(files(&dir.join("keys")), Vec::<String>::new(), "{arguments:?}");
    }
    assert_eq!(key(dir, HEX, &["import", "alice", "--light"]).code, 0);
    let before = fs::read(dir.join("keys/alice.json")).unwrap();
    let taken: [(&str, &[&str], &str); 5] = [
        ("", &["new", "alice"], "there already"),
        (HEX, &["import", "bob"], "there already, as \"alice\""),
        ("", &["export", "bob"], "allowed: alice"),
        ("", &["export", "alice", "--unencrypted", "--password-file", "other"], "is wrong"),
        ("", &["export", "alice", "--password-file", "other"], "is wrong"),
    ];
    for (input, arguments, expected) in taken {
        let run = key(dir, input, arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
        assert!(!run.stdout.contains(HEX));
        assert_eq!(files(&dir.join("keys")), ["alice.json"]);
    }
    assert_eq!(fs::read(dir.join("keys/alice.json")).unwrap(), before);
}

#[test]
fn a_place_that_is_no_folder_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    fs::write(dir.join("keys"), "a file").unwrap();
    for arguments in [["list", "--json"], ["new", "alice"]] {
        let run = key(dir, "", &arguments);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("cannot read keys"), "{}", run.stderr);
    }
    fs::remove_file(dir.join("keys")).unwrap();
    fs::create_dir(dir.join("keys")).unwrap();
    fs::write(dir.join("keys/broken.json"), "{").unwrap();
    let run = key(dir, "", &["list"]);
    assert!(run.stdout.contains("not a key: keys/broken.json"), "{}", run.stdout);
}

/// `--to none` would mean two things.
#[test]
fn words_that_values_reserve_are_no_names() {
    let dir = tempfile::tempdir().unwrap();
    for word in ["none", "closed", "open", "treasury", "active", "unlimited", "base"] {
        let run = key(dir.path(), "", &["new", word, "--light"]);
        assert_eq!(run.code, 2, "{word}");
        assert!(run.stderr.contains(&format!("key name \"{word}\"")), "{}", run.stderr);
    }
    assert!(files(&dir.path().join("keys")).is_empty());
}
