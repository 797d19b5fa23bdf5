//! Disputes: opened by the customer, answered by the provider, decided by judges.

use super::apply::{find, lock_bond, require_neutral};
use super::settle::{pay, refund_disputed, renew};
use super::{Dispute, DisputeJob, Error, Event, JudgeJob, Outcome, PostEvidence, Stage, bond};
use crate::error::Error as AnyError;
use crate::modules::registry::Role;
use crate::state::{Context, State};

/// Disputes the sender's revealed job.
pub fn apply_dispute(
    state: &mut State,
    context: &Context,
    message: &DisputeJob,
) -> Result<(), AnyError> {
    let DisputeJob { number, grounds } = *message;
    let customer = state.ledger.address(context.sender);
    let (id, mut job) = find(state, context, &customer, number)?;
    let Stage::Revealed(taken, delivery) = job.stage else {
        return Err(Error::WrongStage { stage: job.stage.name() }.into());
    };
    let locked = bond(&job.rules, job.deposit)?;
    lock_bond(state, context, context.sender, locked)?;
    let (for_customer, for_provider) = (Vec::new(), Vec::new());
    let dispute = Dispute { bond: locked, grounds, evidence: None, for_customer, for_provider };
    job.stage = Stage::Disputed(taken, delivery, Box::new(dispute));
    let window = job.rules.evidence_window;
    let until = renew(state, context, id, job, window)?;
    let provider = state.ledger.address(taken.provider);
    state.emit(Event::Disputed { customer, number, provider, bond: locked, grounds, until });
    Ok(())
}

/// Answers the dispute of a job the sender did: judges have their window from now on.
pub fn apply_post_evidence(
    state: &mut State,
    context: &Context,
    message: &PostEvidence,
) -> Result<(), AnyError> {
    let PostEvidence { customer, number, evidence } = *message;
    let (id, mut job) = find(state, context, &customer, number)?;
    let stage = job.stage.name();
    let Stage::Disputed(taken, _, dispute) = &mut job.stage else {
        return Err(Error::WrongStage { stage }.into());
    };
    if taken.provider != context.sender {
        return Err(Error::NotProvider {}.into());
    }
    if dispute.evidence.is_some() {
        return Err(Error::WrongStage { stage }.into());
    }
    dispute.evidence = Some(evidence);
    let window = job.rules.decision_window;
    renew(state, context, id, job, window)?;
    let provider = state.ledger.address(context.sender);
    state.emit(Event::EvidencePosted { customer, number, provider, evidence });
    Ok(())
}

/// Counts a judge's vote on an answered dispute. More than half of all judges decide it.
pub fn apply_judge(
    state: &mut State,
    context: &Context,
    message: &JudgeJob,
) -> Result<(), AnyError> {
    let JudgeJob { customer, number, for_customer } = *message;
    let judge = context.sender;
    if !state.registry.has_role(judge, Role::Judge) {
        return Err(Error::NotJudge {}.into());
    }
    let (id, mut job) = find(state, context, &customer, number)?;
    let stage = job.stage.name();
    let Stage::Disputed(taken, _, dispute) = &mut job.stage else {
        return Err(Error::WrongStage { stage }.into());
    };
    if dispute.evidence.is_none() {
        return Err(Error::WrongStage { stage }.into());
    }
    for party in [taken.provider, id.0] {
        require_neutral(state, judge, party)?;
    }
    if dispute.for_customer.contains(&judge) || dispute.for_provider.contains(&judge) {
        return Err(Error::AlreadyDone {}.into());
    }
    let side = if for_customer { &mut dispute.for_customer } else { &mut dispute.for_provider };
    side.push(judge);
    let votes = side.len();
    let others = state.registry.holders(Role::Judge).count().checked_sub(votes);
    let decides = others.is_none_or(|others| votes > others);
    let named = state.ledger.address(judge);
    state.emit(Event::Judged { customer, number, judge: named, for_customer });
    if !decides {
        state.market.jobs.rows.put(id, job);
        Ok(())
    } else if for_customer {
        refund_disputed(state, context, (id, &job), Outcome::CustomerWon)
    } else {
        pay(state, context, (id, &job), Outcome::ProviderWon)
    }
}
