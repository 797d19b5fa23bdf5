//! `workmint conformance` against recorded results, and what it says of files that are none.

use crate::support::{Run, json, workmint, workmint_in};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Files of which at least one function must be compared.
const GONKA: [&str; 24] = [
    "bitcoin_rewards",
    "bitcoin_settle_supply_cap",
    "collateral_deposit_withdraw",
    "collateral_generated",
    "collateral_slash",
    "collateral_weight_generated",
    "dynamic_p0",
    "dynamic_pricing",
    "dynamic_pricing_generated",
    "fixed_epoch_reward",
    "inference_escrow_cost",
    "legacy_settlement_v020",
    "mainnet_epoch56",
    "missed_stat_critical_tables",
    "missed_stat_test",
    "participant_status_sprt",
    "poc_and_confirmation_weight",
    "power_capping",
    "reputation",
    "settle_accounts",
    "should_validate",
    "streamvesting",
    "unit_of_compute_price",
    "vesting_generated",
];

/// A folder of recorded results, if it is there; else says so.
pub(crate) fn vectors(folder: &str) -> Option<PathBuf> {
    let root = std::env::var("WORKMINT_VECTORS").unwrap_or_else(|_| {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        workspace.join("../shared/vectors").display().to_string()
    });
    let path = Path::new(&root).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    writeln!(std::io::stderr(), "skipped: there are no vectors in {}", path.display()).ok();
    None
}

#[test]
fn gonka_agrees_with_its_recorded_results() {
    let Some(folder) = vectors("gonka") else {
        return;
    };
    let report = json(Path::new("."), &["conformance", folder.to_str().unwrap(), "--json"]);
    let mut compared: BTreeMap<String, u64> = BTreeMap::new();
    for row in report["files"].as_array().unwrap() {
        let of = |key: &str| row[key].as_u64().unwrap();
        assert_eq!(of("failed"), 0, "{row}");
        let parts = of("passed") + of("failed") + of("deviates") + of("not_covered");
        assert_eq!(of("cases"), parts, "{row}");
        let name = row["file"].as_str().unwrap().trim_end_matches(".json").to_owned();
        *compared.entry(name).or_default() += of("passed") + of("deviates");
    }
    for file in GONKA {
        assert!(compared.get(file).is_some_and(|cases| *cases > 0), "{file} is not compared");
    }
}

fn run_on(name: &str, text: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("gonka")).unwrap();
    fs::write(folder.path().join("gonka").join(name), text).unwrap();
    workmint_in(folder.path(), &["conformance", ".", "--json"])
}

fn reward_case(expected: u64) -> Value {
    value!([{
        "name": "by hand", "source": "here", "function": "CalculateFixedEpochReward",
        "input": {"initialReward": 323_000_000_000_000_u64, "epochsSinceGenesis": 1,
                  "decayRate": {"Value": -475, "Exponent": -6}},
        "expected": {"result": expected},
    }])
}

#[test]
fn a_wrong_recorded_result_fails() {
    // 323,000 x 0.9995251127946402 by hand: 322,846.6114326687846 GNK.
    let right = run_on("mine.json", &reward_case(322_846_611_432_668).to_string());
    assert_eq!(right.code, 0, "{}{}", right.stdout, right.stderr);
    let wrong = run_on("mine.json", &reward_case(322_846_611_432_669).to_string());
    assert_eq!(wrong.code, 1, "{}", wrong.stdout);
    assert!(wrong.stderr.contains("1 cases differ"), "{}", wrong.stderr);
    let report: Value = serde_json::from_str(&wrong.stdout).unwrap();
    let row = &report["files"][0];
    assert_eq!(row["file"], "gonka/mine.json");
    assert_eq!((row["cases"].as_u64(), row["failed"].as_u64()), (Some(1), Some(1)));
    let difference = row["differences"][0][1].as_str().unwrap();
    assert!(difference.contains("322846611432668"), "{difference}");
}

#[test]
fn an_unknown_function_is_not_covered() {
    let case = value!([{"name": "x", "function": "NobodyKnowsMe", "input": {}, "expected": {}}]);
    let run = run_on("other.json", &case.to_string());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["files"][0]["not_covered"], 1);
}

#[test]
fn what_is_no_vector_file_is_an_error() {
    for (text, says) in
        [("{", "no vector file"), ("{}", "no vector file"), (r#"[{"name": "x"}]"#, "missing field")]
    {
        let run = run_on("bad.json", text);
        assert_eq!(run.code, 2, "{text}: {}", run.stdout);
        assert!(run.stderr.contains("gonka/bad.json"), "{}", run.stderr);
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    assert_eq!(workmint(&["conformance", "nowhere"]).code, 2);
    let empty = tempfile::tempdir().unwrap();
    let run = workmint(&["conformance", empty.path().to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no vector file (*.json)"), "{}", run.stderr);
}
