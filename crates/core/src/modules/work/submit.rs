//! Submitting reports.

use super::window::scaled;
use super::{
    Electorate, Error, Event, MissKey, MissReport, Proof, Receipt, ReportId, ReportKey,
    ReportMisses, ReportRef, SubmitComputeProof, SubmitSummary,
};
use crate::address::Address;
use crate::charge::Charge;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::hash::Hash;
use crate::modules::ledger::AccountHandle;
use crate::modules::pricing;
use crate::modules::registry::Role;
use crate::state::{Context, State};
use workmint_amounts::Amount;

/// Most potential weight of one proof: sums over all nodes and models stay far below 2^64.
const MAX_PROOF_WEIGHT: u64 = 1_000_000_000_000;
/// Most units or requests one customer may have in one summary.
const MAX_COUNT: u64 = 1 << 48;

pub(super) fn require_open(context: &Context, given: u64) -> Result<(), AnyError> {
    let expected = context.now.epoch;
    if given == expected { Ok(()) } else { Err(Error::WrongEpoch { given, expected }.into()) }
}

/// The hash of everything a reporter vouches for.
pub(crate) fn content(kind: &str, report: &impl borsh::BorshSerialize) -> Result<Hash, AnyError> {
    let bytes = borsh::to_vec(report)
        .map_err(|_| AnyError::Inconsistent { what: "a message that cannot be encoded" })?;
    Ok(Hash::of("workmint report v1", &[kind.as_bytes(), &bytes]))
}

/// Takes in a summary. Returns what its customers would be charged: the caller checks that they
/// can pay. Nothing is reserved before reporters have attested it.
pub fn apply_summary(
    state: &mut State,
    context: &Context,
    message: &SubmitSummary,
) -> Result<Vec<Charge>, AnyError> {
    require_open(context, message.epoch)?;
    let SubmitSummary { epoch, node, model, missed, .. } = *message;
    let provider = context.sender;
    state.registry.require_node(&state.ledger, provider, (node, model))?;
    let id = ReportId { epoch, participant: provider, node, model };
    if state.work.receipts.contains(&id) {
        return Err(Error::AlreadyReported {}.into());
    }
    check_usage(context, message)?;
    let price = pricing::price(state, &context.parameters, model)?;
    let (mut requests, mut units, mut value) = (0_u64, 0_u64, Amount::ZERO);
    let mut charges = Vec::with_capacity(message.usage.len());
    for usage in &message.usage {
        let customer = state
            .ledger
            .handle(&usage.customer)
            .ok_or(Error::UnknownCustomer { customer: usage.customer })?;
        let amount = price.checked_mul(u128::from(usage.units))?;
        requests = requests.checked_add(usage.requests).ok_or(OVERFLOW)?;
        units = units.checked_add(usage.units).ok_or(OVERFLOW)?;
        value = value.checked_add(amount)?;
        charges.push(Charge { customer, model, price, amount });
    }
    let account = state.ledger.address(provider);
    let receipt = Receipt {
        charges: charges.clone(),
        requests,
        missed,
        units,
        latency_ms: message.latency_ms,
        quality_permille: message.quality_permille,
        requests_root: message.requests_root,
        value,
        content: content("summary", &(account, message))?,
        attested_by: Vec::new(),
        window_ends: None,
    };
    state.work.receipts.put(id, receipt);
    let key = ReportKey { epoch, participant: account, node, model };
    state.emit(Event::Reported { by: account, report: ReportRef::Summary(key) });
    Ok(charges)
}

fn check_usage(context: &Context, message: &SubmitSummary) -> Result<(), AnyError> {
    let limit = context.parameters.work.max_customers_per_summary;
    let usage = &message.usage;
    let count = u32::try_from(usage.len()).unwrap_or(u32::MAX);
    if count > limit || (count == 0 && message.missed == 0) {
        let rule = "a summary lists 1 to max_customers_per_summary customers, or misses";
        return Err(Error::BadList { rule }.into());
    }
    if !usage.is_sorted_by(|one, next| one.customer < next.customer) {
        let rule = "customers are listed by ascending address, each once";
        return Err(Error::BadList { rule }.into());
    }
    let in_range = |count: u64| (1..=MAX_COUNT).contains(&count);
    if usage.iter().any(|usage| !in_range(usage.requests) || !in_range(usage.units)) {
        let rule = "requests and units of each customer are 1 to 2^48";
        return Err(Error::OutOfRange { rule }.into());
    }
    if message.missed > MAX_COUNT || message.quality_permille > 1_000 {
        let rule = "missed is at most 2^48, quality at most 1,000 parts per thousand";
        return Err(Error::OutOfRange { rule }.into());
    }
    Ok(())
}

/// Takes in a compute proof.
pub fn apply_compute_proof(
    state: &mut State,
    context: &Context,
    message: &SubmitComputeProof,
) -> Result<(), AnyError> {
    require_open(context, message.epoch)?;
    let SubmitComputeProof { epoch, node, model, weight, .. } = *message;
    state.registry.require_node(&state.ledger, context.sender, (node, model))?;
    let id = ReportId { epoch, participant: context.sender, node, model };
    if state.work.proofs.contains(&id) {
        return Err(Error::AlreadyReported {}.into());
    }
    let counted = scaled(context.parameters.work.proof_window_ms, message.window, weight)?;
    let range = 1..=MAX_PROOF_WEIGHT;
    if !range.contains(&weight) || !range.contains(&counted) {
        return Err(Error::OutOfRange { rule: "a proof's weight is 1 to 10^12, scaled too" }.into());
    }
    let account = state.ledger.address(context.sender);
    let content = content("proof", &(account, message))?;
    let row = Proof { weight: counted, content, attested_by: Vec::new(), accepted: false };
    state.work.proofs.put(id, row);
    let key = ReportKey { epoch, participant: account, node, model };
    state.emit(Event::Reported { by: account, report: ReportRef::Proof(key) });
    Ok(())
}

/// Whom the sender's report of the open epoch is about: a participant that is no relative of it.
/// The error if the sender is no reporter.
pub(super) fn reported_on(
    state: &State,
    context: &Context,
    epoch: u64,
    participant: &Address,
) -> Result<AccountHandle, AnyError> {
    require_open(context, epoch)?;
    let reporter = context.sender;
    if !state.registry.has_role(reporter, Role::Reporter) {
        return Err(Error::NotReporter {}.into());
    }
    let handle = state
        .ledger
        .handle(participant)
        .filter(|handle| state.registry.participant(*handle).is_some())
        .ok_or(Error::UnknownReport { participant: *participant })?;
    state.require_unrelated(reporter, handle)?;
    Ok(handle)
}

/// Takes in a reporter's count of misses, with its own attestation.
pub fn apply_misses(
    state: &mut State,
    context: &Context,
    message: &ReportMisses,
    electorate: &Electorate<'_>,
) -> Result<(), AnyError> {
    let participant = reported_on(state, context, message.epoch, &message.participant)?;
    let reporter = context.sender;
    if !(1..=MAX_COUNT).contains(&message.missed) {
        return Err(Error::OutOfRange { rule: "missed is 1 to 2^48" }.into());
    }
    let id = (message.epoch, participant, reporter);
    if state.work.misses.contains(&id) {
        return Err(Error::AlreadyReported {}.into());
    }
    let by = state.ledger.address(reporter);
    let content = content("misses", message)?;
    let accepted = electorate.has_quorum(state, context, &[reporter], (participant, &[]))?;
    let window = context.parameters.work.challenge_window.after(&context.now)?;
    let row = MissReport {
        missed: message.missed,
        content,
        attested_by: vec![reporter],
        counts_after: accepted.then_some(window),
    };
    state.work.misses.put(id, row);
    let key = MissKey { epoch: message.epoch, participant: message.participant, reporter: by };
    state.emit(Event::Reported { by, report: ReportRef::Misses(key) });
    Ok(())
}
