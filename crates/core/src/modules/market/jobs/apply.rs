//! Creating, taking back, accepting, revealing, measuring jobs.

use super::offers::take_units;
use super::settle::{Parts, end, renew};
use super::{
    AcceptJob, AttestQuality, CancelJob, CreateJob, Delivery, Error, Event, Job, JobId, Measure,
    Message, Outcome, RevealResult, Stage, Taken, Terms, backing, bond, result_seal,
};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::pricing;
use crate::modules::registry::Role;
use crate::modules::stake;
use crate::state::{Context, State};

/// Runs a message.
pub(crate) fn apply(
    state: &mut State,
    context: &Context,
    message: &Message,
) -> Result<(), AnyError> {
    match message {
        Message::PutOffer(message) => super::apply_put_offer(state, context, message),
        Message::WithdrawOffer(message) => super::apply_withdraw_offer(state, context, message),
        Message::CreateJob(message) => super::apply_create(state, context, message),
        Message::CancelJob(message) => super::apply_cancel(state, context, message),
        Message::AcceptJob(message) => super::apply_accept(state, context, message),
        Message::RevealResult(message) => super::apply_reveal(state, context, message),
        Message::AttestQuality(message) => super::apply_attest_quality(state, context, message),
        Message::DisputeJob(message) => super::apply_dispute(state, context, message),
        Message::PostEvidence(message) => super::apply_post_evidence(state, context, message),
        Message::JudgeJob(message) => super::apply_judge(state, context, message),
    }
}

/// Creates a job: locks the price of the moment, and its largest cost.
pub fn apply_create(
    state: &mut State,
    context: &Context,
    message: &CreateJob,
) -> Result<(), AnyError> {
    let CreateJob { model, max_units, tier, max_latency_ms, max_spend, commitment, provider } =
        *message;
    let terms = Terms::of(&context.parameters, (model, tier), max_units)?;
    if max_latency_ms == 0 {
        let (rule, most) = ("max_latency_ms of a job", u64::from(u32::MAX));
        return Err(Error::OutOfRange { rule, least: 1, most }.into());
    }
    let customer = context.sender;
    let asked = provider.map(|provider| asked_of(state, customer, provider)).transpose()?;
    let price = pricing::price(state, &context.parameters, model)?;
    let locked = terms.deposit(price)?;
    if locked > max_spend {
        return Err(Error::AboveMaxSpend { deposit: locked, max_spend }.into());
    }
    let number = state.market.jobs.next_number(customer);
    let next = number.checked_add(1).ok_or(OVERFLOW)?;
    let Terms { rules, multiplier, .. } = terms;
    let deadline = rules.accept_window.after(&context.now)?;
    let asset = context.parameters.market.asset;
    state.ledger.lock(customer, asset, LockKind::Job, locked)?;
    let mut totals = state.market.jobs.totals();
    totals.deposits = totals.deposits.checked_add(locked)?;
    state.market.jobs.totals.set(totals);
    state.market.jobs.numbers.put(customer, next);
    state.market.jobs.due.put((deadline, (customer, number)), ());
    let stage = Stage::Open;
    let job = Job {
        model,
        tier,
        multiplier,
        price,
        max_units,
        max_latency_ms,
        deposit: locked,
        commitment,
        asked,
        rules,
        stage,
        deadline,
    };
    state.market.jobs.rows.put((customer, number), job);
    let customer = state.ledger.address(customer);
    state.emit(Event::Created {
        customer,
        number,
        model,
        tier,
        price,
        deposit: locked,
        max_units,
        max_latency_ms,
        asked: provider,
        until: deadline,
    });
    Ok(())
}

/// The handle of the provider a customer names.
fn asked_of(
    state: &State,
    customer: AccountHandle,
    provider: Address,
) -> Result<AccountHandle, AnyError> {
    let unknown = Error::NotAParticipant { account: provider };
    let handle = state.ledger.handle(&provider).ok_or_else(|| unknown.clone())?;
    if state.registry.participant(handle).is_none() {
        return Err(unknown.into());
    }
    require_unrelated(state, customer, handle)?;
    Ok(handle)
}

/// The error if they are related, in either one's eyes: who buys from itself could make up demand,
/// quality and reputation.
pub(super) fn require_unrelated(
    state: &State,
    one: AccountHandle,
    other: AccountHandle,
) -> Result<(), AnyError> {
    for (sender, party) in [(one, other), (other, one)] {
        if state.registry.related(&state.ledger, sender, party) {
            return Err(Error::ConflictOfInterest { with: state.ledger.address(other) }.into());
        }
    }
    Ok(())
}

/// The error if who measures or judges is tied to a party. What the party says of itself counts
/// only if it is confirmed: else it could disqualify whom it fears.
pub(super) fn require_neutral(
    state: &State,
    neutral: AccountHandle,
    party: AccountHandle,
) -> Result<(), AnyError> {
    if state.registry.related(&state.ledger, neutral, party) {
        return Err(Error::ConflictOfInterest { with: state.ledger.address(party) }.into());
    }
    Ok(())
}

/// The job of a message. One whose deadline was over before this block waits for its end, because
/// no more end in a block: who fills that queue must not have longer for it.
pub(super) fn find(
    state: &State,
    context: &Context,
    customer: &Address,
    number: u64,
) -> Result<(JobId, Job), AnyError> {
    let customer = state.ledger.handle(customer).ok_or(Error::NoJob {})?;
    let job = state.market.jobs.job(customer, number).cloned().ok_or(Error::NoJob {})?;
    let deadline = job.deadline;
    if deadline.is_over(&context.last) {
        return Err(Error::Late { deadline }.into());
    }
    Ok(((customer, number), job))
}

/// Takes back the sender's job while nobody has accepted it.
pub fn apply_cancel(
    state: &mut State,
    context: &Context,
    message: &CancelJob,
) -> Result<(), AnyError> {
    let (id, job) = find(state, context, &state.ledger.address(context.sender), message.number)?;
    if !matches!(job.stage, Stage::Open) {
        return Err(Error::WrongStage { stage: job.stage.name() }.into());
    }
    end(state, context, (id, &job), Outcome::Cancelled, Parts::default())
}

/// Accepts a job: the sender's bond and a part of its offer are bound.
pub fn apply_accept(
    state: &mut State,
    context: &Context,
    message: &AcceptJob,
) -> Result<(), AnyError> {
    let (id, mut job) = find(state, context, &message.customer, message.number)?;
    let provider = context.sender;
    if !matches!(job.stage, Stage::Open) {
        return Err(Error::WrongStage { stage: job.stage.name() }.into());
    }
    if job.asked.is_some_and(|asked| asked != provider) {
        return Err(Error::NotProvider {}.into());
    }
    require_unrelated(state, provider, id.0)?;
    backing::require(state, context, provider, job.tier)?;
    take_units(state, provider, (job.model, job.tier), job.max_units)?;
    let locked = bond(&job.rules, job.deposit)?;
    lock_bond(state, context, provider, locked)?;
    stake::bind(state, provider)?;
    job.stage = Stage::Accepted(Taken { provider, bond: locked });
    let window = job.rules.result_window;
    renew(state, context, id, job, window)?;
    let (customer, provider) = (message.customer, state.ledger.address(provider));
    state.emit(Event::Accepted { customer, number: id.1, provider, bond: locked });
    Ok(())
}

pub(super) fn lock_bond(
    state: &mut State,
    context: &Context,
    account: AccountHandle,
    bond: workmint_amounts::Amount,
) -> Result<(), AnyError> {
    let asset = context.parameters.market.asset;
    state.ledger.lock(account, asset, LockKind::JobBond, bond)?;
    let mut totals = state.market.jobs.totals();
    totals.bonds = totals.bonds.checked_add(bond)?;
    state.market.jobs.totals.set(totals);
    Ok(())
}

/// Reveals the result of a job the sender accepted.
pub fn apply_reveal(
    state: &mut State,
    context: &Context,
    message: &RevealResult,
) -> Result<(), AnyError> {
    let RevealResult { customer, number, units, result, seal } = *message;
    let (id, mut job) = find(state, context, &customer, number)?;
    let Stage::Accepted(taken) = job.stage else {
        return Err(Error::WrongStage { stage: job.stage.name() }.into());
    };
    if taken.provider != context.sender {
        return Err(Error::NotProvider {}.into());
    }
    if !(1..=job.max_units).contains(&units) {
        let (rule, most) = ("units of a result", job.max_units);
        return Err(Error::OutOfRange { rule, least: 1, most }.into());
    }
    let provider = state.ledger.address(taken.provider);
    let genesis = state.chain().genesis;
    let bound = (&provider, &result);
    if seal != result_seal(&genesis, (&customer, number), &job.commitment, bound) {
        return Err(Error::WrongSeal {}.into());
    }
    job.stage = Stage::Revealed(taken, Delivery { units, result, measures: Vec::new() });
    let window = job.rules.dispute_window;
    renew(state, context, id, job, window)?;
    state.emit(Event::Revealed { customer, number, provider, units, result });
    Ok(())
}

/// Takes in a reporter's measurement of a revealed job.
pub fn apply_attest_quality(
    state: &mut State,
    context: &Context,
    message: &AttestQuality,
) -> Result<(), AnyError> {
    let AttestQuality { customer, number, latency_ms, quality_permille } = *message;
    let reporter = context.sender;
    if !state.registry.has_role(reporter, Role::Reporter) {
        return Err(Error::NotReporter {}.into());
    }
    let (id, mut job) = find(state, context, &customer, number)?;
    let name = job.stage.name();
    // Disputed or not: else who disputes at once would be the one to say that quality is 1.
    let (Stage::Revealed(taken, delivery) | Stage::Disputed(taken, delivery, _)) = &mut job.stage
    else {
        return Err(Error::WrongStage { stage: name }.into());
    };
    for party in [taken.provider, id.0] {
        require_neutral(state, reporter, party)?;
    }
    if delivery.measures.iter().any(|measure| measure.reporter == reporter) {
        return Err(Error::AlreadyDone {}.into());
    }
    delivery.measures.push(Measure { reporter, latency_ms, quality_permille });
    state.market.jobs.rows.put(id, job);
    let reporter = state.ledger.address(reporter);
    state.emit(Event::Measured { customer, number, reporter, latency_ms, quality_permille });
    Ok(())
}
