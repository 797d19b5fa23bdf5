//! Reading a weight again while it counts.

use super::attest::add;
use super::submit::{content, reported_on};
use super::{
    AcceptedReading, ConfirmationKey, Electorate, Error, Event, Reading, ReportConfirmation,
    ReportRef,
};
use crate::error::Error as AnyError;
use crate::hash::Hash;
use crate::state::{Context, State};

/// Takes in a reporter's reading of a participant's weight, with its own attestation. Returned if
/// that alone is a quorum.
pub fn apply_confirmation(
    state: &mut State,
    context: &Context,
    message: &ReportConfirmation,
    electorate: &Electorate<'_>,
) -> Result<Vec<AcceptedReading>, AnyError> {
    if context.parameters.weights.confirmation.is_none() {
        return Err(Error::NotInForce { rule: "this network reads no weight again" }.into());
    }
    let participant = reported_on(state, context, message.epoch, &message.participant)?;
    let reporter = context.sender;
    if message.measured.checked_add(message.preserved).is_none() {
        let rule = "measured and preserved weight together are below 2^64";
        return Err(Error::OutOfRange { rule }.into());
    }
    let id = (message.epoch, participant, reporter);
    if state.work.readings.contains(&id) {
        return Err(Error::AlreadyReported {}.into());
    }
    let by = state.ledger.address(reporter);
    let row = Reading {
        measured: message.measured,
        preserved: message.preserved,
        content: content("confirmation", message)?,
        attested_by: vec![reporter],
        accepted: electorate.has_quorum(state, context, &[reporter], (participant, &[]))?,
    };
    let accepted = row.accepted.then_some(AcceptedReading {
        participant,
        measured: row.measured,
        preserved: row.preserved,
    });
    state.work.readings.put(id, row);
    let (epoch, participant) = (message.epoch, message.participant);
    let report = ReportRef::Confirmation(ConfirmationKey { epoch, participant, reporter: by });
    state.emit(Event::Reported { by, report });
    if accepted.is_some() {
        state.emit(Event::Accepted { account: participant, report });
    }
    Ok(accepted.into_iter().collect())
}

/// Adds the sender's word to a reading; pushed onto `accepted` when it finds its quorum.
pub(super) fn attest_reading(
    state: &mut State,
    context: &Context,
    key: &ConfirmationKey,
    electorate: &Electorate<'_>,
    accepted: &mut Vec<AcceptedReading>,
) -> Result<Hash, AnyError> {
    let unknown = Error::UnknownReport { participant: key.participant };
    let participant = state.ledger.handle(&key.participant).ok_or(unknown.clone())?;
    let reporter = state.ledger.handle(&key.reporter).ok_or(unknown.clone())?;
    let id = (key.epoch, participant, reporter);
    let mut reading = state.work.readings.get(&id).cloned().ok_or(unknown)?;
    state.require_unrelated(context.sender, participant)?;
    if add(state, context, electorate, &mut reading.attested_by, (participant, &[]))?
        && !reading.accepted
    {
        reading.accepted = true;
        let (measured, preserved) = (reading.measured, reading.preserved);
        accepted.push(AcceptedReading { participant, measured, preserved });
        let report = ReportRef::Confirmation(*key);
        state.emit(Event::Accepted { account: key.participant, report });
    }
    let content = reading.content;
    state.work.readings.put(id, reading);
    Ok(content)
}

/// Readings end with the epoch whose weight they read.
pub(super) fn end_readings(state: &mut State) {
    let open = state.work.readings.iter().filter(|(_, reading)| !reading.accepted);
    let lapsed: Vec<ReportRef> = open
        .map(|((epoch, participant, reporter), _)| {
            ReportRef::Confirmation(ConfirmationKey {
                epoch: *epoch,
                participant: state.ledger.address(*participant),
                reporter: state.ledger.address(*reporter),
            })
        })
        .collect();
    lapsed.into_iter().for_each(|report| state.emit(Event::Lapsed { report }));
    state.work.readings.clear();
}
