//! INV-08: what is owed is what the claims pot holds.

use super::Totals;
use crate::invariants::Violation;
use crate::modules::ledger::Pot;
use crate::state::State;

fn compare(state: &State, owed: &Totals, what: &str) -> Result<(), Violation> {
    let count = u16::try_from(state.ledger.asset_count()).unwrap_or(u16::MAX);
    for asset in (0..count).map(crate::names::AssetId) {
        let held = state.ledger.pot(asset, &Pot::Claims);
        let owed = owed.get(&asset).copied().unwrap_or_default();
        if held != owed {
            return Err(Violation::new("INV-08", || {
                format!("asset {}: {what} {owed}, the claims pot holds {held}", asset.0)
            }));
        }
    }
    Ok(())
}

/// O(assets): the running total against the pot.
pub(crate) fn check_totals(state: &State) -> Result<(), Violation> {
    compare(state, state.settlement.totals.get(), "open claims total")
}

/// O(entries): every unpaid entry of every open record against the pot.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let mut owed = Totals::new();
    for (epoch, record) in state.settlement.open.iter() {
        for at in 0..record.entries.len() {
            let Some((_, asset, amount)) = record.entries.get(at) else {
                continue;
            };
            let left = state.settlement.left(*epoch, at, amount).map_err(|_| {
                Violation::new("INV-08", || {
                    format!("more than its {amount} was taken of entry {at} of epoch {epoch}")
                })
            })?;
            let sum = owed.entry(asset).or_default();
            *sum = sum
                .checked_add(left)
                .map_err(|_| Violation::new("INV-08", || "open claims exceed 2^128".to_owned()))?;
        }
    }
    compare(state, &owed, "unpaid entries sum to")
}
