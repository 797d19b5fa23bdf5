//! The batch divider against long division.

use proptest::prelude::*;
use workmint_amounts::{
    Amount, ArithmeticError, Operation, ProportionalShare, share_by_long_division,
};

use crate::oracle::{cases, floor, number, positive};

proptest! {
    #![proptest_config(cases(30_000, 4_000_000))]

    #[test]
    fn share_is_the_exact_floor(total in number(), weight in number(), denominator in positive()) {
        let share = ProportionalShare::new(total, denominator).unwrap().share(weight);
        prop_assert_eq!(share, share_by_long_division(total, weight, denominator));
        prop_assert_eq!(share.ok(), floor(total, weight, denominator));
    }

    /// Weights at and beside the multiples where the floor steps, which is where an estimate fails.
    #[test]
    fn share_is_exact_where_the_floor_steps(
        total in positive(), denominator in positive(), step in number(), near in 0_u128..3,
    ) {
        let at = floor(step % total, denominator, total).unwrap_or(denominator);
        let weight = at.saturating_add(near).saturating_sub(1);
        prop_assert_eq!(
            ProportionalShare::new(total, denominator).unwrap().share(weight),
            share_by_long_division(total, weight, denominator)
        );
    }

    #[test]
    fn whole_weight_takes_the_whole(total in number(), denominator in positive()) {
        let shares = ProportionalShare::new(total, denominator).unwrap();
        prop_assert_eq!(shares.share(denominator), Ok(total));
        prop_assert_eq!(shares.share(0), Ok(0));
    }
}

proptest! {
    #![proptest_config(cases(500, 50_000))]

    #[test]
    fn batch_equals_single_shares(
        total in number(),
        denominator in positive(),
        weights in prop::collection::vec(number(), 0..40),
    ) {
        let shares = ProportionalShare::new(total, denominator).unwrap();
        let mut out = vec![Amount::MAX; 3];
        let sum = shares.shares_into(&weights, &mut out);
        let single: Result<Vec<_>, _> =
            weights.iter().map(|weight| shares.share(*weight).map(Amount::new)).collect();
        match single.and_then(|parts| Ok((Amount::sum(parts.iter().copied())?, parts))) {
            Ok((expected, parts)) => {
                prop_assert_eq!(sum, Ok(expected));
                prop_assert_eq!(out, parts);
            }
            Err(_) => {
                prop_assert_eq!(
                    sum,
                    Err(ArithmeticError::Overflow { operation: Operation::Share })
                );
            }
        }
    }
}

#[test]
fn every_small_case() {
    for total in 0..40 {
        for denominator in 1..40 {
            let shares = ProportionalShare::new(total, denominator).unwrap();
            for weight in 0..60 {
                assert_eq!(shares.share(weight), Ok(total * weight / denominator));
            }
        }
    }
}

#[test]
fn edges() {
    const MAX: u128 = u128::MAX;
    for total in [0, 1, 2, MAX / 2, MAX / 2 + 1, MAX - 1, MAX] {
        for denominator in [1, 2, 3, MAX / 2, MAX / 2 + 1, MAX - 1, MAX] {
            let shares = ProportionalShare::new(total, denominator).unwrap();
            for weight in [0, 1, 2, 3, MAX / 2, MAX / 2 + 1, MAX - 1, MAX] {
                assert_eq!(
                    shares.share(weight),
                    share_by_long_division(total, weight, denominator),
                    "{total} * {weight} / {denominator}"
                );
            }
        }
    }
    assert!(matches!(ProportionalShare::new(5, 0), Err(ArithmeticError::DivisionByZero)));
    assert_eq!(share_by_long_division(5, 1, 0), Err(ArithmeticError::DivisionByZero));
}
