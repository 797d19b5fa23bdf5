//! What a close does with settlements: carry out the plan, expire old claims.

use super::{Entries, Error, Event, Moves, Record, Totals, apply, build_record, moves_of_plan};
use crate::error::Error as AnyError;
use crate::inputs::EpochInputs;
use crate::modules::fees::holder_of;
use crate::modules::ledger::{Holder, Posting, Pot, Reason};
use crate::modules::parameters::ClaimMode;
use crate::modules::rewards::{self, Event as RewardEvent, SettlementPlan, StreamPlan};
use crate::modules::{validators, work};
use crate::names::AssetId;
use crate::state::{Context, State};
use std::sync::Arc;
use workmint_amounts::Amount;

/// Mints exactly what the plan pays or carries, records it and makes it claimable.
pub(crate) fn carry_out(
    state: &mut State,
    context: &Context,
    inputs: &EpochInputs,
    plan: &SettlementPlan,
) -> Result<Arc<Record>, AnyError> {
    let mut issued = (Amount::ZERO, Amount::ZERO);
    let recycling = inputs.pot(context.parameters.emission.asset, &Pot::Recycling);
    let moves = moves_of_plan(plan, recycling)?;
    for (place, (stream, moves)) in plan.streams.iter().zip(moves).enumerate() {
        let (minted, recycled) = move_stream(state, inputs.epoch, stream, moves)?;
        credit_delegators(state, context, inputs, stream)?;
        rewards::carry_out(state, inputs, place, stream)?;
        issued.0 = issued.0.checked_add(minted)?;
        issued.1 = issued.1.checked_add(recycled)?;
    }
    let offered = plan.emission.scheduled.checked_add(plan.emission.blocks);
    let offered = (offered.unwrap_or(Amount::MAX), inputs.emission.reserved);
    state.emission.record(offered, issued.0, plan.emission.cutoff)?;
    let window = context.parameters.claims.window_epochs;
    let record = Arc::new(build_record(inputs, plan, issued, window, true)?);
    let header = &record.header;
    let (epoch, minted, root, claims) = (header.epoch, header.minted, header.root, header.claims);
    let mut totals = state.settlement.totals.get().clone();
    add_entries(&mut totals, &record.entries)?;
    state.settlement.headers.put(epoch, Arc::new(record.header.clone()));
    state.settlement.open.put(epoch, Arc::clone(&record));
    state.settlement.totals.set(totals);
    state.emit(Event::Settled { epoch, minted, root, claims });
    Ok(record)
}

fn move_stream(
    state: &mut State,
    epoch: u64,
    stream: &StreamPlan,
    moves: Option<Moves>,
) -> Result<(Amount, Amount), AnyError> {
    let Some(moves) = moves else {
        let code = stream.quarantined.unwrap_or(0);
        state.rewards.quarantined.put(stream.name.clone(), epoch);
        state.emit(RewardEvent::StreamQuarantined { stream: stream.name.clone(), epoch, code });
        return Ok((Amount::ZERO, Amount::ZERO));
    };
    state.rewards.quarantined.remove(&stream.name);
    for (from, to, amount, reason) in moves.list {
        state.ledger.post(Posting { asset: moves.asset, from, to, amount, reason })?;
    }
    if !stream.forfeited.is_zero() {
        let (amount, to) = (stream.forfeited, stream.forfeits_to);
        state.emit(Event::Forfeited { epoch, stream: stream.name.clone(), amount, to });
    }
    if !stream.recovered.is_zero() {
        let amount = stream.recovered;
        state.emit(Event::Recovered { epoch, stream: stream.name.clone(), amount });
    }
    if !stream.keeps_dust() && !stream.dust.is_zero() {
        let (amount, to) = (stream.dust, stream.forfeits_to);
        state.emit(Event::DustForfeited { epoch, stream: stream.name.clone(), amount, to });
    }
    Ok((moves.minted, moves.recycled))
}

/// What the pot of delegators has just received is theirs, pool by pool.
fn credit_delegators(
    state: &mut State,
    context: &Context,
    inputs: &EpochInputs,
    stream: &StreamPlan,
) -> Result<(), AnyError> {
    const NOBODY: AnyError = AnyError::Inconsistent { what: "delegators of no validator" };
    if stream.quarantined.is_some() {
        return Ok(());
    }
    for (row, amount) in &stream.delegations {
        let at = usize::try_from(*row).ok();
        let account = at.and_then(|at| inputs.participants.account.get(at));
        let validator = account.and_then(|account| state.ledger.handle(account));
        validators::credit(state, context, validator.ok_or(NOBODY)?, *amount)?;
    }
    Ok(())
}

fn add_entries(totals: &mut Totals, entries: &Entries) -> Result<(), AnyError> {
    for (asset, amount) in entries.asset.iter().zip(&entries.amount) {
        let sum = totals.entry(*asset).or_default();
        *sum = sum.checked_add(*amount)?;
    }
    Ok(())
}

/// In push mode: pays every entry of the record just made.
pub(crate) fn pay_all(state: &mut State, context: &Context, record: &Record) {
    if context.parameters.claims.mode != ClaimMode::Push {
        return;
    }
    let accounts = record.entries.account.chunk_by(|one, next| one == next);
    for account in accounts.filter_map(|group| group.first()) {
        state.isolate("push payment", |state| {
            let handle = state.ledger.open(*account)?;
            apply::pay(state, context, handle, record)
        });
    }
}

/// Expires the records whose window ends with this close: unclaimed entries go to their
/// destination.
pub(crate) fn expire(state: &mut State, context: &Context) {
    let open = state.settlement.open.iter();
    let over: Vec<(u64, Arc<Record>)> = open
        .filter(|(_, record)| record.expires_after <= context.now.epoch)
        .map(|(epoch, record)| (*epoch, Arc::clone(record)))
        .collect();
    for (epoch, record) in over {
        state.isolate("claims expiry", |state| expire_record(state, context, epoch, &record));
    }
}

fn expire_record(
    state: &mut State,
    context: &Context,
    epoch: u64,
    record: &Record,
) -> Result<(), AnyError> {
    let mut unclaimed = Totals::new();
    for at in 0..record.entries.len() {
        let Some((_, asset, amount)) = record.entries.get(at) else {
            continue;
        };
        let left = state.settlement.left(epoch, at, amount)?;
        if !left.is_zero() {
            let sum = unclaimed.entry(asset).or_default();
            *sum = sum.checked_add(left)?;
        }
    }
    let destination = context.parameters.claims.unclaimed;
    for (asset, amount) in unclaimed {
        take_from_totals(state, asset, amount)?;
        let from = Holder::Pot(Pot::Claims);
        let to = holder_of(destination);
        state.ledger.post(Posting { asset, from, to, amount, reason: Reason::Expired })?;
        state.emit(Event::Expired { epoch, asset, amount, to: destination });
    }
    let words: Vec<(u64, u32)> = state
        .settlement
        .claimed
        .range((epoch, 0)..=(epoch, u32::MAX))
        .map(|(key, _)| *key)
        .collect();
    words.iter().for_each(|key| state.settlement.claimed.remove(key));
    let taken = state.settlement.taken.range((epoch, 0)..=(epoch, u32::MAX));
    let taken: Vec<(u64, u32)> = taken.map(|(key, _)| *key).collect();
    taken.iter().for_each(|key| state.settlement.taken.remove(key));
    state.settlement.open.remove(&epoch);
    work::forget(state, epoch);
    Ok(())
}

/// Lowers what open records owe.
pub(super) fn take_from_totals(
    state: &mut State,
    asset: AssetId,
    amount: Amount,
) -> Result<(), AnyError> {
    let mut totals = state.settlement.totals.get().clone();
    let owed = totals.get(&asset).copied().unwrap_or_default().checked_sub(amount)?;
    if owed.is_zero() {
        totals.remove(&asset);
    } else {
        totals.insert(asset, owed);
    }
    state.settlement.totals.set(totals);
    Ok(())
}

/// The record of an epoch whose claims are open, or why there is none.
pub(super) fn open_record(
    state: &State,
    context: &Context,
    epoch: u64,
) -> Result<Arc<Record>, Error> {
    match state.settlement.record(epoch) {
        Some(record) => Ok(Arc::clone(record)),
        None if epoch >= context.now.epoch => {
            Err(Error::NotSettled { epoch, open: context.now.epoch })
        }
        None => Err(Error::Expired { epoch }),
    }
}
