//! Which receipts a validator must check, by chance (`ShouldValidate`, reference/gonka.md §1.7).

use super::ReportId;
use super::reputation::FULL;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Sampling;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use workmint_amounts::{ArithmeticError, Ratio, floor_of_product, mul_div_floor};

/// Decimals of the peer's divisions.
const DECIMALS: u8 = 16;
/// Numbers drawn and probabilities count 10^-16.
const UNITS: u128 = 10_000_000_000_000_000;

/// Receipts of an epoch that checks are drawn from: bounds the work of a draw.
pub const MAX_POOL: usize = 10_000;

/// What the probability of one check depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odds {
    /// Requests of the epoch.
    pub traffic: u64,
    /// The provider's reputation, 0 to 100.
    pub reputation: u64,
    /// The validator's effective weight.
    pub validator: u64,
    /// The provider's.
    pub provider: u64,
    /// Everybody's.
    pub total: u128,
}

/// Checks expected of a receipt of full reputation, summed over all validators
/// (`CalculateMinimumValidationAverage`): by traffic from `maximum` through `halfway` down to
/// `minimum`; fractions of the way are rounded to 16 decimals.
pub fn minimum_checks(rules: &Sampling, traffic: u64) -> Result<Ratio, ArithmeticError> {
    let half = rules.full_traffic >> 1;
    if traffic >= rules.full_traffic {
        Ok(rules.minimum)
    } else if traffic >= half {
        between(rules.minimum, rules.halfway, (rules.full_traffic.abs_diff(traffic), half))
    } else if traffic > rules.low_traffic {
        let way = (half.abs_diff(traffic), half.abs_diff(rules.low_traffic));
        between(rules.halfway, rules.maximum, way)
    } else {
        Ok(rules.maximum)
    }
}

/// low + (high - low) x part / whole, the quotient rounded to 16 decimals.
fn between(low: Ratio, high: Ratio, (part, whole): (u64, u64)) -> Result<Ratio, ArithmeticError> {
    let way = Ratio::new(u128::from(part), u128::from(whole))?.rounded_half_up(DECIMALS)?;
    let risen = low.checked_add(high.checked_mul(way)?)?;
    risen.checked_sub(low.checked_mul(way)?)
}

/// Checks expected of a receipt of this reputation: `maximum` for none, the minimum for full, and
/// in a straight line between them.
pub fn expected_checks(
    rules: &Sampling,
    traffic: u64,
    reputation: u64,
) -> Result<Ratio, ArithmeticError> {
    let earned = Ratio::new(u128::from(reputation), u128::from(FULL))?;
    let most = rules.maximum;
    let least = minimum_checks(rules, traffic)?.checked_mul(earned)?;
    most.checked_add(least)?.checked_sub(most.checked_mul(earned)?)
}

/// How likely a validator is to owe a check of a receipt of which so many are expected, in 10^-16:
/// that x its share of all weight but the provider's, rounded, at most 1; 0 if nobody else has a
/// weight.
pub fn check_probability(expected: Ratio, odds: &Odds) -> Result<u128, ArithmeticError> {
    let Some(others) = odds.total.checked_sub(u128::from(odds.provider)).filter(|rest| *rest > 0)
    else {
        return Ok(0);
    };
    let share = Ratio::new(u128::from(odds.validator), others)?;
    let twice = floor_of_product(UNITS << 1, expected, share)?;
    Ok(nearest(twice).ok_or(OVERFLOW)?.min(UNITS))
}

/// A number from 0 to 1 from a seed and a text (`DeterministicFloat`), in 10^-16: the first 8 bytes
/// of sha256("seed:text"), big endian, over 2^64 - 1, rounded.
pub fn draw(seed: i64, text: &str) -> Result<u128, ArithmeticError> {
    let digest = Sha256::digest(format!("{seed}:{text}"));
    let first = digest.iter().take(8).fold(0, |number, byte| (number << 8) | u128::from(*byte));
    nearest(mul_div_floor(UNITS << 1, first, u128::from(u64::MAX))?).ok_or(OVERFLOW)
}

/// round(x) of floor(2 x), half-way cases up: floor((floor(2 x) + 1) / 2).
fn nearest(floor_of_twice: u128) -> Option<u128> {
    Some(floor_of_twice.checked_add(1)? >> 1)
}

/// Whether the validator owes the check of this text (`ShouldValidate`).
pub fn owes_check(
    rules: &Sampling,
    seed: i64,
    text: &str,
    odds: &Odds,
) -> Result<bool, ArithmeticError> {
    let expected = expected_checks(rules, odds.traffic, odds.reputation)?;
    Ok(draw(seed, text)? < check_probability(expected, odds)?)
}

/// The number that a revealed seed draws with: its first 8 bytes, big endian.
pub(super) fn seed_number(seed: &Hash) -> i64 {
    i64::from_be_bytes(seed.leading_u64().to_be_bytes())
}

/// Where the draw of a validator's checks finds its facts.
pub(super) struct Receipts<'a> {
    /// The pool.
    pub(super) pool: &'a [ReportId],
    /// Whether the validator is related to a provider.
    pub(super) related: &'a dyn Fn(AccountHandle) -> bool,
    /// The odds of a check of a provider's receipt.
    pub(super) odds: &'a dyn Fn(AccountHandle) -> Odds,
    /// The text a receipt is drawn by.
    pub(super) text: &'a dyn Fn(&ReportId) -> String,
}

impl Receipts<'_> {
    /// The receipts a validator must check: of those it owes the `most` with the smallest numbers.
    /// Ascending.
    pub(super) fn sample(
        &self,
        rules: &Sampling,
        seed: &Hash,
        most: usize,
    ) -> Result<Vec<ReportId>, AnyError> {
        let seed = seed_number(seed);
        let mut drawn = Vec::new();
        // The pool is ascending: all receipts of a provider are neighbours.
        let mut last: Option<(AccountHandle, u128)> = None;
        for id in self.pool {
            let probability = match last.filter(|(of, _)| *of == id.participant) {
                Some((_, probability)) => probability,
                None => self.probability(rules, id.participant)?,
            };
            last = Some((id.participant, probability));
            if probability == 0 {
                continue;
            }
            let number = draw(seed, &(self.text)(id))?;
            if number < probability {
                drawn.push((number, *id));
            }
        }
        drawn.sort_unstable();
        drawn.truncate(most);
        let mut due: Vec<ReportId> = drawn.into_iter().map(|(_, id)| id).collect();
        due.sort_unstable();
        Ok(due)
    }

    fn probability(&self, rules: &Sampling, provider: AccountHandle) -> Result<u128, AnyError> {
        if (self.related)(provider) {
            return Ok(0);
        }
        let odds = (self.odds)(provider);
        let expected = expected_checks(rules, odds.traffic, odds.reputation)?;
        Ok(check_probability(expected, &odds)?)
    }
}

/// At most [`MAX_POOL`] of an epoch's receipts, every set of so many equally likely (Floyd's
/// sampling), in their order.
pub(super) fn pool(receipts: Vec<ReportId>, randomness: &Hash) -> Vec<ReportId> {
    let Some(first) = receipts.len().checked_sub(MAX_POOL).filter(|rest| *rest > 0) else {
        return receipts;
    };
    let mut numbers = Numbers { randomness, next: 0 };
    let mut chosen = BTreeSet::new();
    for last in first..receipts.len() {
        let at = usize::try_from(numbers.up_to(last as u64)).unwrap_or(last);
        if !chosen.insert(at) {
            chosen.insert(last);
        }
    }
    chosen.into_iter().filter_map(|at| receipts.get(at).copied()).collect()
}

/// Uniform numbers from an epoch's randomness.
struct Numbers<'a> {
    randomness: &'a Hash,
    next: u64,
}

impl Numbers<'_> {
    /// 0 to `last`, each equally likely: what lies beyond the last whole multiple of the range is
    /// thrown away.
    fn up_to(&mut self, last: u64) -> u64 {
        let Some(range) = last.checked_add(1) else {
            return self.number();
        };
        let beyond = u64::MAX.checked_rem(range).and_then(|rest| rest.checked_add(1));
        let beyond = beyond.filter(|rest| *rest < range).unwrap_or(0);
        loop {
            let number = self.number();
            if u64::MAX.checked_sub(number).is_some_and(|left| left >= beyond) {
                return number.checked_rem(range).unwrap_or(0);
            }
        }
    }

    fn number(&mut self) -> u64 {
        let counter = self.next.to_be_bytes();
        // 2^64 numbers are never drawn.
        self.next = self.next.checked_add(1).unwrap_or(0);
        Hash::of("workmint duty pool v1", &[&self.randomness.0, &counter]).leading_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::ModelId;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn mainnet() -> Sampling {
        Sampling {
            minimum: ratio("0.01"),
            maximum: ratio("1"),
            halfway: ratio("0.05"),
            full_traffic: 10_000,
            low_traffic: 100,
        }
    }

    /// From 1 at 100 requests through 0.05 at 5,000 to 0.01 at 10,000, in straight lines.
    #[test]
    fn minimum_falls_with_traffic() {
        let at = |traffic| minimum_checks(&mainnet(), traffic).unwrap();
        assert_eq!((at(0), at(100)), (ratio("1"), ratio("1")));
        assert_eq!(at(2_550), ratio("0.525"), "half way down the first line");
        assert_eq!(at(101), ratio("0.999806122448979555"), "0.05 + 0.95 x 0.9997959183673469");
        assert_eq!((at(5_000), at(7_500)), (ratio("0.05"), ratio("0.03")));
        assert_eq!((at(10_000), at(u64::MAX)), (ratio("0.01"), ratio("0.01")));
        // An odd full traffic: at half of it, rounded down, the line is a step beyond its end.
        let odd = Sampling { full_traffic: 10_001, ..mainnet() };
        assert_eq!(minimum_checks(&odd, 5_000).unwrap(), ratio("0.050008"));
    }

    #[test]
    fn probability_follows_weight_and_reputation() {
        let odds = Odds { traffic: 10_000, reputation: 0, validator: 50, provider: 10, total: 100 };
        let likely = |odds: &Odds| {
            let expected = expected_checks(&mainnet(), odds.traffic, odds.reputation).unwrap();
            check_probability(expected, odds).unwrap()
        };
        assert_eq!(likely(&odds), 5_555_555_555_555_556, "50 of 90");
        let half = Odds { reputation: 50, ..odds };
        assert_eq!(likely(&half), 2_805_555_555_555_556, "0.505 x 50 of 90");
        let alone = Odds { validator: 100, provider: 0, traffic: 1, ..odds };
        assert_eq!(likely(&alone), 10_000_000_000_000_000);
        assert_eq!(likely(&Odds { provider: 100, ..odds }), 0, "nobody else has a weight");
        assert_eq!(likely(&Odds { validator: u64::MAX, total: 1 << 64, ..odds }), UNITS);
    }

    /// sha256 by Python's hashlib: int.from_bytes(sha256(b"-12345:inference-4")[:8]) / (2^64 - 1).
    #[test]
    fn numbers_come_from_seed_and_text() {
        assert_eq!(draw(-12_345, "inference-4").unwrap(), 456_115_115_524_204);
        assert_eq!(draw(0, "inference-3").unwrap(), 8_815_494_969_577_052);
        assert_eq!(seed_number(&Hash([255; 32])), -1);
        assert_eq!(seed_number(&Hash([1; 32])), 0x0101_0101_0101_0101);
    }

    fn receipts(count: u32) -> Vec<ReportId> {
        let id =
            |node| ReportId { epoch: 1, participant: AccountHandle(0), node, model: ModelId(0) };
        (0..count).map(id).collect()
    }

    #[test]
    fn a_large_epoch_is_drawn_from_a_pool() {
        let few = receipts(10_000);
        assert_eq!(pool(few.clone(), &Hash([1; 32])), few);
        let drawn = pool(receipts(20_000), &Hash([1; 32]));
        assert_eq!(drawn.len(), 10_000);
        assert!(drawn.is_sorted_by(|a, b| a < b), "each once, in order");
        assert_ne!(drawn, pool(receipts(20_000), &Hash([2; 32])));
        // Half of the first half: 5,000 expected, standard deviation 50.
        let early = drawn.iter().filter(|id| id.node < 10_000).count();
        assert!((4_800..5_200).contains(&early), "{early}");
        let one_too_many = pool(receipts(10_001), &Hash([3; 32]));
        assert_eq!(one_too_many.len(), 10_000);
    }

    /// 1,000 receipts at a probability of 0.3: 300 expected, standard deviation 14.5. A limit keeps
    /// those with the smallest numbers.
    #[test]
    fn owed_checks_are_sampled_and_limited() {
        let pool = receipts(1_000);
        let odds = Odds { traffic: 1, reputation: 0, validator: 30, provider: 0, total: 100 };
        let text = |id: &ReportId| format!("receipt {}", id.node);
        let all = Receipts { pool: &pool, related: &|_| false, odds: &|_| odds, text: &text };
        let seed = Hash([9; 32]);
        let owed = all.sample(&mainnet(), &seed, usize::MAX).unwrap();
        assert!((240..360).contains(&owed.len()), "{}", owed.len());
        let number = |id: &ReportId| draw(0x0909_0909_0909_0909, &text(id)).unwrap();
        assert!(owed.iter().all(|id| number(id) < 3_000_000_000_000_000));
        for id in &owed {
            assert!(owes_check(&mainnet(), 0x0909_0909_0909_0909, &text(id), &odds).unwrap());
        }
        let few = all.sample(&mainnet(), &seed, 10).unwrap();
        let most = few.iter().map(number).max().unwrap();
        assert_eq!(owed.iter().filter(|id| number(id) <= most).count(), 10);
        let relatives = Receipts { related: &|_| true, ..all };
        assert!(relatives.sample(&mainnet(), &seed, 10).unwrap().is_empty());
    }
}
