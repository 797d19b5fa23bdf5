//! `workmint demo --network hanzo`: a market of jobs, its prices, its failures, its vote.

use crate::demo_support::{Printed, audit, finish};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Epochs until everything has happened but the lull: the fee that was voted is in force since
/// epoch 6, and the dispute without an answer of that epoch ends in it or the next.
const EPOCHS: u64 = 8;

fn demo(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workmint"));
    command.arg("demo").args(arguments).arg("--data-dir").arg(dir).stdin(Stdio::null());
    command
}

/// A small run for machines.
fn small(dir: &Path, until: u64) -> Command {
    let network = ["--json", "--network", "hanzo", "--participants", "10"];
    let mut command = demo(dir, &network);
    command.args(["--requests-per-epoch", "4000", "--snapshot-every-bytes", "200000"]);
    command.args(["--until", &until.to_string()]);
    command
}

fn rows(printed: &Printed) -> Vec<Value> {
    printed.rows.values().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// Base units of AI.
fn units(value: &Value) -> u128 {
    assert_eq!((&value["asset"], &value["decimals"]), (&"AI".into(), &18.into()), "{value}");
    value["amount"].as_str().unwrap().parse().unwrap()
}

/// What the final object tells of this kind: how often, and the first in words.
fn told(last: &Value, what: &str) -> (u64, String) {
    let all = last["highlights"].as_array().unwrap();
    let found = all.iter().find(|line| line["what"].as_str().unwrap().contains(what));
    let found = found.unwrap_or_else(|| panic!("`{what}` is missing in {all:#?}"));
    (found["count"].as_u64().unwrap(), found["first"].as_str().unwrap().to_owned())
}

#[test]
fn a_market_of_jobs_has_its_failures_its_prices_and_its_vote() {
    let dir = TempDir::new().unwrap();
    let printed = finish(small(dir.path(), EPOCHS));
    let (rows, last) = (rows(&printed), printed.last.clone().unwrap());
    assert_eq!(rows.len() as u64, EPOCHS);
    // Who stays silent loses 5 % of its stake, document 003's most, and its bond.
    let (count, silent) = told(&last, "stayed silent");
    assert!(count >= 1 && silent.starts_with("epoch 1: provider "), "{silent}");
    assert!(silent.contains("revealed nothing; it lost its bond of "), "{silent}");
    assert!(silent.contains("5.0000 % of its stake, "), "{silent}");
    // Stakes are 2,000 AI and more: 5 % of that.
    assert!(units(&rows[1]["slashed"]) >= 100 * 10_u128.pow(18));
    for (what, epoch, words) in [
        ("decided for the customer", "epoch 2: ", "2 to 0 judges against provider "),
        // A wrong result costs what silence does.
        ("decided for the customer", "epoch 2: ", "it lost 5.0000 % of its stake, "),
        ("provider did not answer", "epoch ", "and 5.0000 % of its stake, "),
        ("decided for the provider", "epoch 3: ", "2 to 0 judges for provider "),
        ("provider did not answer", "epoch ", "lost its bond of "),
        ("false privacy tier", "epoch 4: ", "it costs 10.0000 % of its stake"),
    ] {
        let (count, first) = told(&last, what);
        assert_eq!(count, 1, "{what}: {first}");
        assert!(first.starts_with(epoch) && first.contains(words), "{first}");
    }
    // Opened at the close of epoch 0, counted three days later, in force after two more.
    let (_, passed) = told(&last, "proposals passed");
    assert!(passed.starts_with("epoch 3: proposal 0: "), "{passed}");
    let rate = |epoch: usize| rows[epoch]["market_fee_rate"].as_str().unwrap();
    assert_eq!((rate(0), rate(5), rate(6)), ("0.003", "0.003", "0.002"));
    let fees = serde_json::json!([
        { "from_epoch": 0, "rate": "0.003" },
        { "from_epoch": 6, "rate": "0.002" },
    ]);
    assert_eq!(last["market_fee"], fees);
    // More is asked for than offered, until few enough can pay.
    let price = |epoch: usize| units(&rows[epoch]["prices_of_a_unit"]["qwen3-30b"]);
    assert!(price(5) > price(3) * 3 / 2 && price(7) < price(5) * 3 / 4, "{rows:#?}");
    for row in &rows {
        let (sold, offered) = (row["units_paid"].as_u64().unwrap(), &row["units_offered"]);
        let offered: u64 = offered.as_str().unwrap().parse().unwrap();
        // Jobs take no more than is offered; sessions need no offer.
        assert!(sold > offered / 2 && sold < offered * 2, "{row}");
        assert!(row["active_providers"].as_u64().unwrap() >= 8, "{row}");
        assert_eq!(row["refused_transactions"], 0, "{row}");
    }
    // 0.3 % of what customers paid, then 0.2 %: each payment's fee is rounded up, and a session
    // keeps the rate of its opening.
    let whole = |row: &Value| units(&row["market_fees"]) + units(&row["payments"]);
    let (early, late) = (&rows[4], &rows[6]);
    let fee = |row: &Value| units(&row["market_fees"]) * 1_000_000 / whole(row);
    assert!((3_000..=3_001).contains(&fee(early)), "{}", fee(early));
    assert!((2_000..2_700).contains(&fee(late)), "{}", fee(late));
    let mut supply = 750_000_000 * 10_u128.pow(18);
    for row in &rows {
        supply = supply + units(&row["minted"]) - units(&row["burned"]);
        assert_eq!(units(&row["supply"]), supply, "{row}");
    }
    for stream in ["availability", "providers", "liquidity"] {
        let all = last["streams"].as_array().unwrap();
        let found = all.iter().find(|line| line["stream"] == stream).unwrap();
        assert!(units(&found["paid"]) > 0, "{found}");
    }
    let tiers = last["tiers"].as_array().unwrap();
    assert!(tiers.len() == 5 && tiers.iter().all(|tier| tier["providers"] == 2), "{tiers:?}");
    let all = last["highlights"].to_string();
    for unwanted in ["transactions refused", "items failed", "not decided"] {
        assert!(!all.contains(unwanted), "{all}");
    }
    audit(dir.path());
}

#[test]
fn it_goes_on_after_a_kill_as_if_nothing_had_happened() {
    let parent = TempDir::new().unwrap();
    let whole = finish(small(&parent.path().join("whole"), 4));
    let dir = parent.path().join("killed");
    let mut killed = Printed::default();
    // Killed while it works: after the first row of each start.
    for _ in 0..2 {
        let mut process = small(&dir, 4).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        killed.rows.extend(Printed::read(&line).rows);
    }
    let rest = finish(small(&dir, 4));
    killed.rows.extend(rest.rows.clone());
    assert_eq!(rest.app_hash(), whole.app_hash());
    for (epoch, row) in &killed.rows {
        assert_eq!(Some(row), whole.rows.get(epoch), "epoch {epoch}");
    }
    audit(&dir);
}

#[test]
fn people_read_what_happened_and_can_look_closer() {
    let dir = TempDir::new().unwrap();
    let arguments = ["--network", "hanzo", "--participants", "6", "--requests-per-epoch", "600"];
    let output = demo(dir.path(), &[&arguments[..], &["--epochs", "2"]].concat()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let words = printed.split_whitespace().collect::<Vec<&str>>().join(" ");
    for needed in [
        "6 providers, 8 customers, 2 traders, 5 attestors, 3 reporters, 3 judges",
        "AI per M",
        "difference 0 base units",
        "a million units of qwen3-30b: highest ",
        "Fee of the market: 0.003 of a payment",
        "Prices at the closes of epochs 0 to 1, 1 a mark:",
        "tee-io",
        "stayed silent and was slashed; epoch 1: provider ",
    ] {
        assert!(words.contains(needed), "{needed} is missing:\n{printed}");
    }
    let commands = printed.lines().filter_map(|line| line.trim().strip_prefix("workmint "));
    let commands: Vec<&str> = commands.collect();
    assert_eq!(commands.len(), 6, "{printed}");
    for command in &commands {
        workmint(command);
    }
    // The estimate of a provider goes by what streams paid it in the epoch just closed.
    let json = |command: &str| -> Value {
        serde_json::from_str(&workmint(&format!("{command} --json"))).unwrap()
    };
    let (explained, estimated) = (json(commands[0]), json(commands[1]));
    let paid = |source: &str| -> u128 {
        let streams = explained["streams"].as_array().unwrap().iter();
        streams.filter(|step| step["source"] == source).map(|step| units(&step["paid"])).sum()
    };
    let epoch = &estimated["band"]["periods"][0];
    assert_eq!(epoch["per"], "epoch");
    let base = &epoch["base"];
    assert_eq!((units(&base["rewards"]), units(&base["work"])), (paid("emission"), paid("pot")));
    assert!(paid("emission") > 0, "{explained}");
    assert!(units(&epoch["low"]["rewards"]) < paid("emission"), "{epoch}");
    assert!(units(&epoch["high"]["rewards"]) > paid("emission"), "{epoch}");
}

/// What a command prints; it must succeed.
fn workmint(command: &str) -> String {
    let mut process = Command::new(env!("CARGO_BIN_EXE_workmint"));
    let output = process.args(command.split(' ')).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "workmint {command}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn windows_too_short_for_the_demo_are_refused_before_anything_is_written() {
    let parent = TempDir::new().unwrap();
    let hanzo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks/hanzo/network.toml");
    let text = fs::read_to_string(hanzo).unwrap();
    assert_eq!(text.matches("accept_window = \"10m\"").count(), 1);
    let file = parent.path().join("hasty.toml");
    fs::write(&file, text.replace("accept_window = \"10m\"", "accept_window = \"6m\"")).unwrap();
    let dir = parent.path().join("new");
    let output = demo(&dir, &["--network", file.to_str().unwrap()]).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(error.contains("market.jobs.accept_window") && error.contains("6m"), "{error}");
    assert!(!dir.exists());
}
