//! Who answered a probe.

use super::apply::{is_quorum, provider_for, require_attestor, rules};
use super::{AttestHeartbeats, Error, Event};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::state::{Context, State};

/// Most addresses in one batch.
const MAX_ANSWERS: usize = 1_024;

/// Counts one attestor's report of a probe of the open epoch.
pub fn apply_heartbeats(
    state: &mut State,
    context: &Context,
    message: &AttestHeartbeats,
) -> Result<(), AnyError> {
    let AttestHeartbeats { probe, answered } = message;
    let (probe, count) = (*probe, answered.len());
    let rules = rules(context)?;
    require_attestor(state, context)?;
    if probe >= rules.probes_per_epoch {
        return Err(Error::ProbeOutOfRange { probe, probes: rules.probes_per_epoch }.into());
    }
    if count > MAX_ANSWERS {
        return Err(Error::TooManyAnswers { count, limit: MAX_ANSWERS }.into());
    }
    let key = (probe, context.sender);
    let before = state.attestation.reports.get(&key).copied();
    if before.is_some() && answered.is_empty() {
        return Err(Error::AlreadySaid {}.into());
    }
    let mut last = before.unwrap_or(Address::ZERO);
    for account in answered {
        if *account <= last {
            return Err(Error::NotAscending { account: *account }.into());
        }
        last = *account;
        let provider = provider_for(state, context.sender, *account)?;
        let named = (provider, probe);
        let times = state.attestation.named.get(&named).copied().unwrap_or(0);
        let times = times.checked_add(1).ok_or(OVERFLOW)?;
        state.attestation.named.put(named, times);
        // Only the attestor that completes the quorum counts the probe.
        if times == rules.quorum {
            let all = state.attestation.answered.get(&provider).copied().unwrap_or(0);
            state.attestation.answered.put(provider, all.checked_add(1).ok_or(OVERFLOW)?);
        }
    }
    state.attestation.reports.put(key, last);
    let reported = reporters(state, probe);
    let before_it = reported.abs_diff(reported.min(1));
    if before.is_none() && is_quorum(rules, reported) && !is_quorum(rules, before_it) {
        let held = state.attestation.held.get().checked_add(1).ok_or(OVERFLOW)?;
        state.attestation.held.set(held);
        state.emit(Event::ProbeHeld { probe });
    }
    Ok(())
}

/// A word about a probe that was signed for one epoch counts in no other.
pub(crate) fn require_open_epoch(context: &Context, epoch: u64) -> Result<(), AnyError> {
    let open = context.now.epoch;
    if epoch == open { Ok(()) } else { Err(Error::NotOpenEpoch { epoch, open }.into()) }
}

/// How many attestors reported a probe.
pub(super) fn reporters(state: &State, probe: u16) -> usize {
    let range = (probe, AccountHandle(0))..=(probe, AccountHandle(u32::MAX));
    state.attestation.reports.range(range).count()
}
