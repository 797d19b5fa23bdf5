//! Critical values against the definition, in big integers.

use crate::oracle::cases;
use num_bigint::BigUint;
use num_traits::One;
use proptest::prelude::*;
use workmint_amounts::{Ratio, binomial_critical};

/// The largest k with P(X >= k) >= significance, from the whole row of one number of trials: all
/// probabilities as integers over denominator^trials.
fn by_definition(trials: u64, rate: Ratio, significance: Ratio) -> u64 {
    let hit = BigUint::from(rate.numerator());
    let miss = BigUint::from(rate.denominator() - rate.numerator());
    let mut row = vec![BigUint::one()];
    for _ in 0..trials {
        let mut next: Vec<BigUint> = row.iter().map(|cell| cell * &miss).collect();
        next.push(BigUint::ZERO);
        for (at, cell) in row.iter().enumerate() {
            next[at + 1] += cell * &hit;
        }
        row = next;
    }
    let whole = BigUint::from(rate.denominator()).pow(u32::try_from(trials).unwrap());
    let needed = whole * significance.numerator();
    let mut tail = BigUint::ZERO;
    for (k, cell) in row.iter().enumerate().rev() {
        tail += cell;
        if &tail * significance.denominator() >= needed {
            return k as u64;
        }
    }
    panic!("P(X >= 0) is 1")
}

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn customary_rates_up_to_three_hundred_trials() {
    for rate in ["0.05", "0.1", "0.12", "0.5", "0.55", "0.999", "1/3"] {
        let critical = binomial_critical(300, ratio(rate), ratio("0.05")).unwrap();
        assert_eq!(critical.len(), 301);
        for trials in (0..40).chain([57, 99, 100, 101, 200, 299, 300]) {
            let expected = by_definition(trials, ratio(rate), ratio("0.05"));
            assert_eq!(critical[usize::try_from(trials).unwrap()], expected, "{rate} {trials}");
        }
    }
}

/// A tail of exactly the significance passes: P(X >= 2) = 1/4 for two fair coins, and P(X >= 1) is
/// 3/4; a significance one part in 10^37 higher does not.
#[test]
fn a_tail_equal_to_the_significance_reaches_it() {
    let at = |significance: &str| binomial_critical(2, ratio("0.5"), ratio(significance)).unwrap();
    assert_eq!(at("0.25"), [0, 1, 2]);
    assert_eq!(at("0.2500000000000000000000000000000000001"), [0, 1, 1]);
    assert_eq!(at("0.7500000000000000000000000000000000001"), [0, 0, 0]);
}

#[test]
fn certain_and_impossible_failures() {
    assert_eq!(binomial_critical(3, Ratio::ONE, ratio("0.05")).unwrap(), [0, 1, 2, 3]);
    assert_eq!(binomial_critical(3, Ratio::ZERO, ratio("0.05")).unwrap(), [0, 0, 0, 0]);
    assert!(binomial_critical(3, ratio("2"), ratio("0.05")).is_err());
}

proptest! {
    #![proptest_config(cases(60, 20_000))]
    #[test]
    fn random_rates_and_significances(
        (numerator, more) in (1_u64..1_000_000, 1_u64..1_000_000),
        (part, rest) in (1_u64..1_000_000, 1_u64..1_000_000),
        trials in 1_u64..60,
    ) {
        let rate = Ratio::new(numerator.into(), (numerator + more).into()).unwrap();
        let significance = Ratio::new(part.into(), (part + rest).into()).unwrap();
        let critical = binomial_critical(trials, rate, significance).unwrap();
        prop_assert_eq!(*critical.last().unwrap(), by_definition(trials, rate, significance));
    }
}
