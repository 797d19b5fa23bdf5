//! Evidence found false.

use super::apply::{is_quorum, provider_for, require_attestor, rules};
use super::{Error, Event, RefuteTier};
use crate::error::Error as AnyError;
use crate::modules::ledger::AccountHandle;
use crate::state::{Context, State};

/// Counts an attestor that says evidence is false. With a quorum the provider has tier 0, and its
/// handle is returned: once per evidence, so that it is slashed once.
pub fn apply_refute_tier(
    state: &mut State,
    context: &Context,
    message: &RefuteTier,
) -> Result<Option<AccountHandle>, AnyError> {
    let RefuteTier { account, evidence } = *message;
    let rules = rules(context)?;
    require_attestor(state, context)?;
    let provider = provider_for(state, context.sender, account)?;
    let key = (provider, evidence);
    let row = state.attestation.evidence.get(&key).cloned();
    let mut row = row.ok_or(Error::UnknownEvidence { evidence })?;
    if row.refuted {
        return Err(Error::EvidenceRefuted { evidence }.into());
    }
    if row.refuted_by.contains(&context.sender) {
        return Err(Error::AlreadySaid {}.into());
    }
    row.refuted_by.push(context.sender);
    row.refuted = is_quorum(rules, row.refuted_by.len());
    let refuted = row.refuted;
    state.attestation.evidence.put(key, row);
    if !refuted {
        return Ok(None);
    }
    // Whoever showed false evidence once has no tier by other evidence either until asked anew.
    state.attestation.tiers.remove(&provider);
    state.attestation.requests.remove(&provider);
    state.emit(Event::TierRefuted { account, evidence });
    Ok(Some(provider))
}
