//! Setting weights, in the open or by commit and reveal.

use super::seats::owner_seat;
use super::state::{Commitment, Seat};
use super::weighing::{are_enough, is_self_weight, upscaled};
use super::{CommitWeights, Error, Event, RevealWeights, SetWeights};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::hash::Hash;
use crate::modules::parameters::Opinions;
use crate::state::{Context, State};
use std::collections::BTreeSet;

/// What one commits to: the weights as they will be revealed, bound to the chain, the sender, its
/// seat and the epoch of the commitment.
#[must_use]
pub fn commitment(
    chain: &Hash,
    (sender, seat): (&Address, u16),
    epoch: u64,
    entries: &[(u16, u16)],
    salt: &Hash,
) -> Hash {
    let entries: Vec<u8> = entries
        .iter()
        .flat_map(|(seat, weight)| seat.to_le_bytes().into_iter().chain(weight.to_le_bytes()))
        .collect();
    let parts: [&[u8]; 6] =
        [&chain.0, sender.as_bytes(), &seat.to_le_bytes(), &epoch.to_le_bytes(), &entries, &salt.0];
    Hash::of("workmint weights v1", &parts)
}

/// The sender's seat.
fn own_seat(state: &State, context: &Context) -> Result<(u16, Seat), Error> {
    let number = state.opinions.seat_of(context.sender).ok_or(Error::NoSeat {})?;
    let seat = state.opinions.seat(number).ok_or(Error::NoSeat {})?;
    Ok((number, *seat))
}

/// The seat is the owner's, or had enough power at the last close.
fn require_power(state: &State, rules: &Opinions, seat: (u16, &Seat)) -> Result<(), Error> {
    let (power, least) = (seat.1.power, rules.least_power);
    if power < least && owner_seat(state, rules) != Some(seat.0) {
        return Err(Error::TooLittlePower { power, least });
    }
    Ok(())
}

/// Enough blocks passed since the seat last set weights or committed to some; 0: never.
fn require_pause(rules: &Opinions, seat: &Seat, height: u64) -> Result<(), AnyError> {
    let from = seat.last_act.checked_add(rules.weighing.rate_limit_blocks).ok_or(OVERFLOW)?;
    if seat.last_act > 0 && height < from {
        return Err(Error::TooSoon { from }.into());
    }
    Ok(())
}

/// Weights that the rules allow, checked in upstream's order: permit, none twice, seats that exist,
/// enough of them (reference/bittensor.md §1.6).
fn check(
    state: &State,
    rules: &Opinions,
    (number, seat): (u16, &Seat),
    entries: &[(u16, u16)],
) -> Result<(), Error> {
    let weighed: Vec<u16> = entries.iter().map(|(seat, _)| *seat).collect();
    let of_itself = is_self_weight(number, &weighed);
    let is_owner = owner_seat(state, rules) == Some(number);
    if !seat.permit && !of_itself && !is_owner {
        return Err(Error::NoPermit {});
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = weighed.iter().find(|seat| !seen.insert(**seat)) {
        return Err(Error::WeighedTwice { seat: *twice });
    }
    let taken = state.opinions.taken();
    if let Some(unknown) = weighed.iter().find(|seat| **seat >= taken) {
        return Err(Error::UnknownSeat { seat: *unknown, taken });
    }
    let least = rules.weighing.minimum_count.min(taken);
    if !are_enough(number, &weighed, taken, least) {
        return Err(Error::TooFew { count: weighed.len(), least });
    }
    Ok(())
}

/// Sets the weights of the sender's seat in the open.
pub(super) fn apply_set(
    state: &mut State,
    context: &Context,
    message: &SetWeights,
) -> Result<(), AnyError> {
    let rules = super::rules(context)?;
    if rules.weighing.reveal_epochs.is_some() {
        return Err(Error::CommitFirst {}.into());
    }
    let (number, seat) = own_seat(state, context)?;
    require_power(state, rules, (number, &seat))?;
    let height = context.now.height;
    require_pause(rules, &seat, height)?;
    check(state, rules, (number, &seat), &message.entries)?;
    let seat = Seat { last_act: height, ..seat };
    store(state, (number, seat), &message.entries, height);
    Ok(())
}

/// Stores weights that were decided on at some height.
fn store(state: &mut State, (number, seat): (u16, Seat), entries: &[(u16, u16)], height: u64) {
    let weights: Vec<u16> = entries.iter().map(|(_, weight)| *weight).collect();
    let seats = entries.iter().map(|(seat, _)| *seat);
    let row: Vec<(u16, u16)> = seats.zip(upscaled(&weights)).collect();
    state.opinions.weights.put(number, row);
    state.opinions.seats.put(number, Seat { last_update: height, ..seat });
    let account = state.ledger.address(seat.holder);
    // No seat is weighed twice, and there are fewer than 2^16.
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    state.emit(Event::WeightsSet { account, seat: number, count });
}

/// Takes a commitment of the sender's seat.
pub(super) fn apply_commit(
    state: &mut State,
    context: &Context,
    message: &CommitWeights,
) -> Result<(), AnyError> {
    let rules = super::rules(context)?;
    let reveal_epochs = rules.weighing.reveal_epochs.ok_or(Error::SetInTheOpen {})?;
    let (number, seat) = own_seat(state, context)?;
    require_power(state, rules, (number, &seat))?;
    let (height, epoch) = (context.now.height, context.now.epoch);
    require_pause(rules, &seat, height)?;
    let most = rules.weighing.most_commitments;
    if state.opinions.commitments(number).any(|(_, row)| row.hash == message.hash) {
        return Err(Error::CommittedTwice {}.into());
    }
    if state.opinions.commitments(number).count() >= most as usize {
        return Err(Error::TooManyCommitments { most }.into());
    }
    let row = Commitment { hash: message.hash, epoch, height };
    state.opinions.commitments.put((number, seat.next_commitment), row);
    let next_commitment = seat.next_commitment.checked_add(1).ok_or(OVERFLOW)?;
    state.opinions.seats.put(number, Seat { last_act: height, next_commitment, ..seat });
    let reveal_in = epoch.checked_add(reveal_epochs).ok_or(OVERFLOW)?;
    let account = state.ledger.address(context.sender);
    state.emit(Event::WeightsCommitted { account, seat: number, reveal_in });
    Ok(())
}

/// Sets the weights that the sender's seat committed to. Earlier commitments end with it: an older
/// opinion must not come after a newer one.
pub(super) fn apply_reveal(
    state: &mut State,
    context: &Context,
    message: &RevealWeights,
) -> Result<(), AnyError> {
    let rules = super::rules(context)?;
    let reveal_epochs = rules.weighing.reveal_epochs.ok_or(Error::SetInTheOpen {})?;
    let (number, seat) = own_seat(state, context)?;
    let account = state.ledger.address(context.sender);
    let chain = state.chain().genesis;
    let is_of = |row: &Commitment| {
        let binds = (&account, number);
        row.hash == commitment(&chain, binds, row.epoch, &message.entries, &message.salt)
    };
    let found = state.opinions.commitments(number).find(|(_, row)| is_of(row));
    let (at, found) = found.map(|(at, row)| (at, *row)).ok_or(Error::NotCommitted {})?;
    let epoch = found.epoch.checked_add(reveal_epochs).ok_or(OVERFLOW)?;
    if context.now.epoch < epoch {
        return Err(Error::RevealTooEarly { epoch }.into());
    }
    // Overdue ones end at their close, but for a period that has just become shorter.
    if context.now.epoch > epoch {
        return Err(Error::NotCommitted {}.into());
    }
    require_power(state, rules, (number, &seat))?;
    check(state, rules, (number, &seat), &message.entries)?;
    let earlier = state.opinions.commitments(number).take_while(|(other, _)| *other < at);
    let lapsed: Vec<u64> = earlier.map(|(_, row)| row.epoch).collect();
    for epoch in lapsed {
        state.emit(Event::CommitmentLapsed { account, seat: number, epoch });
    }
    state.opinions.drop_commitments(number, at);
    store(state, (number, seat), &message.entries, found.height);
    Ok(())
}

/// Ends the commitments that were to be revealed before `next`, the epoch that opens, or all of
/// them if weights are set in the open from then on.
pub(super) fn lapse(state: &mut State, reveal_epochs: Option<u64>, next: u64) {
    let over = |row: &Commitment| {
        let due = reveal_epochs.and_then(|epochs| row.epoch.checked_add(epochs));
        due.is_none_or(|due| due < next)
    };
    let rows = state.opinions.commitments.iter().filter(|(_, row)| over(row));
    let lapsed: Vec<((u16, u64), u64)> = rows.map(|(key, row)| (*key, row.epoch)).collect();
    for (key, epoch) in lapsed {
        state.opinions.commitments.remove(&key);
        if let Some(seat) = state.opinions.seat(key.0) {
            let account = state.ledger.address(seat.holder);
            state.emit(Event::CommitmentLapsed { account, seat: key.0, epoch });
        }
    }
}
