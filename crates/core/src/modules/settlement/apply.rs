//! Claiming and forfeiting.

use super::epoch::{open_record, take_from_totals};
use super::{Error, Event, Record};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Pot, Reason};
use crate::modules::parameters::ClaimMode;
use crate::modules::vesting::{self, GrantId};
use crate::modules::work::{self, LostChallenge};
use crate::names::AssetId;
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Claim everything the sender has in a settled epoch; its sampled checks must be done.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Claim {
    /// The epoch.
    pub epoch: u64,
}

/// Pays the sender's claim to the recipient it named.
pub fn apply_claim(state: &mut State, context: &Context, message: &Claim) -> Result<(), AnyError> {
    let record = open_record(state, context, message.epoch)?;
    // In push mode only what an earlier mode, or a failed payment, left open can be claimed.
    let mut open = record.entries.of(&state.ledger.address(context.sender));
    let pushed = context.parameters.claims.mode == ClaimMode::Push;
    if pushed && open.all(|at| state.settlement.is_claimed(message.epoch, at)) {
        return Err(Error::PushMode {}.into());
    }
    work::require_done(state, context, message.epoch, context.sender)?;
    pay(state, context, context.sender, &record)
}

/// Pays all of an account's entries of one record.
pub(super) fn pay(
    state: &mut State,
    context: &Context,
    handle: AccountHandle,
    record: &Record,
) -> Result<(), AnyError> {
    let account = state.ledger.address(handle);
    let epoch = record.header.epoch;
    let rows = record.entries.of(&account);
    if rows.is_empty() {
        return Err(Error::NothingToClaim { account, epoch }.into());
    }
    let recipient = state
        .registry
        .participant(handle)
        .map_or(account, |participant| participant.recipient);
    let to = state.ledger.open(recipient)?;
    let mut paid = false;
    for at in rows {
        let Some((_, asset, amount)) = record.entries.get(at) else {
            continue;
        };
        if state.settlement.is_claimed(epoch, at) {
            continue;
        }
        paid = true;
        mark_claimed(state, epoch, at)?;
        take_from_totals(state, asset, amount)?;
        let (from, to_holder) = (Holder::Pot(Pot::Claims), Holder::Account(to));
        let reason = Reason::Claim;
        state.ledger.post(Posting {
            asset,
            from,
            to: to_holder,
            amount,
            reason,
        })?;
        let vesting_epochs = context.parameters.claims.vesting_epochs;
        let start_epoch = epoch.checked_add(1).ok_or(OVERFLOW)?;
        let id = GrantId {
            account: to,
            asset,
            start_epoch,
            epochs: vesting_epochs,
        };
        vesting::grant(state, id, amount)?;
        state.emit(Event::Claimed {
            epoch,
            account,
            recipient,
            asset,
            amount,
            vesting_epochs,
        });
    }
    if paid {
        Ok(())
    } else {
        Err(Error::AlreadyClaimed { epoch }.into())
    }
}

fn mark_claimed(state: &mut State, epoch: u64, at: usize) -> Result<(), AnyError> {
    let word = u32::try_from(at >> 6).map_err(|_| OVERFLOW)?;
    let bits = state
        .settlement
        .claimed
        .get(&(epoch, word))
        .copied()
        .unwrap_or(0);
    state
        .settlement
        .claimed
        .put((epoch, word), bits | 1 << (at & 63));
    Ok(())
}

/// After a lost challenge: what the offender has not yet claimed of the offence's epoch is taken,
/// and so is what vests of it on its own account. Both go where slashes go.
pub(crate) fn forfeit_unclaimed(
    state: &mut State,
    context: &Context,
    lost: &LostChallenge,
) -> Result<(), AnyError> {
    let account = state.ledger.address(lost.participant);
    let epoch = lost.epoch;
    let to = crate::modules::fees::holder_of(context.parameters.slashing.destination);
    if let Some(record) = state.settlement.record(epoch).cloned() {
        for at in record.entries.of(&account) {
            let Some((_, asset, amount)) = record.entries.get(at) else {
                continue;
            };
            if state.settlement.is_claimed(epoch, at) {
                continue;
            }
            mark_claimed(state, epoch, at)?;
            take_from_totals(state, asset, amount)?;
            let from = Holder::Pot(Pot::Claims);
            let reason = Reason::Forfeit;
            state.ledger.post(Posting {
                asset,
                from,
                to: to.clone(),
                amount,
                reason,
            })?;
            state.emit(Event::ClaimForfeited {
                epoch,
                account,
                asset,
                amount,
            });
        }
    }
    let start_epoch = epoch.checked_add(1).ok_or(OVERFLOW)?;
    for (asset, amount) in vesting::cancel(state, context, lost.participant, start_epoch)? {
        forfeit_vesting(state, (lost.participant, epoch), asset, amount, to.clone())?;
    }
    Ok(())
}

fn forfeit_vesting(
    state: &mut State,
    (handle, epoch): (AccountHandle, u64),
    asset: AssetId,
    amount: Amount,
    to: Holder,
) -> Result<(), AnyError> {
    let from = Holder::Account(handle);
    let posting = Posting {
        asset,
        from,
        to,
        amount,
        reason: Reason::Forfeit,
    };
    state
        .ledger
        .post_locked(LockKind::Vesting, handle, posting)?;
    let account = state.ledger.address(handle);
    state.emit(Event::ClaimForfeited {
        epoch,
        account,
        asset,
        amount,
    });
    Ok(())
}
