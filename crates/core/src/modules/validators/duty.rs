//! Counting blocks: who signed, who proposed.

use crate::address::Address;
use crate::error::{Error, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::state::State;
use std::collections::BTreeSet;

/// What a validator did in the open epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EpochDuty {
    /// Blocks it signed.
    pub signed: u64,
    /// Blocks it had to sign.
    pub due: u64,
    /// Blocks it proposed.
    pub proposed: u64,
}

/// At a block's beginning: counts its votes, which are for the last block, and its proposer.
/// Writes a row for each active validator that did not vote. Who joined at the last close could
/// not sign the block of that close.
pub(crate) fn count_block(
    state: &mut State,
    votes: &[Address],
    proposer: Option<&Address>,
) -> Result<(), Error> {
    if state.validators.active.is_empty() {
        return Ok(());
    }
    let chain = *state.chain();
    let is_first = chain.epoch_start_height.checked_add(1) == Some(chain.height);
    let handle = |address: &Address| state.ledger.handle(address);
    let signed: BTreeSet<AccountHandle> = votes.iter().filter_map(handle).collect();
    let proposer = proposer.and_then(handle).filter(|one| state.validators.is_active(*one));
    let rows = state.validators.active();
    let had_to_sign = rows.filter(|(_, row)| !is_first || row.since < chain.epoch);
    let absent = had_to_sign.filter(|(validator, _)| !signed.contains(validator));
    let absent: Vec<AccountHandle> = absent.map(|(validator, _)| validator).collect();
    let counters = &mut state.validators;
    for validator in absent {
        let missed = counters.missed.get(&validator).copied().unwrap_or(0);
        counters.missed.put(validator, missed.checked_add(1).ok_or(OVERFLOW)?);
    }
    if let Some(proposer) = proposer {
        let proposed = counters.proposed.get(&proposer).copied().unwrap_or(0);
        counters.proposed.put(proposer, proposed.checked_add(1).ok_or(OVERFLOW)?);
    }
    let blocks = counters.blocks.get().checked_add(1).ok_or(OVERFLOW)?;
    counters.blocks.set(blocks);
    Ok(())
}

impl super::ValidatorState {
    /// What a validator did in the open epoch so far. Whoever is not active any more, because it
    /// went to jail, did nothing.
    ///
    /// # Errors
    /// None for a state whose invariants hold.
    pub fn duty(&self, validator: AccountHandle, epoch: u64) -> Result<EpochDuty, Error> {
        let Some(row) = self.active.get(&validator) else {
            return Ok(EpochDuty::default());
        };
        let blocks = *self.blocks.get();
        let before = u64::from(row.since == epoch).min(blocks);
        let due = blocks.checked_sub(before).ok_or(OVERFLOW)?;
        let missed = self.missed.get(&validator).copied().unwrap_or(0);
        let signed = due.checked_sub(missed).ok_or(OVERFLOW)?;
        let proposed = self.proposed.get(&validator).copied().unwrap_or(0);
        Ok(EpochDuty { signed, due, proposed })
    }
}
