//! `workmint conformance` against what subtensor's code gave, and right results told from wrong
//! ones.

use crate::conformance::{Row, agrees, assert_told_apart};
use serde_json::{Value, json as value};

#[rustfmt::skip]
const BITTENSOR: [Row; 96] = [
    ("consensus_graph", "epoch_sparse", [36, 0, 0]),
    ("epoch", "epoch_dense", [0, 12, 30]),
    ("epoch", "epoch_sparse", [138, 1, 0]),
    ("epoch_large", "epoch_dense", [0, 4, 0]),
    ("epoch_large", "epoch_sparse", [4, 0, 0]),
    ("epoch_oracle", "epoch_dense", [5, 66, 12]),
    ("epoch_oracle", "epoch_sparse", [255, 0, 0]),
    ("epoch_quirks", "epoch_sparse", [254, 0, 0]),
    ("fixed_ops", "I32F32::checked_div", [80, 0, 0]),
    ("fixed_ops", "I32F32::floor", [26, 0, 0]),
    ("fixed_ops", "I32F32::round (ties away from zero)", [27, 0, 0]),
    ("fixed_ops", "I32F32::saturating_add", [87, 0, 0]),
    ("fixed_ops", "I32F32::saturating_div", [79, 0, 0]),
    ("fixed_ops", "I32F32::saturating_mul", [75, 0, 0]),
    ("fixed_ops", "I32F32::saturating_to_num<u16>", [33, 0, 0]),
    ("fixed_ops", "I32F32::saturating_to_num<u64>", [33, 0, 0]),
    ("fixed_ops", "I64F64->I32F32 saturating_from_num", [27, 0, 0]),
    ("fixed_ops", "I64F64::checked_div", [79, 0, 0]),
    ("fixed_ops", "I64F64::saturating_mul", [81, 0, 0]),
    ("fixed_ops", "I96F32::from(I32F32)", [27, 0, 0]),
    ("fixed_ops", "U64F64::checked_div", [79, 0, 0]),
    ("fixed_ops", "U64F64::saturating_mul", [87, 0, 0]),
    ("fixed_ops", "U96F32::checked_div", [86, 0, 0]),
    ("fixed_ops", "U96F32::saturating_mul", [83, 0, 0]),
    ("fixed_ops", "U96F32::saturating_sub", [83, 0, 0]),
    ("fixed_ops", "exp<I32F32,I32F32>", [28, 0, 0]),
    ("fixed_ops", "ln<I32F32,I32F32>", [14, 0, 0]),
    ("fixed_ops", "log2<I32F32,I32F32>", [12, 0, 0]),
    ("fixed_ops", "math::exp_safe", [169, 0, 0]),
    ("fixed_ops", "math::safe_ln", [25, 0, 0]),
    ("liquid_alpha", "alpha_sigmoid", [516, 0, 0]),
    ("math", "check_vec_max_limited", [11, 0, 0]),
    ("math", "checked_sum", [0, 0, 4]),
    ("math", "col_clip_sparse", [3, 0, 0]),
    ("math", "exp_safe", [8, 0, 0]),
    ("math", "fixed", [0, 0, 20]),
    ("math", "fixed64_to_fixed32", [3, 0, 0]),
    ("math", "fixed64_to_u64", [4, 0, 0]),
    ("math", "fixed_proportion_to_u16", [2, 0, 0]),
    ("math", "fixed_to_u16", [3, 0, 0]),
    ("math", "fixed_to_u64", [2, 0, 0]),
    ("math", "inplace_col_clip", [1, 0, 0]),
    ("math", "inplace_col_max_upscale", [3, 0, 0]),
    ("math", "inplace_col_max_upscale_sparse", [5, 0, 0]),
    ("math", "inplace_col_normalize", [1, 0, 0]),
    ("math", "inplace_col_normalize_sparse", [3, 0, 0]),
    ("math", "inplace_mask_diag", [1, 0, 0]),
    ("math", "inplace_mask_diag_except_index", [3, 0, 0]),
    ("math", "inplace_mask_matrix", [3, 0, 0]),
    ("math", "inplace_mask_rows", [4, 0, 0]),
    ("math", "inplace_mask_vector", [3, 0, 0]),
    ("math", "inplace_normalize", [62, 0, 0]),
    ("math", "inplace_normalize_64", [2, 0, 0]),
    ("math", "inplace_row_normalize", [1, 0, 0]),
    ("math", "inplace_row_normalize_sparse", [2, 0, 0]),
    ("math", "interpolate", [12, 0, 0]),
    ("math", "interpolate_sparse", [13, 0, 0]),
    ("math", "is_topk", [9, 0, 0]),
    ("math", "mask_diag_sparse", [3, 0, 0]),
    ("math", "mask_diag_sparse_except_index", [9, 0, 0]),
    ("math", "mask_rows_sparse", [4, 0, 0]),
    ("math", "mat_ema_alpha", [7, 0, 1]),
    ("math", "mat_ema_alpha_sparse", [13, 0, 0]),
    ("math", "mat_vec_mul", [3, 0, 0]),
    ("math", "mat_vec_mul_sparse", [3, 0, 0]),
    ("math", "matmul", [13, 0, 0]),
    ("math", "matmul_sparse", [3, 0, 0]),
    ("math", "matmul_transpose", [1, 0, 0]),
    ("math", "matmul_transpose_sparse", [3, 0, 0]),
    ("math", "normalize", [4, 0, 0]),
    ("math", "row_hadamard", [1, 0, 0]),
    ("math", "row_hadamard_sparse", [3, 0, 0]),
    ("math", "row_sum", [1, 0, 0]),
    ("math", "row_sum_sparse", [4, 0, 0]),
    ("math", "sigmoid_safe", [32, 0, 0]),
    ("math", "sum", [5, 0, 0]),
    ("math", "u16_proportion_to_fixed", [1, 0, 0]),
    ("math", "u16_to_fixed", [3, 0, 0]),
    ("math", "vec_fixed64_to_fixed32", [3, 0, 0]),
    ("math", "vec_mask_sparse_matrix", [3, 0, 0]),
    ("math", "vec_max_upscale_to_u16", [17, 0, 0]),
    ("math", "vec_mul", [3, 0, 0]),
    ("math", "vec_u16_max_upscale_to_u16", [10, 0, 0]),
    ("math", "vecdiv", [0, 0, 3]),
    ("math", "weighted_median", [60, 0, 0]),
    ("math", "weighted_median_col", [6, 0, 0]),
    ("math", "weighted_median_col_sparse", [6, 0, 0]),
    ("weights", "check_len_uids_within_allowed", [2, 0, 0]),
    ("weights", "check_length", [80, 0, 0]),
    ("weights", "check_vec_max_limited", [86, 0, 0]),
    ("weights", "get_max_weight_limit", [1, 0, 0]),
    ("weights", "is_self_weight", [3, 0, 0]),
    ("weights", "max_weight_limited", [2, 0, 0]),
    ("weights", "normalize_weights", [89, 0, 0]),
    ("weights", "vec_u16_max_upscale_to_u16", [75, 0, 0]),
    ("yuma_sim_cases", "epoch_sparse_sequence", [216, 0, 0]),
];

/// Prices of seats, emission, dividends.
#[rustfmt::skip]
const COINBASE: [Row; 12] = [
    ("coinbase", "calculate_dividend_distribution", [0, 30, 0]),
    ("coinbase", "get_inherited_for_hotkey_on_subnet", [6, 34, 0]),
    ("coinbase", "get_parent_child_dividends_distribution", [16, 23, 0]),
    ("coinbase", "take_split", [10, 15, 0]),
    ("coinbase", "total_stake_weight", [0, 0, 40]),
    ("emission", "emit_split", [5, 22, 0]),
    ("emission", "get_block_emission_for_issuance", [119, 0, 0]),
    ("emission", "halving_thresholds", [1, 0, 0]),
    ("pricing", "bump_registration_price", [16, 0, 0]),
    ("pricing", "burn_decay_sequence", [1, 2, 0]),
    ("pricing", "decay_factor_q32", [2, 7, 0]),
    ("pricing", "mul_by_q32", [28, 0, 0]),
];

#[test]
fn bittensor_agrees_with_its_recorded_results() {
    agrees("bittensor", &BITTENSOR);
    agrees("bittensor", &COINBASE);
}

/// Two validators with three quarters and a quarter of the stake, and two miners.
fn network() -> Value {
    value!({
        "n": 4, "current_block": 100, "tempo": 10, "activity_cutoff": 50, "min_stake": 0,
        "last_update": [95, 95, 0, 0], "block_at_registration": [1, 1, 1, 1],
        "last_mechanism_step_block": 90, "owner_uid": null, "max_allowed_validators": 2,
        "total_stake": ["55340232221128654848", "18446744073709551616", "0", "0"],
        "validator_permits": [true, true, false, false],
        "weights": [[[2, 65535]], [[2, 21845], [3, 65535]], [], []],
        "bonds": [[], [], [], []], "commit_reveal_enabled": false,
        "commit_blocks": [null, null, null, null], "kappa": 32767, "bonds_penalty": 65535,
        "yuma3_on": false, "liquid_alpha_on": false, "bonds_moving_average": 900000,
        "alpha_low": 45875, "alpha_high": 58982, "alpha_sigmoid_steepness": 1000,
        "rao_emission": 1000
    })
}

/// All stake but a quarter is for seat 2, which gets everything; the quarter is clipped.
fn result() -> Value {
    value!({
        "stake": [3_221_225_472_u64, 1_073_741_824, 0, 0],
        "active_stake": [3_221_225_472_u64, 1_073_741_824, 0, 0],
        "active": [true, true, false, false], "consensus": [0, 0, 4_294_967_296_u64, 0],
        "validator_trust": [4_294_967_296_u64, 1_073_741_824, 0, 0],
        "incentive": [0, 0, 4_294_967_296_u64, 0],
        // 3/4 to 1/4 x 1/4: twelve thirteenths and one.
        "dividends": [3_964_585_204_u64, 330_382_091, 0, 0],
        "server_emission": [0, 0, 500, 0], "validator_emission": [461, 38, 0, 0],
        "combined_emission": [461, 38, 500, 0], "stake_weight_u16": [49151, 16383, 0, 0],
        "consensus_u16": [0, 0, 65535, 0], "incentive_u16": [0, 0, 65535, 0],
        "dividends_u16": [60493, 5041, 0, 0], "validator_trust_u16": [65535, 16383, 0, 0],
        "new_validator_permits": [true, true, false, false],
        "bonds_u16": [[[2, 65535]], [[2, 5461]], [], []]
    })
}

#[test]
fn an_epoch_by_hand() {
    for (key, wrong) in [
        ("stake", value!([3_221_225_471_u64, 1_073_741_824, 0, 0])),
        ("consensus", value!([0, 0, 4_294_967_296_u64, 1])),
        ("dividends", value!([3_964_585_205_u64, 330_382_091, 0, 0])),
        ("validator_trust_u16", value!([65535, 16384, 0, 0])),
        ("validator_emission", value!([462, 38, 0, 0])),
        ("new_validator_permits", value!([true, true, true, false])),
        ("bonds_u16", value!([[[2, 65535]], [[2, 5462]], [], []])),
    ] {
        let mut other = result();
        other[key] = wrong;
        let results = [&network(), &result(), &other];
        assert_told_apart(("bittensor", "epoch.json"), "epoch_sparse", results);
    }
}

#[test]
fn numbers_and_weights_by_hand() {
    let rows = [
        ("fixed_ops", "I32F32::saturating_mul", value!({"a": -1, "b": 1}), value!(-1), value!(0)),
        ("fixed_ops", "I32F32::checked_div", value!({"a": 1, "b": 0}), value!(null), value!(0)),
        ("math", "sum", value!({"x": [3, -5]}), value!(-2), value!(0)),
        (
            "math",
            "mask_diag_sparse",
            value!({"sparse_matrix": [[[0, 7], [1, 8]], [[1, 9]]]}),
            value!([[[1, 8]], []]),
            value!([[[1, 8]], [[1, 9]]]),
        ),
        (
            "weights",
            "check_length",
            value!({"subnet_n": 7, "min_allowed_weights": 3, "is_root": false, "uid": 1,
                    "uids": [1, 2], "weights": [1, 2]}),
            value!(false),
            value!(true),
        ),
    ];
    for (file, function, input, right, wrong) in rows {
        let file = format!("{file}.json");
        assert_told_apart(("bittensor", &file), function, [&input, &right, &wrong]);
    }
}
