//! Networks with the schedules `work_subsidy` and `geometric`, through the commands that show them.

use crate::demo_support::{finish, small};
use crate::support::{json, workmint_in};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The network `gonka` with another schedule.
fn with_schedule(keys: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../networks/gonka/network.toml");
    let text = fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once("schedule = \"exponential\"").unwrap();
    let (_, after) = rest.split_once("rate = \"-0.000475\"").unwrap();
    format!("{before}{keys} {after}")
}

/// The rewards before document 000: ten for one, less after each 1.2 GNK.
fn legacy() -> String {
    let text = with_schedule(
        "schedule = \"work_subsidy\"\nrate = \"0.9\"\ninterval = \"0.000000002\"\n\
         reduction = \"0.2\"",
    );
    let bonuses = ["utilisation_factor", "full_coverage", "partial_coverage"];
    let keep = |line: &&str| !bonuses.iter().any(|key| line.starts_with(key));
    let kept: Vec<&str> = text.lines().filter(keep).collect();
    kept.join("\n").replace("score = \"poc_weight\"", "score = \"work_done\"")
}

fn units(value: &Value) -> u128 {
    value["amount"].as_str().unwrap().parse().unwrap()
}

/// The rule in whole numbers: rates in units of 10^-4, of which a cut-off leaves four fifths.
#[derive(Default)]
struct Oracle {
    minted: u128,
    cutoffs: u32,
    rate: u128,
}

impl Oracle {
    const UNIT: u128 = 1_200_000_000;

    fn mints(&mut self, work: u128) -> u128 {
        let rate = self.rate;
        let next = (self.minted / Self::UNIT + 1) * Self::UNIT;
        let mut amount = work * 10_000 / (10_000 - rate);
        if self.minted + amount > next {
            let until = next - self.minted;
            let used = until * (10_000 - rate) / 10_000;
            amount = until + (work - used) * 100_000 / (100_000 - 8 * rate);
            self.rate = (8 * rate + 5) / 10;
            self.cutoffs += 1;
        }
        self.minted += amount;
        amount
    }
}

#[test]
fn a_subsidised_network_runs_and_is_recounted() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    fs::write(dir.join("legacy.toml"), legacy()).unwrap();
    let network = dir.join("legacy.toml").display().to_string();
    let printed = finish(small(&dir.join("data"), &["--network", &network, "--epochs", "8"]));
    let mut oracle = Oracle { rate: 9_000, ..Oracle::default() };
    let mut paid = 0;
    for (epoch, row) in &printed.rows {
        let row: Value = serde_json::from_str(row).unwrap();
        // The network begins to emit with epoch 1.
        if *epoch > 0 {
            let expected = oracle.mints(units(&row["payments"]));
            assert_eq!(units(&row["minted"]), expected, "epoch {epoch}");
            paid += 1;
        }
    }
    assert!(paid >= 7 && oracle.cutoffs >= 2, "{paid} epochs, {} cut-offs", oracle.cutoffs);
    let audit = workmint_in(dir, &["audit", "data"]);
    assert_eq!(audit.code, 0, "{}", audit.stderr);
    assert!(audit.stdout.contains("Recomputed 8 settlements"), "{}", audit.stdout);
}

#[test]
fn the_schedule_of_a_subsidy_lists_rates_instead_of_epochs() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let text = legacy().replace("0.000000002", "0.05");
    fs::write(dir.join("legacy.toml"), text).unwrap();
    let shown = json(dir, &["schedule", "./legacy.toml", "--json"]);
    let stages = shown["stages"].as_array().unwrap();
    assert_eq!(stages.len(), 20);
    assert_eq!(units(&stages[1]["minted_from"]), 30_000_000_000_000_000);
    let rates: Vec<&str> =
        stages.iter().take(6).map(|stage| stage["rate"].as_str().unwrap()).collect();
    assert_eq!(rates, ["0.9", "0.72", "0.576", "0.4608", "0.3686", "0.2949"]);
    let run = workmint_in(dir, &["schedule", "./legacy.toml"]);
    assert!(run.stdout.contains("depends on the payments for its work"), "{}", run.stdout);
    for option in [&["--csv", "-"][..], &["--plot", "x.svg"], &["--epochs", "1..2"]] {
        let arguments = [&["schedule", "./legacy.toml"], option].concat();
        let run = workmint_in(dir, &arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{option:?}");
        assert!(run.stderr.contains(option[0]), "{}", run.stderr);
    }
    let weights = ["--weight", "1", "--network-weight", "2"];
    let run =
        workmint_in(dir, &[&["estimate", "--network", "./legacy.toml"], &weights[..]].concat());
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("it subsidises work, not weight"), "{}", run.stderr);
    fs::write(dir.join("epoch.json"), "{\"participants\": []}").unwrap();
    let run = workmint_in(dir, &["settle", "--network", "./legacy.toml", "epoch.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--minted: it is needed"), "{}", run.stderr);
}

#[test]
fn a_yearly_schedule_mints_each_year_exactly() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let keys = "schedule = \"geometric\"\ninitial = \"100000000\"\nfactor = \"0.7\"\n\
                period = \"365 epochs\"";
    fs::write(dir.join("yearly.toml"), with_schedule(keys)).unwrap();
    let shown = json(dir, &["schedule", "./yearly.toml", "--json", "--epochs", "1..1095"]);
    let rows = shown["rows"].as_array().unwrap();
    let years: Vec<u128> = rows
        .chunks(365)
        .map(|year| year.iter().map(|row| row["minted"].as_str().unwrap()).map(parsed).sum())
        .collect();
    assert_eq!(years, [100, 70, 49].map(|millions| millions * 1_000_000_000_000_000));
    assert_eq!(shown["first_epoch_below_half"], "731");
    // Each of 110 years is rounded down, so that the sum is short of 100,000,000 / 0.3.
    assert_eq!(units(&shown["minted_in_all"]), 333_333_333_333_333_280);
}

fn parsed(text: &str) -> u128 {
    text.parse().unwrap()
}
