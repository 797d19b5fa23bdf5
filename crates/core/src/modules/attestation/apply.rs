//! Asking for a tier, and what attestors say of it.

use super::{AttestTier, Error, Event, HeldTier, RequestTier, TierRequest};
use crate::address::Address;
use crate::error::Error as AnyError;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Attestation;
use crate::modules::registry::Role;
use crate::state::{Context, State};

/// The network's rules; an error where there are none.
pub(super) fn rules(context: &Context) -> Result<&Attestation, AnyError> {
    context.parameters.attestation.as_ref().ok_or_else(|| Error::Off {}.into())
}

/// Whether so many attestors are a quorum.
pub(super) fn is_quorum(rules: &Attestation, count: usize) -> bool {
    usize::try_from(rules.quorum).is_ok_and(|quorum| count >= quorum)
}

/// The handle of a provider that the sender, an attestor, may speak about.
pub(super) fn provider_for(
    state: &State,
    attestor: AccountHandle,
    account: Address,
) -> Result<AccountHandle, AnyError> {
    let known = state.ledger.handle(&account);
    let known = known.filter(|handle| state.registry.participant(*handle).is_some());
    let provider = known.ok_or(Error::NotAParticipant { account })?;
    if state.registry.related(&state.ledger, attestor, provider) {
        return Err(Error::Related { account }.into());
    }
    Ok(provider)
}

/// The error if the sender is no attestor.
pub(super) fn require_attestor(state: &State, context: &Context) -> Result<(), AnyError> {
    if state.registry.has_role(context.sender, Role::Attestor) {
        Ok(())
    } else {
        Err(Error::NotAttestor {}.into())
    }
}

/// Opens the sender's request for a tier. The tier it holds goes on until the new one is granted.
pub fn apply_request_tier(
    state: &mut State,
    context: &Context,
    message: &RequestTier,
) -> Result<(), AnyError> {
    let RequestTier { tier, evidence } = *message;
    let rules = rules(context)?;
    let sender = context.sender;
    let account = state.ledger.address(sender);
    if state.registry.participant(sender).is_none() {
        return Err(Error::NotAParticipant { account }.into());
    }
    if tier == 0 || rules.tiers.get(usize::from(tier)).is_none() {
        let highest = rules.tiers.len().checked_sub(1).and_then(|at| u8::try_from(at).ok());
        return Err(Error::TierOutOfRange { tier, highest: highest.unwrap_or(0) }.into());
    }
    if state.attestation.evidence.get(&(sender, evidence)).is_some_and(|row| row.refuted) {
        return Err(Error::EvidenceRefuted { evidence }.into());
    }
    let (approved_by, rejected_by) = (Vec::new(), Vec::new());
    let request = TierRequest { tier, evidence, approved_by, rejected_by };
    state.attestation.requests.put(sender, request);
    state.emit(Event::TierRequested { account, tier, evidence });
    Ok(())
}

/// Counts an attestor's word on an open request; a quorum on either side decides it.
pub fn apply_attest_tier(
    state: &mut State,
    context: &Context,
    message: &AttestTier,
) -> Result<(), AnyError> {
    let AttestTier { account, tier, evidence, approve } = *message;
    let rules = rules(context)?;
    require_attestor(state, context)?;
    let provider = provider_for(state, context.sender, account)?;
    let asked = |row: &&TierRequest| row.tier == tier && row.evidence == evidence;
    let request = state.attestation.request(provider).filter(asked).cloned();
    let mut request = request.ok_or(Error::NoSuchRequest { account })?;
    let sender = context.sender;
    if request.approved_by.contains(&sender) || request.rejected_by.contains(&sender) {
        return Err(Error::AlreadySaid {}.into());
    }
    let side = if approve { &mut request.approved_by } else { &mut request.rejected_by };
    side.push(sender);
    let decided = is_quorum(rules, side.len());
    let attestor = state.ledger.address(sender);
    state.emit(Event::TierAttested { account, attestor, approve });
    if !decided {
        state.attestation.requests.put(provider, request);
        return Ok(());
    }
    state.attestation.requests.remove(&provider);
    if !approve {
        state.emit(Event::TierRejected { account, tier });
        return Ok(());
    }
    let until = rules.validity.after(&context.now)?;
    if !state.attestation.evidence.contains(&(provider, evidence)) {
        state.attestation.evidence.put((provider, evidence), super::Evidence::default());
    }
    state.attestation.tiers.put(provider, HeldTier { tier, evidence, until });
    state.emit(Event::TierGranted { account, tier, until });
    Ok(())
}
