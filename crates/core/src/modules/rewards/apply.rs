//! What a close writes of buckets: backpay and what rolls over. Moves no money.

use super::buckets::rate_streams;
use super::{BucketPlan, Event, Owed, StreamPlan, UnpaidReason};
use crate::address::Address;
use crate::error::{Error, OVERFLOW};
use crate::inputs::{EpochInputs, Liability, Lot};
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::{Name, Parameters};
use crate::state::State;
use std::collections::BTreeSet;
use workmint_amounts::Amount;

/// Writes what a stream's bucket owes and rolls over from now on; only rows that change. Nothing
/// for a stream without a rate.
pub(crate) fn carry_out(
    state: &mut State,
    inputs: &EpochInputs,
    place: usize,
    stream: &StreamPlan,
) -> Result<(), Error> {
    let Some(bucket) = &stream.bucket else {
        return Ok(());
    };
    let place = u16::try_from(place).map_err(|_| OVERFLOW)?;
    let name = &stream.name;
    let (epoch, line) = (inputs.epoch, bucket.line);
    let line = Box::new(line);
    state.emit(Event::BucketClosed { stream: name.clone(), epoch, line });
    let account = |row: u32| -> Result<Address, Error> {
        let account = inputs.participants.account.get(row as usize);
        account.copied().ok_or(Error::Inconsistent { what: "a bucket pays nobody" })
    };
    for paid in &bucket.backpay {
        let (stream, owed_for) = (name.clone(), paid.epoch);
        let (account, amount) = (account(paid.participant)?, paid.amount);
        state.emit(Event::BackpayPaid { stream, owed_for, account, amount });
    }
    for row in bucket.liabilities.iter().filter(|row| row.epoch == epoch) {
        let (stream, owed_for) = (name.clone(), row.epoch);
        let (account, amount) = (account(row.participant)?, row.owed);
        state.emit(Event::BackpayArose { stream, owed_for, account, amount });
    }
    for row in &bucket.unpaid {
        let (stream, owed_for) = (name.clone(), row.epoch);
        let (account, amount, reason) = (account(row.participant)?, row.amount, row.reason);
        state.emit(Event::BackpayClosed { stream, owed_for, account, amount, reason });
    }
    put_lots(state, inputs, place, name, bucket);
    put_backpay(state, inputs, place, name, bucket)
}

fn put_lots(state: &mut State, inputs: &EpochInputs, place: u16, name: &Name, bucket: &BucketPlan) {
    let before: BTreeSet<&Lot> = inputs.lots.iter().filter(|lot| lot.stream == place).collect();
    let after: BTreeSet<&Lot> = bucket.lots.iter().collect();
    for lot in before.difference(&after) {
        state.rewards.rollover.remove(&(name.clone(), lot.epoch));
    }
    for lot in after.difference(&before) {
        state.rewards.rollover.put((name.clone(), lot.epoch), lot.amount);
    }
}

fn put_backpay(
    state: &mut State,
    inputs: &EpochInputs,
    place: u16,
    name: &Name,
    bucket: &BucketPlan,
) -> Result<(), Error> {
    let handle = |state: &State, row: u32| -> Result<AccountHandle, Error> {
        let account = inputs.participants.account.get(row as usize);
        let handle = account.and_then(|account| state.ledger.handle(account));
        handle.ok_or(Error::Inconsistent { what: "what is owed is owed to nobody" })
    };
    let key = |row: &Liability| (row.epoch, row.participant);
    let mut after = bucket.liabilities.iter().peekable();
    for old in inputs.backpay.iter().filter(|row| row.stream == place) {
        let left = after.next_if(|row| key(row) == key(old));
        if left != Some(old) {
            let key = (name.clone(), old.epoch, handle(state, old.participant)?);
            match left {
                Some(row) => state.rewards.backpay.put(key, owed(row)),
                None => state.rewards.backpay.remove(&key),
            }
        }
    }
    for row in after {
        let key = (name.clone(), row.epoch, handle(state, row.participant)?);
        state.rewards.backpay.put(key, owed(row));
    }
    Ok(())
}

fn owed(row: &Liability) -> Owed {
    Owed { since_ms: row.since_ms, amount: row.owed }
}

/// Closes what streams owe and roll over that pay no rate under these parameters any more.
pub(crate) fn end_streams(state: &mut State, parameters: &Parameters) {
    let rated: BTreeSet<&Name> = rate_streams(parameters).map(|(_, name, ..)| name).collect();
    let owed = state.rewards.backpay.iter().filter(|((name, ..), _)| !rated.contains(name));
    let owed: Vec<_> = owed.map(|(key, owed)| (key.clone(), owed.amount)).collect();
    let lots = state.rewards.rollover.iter().filter(|((name, _), _)| !rated.contains(name));
    let lots: Vec<((Name, u64), Amount)> =
        lots.map(|(key, amount)| (key.clone(), *amount)).collect();
    for (key, amount) in owed {
        state.rewards.backpay.remove(&key);
        let (stream, owed_for, account) = key;
        let account = state.ledger.address(account);
        let reason = UnpaidReason::StreamEnded;
        state.emit(Event::BackpayClosed { stream, owed_for, account, amount, reason });
    }
    for (key, amount) in lots {
        state.rewards.rollover.remove(&key);
        let (stream, epoch) = key;
        state.emit(Event::RolloverEnded { stream, epoch, amount });
    }
}
