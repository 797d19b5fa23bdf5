//! How participants stand in the open epoch: what changes a standing, and what it comes to.

use super::{Event, Standing, Statistics, Status, StatusReason, StatusRule, Tally};
use crate::error::Error as AnyError;
use crate::modules::ledger::AccountHandle;
use crate::state::{Context, State};
use std::collections::BTreeMap;

/// What invalidated work means for its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invalidation {
    /// It is not found invalid.
    Spared,
    /// It is found invalid by this.
    Found,
    /// It was found invalid before in the epoch.
    FoundBefore,
}

/// The status test, prepared; `None` where the network knows none.
pub(super) fn rule_of(context: &Context) -> Result<Option<StatusRule>, AnyError> {
    context.parameters.work.status.as_ref().map(StatusRule::new).transpose()
}

/// Counts work that an unrelated participant, or the judges, found valid.
pub(super) fn count_valid(
    state: &mut State,
    rule: &StatusRule,
    account: AccountHandle,
) -> Result<(), AnyError> {
    let judged = rule.count_valid(&state.work.standing(account))?;
    keep(state, account, judged);
    Ok(())
}

/// Counts work that the judges found invalid.
pub(super) fn count_invalid(
    state: &mut State,
    rule: &StatusRule,
    account: AccountHandle,
) -> Result<Invalidation, AnyError> {
    let judged = rule.count_invalid(&state.work.standing(account))?;
    Ok(match (judged.0.status, keep(state, account, judged)) {
        (Status::Invalid, Some(_)) => Invalidation::Found,
        (Status::Invalid, None) => Invalidation::FoundBefore,
        (Status::Active | Status::Inactive, _) => Invalidation::Spared,
    })
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
) -> Result<Status, AnyError> {
    let standing = state.work.standing(account);
    let (answered, missed) = (tally.requests, tally.all_missed());
    let new = Statistics { answered, missed, ..standing.statistics };
    Ok(rule.judge_counts(&standing, &new)?.0.status)
}

/// Everyone whom the status test finds not active if the epoch closes now. Whoever cannot be judged
/// keeps its status; beside it, why.
pub(crate) fn foreseen_statuses(
    state: &State,
    context: &Context,
) -> (Vec<(AccountHandle, Status)>, Vec<AnyError>) {
    let mut errors = Vec::new();
    let rule = rule_of(context).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    let mut found: BTreeMap<AccountHandle, Status> = state
        .work
        .standings
        .iter()
        .map(|(account, standing)| (*account, standing.status))
        .collect();
    for (account, tally) in state.work.tallies() {
        let judged = rule.as_ref().map(|rule| at_close(state, rule, account, &tally));
        match judged {
            Some(Ok(status)) => {
                found.insert(account, status);
            }
            Some(Err(error)) => errors.push(error),
            None => {}
        }
    }
    found.retain(|_, status| *status != Status::Active);
    (found.into_iter().collect(), errors)
}

/// At a close: [`foreseen_statuses`], with an event for each that is new and for each that could
/// not be judged. Rows of failures end here.
pub(crate) fn judge_statuses(state: &mut State, context: &Context) -> Vec<(AccountHandle, Status)> {
    let (found, errors) = foreseen_statuses(state, context);
    for (account, status) in &found {
        if *status == Status::Inactive {
            announce(state, *account, *status, StatusReason::Downtime);
        }
    }
    errors.iter().for_each(|error| state.quarantine("status test", error));
    end_rows(state);
    found
}

/// A row of failures ends with an epoch in which work was accepted and none invalidated.
fn end_rows(state: &mut State) {
    let served = |account: &AccountHandle, standing: &Standing| {
        standing.failures_in_a_row > 0
            && standing.statistics.invalidated == 0
            && state.work.tally(*account).requests > 0
    };
    let standings = state.work.standings.iter();
    let ended: Vec<(AccountHandle, Standing)> = standings
        .filter(|(account, standing)| served(account, standing))
        .map(|(account, standing)| (*account, Standing { failures_in_a_row: 0, ..*standing }))
        .collect();
    ended.into_iter().for_each(|(account, standing)| state.work.standings.put(account, standing));
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
