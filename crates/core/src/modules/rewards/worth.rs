//! What a contribution is worth (document 002, reward rates).

pub use crate::modules::contributions::MULTIPLIER_UNIT;
use crate::modules::parameters::{Multiplier, RateScore};
use workmint_amounts::{Amount, ArithmeticError, Ratio, floor_of_products};

impl Multiplier {
    /// Within its range.
    #[must_use]
    pub fn clamped(&self, found: Ratio) -> Ratio {
        found.max(self.min).min(self.max)
    }
}

/// floor(rate x quantity / unit x first x second), both multipliers clamped to their ranges, then
/// at least the rule's minimum and at most its maximum; base units. Rounds down once. A quantity of
/// 0 is worth nothing. The rule's least improvement is not asked here: it concerns what a
/// contribution gains alone (`contributions::improves_enough`), this its part.
pub fn worth(
    rule: &RateScore,
    quantity: Ratio,
    (first, second): (Ratio, Ratio),
) -> Result<Amount, ArithmeticError> {
    let units = quantity.checked_div(Ratio::from(rule.kind.unit()))?;
    if quantity.is_zero() {
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
        let (first, second) = (Clamp::new(&rule.first)?, Clamp::new(&rule.second)?);
        Ok(Self { rule, first, second })
    }

    pub(super) fn worth(
        &self,
        quantity: u64,
        (first, second): (u32, u32),
    ) -> Result<Amount, ArithmeticError> {
        let quantity = u128::from(quantity);
        if quantity == 0 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::parameters::{ContributionKind, MultiplierRule};

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn range(min: Ratio, max: Ratio) -> Multiplier {
        Multiplier { min, max, rule: MultiplierRule::Measured }
    }

    fn rule(
        kind: ContributionKind,
        rate: u128,
        first: Multiplier,
        second: Multiplier,
    ) -> RateScore {
        let (minimum, maximum) = (Amount::ZERO, Amount::new(1 << 100));
        let least_improvement = ratio("0.001");
        RateScore {
            kind,
            rate: Amount::new(rate),
            first,
            second,
            minimum,
            maximum,
            least_improvement,
        }
    }

    /// Whole numbers give what fractions give, within ranges, at their ends and outside, also where
    /// an end is no whole number of millionths.
    #[test]
    fn whole_numbers_equal_fractions() {
        let third = Ratio::new(1, 3).unwrap();
        let ranges = [
            (third, ratio("1.5")),
            (Ratio::ONE, Ratio::ONE),
            (Ratio::ZERO, Ratio::new(7, 3).unwrap()),
        ];
        let found = [0, 1, 333_333, 333_334, 999_999, 1_000_000, 1_500_001, 2_333_334, u32::MAX];
        let quantities = [0, 1, 999, 999_999, 1_000_000, 10_000_001, 123_456_789_123, u64::MAX];
        let kinds = [
            ContributionKind::Tokens,
            ContributionKind::Improvement,
            ContributionKind::Tasks,
            ContributionKind::Dataset,
        ];
        let mut compared = 0;
        for (kind, rate) in kinds.into_iter().zip([1_000_000_000, 500 << 30, 7, u128::MAX >> 40]) {
            for ((min, max), (least, most)) in ranges.into_iter().zip(ranges.into_iter().rev()) {
                let rule = rule(kind, rate, range(min, max), range(least, most));
                for (quantity, first) in quantities.iter().flat_map(|q| found.map(|f| (*q, f))) {
                    for second in found {
                        let of = |found| Ratio::new(u128::from(found), 1_000_000).unwrap();
                        let fast = worth_of(&rule, quantity, (first, second)).unwrap();
                        match worth(&rule, Ratio::from(quantity), (of(first), of(second))) {
                            Ok(slow) => {
                                assert_eq!(fast, slow, "{kind:?} {quantity} {first} {second}")
                            }
                            // What leaves 128 bits is above the maximum.
                            Err(_) => assert_eq!(fast, rule.maximum),
                        }
                        compared += 1;
                    }
                }
            }
        }
        assert_eq!(compared, 4 * 3 * 8 * 9 * 9);
    }

    /// Document 002: 100,000 tokens of quality 1.1 at 1 BLY are 110 BLY; 2 % with difficulty 3 and
    /// applicability 1.2 at 500 BLY are 3,600; an accepted contribution gets at least its minimum.
    #[test]
    fn by_the_document() {
        let bly = 1_000_000_000;
        let tokens = rule(
            ContributionKind::Tokens,
            bly,
            range(ratio("0.5"), ratio("1.5")),
            range(Ratio::ONE, Ratio::ONE),
        );
        assert_eq!(worth_of(&tokens, 100_000, (1_100_000, 0)).unwrap().get(), 110 * bly);
        let mut learning = rule(
            ContributionKind::Improvement,
            500 * bly,
            range(Ratio::ONE, ratio("3")),
            range(ratio("0.8"), ratio("1.2")),
        );
        let of = |rule: &RateScore, quantity| {
            worth_of(rule, quantity, (3_000_000, 1_200_000)).unwrap().get()
        };
        assert_eq!(of(&learning, 20_000_000), 3_600 * bly);
        learning.minimum = Amount::new(2_000 * bly);
        assert_eq!(of(&learning, 1_000_000), 2_000 * bly, "the minimum");
        assert_eq!(of(&learning, 999_999), 2_000 * bly, "a part may be below the least gain");
        assert_eq!(of(&learning, 0), 0, "nothing");
        learning.maximum = Amount::new(3_000 * bly);
        assert_eq!(of(&learning, 20_000_000), 3_000 * bly);
    }
}
