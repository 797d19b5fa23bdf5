//! INV-48: words of attestors, counted again.

use crate::invariants::Violation;
use crate::modules::ledger::AccountHandle;
use crate::state::State;
use std::collections::BTreeSet;

/// Nobody counts twice; nobody answered more probes than were held.
pub(crate) fn recount(state: &State) -> Result<(), Violation> {
    let attestation = &state.attestation;
    let broken = |what: &'static str, account: AccountHandle| {
        Err(Violation::new("INV-48", || format!("account {account:?}: {what}")))
    };
    let distinct =
        |words: &[AccountHandle]| words.iter().collect::<BTreeSet<_>>().len() == words.len();
    for (account, request) in attestation.requests.iter() {
        let words = [request.approved_by.as_slice(), request.rejected_by.as_slice()].concat();
        if !distinct(&words) {
            return broken("an attestor has two words on its request", *account);
        }
    }
    for ((account, _), evidence) in attestation.evidence.iter() {
        if !distinct(&evidence.refuted_by) {
            return broken("an attestor refuted its evidence twice", *account);
        }
    }
    for (account, held) in attestation.tiers.iter() {
        let shown = attestation.evidence.get(&(*account, held.evidence));
        if shown.is_none_or(|evidence| evidence.refuted) {
            return broken("its tier has no evidence that stands", *account);
        }
    }
    for (account, answered) in attestation.answered.iter() {
        if answered > attestation.held.get() {
            return broken("it answered more probes than were held", *account);
        }
    }
    Ok(())
}
