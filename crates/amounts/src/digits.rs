//! Rounding to a number of decimal digits, as the decimal types of other systems do.

use crate::{ArithmeticError, Operation, Ratio, mul_div::mul_div_remainder};

/// What happens to a value half-way between two neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Up,
    Even,
}

impl Ratio {
    /// The nearest multiple of `10^-digits`; half-way cases away from zero (shopspring's `decimal`,
    /// 16 digits in divisions).
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] if the multiple, counted in `10^-digits`, exceeds 128 bits.
    pub fn rounded_half_up(self, digits: u8) -> Result<Self, ArithmeticError> {
        self.rounded(digits, Half::Up)
    }

    /// The nearest multiple of `10^-digits`; half-way cases to the even one (Cosmos' `LegacyDec`,
    /// 18 digits).
    ///
    /// # Errors
    /// As [`Ratio::rounded_half_up`].
    pub fn rounded_half_even(self, digits: u8) -> Result<Self, ArithmeticError> {
        self.rounded(digits, Half::Even)
    }

    fn rounded(self, digits: u8, half: Half) -> Result<Self, ArithmeticError> {
        const OVERFLOW: ArithmeticError =
            ArithmeticError::Overflow { operation: Operation::Multiply };
        let (multiple, rest, unit) = self.multiples(digits)?;
        // The rest is below the denominator, so the distance to the next multiple is at least 1.
        let above = self.denominator().checked_sub(rest).ok_or(OVERFLOW)?;
        let odd = multiple.checked_rem(2) == Some(1);
        let up = rest > above || (rest == above && (half == Half::Up || odd));
        let rounded = if up { multiple.checked_add(1).ok_or(OVERFLOW)? } else { multiple };
        Self::new(rounded, unit)
    }

    /// How many whole `10^-digits` there are, the rest over the denominator, and `10^digits`.
    fn multiples(self, digits: u8) -> Result<(u128, u128, u128), ArithmeticError> {
        let unit = 10_u128
            .checked_pow(u32::from(digits))
            .ok_or(ArithmeticError::Overflow { operation: Operation::Multiply })?;
        let (multiple, rest) = mul_div_remainder(self.numerator(), unit, self.denominator())?;
        Ok((multiple, rest, unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn nearest_and_ties() {
        let up = |text: &str, digits| ratio(text).rounded_half_up(digits).unwrap();
        let even = |text: &str, digits| ratio(text).rounded_half_even(digits).unwrap();
        assert_eq!(up("2/3", 4), ratio("0.6667"));
        assert_eq!(up("1/3", 4), ratio("0.3333"));
        assert_eq!((up("0.25", 1), even("0.25", 1)), (ratio("0.3"), ratio("0.2")));
        assert_eq!((up("0.35", 1), even("0.35", 1)), (ratio("0.4"), ratio("0.4")));
        assert_eq!((up("2.5", 0), even("2.5", 0)), (ratio("3"), ratio("2")));
        assert_eq!(even("0.2500000001", 1), ratio("0.3"));
        assert_eq!(up("7", 16), ratio("7"));
        assert_eq!(up("5/909", 16), ratio("0.0055005500550055"));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let whole = Ratio::from_integer(u128::MAX);
        assert!(whole.rounded_half_up(0).is_ok());
        assert!(whole.rounded_half_up(1).is_err());
        assert!(Ratio::ONE.rounded_half_even(39).is_err(), "10^39 exceeds 128 bits");
        let almost = Ratio::new(u128::MAX, 2).unwrap();
        assert_eq!(almost.rounded_half_up(0).unwrap(), Ratio::from_integer(1 << 127));
    }
}
