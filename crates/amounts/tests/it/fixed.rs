//! Fixed-point numbers against big integers.

use num_bigint::BigUint;
use proptest::prelude::*;
use workmint_amounts::{ArithmeticError, Fixed};

use crate::oracle::{cases, number};

fn big(value: Fixed) -> BigUint {
    (BigUint::from(value.whole) << 128) + value.fraction
}

fn fixed() -> impl Strategy<Value = Fixed> {
    (number(), number()).prop_map(|(whole, fraction)| Fixed { whole, fraction })
}

fn fits(value: &BigUint) -> bool {
    value.bits() <= 256
}

proptest! {
    #![proptest_config(cases(2_000, 500_000))]

    #[test]
    fn sums_and_differences_are_exact(a in fixed(), b in fixed()) {
        let sum = big(a) + big(b);
        match a.checked_add(b) {
            Ok(found) => prop_assert_eq!(big(found), sum),
            Err(_) => prop_assert!(!fits(&sum)),
        }
        match a.checked_sub(b) {
            Ok(found) => prop_assert_eq!(big(found) + big(b), big(a)),
            Err(error) => {
                prop_assert_eq!(error, ArithmeticError::Underflow);
                prop_assert!(big(a) < big(b));
            }
        }
        prop_assert_eq!(a < b, big(a) < big(b));
    }

    #[test]
    fn products_are_exact(a in fixed(), count in number()) {
        let product = big(a) * count;
        match a.times(count) {
            Ok(found) => prop_assert_eq!(big(found), product),
            Err(_) => prop_assert!(!fits(&product)),
        }
    }

    #[test]
    fn nothing_is_lost_by_a_division(a in fixed(), count in number()) {
        match a.divide(count) {
            Ok((quotient, remainder)) => {
                prop_assert_eq!(big(quotient) * count + big(remainder), big(a));
                prop_assert!(big(remainder) < BigUint::from(count));
            }
            Err(error) => {
                prop_assert_eq!((error, count), (ArithmeticError::DivisionByZero, 0));
            }
        }
    }

    /// An accumulator never gives out more than it took in, and all but its remainder.
    #[test]
    fn what_is_shared_out_is_what_came_in(
        rewards in prop::collection::vec(0_u128..1 << 90, 1..12),
        shares in prop::collection::vec(1_u128..1 << 80, 1..12),
    ) {
        let all: u128 = shares.iter().sum();
        let (mut each, mut rest) = (Fixed::ZERO, Fixed::ZERO);
        for reward in &rewards {
            let whole = rest.checked_add(Fixed::from_whole(*reward)).unwrap();
            let (more, left) = whole.divide(all).unwrap();
            (each, rest) = (each.checked_add(more).unwrap(), left);
        }
        let mut sum = rest;
        for own in &shares {
            sum = sum.checked_add(each.times(*own).unwrap()).unwrap();
        }
        prop_assert_eq!(sum, Fixed::from_whole(rewards.iter().sum()));
    }
}
