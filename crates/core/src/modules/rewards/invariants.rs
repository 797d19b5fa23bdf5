//! What must be true of backpay and of budget that rolls over.

use super::buckets::rate_streams;
use crate::invariants::Violation;
use crate::modules::parameters::Name;
use crate::state::State;
use std::collections::BTreeSet;
use workmint_amounts::Amount;

/// INV-31: everything owed and every lot is above 0 and of a stream with a rate; minted + lots <=
/// scheduled, cumulatively. O(rows).
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    let rated: BTreeSet<&Name> = rate_streams(&parameters).map(|(_, name, ..)| name).collect();
    let owed = state.rewards.backpay.iter().map(|((name, ..), owed)| (name, owed.amount));
    let lots = state.rewards.rollover.iter().map(|((name, _), amount)| (name, *amount));
    for (name, amount) in owed.chain(lots) {
        if amount.is_zero() || !rated.contains(name) {
            return Err(Violation::new("INV-31", || {
                format!("{amount} is owed or rolled over by {name}")
            }));
        }
    }
    let totals = state.emission.totals();
    let promised = Amount::sum(state.rewards.rollover.iter().map(|(_, amount)| *amount));
    let promised = promised.and_then(|promised| promised.checked_add(totals.minted));
    if promised.is_ok_and(|promised| promised <= totals.scheduled) {
        return Ok(());
    }
    Err(Violation::new("INV-31", || {
        let (minted, scheduled) = (totals.minted, totals.scheduled);
        format!("{minted} minted and what rolled over exceed {scheduled} scheduled")
    }))
}
