//! What must be true of emission after every block.

use super::Totals;
use crate::invariants::Violation;
use crate::state::State;
use workmint_amounts::Amount;

/// INV-03: minted <= scheduled and minted <= allocation, cumulatively. O(1).
pub(crate) fn check(state: &State) -> Result<(), Violation> {
    let Some(parameters) = state.active_parameters() else {
        return Ok(());
    };
    check_totals(state.emission.totals(), parameters.emission.allocation)
}

pub(super) fn check_totals(totals: Totals, allocation: Amount) -> Result<(), Violation> {
    let Totals { scheduled, minted, reductions: _ } = totals;
    if minted > scheduled {
        return Err(Violation::new("INV-03", || {
            format!("emission minted {minted} of {scheduled} scheduled")
        }));
    }
    if minted > allocation {
        return Err(Violation::new("INV-03", || {
            format!("emission minted {minted} above its allocation {allocation}")
        }));
    }
    Ok(())
}
