//! What a contribution is worth (document 002, reward rates).

pub use crate::modules::contributions::MULTIPLIER_UNIT;
use crate::modules::parameters::{ContributionKind, Multiplier, RateScore};
use workmint_amounts::{Amount, ArithmeticError, Ratio, floor_of_products};

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
/// 1 / [`MULTIPLIER_UNIT`]. Exact where [`worth`] leaves 128 bits: that is above the maximum.
pub fn worth_of(
    rule: &RateScore,
    quantity: u64,
    found: (u32, u32),
) -> Result<Amount, ArithmeticError> {
    Rater::new(rule)?.worth(quantity, found)
}

/// A rule made ready for many contributions: whole numbers only.
pub(super) struct Rater<'a> {
    rule: &'a RateScore,
    /// Quantities below are worth nothing.
    least: u128,
    first: Clamp,
    second: Clamp,
}

/// A multiplier's range in 1 / [`MULTIPLIER_UNIT`]: found below `least` counts as `min`, above
/// `most` as `max`.
struct Clamp {
    least: u128,
    most: u128,
    min: Ratio,
    max: Ratio,
}

impl Clamp {
    fn new(rule: &Multiplier) -> Result<Self, ArithmeticError> {
        let unit = u128::from(MULTIPLIER_UNIT);
        let (least, most) = (rule.min.ceil_mul(unit)?, rule.max.floor_mul(unit)?);
        Ok(Self { least, most, min: rule.min.min(rule.max), max: rule.max })
    }

    /// Numerator and denominator of the multiplier that counts.
    fn apply(&self, found: u32) -> (u128, u128) {
        let found = u128::from(found);
        let limited = |ratio: Ratio| (ratio.numerator(), ratio.denominator());
        if found < self.least {
            limited(self.min)
        } else if found > self.most {
            limited(self.max)
        } else {
            (found, u128::from(MULTIPLIER_UNIT))
        }
    }
}

impl<'a> Rater<'a> {
    pub(super) fn new(rule: &'a RateScore) -> Result<Self, ArithmeticError> {
        let least = match rule.kind {
            ContributionKind::Improvement => rule.least_improvement.ceil_mul(1_000_000_000)?,
            ContributionKind::Tokens | ContributionKind::Tasks | ContributionKind::Dataset => 0,
        };
        let (first, second) = (Clamp::new(&rule.first)?, Clamp::new(&rule.second)?);
        Ok(Self { rule, least: least.max(1), first, second })
    }

    pub(super) fn worth(
        &self,
        quantity: u64,
        (first, second): (u32, u32),
    ) -> Result<Amount, ArithmeticError> {
        let quantity = u128::from(quantity);
        if quantity < self.least {
            return Ok(Amount::ZERO);
        }
        let rule = self.rule;
        let (first, by_first) = self.first.apply(first);
        let (second, by_second) = self.second.apply(second);
        let factors = [rule.rate.get(), quantity, first, second];
        let divisors = [u128::from(rule.kind.unit()), by_first, by_second];
        let paid = floor_of_products(factors, divisors, rule.maximum.get())?;
        Ok(Amount::new(paid).max(rule.minimum).min(rule.maximum))
    }
}
