//! Challenging and judging accepted contributions.

use super::submit::rules_of;
use super::{
    ChallengeContribution, ClosedReason, ContributionId, Error, Event, JudgeContribution, Stage,
};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::registry::Role;
use crate::modules::work::{Bond, OpenChallenge};
use crate::state::{Context, State};

/// Challenges an accepted contribution within its window, once at a time: after a challenge that
/// was lost or not decided, another is possible while the window is open.
pub fn apply_challenge(
    state: &mut State,
    context: &Context,
    message: &ChallengeContribution,
) -> Result<(), AnyError> {
    let rules = rules_of(&context.parameters)?;
    let contribution = message.contribution;
    let id = ContributionId::of(&state.ledger, &contribution);
    let id = id.ok_or(Error::Unknown { contribution })?;
    let row = state.contributions.rows.get(&id).ok_or(Error::Unknown { contribution })?;
    let open = match &row.stage {
        Stage::Accepted { until, .. } => !until.is_over(&context.now),
        Stage::Submitted { .. } | Stage::Settled { .. } | Stage::Closed { .. } => false,
    };
    if !open || state.contributions.challenges.contains(&id) {
        return Err(Error::NotChallengeable { contribution }.into());
    }
    // A sham challenge by a relative would keep others out. What the contributor alone says of an
    // account does not count: it could keep an honest challenger out.
    if state.registry.related(&state.ledger, context.sender, id.contributor) {
        return Err(Error::ConflictOfInterest { with: contribution.contributor }.into());
    }
    if message.bond < rules.challenge_bond {
        return Err(Error::BondTooSmall { minimum: rules.challenge_bond }.into());
    }
    let asset = context.parameters.emission.asset;
    let bond = Bond { asset, kind: LockKind::ContributionBond, amount: message.bond };
    let deadline = rules.decision_window.after(&context.now)?;
    let challenge = OpenChallenge::open(state, context.sender, bond, (message.evidence, deadline))?;
    state.contributions.challenges.put(id, challenge);
    let challenger = state.ledger.address(context.sender);
    state.emit(Event::Challenged { contribution, challenger, bond: message.bond });
    Ok(())
}

/// Counts a judge's vote. The side that first has more than half of all judges wins, in this block:
/// a refuted contribution is closed unpaid, or the challenger loses its bond and the contribution
/// becomes final as if nobody had challenged it.
pub fn apply_judge(
    state: &mut State,
    context: &Context,
    message: &JudgeContribution,
) -> Result<(), AnyError> {
    if !state.registry.has_role(context.sender, Role::Judge) {
        return Err(Error::NotJudge {}.into());
    }
    let contribution = message.contribution;
    let id = ContributionId::of(&state.ledger, &contribution);
    let id = id.ok_or(Error::Unknown { contribution })?;
    let challenge = state.contributions.challenges.get(&id).cloned();
    let mut challenge = challenge.ok_or(Error::NotChallenged {})?;
    if challenge.deadline.is_over(&context.now) {
        return Err(Error::DecisionOver { deadline: challenge.deadline }.into());
    }
    for party in [id.contributor, challenge.challenger] {
        if state.registry.related(&state.ledger, context.sender, party) {
            return Err(Error::ConflictOfInterest { with: state.ledger.address(party) }.into());
        }
    }
    let decided = challenge.vote(state, context.sender, message.refuted);
    let decided = decided.ok_or(Error::AlreadyJudged {})?;
    let (judge, refuted) = (state.ledger.address(context.sender), message.refuted);
    state.emit(Event::Judged { contribution, judge, refuted });
    if !decided {
        state.contributions.challenges.put(id, challenge);
        return Ok(());
    }
    state.contributions.challenges.remove(&id);
    let bond = (context.parameters.emission.asset, LockKind::ContributionBond);
    if message.refuted {
        challenge.return_bond(state, bond.0, bond.1)?;
        note_violation(state, context, id.contributor)?;
        super::close_unpaid(state, &id, ClosedReason::Refuted);
    } else {
        challenge.lose_bond(state, bond, id.contributor)?;
        let challenger = state.ledger.address(challenge.challenger);
        state.emit(Event::Upheld { contribution, challenger, bond: challenge.bond });
    }
    Ok(())
}

fn note_violation(
    state: &mut State,
    context: &Context,
    contributor: AccountHandle,
) -> Result<(), AnyError> {
    let rules = context.parameters.contributions.as_ref();
    if rules.is_some_and(|rules| rules.reputation.is_some()) {
        let mut conduct = state.contributions.conduct(contributor);
        conduct.violations = conduct.violations.checked_add(1).ok_or(OVERFLOW)?;
        state.contributions.conduct.put(contributor, conduct);
    }
    Ok(())
}
