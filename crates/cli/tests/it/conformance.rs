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

/// File and function of records; how many cases pass, deviate by a decision, and are not covered.
pub(crate) type Row = (&'static str, &'static str, [u64; 3]);

#[rustfmt::skip]
const BLYAN: [Row; 27] = [
    ("buckets_generated", "BucketAllocator", [0, 22, 9]),
    ("docs_examples", "GET /rewards/estimate", [1, 0, 0]),
    ("docs_examples", "backlog", [3, 0, 0]),
    ("docs_examples", "budget", [0, 4, 0]),
    ("docs_examples", "ceilings", [1, 0, 0]),
    ("docs_examples", "dataset", [2, 0, 0]),
    ("docs_examples", "decay", [7, 0, 0]),
    ("docs_examples", "difficulty", [4, 0, 0]),
    ("docs_examples", "epoch", [3, 0, 0]),
    ("docs_examples", "floors", [1, 0, 0]),
    ("docs_examples", "inference", [3, 0, 0]),
    ("docs_examples", "inflation", [1, 0, 0]),
    ("docs_examples", "learning", [3, 0, 0]),
    ("docs_examples", "quality_consensus", [4, 0, 0]),
    ("docs_examples", "validation", [2, 0, 0]),
    ("governance_safety_generated", "BackpayDecayManager.calculate_decayed_value", [8, 5, 0]),
    ("governance_safety_generated", "ReputationScore.calculate_score", [204, 0, 0]),
    ("governance_safety_generated", "auto_tune_epoch_size", [7, 0, 0]),
    ("governance_safety_generated", "calculate_difficulty_multiplier", [14, 0, 0]),
    ("governance_safety_generated", "calculate_dynamic_budget", [131, 0, 0]),
    ("governance_safety_generated", "calculate_gini_coefficient", [6, 0, 0]),
    ("governance_safety_generated", "calculate_quality_multiplier", [77, 0, 0]),
    ("policy_generated", "calc_dataset_bly", [234, 0, 0]),
    ("policy_generated", "calc_inference_bly", [187, 0, 0]),
    ("policy_generated", "calc_learning_bly", [451, 0, 0]),
    ("policy_generated", "calc_validation_bly", [68, 0, 0]),
    ("policy_generated", "estimate_daily_rewards", [3, 0, 0]),
];

const FORMULAS: &str = "document_formulas";
const TOKEN: &str = "evm_ai_token_generated";
const MARKET: &str = "evm_compute_market_generated";
const POOL: &str = "evm_computedex_generated";

#[rustfmt::skip]
const HANZO: [Row; 25] = [
    (FORMULAS, "annual_emission", [31, 0, 0]),
    (FORMULAS, "availability_reward = stake*utilization*network_factor \
                (as written: NO time unit)", [21, 0, 0]),
    (FORMULAS, "calculateStakingPower \
                (durationMultiplier=1; not defined in the seed)", [73, 0, 0]),
    (FORMULAS, "earnings_per_job = base_rate*quality*tier (units)", [61, 0, 0]),
    (FORMULAS, "fee 0.3% split 40/30/20/10 (floor; dust listed)", [1, 5, 0]),
    (FORMULAS, "slashing", [11, 0, 0]),
    (FORMULAS, "unstake burn 0.1% (floor)", [1, 3, 0]),
    (FORMULAS, "update_price", [337, 2, 0]),
    (FORMULAS, "voting_power", [39, 0, 0]),
    (TOKEN, "AIToken.calculateRewards", [42, 63, 0]),
    (TOKEN, "AIToken.claimVestedTokens", [21, 15, 0]),
    (TOKEN, "AIToken.constants", [2, 0, 4]),
    (TOKEN, "AIToken.stake", [0, 1, 0]),
    (TOKEN, "AIToken.transfer(burn 10bps)", [2, 4, 0]),
    (TOKEN, "AIToken.unstake", [10, 10, 0]),
    (MARKET, "ComputeMarket price trajectory (100-block steps, demand incremented \
              by the triggering request, then reset)", [0, 4, 0]),
    (MARKET, "ComputeMarket._calculateEscrow", [16, 51, 0]),
    (MARKET, "ComputeMarket._updateMarketPrice", [48, 225, 0]),
    (POOL, "ComputeDEX.addLiquidity(initial)", [129, 0, 0]),
    (POOL, "ComputeDEX.addLiquidity(more)", [0, 117, 0]),
    (POOL, "ComputeDEX.buyResources", [463, 0, 0]),
    (POOL, "ComputeDEX.getPrice(buy)", [581, 0, 0]),
    (POOL, "ComputeDEX.getPrice(sell)", [557, 0, 0]),
    (POOL, "ComputeDEX.removeLiquidity", [113, 0, 0]),
    (POOL, "ComputeDEX.sellResources", [224, 0, 0]),
];

/// Other records of the same functions may be there instead: of them no kind of result may appear
/// that these do not have, and none may be missing.
pub(crate) fn agrees(system: &str, pins: &[Row]) {
    let Some(folder) = vectors(system) else {
        return;
    };
    let report = json(Path::new("."), &["conformance", folder.to_str().unwrap(), "--json"]);
    let rows = report["files"].as_array().unwrap();
    for row in rows {
        assert_eq!(row["failed"], 0, "{row}");
    }
    for (file, function, pinned) in pins {
        let file = format!("{file}.json");
        let row = rows.iter().find(|row| row["file"] == *file && row["function"] == *function);
        let row = row.unwrap_or_else(|| panic!("{file} has no {function}"));
        let found = ["passed", "deviates", "not_covered"].map(|key| row[key].as_u64().unwrap());
        if row["cases"].as_u64() == Some(pinned.iter().sum()) {
            assert_eq!(found, *pinned, "{row}");
        } else {
            assert!(pinned[0] == 0 || found[0] > 0, "nothing passes: {row}");
            assert!(pinned[1] > 0 || found[1] == 0, "it deviates: {row}");
            assert!(pinned[2] > 0 || found[2] == 0, "it is not covered: {row}");
        }
    }
}

#[test]
fn blyan_agrees_with_its_recorded_results() {
    agrees("blyan", &BLYAN);
}

#[test]
fn hanzo_agrees_with_its_recorded_results() {
    agrees("hanzo", &HANZO);
}

fn by_hand(function: &str, input: &Value, expected: &Value) -> Value {
    value!([{"name": "by hand", "function": function, "input": input, "expected": expected}])
}

/// A case whose right result does not fail and whose wrong one does.
pub(crate) fn assert_told_apart(
    (system, file): (&str, &str),
    function: &str,
    results: [&Value; 3],
) {
    let [input, right, wrong] = results;
    for (expected, failures) in [(right, 0), (wrong, 1)] {
        let text = by_hand(function, input, expected).to_string();
        let run = run_in(system, file, &text);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let row = &report["files"][0];
        assert_eq!(row["failed"], failures, "{function}: {expected}: {row}");
        assert_eq!(row["not_covered"], 0, "{function}");
    }
}

/// Function, input, a right result, a wrong one. Right ones by hand.
#[test]
fn blyan_differs_where_a_result_is_wrong() {
    let learning = value!({"improvement_pct": 2, "difficulty": 2.0, "applicability": 1.0,
                           "hourslice_share": 0.5, "base_pool_day": 10000.0});
    let reputation = value!({"pol_contributions": 7, "validation_accuracy": 0.75,
                             "stake_amount": 1000, "account_age_days": 60, "violation_count": 1});
    let budget = value!({"current_supply": 1e9, "daily_active_nodes": 700, "backpay_ratio": 2.5});
    let cases = [
        ("calc_inference_bly", value!({"tokens": 1e5, "quality": 1.1}), value!(110), value!(110.1)),
        // 500 x 2 x 2 x 0.5.
        ("calc_learning_bly", learning, value!(1000), value!(999.9)),
        // Refused there and here.
        (
            "calc_validation_bly",
            value!({"n_tasks": -5}),
            value!({"error": "ValueError"}),
            value!(-50),
        ),
        ("calc_dataset_bly", value!({"gb_size": 2, "quality_score": 0.5}), value!(100), value!(99)),
        // 0.7 + 15 + 15 + 2 + 8.
        ("ReputationScore.calculate_score", reputation, value!(40.7), value!(40.70001)),
        // 1e9 x 0.1 / 365 x 0.7 x 0.9.
        ("calculate_dynamic_budget", budget, value!(172_602.739_726_027_4), value!(172_603)),
        (
            "calculate_gini_coefficient",
            value!({"distributions": [0, 0, 10]}),
            value!(0.666_666_666_666_666_7),
            value!(0.66),
        ),
        ("auto_tune_epoch_size", value!({"claims_per_hour": 11}), value!(21600), value!(3600)),
        (
            "BackpayDecayManager.calculate_decayed_value",
            value!({"amount": 10, "age_days": 14}),
            value!([9, 0.9]),
            value!([7, 0.7]),
        ),
    ];
    for (function, input, right, wrong) in cases {
        assert_told_apart(("blyan", "mine.json"), function, [&input, &right, &wrong]);
    }
}

fn run_on(name: &str, text: &str) -> Run {
    run_in("gonka", name, text)
}

fn run_in(system: &str, name: &str, text: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(system)).unwrap();
    fs::write(folder.path().join(system).join(name), text).unwrap();
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
    assert!(wrong.stderr.contains("1 case differs"), "{}", wrong.stderr);
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

/// A function, and the member of its results that is made wrong: by 1 if it is a number, to its
/// contrary if it is true or false.
const PERTURBED: [(&str, &str, &str); 16] = [
    ("bitcoin_rewards", "CalculateParticipantBitcoinRewardsWithTransfers", "/r1/Amount"),
    ("bitcoin_rewards", "GetParticipantPoCWeight", "/result"),
    ("bitcoin_settle_supply_cap", "GetBitcoinSettleAmountsWithTransfers", "/r1/GovernanceAmount"),
    ("collateral_generated", "CollateralSlash", "/result/Slashed"),
    ("collateral_slash", "Slash", "/slashed"),
    ("collateral_weight_generated", "AdjustWeightByCollateral", "/result"),
    ("dynamic_pricing", "RecordInferencePrice", "/per_token_price"),
    ("dynamic_pricing_generated", "CalculateModelDynamicPrice", "/result"),
    ("fixed_epoch_reward", "CalculateFixedEpochReward", "/result"),
    ("inference_escrow_cost", "ProcessFinishInference", "/r0/ActualCost"),
    ("legacy_settlement_v020", "GetTotalSubsidy", "/result/Amount"),
    ("missed_stat_test", "MissedStatTest", "/result"),
    ("power_capping", "CalculateOptimalCap", "/r1"),
    ("reputation", "CalculateReputation", "/result"),
    ("settle_accounts", "SettleAccounts", "/to_gov"),
    ("unit_of_compute_price", "WeightedMedian", "/result"),
];

/// The first case of a function whose results have the member, and are no error.
fn recorded_case(folder: &Path, (file, function, member): (&str, &str, &str)) -> Value {
    let text = fs::read_to_string(folder.join(format!("{file}.json"))).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let found = cases.into_iter().find(|case| {
        let results = &case["expected"];
        case["function"] == function
            && results["err"].is_null()
            && results.pointer(member).is_some()
    });
    found.unwrap_or_else(|| panic!("no case of {function} has {member}"))
}

#[test]
fn recorded_results_made_wrong_fail() {
    let Some(folder) = vectors("gonka") else {
        return;
    };
    let failed = |file: &str, case: &Value| {
        let run = run_on(&format!("{file}.json"), &value!([case]).to_string());
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        report["files"][0]["failed"].as_u64()
    };
    for (file, function, member) in PERTURBED {
        let mut case = recorded_case(&folder, (file, function, member));
        assert_eq!(failed(file, &case), Some(0), "{function} as recorded");
        let mut refused = case.clone();
        refused["expected"]["err"] = value!("out of luck");
        assert_eq!(failed(file, &refused), Some(1), "{function} refused");
        let result = case["expected"].pointer_mut(member).unwrap();
        *result = match &*result {
            Value::Bool(flag) => value!(!*flag),
            Value::String(text) => value!((text.parse::<i128>().unwrap() + 1).to_string()),
            number => value!(number.as_i64().unwrap() + 1),
        };
        assert_eq!(failed(file, &case), Some(1), "{function} with a wrong {member}");
    }
}

#[test]
fn no_number_of_a_case_stops_the_suite() {
    let huge = u64::MAX;
    let weights =
        |weight: u64| value!([{"Weight": weight}, {"Weight": weight}, {"Weight": weight}]);
    let cases = value!([
        {"name": "sums", "function": "CalculateOptimalCap",
         "input": {"maxPercentage": "0.3", "participants": weights(huge >> 1), "totalPower": huge},
         "expected": {"r0": weights(huge >> 1), "r1": 1, "r2": false}},
        {"name": "blocks", "function": "CalculateTimeNormalizationFactor",
         "input": {"pocStageDuration": huge, "pocExchangeDuration": huge},
         "expected": {"result": "1"}},
    ]);
    let run = run_on("huge.json", &cases.to_string());
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("2 cases differ"), "{}", run.stderr);
}
