//! Square roots, floored exactly in integers.
//!
//! Used by square-root voting power (Hanzo, design document 003).

use ruint::Uint;

use crate::{ArithmeticError, Operation, Ratio};

/// `floor(sqrt(value))`, rounded toward zero.
#[must_use]
pub const fn sqrt_floor(value: u128) -> u128 {
    value.isqrt()
}

/// `floor(scale * sqrt(ratio))`, rounded toward zero.
///
/// Equal to the integer root of `floor(scale^2 * ratio)`, which needs 384 bits at most, because no
/// integer square lies strictly between that floor and the number itself.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the result exceeds 128 bits.
pub fn sqrt_ratio_floor(scale: u128, ratio: Ratio) -> Result<u128, ArithmeticError> {
    let overflow = ArithmeticError::Overflow { operation: Operation::SquareRoot };
    let scale = Uint::<512, 8>::from(scale);
    scale
        .checked_mul(scale)
        .and_then(|square| square.checked_mul(Uint::from(ratio.numerator())))
        .and_then(|square| square.checked_div(Uint::from(ratio.denominator())))
        .and_then(integer_root)
        .and_then(|root| u128::try_from(root).ok())
        .ok_or(overflow)
}

/// `floor(sqrt(value))` by Newton's method from above: the iterates fall until they reach it.
fn integer_root(value: Uint<512, 8>) -> Option<Uint<512, 8>> {
    if value.is_zero() {
        return Some(value);
    }
    let mut root = Uint::ONE.checked_shl(value.bit_len().div_ceil(2))?;
    loop {
        let next = root.checked_add(value.checked_div(root)?)?.overflowing_shr(1).0;
        if next >= root {
            return Some(root);
        }
        root = next;
    }
}
