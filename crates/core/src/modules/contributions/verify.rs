//! Verdicts, and the decision they lead to.

use super::formulas::by_consensus;
use super::submit::rules_of;
use super::{
    ClosedReason, Contribution, ContributionId, Error, Event, Found, GivenVerdict, MULTIPLIER_UNIT,
    Stage, Verdict, VerifyContributions,
};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::parameters::{
    ContributionKind, Contributions, Multiplier, MultiplierRule, RateScore,
};
use crate::modules::registry::Role;
use crate::state::{Context, State};
use workmint_amounts::Ratio;

/// Most verdicts in one message.
const MAX_VERDICTS: usize = 4_096;

/// Counts a verifier's verdicts. Those on contributions that others have decided meanwhile are left
/// out; if another cannot be counted, or none is left, none is.
pub fn apply_verify(
    state: &mut State,
    context: &Context,
    message: &VerifyContributions,
) -> Result<(), AnyError> {
    let rules = rules_of(&context.parameters)?;
    if !state.registry.has_role(context.sender, Role::Verifier) {
        return Err(Error::NotVerifier {}.into());
    }
    let verdicts = &message.verdicts;
    if verdicts.is_empty() || verdicts.len() > MAX_VERDICTS {
        return Err(Error::BadList { rule: "a batch has 1 to 4,096 verdicts" }.into());
    }
    if !verdicts.is_sorted_by(|one, next| one.contribution < next.contribution) {
        let rule = "verdicts are listed by ascending contribution, each once";
        return Err(Error::BadList { rule }.into());
    }
    let (mut late, mut counted) = (None, false);
    for verdict in verdicts {
        match count_verdict(state, context, rules, verdict) {
            Ok(()) => counted = true,
            Err(AnyError::Contributions(error @ Error::NotOpen { .. })) => {
                late = late.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    late.filter(|_| !counted).map_or(Ok(()), |error| Err(error.into()))
}

/// Counts one verdict, and decides as soon as the outcome is certain: for the contribution only
/// when all verdicts are there, because all of them measure it.
fn count_verdict(
    state: &mut State,
    context: &Context,
    rules: &Contributions,
    verdict: &Verdict,
) -> Result<(), AnyError> {
    let (id, given) = require_verdict(state, context, rules, verdict)?;
    let contribution = verdict.contribution;
    let unknown = Error::Unknown { contribution };
    let mut row = state.contributions.rows.get(&id).cloned().ok_or(unknown)?;
    let Stage::Submitted { verdicts, .. } = &mut row.stage else {
        return Err(Error::NotOpen { contribution }.into());
    };
    verdicts.push(given);
    let outcome = decision(rules, verdicts)?;
    let verdicts = if outcome.is_some() { std::mem::take(verdicts) } else { Vec::new() };
    if rules.reputation.is_some() {
        state.contributions.note_start(context.sender, context.now.time_ms);
    }
    let verifier = state.ledger.address(context.sender);
    let GivenVerdict { approved, confidence, quantity, first, second, .. } = given;
    state.emit(Event::Verified {
        contribution,
        verifier,
        approved,
        confidence,
        quantity,
        first,
        second,
    });
    let Some(accepted) = outcome else {
        state.contributions.rows.put(id, row);
        return Ok(());
    };
    note_decision(state, rules, &verdicts, accepted)?;
    if accepted {
        return accept(state, context, rules, (id, row, &verdicts));
    }
    super::close_unpaid(state, &id, ClosedReason::Rejected);
    Ok(())
}

/// Whether a contribution with these verdicts is accepted; `None`: more are needed.
fn decision(rules: &Contributions, verdicts: &[GivenVerdict]) -> Result<Option<bool>, AnyError> {
    let count = |list: usize| u32::try_from(list).map_err(|_| OVERFLOW);
    let against = count(verdicts.iter().filter(|verdict| !verdict.approved).count())?;
    let spare = rules.verifiers.checked_sub(rules.approvals).ok_or(OVERFLOW)?;
    Ok(if against > spare {
        Some(false)
    } else if count(verdicts.len())? >= rules.verifiers {
        Some(true)
    } else {
        None
    })
}

/// Whether a contribution whose time to be verified is over has enough verdicts for it.
pub(super) fn enough(rules: &Contributions, verdicts: &[GivenVerdict]) -> bool {
    let approving = verdicts.iter().filter(|verdict| verdict.approved).count();
    u32::try_from(approving).is_ok_and(|approving| approving >= rules.approvals)
}

/// Accepts at a close what has [`enough`] verdicts when its time is over, with those it has.
pub(super) fn accept_at_close(
    state: &mut State,
    context: &Context,
    id: ContributionId,
) -> Result<(), AnyError> {
    let rules = rules_of(&context.parameters)?;
    let contribution = id.key(&state.ledger);
    let row = state.contributions.rows.get(&id).cloned();
    let row = row.ok_or(Error::Unknown { contribution })?;
    let Stage::Submitted { verdicts, .. } = &row.stage else {
        return Err(Error::NotOpen { contribution }.into());
    };
    let verdicts = verdicts.clone();
    note_decision(state, rules, &verdicts, true)?;
    accept(state, context, rules, (id, row, &verdicts))
}

/// The verdict as it counts; the error if the sender may not give it.
fn require_verdict(
    state: &State,
    context: &Context,
    rules: &Contributions,
    verdict: &Verdict,
) -> Result<(ContributionId, GivenVerdict), AnyError> {
    let Verdict { contribution, submission, approve, confidence, quantity, first, second } =
        *verdict;
    let verifier = context.sender;
    let id = ContributionId::of(&state.ledger, &contribution);
    let id = id.ok_or(Error::Unknown { contribution })?;
    let row = state.contributions.rows.get(&id).ok_or(Error::Unknown { contribution })?;
    let Stage::Submitted { verdicts, until } = &row.stage else {
        return Err(Error::NotOpen { contribution }.into());
    };
    if until.is_over(&context.now) {
        return Err(Error::NotOpen { contribution }.into());
    }
    if submission != row.submission {
        return Err(Error::WrongSubmission { contribution }.into());
    }
    if confidence > MULTIPLIER_UNIT {
        return Err(Error::OutOfRange { rule: "a confidence is at most 1,000,000" }.into());
    }
    let related = |one, other| state.registry.related(&state.ledger, one, other);
    if related(verifier, id.contributor) {
        return Err(Error::ConflictOfInterest { with: contribution.contributor }.into());
    }
    // In both directions: of two that share an owner one may not have been confirmed by it.
    let family = |given: &GivenVerdict| {
        related(verifier, given.verifier) || related(given.verifier, verifier)
    };
    if verdicts.iter().any(family) {
        return Err(Error::AlreadyVerified { contribution }.into());
    }
    let sure = Ratio::new(u128::from(confidence), u128::from(MULTIPLIER_UNIT))?;
    let approved = approve && sure >= rules.confidence;
    Ok((id, GivenVerdict { verifier, approved, confidence, quantity, first, second }))
}

/// Counts for each verifier whether its verdict was that of the decision.
fn note_decision(
    state: &mut State,
    rules: &Contributions,
    verdicts: &[GivenVerdict],
    accepted: bool,
) -> Result<(), AnyError> {
    if rules.reputation.is_none() {
        return Ok(());
    }
    for verdict in verdicts {
        let mut conduct = state.contributions.conduct(verdict.verifier);
        conduct.verdicts = conduct.verdicts.checked_add(1).ok_or(OVERFLOW)?;
        if verdict.approved == accepted {
            conduct.right = conduct.right.checked_add(1).ok_or(OVERFLOW)?;
        }
        state.contributions.conduct.put(verdict.verifier, conduct);
    }
    Ok(())
}

/// Accepts a contribution, if its stream still pays for such and its dataset is not final yet. Of
/// equal datasets several may be accepted; the one submitted first will be final.
fn accept(
    state: &mut State,
    context: &Context,
    rules: &Contributions,
    (id, row, verdicts): (ContributionId, Contribution, &[GivenVerdict]),
) -> Result<(), AnyError> {
    let taken = row.kind == ContributionKind::Dataset
        && state.contributions.datasets.contains(&row.content);
    let score = super::score_of(&context.parameters, &row).filter(|_| !taken);
    let Some(score) = score else {
        let reason = if taken { ClosedReason::DuplicateDataset } else { ClosedReason::StreamEnded };
        super::close_unpaid(state, &id, reason);
        return Ok(());
    };
    let found = measured(score, row.quantity, verdicts)?;
    let contribution = id.key(&state.ledger);
    let until = rules.challenge_window.after(&context.now)?;
    let rows = &mut state.contributions;
    if let Some(was) = row.stage.until() {
        rows.due.remove(&(was, id));
    }
    rows.due.put((until, id), ());
    let stream = row.stream.clone();
    rows.rows.put(id, Contribution { stage: Stage::Accepted { found, until }, ..row });
    let Found { quantity, first, second } = found;
    state.emit(Event::Accepted { contribution, stream, quantity, first, second });
    Ok(())
}

/// What the verdicts on a contribution found. Of a quantity never more than was submitted, of a
/// loss never less.
fn measured(
    score: &RateScore,
    submitted: u64,
    verdicts: &[GivenVerdict],
) -> Result<Found, AnyError> {
    let approving: Vec<&GivenVerdict> =
        verdicts.iter().filter(|verdict| verdict.approved).collect();
    let quantities: Vec<u64> = approving.iter().map(|verdict| verdict.quantity).collect();
    let quantity = match score.kind {
        ContributionKind::Improvement => median(quantities, Middle::Upper).max(submitted),
        ContributionKind::Tokens | ContributionKind::Tasks | ContributionKind::Dataset => {
            median(quantities, Middle::Lower).min(submitted)
        }
    };
    let counts = (approving.len(), verdicts.len());
    let first = approving.iter().map(|verdict| verdict.first).collect();
    let second = approving.iter().map(|verdict| verdict.second).collect();
    Ok(Found {
        quantity,
        first: multiplier(&score.first, first, counts)?,
        second: multiplier(&score.second, second, counts)?,
    })
}

/// A multiplier in 10^-6, rounded down; 0 where only the improvement will tell.
fn multiplier(
    rule: &Multiplier,
    measured: Vec<u32>,
    (approving, all): (usize, usize),
) -> Result<u32, AnyError> {
    match &rule.rule {
        MultiplierRule::Measured => Ok(median(measured, Middle::Lower)),
        MultiplierRule::Consensus { steps, few, few_value } => {
            let few = (*few, *few_value);
            in_millionths(by_consensus(steps, few, approving as u128, all as u128)?)
        }
        MultiplierRule::ByImprovement(_) => Ok(0),
    }
}

/// A multiplier in 10^-6, rounded down.
pub(super) fn in_millionths(value: Ratio) -> Result<u32, AnyError> {
    let units = value.floor_mul(u128::from(MULTIPLIER_UNIT))?;
    u32::try_from(units).map_err(|_| OVERFLOW.into())
}

/// Which of the two in the middle of an even number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Middle {
    Lower,
    Upper,
}

/// The median; 0 of nothing.
fn median<T: Ord + Copy + Default>(mut values: Vec<T>, middle: Middle) -> T {
    values.sort_unstable();
    let at = match middle {
        Middle::Lower => values.len().checked_sub(1).map_or(0, |last| last >> 1),
        Middle::Upper => values.len() >> 1,
    };
    values.get(at).copied().unwrap_or_default()
}
