//! Settling a period of contributions from a file: what it pays, and that bad files are refused.

use std::fs;
use std::path::Path;

use crate::support::{Run, workmint_in};

const A: &str = "0x00000000000000000000000000000000000000a1";
const B: &str = "0x00000000000000000000000000000000000000b2";
const C: &str = "0x00000000000000000000000000000000000000c3";
const HASH: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
const HEADER: &str = "account,stream,id,epoch,quantity,content,quality,difficulty,applicability,\
                      complexity,diversity";

/// `{A}`, `{B}`, `{C}` and `{H}` stand for accounts and a hash.
fn filled(text: &str) -> String {
    let text = text.replace("{A}", A).replace("{B}", B).replace("{C}", C);
    text.replace("{H}", HASH).replace('\'', "\"")
}

fn csv(rows: &str) -> String {
    format!("{HEADER}\n{}\n", filled(rows))
}

/// Settles epoch 200 of blyan from a file of this text and name.
fn settle(folder: &Path, name: &str, text: &str, more: &[&str]) -> Run {
    fs::write(folder.join(name), text).unwrap();
    let start = ["settle", "--network", "blyan", "--epoch", "200", name];
    workmint_in(folder, &[&start[..], more].concat())
}

/// A defect, its file and what the message must contain.
type Case = (&'static str, String, Says);
type Says = &'static [&'static str];

fn csv_cases() -> Vec<Case> {
    let row = |name, row: &str, says: Says| (name, csv(row), says);
    let tokens: Says = &[":2: quantity: ", "allowed: above 0, at most 999999999999999999 tokens"];
    vec![
        row("NaN tokens", "{A},inference,1,,NaN,,1,,,,", tokens),
        row("negative tokens", "{A},inference,1,,-5,,1,,,,", tokens),
        row("infinite tokens", "{A},inference,1,,inf,,1,,,,", tokens),
        row("no tokens", "{A},inference,1,,,,1,,,,", tokens),
        row("0 tokens", "{A},inference,1,,0,,1,,,,", tokens),
        row("half a token", "{A},inference,1,,0.5,,1,,,,", tokens),
        row("19 digits", "{A},inference,1,,1000000000000000000,,1,,,,", tokens),
        row(
            "19 digits of a fraction",
            "{A},dataset,1,,1.000000000000000001,{H},1,,,,1",
            &[":2: quantity: ", "at most 999999999.999999999 GB", "18 in all"],
        ),
        row(
            "an improvement above 100 %",
            "{A},learning,1,,100.1,,,1,1,,",
            &[":2: quantity: \"100.1\"", "at most 100 % of the recorded loss"],
        ),
        row(
            "NaN quality",
            "{A},inference,1,,5,,NaN,,,,",
            &[":2: quality: \"NaN\"; allowed: 0 to 4294.967295", "0.5 to 1.5 count"],
        ),
        row("negative quality", "{A},inference,1,,5,,-1,,,,", &[":2: quality: \"-1\"; allowed: 0"]),
        row("no quality", "{A},inference,1,,5,,,,,,", &[":2: quality: \"\"; allowed: 0"]),
        row("7 decimals", "{A},inference,1,,5,,1.0000001,,,,", &[":2: quality:", "6 digits"]),
        row("no applicability", "{A},learning,1,,5,,,1,,,", &[":2: applicability: \"\"; allowed"]),
        row(
            "another kind's multiplier",
            "{A},inference,1,,5,,1,2,,,",
            &[":2: difficulty: this stream has no such multiplier; allowed: quality"],
        ),
        row(
            "an unknown stream",
            "{A},mining,1,,5,,1,,,,",
            &[":2: stream: no stream \"mining\" pays a rate; allowed: inference, learning"],
        ),
        row(
            "a stream without a rate",
            "{A},usage,1,,5,,1,,,,",
            &[":2: stream: no stream \"usage\""],
        ),
        row(
            "work of a later epoch",
            "{A},inference,1,201,5,,1,,,,",
            &[":2: epoch: \"201\" is out of range; allowed: a whole number, ", " to 200"],
        ),
        row(
            "work that is too old",
            "{A},inference,1,1,5,,1,,,,",
            &[":2: epoch: \"1\" is out of range; allowed: a whole number, ", " to 200"],
        ),
        row(
            "no id",
            "{A},inference,,,5,,1,,,,",
            &[":2: id: \"\"", "allowed: a whole number, 0 to"],
        ),
        row("a negative id", "{A},inference,-1,,5,,1,,,,", &[":2: id: \"-1\"", "allowed"]),
        row("an id of 2^64", "{A},inference,18446744073709551616,,5,,1,,,,", &[":2: id: "]),
        row("no account", ",inference,1,,5,,1,,,,", &[":2: account: \"\"", "hexadecimal digits"]),
        row(
            "the zero address",
            "0x0000000000000000000000000000000000000000,inference,1,,5,,1,,,,",
            &[":2: account: the zero address"],
        ),
        row(
            "an id used twice with other content",
            "{A},inference,1,,5,,1,,,,\n{A},inference,1,,6,,1,,,,",
            &[":3: id: 1 of this account and epoch stands in line 2 with other content", "allowed"],
        ),
        row(
            "an id used twice in two streams",
            "{A},inference,1,,5,,1,,,,\n{A},validation,1,,5,,,,,1,",
            &[":3: id: 1 of this account and epoch stands in line 2"],
        ),
        row(
            "a dataset listed twice",
            "{A},dataset,1,,5,{H},1,,,,1\n{B},dataset,1,,7,{H},1,,,,1",
            &[":3: content: 0x1111", "was contributed in line 2; allowed: a dataset once"],
        ),
        row(
            "a dataset without content",
            "{A},dataset,1,,5,,1,,,,1",
            &[":2: content: empty; allowed: the hash"],
        ),
        row(
            "half a hash",
            "{A},dataset,1,,5,0x11,1,,,,1",
            &[":2: content: \"0x11\": a hash is 0x"],
        ),
        row("half a line", "{A},inference", &[":2: the line has 2 fields; allowed: 11"]),
        ("an empty file", String::new(), &[":1: the file is empty; allowed: a first line with"]),
        ("no rows", csv(""), &["the epoch has no contributions and nothing is owed; allowed"]),
        ("no stream", "account,id,quantity\n".to_owned(), &[":1: column stream is missing"]),
        ("an unknown column", format!("{HEADER},gpu\n"), &[":1: unknown column \"gpu\"; allowed"]),
        ("a column twice", format!("{HEADER},id\n"), &[":1: column id stands here twice"]),
    ]
}

fn json_cases() -> Vec<Case> {
    let row = |name, row: &str, says: Says| {
        (name, filled(&format!("{{'contributions': [{row}]}}")), says)
    };
    let whole = |name, text: &str, says: Says| (name, filled(text), says);
    vec![
        row(
            "NaN as text",
            "{'account':'{A}','stream':'inference','id':1,'quantity':'NaN','quality':'1'}",
            &[": contributions[0]: quantity: \"NaN\"; allowed: above 0"],
        ),
        row(
            "NaN",
            "{'account':'{A}','stream':'inference','id':1,'quantity':NaN,'quality':'1'}",
            &["bad.json:1:"],
        ),
        row(
            "a fraction as a JSON number",
            "{'account':'{A}','stream':'inference','id':1,'quantity':5,'quality':1.1}",
            &["the JSON number 1.1 is no integer", "or a decimal string"],
        ),
        row(
            "no quantity",
            "{'account':'{A}','stream':'inference','id':1,'quality':'1'}",
            &["missing field `quantity`"],
        ),
        row(
            "an unknown field",
            "{'account':'{A}','stream':'inference','id':1,'quantity':5,'gpu':'H100'}",
            &["unknown field `gpu`"],
        ),
        row(
            "a second row",
            "{'account':'{A}','stream':'inference','id':1,'quantity':5,'quality':'1'},\
             {'account':'{A}','stream':'inference','id':1,'quantity':5,'quality':'1.1'}",
            &[": contributions[1]: id: 1", "stands in contributions[0] with other content"],
        ),
        whole(
            "another epoch",
            "{'epoch':199,'contributions':[]}",
            &["epoch of the file and of --epoch differ"],
        ),
        whole(
            "rollover of no stream",
            "{'contributions':[],'rollover':[{'stream':'x','epoch':199,'amount':'1'}]}",
            &[": rollover[0]: stream: no stream \"x\" pays a rate"],
        ),
        whole(
            "rollover of this epoch",
            "{'contributions':[],'rollover':[{'stream':'inference','epoch':200,'amount':'1'}]}",
            &[": rollover[0]: epoch: \"200\" is out of range; allowed: a whole number, 0 to 199"],
        ),
        whole(
            "negative rollover",
            "{'contributions':[],'rollover':[{'stream':'inference','epoch':199,'amount':'-1'}]}",
            &[": rollover[0]: amount: \"-1\"", "allowed: 0 to"],
        ),
        whole(
            "backpay of nothing",
            "{'contributions':[],'backpay':[{'stream':'inference','epoch':199,'account':'{A}',\
             'since_ms':'1','owed':'0'}]}",
            &[": backpay[0]: owed: \"0\"; allowed: above 0"],
        ),
        whole(
            "backpay of the future",
            "{'time_ms':'5','contributions':[],'backpay':[{'stream':'inference','epoch':199,\
             'account':'{A}','since_ms':'6','owed':'1'}]}",
            &[": backpay[0]: since_ms: \"6\" is out of range; allowed: a whole number, 0 to 5"],
        ),
        whole(
            "backpay twice",
            "{'contributions':[],'backpay':[\
             {'stream':'inference','epoch':199,'account':'{A}','since_ms':'1','owed':'1'},\
             {'stream':'inference','epoch':199,'account':'{A}','since_ms':'2','owed':'1'}]}",
            &["backpay of 0x", "for epoch 199 is listed twice"],
        ),
    ]
}

#[test]
fn bad_files_are_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let cases = csv_cases().into_iter().map(|case| ("bad.csv", case));
    let mut checked = 0;
    for (file, (name, text, says)) in cases.chain(json_cases().into_iter().map(|c| ("bad.json", c)))
    {
        let run = settle(folder.path(), file, &text, &["--json", "--out", "settled.json"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name}: {}", run.stderr);
        assert!(run.stderr.starts_with(&format!("error: {file}:")), "{name}: {}", run.stderr);
        for said in says {
            assert!(run.stderr.contains(said), "{name}: {said} is missing in {}", run.stderr);
        }
        assert!(!folder.path().join("settled.json").exists(), "{name}");
        checked += 1;
    }
    assert_eq!(checked, csv_cases().len() + json_cases().len());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no file but the two inputs");
}
