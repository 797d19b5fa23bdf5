//! Ratios against big rationals.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use proptest::prelude::*;
use workmint_amounts::{Amount, ArithmeticError, Operation, Ratio, SignedRatio};

use crate::oracle::{cases, ceil, fitting_ratio, floor, number, positive, ratio, rational};

/// A ratio near another: neighbours are where an inexact comparison fails.
fn pair() -> impl Strategy<Value = (Ratio, Ratio)> {
    let near = (positive(), positive(), 0_u128..3, 0_u128..3).prop_map(|(n, d, dn, dd)| {
        let other = Ratio::new(n.saturating_add(dn), d.saturating_add(dd)).unwrap();
        (Ratio::new(n, d).unwrap(), other)
    });
    prop_oneof![(ratio(), ratio()), near]
}

proptest! {
    #![proptest_config(cases(5_000, 1_000_000))]

    #[test]
    fn always_in_lowest_terms(numerator in number(), denominator in positive()) {
        let ratio = Ratio::new(numerator, denominator).unwrap();
        let exact = BigRational::new(BigInt::from(numerator), BigInt::from(denominator));
        prop_assert_eq!(Some(ratio.numerator()), exact.numer().to_u128());
        prop_assert_eq!(Some(ratio.denominator()), exact.denom().to_u128());
    }

    #[test]
    fn order_is_exact((a, b) in pair()) {
        prop_assert_eq!(a.cmp(&b), rational(a).cmp(&rational(b)));
        prop_assert_eq!(a.partial_cmp(&b), Some(a.cmp(&b)));
        prop_assert_eq!(a == b, a.cmp(&b).is_eq());
        prop_assert_eq!(a.at_most_one(), rational(a) <= BigRational::one());
        let signed = |ratio, negative| SignedRatio::new(negative, ratio);
        let exact = |ratio, negative| if negative { -rational(ratio) } else { rational(ratio) };
        for (p, q) in [(false, false), (false, true), (true, false), (true, true)] {
            prop_assert_eq!(signed(a, p).cmp(&signed(b, q)), exact(a, p).cmp(&exact(b, q)));
        }
    }

    /// An operation succeeds exactly if its result in lowest terms fits.
    #[test]
    fn arithmetic_is_exact((a, b) in pair()) {
        let (x, y) = (rational(a), rational(b));
        prop_assert_eq!(a.checked_add(b).ok(), fitting_ratio(&(&x + &y)));
        prop_assert_eq!(a.checked_mul(b).ok(), fitting_ratio(&(&x * &y)));
        let difference = &x - &y;
        if difference.is_negative() {
            prop_assert_eq!(a.checked_sub(b), Err(ArithmeticError::Underflow));
        } else {
            prop_assert_eq!(a.checked_sub(b).ok(), fitting_ratio(&difference));
        }
        if y.is_zero() {
            prop_assert_eq!(a.checked_div(b), Err(ArithmeticError::DivisionByZero));
        } else {
            prop_assert_eq!(a.checked_div(b).ok(), fitting_ratio(&(&x / &y)));
        }
        match a.complement() {
            Ok(rest) => prop_assert_eq!(rational(rest), BigRational::one() - x),
            Err(error) => {
                prop_assert_eq!(error, ArithmeticError::RatioAboveOne);
                prop_assert!(!a.at_most_one());
            }
        }
    }

    #[test]
    fn applying_floors_and_ceils(ratio in ratio(), factor in number()) {
        let (n, d) = (ratio.numerator(), ratio.denominator());
        prop_assert_eq!(ratio.floor_mul(factor).ok(), floor(factor, n, d));
        prop_assert_eq!(ratio.ceil_mul(factor).ok(), ceil(factor, n, d));
        let amount = Amount::new(factor);
        prop_assert_eq!(ratio.apply_floor(amount).map(Amount::get), ratio.floor_mul(factor));
        prop_assert_eq!(ratio.apply_ceil(amount).map(Amount::get), ratio.ceil_mul(factor));
    }

    #[test]
    fn decimal_digits_are_cut_not_rounded(ratio in ratio(), digits in 0_u8..60) {
        let scale = BigInt::from(10).pow(u32::from(digits));
        let expected = (rational(ratio) * &scale).floor().to_integer();
        let text = ratio.to_decimal_string(digits);
        prop_assert_eq!(text.split_once('.').map_or(0, |(_, f)| f.len()), usize::from(digits));
        let shown: BigInt = text.replace('.', "").parse().unwrap();
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn display_reads_back(ratio in ratio()) {
        let text = ratio.to_string();
        // Decimals with more than 38 digits are exact but too long to be read back.
        let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits = text.trim_start_matches(['0', '.']).len();
        if text.contains('/') || (decimals <= 38 && digits <= 38) {
            prop_assert_eq!(text.parse(), Ok(ratio));
            let negative = SignedRatio::new(true, ratio);
            prop_assert_eq!(negative.to_string().parse(), Ok(negative));
        }
        if let Some((integer, fraction)) = text.split_once('.') {
            let digits: BigInt = format!("{integer}{fraction}").parse().unwrap();
            let scale = BigInt::from(10).pow(u32::try_from(fraction.len()).unwrap());
            prop_assert_eq!(BigRational::new(digits, scale), rational(ratio));
        }
    }
}

#[test]
fn examples() {
    let ratio = |n, d| Ratio::new(n, d).unwrap();
    assert_eq!(Ratio::parse_decimal("0.000475"), Ok(ratio(19, 40_000)));
    assert_eq!(ratio(19, 40_000).to_string(), "0.000475");
    assert_eq!(ratio(1, 3).to_string(), "1/3");
    assert_eq!(ratio(7, 4).to_string(), "1.75");
    assert_eq!(ratio(6, 3).to_string(), "2");
    assert_eq!(ratio(2, 3).to_decimal_string(4), "0.6666");
    assert_eq!(ratio(2, 3).to_decimal_string(0), "0");
    assert_eq!(ratio(1, 1 << 127).to_string().len(), 129);
    assert_eq!(Ratio::new(0, 7), Ok(Ratio::ZERO));
    assert_eq!(Ratio::new(u128::MAX, u128::MAX), Ok(Ratio::ONE));
    assert_eq!(Ratio::from(5_u64), Ratio::from_integer(5));
    assert_eq!(Ratio::new(1, 0), Err(ArithmeticError::DivisionByZero));
    assert_eq!(Ratio::new(0, 0), Err(ArithmeticError::DivisionByZero));
    let largest = Ratio::from_integer(u128::MAX);
    let overflow = |operation| Err(ArithmeticError::Overflow { operation });
    assert_eq!(largest.checked_add(Ratio::ONE), overflow(Operation::Add));
    assert_eq!(largest.checked_mul(largest), overflow(Operation::Multiply));
    assert_eq!(largest.checked_div(ratio(1, 2)), overflow(Operation::Divide));
    assert_eq!(Ratio::default(), Ratio::ZERO);
}

#[test]
fn zero_has_no_sign() {
    let zero = SignedRatio::new(true, Ratio::ZERO);
    assert_eq!(zero, SignedRatio::ZERO);
    assert!(!zero.is_negative() && zero.is_zero() && !zero.negated().is_negative());
    assert_eq!(SignedRatio::parse_decimal("-0.00"), Ok(zero));
    let rate = SignedRatio::parse_decimal("-0.000475").unwrap();
    assert_eq!((rate.is_negative(), rate.magnitude().numerator()), (true, 19));
    assert_eq!(rate.to_string(), "-0.000475");
    assert_eq!(rate.negated(), SignedRatio::from(rate.magnitude()));
}
