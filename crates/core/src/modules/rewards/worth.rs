//! What a contribution is worth (document 002, reward rates).

pub use crate::modules::contributions::MULTIPLIER_UNIT;
use crate::modules::parameters::{ContributionKind, Multiplier, RateScore};
use workmint_amounts::{Amount, ArithmeticError, Ratio};

impl Multiplier {
    /// Within its range.
    #[must_use]
    pub fn clamped(&self, found: Ratio) -> Ratio {
        found.max(self.min).min(self.max)
    }
}

/// floor(rate x quantity / unit x first x second), both multipliers clamped to their ranges, then
/// at least the rule's minimum and at most its maximum; base units. Rounds down once. An
/// improvement below the least one is worth nothing, and so is a quantity of 0.
pub fn worth(
    rule: &RateScore,
    quantity: Ratio,
    (first, second): (Ratio, Ratio),
) -> Result<Amount, ArithmeticError> {
    let units = quantity.checked_div(Ratio::from(rule.kind.unit()))?;
    let too_little = rule.kind == ContributionKind::Improvement
        && quantity < rule.least_improvement.checked_mul(Ratio::from(1_000_000_000_u64))?;
    if quantity.is_zero() || too_little {
        return Ok(Amount::ZERO);
    }
    let multiplier = rule.first.clamped(first).checked_mul(rule.second.clamped(second))?;
    let paid = multiplier.checked_mul(units)?.apply_floor(rule.rate)?;
    Ok(paid.max(rule.minimum).min(rule.maximum))
}

/// [`worth`] of a final contribution: quantity in the kind's own count, multipliers in
/// 1 / [`MULTIPLIER_UNIT`].
pub fn worth_of(
    rule: &RateScore,
    quantity: u64,
    (first, second): (u32, u32),
) -> Result<Amount, ArithmeticError> {
    let part = |found: u32| Ratio::new(u128::from(found), u128::from(MULTIPLIER_UNIT));
    worth(rule, Ratio::from(quantity), (part(first)?, part(second)?))
}
