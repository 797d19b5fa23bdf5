//! INV-24: storage deposits.

use crate::invariants::{Violation, match_locks};
use crate::modules::ledger::LockKind;
use crate::state::State;
use std::collections::BTreeMap;

/// O(rows): every deposit is of at least one row, and the locks are exactly the deposits.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let mut held = BTreeMap::new();
    for (account, asset, stored) in state.fees.all_stored() {
        if stored.rows == 0 || stored.amount.is_zero() {
            return Err(Violation::new("INV-24", || {
                format!("account {account:?} has {stored:?} of asset {}", asset.0)
            }));
        }
        held.insert((account, asset), stored.amount);
    }
    match_locks(state, LockKind::Storage, &held)
}
