//! Products divided exactly.

use num_rational::BigRational;
use num_traits::ToPrimitive;
use proptest::prelude::*;
use workmint_amounts::{
    Amount, ArithmeticError, Operation, Ratio, floor_of_product, floor_of_sum, mul_div_ceil,
    mul_div_floor, mul_div_half_even, mul_div_remainder,
};

use crate::oracle::{cases, ceil, floor, number, positive, ratio};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };

proptest! {
    #![proptest_config(cases(20_000, 3_000_000))]

    #[test]
    fn floor_and_ceil_are_exact(a in number(), b in number(), divisor in positive()) {
        prop_assert_eq!(mul_div_floor(a, b, divisor).ok(), floor(a, b, divisor));
        prop_assert_eq!(mul_div_ceil(a, b, divisor).ok(), ceil(a, b, divisor));
    }

    #[test]
    fn remainder_completes_the_quotient(a in number(), b in number(), divisor in positive()) {
        if let Ok((quotient, remainder)) = mul_div_remainder(a, b, divisor) {
            prop_assert!(remainder < divisor);
            let (low, high) = quotient.carrying_mul(divisor, remainder);
            prop_assert_eq!((low, high), a.carrying_mul(b, 0));
        }
    }

    #[test]
    fn a_sum_of_products_is_floored_once(a in number(), r in ratio(), b in number(), s in ratio()) {
        let exact = |factor: u128, of: Ratio| {
            BigRational::new(factor.into(), 1.into())
                * BigRational::new(of.numerator().into(), of.denominator().into())
        };
        let sum = (exact(a, r) + exact(b, s)).floor().to_integer().to_u128();
        prop_assert_eq!(floor_of_sum((a, r), (b, s)).ok(), sum);
    }

    #[test]
    fn a_product_is_floored_once(factor in number(), r in ratio(), s in ratio()) {
        let exact = |of: Ratio| BigRational::new(of.numerator().into(), of.denominator().into());
        let product = BigRational::new(factor.into(), 1.into()) * exact(r) * exact(s);
        let floor = product.floor().to_integer().to_u128();
        prop_assert_eq!(floor_of_product(factor, r, s).ok(), floor);
    }

    #[test]
    fn half_way_goes_to_the_even_neighbour(a in number(), b in number(), divisor in positive()) {
        let whole = |value: u128| BigRational::from_integer(value.into());
        let exact = whole(a) * whole(b) / whole(divisor);
        let below = exact.floor();
        let above = &below + BigRational::from_integer(1.into());
        let distance = (&exact - &below).cmp(&(&above - &exact));
        let even = (below.to_integer() % 2_u8) == 0_u8.into();
        let nearest = match distance {
            std::cmp::Ordering::Less => below,
            std::cmp::Ordering::Equal if even => below,
            std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => above,
        };
        prop_assert_eq!(mul_div_half_even(a, b, divisor).ok(), nearest.to_integer().to_u128());
    }

    #[test]
    fn amounts_add_and_subtract_back(a in number(), b in number()) {
        let (left, right) = (Amount::new(a), Amount::new(b));
        match left.checked_add(right) {
            Ok(sum) => {
                prop_assert_eq!(sum.checked_sub(right), Ok(left));
                prop_assert_eq!(Amount::sum([left, right]), Ok(sum));
            }
            Err(error) => {
                prop_assert!(a.checked_add(b).is_none());
                prop_assert_eq!(error, ArithmeticError::Overflow { operation: Operation::Add });
            }
        }
        prop_assert_eq!(left.checked_sub(right).is_err(), a < b);
        prop_assert_eq!(left.checked_mul(b).ok().map(Amount::get), a.checked_mul(b));
    }
}

#[test]
fn edges() {
    const MAX: u128 = u128::MAX;
    assert_eq!(mul_div_floor(MAX, MAX, MAX), Ok(MAX));
    assert_eq!(mul_div_ceil(MAX, MAX, MAX), Ok(MAX));
    assert_eq!(mul_div_floor(MAX, MAX, MAX - 1), Err(OVERFLOW));
    assert_eq!(mul_div_floor(MAX, MAX - 1, MAX), Ok(MAX - 1));
    assert_eq!(mul_div_floor(1 << 127, MAX, (1 << 127) - 1), Err(OVERFLOW));
    assert_eq!(mul_div_floor(MAX - 1, MAX, MAX - 1), Ok(MAX));
    assert_eq!(mul_div_floor(1 << 64, (1 << 64) + 1, 1), Err(OVERFLOW));
    assert_eq!(mul_div_ceil(1 << 64, 1 << 64, 1), Err(OVERFLOW));
    assert_eq!(mul_div_floor(1, 1, 0), Err(ArithmeticError::DivisionByZero));
    assert_eq!(mul_div_ceil(0, 0, 0), Err(ArithmeticError::DivisionByZero));
    assert_eq!(mul_div_floor(MAX, MAX, 0), Err(ArithmeticError::DivisionByZero));
    assert_eq!(mul_div_ceil(1, 1, MAX), Ok(1));
}

#[test]
fn a_ceiling_can_overflow_where_the_floor_does_not() {
    // 2^129 - 1 has a factor 7; half of it lies between 2^128 - 1 and 2^128.
    let (a, b) = (7, 97_223_533_405_982_418_132_392_744_980_505_203_273);
    assert_eq!(mul_div_floor(a, b, 2), Ok(u128::MAX));
    assert_eq!(mul_div_ceil(a, b, 2), Err(OVERFLOW));
}

#[test]
fn sums_and_differences_report_their_limits() {
    assert_eq!(
        Amount::sum([Amount::MAX, Amount::new(1)]),
        Err(ArithmeticError::Overflow { operation: Operation::Sum })
    );
    assert_eq!(Amount::sum([]), Ok(Amount::ZERO));
    assert_eq!(Amount::ZERO.checked_sub(Amount::new(1)), Err(ArithmeticError::Underflow));
}
