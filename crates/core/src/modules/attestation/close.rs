//! Its part of a close.

use crate::state::State;

/// At the end of a close: the next epoch counts its heartbeats from zero.
pub(crate) fn end_close(state: &mut State) {
    let attestation = &mut state.attestation;
    attestation.reports.clear();
    attestation.named.clear();
    attestation.answered.clear();
    if *attestation.held.get() != 0 {
        attestation.held.set(0);
    }
}
