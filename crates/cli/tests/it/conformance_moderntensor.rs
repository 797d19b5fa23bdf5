//! `workmint conformance` against what ModernTensor's Python and Rust gave, and right results told
//! from wrong ones.

use crate::conformance::{Row, agrees, assert_told_apart};
use serde_json::json as value;

#[rustfmt::skip]
const MODERNTENSOR: [Row; 24] = [
    ("py_seed_burn_recycle_generated", "burn_transaction_fees", [18, 3, 0]),
    ("py_seed_burn_recycle_generated", "burn_unmet_quota", [66, 0, 0]),
    ("py_seed_burn_recycle_generated", "scenario", [20, 0, 0]),
    ("py_seed_distribution_generated", "distribute_epoch_rewards", [68, 41, 0]),
    ("py_seed_emission_generated", "calculate_epoch_emission", [558, 0, 0]),
    ("py_seed_emission_generated", "calculate_utility_score", [143, 0, 0]),
    ("rust_burn_generated", "burn_slashing", [5, 7, 0]),
    ("rust_burn_generated", "burn_subnet_registration", [6, 6, 0]),
    ("rust_burn_generated", "burn_tx_fee", [5, 8, 0]),
    ("rust_burn_generated", "burn_unmet_quota", [11, 0, 0]),
    ("rust_distribution_generated", "distribute_by_epoch_stats", [7, 19, 0]),
    ("rust_distribution_generated", "distribute_with_infra", [0, 76, 0]),
    ("rust_emission_generated", "adjusted_emission", [0, 88, 0]),
    ("rust_emission_generated", "base_emission", [59, 26, 0]),
    ("rust_emission_generated", "utility_score_bps", [0, 0, 82]),
    ("rust_halving_generated", "blocks_until_next_halving", [98, 0, 0]),
    ("rust_halving_generated", "calculate_reward", [99, 0, 0]),
    ("rust_halving_generated", "estimate_total_emission", [2, 2, 0]),
    ("rust_halving_generated", "get_halving_era", [101, 0, 0]),
    ("rust_halving_generated", "total_emitted", [78, 24, 0]),
    ("rust_slashing_generated", "slash", [31, 11, 0]),
    ("rust_validator_selection_generated", "select_by_seed", [40, 0, 0]),
    ("rust_vesting_generated", "allocation_amount", [0, 0, 7]),
    ("rust_vesting_generated", "vested_amount", [257, 4, 0]),
];

#[test]
fn moderntensor_agrees_with_its_recorded_results() {
    agrees("moderntensor", &MODERNTENSOR);
}

/// 3 to 1 among miners, 2 to 3 among validators, a fifth for the DAO; of 1,000, 300 from the pool.
#[test]
fn a_distribution_by_hand() {
    let input = value!({
        "epoch": 1, "total_emission": "1000", "pool_balance": "300",
        "miner_scores": {"m0": 0.75, "m1": 0.25}, "validator_stakes": {"v0": "20", "v1": "30"}
    });
    let result = value!({
        "miner_rewards": {"m0": "300", "m1": "100"},
        "validator_rewards": {"v0": "160", "v1": "240"},
        "dao": "200", "from_pool": "300", "from_mint": "700"
    });
    for (key, wrong) in [
        ("miner_rewards", value!({"m0": "303", "m1": "97"})),
        ("validator_rewards", value!({"v0": "240", "v1": "160"})),
        ("validator_rewards", value!({"v0": "160"})),
        ("dao", value!("203")),
        ("from_pool", value!("200")),
    ] {
        let mut other = result.clone();
        other[key] = wrong;
        let file = ("moderntensor", "py_seed_distribution_generated.json");
        assert_told_apart(file, "distribute_epoch_rewards", [&input, &result, &other]);
    }
}

#[test]
fn halvings_slashes_and_grants_by_hand() {
    let halving = |height: &str| {
        value!({
            "block_height": height, "halving_interval": 10, "initial_reward": "50",
            "max_halvings": 3, "minimum_reward": "7"
        })
    };
    let grant = value!({
        "category": "IDO", "cliff_days": 2, "days_since_tge": 4, "linear_days": 8,
        "tge_percent": 25, "total": "1000"
    });
    let slash = value!({"height": 100, "reason": "FraudulentAI", "stake": "10000000000000000000"});
    let slashed = |amount: &str, rest: &str| {
        value!({"amount_slashed": amount, "jailed": true, "release_at": 7300,
                "remaining_stake": rest})
    };
    let (right, wrong) = (
        slashed("2000000000000000000", "8000000000000000000"),
        slashed("2000000000000000001", "7999999999999999999"),
    );
    let rows = [
        ("rust_halving", "calculate_reward", halving("20"), value!("12"), value!("13")),
        ("rust_halving", "calculate_reward", halving("30"), value!("0"), value!("6")),
        ("rust_halving", "get_halving_era", halving("39"), value!(3), value!(2)),
        ("rust_halving", "blocks_until_next_halving", halving("13"), value!("7"), value!("6")),
        ("rust_halving", "total_emitted", halving("12"), value!("550"), value!("575")),
        ("rust_vesting", "vested_amount", grant, value!("437"), value!("438")),
        ("rust_slashing", "slash", slash, right, wrong),
    ];
    for (file, function, input, right, wrong) in rows {
        let file = format!("{file}_generated.json");
        assert_told_apart(("moderntensor", &file), function, [&input, &right, &wrong]);
    }
}

#[test]
fn emission_and_utility_by_hand() {
    let emission = value!({
        "max_supply": "21000000", "base_reward": "1000", "halving_interval": 210000,
        "utility_score": 0.5, "epoch": 210000, "current_supply": "100"
    });
    let utility = value!({
        "weights": [0.5, 0.3, 0.2], "max_expected_tasks": 10000, "task_volume": 5000,
        "avg_task_difficulty": 0.8, "validator_participation": 0.5
    });
    let quota = value!({"expected_emission": "1000", "quality": 0.3, "threshold": 0.8});
    let rows = [
        ("py_seed_emission", "calculate_epoch_emission", emission, value!(250), value!(252)),
        ("py_seed_emission", "calculate_utility_score", utility, value!(0.59), value!(0.5901)),
        ("py_seed_burn_recycle", "burn_unmet_quota", quota, value!("500"), value!("502")),
    ];
    for (file, function, input, right, wrong) in rows {
        let file = format!("{file}_generated.json");
        assert_told_apart(("moderntensor", &file), function, [&input, &right, &wrong]);
    }
}
