//! Who judges next.

use workmint_core::modules::work::OpenChallenge;
use workmint_core::{Address, State};

/// The first of the judges that has not voted on a challenge.
pub(super) fn next_judge(
    state: &State,
    judges: &[Address],
    challenge: &OpenChallenge,
) -> Option<Address> {
    judges.iter().copied().find(|judge| {
        state.ledger.handle(judge).is_some_and(|judge| {
            !challenge.refuted_by.contains(&judge) && !challenge.upheld_by.contains(&judge)
        })
    })
}
