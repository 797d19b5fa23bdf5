//! The constant-product rule of a pool of two assets, exact in 512 bits.

use ruint::Uint;

use crate::{ArithmeticError, Operation, Ratio};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Multiply };

/// `floor(kept * amount * to / (from + kept * amount))`: what `amount` put into a pool that holds
/// `from` of it and `to` of the other asset takes out, when the share `kept` of it counts. Rounded
/// once, toward zero; below `to` if `from` is above 0.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `from` is 0 and nothing counts.
pub fn constant_product_out(
    amount: u128,
    kept: Ratio,
    (from, to): (u128, u128),
) -> Result<u128, ArithmeticError> {
    let wide = |value: u128| Uint::<512, 8>::from(value);
    let counted = wide(amount).checked_mul(wide(kept.numerator())).ok_or(OVERFLOW)?;
    let whole = wide(from)
        .checked_mul(wide(kept.denominator()))
        .and_then(|whole| whole.checked_add(counted))
        .ok_or(OVERFLOW)?;
    let out = counted.checked_mul(wide(to)).ok_or(OVERFLOW)?;
    let out = out.checked_div(whole).ok_or(ArithmeticError::DivisionByZero)?;
    u128::try_from(out).map_err(|_| OVERFLOW)
}

/// `floor(amount * from / ((to - amount) * kept)) + 1`: what has to be put in, at most one unit too
/// much, so that `amount` of the other asset comes out.
///
/// # Errors
/// [`ArithmeticError::Overflow`] if the pool does not hold more than `amount`, or the result
/// exceeds 128 bits; [`ArithmeticError::DivisionByZero`] if nothing of what is put in counts.
pub fn constant_product_in(
    amount: u128,
    kept: Ratio,
    (from, to): (u128, u128),
) -> Result<u128, ArithmeticError> {
    let wide = |value: u128| Uint::<512, 8>::from(value);
    let short = ArithmeticError::Overflow { operation: Operation::Divide };
    let left = to.checked_sub(amount).filter(|left| *left > 0).ok_or(short)?;
    let divisor = wide(left).checked_mul(wide(kept.numerator())).ok_or(OVERFLOW)?;
    let product = wide(amount)
        .checked_mul(wide(from))
        .and_then(|product| product.checked_mul(wide(kept.denominator())))
        .ok_or(OVERFLOW)?;
    let floor = product.checked_div(divisor).ok_or(ArithmeticError::DivisionByZero)?;
    let floor = u128::try_from(floor).map_err(|_| OVERFLOW)?;
    floor.checked_add(1).ok_or(OVERFLOW)
}

/// How `a * b` compares with `c * d`, exactly.
#[must_use]
pub fn compare_products((a, b): (u128, u128), (c, d): (u128, u128)) -> std::cmp::Ordering {
    let ((low, high), (other_low, other_high)) = (a.carrying_mul(b, 0), c.carrying_mul(d, 0));
    (high, low).cmp(&(other_high, other_low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn by_hand() {
        let kept: Ratio = "0.997".parse().unwrap();
        // 997 x 2,000 / (1,000,000 + 997) = 1.99...
        assert_eq!(constant_product_out(1, kept, (1_000, 2_000)), Ok(1));
        // 99,700 x 2,000 / 1,099,700 = 181.32
        assert_eq!(constant_product_out(100, kept, (1_000, 2_000)), Ok(181));
        // 181 x 1,000 x 1,000 / (1,819 x 997) = 99.80
        assert_eq!(constant_product_in(181, kept, (1_000, 2_000)), Ok(100));
        assert!(constant_product_in(2_000, kept, (1_000, 2_000)).is_err(), "all of the pool");
        assert!(constant_product_in(2_001, kept, (1_000, 2_000)).is_err(), "more than it");
        assert_eq!(
            constant_product_out(0, kept, (0, 9)),
            Err(ArithmeticError::DivisionByZero),
            "an empty pool"
        );
        let all = (u128::MAX, u128::MAX);
        assert_eq!(constant_product_out(u128::MAX, Ratio::ONE, all), Ok(u128::MAX / 2));
        assert_eq!(compare_products(all, all), Ordering::Equal);
        assert_eq!(compare_products((u128::MAX, 3), (u128::MAX, 2)), Ordering::Greater);
        assert_eq!(compare_products((1 << 127, 2), (1 << 126, 8)), Ordering::Less);
    }

    proptest::proptest! {
        /// What comes out never lowers the product, and the price asked for it suffices.
        #[test]
        fn the_product_never_falls(
            amount in 1_u128..1 << 100,
            from in 1_u128..1 << 100,
            to in 1_u128..1 << 100,
            kept in 1_u128..=10_000,
        ) {
            let kept = Ratio::new(kept, 10_000).unwrap();
            let out = constant_product_out(amount, kept, (from, to)).unwrap();
            proptest::prop_assert!(out < to);
            let after = (from + amount, to - out);
            proptest::prop_assert_ne!(compare_products(after, (from, to)), Ordering::Less);
            if let Ok(needed) = constant_product_in(out, kept, (from, to)) {
                let got = constant_product_out(needed, kept, (from, to)).unwrap();
                proptest::prop_assert!(got >= out, "{needed} for {out} brings {got}");
            }
        }
    }
}
