//! What a start of `workmint node` compares with what it finds, and what it leaves when it is
//! refused.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use serde_json::Value;
use workmint_networks::preset;

use crate::node_commands::{OTHER, accounts, names, require};
use crate::served::{Served, command, run};
use crate::support::{Run, contents};

/// Starts a node on the directory `net` that must end at once, and change nothing there.
fn start(dir: &Path, arguments: &[&str]) -> Run {
    let before = contents(dir);
    let node = ["node", "--listen", "127.0.0.1:0", "--data-dir", "net"];
    let ended = run(command(dir, &[&node, arguments].concat()));
    assert_eq!(contents(dir), before, "{arguments:?} changes something");
    ended
}

/// The network there must be served by this start.
fn served(dir: &Path, arguments: &[&str]) {
    let served = Served::start(dir, &[&["node", "--data-dir", "net"], arguments].concat());
    assert_eq!(served.stop().code, 0, "{arguments:?}");
}

/// gonka's file with another value.
fn changed(dir: &Path) {
    let gonka = preset("gonka").unwrap().text;
    let mine = gonka.replacen("unbonding = \"28d\"", "unbonding = \"21d\"", 1);
    assert_ne!(mine, gonka);
    fs::write(dir.join("mine.toml"), mine).unwrap();
    let own = gonka.replacen("name = \"gonka\"", "name = \"own\"", 1);
    assert_ne!(own, gonka);
    fs::write(dir.join("own.toml"), own).unwrap();
}

#[test]
fn what_is_said_of_a_network_for_development_should_be_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    changed(dir);
    served(dir, &["--dev", "--epoch-length", "1h"]);
    let keys = command(dir, &["key", "show", "founder", "--json", "--keystore", "net/keys"]);
    let key: Value = serde_json::from_str(&run(keys).stdout).unwrap();
    let founder = format!("founder={}", key["address"].as_str().unwrap());
    let other = format!("founder={OTHER}");
    let holds = "net holds the network gonka, ";
    let ends = "name another directory with --data-dir, or leave this setting out";
    require(
        |arguments| start(dir, arguments),
        &[
            (&["--dev", "--network", "hanzo"], 2, &["--network: ", holds, "not hanzo", ends]),
            (
                &["--dev", "--epoch-length", "2h"],
                2,
                &["--epoch-length: ", holds, "whose epochs take 1h, not 2h", ends],
            ),
            (
                &["--network", "gonka"],
                2,
                &["--network: ", holds, "with a chain id of its own, 1", "not 285000", "--dev"],
            ),
            (
                &["--dev", "--network", "mine.toml"],
                2,
                &[holds, "collateral.unbonding is 28d there, 21d in it", ends],
            ),
            (
                &["--accounts", &other],
                2,
                &["--accounts: ", holds, "whose founder is 0x", &format!("not {OTHER}"), ends],
            ),
            (&["--accounts", "stranger=0x0"], 2, &["allowed: NAME=ADDRESS"]),
            (&["--epoch-length", "1h"], 2, &["node.epoch_length", "(--dev)"]),
        ],
    );
    // Whoever says what is so, in whatever words, goes on; so does who says nothing.
    served(dir, &["--dev", "--network", "gonka"]);
    served(dir, &["--dev", "--epoch-length", "60m"]);
    served(dir, &["--accounts", &founder]);
    fs::remove_file(dir.join("net/keys/founder.json")).unwrap();
    let lost = start(dir, &["--dev"]);
    assert_eq!(lost.code, 2);
    assert!(lost.stderr.contains("of which net/keys has no key of that name"), "{}", lost.stderr);
}

#[test]
fn a_start_without_dev_should_say_what_is_off() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let node = ["node", "--data-dir", "net"];
    let with = Served::start(dir, &[&node[..], &["--dev"]].concat()).stop();
    let without = Served::start(dir, &node).stop();
    let note = "this directory was made with --dev; without it the faucet and the reporters are";
    assert!(!with.stderr.contains(note), "{}", with.stderr);
    assert!(without.stderr.contains(note), "{}", without.stderr);
}

#[test]
fn what_is_said_of_any_network_should_be_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    changed(dir);
    let all = accounts();
    let judge = format!("judge-1={OTHER}");
    served(dir, &["--accounts", &all]);
    require(
        |arguments| start(dir, arguments),
        &[
            (&["--dev"], 2, &["--dev: ", "with chain id 285000, not one for development"]),
            (&["--network", "mine.toml"], 2, &["collateral.unbonding is 28d there, 21d in it"]),
            (&["--network", "own.toml"], 2, &["net holds the network gonka, not own"]),
            (
                &["--accounts", &judge],
                2,
                &["whose judge-1 is 0x0000000000000000000000000000000000000003, not 0x7099"],
            ),
        ],
    );
    served(dir, &["--network", "gonka", "--accounts", &all]);
    served(dir, &["--accounts", "judge-1=0x0000000000000000000000000000000000000003"]);
    fs::remove_dir_all(dir.join("net")).unwrap();
    served(dir, &["--network", "own.toml", "--accounts", &all]);
    require(
        |arguments| start(dir, arguments),
        &[
            (&["--accounts", &all], 2, &["whose own file says which names", "--network"]),
            (&["--network", "own.toml", "--accounts", &judge], 2, &["whose judge-1 is 0x"]),
        ],
    );
    served(dir, &["--network", "own.toml", "--accounts", &all]);
}

#[test]
fn a_refused_start_should_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let refused: [(&[&str], i32, &str); 3] = [
        (&["node", "--dev", "--data-dir", "net", "--listen", &taken], 4, "cannot listen on"),
        (
            &["node", "--dev", "--data-dir", "net", "--listen", "127.0.0.1:0", "--admin", &taken],
            4,
            "cannot listen on",
        ),
        (&["demo", "--serve", "--data-dir", "net", "--listen", &taken], 4, "cannot listen on"),
    ];
    for (arguments, code, expected) in refused {
        let ended = run(command(dir, arguments));
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(expected), "{arguments:?}: {}", ended.stderr);
        assert_eq!(names(dir), Vec::<String>::new(), "{arguments:?}");
    }
    // Keys of a start that was killed before its network was made are no other network's.
    served(dir, &["--dev"]);
    for entry in fs::read_dir(dir.join("net")).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true if path.ends_with("keys") => {}
            true => fs::remove_dir_all(path).unwrap(),
            false => fs::remove_file(path).unwrap(),
        }
    }
    let other = start(dir, &["--dev", "--network", "hanzo"]);
    assert_eq!(other.code, 2, "{}", other.stderr);
    assert!(other.stderr.contains("net/keys holds keys for other names"), "{}", other.stderr);
    served(dir, &["--dev"]);
}

#[test]
fn every_setting_should_be_printed_and_nothing_started() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut asked = command(dir, &["node", "--print-config", "--dev", "--block-time", "60000"]);
    asked.env("WORKMINT_LISEN", "127.0.0.1:1").env("WORKMINT_FULL", "");
    let printed = run(asked);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    let row = |key: &str| {
        let line = printed.stdout.lines().find(|line| line.starts_with(key));
        line.map(|line| line.split_whitespace().collect::<Vec<&str>>()).unwrap_or_default()
    };
    assert_eq!(row("node.block_time"), ["node.block_time", "60000", "--block-time"]);
    assert_eq!(row("node.epoch_length"), ["node.epoch_length", "-", "default"]);
    let warned = "warning: no variable is called WORKMINT_LISEN; did you mean WORKMINT_LISTEN?\n";
    assert_eq!(printed.stderr, warned);
    // Without addresses a start would be refused: the settings are shown, and why.
    let bare = run(command(dir, &["node", "--print-config"]));
    assert_eq!(bare.code, 2);
    assert!(bare.stdout.contains("node.network") && bare.stderr.contains("have no address yet"));
    let wrong = run(command(dir, &["node", "--print-config", "--dev", "--limit-batch", "0"]));
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert!(wrong.stderr.contains("--limit-batch: limits.batch is \"0\""), "{}", wrong.stderr);
    assert_eq!(names(dir), Vec::<String>::new());
}

#[test]
fn a_directory_in_use_should_be_told_by_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let serve = ["demo", "--serve", "--data-dir", "net", "--participants", "6"];
    let demo =
        Served::start(dir, &[&serve[..], &["--requests-per-epoch", "60", "--quiet"]].concat());
    demo.wait_for_epoch(2);
    let account = demo.get("/v1/participants")["items"][0]["account"].as_str().unwrap().to_owned();
    let words = [
        "net is in use by another running workmint (process ",
        "stop that one",
        "`workmint query`",
    ];
    require(
        |arguments| run(command(dir, arguments)),
        &[
            (&["node", "--data-dir", "net", "--listen", "127.0.0.1:0"], 4, &words),
            (&["demo", "--data-dir", "net", "--epochs", "1"], 4, &words),
            (&["demo", "--data-dir", "net", "--serve", "--listen", "127.0.0.1:0"], 4, &words),
            (&["history", "--data-dir", "net", &account], 4, &words),
        ],
    );
    // Reading what only grows needs nobody's leave.
    let free: [&[&str]; 4] = [
        &["audit", "net"],
        &["estimate", "--data-dir", "net", &account],
        &["proof", "--data-dir", "net", "1", &account],
        &["explain", "--data-dir", "net", "1", &account],
    ];
    for arguments in free {
        let asked = run(command(dir, arguments));
        let in_use = words.iter().all(|text| asked.stderr.contains(text)) && asked.code == 4;
        assert!(asked.code == 0 || in_use, "{arguments:?}: {}", asked.stderr);
    }
    assert_eq!(demo.stop().code, 0);
    assert_eq!(run(command(dir, &["history", "--data-dir", "net", &account])).code, 0);
}
