//! Wrong input for `workmint demo`: exit code 2, a message that says what is wrong, and nothing
//! changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const HEAD: &str = "TIMESTAMP,ContextTokens,GeneratedTokens";
const ROW: &str = "2023-11-16 18:17:03.9799600,4808,10";

/// Everything below a directory: path, length, content.
fn contents(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = Vec::new();
    let mut open = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all.push((path.clone(), Vec::new()));
                open.push(path);
            } else {
                all.push((path.clone(), fs::read(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}

/// A directory with a demo, and files to be named wrongly.
fn prepared() -> TempDir {
    let parent = TempDir::new().unwrap();
    let at = |name: &str| parent.path().join(name);
    let status = Command::new(env!("CARGO_BIN_EXE_workmint"))
        .args(["demo", "--participants", "3", "--requests-per-epoch", "20", "--epochs", "1"])
        .args(["--quiet", "--data-dir", "demo"])
        .current_dir(parent.path())
        .output()
        .unwrap()
        .status;
    assert!(status.success());
    fs::create_dir(at("other")).unwrap();
    fs::write(at("other/thesis.txt"), "words").unwrap();
    fs::create_dir(at("network-only")).unwrap();
    fs::copy(at("demo/genesis.chunk"), at("network-only/genesis.chunk")).unwrap();
    fs::write(at("file"), "not a directory").unwrap();
    for (name, text) in [
        ("empty.csv", String::new()),
        ("head.csv", format!("{HEAD}\n")),
        ("nohead.csv", format!("{ROW}\n")),
        ("row.csv", format!("{HEAD}\n{ROW}\n2023-11-16 18:17:04.0319600,many,8\n")),
        ("cut.csv", format!("{HEAD}\n{ROW}\n2023-11-16 18:17:04.0319600,318")),
        ("negative.csv", format!("{HEAD}\n2023-11-16 18:17:04.0319600,-3,8\n")),
        ("backwards.csv", format!("{HEAD}\n{ROW}\n2022-11-16 18:17:04.0319600,3,8\n")),
        ("good.csv", format!("{HEAD}\n{ROW}\n")),
        ("broken.toml", "[network\n".to_owned()),
    ] {
        fs::write(at(name), text).unwrap();
    }
    fs::write(at("binary.csv"), [0xff_u8, 0xfe, 0x00, 0x41]).unwrap();
    parent
}

/// Name, arguments, what the message must hold.
type Case = (&'static str, &'static [&'static str], &'static str);

const CASES: &[Case] = &[
    ("no participants", &["--participants", "0"], "participants"),
    ("participants 2^64", &["--participants", "18446744073709551616"], "participants"),
    ("too many participants", &["--participants", "100001"], "100000"),
    ("negative participants", &["--participants", "-3"], "-3"),
    ("fractional participants", &["--participants", "2.5"], "2.5"),
    ("no epochs", &["--epochs", "0"], "epochs"),
    ("negative epochs", &["--epochs", "-1"], "-1"),
    ("epochs NaN", &["--epochs", "NaN"], "NaN"),
    ("epochs infinite", &["--epochs", "inf"], "inf"),
    ("epochs and until", &["--epochs", "1", "--until", "2"], "cannot be used with"),
    ("until 0", &["--until", "0"], "until"),
    ("requests 2^64", &["--requests-per-epoch", "18446744073709551616"], "requests-per-epoch"),
    ("requests negative", &["--requests-per-epoch", "-5"], "-5"),
    ("requests exponent", &["--requests-per-epoch", "1e5"], "1e5"),
    ("too many requests", &["--requests-per-epoch", "100000001"], "100000000"),
    ("seed 2^64", &["--seed", "18446744073709551616"], "seed"),
    ("seed negative", &["--seed", "-1"], "-1"),
    ("seed empty", &["--seed", ""], "seed"),
    ("unknown network", &["--network", "bitcoin"], "allowed: bittensor, blyan, gonka"),
    ("missing network file", &["--network", "none/network.toml"], "none/network.toml"),
    ("broken network file", &["--network", "./broken.toml"], "broken.toml:1"),
    ("missing trace", &["--trace", "none.csv"], "none.csv"),
    ("trace is a directory", &["--trace", "other"], "other"),
    ("empty trace", &["--trace", "empty.csv"], "no requests"),
    ("trace without rows", &["--trace", "head.csv"], "no requests"),
    ("trace without head", &["--trace", "nohead.csv"], "nohead.csv:1"),
    ("bad row", &["--trace", "row.csv"], "row.csv:3"),
    ("truncated trace", &["--trace", "cut.csv"], "cut.csv:3"),
    ("negative tokens", &["--trace", "negative.csv"], "negative.csv:2"),
    ("time runs backwards", &["--trace", "backwards.csv"], "backwards.csv:3"),
    ("binary trace", &["--trace", "binary.csv"], "binary.csv:1"),
    ("data dir is a file", &["--data-dir", "file"], "file is not a directory"),
    ("data dir in a file", &["--data-dir", "file/below"], "file/below"),
    ("data dir with other things", &["--data-dir", "other"], "thesis.txt"),
    ("a network that is no demo", &["--data-dir", "network-only"], "genesis.chunk"),
    (
        "other participants",
        &["--data-dir", "demo", "--participants", "4"],
        "--participants 3, not 4",
    ),
    ("other seed", &["--data-dir", "demo", "--seed", "2"], "--seed 1, not 2"),
    ("other network", &["--data-dir", "demo", "--network", "x"], "--network gonka, not x"),
    ("other requests", &["--data-dir", "demo", "--requests-per-epoch", "9"], "20, not 9"),
    ("trace later", &["--data-dir", "demo", "--trace", "good.csv"], "without a trace"),
    ("a pace of no server", &["--epoch-seconds", "5", "--epochs", "1"], "only with --serve"),
    ("unknown option", &["--reqests", "9"], "--reqests"),
    ("a value too much", &["gonka"], "gonka"),
];

#[test]
fn wrong_input_changes_nothing() {
    let parent = prepared();
    let before = contents(parent.path());
    for (name, arguments, needed) in CASES {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
        command.arg("demo").current_dir(parent.path());
        if !arguments.contains(&"--data-dir") {
            command.args(["--data-dir", "new"]);
        }
        let output = command.args(*arguments).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{name}: {message}");
        assert!(message.starts_with("error: "), "{name}: {message}");
        assert!(message.contains(needed), "{name}: `{needed}` is missing in: {message}");
        assert!(output.stdout.is_empty(), "{name}");
        assert_eq!(contents(parent.path()), before, "{name} changed the disk");
    }
}

#[test]
fn damaged_settings_are_damage() {
    let parent = prepared();
    fs::write(parent.path().join("demo/demo.json"), "{\"format\": 1, \"netw").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_workmint"))
        .args(["demo", "--data-dir", "demo"])
        .current_dir(parent.path())
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{message}");
    assert!(message.contains("demo.json:1"), "{message}");
}

#[test]
fn two_demos_cannot_share_a_directory() {
    let parent = prepared();
    let start = |epochs: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
        command.args(["demo", "--quiet", "--data-dir", "demo", "--epochs", epochs]);
        command.current_dir(parent.path());
        command
    };
    let mut first = start("100000").stdout(std::process::Stdio::null()).spawn().unwrap();
    // The lock names its holder; the one before stands there until then.
    let (begun, holder) = (std::time::Instant::now(), first.id().to_string());
    let lock = parent.path().join("demo/LOCK");
    while fs::read_to_string(&lock).unwrap().trim() != holder {
        assert!(begun.elapsed().as_secs() < 60, "the first one does not begin");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let output = start("1").output().unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{message}");
    let holder = format!("demo is in use by another running workmint (process {})", first.id());
    assert!(message.contains(&holder), "{message}");
    assert!(start("1").output().unwrap().status.success());
}
