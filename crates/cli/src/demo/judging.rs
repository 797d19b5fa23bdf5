//! Who judges next.

use workmint_core::modules::ledger::AccountHandle;
use workmint_core::{Address, State};

/// The first of the judges that has not voted.
pub(super) fn next_judge(
    state: &State,
    judges: &[Address],
    voted: [&[AccountHandle]; 2],
) -> Option<Address> {
    judges.iter().copied().find(|judge| {
        let handle = state.ledger.handle(judge);
        handle.is_some_and(|judge| voted.iter().all(|side| !side.contains(&judge)))
    })
}
