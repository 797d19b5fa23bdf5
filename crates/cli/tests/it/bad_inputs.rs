//! Wrong input is refused: exit code 2, a message that says where and what is allowed, and no file.

use std::fs;

use crate::support::workmint_in;

const HEADER: &str =
    "account,node,model,weight,collateral,unbonding,requests,missed,units,jailed,refuted";
const A: &str = "0x00000000000000000000000000000000000000a1";
const M: &str = "Qwen/Qwen2.5-7B-Instruct";
const TWO_128: &str = "340282366920938463463374607431768211456";
const TWO_64: &str = "18446744073709551616";

/// A name, the input and what the message must contain beside the file's name.
type Case = (&'static str, String, Says);
type Says = &'static [&'static str];

/// Rows below the header; `A` and `M` stand for an account and a model.
fn csv(rows: &str) -> String {
    format!("{HEADER}\n{}\n", filled(rows))
}

fn json(text: &str) -> String {
    filled(&text.replace('\'', "\""))
}

fn filled(text: &str) -> String {
    text.replace("{A}", A).replace("{M}", M).replace("{2^128}", TWO_128).replace("{2^64}", TWO_64)
}

fn csv_cases() -> Vec<Case> {
    let rows = |name, rows: &str, says: Says| (name, csv(rows), says);
    vec![
        (
            "an empty file",
            String::new(),
            &[":1: the file is empty; allowed: a first line with account"],
        ),
        ("a missing column", HEADER.replace("account,", ""), &[":1: column account is missing"]),
        (
            "an unknown column",
            format!("{HEADER},colour\n"),
            &[":1: unknown column \"colour\"; allowed:"],
        ),
        ("a column twice", format!("{HEADER},missed\n"), &[":1: column missed stands here twice"]),
        ("no header", filled("{A},0,{M},1,,,,,,,\n"), &[":1: unknown column", "allowed:"]),
        rows("half a line", "{A},0,{M}", &[":2: the line has 3 fields; allowed: 11"]),
        rows("a truncated last line", "{A},0,{M},5,,,,,,,\n{A},1", &[":3: the line has 2 fields"]),
        rows("too many fields", "{A},0,{M},5,,,,,,,,", &[":2: the line has 12 fields"]),
        rows("no account", ",0,{M},5,,,,,,,", &[":2: account: \"\":", "40 hexadecimal digits"]),
        rows("a short account", "0xa1,0,{M},5,,,,,,,", &[":2: account: \"0xa1\":"]),
        rows(
            "a mistyped account",
            "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed,0,{M},5,,,,,,,",
            &[":2: account:", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"],
        ),
        rows(
            "the zero address",
            "0x0000000000000000000000000000000000000000,0,{M},5,,,,,,,",
            &[":2: account: the zero address"],
        ),
        rows("an unknown model", "{A},0,gpt,5,,,,,,,", &[":2: model:", "\"gpt\"; allowed: Qwen/"]),
        rows("an empty epoch", "", &["the epoch has no participants"]),
        rows("zero total weight", "{A},0,{M},0,,,,,,,", &["the total effective weight is 0"]),
        rows("a node without a model", "{A},0,,5,,,,,,,", &[":2: model: empty"]),
        rows("a node without a weight", "{A},0,{M},,,,,,,,", &[":2: weight: empty beside a node"]),
        rows("a weight without a node", "{A},,{M},5,,,,,,,", &[":2: node: empty beside a weight"]),
        rows("units without a model", "{A},,,,,,,,9,,", &[":2: model: empty"]),
        rows(
            "a node listed twice",
            "{A},0,{M},5,,,,,,,\n{A},0,{M},5,,,,,,,",
            &[":3: node 0 of", "is listed twice"],
        ),
        rows(
            "a negative weight",
            "{A},0,{M},-5,,,,,,,",
            &[":2: weight: \"-5\":", "allowed: a whole"],
        ),
        rows("a weight of NaN", "{A},0,{M},NaN,,,,,,,", &[":2: weight: \"NaN\":"]),
        rows("a weight of 1.5", "{A},0,{M},1.5,,,,,,,", &[":2: weight: \"1.5\":", "whole"]),
        rows("a weight of 1e3", "{A},0,{M},1e3,,,,,,,", &[":2: weight: \"1e3\":"]),
        rows("a weight of 2^64", "{A},0,{M},{2^64},,,,,,,", &[":2: weight:", "too large"]),
        rows("a node number of 2^32", "{A},4294967296,{M},5,,,,,,,", &[":2: node:", "4294967295"]),
        rows("an infinite collateral", "{A},0,{M},5,inf,,,,,,", &[":2: collateral: \"inf\":"]),
        rows("collateral of 1e309", "{A},0,{M},5,1e309,,,,,,", &[":2: collateral: \"1e309\":"]),
        rows("negative collateral", "{A},0,{M},5,-1,,,,,,", &[":2: collateral: \"-1\":"]),
        rows("collateral of 2^128", "{A},0,{M},5,{2^128},,,,,,", &[":2: collateral:", "too large"]),
        rows(
            "ten decimals",
            "{A},0,{M},5,0.0000000001,,,,,,",
            &[":2: collateral:", "10 digits after the dot: at most 9"],
        ),
        rows(
            "thousands separators",
            "{A},0,{M},5,\"1,000\",,,,,,",
            &[":2: collateral: \"1,000\":"],
        ),
        rows("a space before a number", "{A},0,{M}, 5,,,,,,,", &[":2: weight: \" 5\":"]),
        rows("requests with a sign", "{A},0,{M},5,,,+7,,,,", &[":2: requests: \"+7\":"]),
        rows(
            "jailed = yes",
            "{A},0,{M},5,,,,,,yes,",
            &[":2: jailed: \"yes\"; allowed: true, false"],
        ),
        rows(
            "contradicting collateral",
            "{A},0,{M},5,10,,,,,,\n{A},1,{M},5,11,,,,,,",
            &[":3: collateral: another line"],
        ),
        rows(
            "contradicting jailed",
            "{A},0,{M},5,,,,,,true,\n{A},1,{M},5,,,,,,false,",
            &[":3: jailed: another line"],
        ),
        rows(
            "weights that sum to 2^64",
            "{A},0,{M},18446744073709551615,,,,,,,\n{A},1,{M},1,,,,,,,",
            &[":2: account 0x", "sums must stay below 2^64"],
        ),
        rows(
            "units that sum to 2^64",
            "{A},0,{M},1,,,,,18446744073709551615,,\n{A},1,{M},1,,,,,1,,",
            &[":3: units: the sum"],
        ),
    ]
}

fn json_cases() -> Vec<Case> {
    let text = |name, text: &str, says: Says| (name, json(text), says);
    vec![
        text("an empty document", "", &[":1:0:", "EOF"]),
        text("a list", "[]", &[":1:", "an object with a list of participants"]),
        text("no participants", "{'epoch': 1}", &["missing field `participants`"]),
        text("trailing garbage", "{'participants': []}\nx", &[":2:1:", "trailing characters"]),
        text("a truncated document", "{'participants': [", &[":1:", "EOF"]),
        text(
            "an unknown field",
            "{'participants': [], 'colour': 1}",
            &["unknown field `colour`, expected one of `epoch`"],
        ),
        text(
            "an unknown field of a participant",
            "{'participants': [\n{'account': '{A}', 'wieght': 1}]}",
            &[":2:", "participants[0]: unknown field `wieght`"],
        ),
        text(
            "a field twice",
            "{'participants': [{'account': '{A}', 'missed': 1, 'missed': 2}]}",
            &["participants[0]: duplicate field `missed`"],
        ),
        text(
            "participants twice",
            "{'participants': [], 'participants': []}",
            &["stands here twice"],
        ),
        text("no account", "{'participants': [{}]}", &["participants[0]: missing field `account`"]),
        text(
            "an account twice",
            "{'participants': [{'account': '{A}'}, {'account': '{A}'}]}",
            &["participants[1]: account 0x", "is listed twice"],
        ),
        text(
            "a bare NaN",
            "{'participants': [{'account': '{A}', 'requests': NaN}]}",
            &[":1:", "participants[0]"],
        ),
        text(
            "a number of 1e309",
            "{'participants': [{'account': '{A}', 'collateral': 1e309}]}",
            &["participants[0]", "number out of range"],
        ),
        text(
            "a number of 1.5",
            "{'participants': [{'account': '{A}', 'requests': 1.5}]}",
            &["participants[0]", "no integer below 2^64"],
        ),
        text(
            "a bare 2^128",
            "{'participants': [{'account': '{A}', 'collateral': {2^128}}]}",
            &["participants[0]", "no integer below 2^64", "decimal string"],
        ),
        text(
            "2^128 as a string",
            "{'participants': [{'account': '{A}', 'collateral': '{2^128}'}]}",
            &["participants[0]: collateral:", "too large"],
        ),
        text(
            "a negative number",
            "{'participants': [{'account': '{A}', 'missed': -1}]}",
            &["participants[0]: missed: \"-1\":", "allowed: a whole number"],
        ),
        text(
            "a weight of 2^64",
            "{'participants': [{'account': '{A}', 'nodes': \
             [{'node': 0, 'model': '{M}', 'weight': '{2^64}'}]}]}",
            &["participants[0]: weight:", "too large"],
        ),
        text(
            "a node without a weight",
            "{'participants': [{'account': '{A}', 'nodes': [{'node': 0, 'model': '{M}'}]}]}",
            &["participants[0]: missing field `weight`"],
        ),
        text(
            "an unknown model",
            "{'participants': [{'account': '{A}', 'units': [{'model': 'gpt', 'units': 1}]}]}",
            &["participants[0]: model:", "allowed: Qwen/"],
        ),
        text(
            "units of a model twice",
            "{'participants': [{'account': '{A}', 'units': \
             [{'model': '{M}', 'units': 1}, {'model': '{M}', 'units': 1}]}]}",
            &["participants[0]: units:", "listed twice"],
        ),
        text(
            "jailed as a word",
            "{'participants': [{'account': '{A}', 'jailed': 'true'}]}",
            &["participants[0]", "expected a boolean"],
        ),
        text(
            "more minted than the allocation",
            "{'minted': '600000000.1', 'participants': []}",
            &["minted is 600,000,000.1 GNK; allowed: 0 to the allocation"],
        ),
        text("a negative epoch", "{'epoch': -1, 'participants': []}", &["epoch: \"-1\":"]),
    ]
}

#[test]
fn settle_refuses_wrong_participants() {
    let cases = [("csv", csv_cases()), ("json", json_cases())];
    let mut count = 0;
    for (kind, cases) in cases {
        for (name, text, says) in cases {
            refused(&format!("bad.{kind}"), text.as_bytes(), &[], (name, says));
            count += 1;
        }
    }
    assert!(count >= 60, "{count} named inputs");
}

#[test]
fn settle_refuses_wrong_arguments_and_files() {
    let good = csv("{A},0,{M},5,,,,,,,");
    let good = good.as_bytes();
    refused("bad.txt", good, &[], ("another ending", &["the name must end in .csv or .json"]));
    refused("bad.csv", b"account\xff\n", &[], ("not UTF-8", &[":1: the text is not UTF-8"]));
    let minted = ["--minted", "1e3"];
    refused("bad.csv", good, &minted, ("minted 1e3", &["--minted 1e3:"]));
    let epoch = ["--epoch=-1"];
    refused("bad.csv", good, &epoch, ("epoch -1", &["--epoch"]));
    let both = ["--epoch", "3"];
    let text = br#"{"epoch": 4, "participants": []}"#;
    refused("bad.json", text, &both, ("two epochs", &["epoch of the file and of --epoch differ"]));
    let unknown = ["--output", "xml"];
    refused("bad.csv", good, &unknown, ("output xml", &["json, csv, table"]));
    let folder = tempfile::tempdir().unwrap();
    let two = ["settle", "--network", "gonka", "x.csv", "--json", "--output", "csv"];
    let cases: [(&[&str], &str); 7] = [
        (&two, "cannot be used with"),
        (&["settle", "--network", "gonka", "nowhere.csv"], "cannot read nowhere.csv"),
        (&["settle", "--network", "nowhere", "x.csv"], "allowed: bittensor, blyan, gonka"),
        (&["settle", "--network", "nowhere.toml", "x.csv"], "cannot read nowhere.toml"),
        (&["schedule", "gonka", "--epochs", "9..3"], "allowed: A..B with A <= B"),
        (&["network", "check", "nowhere.toml"], "cannot read nowhere.toml"),
        (&["proof", "--data-dir", "nowhere", "1", "--all"], "nowhere holds no network"),
    ];
    for (arguments, says) in cases {
        let run = workmint_in(folder.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{arguments:?}: {}", run.stderr);
    }
}

fn refused(file: &str, text: &[u8], more: &[&str], (name, says): (&str, &[&str])) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(file), text).unwrap();
    let arguments = ["settle", "--network", "gonka", file, "--json", "--out", "out.json"];
    let run = workmint_in(folder.path(), &[&arguments[..], more].concat());
    assert_eq!(run.code, 2, "{name}: {}{}", run.stdout, run.stderr);
    assert_eq!(run.stdout, "", "{name}");
    if more.is_empty() {
        assert!(run.stderr.contains(file), "{name} names the file: {}", run.stderr);
    }
    for part in says {
        assert!(run.stderr.contains(part), "{name} lacks {part:?}: {}", run.stderr);
    }
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "{name} wrote a file");
}
