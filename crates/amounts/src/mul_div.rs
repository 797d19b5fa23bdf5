//! Products of two 128-bit numbers divided by a third, exact through 256 bits.

use ruint::Uint;

use crate::{ArithmeticError, Operation, Ratio};

/// 256 bits: the product of any two `u128`.
pub(crate) type U256 = Uint<256, 4>;

/// `high * 2^128 + low`.
pub(crate) fn join(high: u128, low: u128) -> U256 {
    U256::from(high).overflowing_shl(128).0 | U256::from(low)
}

/// `a * b = quotient * divisor + remainder`, as `(quotient, remainder)`.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `divisor` is 0; [`ArithmeticError::Overflow`] if the
/// quotient exceeds 128 bits.
pub fn mul_div_remainder(a: u128, b: u128, divisor: u128) -> Result<(u128, u128), ArithmeticError> {
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };
    let (low, high) = a.carrying_mul(b, 0);
    if high == 0 {
        let quotient = low.checked_div(divisor).ok_or(ArithmeticError::DivisionByZero)?;
        let remainder = low.checked_rem(divisor).ok_or(ArithmeticError::DivisionByZero)?;
        return Ok((quotient, remainder));
    }
    if divisor == 0 {
        return Err(ArithmeticError::DivisionByZero);
    }
    if high >= divisor {
        return Err(OVERFLOW);
    }
    let (quotient, remainder) = join(high, low).div_rem(U256::from(divisor));
    match (u128::try_from(quotient), u128::try_from(remainder)) {
        (Ok(quotient), Ok(remainder)) => Ok((quotient, remainder)),
        (Err(_), _) | (_, Err(_)) => Err(OVERFLOW),
    }
}

/// `floor(a * b / divisor)`: rounds toward zero, the product is never truncated.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `divisor` is 0; [`ArithmeticError::Overflow`] if the
/// result exceeds 128 bits.
pub fn mul_div_floor(a: u128, b: u128, divisor: u128) -> Result<u128, ArithmeticError> {
    mul_div_remainder(a, b, divisor).map(|(quotient, _)| quotient)
}

/// `ceil(a * b / divisor)`: rounds up, the product is never truncated.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `divisor` is 0; [`ArithmeticError::Overflow`] if the
/// result exceeds 128 bits.
pub fn mul_div_ceil(a: u128, b: u128, divisor: u128) -> Result<u128, ArithmeticError> {
    let (quotient, remainder) = mul_div_remainder(a, b, divisor)?;
    if remainder == 0 {
        return Ok(quotient);
    }
    quotient.checked_add(1).ok_or(ArithmeticError::Overflow { operation: Operation::Multiply })
}

/// The whole number nearest to `a * b / divisor`; half-way cases to the even one. The product is
/// never truncated.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `divisor` is 0; [`ArithmeticError::Overflow`] if the
/// result exceeds 128 bits.
pub fn mul_div_half_even(a: u128, b: u128, divisor: u128) -> Result<u128, ArithmeticError> {
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };
    let (quotient, rest) = mul_div_remainder(a, b, divisor)?;
    // The rest is below the divisor, so the distance to the next whole number is at least 1.
    let above = divisor.checked_sub(rest).ok_or(OVERFLOW)?;
    let odd = quotient.checked_rem(2) == Some(1);
    if rest > above || (rest == above && odd) {
        return quotient.checked_add(1).ok_or(OVERFLOW);
    }
    Ok(quotient)
}

/// `floor(factor * r * s)` with exact fractions `r` and `s`: the product is rounded once, toward
/// zero, whatever the common denominator. Evaluated in 512 bits, which holds any such product.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the result exceeds 128 bits.
pub fn floor_of_product(factor: u128, r: Ratio, s: Ratio) -> Result<u128, ArithmeticError> {
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };
    let wide = |value: u128| Uint::<512, 8>::from(value);
    let product = wide(factor)
        .checked_mul(wide(r.numerator()))
        .and_then(|product| product.checked_mul(wide(s.numerator())))
        .ok_or(OVERFLOW)?;
    let denominator = wide(r.denominator()).checked_mul(wide(s.denominator())).ok_or(OVERFLOW)?;
    let quotient = product.checked_div(denominator).ok_or(ArithmeticError::DivisionByZero)?;
    u128::try_from(quotient).map_err(|_| OVERFLOW)
}

/// `floor(a * b * c * d / (e * f * g))`, at most `most`: the product is rounded once, toward zero.
/// Evaluated in 128 bits if the products fit, else in 512, which hold any of them.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if a divisor is 0.
pub fn floor_of_products(
    factors: [u128; 4],
    divisors: [u128; 3],
    most: u128,
) -> Result<u128, ArithmeticError> {
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };
    let narrow =
        |numbers: &[u128]| numbers.iter().try_fold(1_u128, |all, one| all.checked_mul(*one));
    if let (Some(product), Some(divisor)) = (narrow(&factors), narrow(&divisors)) {
        let quotient = product.checked_div(divisor).ok_or(ArithmeticError::DivisionByZero)?;
        return Ok(quotient.min(most));
    }
    let wide = |numbers: &[u128]| {
        let mut numbers = numbers.iter().map(|number| Uint::<512, 8>::from(*number));
        numbers.try_fold(Uint::from(1), Uint::checked_mul).ok_or(OVERFLOW)
    };
    let quotient =
        wide(&factors)?.checked_div(wide(&divisors)?).ok_or(ArithmeticError::DivisionByZero)?;
    Ok(u128::try_from(quotient).map_or(most, |quotient| quotient.min(most)))
}

/// `floor(a * r + b * s)` with exact fractions `r` and `s`: the sum is rounded once, toward zero,
/// whatever the common denominator. Evaluated in 512 bits, which holds any two such products.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the result exceeds 128 bits.
pub fn floor_of_sum(one: (u128, Ratio), other: (u128, Ratio)) -> Result<u128, ArithmeticError> {
    const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };
    let wide = |value: u128| Uint::<512, 8>::from(value);
    let product = |(factor, ratio): (u128, Ratio), denominator: u128| {
        wide(factor)
            .checked_mul(wide(ratio.numerator()))
            .and_then(|product| product.checked_mul(wide(denominator)))
    };
    let sum = product(one, other.1.denominator())
        .zip(product(other, one.1.denominator()))
        .and_then(|(one, other)| one.checked_add(other))
        .ok_or(OVERFLOW)?;
    let denominator =
        wide(one.1.denominator()).checked_mul(wide(other.1.denominator())).ok_or(OVERFLOW)?;
    let quotient = sum.checked_div(denominator).ok_or(ArithmeticError::DivisionByZero)?;
    u128::try_from(quotient).map_err(|_| OVERFLOW)
}
