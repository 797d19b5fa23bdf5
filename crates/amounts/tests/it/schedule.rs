//! Emission schedules, as the design documents and the main network compute them.

use proptest::prelude::*;
use workmint_amounts::{
    Amount, Ratio, SignedRatio, exp_decay_floor, pow_floor, sqrt_floor, sqrt_ratio_floor,
};

use crate::oracle::{cases, floor, number, ratio};

/// 285,000 coins of 9 decimals: the first epoch of Gonka tokenomics V2 §4.1.
const GONKA: u128 = 285_000_000_000_000;
/// 323,000 coins of 9 decimals: the first epoch of the main network.
const MAINNET: u128 = 323_000_000_000_000;

fn gonka_budget(epoch: u64) -> u128 {
    let rate = SignedRatio::parse_decimal("-0.000475").unwrap();
    exp_decay_floor(GONKA, rate, epoch).unwrap()
}

#[test]
fn gonka_by_exact_exponential() {
    for (epoch, budget) in [
        (0, GONKA),
        (1, 284_864_657_146_472),
        (365, 239_634_340_501_633),
        (1460, 142_449_732_098_060),
        (2920, 71_199_740_964_242),
        (70_070, 1),
        (70_071, 0),
    ] {
        assert_eq!(gonka_budget(epoch), budget, "epoch {epoch}");
    }
}

#[test]
fn gonka_total_of_all_epochs() {
    let budgets = (0..).map(gonka_budget).take_while(|budget| *budget > 0);
    let total = Amount::sum(budgets.map(Amount::new)).unwrap();
    // 600,142,511.28 coins: more than the 600 M allocation, which therefore binds.
    assert_eq!(total, Amount::new(600_142_511_281_213_065));
    assert_eq!(total.to_grouped(9, 2), "600,142,511.28");
}

#[test]
fn mainnet_by_power() {
    let factor = Ratio::parse_decimal("0.9995251127946402").unwrap();
    for (scale, epoch, budget) in [
        (MAINNET, 0, MAINNET),
        (MAINNET, 1, 322_846_611_432_668),
        (MAINNET, 10, 321_469_388_081_175),
        (MAINNET, 55, 314_670_897_622_955),
        (MAINNET, 180, 296_531_165_206_496),
        (MAINNET, 365, 271_585_585_901_857),
        (MAINNET, 1460, 161_443_029_711_148),
        (MAINNET, 50_000, 15_657),
        (MAINNET, 69_998, 1),
        (GONKA, 1, 284_864_657_146_472),
        (GONKA, 365, 239_634_340_501_638),
    ] {
        assert_eq!(pow_floor(scale, factor, epoch), Ok(budget), "epoch {epoch}");
    }
}

/// The factors of the main network's table, falling and growing, against powers of big integers.
#[test]
fn mainnet_factors_are_exact_after_thousands_of_epochs() {
    use num_bigint::BigUint;
    for (digits, decimals) in
        [(9_995_251_127_946_402_u64, 16), (9_999_990_000_005, 13), (10_001_000_050_001_667, 16)]
    {
        let unit = 10_u128.pow(decimals);
        let factor = Ratio::new(digits.into(), unit).unwrap();
        for epoch in [1_u32, 2, 55, 1_460, 9_999, 17_569] {
            let exact = BigUint::from(MAINNET) * BigUint::from(digits).pow(epoch)
                / BigUint::from(unit).pow(epoch);
            let floor = pow_floor(MAINNET, factor, epoch.into()).unwrap();
            assert_eq!(BigUint::from(floor), exact, "{factor}^{epoch}");
        }
    }
    let grows = Ratio::parse_decimal("1.0001000050001667").unwrap();
    assert!(pow_floor(MAINNET, grows, 1 << 31).is_err(), "above 2^128");
    let falls = Ratio::parse_decimal("0.9999990000005").unwrap();
    assert_eq!(pow_floor(MAINNET, falls, 1 << 31), Ok(0));
}

#[test]
fn zero_and_one() {
    let two = SignedRatio::from(Ratio::from_integer(2));
    assert_eq!(exp_decay_floor(7, two, 0), Ok(7));
    assert_eq!(exp_decay_floor(7, SignedRatio::ZERO, 9), Ok(7));
    assert_eq!(exp_decay_floor(0, two, u64::MAX), Ok(0));
    assert_eq!(pow_floor(7, Ratio::ZERO, 0), Ok(7));
    assert_eq!(pow_floor(7, Ratio::ZERO, 1), Ok(0));
    assert_eq!(pow_floor(7, Ratio::ONE, u64::MAX), Ok(7));
    assert_eq!(pow_floor(0, Ratio::from_integer(2), u64::MAX), Ok(0));
}

proptest! {
    #![proptest_config(cases(1_000, 100_000))]

    /// Small powers are exact rationals: an oracle that shares nothing with the intervals.
    #[test]
    fn power_is_the_floor_of_the_rational(
        scale in number(), base in ratio(), exponent in 0_u64..30,
    ) {
        let exponent_32 = i32::try_from(exponent).unwrap();
        let exact = crate::oracle::rational(base).pow(exponent_32);
        let value = (exact * num_bigint::BigInt::from(scale)).floor().to_integer();
        prop_assert_eq!(pow_floor(scale, base, exponent).ok(), u128::try_from(value).ok());
    }

    /// `e^a * e^b` in two floored steps is at most the single step, and short of it by little.
    #[test]
    fn exponential_falls_with_the_steps(scale in number(), steps in 0_u64..100_000) {
        let rate = SignedRatio::parse_decimal("-0.000475").unwrap();
        let here = exp_decay_floor(scale, rate, steps).unwrap();
        let next = exp_decay_floor(scale, rate, steps + 1).unwrap();
        prop_assert!(next <= here);
        // 1 - 0.000475 < e^-0.000475 < 1 - 0.000474
        prop_assert!(next + 1 >= floor(here, 999_525, 1_000_000).unwrap());
        prop_assert!(next <= floor(here + 1, 999_526, 1_000_000).unwrap());
        prop_assert!(exp_decay_floor(here, rate, 1).unwrap() <= next);
    }

    #[test]
    fn roots_are_floors(value in number(), scale in number(), ratio in ratio()) {
        let root = sqrt_floor(value);
        prop_assert!(root * root <= value);
        prop_assert!((root + 1).checked_mul(root + 1).is_none_or(|square| square > value));
        let square = num_bigint::BigUint::from(scale).pow(2) * ratio.numerator()
            / ratio.denominator();
        prop_assert_eq!(sqrt_ratio_floor(scale, ratio).ok(), u128::try_from(square.sqrt()).ok());
    }
}
