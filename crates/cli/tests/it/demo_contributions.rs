//! `workmint demo --network blyan`: the economy of contributions, from ordinary hours to a surge,
//! and what is caught meanwhile.

use crate::demo_support::{Printed, audit, finish};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const STREAMS: [&str; 4] = ["inference", "learning", "validation", "dataset"];

fn demo(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
    command.arg("demo").args(arguments).arg("--data-dir").arg(dir).stdin(Stdio::null());
    command
}

/// A small run for machines.
fn small(dir: &Path, network: &str, more: &[&str]) -> Command {
    let mut command = demo(dir, &["--json", "--network", network, "--participants", "8"]);
    command.args(["--snapshot-every-bytes", "100000"]).args(more);
    command
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Base units of BLY.
fn units(value: &Value) -> u128 {
    assert_eq!((&value["asset"], &value["decimals"]), (&"BLY".into(), &9.into()), "{value}");
    value["amount"].as_str().unwrap().parse().unwrap()
}

fn rows(printed: &Printed) -> Vec<Value> {
    printed.rows.values().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// Of a stream, by epoch, one figure of its bucket.
fn column(rows: &[Value], stream: &str, figure: &str) -> Vec<u128> {
    rows.iter().map(|row| units(&row["streams"][stream][figure])).collect()
}

/// What the final object tells of this kind: how often, and the first in words.
fn told(last: &Value, what: &str) -> (u64, String) {
    let all = last["highlights"].as_array().unwrap();
    let found = all.iter().find(|line| line["what"].as_str().unwrap().contains(what));
    let found = found.unwrap_or_else(|| panic!("`{what}` is missing in {all:#?}"));
    (found["count"].as_u64().unwrap(), found["first"].as_str().unwrap().to_owned())
}

/// A network of another name and other lengths of time, made from blyan's file.
fn toy(dir: &Path) -> PathBuf {
    let blyan = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks/blyan/network.toml");
    let mut text = fs::read_to_string(blyan).unwrap();
    for (key, from, to) in [
        ("name", "\"blyan\"", "\"toy\""),
        ("submit_window", "\"48 epochs\"", "\"3 epochs\""),
        ("challenge_window", "\"24h\"", "\"2h\""),
        ("rollover", "\"24 epochs\"", "\"2 epochs\""),
    ] {
        let (old, new) = (format!("\n{key} = {from}"), format!("\n{key} = {to}"));
        assert_eq!(text.matches(&old).count(), 1, "{old}");
        text = text.replace(&old, &new);
    }
    let path = dir.join("toy.toml");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_surge_is_lent_to_and_what_is_owed_is_paid_later() {
    let dir = TempDir::new().unwrap();
    let printed = finish(small(dir.path(), "blyan", &[]));
    let (rows, last) = (rows(&printed), printed.last.clone().unwrap());
    assert_eq!(rows.len(), 75);
    for (stream, epoch) in [("dataset", 50), ("inference", 57)] {
        let figure = |name: &str| column(&rows, stream, name);
        let (target, ceiling) = (figure("target"), figure("ceiling"));
        let (demand, borrowed) = (figure("demand"), figure("borrowed"));
        assert!(demand[epoch] > 3 * target[epoch], "{stream}");
        // 10 of 100 may become 15, and 45 may become 60; the others lend what is above their floor
        // and their own demand.
        let others = STREAMS.iter().filter(|other| **other != stream);
        let spare = others.map(|other| {
            let of = |name: &str| column(&rows, other, name)[epoch];
            of("target").saturating_sub((of("demand") + of("due")).max(of("floor")))
        });
        let room = ceiling[epoch] - target[epoch];
        assert_eq!(borrowed[epoch], room.min(spare.sum()), "{stream}");
        assert!(borrowed[epoch] > room / 2, "{stream}");
        let paid = figure("paid_new")[epoch] + figure("paid_backpay")[epoch];
        let usable = figure("rolled_in")[epoch] - figure("expired")[epoch];
        // All of it but what rounding leaves: less than a unit for each contributor.
        let left = target[epoch] + borrowed[epoch] + usable - paid;
        assert!(left < 9, "{stream}: {left} base units");
        assert_eq!(figure("newly_owed")[epoch], demand[epoch] - figure("paid_new")[epoch]);
        // No unit decays within a week: all of it is paid, and nothing is owed in the end.
        let owed: u128 = figure("newly_owed").iter().sum();
        let repaid: u128 = figure("paid_backpay").iter().sum();
        assert!(owed > target[epoch], "{stream}");
        assert_eq!((owed, figure("closed").iter().sum()), (repaid, 0), "{stream}");
        assert_eq!(figure("owed")[74], 0, "{stream}");
        assert!(figure("owed")[epoch] > 0, "{stream}");
    }
    // 50 GB x 100 BLY x 0.9 x 1.1, and a tenth of 100 M BLY / 8,760.
    let (count, large) = told(&last, "worth more than");
    assert_eq!(count, 1, "{large}");
    assert!(large.contains("4,950 BLY") && large.contains("1,141.55251141"), "{large}");
    for epoch in 0..rows.len() {
        let all = |name: &str| STREAMS.map(|stream| column(&rows, stream, name)[epoch]);
        let sum = |name: &str| all(name).iter().sum::<u128>();
        assert_eq!(sum("lent"), sum("borrowed"), "epoch {epoch}");
        assert_eq!(sum("paid_new") + sum("paid_backpay"), units(&rows[epoch]["minted"]));
        for stream in STREAMS {
            let of = |name: &str| column(&rows, stream, name)[epoch];
            let had = of("target") + of("rolled_in") + of("borrowed");
            let paid = of("paid_new") + of("paid_backpay");
            assert_eq!(had, paid + of("lent") + of("expired") + of("rolled_out"), "{stream}");
        }
        for (lent, (target, floor)) in
            all("lent").into_iter().zip(all("target").into_iter().zip(all("floor")))
        {
            assert!(lent <= target - floor, "epoch {epoch}: a floor was lent");
        }
    }
    let minted: u128 = rows.iter().map(|row| units(&row["minted"])).sum();
    assert_eq!((minted, minted), (units(&last["minted"]), units(&last["paid"])));
    let books = &last["assets"][0];
    let supply = 1_000_000_000 * 10_u128.pow(9) + minted - units(&books["burned"]);
    assert_eq!(units(&books["supply"]), supply);
    let people = last["top_contributors"].as_array().unwrap();
    assert_eq!(people.len() as u64, last["contributors"].as_u64().unwrap());
    assert_eq!(people.iter().map(|one| units(&one["earned"])).sum::<u128>(), minted);
    audit(dir.path());
}

#[test]
fn whatever_is_wrong_is_refused_or_closed() {
    let dir = TempDir::new().unwrap();
    // 50 is the first epoch in which something of epoch 1 is too late: the window has 48.
    let printed = finish(small(dir.path(), "blyan", &["--epochs", "51"]));
    let last = printed.last.unwrap();
    for (what, count, needed) in [
        ("submitted again", 1, "sent 2/"),
        ("used again for other content", 1, "error 1405"),
        ("rejected by verifiers", 1, "epoch 3: 3/"),
        ("refuted by judges", 1, "epoch 10: 4/"),
        ("challenges lost", 1, "lost its bond of 10 BLY"),
        ("self-verifications refused", 1, "error 1417"),
        ("above the rate limit", 2, "error 1406: this node has submitted 10"),
        ("claimed twice, refused", 1, "error 1407"),
        ("others had achieved", 1, "of learning contributor"),
        ("too late, refused", 1, "error 1403: work of epoch 1 cannot be submitted now"),
    ] {
        let (times, first) = told(&last, what);
        // Verifiers are unsure now and then: what they reject then is not of the story.
        let more = what == "rejected by verifiers" && times > count;
        assert!(times == count || more, "{what}: {times}");
        assert!(first.contains(needed), "{what}: {first}");
    }
    // What was refused is named by a key that can be pasted, the contributor beside it.
    for what in ["used again for other content", "above the rate limit", "claimed twice, refused"] {
        let (_, first) = told(&last, what);
        let (_, key) = first.rsplit_once(", contribution ").unwrap();
        let (key, who) = key.split_once(" of ").unwrap();
        let dir = dir.path().to_str().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_workmint"));
        let run = process.args(["explain", "--data-dir", dir, "--contribution", key]).output();
        assert!(run.unwrap().status.success(), "{what}: {first}");
        assert!(who.contains(|last: char| last.is_ascii_digit()) && !who.contains("0x"), "{first}");
    }
    let all = last["highlights"].to_string();
    for unwanted in ["transactions refused", "items failed", "not decided", "enough verdicts"] {
        assert!(!all.contains(unwanted), "{all}");
    }
    // 10 BLY bond: 5 to the contributor, 5 burned.
    assert_eq!(units(&last["assets"][0]["burned"]), 5_000_000_000);
}

#[test]
fn another_file_with_rates_tells_its_own_story() {
    let parent = TempDir::new().unwrap();
    let file = toy(parent.path());
    let dir = parent.path().join("data");
    let printed = finish(small(&dir, file.to_str().unwrap(), &[]));
    let (rows, last) = (rows(&printed), printed.last.unwrap());
    // The surge of hours 17 to 19 is final two epochs later; 15 epochs follow.
    assert_eq!((rows.len(), &last["network"]), (37, &"toy".into()));
    for stream in ["inference", "dataset"] {
        assert!(column(&rows, stream, "borrowed").iter().any(|amount| *amount > 0), "{stream}");
        assert_eq!(*column(&rows, stream, "owed").last().unwrap(), 0, "{stream}");
    }
    let owed = column(&rows, "inference", "newly_owed").into_iter().sum::<u128>();
    assert_eq!(owed, column(&rows, "inference", "paid_backpay").into_iter().sum::<u128>());
    assert!(owed > 0);
    audit(&dir);
}

#[test]
fn the_same_seed_gives_the_same_hashes_however_often_it_stops() {
    let parent = TempDir::new().unwrap();
    let file = toy(parent.path());
    let file = file.to_str().unwrap();
    let run = |name: &str, threads: &str, seed: &str, until: &str| {
        let more = ["--seed", seed, "--until", until];
        let mut command = small(&parent.path().join(name), file, &more);
        finish({
            command.env("RAYON_NUM_THREADS", threads);
            command
        })
    };
    let whole = run("whole", "1", "3", "24");
    let mut parts = run("parts", "2", "3", "7").rows;
    for until in ["8", "9", "19", "24"] {
        parts.extend(run("parts", "2", "3", until).rows);
    }
    assert_eq!(parts, whole.rows);
    assert_ne!(run("other", "2", "4", "24").app_hash(), whole.app_hash());
}

#[test]
fn people_read_tables_with_units_and_can_look_closer() {
    let parent = TempDir::new().unwrap();
    let file = toy(parent.path());
    let dir = parent.path().join("data");
    let arguments = ["--network", file.to_str().unwrap(), "--participants", "12"];
    let printed = text(&demo(&dir, &arguments).output().unwrap());
    for needed in [
        "6 inference nodes, 2 learning contributors, 2 validators, 2 dataset providers",
        "5 verifiers, 2 challengers, 3 judges",
        "difference 0 base units",
        "By stream since genesis, BLY:",
        "of it backpay",
        "Epochs 0 to 36, 1 a mark",
        "earned, BLY",
        "inference borrowed",
        "dataset was exhausted in",
        "nothing is owed since epoch",
    ] {
        let words = printed.split_whitespace().collect::<Vec<&str>>().join(" ");
        assert!(words.contains(needed), "{needed} is missing:\n{printed}");
    }
    let commands = printed.lines().filter_map(|line| line.trim().strip_prefix("workmint "));
    let commands: Vec<&str> = commands.collect();
    assert!(commands.len() == 5, "{printed}");
    for command in commands {
        let mut process = Command::new(env!("CARGO_BIN_EXE_workmint"));
        let output = process.args(command.split(' ')).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "workmint {command}: {error}");
    }
}

#[test]
fn few_contributors_settle_too() {
    let parent = TempDir::new().unwrap();
    let file = toy(parent.path());
    for (name, participants) in [("one", "1"), ("four", "4")] {
        let dir = parent.path().join(name);
        let more = ["--network", file.to_str().unwrap(), "--participants", participants];
        let printed = finish(demo(&dir, &[&["--json"][..], &more].concat()));
        let last = printed.last.unwrap();
        assert!(units(&last["minted"]) > 0, "{name}");
        assert!(!last["highlights"].to_string().contains("transactions refused"), "{last}");
    }
}

#[test]
fn requests_are_not_for_contributions() {
    let parent = TempDir::new().unwrap();
    let dir = parent.path().join("new");
    let output = demo(&dir, &["--network", "blyan", "--requests-per-epoch", "5"]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("--requests-per-epoch"), "{error}");
    assert!(!dir.exists());
}
