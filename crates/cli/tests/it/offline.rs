//! Commands that need no data directory: network, schedule, settle, verify-proof.

use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::demo_support::small;
use crate::support::{golden, json, workmint, workmint_in};

const HEADER: &str =
    "account,node,model,weight,collateral,unbonding,requests,missed,units,jailed,refuted\n";
const MODEL: &str = "Qwen/Qwen2.5-7B-Instruct";

/// A way to falsify a proof.
type Spoil = &'static dyn Fn(&mut Value);

fn here() -> &'static Path {
    Path::new(".")
}

/// The published figures of `gonka` (shared/reference/simulation-and-ux.md §3.1). The published
/// uncapped total 600142511.281213054 sums binary floats; exactly it ends in 065
/// (docs/spec/emission.md).
#[test]
fn schedule_of_gonka_against_its_published_totals() {
    let shown = json(here(), &["schedule", "gonka", "--json"]);
    let rows = shown["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 17_570);
    assert_eq!(rows[0]["scheduled"], "285000000000000");
    assert_eq!(rows[1]["scheduled"], "284864657146472");
    assert_eq!(rows[1_460]["scheduled"], "142449732098060");
    assert_eq!(rows[17_569]["cumulative"], "600000000000000000");
    assert_eq!(rows[17_569]["limited_by"], "allocation");
    assert_eq!(shown["binds"]["offset"], "17569");
    assert_eq!(shown["binds"]["limit"], "allocation");
    assert_eq!(shown["half_life_epochs"], "1459.26");
    assert_eq!(shown["first_epoch_below_half"], "1461");
    assert_eq!(shown["minted_in_all"]["amount"], "600000000000000000");
    assert_eq!(shown["uncapped_total"]["amount"], "600142511281213065");
    assert_eq!(shown["uncapped_total"]["decimals"], 9);
}

#[test]
fn schedule_as_table_csv_and_plot() {
    let folder = tempfile::tempdir().unwrap();
    let run = workmint_in(
        folder.path(),
        &["schedule", "gonka", "--plot", "gonka.svg", "--csv", "gonka.csv"],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("the allocation of 600,000,000 GNK binds at epoch 17,570"));
    assert!(run.stdout.contains("1,459.26 epochs"));
    let csv = fs::read_to_string(folder.path().join("gonka.csv")).unwrap();
    assert_eq!(csv.lines().count(), 17_571);
    assert!(csv.starts_with("epoch,scheduled_GNK,minted_GNK,cumulative_GNK,"));
    assert!(csv.contains("\n2,284864.657146472,284864.657146472,569864.657146472,"));
    let svg = fs::read_to_string(folder.path().join("gonka.svg")).unwrap();
    assert!(svg.contains("the allocation binds at epoch 17,570"));
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("href"));
    let only = workmint(&["schedule", "gonka", "--epochs", "0..3", "--csv", "-"]);
    assert_eq!(only.stdout.lines().count(), 5);
    assert!(only.stdout.contains("\n0,0,0,0,"), "epoch 0 mints nothing");
}

/// Whoever reads only the first line is no failure.
#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_workmint"))
        .args(["schedule", "gonka", "--csv", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{stderr}");
    assert_eq!(stderr, "");
}

#[test]
fn networks_are_listed_shown_and_checked() {
    let list = json(here(), &["network", "list", "--json"]);
    assert!(list["networks"].as_array().unwrap().iter().any(|one| one["name"] == "gonka"));
    assert!(list["networks"][0]["description"].as_str().unwrap().len() > 20);
    let shown = json(here(), &["network", "show", "gonka", "--json"]);
    let values = shown["values"].as_array().unwrap();
    let initial = values.iter().find(|row| row["key"] == "initial").unwrap();
    assert_eq!((&initial["value"], &initial["unit"]), (&"285000".into(), &"GNK".into()));
    let check = json(here(), &["network", "check", "gonka", "--json"]);
    assert_eq!(check["errors"], 0);
    let facts = check["findings"].as_array().unwrap();
    let allocation = |found: &&Value| found["path"] == "emission.allocation";
    let found = facts.iter().find(allocation).unwrap();
    assert!(found["message"].as_str().unwrap().contains("17,569"));
    assert!(found["line"].as_u64().unwrap() > 1);
}

#[test]
fn a_network_with_errors_fails_its_check() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks/gonka/network.toml"),
    )
    .unwrap();
    let line = 1 + text.lines().position(|line| line.starts_with("base_weight_ratio")).unwrap();
    let bad = text.replace("base_weight_ratio = \"0.2\"", "base_weight_ratio = \"1.2\"");
    fs::write(folder.path().join("bad.toml"), bad).unwrap();
    let run = workmint_in(folder.path(), &["network", "check", "bad.toml"]);
    assert_eq!(run.code, 1);
    let place = format!("bad.toml:{line}:");
    assert!(run.stdout.contains(&place) && run.stdout.contains("weights.base_weight_ratio"));
    let run = workmint_in(folder.path(), &["schedule", "bad.toml"]);
    assert_eq!(run.code, 2, "other commands refuse the file");
    assert!(run.stderr.contains(&place));
}

/// Document 000: with ten times the equal GPUs, each earns a tenth.
#[test]
fn from_100_to_1_000_equal_gpus_each_earns_a_tenth() {
    let folder = tempfile::tempdir().unwrap();
    let reward = |count: u32| {
        let mut csv = HEADER.to_owned();
        for host in 1..=count {
            csv.push_str(&format!("0x{host:040x},0,{MODEL},100,100,,,,,,\n"));
        }
        fs::write(folder.path().join("gpus.csv"), csv).unwrap();
        let settled = json(folder.path(), &["settle", "--network", "gonka", "gpus.csv", "--json"]);
        let participants = settled["participants"].as_array().unwrap();
        assert_eq!(participants.len(), count as usize);
        let first = &participants[0]["reward_paid"]["amount"];
        assert!(participants.iter().all(|one| one["reward_paid"]["amount"] == *first));
        first.as_str().unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(reward(100), 2_850_000_000_000, "285,000 GNK / 100");
    assert_eq!(reward(1_000), 285_000_000_000, "a tenth of it");
}

/// `tests/golden/settle.py` computes the same with exact fractions and shares no code.
#[test]
fn a_settlement_equals_the_independent_script() {
    let input = golden("epoch.csv");
    let arguments = ["settle", "--network", "gonka", "--epoch", "12", "--output", "csv"];
    let run = workmint(&[&arguments[..], &[input.to_str().unwrap()]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = fs::read_to_string(golden("settled.csv")).unwrap();
    for (ours, theirs) in run.stdout.lines().skip(1).zip(expected.lines().skip(1)) {
        assert_eq!(ours.to_lowercase(), theirs);
    }
    assert_eq!(run.stdout.lines().next(), expected.lines().next());
    assert_eq!(run.stdout.lines().count(), expected.lines().count());
}

#[test]
fn json_and_csv_say_the_same_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(golden("epoch.csv")).unwrap();
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    let settle = |name: &str| {
        let arguments = ["settle", "--network", "gonka", "--epoch", "12", "--json", "--proofs"];
        let run = workmint_in(folder.path(), &[&arguments[..], &[name]].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    fs::write(folder.path().join("a.csv"), &text).unwrap();
    let first = settle("a.csv");
    for turn in 1..8 {
        lines.rotate_left(turn);
        lines.swap(0, turn);
        let shuffled = format!("{HEADER}{}\n", lines.join("\n"));
        fs::write(folder.path().join("b.csv"), shuffled).unwrap();
        assert_eq!(settle("b.csv"), first, "{lines:?}");
    }
    fs::copy(golden("epoch.json"), folder.path().join("c.json")).unwrap();
    assert_eq!(settle("c.json"), first, "the same epoch as JSON");
}

#[test]
fn an_epoch_without_weight_mints_nothing_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let account = format!("0x{:040x}", 0xa1);
    let cases = [
        (
            "only work",
            format!("{account},0,{MODEL},0,,,5,,9,,\n"),
            "the total effective weight is 0",
        ),
        ("forfeited", format!("{account},0,{MODEL},10,,,,,,,true\n"), "everything was forfeited"),
    ];
    for (name, rows, why) in cases {
        fs::write(folder.path().join("e.csv"), format!("{HEADER}{rows}")).unwrap();
        let run = workmint_in(folder.path(), &["settle", "--network", "gonka", "e.csv"]);
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        let says = format!("nothing is minted: {why}");
        assert!(run.stdout.contains(&says), "{name}: {}", run.stdout);
    }
    let rows = format!("{HEADER}{account},0,{MODEL},10,,,,,,,\n");
    fs::write(folder.path().join("e.csv"), rows).unwrap();
    let late = ["settle", "--network", "gonka", "--epoch", "20000", "e.csv"];
    let run = workmint_in(folder.path(), &late);
    assert!(run.stdout.contains("the allocation leaves nothing for epoch 20000"));
}

#[test]
fn proofs_verify_and_tampered_ones_fail() {
    let folder = tempfile::tempdir().unwrap();
    let input = golden("epoch.csv");
    let input = input.to_str().unwrap();
    let run = workmint_in(
        folder.path(),
        &["settle", "--network", "gonka", input, "--json", "--proofs", "--out", "good.json"],
    );
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    let good = fs::read_to_string(folder.path().join("good.json")).unwrap();
    let run = workmint_in(folder.path(), &["verify-proof", "good.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&good).unwrap();
    let spoils: [(&str, Spoil); 9] = [
        ("amount", &|d| d["claims"][0]["amount"] = "1".into()),
        ("epoch", &|d| d["claims"][1]["epoch"] = "2".into()),
        ("account", &|d| d["claims"][0]["account"] = d["claims"][1]["account"].clone()),
        ("asset", &|d| d["claims"][0]["asset"] = d["claims"][1]["account"].clone()),
        ("root", &|d| d["root"] = format!("0x{}", "ab".repeat(32)).into()),
        ("a node", &|d| d["claims"][0]["proof"][0] = d["root"].clone()),
        ("an extra node", &|d| {
            let root = d["root"].clone();
            d["claims"][0]["proof"].as_array_mut().unwrap().push(root);
        }),
        ("a missing node", &|d| {
            d["claims"][0]["proof"].as_array_mut().unwrap().pop();
        }),
        ("a claim left out", &|d| {
            d["claims"].as_array_mut().unwrap().pop();
        }),
    ];
    for (name, spoil) in spoils {
        let mut bad = document.clone();
        spoil(&mut bad);
        fs::write(folder.path().join("bad.json"), bad.to_string()).unwrap();
        let run = workmint_in(folder.path(), &["verify-proof", "bad.json"]);
        assert_eq!(run.code, 1, "{name} goes unnoticed");
        let expected = match name {
            "a claim left out" => "but claims are missing",
            "root" => "do not lead to root",
            _ => "does not lead to root",
        };
        assert!(run.stderr.contains(expected), "{name}: {}", run.stderr);
    }
    let other = format!("0x{}", "cd".repeat(32));
    let trusted = ["verify-proof", "good.json", "--root", &other];
    let run = workmint_in(folder.path(), &trusted);
    assert_eq!(run.code, 1, "another trusted root");
    let count = document["claims"].as_array().unwrap().len();
    let expected = format!("{count} of {count} proofs do not lead to root {other}");
    assert!(count > 1 && run.stderr.contains(&expected), "{}", run.stderr);
    let mut one = document.clone();
    one["claims"].as_array_mut().unwrap().truncate(1);
    fs::write(folder.path().join("one.json"), one.to_string()).unwrap();
    let run = workmint_in(folder.path(), &["verify-proof", "one.json", "--root", &other]);
    assert!(run.stderr.contains("1 of 1 proof does not lead"), "{}", run.stderr);
}

/// Proofs of a real network, whether claims are still open or long expired.
#[test]
fn proofs_of_a_network_verify() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("net");
    let demo = small(&data, &["--epochs", "4"]).output().unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let data = data.to_str().unwrap();
    for epoch in ["1", "3"] {
        let all = ["proof", "--data-dir", data, epoch, "--all", "--json"];
        let document = json(folder.path(), &all);
        assert_eq!(document["complete"], true);
        let claims = document["claims"].as_array().unwrap();
        let account = claims[0]["account"].as_str().unwrap();
        fs::write(folder.path().join("all.json"), document.to_string()).unwrap();
        let run = workmint_in(folder.path(), &["verify-proof", "all.json"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let one = json(folder.path(), &["proof", "--data-dir", data, epoch, account, "--json"]);
        assert_eq!(one["claims"][0], claims[0]);
        assert_eq!(one["root"], document["root"]);
        let root = document["root"].as_str().unwrap();
        fs::write(folder.path().join("one.json"), one.to_string()).unwrap();
        let run = workmint_in(folder.path(), &["verify-proof", "one.json", "--root", root]);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let stranger = format!("0x{:040x}", 0xa1);
    let cases = [
        (["99", stranger.as_str()], "epoch 99 is not closed"),
        (["1", stranger.as_str()], "has no claim in epoch 1"),
        (["1", "0x12"], "40 hexadecimal digits"),
    ];
    for (what, says) in cases {
        let run = workmint(&[&["proof", "--data-dir", data][..], &what].concat());
        assert_eq!(run.code, 2, "{what:?}");
        assert!(run.stderr.contains(says), "{what:?}: {}", run.stderr);
    }
}

#[test]
fn verify_proof_reads_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_workmint"))
        .args(["verify-proof", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("leaf_encoding"));
}

#[test]
fn every_command_has_help_with_an_example() {
    let commands: [&[&str]; 12] = [
        &["audit"],
        &["demo"],
        &["estimate"],
        &["explain"],
        &["history"],
        &["network", "list"],
        &["network", "show"],
        &["network", "check"],
        &["schedule"],
        &["settle"],
        &["proof"],
        &["verify-proof"],
    ];
    for command in commands {
        let run = workmint(&[command, &["--help"]].concat());
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("Example"), "{command:?}");
    }
}
