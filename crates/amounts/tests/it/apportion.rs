//! Conservation and order independence of apportionment.

use proptest::prelude::*;
use workmint_amounts::{Amount, ArithmeticError, Operation, apportion, apportion_over};

use crate::oracle::{cases, floor, number};

fn weights() -> impl Strategy<Value = Vec<u128>> {
    // Shifted so that forty of them always sum within 128 bits. The first is never 0, so the sum
    // is not either.
    let weight = || number().prop_map(|weight| weight >> 6);
    (weight(), prop::collection::vec(weight(), 0..39))
        .prop_map(|(first, others)| [vec![first.max(1)], others].concat())
}

proptest! {
    #![proptest_config(cases(3_000, 1_000_000))]

    #[test]
    fn every_unit_is_somewhere(total in number(), weights in weights()) {
        let sum: u128 = weights.iter().sum();
        let result = apportion(Amount::new(total), &weights).unwrap();
        prop_assert_eq!(result.total(), Ok(Amount::new(total)));
        prop_assert_eq!(result.withheld, Amount::ZERO);
        prop_assert!(result.dust.get() < weights.len() as u128);
        for (part, weight) in result.parts.iter().zip(&weights) {
            prop_assert_eq!(Some(part.get()), floor(total, *weight, sum));
        }
    }

    #[test]
    fn order_does_not_matter(
        total in number(),
        (weights, shuffled) in weights().prop_flat_map(|weights| {
            let numbered: Vec<_> = weights.iter().copied().enumerate().collect();
            (Just(weights), Just(numbered).prop_shuffle())
        }),
    ) {
        let straight = apportion(Amount::new(total), &weights).unwrap();
        let moved_weights: Vec<_> = shuffled.iter().map(|(_, weight)| *weight).collect();
        let moved = apportion(Amount::new(total), &moved_weights).unwrap();
        prop_assert_eq!(straight.dust, moved.dust);
        for ((index, _), part) in shuffled.iter().zip(&moved.parts) {
            prop_assert_eq!(straight.parts[*index], *part);
        }
    }

    /// Splitting one weight into two never gains: floors favour nobody who splits.
    #[test]
    fn splitting_a_weight_never_gains(total in number(), weights in weights(), cut in number()) {
        let whole = apportion(Amount::new(total), &weights).unwrap();
        let first = cut % weights[0];
        let mut divided = weights.clone();
        divided[0] = first;
        divided.push(weights[0] - first);
        let split = apportion(Amount::new(total), &divided).unwrap();
        let pieces = split.parts[0].checked_add(*split.parts.last().unwrap()).unwrap();
        prop_assert!(pieces <= whole.parts[0]);
    }

    #[test]
    fn over_a_larger_denominator_every_unit_is_somewhere(
        total in number(), weights in weights(), spare in number(),
    ) {
        let sum: u128 = weights.iter().sum();
        let denominator = sum.saturating_add(spare);
        let result = apportion_over(Amount::new(total), &weights, denominator).unwrap();
        prop_assert_eq!(result.total(), Ok(Amount::new(total)));
        prop_assert_eq!(
            Some(result.withheld.get()),
            floor(total, denominator - sum, denominator)
        );
        prop_assert!(result.dust.get() <= weights.len() as u128);
        for (part, weight) in result.parts.iter().zip(&weights) {
            prop_assert_eq!(Some(part.get()), floor(total, *weight, denominator));
        }
        if denominator == sum {
            prop_assert_eq!(Ok(result), apportion(Amount::new(total), &weights));
        }
    }
}

#[test]
fn a_worked_example() {
    // 100 over 1 : 1 : 1 pays 33 each; one unit is dust.
    let result = apportion(Amount::new(100), &[1, 1, 1]).unwrap();
    assert_eq!(result.parts, [Amount::new(33); 3]);
    assert_eq!(result.dust, Amount::new(1));
    // Over a denominator of 6 half is withheld: 16 each, 50 withheld, 2 dust.
    let result = apportion_over(Amount::new(100), &[1, 1, 1], 6).unwrap();
    assert_eq!(result.parts, [Amount::new(16); 3]);
    assert_eq!((result.withheld, result.dust), (Amount::new(50), Amount::new(2)));
    // Nobody claims anything: all of it is withheld.
    let result = apportion_over(Amount::new(100), &[], 6).unwrap();
    assert_eq!((result.withheld, result.dust), (Amount::new(100), Amount::ZERO));
}

#[test]
fn impossible_denominators_are_errors() {
    let total = Amount::new(100);
    assert_eq!(apportion(total, &[]), Err(ArithmeticError::DivisionByZero));
    assert_eq!(apportion(total, &[0, 0]), Err(ArithmeticError::DivisionByZero));
    assert_eq!(apportion_over(total, &[], 0), Err(ArithmeticError::DivisionByZero));
    assert_eq!(apportion_over(total, &[3, 4], 6), Err(ArithmeticError::WeightsExceedDenominator));
    assert_eq!(
        apportion(total, &[u128::MAX, 1]),
        Err(ArithmeticError::Overflow { operation: Operation::Sum })
    );
}
