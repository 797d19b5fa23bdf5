//! Claiming and forfeiting.

use super::epoch::{open_record, take_from_totals};
use super::{Error, Event, Record};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::fees::holder_of;
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
    let to = recipient_of(state, handle)?;
    let mut paid = false;
    for at in rows {
        let Some((_, asset, amount)) = record.entries.get(at) else {
            continue;
        };
        if !state.settlement.is_claimed(epoch, at) {
            paid = true;
            mark_claimed(state, epoch, at)?;
            let (reward, rest) = parts(context, record, (account, asset, amount))?;
            let claim = Payout { epoch, account: handle, recipient: to, asset };
            claim.pay(state, context, (reward, rest))?;
        }
    }
    if paid { Ok(()) } else { Err(Error::AlreadyClaimed { epoch }.into()) }
}

/// What of an entry is reward from emission, which a lost challenge can take, and what is payment
/// for accepted work or a direct stream's money, which nothing takes.
fn parts(
    context: &Context,
    record: &Record,
    (account, asset, amount): (Address, AssetId, Amount),
) -> Result<(Amount, Amount), AnyError> {
    let rewarded = match record.summaries.of(&account) {
        Some(summary) if asset == context.parameters.emission.asset => summary.rewarded,
        Some(_) | None => Amount::ZERO,
    };
    let reward = rewarded.min(amount);
    Ok((reward, amount.checked_sub(reward)?))
}

/// An entry on its way out of the claims pot.
struct Payout {
    epoch: u64,
    account: AccountHandle,
    recipient: AccountHandle,
    asset: AssetId,
}

impl Payout {
    /// Pays reward and rest to the recipient. Both vest alike; only the reward can still be taken.
    fn pay(
        &self,
        state: &mut State,
        context: &Context,
        (reward, rest): (Amount, Amount),
    ) -> Result<(), AnyError> {
        let Self { epoch, account, recipient, asset } = *self;
        let amount = reward.checked_add(rest)?;
        if amount.is_zero() {
            return Ok(());
        }
        take_from_totals(state, asset, amount)?;
        let (from, to) = (Holder::Pot(Pot::Claims), Holder::Account(recipient));
        let reason = Reason::Claim;
        state.ledger.post(Posting { asset, from, to, amount, reason })?;
        let rules = &context.parameters.claims;
        let epochs = rules.vesting_epochs;
        let start_epoch = epoch.checked_add(1).ok_or(OVERFLOW)?;
        for (earner, part) in [(Some(account), reward), (None, rest)] {
            let id = GrantId { account: recipient, asset, start_epoch, epochs, earner };
            vesting::grant(state, id, part, rules.vesting_remainder)?;
        }
        state.emit(Event::Claimed {
            epoch,
            account: state.ledger.address(account),
            recipient: state.ledger.address(recipient),
            asset,
            amount,
            vesting_epochs: epochs,
        });
        Ok(())
    }
}

fn mark_claimed(state: &mut State, epoch: u64, at: usize) -> Result<(), AnyError> {
    let word = u32::try_from(at >> 6).map_err(|_| OVERFLOW)?;
    let bits = state.settlement.claimed.get(&(epoch, word)).copied().unwrap_or(0);
    state.settlement.claimed.put((epoch, word), bits | 1 << (at & 63));
    Ok(())
}

/// After a lost challenge: what the offender has not yet claimed of the epoch's emission, and what
/// of it has not vested, whoever receives it, goes where slashes go. Payments for its accepted work
/// are paid out at once, since the entry they were part of is closed.
pub(crate) fn forfeit_unclaimed(
    state: &mut State,
    context: &Context,
    lost: &LostChallenge,
) -> Result<(), AnyError> {
    let (offender, epoch) = (lost.participant, lost.epoch);
    let start_epoch = epoch.checked_add(1).ok_or(OVERFLOW)?;
    for (recipient, asset, amount) in vesting::cancel(state, context, offender, start_epoch)? {
        let posting = forfeit(context, asset, Holder::Account(recipient), amount);
        state.ledger.post_locked(LockKind::Vesting, recipient, posting)?;
        let account = state.ledger.address(offender);
        state.emit(Event::ClaimForfeited { epoch, account, asset, amount });
    }
    let Some(record) = state.settlement.record(epoch).cloned() else {
        return Ok(());
    };
    let account = state.ledger.address(offender);
    let recipient = recipient_of(state, offender)?;
    for at in record.entries.of(&account) {
        let Some((_, asset, amount)) = record.entries.get(at) else {
            continue;
        };
        let (reward, rest) = parts(context, &record, (account, asset, amount))?;
        if reward.is_zero() || state.settlement.is_claimed(epoch, at) {
            continue;
        }
        mark_claimed(state, epoch, at)?;
        take_from_totals(state, asset, reward)?;
        let posting = forfeit(context, asset, Holder::Pot(Pot::Claims), reward);
        state.ledger.post(posting)?;
        state.emit(Event::ClaimForfeited { epoch, account, asset, amount: reward });
        let payout = Payout { epoch, account: offender, recipient, asset };
        payout.pay(state, context, (Amount::ZERO, rest))?;
    }
    Ok(())
}

fn forfeit(context: &Context, asset: AssetId, from: Holder, amount: Amount) -> Posting {
    let to = holder_of(context.parameters.slashing.destination);
    Posting { asset, from, to, amount, reason: Reason::Forfeit }
}

/// Who receives an account's claims.
fn recipient_of(state: &mut State, handle: AccountHandle) -> Result<AccountHandle, AnyError> {
    let account = state.ledger.address(handle);
    let participant = state.registry.participant(handle);
    let recipient = participant.map_or(account, |participant| participant.recipient);
    state.ledger.open(recipient)
}
