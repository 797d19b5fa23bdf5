//! Disputes of jobs: opened by customers, answered by providers, decided by judges.

use super::super::timeline::{self, Act};
use super::Scene;
use super::jobs::{Truth, truth};
use crate::demo::draft::Draft;
use crate::demo::judging::next_judge;
use crate::failure::Failure;
use workmint_core::modules::market::jobs::{
    DisputeJob, JudgeJob, Message as JobMessage, PostEvidence, Stage, bond,
};
use workmint_core::{Hash, Message};

/// Customers dispute wrong results; in some hours one disputes the first right one.
pub(super) fn dispute(scene: &Scene, hour: u8, draft: &mut Draft) -> Result<(), Failure> {
    let mut accuses = timeline::act(scene.now.epoch, hour) == Some(Act::Accused);
    for ((customer, number), job) in scene.state.market.jobs.jobs() {
        if !matches!(job.stage, Stage::Revealed(..)) {
            continue;
        }
        if truth(job) == Truth::Right && !std::mem::take(&mut accuses) {
            continue;
        }
        let address = scene.state.ledger.address(customer);
        let bond = bond(&job.rules, job.deposit).map_err(Failure::damage)?;
        if scene.spendable(&address, scene.parameters.market.asset) >= bond {
            let grounds = Hash::of("workmint demo grounds", &[&job.commitment.0]);
            let message = JobMessage::DisputeJob(DisputeJob { number, grounds });
            draft.push(address, Message::Job(message))?;
        }
    }
    Ok(())
}

/// Providers answer, but for those that have nothing to say.
pub(super) fn answer(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for ((customer, number), job) in scene.state.market.jobs.jobs() {
        let Stage::Disputed(taken, _, dispute) = &job.stage else {
            continue;
        };
        if dispute.evidence.is_some() || truth(job) == Truth::Empty {
            continue;
        }
        let customer = scene.state.ledger.address(customer);
        let evidence = Hash::of("workmint demo answer", &[&job.commitment.0]);
        let message = JobMessage::PostEvidence(PostEvidence { customer, number, evidence });
        draft.push(scene.state.ledger.address(taken.provider), Message::Job(message))?;
    }
    Ok(())
}

/// On each answered dispute the next judge that has not voted does the work again, and says the
/// truth.
pub(super) fn judge(scene: &Scene, draft: &mut Draft) -> Result<(), Failure> {
    for ((customer, number), job) in scene.state.market.jobs.jobs() {
        let Stage::Disputed(_, _, dispute) = &job.stage else {
            continue;
        };
        let voted = [dispute.for_customer.as_slice(), &dispute.for_provider];
        let judge = next_judge(scene.state, &scene.cast.judges, voted);
        if let (Some(judge), Some(_)) = (judge, dispute.evidence) {
            let customer = scene.state.ledger.address(customer);
            let for_customer = truth(job) != Truth::Right;
            let message = JobMessage::JudgeJob(JudgeJob { customer, number, for_customer });
            draft.push(judge, Message::Job(message))?;
        }
    }
    Ok(())
}
