//! Big integers and rationals to check against, and the generators of test numbers.

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use proptest::{prelude::*, test_runner::Config};
use workmint_amounts::Ratio;

/// Runs `cases` cases, or `full` if `WORKMINT_FULL=1`.
pub(crate) fn cases(cases: u32, full: u32) -> Config {
    let is_full = std::env::var("WORKMINT_FULL").is_ok_and(|value| value == "1");
    Config { cases: if is_full { full } else { cases }, ..Config::default() }
}

/// Any number, with every bit length, and the edges of both word sizes, equally likely.
pub(crate) fn number() -> impl Strategy<Value = u128> {
    prop_oneof![
        4 => (any::<u128>(), 0_u32..128).prop_map(|(value, shift)| value >> shift),
        1 => (0_u32..128, 0_u128..3).prop_map(|(bit, near)| (1_u128 << bit) - 1 + near),
        1 => 0_u128..20,
        1 => (0_u128..3).prop_map(|near| u128::MAX - near),
        1 => any::<u64>().prop_map(u128::from),
        1 => (0_u32..39).prop_map(|exponent| 10_u128.pow(exponent)),
    ]
}

pub(crate) fn positive() -> impl Strategy<Value = u128> {
    number().prop_map(|value| value.max(1))
}

pub(crate) fn ratio() -> impl Strategy<Value = Ratio> {
    (number(), positive()).prop_map(|(numerator, denominator)| {
        Ratio::new(numerator, denominator).expect("the denominator is positive")
    })
}

pub(crate) fn ratio_up_to_one() -> impl Strategy<Value = Ratio> {
    (number(), positive()).prop_map(|(a, b)| Ratio::new(a.min(b), a.max(b)).expect("positive"))
}

pub(crate) fn rational(ratio: Ratio) -> BigRational {
    BigRational::new(BigInt::from(ratio.numerator()), BigInt::from(ratio.denominator()))
}

/// `floor(a * b / divisor)`, or nothing if it exceeds 128 bits.
pub(crate) fn floor(a: u128, b: u128, divisor: u128) -> Option<u128> {
    (BigUint::from(a) * b / divisor).to_u128()
}

/// `ceil(a * b / divisor)`, or nothing if it exceeds 128 bits.
pub(crate) fn ceil(a: u128, b: u128, divisor: u128) -> Option<u128> {
    (BigUint::from(a) * b).div_ceil(&BigUint::from(divisor)).to_u128()
}

/// The ratio equal to a non-negative rational, or nothing if it does not fit.
pub(crate) fn fitting_ratio(rational: &BigRational) -> Option<Ratio> {
    Some(Ratio::new(rational.numer().to_u128()?, rational.denom().to_u128()?).expect("positive"))
}
