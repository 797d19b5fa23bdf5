//! The draw of checks.

use super::{Closed, ReportId};
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;

/// Most checks one participant can owe, whatever the parameters: bounds the work of a draw.
pub(super) const MAX_CHECKS: usize = 1_024;

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

    #[test]
    fn draws_skip_relatives_and_repeats() {
        let id = |participant| ReportId {
            epoch: 1,
            participant: AccountHandle(participant),
            node: 0,
            model: crate::names::ModelId(0),
        };
        let receipts = std::sync::Arc::new((0..6).map(id).collect::<Vec<_>>());
        let closed = Closed { randomness: Hash([7; 32]), receipts, requests: 0 };
        let due = draw_checks(&Hash([1; 32]), &closed, 4, |account| account.0 < 3);
        assert!(!due.is_empty() && due.iter().all(|id| id.participant.0 >= 3));
        let mut unique = due.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), due.len());
        assert_eq!(due, draw_checks(&Hash([1; 32]), &closed, 4, |account| account.0 < 3));
    }
}
