//! Many proportional shares of one total, without a division per share.

use ruint::Uint;

use crate::{Amount, ArithmeticError, Operation, mul_div::join};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Share };

/// Computes `floor(total * weight / denominator)` for many weights with one division up front.
///
/// The floor is exact for every input. Let `N = 2^128` and `R = floor(total * N / denominator)`,
/// computed once. Then `total / denominator = (R + e) / N` with `0 <= e < 1`, so
///
/// ```text
/// total * weight / denominator = weight * R / N + weight * e / N
/// ```
///
/// Write `weight * R = q * N + f` with `0 <= f < N`. The second term is below 1 because
/// `weight < N`, hence the floor is `q` or `q + 1`:
///
/// * if `f + weight < N`, then `(f + weight * e) / N < 1` and the floor is `q`;
/// * otherwise the exact remainder `total * weight - q * denominator`, which lies in
///   `0 .. 2 * denominator`, decides: the floor is `q + 1` if it reaches `denominator`.
#[derive(Clone, Copy, Debug)]
pub struct ProportionalShare {
    total: u128,
    denominator: u128,
    /// `R = ratio_high * 2^128 + ratio_low`.
    ratio_high: u128,
    ratio_low: u128,
}

impl ProportionalShare {
    /// Prepares shares of `total` base units, where `denominator` is the weight of the whole.
    ///
    /// # Errors
    /// [`ArithmeticError::DivisionByZero`] if `denominator` is 0.
    pub fn new(total: u128, denominator: u128) -> Result<Self, ArithmeticError> {
        let divide = |high, low| {
            let divisor = Uint::from(denominator);
            if divisor.is_zero() {
                return Err(ArithmeticError::DivisionByZero);
            }
            let (quotient, remainder) = join(high, low).div_rem(divisor);
            let quotient = u128::try_from(quotient).map_err(|_| OVERFLOW)?;
            Ok((quotient, u128::try_from(remainder).map_err(|_| OVERFLOW)?))
        };
        let (ratio_high, rest) = divide(0, total)?;
        // rest < denominator, so the second quotient fits 128 bits as well.
        let (ratio_low, _) = divide(rest, 0)?;
        Ok(Self { total, denominator, ratio_high, ratio_low })
    }

    /// `floor(total * weight / denominator)` in base units, rounded toward zero.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] if the share exceeds 128 bits, which needs a `weight` above
    /// the denominator.
    #[inline]
    pub fn share(&self, weight: u128) -> Result<u128, ArithmeticError> {
        let (fraction, from_low) = weight.carrying_mul(self.ratio_low, 0);
        let mut quotient = from_low;
        if self.ratio_high > 0 {
            let (low, high) = weight.carrying_mul(self.ratio_high, from_low);
            if high > 0 {
                return Err(OVERFLOW);
            }
            quotient = low;
        }
        if fraction.checked_add(weight).is_some() {
            return Ok(quotient);
        }
        self.corrected(weight, quotient)
    }

    /// The share, given that it is `quotient` or one more.
    fn corrected(&self, weight: u128, quotient: u128) -> Result<u128, ArithmeticError> {
        let (whole_low, whole_high) = self.total.carrying_mul(weight, 0);
        let (taken_low, taken_high) = quotient.carrying_mul(self.denominator, 0);
        let (low, borrow) = whole_low.borrowing_sub(taken_low, false);
        let (high, _) = whole_high.borrowing_sub(taken_high, borrow);
        if high == 0 && low < self.denominator {
            return Ok(quotient);
        }
        quotient.checked_add(1).ok_or(OVERFLOW)
    }

    /// Replaces the content of `out` by the shares of all weights, in order, and returns their sum.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] if a share or the sum exceeds 128 bits; `out` is then
    /// unspecified.
    pub fn shares_into(
        &self,
        weights: &[u128],
        out: &mut Vec<Amount>,
    ) -> Result<Amount, ArithmeticError> {
        out.clear();
        out.reserve(weights.len());
        let mut sum = 0_u128;
        for weight in weights {
            let share = self.share(*weight)?;
            sum = sum.checked_add(share).ok_or(OVERFLOW)?;
            out.push(Amount::new(share));
        }
        Ok(Amount::new(sum))
    }
}

/// `floor(total * weight / denominator)` by one 512-bit division: the slow and obvious form of
/// [`ProportionalShare::share`], kept to check and to measure it against.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `denominator` is 0; [`ArithmeticError::Overflow`] if the
/// share exceeds 128 bits.
pub fn share_by_long_division(
    total: u128,
    weight: u128,
    denominator: u128,
) -> Result<u128, ArithmeticError> {
    Uint::<512, 8>::from(total)
        .checked_mul(Uint::from(weight))
        .ok_or(OVERFLOW)?
        .checked_div(Uint::from(denominator))
        .ok_or(ArithmeticError::DivisionByZero)
        .and_then(|share| u128::try_from(share).map_err(|_| OVERFLOW))
}
