//! Settling a period of contributions from a file: what it pays, and that bad files are refused.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Run, workmint_in};

pub(super) const A: &str = "0x00000000000000000000000000000000000000a1";
const B: &str = "0x00000000000000000000000000000000000000b2";
const C: &str = "0x00000000000000000000000000000000000000c3";
pub(super) const HASH: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
const HEADER: &str = "account,stream,id,epoch,quantity,content,quality,difficulty,applicability,\
                      complexity,diversity";

/// `{A}`, `{B}`, `{C}` and `{H}` stand for accounts and a hash.
fn filled(text: &str) -> String {
    let text = text.replace("{A}", A).replace("{B}", B).replace("{C}", C);
    text.replace("{H}", HASH).replace('\'', "\"")
}

pub(super) fn csv(rows: &str) -> String {
    format!("{HEADER}\n{}\n", filled(rows))
}

/// Settles epoch 200 of blyan from a file of this text and name.
pub(super) fn settle(folder: &Path, name: &str, text: &str, more: &[&str]) -> Run {
    fs::write(folder.join(name), text).unwrap();
    let start = ["settle", "--network", "blyan", "--epoch", "200", name];
    workmint_in(folder, &[&start[..], more].concat())
}

/// A defect, its file and what the message must contain.
type Case = (&'static str, String, Says);
type Says = &'static [&'static str];

fn csv_cases() -> Vec<Case> {
    let row = |name, row: &str, says: Says| (name, csv(row), says);
    let tokens: Says = &[":2: quantity: ", "allowed: above 0, at most 281474976710656 tokens"];
    vec![
        row("NaN tokens", "{A},inference,1,,NaN,,1,,,,", tokens),
        row("negative tokens", "{A},inference,1,,-5,,1,,,,", tokens),
        row("infinite tokens", "{A},inference,1,,inf,,1,,,,", tokens),
        row("no tokens", "{A},inference,1,,,,1,,,,", tokens),
        row("0 tokens", "{A},inference,1,,0,,1,,,,", tokens),
        row("half a token", "{A},inference,1,,0.5,,1,,,,", tokens),
        row("2^48 + 1 tokens", "{A},inference,1,,281474976710657,,1,,,,", tokens),
        row("19 digits", "{A},inference,1,,1000000000000000000,,1,,,,", tokens),
        row(
            "19 digits of a fraction",
            "{A},dataset,1,,1.000000000000000001,{H},1,,,,1",
            &[":2: quantity: ", "at most 281474.976710656 GB", "18 in all"],
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
            &["bad.json:1:", "it is the value of \"quantity\""],
        ),
        row(
            "1e400",
            "{'account':'{A}','stream':'inference','id':1,'quantity':1e400,'quality':'1'}",
            &["bad.json:1:", "number out of range", "it is the value of \"quantity\""],
        ),
        row(
            "a fraction as a JSON number",
            "{'account':'{A}','stream':'inference','id':1,'quantity':5,'quality':1.1}",
            &["the JSON number 1.1 is no integer", "or a decimal string", "value of \"quality\""],
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
            "rollover twice",
            "{'contributions':[],'rollover':[{'stream':'inference','epoch':199,'amount':'1'},\
             {'stream':'inference','epoch':199,'amount':'2'}]}",
            &[": rollover[1]: stream inference and epoch 199 stand in rollover[0]; allowed: an"],
        ),
        // 24 x 10 % of an hour of 11,415.525114155 BLY are 27,397.26 BLY.
        whole(
            "rollover of more than there was",
            "{'contributions':[],'rollover':[{'stream':'dataset','epoch':199,'amount':'27397'},\
             {'stream':'dataset','epoch':198,'amount':'1'}]}",
            &[
                ": rollover[1]: amount: \"1\" is out of range; allowed: above 0, all of stream",
                "dataset together at most 27,397.26",
                "(24 epochs x its target)",
            ],
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
            &[
                ": backpay[1]: stream inference, epoch 199 and account 0x",
                "stand in backpay[0]; allowed",
            ],
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

/// Base units of an amount in JSON.
pub(super) fn units(value: &Value) -> u128 {
    value["amount"].as_str().unwrap().parse().unwrap()
}

/// The recipient's part of a stream.
fn part<'a>(document: &'a Value, account: &str, stream: &str) -> &'a Value {
    let parts = document["recipients"].as_array().unwrap();
    let found = parts.iter().find(|one| {
        let theirs = one["account"].as_str().unwrap().to_lowercase();
        theirs == account && one["stream"] == stream
    });
    found.unwrap_or_else(|| panic!("{account} has no part in {stream}"))
}

/// Every example of document 002 as one period: 100,000 tokens at quality 1.1 are 110 BLY, 2 % at
/// difficulty 2 are 2,000, 50 tasks 500, 10 GB at quality 0.9 are 900; and what clamps, minima and
/// maxima make of others.
#[test]
fn the_documents_examples_are_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let other = HASH.replace('1', "2");
    let rows = format!(
        "{{A}},inference,1,,100000,,1.1,,,,\n{{A}},learning,2,,2,,,2.0,1,,\n\
         {{A}},validation,3,,50,,,,,1,\n{{A}},dataset,4,199,10,{{H}},0.9,,,,1\n\
         {{B}},inference,1,,1000,,9,,,,\n{{B}},validation,2,,1,,,,,0.1,\n\
         {{B}},dataset,3,,0.001,{other},1,,,,1\n{{B}},inference,1,,1000,,9,,,,\n"
    );
    let run = settle(folder.path(), "a.csv", &csv(&rows), &["--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let bly = |amount: u128| amount * 1_000_000_000;
    // Worth, in tenths of BLY: B's quality counts 1.5, its complexity 1; 0.1 BLY for its dataset
    // is below the minimum of 10.
    let expected = [
        (A, "inference", 1_100),
        (A, "learning", 20_000),
        (A, "validation", 5_000),
        (A, "dataset", 9_000),
        (B, "inference", 15),
        (B, "validation", 100),
        (B, "dataset", 100),
    ];
    for (account, stream, tenths) in expected {
        let part = part(&document, account, stream);
        assert_eq!(units(&part["worth"]), bly(tenths) / 10, "{account} {stream}");
        assert_eq!((units(&part["paid"]), units(&part["owed"])), (bly(tenths) / 10, 0));
    }
    assert_eq!(document["contributions"].as_array().unwrap().len(), 7);
    let assumed = document["assumed"].to_string();
    assert!(assumed.contains("1 repeated rows count once"), "{assumed}");
    assert_eq!(units(&document["minted"]), bly(35_315) / 10);
    // An hour's emission is 11,415.525114155 BLY, or one base unit more; 45 % of it is the target.
    let bucket = &document["streams"][0]["bucket"];
    assert!(units(&bucket["target"]) / 1_000 == 5_136_986_301, "{bucket}");
    assert_eq!(units(&bucket["demand"]), bly(1_115) / 10);
    let mut lines: Vec<&str> = rows.lines().collect();
    lines.reverse();
    let turned = settle(folder.path(), "b.csv", &csv(&lines.join("\n")), &["--json"]);
    assert_eq!(turned.stdout, run.stdout, "in another order");
    let table = settle(folder.path(), "a.csv", &csv(&rows), &[]);
    assert!(table.stdout.contains("bucket inference: target 5,136.98630"), "{}", table.stdout);
    assert!(table.stdout.contains("minted 3,531.5 BLY"), "{}", table.stdout);
    let shown = settle(folder.path(), "a.csv", &csv(&rows), &["--output", "csv"]);
    let line = format!("{},dataset,1,900,900,0,0,0,", "0x00000000000000000000000000000000000000A1");
    assert!(shown.stdout.lines().any(|row| row.eq_ignore_ascii_case(&line)), "{}", shown.stdout);
}

/// A surge exhausts the bucket; the rest is owed, carried over in the file that the settlement
/// wrote, and paid in the periods after, exactly once.
#[test]
fn what_a_period_cannot_pay_is_carried_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    // 3 x 10,000 BLY against an hour of 11,415: inference may pay at most 60 % of it.
    let rows = "{A},inference,1,,10000000,,1,,,,\n{B},inference,1,,10000000,,1,,,,\n\
                {C},inference,1,,10000000,,1,,,,\n";
    let first = settle(folder.path(), "a.csv", &csv(rows), &["--json", "--out", "first.json"]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    let mut document: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("first.json")).unwrap())
            .unwrap();
    let paid = |document: &Value| {
        let part = part(document, A, "inference");
        (units(&part["paid"]) + units(&part["backpay_paid"]), units(&part["owed"]))
    };
    let (mut sum, mut owed) = paid(&document);
    // floor(60 % x the hour / 3), a unit more or less by the hour's own rounding.
    assert_eq!(sum / 1_000, 2_283_105_022, "{document}");
    assert_eq!(sum + owed, 10_000_000_000_000);
    for epoch in 201..220 {
        let (before, after) = (format!("{}.json", epoch - 1), format!("{epoch}.json"));
        let carried = if epoch == 201 { "first.json" } else { &before };
        let empty = format!("{{\"epoch\": {epoch}, \"contributions\": []}}");
        fs::write(folder.path().join("empty.json"), empty).unwrap();
        let run = workmint_in(
            folder.path(),
            &["settle", "--network", "blyan", "empty.json", "--carried", carried, "--json"],
        );
        assert_eq!(run.code, 0, "{}", run.stderr);
        fs::write(folder.path().join(&after), &run.stdout).unwrap();
        document = serde_json::from_str(&run.stdout).unwrap();
        let (now, left) = paid(&document);
        assert!(now > 0 && now + left == owed, "epoch {epoch}: {now} + {left} of {owed}");
        (sum, owed) = (sum + now, left);
        if owed == 0 {
            break;
        }
    }
    assert_eq!((sum, owed), (10_000_000_000_000, 0), "all of it, in the first day without decay");
    assert_eq!(document["carried"]["backpay"].as_array().unwrap().len(), 0);
}

/// Backpay of 15 days is worth 0.7: 100 BLY pay 70 and close all of it.
#[test]
fn backpay_decays_with_its_age() {
    let folder = tempfile::tempdir().unwrap();
    let since = 1_000;
    let time = since + 15 * 86_400_000;
    let text = format!(
        "{{'epoch':200,'time_ms':{time},'contributions':[],'backpay':[\
         {{'stream':'dataset','epoch':3,'account':'{{A}}','since_ms':{since},'owed':'100'}}]}}"
    );
    let run = settle(folder.path(), "a.json", &filled(&text), &["--json", "--proofs"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let part = part(&document, A, "dataset");
    assert_eq!(units(&part["backpay_paid"]), 70_000_000_000);
    assert_eq!(units(&part["owed"]), 0);
    assert_eq!(units(&part["closed"]), 30_000_000_000);
    assert_eq!(part["closed_for"][0]["reason"], "it decayed");
    let table = settle(folder.path(), "a.json", &filled(&text), &["--output", "csv"]);
    assert!(table.stdout.contains(",dataset,0,0,0,70,0,30,it decayed"), "{}", table.stdout);
    let bucket = &document["streams"][3]["bucket"];
    assert_eq!((units(&bucket["due"]), units(&bucket["closed"])), (70_000_000_000, 30_000_000_000));
    fs::write(folder.path().join("settled.json"), &run.stdout).unwrap();
    let verified = workmint_in(folder.path(), &["verify-proof", "settled.json"]);
    assert_eq!(verified.code, 0, "{}", verified.stderr);
}
