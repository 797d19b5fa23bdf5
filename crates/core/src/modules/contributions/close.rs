//! What a close does with contributions. `epoch` calls these in order.

use super::improvements;
use super::verify::{accept_at_close, enough};
use super::{
    ClosedReason, Contribution, ContributionId, Event, FinalContribution, Found, Pace, Stage,
};
use crate::error::Error as AnyError;
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::parameters::{ContributionKind, Parameters, RateScore};
use crate::names::{ModelId, Name};
use crate::state::{Context, State};
use crate::time::{Deadline, Now};
use std::collections::{BTreeMap, BTreeSet};

/// What the stream of a contribution pays for it; `None` if it pays no rate any more, or one for
/// something else, or the network takes no contributions.
pub(super) fn score_of<'a>(
    parameters: &'a Parameters,
    row: &Contribution,
) -> Option<&'a RateScore> {
    parameters.contributions.as_ref()?;
    parameters.rate_score(&row.stream).filter(|score| score.kind == row.kind)
}

/// Closes a contribution unpaid. A dataset that was final as this contribution may be submitted
/// again; what nobody verified, also by the same contributor.
pub(super) fn close_unpaid(state: &mut State, id: &ContributionId, reason: ClosedReason) {
    let rows = &mut state.contributions;
    let Some(row) = rows.rows.get(id) else { return };
    let row = Contribution { stage: Stage::Closed { reason }, ..row.clone() };
    forget_due(state, id);
    let rows = &mut state.contributions;
    if row.kind == ContributionKind::Dataset {
        rows.open_datasets.remove(&(row.content, row.number));
        if rows.datasets.get(&row.content) == Some(id) {
            rows.datasets.remove(&row.content);
        }
    }
    if reason == ClosedReason::Unverified {
        rows.free_content(id, row.content);
    }
    rows.rows.put(*id, row);
    rows.ended.put(*id, ());
    let contribution = id.key(&state.ledger);
    state.emit(Event::Closed { contribution, reason });
}

fn forget_due(state: &mut State, id: &ContributionId) {
    let rows = &mut state.contributions;
    if let Some(until) = rows.rows.get(id).and_then(|row| row.stage.until()) {
        rows.due.remove(&(until, *id));
    }
}

/// What a close makes of contributions whose stage is over.
#[derive(Default)]
pub(super) struct Outcomes {
    pub(super) finals: Vec<(ContributionId, FinalContribution)>,
    pub(super) closed: Vec<(ContributionId, ClosedReason)>,
    /// Their time to be verified is over, and they have enough verdicts.
    accepted: Vec<ContributionId>,
    /// Models whose recorded loss falls.
    pub(super) losses: Vec<(ModelId, u64)>,
    /// Why improvements of a model wait: they could not be measured.
    errors: Vec<AnyError>,
}

/// Before inputs are frozen: decides overdue challenges, accepts or lapses what was to be verified
/// until now, and collects what becomes final into `final_now`.
pub(crate) fn close(state: &mut State, context: &Context) {
    decide_overdue(state, context);
    for id in held_of_ended(state, context) {
        state.contributions.final_now.remove(&id);
        close_unpaid(state, &id, ClosedReason::StreamEnded);
    }
    let open = |id: &ContributionId| state.contributions.challenges.contains(id);
    let outcomes = outcomes(state, context, open);
    for error in &outcomes.errors {
        state.quarantine("improvements of a model", error);
    }
    for (id, reason) in outcomes.closed {
        close_unpaid(state, &id, reason);
    }
    for (model, loss) in outcomes.losses {
        state.contributions.losses.put(model, loss);
    }
    let rules = context.parameters.contributions.as_ref();
    let counts = rules.is_some_and(|rules| rules.reputation.is_some());
    for (id, found) in outcomes.finals {
        if counts && found.recorded_loss.is_some() {
            let mut conduct = state.contributions.conduct(id.contributor);
            // A counter that cannot grow must not keep an improvement from being paid.
            let before = conduct.improvements;
            conduct.improvements = before.checked_add(1).unwrap_or(before);
            state.contributions.conduct.put(id.contributor, conduct);
        }
        forget_due(state, &id);
        let rows = &mut state.contributions;
        if let Some(row) = rows.rows.get(&id).filter(|row| row.kind == ContributionKind::Dataset) {
            rows.open_datasets.remove(&(row.content, row.number));
            rows.datasets.put(row.content, id);
        }
        rows.final_now.put(id, found);
    }
    for id in outcomes.accepted {
        let accept = |state: &mut State| accept_at_close(state, context, id);
        state.isolate("acceptance of a contribution", accept);
    }
}

/// What would be final if the epoch closed now. For previews.
pub(crate) fn foreseen(
    state: &State,
    context: &Context,
) -> BTreeMap<ContributionId, FinalContribution> {
    let rows = &state.contributions;
    let open = |id: &ContributionId| {
        let challenge = rows.challenges.get(id);
        challenge.is_some_and(|challenge| !challenge.deadline.is_over_at_close(&context.now))
    };
    let ended = held_of_ended(state, context);
    let held = rows.final_now.iter().filter(|(id, _)| !ended.contains(id));
    let held = held.map(|(id, found)| (*id, found.clone()));
    held.chain(outcomes(state, context, open).finals).collect()
}

/// What becomes of contributions whose stage is over; the state is not changed. While `open` says
/// that a contribution's challenge is not over, it waits; of an improvement all others of its model
/// wait too, or they would take from it what a lost challenge must not cost.
fn outcomes(state: &State, context: &Context, open: impl Fn(&ContributionId) -> bool) -> Outcomes {
    let mut out = Outcomes::default();
    let mut improvements: BTreeMap<ModelId, Vec<(u64, ContributionId)>> = BTreeMap::new();
    let (mut disputed, mut datasets) = (BTreeSet::new(), Vec::new());
    for id in due_ids(state, context) {
        let Some(row) = state.contributions.rows.get(&id) else { continue };
        let challenged = open(&id);
        match (&row.stage, score_of(&context.parameters, row), row.model) {
            (Stage::Accepted { found, .. }, Some(score), Some(model))
                if score.kind == ContributionKind::Improvement =>
            {
                improvements.entry(model).or_default().push((found.quantity, id));
                disputed.extend(challenged.then_some(model));
            }
            _ if challenged => {}
            (Stage::Submitted { .. } | Stage::Accepted { .. }, None, _) => {
                out.closed.push((id, ClosedReason::StreamEnded));
            }
            (Stage::Submitted { verdicts, .. }, Some(_), _) => {
                let rules = context.parameters.contributions.as_ref();
                match rules.is_some_and(|rules| enough(rules, verdicts)) {
                    true => out.accepted.push(id),
                    false => out.closed.push((id, ClosedReason::Unverified)),
                }
            }
            (Stage::Accepted { found, .. }, Some(_), _) => {
                let stream = row.stream.clone();
                let Found { quantity, first, second } = *found;
                let recorded_loss = None;
                let found = FinalContribution { stream, quantity, first, second, recorded_loss };
                match row.kind {
                    ContributionKind::Dataset => datasets.push((row.number, id, found)),
                    ContributionKind::Tokens
                    | ContributionKind::Improvement
                    | ContributionKind::Tasks => out.finals.push((id, found)),
                }
            }
            (Stage::Settled { .. } | Stage::Closed { .. }, _, _) => {}
        }
    }
    final_datasets(state, datasets, &mut out);
    improvements.retain(|model, _| !disputed.contains(model));
    for (model, losses) in improvements {
        match improvements::shared(state, context, model, losses) {
            Ok(measured) => {
                out.finals.extend(measured.finals);
                out.closed.extend(measured.closed);
                out.losses.extend(measured.losses);
            }
            Err(error) => out.errors.push(error),
        }
    }
    out
}

/// Of equal datasets the one submitted first becomes final, whatever was accepted first: the others
/// wait while it is open, and are closed once it is final.
fn final_datasets(
    state: &State,
    mut due: Vec<(u64, ContributionId, FinalContribution)>,
    out: &mut Outcomes,
) {
    let rows = &state.contributions;
    let mut leaving: BTreeSet<ContributionId> = out.closed.iter().map(|(id, _)| *id).collect();
    let mut taken = BTreeSet::new();
    due.sort_unstable_by_key(|(number, ..)| *number);
    for (number, id, found) in due {
        let Some(content) = rows.rows.get(&id).map(|row| row.content) else { continue };
        if rows.datasets.contains(&content) || taken.contains(&content) {
            out.closed.push((id, ClosedReason::DuplicateDataset));
            leaving.insert(id);
            continue;
        }
        let mut earlier = rows.open_datasets.range((content, 0)..(content, number));
        if earlier.all(|(_, id)| leaving.contains(id)) {
            taken.insert(content);
            out.finals.push((id, found));
        }
    }
}

/// Ends challenges whose time to decide is over, or that no rule is left for: the contribution
/// stands, its window stays as it was, the bond returns.
fn decide_overdue(state: &mut State, context: &Context) {
    let all = context.parameters.contributions.is_none();
    let over = |deadline: Deadline| all || deadline.is_over_at_close(&context.now);
    let challenges = state.contributions.challenges.iter();
    let overdue = challenges.filter(|(_, challenge)| over(challenge.deadline));
    let overdue: Vec<ContributionId> = overdue.map(|(id, _)| *id).collect();
    for id in overdue {
        state.isolate("undecided challenge of a contribution", |state| {
            let Some(challenge) = state.contributions.challenges.get(&id).cloned() else {
                return Ok(());
            };
            let asset = context.parameters.emission.asset;
            challenge.return_bond(state, asset, LockKind::ContributionBond)?;
            state.contributions.challenges.remove(&id);
            state.emit(Event::Undecided { contribution: id.key(&state.ledger) });
            Ok(())
        });
    }
}

/// The deadlines that are over at this close, in two ranges: times and epochs.
fn over(now: &Now) -> [(Deadline, Deadline); 2] {
    [
        (Deadline::Time(0), Deadline::Time(now.time_ms)),
        (Deadline::Epoch(0), Deadline::Epoch(now.epoch)),
    ]
}

/// Contributions whose stage is over at this close; all that are under way if the network takes
/// none any more.
fn due_ids(state: &State, context: &Context) -> Vec<ContributionId> {
    let rows = &state.contributions;
    if context.parameters.contributions.is_none() {
        return rows.due.iter().map(|((_, id), ())| *id).collect();
    }
    let ranges = over(&context.now).into_iter();
    let due = ranges.flat_map(|(from, to)| rows.due.range((from, FIRST)..=(to, LAST)));
    due.map(|((_, id), ())| *id).collect()
}

/// The first and the last of all ids.
const FIRST: ContributionId = ContributionId { epoch: 0, contributor: AccountHandle(0), id: 0 };
const LAST: ContributionId =
    ContributionId { epoch: u64::MAX, contributor: AccountHandle(u32::MAX), id: u64::MAX };

/// Final contributions that no close could settle yet, of streams that are no more.
fn held_of_ended(state: &State, context: &Context) -> Vec<ContributionId> {
    let rows = &state.contributions;
    let ended = |id: &ContributionId| {
        let row = rows.rows.get(id);
        row.is_some_and(|row| score_of(&context.parameters, row).is_none())
    };
    rows.final_now.iter().map(|(id, _)| id).filter(|id| ended(id)).copied().collect()
}

/// After the settlement and the change of parameters: marks what was settled, moves the horizon to
/// the first epoch whose work can still be submitted in epoch `next`, and forgets what it leaves
/// behind. Streams in `unplanned` settled nothing: their contributions wait for the next close.
pub(crate) fn end_close(state: &mut State, context: &Context, next: u64, unplanned: &[Name]) {
    move_horizon(state, next);
    settle(state, context.now.epoch, unplanned);
    let horizon = ContributionId { epoch: state.contributions.horizon(), ..FIRST };
    let rows = &mut state.contributions;
    let old: Vec<ContributionId> = rows.ended.range(..horizon).map(|(id, ())| *id).collect();
    for id in old {
        rows.ended.remove(&id);
        rows.forget(&id);
    }
    forget_paces(state, context);
}

fn move_horizon(state: &mut State, next: u64) {
    let rules = state.active_parameters();
    let rules = rules.as_ref().and_then(|parameters| parameters.contributions.as_ref());
    let rows = &mut state.contributions;
    let first = match rules {
        Some(rules) => next.checked_sub(rules.submit_window_epochs),
        None if rows.rows.is_empty() => return,
        None => Some(next),
    };
    if let Some(first) = first.filter(|first| *first > rows.horizon()) {
        rows.horizon.set(first);
    }
}

/// Marks what was settled; rows whose ids can never be used again are forgotten at once.
fn settle(state: &mut State, epoch: u64, unplanned: &[Name]) {
    let horizon = state.contributions.horizon();
    let found = state.contributions.final_now.iter();
    let found: Vec<(ContributionId, FinalContribution)> =
        found.map(|(id, found)| (*id, found.clone())).collect();
    state.contributions.final_now.clear();
    for (id, found) in found {
        let rows = &mut state.contributions;
        if unplanned.contains(&found.stream) {
            rows.final_now.put(id, found);
            continue;
        }
        if id.epoch < horizon {
            rows.forget(&id);
        } else if let Some(row) = rows.rows.get(&id) {
            let row = Contribution { stage: Stage::Settled { epoch }, ..row.clone() };
            rows.rows.put(id, row);
            rows.ended.put(id, ());
        }
        let FinalContribution { stream, quantity, recorded_loss, .. } = found;
        let contribution = id.key(&state.ledger);
        state.emit(Event::Settled { contribution, stream, epoch, quantity, recorded_loss });
    }
}

/// Forgets the paces of nodes that may begin a new interval.
fn forget_paces(state: &mut State, context: &Context) {
    let rules = context.parameters.contributions.as_ref();
    let limit = rules.and_then(|rules| rules.rate_limit);
    let over = |pace: &Pace| {
        let again = limit.and_then(|limit| pace.again_ms(limit).ok());
        again.is_none_or(|again| context.now.time_ms >= again)
    };
    let paces = state.contributions.paces.iter().filter(|(_, pace)| over(pace));
    let stale: Vec<(AccountHandle, u32)> = paces.map(|(key, _)| *key).collect();
    stale.iter().for_each(|key| state.contributions.paces.remove(key));
}
