//! Dividing a total over weights: floors to everyone, every unit accounted for.

use crate::{Amount, ArithmeticError, Operation, ProportionalShare, mul_div_floor};

/// A total divided into parts, with the rest named. `parts + dust + withheld` is the total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Apportionment {
    /// One part for each weight, in the order of the weights.
    pub parts: Vec<Amount>,
    /// What rounding left over: less than one unit for each weight and one for the withheld share.
    pub dust: Amount,
    /// The share of the denominator that no weight claims; zero from [`apportion`].
    pub withheld: Amount,
}

impl Apportionment {
    /// The exact sum of parts, dust and withheld share.
    ///
    /// # Errors
    /// [`ArithmeticError::Overflow`] above [`Amount::MAX`].
    pub fn total(&self) -> Result<Amount, ArithmeticError> {
        Amount::sum(self.parts.iter().copied().chain([self.dust, self.withheld]))
    }
}

/// Divides `total` in proportion to `weights`: each part is `floor(total * weight / sum)`, what
/// rounding leaves is `dust`.
///
/// A part depends on its own weight and the sum only, so the order of the weights does not matter.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if there are no weights or all are 0;
/// [`ArithmeticError::Overflow`] if the weights sum to more than 128 bits.
pub fn apportion(total: Amount, weights: &[u128]) -> Result<Apportionment, ArithmeticError> {
    let denominator = sum(weights)?;
    divide(total, weights, denominator, Amount::ZERO)
}

/// Divides `total` over a denominator at least as large as the sum of the weights: each part is
/// `floor(total * weight / denominator)`, what no weight claims is withheld, likewise floored, and
/// what rounding leaves is `dust`.
///
/// # Errors
/// [`ArithmeticError::DivisionByZero`] if `denominator` is 0;
/// [`ArithmeticError::WeightsExceedDenominator`] if the weights sum to more than it;
/// [`ArithmeticError::Overflow`] if the weights sum to more than 128 bits.
pub fn apportion_over(
    total: Amount,
    weights: &[u128],
    denominator: u128,
) -> Result<Apportionment, ArithmeticError> {
    let unclaimed =
        denominator.checked_sub(sum(weights)?).ok_or(ArithmeticError::WeightsExceedDenominator)?;
    let withheld = Amount::new(mul_div_floor(total.get(), unclaimed, denominator)?);
    divide(total, weights, denominator, withheld)
}

fn sum(weights: &[u128]) -> Result<u128, ArithmeticError> {
    weights
        .iter()
        .try_fold(0_u128, |sum, weight| sum.checked_add(*weight))
        .ok_or(ArithmeticError::Overflow { operation: Operation::Sum })
}

fn divide(
    total: Amount,
    weights: &[u128],
    denominator: u128,
    withheld: Amount,
) -> Result<Apportionment, ArithmeticError> {
    let mut parts = Vec::new();
    let paid =
        ProportionalShare::new(total.get(), denominator)?.shares_into(weights, &mut parts)?;
    // Floors of shares that sum to at most the whole never exceed the total.
    let dust = total
        .checked_sub(paid)
        .and_then(|rest| rest.checked_sub(withheld))
        .map_err(|_| ArithmeticError::NotConserved)?;
    Ok(Apportionment { parts, dust, withheld })
}
