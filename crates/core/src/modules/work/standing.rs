//! How participants stand in the open epoch: what changes a standing, and what it comes to.

use super::{Event, Standing, Statistics, Status, StatusReason, StatusRule, Tally};
use crate::error::Error as AnyError;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::StatusTest;
use crate::state::{Context, State};

/// Counts work that an unrelated participant, or the judges, found valid.
pub(super) fn count_valid(
    state: &mut State,
    context: &Context,
    account: AccountHandle,
) -> Result<(), AnyError> {
    let Some(test) = &context.parameters.work.status else {
        return Ok(());
    };
    let judged = StatusRule::new(test)?.count_valid(&state.work.standing(account))?;
    keep(state, account, judged);
    Ok(())
}

/// Counts work that the judges found invalid, and says whether it made the provider invalid.
pub(super) fn count_invalid(
    state: &mut State,
    test: &StatusTest,
    account: AccountHandle,
) -> Result<bool, AnyError> {
    let judged = StatusRule::new(test)?.count_invalid(&state.work.standing(account))?;
    Ok(keep(state, account, judged) == Some(Status::Invalid))
}

/// Keeps a judged standing; returns its status if it was not there before.
fn keep(
    state: &mut State,
    account: AccountHandle,
    (judged, reason): (Standing, Option<StatusReason>),
) -> Option<Status> {
    state.work.standings.put(account, judged);
    let reason = reason.filter(|reason| *reason != StatusReason::AlreadySet)?;
    announce(state, account, judged.status, reason);
    Some(judged.status)
}

fn announce(state: &mut State, account: AccountHandle, status: Status, reason: StatusReason) {
    let account = state.ledger.address(account);
    state.emit(Event::StatusFound { account, status, reason });
}

/// What a participant would be if the epoch closed with this tally: answers and misses count here,
/// in one step, because they are reported in summaries.
fn at_close(
    state: &State,
    rule: &StatusRule,
    account: AccountHandle,
    tally: &Tally,
) -> Result<(Status, Option<StatusReason>), AnyError> {
    let standing = state.work.standing(account);
    let (answered, missed) = (tally.requests, tally.missed);
    let new = Statistics { answered, missed, ..standing.statistics };
    let (judged, reason) = rule.judge(&standing, &new, false)?;
    Ok((judged.status, reason))
}

/// Everyone whom the status test finds not active if the epoch closes now.
pub(crate) fn foreseen_statuses(
    state: &State,
    context: &Context,
) -> Result<Vec<(AccountHandle, Status)>, AnyError> {
    let Some(test) = &context.parameters.work.status else {
        return Ok(Vec::new());
    };
    let rule = StatusRule::new(test)?;
    let mut found = Vec::new();
    for (account, tally) in state.work.tallies() {
        let (status, _) = at_close(state, &rule, account, &tally)?;
        if status != Status::Active {
            found.push((account, status));
        }
    }
    let untallied = state.work.standings.iter().filter(|(account, standing)| {
        standing.status != Status::Active && !state.work.tallies.contains(account)
    });
    found.extend(untallied.map(|(account, standing)| (*account, standing.status)));
    Ok(found)
}

/// At a close: [`foreseen_statuses`], with an event for each that is new.
pub(crate) fn judge_statuses(
    state: &mut State,
    context: &Context,
) -> Result<Vec<(AccountHandle, Status)>, AnyError> {
    let found = foreseen_statuses(state, context)?;
    for (account, status) in &found {
        if *status == Status::Inactive {
            announce(state, *account, *status, StatusReason::Downtime);
        }
    }
    Ok(found)
}

/// Standings start anew with each epoch. Of failures the row goes on, but for whoever was found
/// invalid: that row is punished.
pub(super) fn reset_standings(state: &mut State) {
    let rows = state.work.standings.iter();
    let all: Vec<(AccountHandle, Standing)> = rows.map(|(of, row)| (*of, *row)).collect();
    for (account, standing) in all {
        let failures_in_a_row = standing.failures_in_a_row;
        if standing.status == Status::Invalid || failures_in_a_row == 0 {
            state.work.standings.remove(&account);
        } else {
            let kept = Standing { failures_in_a_row, ..Standing::default() };
            state.work.standings.put(account, kept);
        }
    }
}
