//! The missed-request test and the draw of checks.

use super::{Closed, ReportId};
use crate::error::{Error, OVERFLOW};
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::MissedRequests;
use workmint_amounts::{ArithmeticError, Operation, Ratio};

/// Largest total for which the binomial tail is computed; above it the critical share of misses at
/// this total applies.
pub const BINOMIAL_LIMIT: u64 = 1_000;

/// Most checks one participant can owe, whatever the parameters: bounds the work of a draw.
const MAX_CHECKS: usize = 1_024;

/// The missed-request test, prepared once for many participants.
#[derive(Clone, Debug)]
pub struct MissTest {
    /// Fails above this share of misses, when no table applies.
    threshold: Ratio,
    /// The most misses that pass, by total; empty for the ratio rule.
    critical: Vec<u64>,
}

impl MissTest {
    /// Prepares a rule.
    pub fn new(rule: &MissedRequests) -> Result<Self, Error> {
        match rule {
            MissedRequests::Ratio { threshold } => {
                Ok(Self { threshold: *threshold, critical: Vec::new() })
            }
            MissedRequests::Binomial { rate, significance } => {
                let critical = binomial_critical(BINOMIAL_LIMIT, *rate, *significance)?;
                let last = critical.last().copied().unwrap_or(0);
                let threshold = Ratio::new(u128::from(last), u128::from(BINOMIAL_LIMIT))?;
                Ok(Self { threshold, critical })
            }
            MissedRequests::Tables { rate, .. } => {
                Ok(Self { threshold: *rate, critical: Vec::new() })
            }
        }
    }

    /// Whether `missed` of `missed + answered` requests fail. No request at all passes.
    pub fn fails(&self, missed: u64, answered: u64) -> Result<bool, Error> {
        let total = u128::from(missed).checked_add(u128::from(answered)).ok_or(OVERFLOW)?;
        if missed == 0 {
            return Ok(false);
        }
        let critical = usize::try_from(total).ok().and_then(|total| self.critical.get(total));
        match critical {
            Some(critical) => Ok(missed > *critical),
            None => Ok(Ratio::new(u128::from(missed), total)? > self.threshold),
        }
    }
}

/// For each total up to `limit` the most misses that pass: the largest k with
/// P(X >= k) >= significance, X ~ B(total, rate).
///
/// Probabilities are fixed point with 2^-62 steps, every term rounded down; that can only make the
/// test milder, by less than `limit` x 2^-61 of significance.
pub fn binomial_critical(limit: u64, rate: Ratio, significance: Ratio) -> Result<Vec<u64>, Error> {
    const ONE: u128 = 1 << 62;
    let scaled = |a: u128, b: u128| a.checked_mul(b).map(|product| product >> 62);
    let overflow = ArithmeticError::Overflow { operation: Operation::Sum };
    let hit = rate.floor_mul(ONE)?;
    let miss = ONE.checked_sub(hit).ok_or(ArithmeticError::Underflow)?;
    let allowed_below =
        ONE.checked_sub(significance.ceil_mul(ONE)?).ok_or(ArithmeticError::Underflow)?;
    // row[k] = P(X = k) after so many trials.
    let mut row = vec![ONE];
    let mut critical = vec![0];
    for _ in 1..=limit {
        row.push(0);
        let mut carried = 0_u128;
        for cell in &mut row {
            let stays = scaled(*cell, miss).ok_or(overflow)?;
            let moves = scaled(*cell, hit).ok_or(overflow)?;
            *cell = stays.checked_add(carried).ok_or(overflow)?;
            carried = moves;
        }
        // P(X >= k) = 1 - P(X < k) >= significance as long as P(X < k) <= 1 - significance.
        let mut below = 0_u128;
        let mut most = 0_u64;
        for (k, probability) in (0_u64..).zip(&row) {
            if below > allowed_below {
                break;
            }
            most = k;
            below = below.checked_add(*probability).ok_or(overflow)?;
        }
        critical.push(most);
    }
    Ok(critical)
}

/// The receipts a participant must check: `wanted` draws from the closed epoch's receipts by its
/// seed and the epoch's randomness, without relatives and repeats. At most 64 draws and four for
/// each one wanted are made: bounded work when few receipts are eligible, and no way out for
/// whoever served most of them itself.
pub fn draw_checks(
    seed: &Hash,
    closed: &Closed,
    wanted: u32,
    related: impl Fn(AccountHandle) -> bool,
) -> Vec<ReportId> {
    let mut due: Vec<ReportId> = Vec::new();
    let wanted = usize::try_from(wanted).unwrap_or(usize::MAX);
    let wanted = wanted.min(closed.receipts.len()).min(MAX_CHECKS);
    let draws = wanted.checked_mul(4).and_then(|draws| draws.checked_add(64));
    for draw in (0_u32..).take(draws.unwrap_or(wanted)) {
        if due.len() >= wanted {
            break;
        }
        let parts = [&seed.0[..], &closed.randomness.0, &draw.to_be_bytes()];
        let number = Hash::of("workmint duty draw v1", &parts).leading_u64();
        let index = number.checked_rem(closed.receipts.len() as u64);
        let drawn = index.and_then(|at| closed.receipts.get(usize::try_from(at).ok()?));
        if let Some(id) = drawn
            && !due.contains(id)
            && !related(id.participant)
        {
            due.push(*id);
        }
    }
    due
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        Ratio::parse_decimal(text).unwrap()
    }

    #[test]
    fn ratio_rule_is_strict_and_silence_passes() {
        let rule = MissedRequests::Ratio { threshold: ratio("0.05") };
        let test = MissTest::new(&rule).unwrap();
        let fails = |missed, answered| test.fails(missed, answered).unwrap();
        assert!(!fails(0, 0));
        assert!(!fails(0, 1));
        assert!(fails(1, 0));
        assert!(!fails(5, 95), "exactly five per cent passes");
        assert!(fails(6, 94));
        assert!(fails(u64::MAX, u64::MAX), "no count stops a close");
        assert!(!fails(u64::MAX / 100, u64::MAX));
    }

    /// Upper tails computed with scipy.stats.binom.sf: P(X >= k) for n = 100, p = 0.1 is 0.0726 at
    /// k = 15 and 0.0399 at k = 16; for n = 20, p = 0.1 it is 0.1330 at 4 and 0.0432 at 5.
    #[test]
    fn binomial_critical_values() {
        let critical = binomial_critical(100, ratio("0.1"), ratio("0.05")).unwrap();
        assert_eq!((critical[100], critical[20], critical[1]), (15, 4, 1));
        assert_eq!(binomial_critical(1, ratio("0.01"), ratio("0.05")).unwrap(), [0, 0]);
    }

    #[test]
    fn draws_skip_relatives_and_repeats() {
        let id = |participant| ReportId {
            epoch: 1,
            participant: AccountHandle(participant),
            node: 0,
            model: crate::names::ModelId(0),
        };
        let receipts = std::sync::Arc::new((0..6).map(id).collect::<Vec<_>>());
        let closed = Closed { randomness: Hash([7; 32]), receipts };
        let due = draw_checks(&Hash([1; 32]), &closed, 4, |account| account.0 < 3);
        assert!(!due.is_empty() && due.iter().all(|id| id.participant.0 >= 3));
        let mut unique = due.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), due.len());
        assert_eq!(due, draw_checks(&Hash([1; 32]), &closed, 4, |account| account.0 < 3));
    }
}
