//! What a close does with reports. `epoch` calls these in order and moves the money between them.

use super::state::count;
use super::{Closed, Event, MissId, MissKey, MissReport, ReportId, ReportRef, Tally, sampling};
use crate::charge::Charge;
use crate::error::Error as AnyError;
use crate::hash::Hash;
use crate::modules::ledger::{AccountHandle, LockKind};
use crate::modules::pricing;
use crate::state::{Context, State};
use crate::time::Deadline;
use std::sync::Arc;
use workmint_amounts::Amount;

/// Ends challenges whose time to decide is over: the summary stands, the bond returns.
pub(crate) fn decide_overdue(state: &mut State, context: &Context) {
    let overdue: Vec<ReportId> = state
        .work
        .challenges
        .iter()
        .filter(|(_, challenge)| challenge.deadline.is_over_at_close(&context.now))
        .map(|(id, _)| *id)
        .collect();
    for id in overdue {
        state.isolate("undecided challenge", |state| {
            let Some(challenge) = state.work.challenges.get(&id).cloned() else {
                return Ok(());
            };
            challenge.return_bond(state, context.parameters.market.asset, LockKind::Bond)?;
            state.work.challenges.remove(&id);
            make_final(state, &id);
            state.emit(Event::Undecided { summary: state.report_key(&id) });
            Ok(())
        });
    }
}

/// Ends the challenge window of a summary whose challenge is over: it is judged once.
pub(super) fn make_final(state: &mut State, id: &ReportId) {
    if let Some(mut receipt) = state.work.receipts.get(id).cloned() {
        receipt.window_ends = Some(Deadline::Time(0));
        state.work.receipts.put(*id, receipt);
    }
}

/// Summaries that become final at this close: accepted, window over, not challenged.
pub(crate) fn ready_receipts(state: &State, context: &Context) -> Vec<ReportId> {
    let over = |id: &ReportId, ends: Option<Deadline>| {
        ends.is_some_and(|ends| ends.is_over_at_close(&context.now))
            && !state.work.challenges.contains(id)
    };
    let receipts = state.work.receipts.iter();
    receipts.filter(|(id, receipt)| over(id, receipt.window_ends)).map(|(id, _)| *id).collect()
}

/// Summaries of earlier epochs that found no quorum; they lapse.
pub(crate) fn stale_receipts(state: &State, context: &Context) -> Vec<ReportId> {
    let first = ReportId {
        epoch: context.now.epoch,
        participant: AccountHandle(0),
        node: 0,
        model: crate::names::ModelId(0),
    };
    let earlier = state.work.receipts.range(..first);
    earlier.filter(|(_, receipt)| receipt.window_ends.is_none()).map(|(id, _)| *id).collect()
}

/// Takes a summary out without counting it; returns what its customers get back.
pub(crate) fn withdraw(state: &mut State, id: ReportId) -> Vec<Charge> {
    let charges = state.work.receipts.get(&id).map(|receipt| receipt.charges.clone());
    state.work.receipts.remove(&id);
    charges.unwrap_or_default()
}

/// Takes out a summary that found no quorum in time, or that cannot be counted.
pub(crate) fn lapse(state: &mut State, id: ReportId) -> Vec<Charge> {
    let report = ReportRef::Summary(state.report_key(&id));
    state.emit(Event::Lapsed { report });
    withdraw(state, id)
}

/// Counts a final summary; returns what its customers pay.
pub(crate) fn tally(state: &mut State, id: ReportId) -> Result<Vec<Charge>, AnyError> {
    let Some(receipt) = state.work.receipts.get(&id).cloned() else {
        return Ok(Vec::new());
    };
    let mut tally = state.work.tally(id.participant);
    tally.requests = count(tally.requests, receipt.requests);
    tally.missed = count(tally.missed, receipt.missed);
    tally.units = count(tally.units, receipt.units);
    tally.work = tally.work.checked_add(receipt.value)?;
    let units = count(state.work.model_units(id.model), receipt.units);
    state.isolate("load of a model", |state| pricing::add_load(state, id.model, receipt.units));
    state.work.tallies.put(id.participant, tally);
    state.work.model_units.put(id.model, units);
    state.work.receipts.remove(&id);
    let summary = state.report_key(&id);
    let (requests, units, value) = (receipt.requests, receipt.units, receipt.value);
    state.emit(Event::Tallied { summary, requests, units, value });
    Ok(receipt.charges)
}

/// Takes the reports of misses whose time has come out of the state and counts them: for each
/// participant the largest, where that is more than it reported itself.
fn count_misses(state: &mut State, context: &Context) {
    let due = |report: &MissReport| {
        report.counts_after.is_some_and(|after| after.is_over_at_close(&context.now))
    };
    let reports = state.work.misses.iter().filter(|(_, report)| due(report));
    let reports: Vec<(MissId, u64)> = reports.map(|(id, report)| (*id, report.missed)).collect();
    for (id, missed) in reports {
        state.work.misses.remove(&id);
        let mut tally = state.work.tally(id.1);
        tally.missed = tally.missed.max(missed);
        state.work.tallies.put(id.1, tally);
    }
}

/// Counts reports of misses, and keeps what duties are drawn from.
pub(crate) fn begin_close(
    state: &mut State,
    context: &Context,
    receipts: Vec<ReportId>,
    randomness: Hash,
) {
    count_misses(state, context);
    let rules = &context.parameters.work;
    let (randomness, receipts) = match (rules.checks_per_epoch, &rules.sampling) {
        (0, _) => (Hash::ZERO, Vec::new()),
        (_, None) => (randomness, receipts),
        (_, Some(_)) => (randomness, sampling::pool(receipts, &randomness)),
    };
    let answered = |sum: u64, (_, tally): (_, Tally)| sum.checked_add(tally.requests);
    // More than 2^64 requests are full traffic whatever the rules say.
    let requests = state.work.tallies().try_fold(0, answered).unwrap_or(u64::MAX);
    let closed = Closed { randomness, receipts: Arc::new(receipts), requests };
    state.work.closed.put(context.now.epoch, closed);
}

/// Accepted compute proofs of the epoch that closes: participant, node, model, weight, ascending.
pub(crate) fn accepted_proofs(state: &State, epoch: u64) -> Vec<(ReportId, u64)> {
    let proofs = state.work.proofs.iter();
    let accepted = proofs.filter(|(id, proof)| proof.accepted && id.epoch == epoch);
    accepted.map(|(id, proof)| (*id, proof.weight)).collect()
}

/// Statistics start from zero; proofs of the closed epoch are over, and reports of misses that
/// found no quorum. `keep_work` holds back payments that a quarantined stream has still to
/// split; as work they counted once.
pub(crate) fn end_close(state: &mut State, context: &Context, keep_work: bool) {
    let proofs = state.work.proofs.iter().filter(|(_, proof)| !proof.accepted);
    let lapsed: Vec<ReportRef> =
        proofs.map(|(id, _)| ReportRef::Proof(state.report_key(id))).collect();
    lapsed.into_iter().for_each(|report| state.emit(Event::Lapsed { report }));
    state.work.proofs.clear();
    let stale = |id: &MissId, report: &MissReport| {
        report.counts_after.is_none() && id.0 <= context.now.epoch
    };
    let misses = state.work.misses.iter().filter(|(id, report)| stale(id, report));
    let misses: Vec<MissId> = misses.map(|(id, _)| *id).collect();
    for id in misses {
        state.work.misses.remove(&id);
        let (participant, reporter) = (state.ledger.address(id.1), state.ledger.address(id.2));
        let report = ReportRef::Misses(MissKey { epoch: id.0, participant, reporter });
        state.emit(Event::Lapsed { report });
    }
    super::confirm::end_readings(state);
    // All payments together are in one pot, which is an amount.
    let rest = |tally: &Tally| tally.unsplit.checked_add(tally.work).unwrap_or(Amount::MAX);
    let unsplit: Vec<(AccountHandle, Amount)> = state
        .work
        .tallies()
        .map(|(account, tally)| (account, rest(&tally)))
        .filter(|(_, unsplit)| keep_work && !unsplit.is_zero())
        .collect();
    state.work.tallies.clear();
    for (account, unsplit) in unsplit {
        state.work.tallies.put(account, Tally { unsplit, ..Tally::default() });
    }
    state.work.model_units.clear();
    super::standing::reset_standings(state);
}
