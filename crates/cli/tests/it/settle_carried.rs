//! What settling from a file remembers of earlier epochs, and what it says of rows worth nothing.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::settle_contributions::{A, HASH, csv, settle, units};
use crate::support::{Run, workmint_in};

/// Writes the row into a file and settles it with an epoch, after what `before` left.
fn after(folder: &Path, epoch: u64, rows: &str, before: &str) -> Run {
    fs::write(folder.join("rows.csv"), csv(rows)).unwrap();
    let (epoch, out) = (epoch.to_string(), format!("s{epoch}.json"));
    let start = ["settle", "--network", "blyan", "--epoch", &epoch, "rows.csv", "--json"];
    let more = match before {
        "" => vec!["--out", &out],
        before => vec!["--out", &out, "--carried", before],
    };
    workmint_in(folder, &[&start[..], &more].concat())
}

fn document(folder: &Path, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// What was settled is paid once: the same row counts no more, other content and a dataset of
/// before are refused, over more than one hop.
#[test]
fn what_was_settled_is_not_settled_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let dataset = "{A},dataset,4,200,1,{H},1,,,,1";
    assert_eq!(after(folder, 200, dataset, "").code, 0);
    assert_eq!(units(&document(folder, "s200.json")["minted"]), 100_000_000_000);
    let fresh = "{B},inference,1,201,1000,,1,,,,";
    let both = format!("{dataset}\n{fresh}");
    let run = after(folder, 201, &both, "s200.json");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let second = document(folder, "s201.json");
    assert_eq!(units(&second["minted"]), 1_000_000_000, "the new row alone");
    assert_eq!(second["contributions"].as_array().unwrap().len(), 1);
    assert!(
        second["assumed"].to_string().contains("1 rows settled before count no more"),
        "{second}"
    );
    for (rows, says) in [
        ("{A},dataset,4,200,2,{H},1,,,,1", "rows.csv:2: id: 4 of this account and epoch was"),
        ("{A},validation,4,200,2,,,,,1,", "rows.csv:2: id: 4 of this account and epoch was"),
        ("{B},dataset,9,202,1,{H},1,,,,1", "rows.csv:2: content: 0x1111"),
        ("{B},inference,1,201,1001,,1,,,,", "rows.csv:2: id: 1 of this account and epoch was"),
    ] {
        let run = after(folder, 202, rows, "s201.json");
        assert_eq!(run.code, 2, "{rows}: {}", run.stderr);
        assert!(run.stderr.contains(says) && run.stderr.contains("s201.json"), "{}", run.stderr);
        assert!(!folder.join("s202.json").exists(), "{rows}");
    }
    let run = after(folder, 202, &both, "s201.json");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let third = document(folder, "s202.json");
    assert_eq!((units(&third["minted"]), &third["carried"]["epoch"]), (0, &"202".into()));
    // Both can be named for some epochs still; a dataset is never forgotten.
    assert_eq!(third["carried"]["settled"].as_array().unwrap().len(), 2);
    let far = after(folder, 400, fresh.replace("201", "400").as_str(), "s202.json");
    assert_eq!(far.code, 0, "{}", far.stderr);
    let far = document(folder, "s400.json");
    let carried = &far["carried"];
    assert_eq!(carried["settled"].as_array().unwrap().len(), 1, "{carried}");
    assert_eq!(carried["datasets"], serde_json::json!([HASH]));
    assert!(far["assumed"].to_string().contains("nothing was settled in epoch 203 to 399"));
}

#[test]
fn what_was_left_is_of_an_epoch_before() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let row = "{A},inference,1,,1000,,1,,,,";
    assert_eq!(after(folder, 200, row, "").code, 0);
    for epoch in [199, 200] {
        let run = after(folder, epoch, row, "s200.json");
        assert_eq!(run.code, 2, "{}", run.stderr);
        let range = format!(
            "s200.json: epoch: \"200\" is out of range; allowed: a whole number, 0 to {}",
            epoch - 1
        );
        assert!(run.stderr.contains(&range), "{}", run.stderr);
    }
    fs::write(folder.join("old.json"), "{\"rollover\": [], \"backpay\": []}").unwrap();
    let run = after(folder, 201, row, "old.json");
    assert!(run.stderr.contains("old.json: it carries nothing; allowed: "), "{}", run.stderr);
}

/// 0.05 % is below the least improvement of 0.1 %: the file says so, and why nothing is minted.
#[test]
fn what_is_worth_nothing_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let run = settle(folder.path(), "a.csv", &csv("{A},learning,7,,0.05,,,1,1,,"), &["--json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let row = &document["contributions"][0];
    let why = row["worth_nothing"].as_str().unwrap();
    assert_eq!(why, "below the least improvement, 0.1 % of the recorded loss");
    let nothing = document["nothing_minted"].as_str().unwrap();
    assert!(nothing.contains("no contribution is worth anything"), "{nothing}");
    for format in ["table", "csv"] {
        let rows = csv("{A},learning,7,,0.05,,,1,1,,");
        let run = settle(folder.path(), "a.csv", &rows, &["--output", format]);
        let all = run.stdout + &run.stderr;
        let line = format!("200/{}/7 of learning is worth 0 BLY: {why}", A.replace('a', "A"));
        assert!(all.contains(&line), "{line}: {all}");
    }
}
