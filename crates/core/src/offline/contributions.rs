//! What becomes final, what is owed and what rolled over, as rows of an epoch settled off-line.

use super::{OfflineEpoch, OfflineError, OfflineParticipant};
use crate::address::Address;
use crate::error::OVERFLOW;
use crate::inputs::{Contributions, EpochInputs, Liability, Lot, Participants};
use crate::modules::contributions::improves_enough;
use crate::modules::parameters::{Parameters, Score};
use crate::modules::rewards;
use std::collections::BTreeSet;
use workmint_amounts::Amount;

/// A contribution that becomes final with the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfflineContribution {
    /// The stream's place in the parameters.
    pub stream: u16,
    /// Who contributed.
    pub account: Address,
    /// The epoch in which the work was done; at most the one settled.
    pub epoch: u64,
    /// The contributor's own number for it; with account and epoch, each once.
    pub id: u64,
    /// Tokens; improvement in 10^-9 of the recorded loss, worth nothing below the stream's least
    /// one; tasks; bytes.
    pub quantity: u64,
    /// First multiplier found, 10^-6, before it is clamped.
    pub first: u32,
    /// Second multiplier found, 10^-6, before it is clamped.
    pub second: u32,
}

/// What a stream owes one account for one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OfflineLiability {
    /// The stream's place in the parameters.
    pub stream: u16,
    /// The epoch whose bucket could not pay; before the one settled.
    pub epoch: u64,
    /// Whom.
    pub account: Address,
    /// When that epoch closed, milliseconds; not after the close of the one settled.
    pub since_ms: u64,
    /// Base units owed, before decay; above 0.
    pub owed: Amount,
}

/// Adds a row for every account that contributed or is owed something and has none.
pub(super) fn add_participants(epoch: &mut OfflineEpoch) {
    let known: BTreeSet<Address> = epoch.participants.iter().map(|row| row.account).collect();
    let of_contributions = epoch.contributions.iter().map(|row| row.account);
    let named: BTreeSet<Address> =
        of_contributions.chain(epoch.backpay.iter().map(|row| row.account)).collect();
    let new = named.difference(&known).map(|account| OfflineParticipant::idle(*account));
    epoch.participants.extend(new);
}

/// Takes the rows over into the frozen inputs, in their order.
pub(super) fn freeze(
    parameters: &Parameters,
    mut epoch: Rows,
    inputs: &mut EpochInputs,
) -> Result<(), OfflineError> {
    check(parameters, &mut epoch, inputs)?;
    let people = &inputs.participants;
    let mut active = BTreeSet::new();
    let mut columns = Contributions::default();
    for row in &epoch.contributions {
        let participant = participant(people, &row.account)?;
        active.insert(participant);
        columns.stream.push(row.stream);
        columns.participant.push(participant);
        columns.epoch.push(row.epoch);
        columns.id.push(row.id);
        columns.quantity.push(counted(parameters, row)?);
        columns.first.push(row.first);
        columns.second.push(row.second);
    }
    let mut backpay = Vec::with_capacity(epoch.backpay.len());
    for row in &epoch.backpay {
        let OfflineLiability { stream, epoch, account, since_ms, owed } = *row;
        let participant = participant(people, &account)?;
        backpay.push(Liability { stream, epoch, participant, since_ms, owed });
    }
    let backlog = Amount::sum(backpay.iter().map(|row| row.owed));
    inputs.emission.active = active.len() as u64;
    inputs.emission.backpay = backlog.map_err(|error| OfflineError::Settlement(error.into()))?;
    inputs.emission.reserved = rewards::reserved(parameters, inputs.epoch, &epoch.lots)
        .map_err(OfflineError::Settlement)?;
    inputs.contributions = columns;
    inputs.backpay = backpay;
    inputs.lots = epoch.lots;
    Ok(())
}

/// The quantity that counts: none of an improvement that a chain would close unpaid.
fn counted(parameters: &Parameters, row: &OfflineContribution) -> Result<u64, OfflineError> {
    let stream = parameters.streams.get(usize::from(row.stream));
    let Some(Score::Rate(rule)) = stream.map(|stream| &stream.score) else {
        return Err(OfflineError::NoRate { stream: row.stream });
    };
    let enough = improves_enough(rule, row.quantity);
    let enough = enough.map_err(|error| OfflineError::Settlement(error.into()))?;
    Ok(if enough { row.quantity } else { 0 })
}

/// The rows of an [`OfflineEpoch`] that this file takes over.
pub(super) struct Rows {
    pub(super) contributions: Vec<OfflineContribution>,
    pub(super) backpay: Vec<OfflineLiability>,
    pub(super) lots: Vec<Lot>,
}

/// Sorts the rows and refuses those that no chain could freeze.
fn check(
    parameters: &Parameters,
    rows: &mut Rows,
    inputs: &EpochInputs,
) -> Result<(), OfflineError> {
    rows.contributions.sort_unstable();
    rows.backpay.sort_unstable();
    rows.lots.sort_unstable_by_key(|lot| (lot.stream, lot.epoch));
    let streams = rows.contributions.iter().map(|row| row.stream);
    let streams = streams.chain(rows.backpay.iter().map(|row| row.stream));
    for stream in streams.chain(rows.lots.iter().map(|lot| lot.stream)) {
        let found = parameters.streams.get(usize::from(stream));
        if !found.is_some_and(|found| matches!(found.score, Score::Rate(_))) {
            return Err(OfflineError::NoRate { stream });
        }
    }
    if let Some(row) = rows.contributions.iter().find(|row| row.epoch > inputs.epoch) {
        return Err(OfflineError::WrongEpoch { account: row.account, epoch: row.epoch });
    }
    let late = |row: &&OfflineLiability| {
        row.epoch >= inputs.epoch || row.since_ms > inputs.time_ms || row.owed.is_zero()
    };
    if let Some(row) = rows.backpay.iter().find(late) {
        return Err(OfflineError::WrongEpoch { account: row.account, epoch: row.epoch });
    }
    if let Some(lot) = rows.lots.iter().find(|lot| lot.epoch >= inputs.epoch) {
        return Err(OfflineError::BadLot { stream: lot.stream, epoch: lot.epoch });
    }
    twice(rows)
}

/// The error if a row stands there twice; each kind is sorted.
fn twice(rows: &Rows) -> Result<(), OfflineError> {
    let mut keys: Vec<(Address, u64, u64)> =
        rows.contributions.iter().map(|row| (row.account, row.epoch, row.id)).collect();
    keys.sort_unstable();
    if let Some(&[(account, epoch, id), _]) = keys.array_windows().find(|[one, next]| one == next) {
        return Err(OfflineError::ContributionTwice { account, epoch, id });
    }
    let key = |row: &OfflineLiability| (row.stream, row.epoch, row.account);
    let mut pairs = rows.backpay.array_windows();
    if let Some([row, _]) = pairs.find(|[one, next]| key(one) == key(next)) {
        return Err(OfflineError::BackpayTwice { account: row.account, epoch: row.epoch });
    }
    let key = |lot: &Lot| (lot.stream, lot.epoch);
    let mut pairs = rows.lots.array_windows();
    match pairs.find(|[one, next]| key(one) == key(next)) {
        Some([lot, _]) => Err(OfflineError::BadLot { stream: lot.stream, epoch: lot.epoch }),
        None => Ok(()),
    }
}

fn participant(people: &Participants, account: &Address) -> Result<u32, OfflineError> {
    let row = people.find(account).and_then(|row| u32::try_from(row).ok());
    row.ok_or_else(|| OfflineError::Settlement(OVERFLOW.into()))
}
