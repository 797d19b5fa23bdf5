//! Claiming.

use super::epoch::{open_record, take_from_totals};
use super::{Error, Event, Record};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::{AccountHandle, Holder, Posting, Pot, Reason};
use crate::modules::parameters::ClaimMode;
use crate::modules::vesting::{self, GrantId};
use crate::modules::work;
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
        let Some((_, asset, _)) = record.entries.get(at) else {
            continue;
        };
        if !state.settlement.is_claimed(epoch, at) {
            paid = true;
            let (reward, rest) = open_parts(state, context, record, at)?;
            mark_claimed(state, epoch, at)?;
            let claim = Payout { epoch, account: handle, recipient: to, asset };
            claim.pay(state, context, (reward, rest))?;
        }
    }
    if paid { Ok(()) } else { Err(Error::AlreadyClaimed { epoch }.into()) }
}

/// What of an entry is reward from emission, which a lost challenge can take, and what is payment
/// for accepted work or a direct stream's money, which only repays refuted payments.
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
    /// Pays reward and rest to the recipient. Of both floor(part x vesting share) vests, the rest
    /// is free at once; only what vests of the reward can still be taken.
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
        let mut vesting = Amount::ZERO;
        for (earner, part) in [(Some(account), reward), (None, rest)] {
            let id = GrantId { account: recipient, asset, start_epoch, epochs, earner };
            let vests = vesting::grant_share(state, rules, id, part)?;
            vesting = vesting.checked_add(vests)?;
        }
        state.emit(Event::Claimed {
            epoch,
            account: state.ledger.address(account),
            recipient: state.ledger.address(recipient),
            asset,
            amount,
            vesting,
            vesting_epochs: epochs,
        });
        Ok(())
    }
}

/// What is left of both parts of an open entry: reward, rest.
pub(super) fn open_parts(
    state: &State,
    context: &Context,
    record: &Record,
    at: usize,
) -> Result<(Amount, Amount), AnyError> {
    let missing = AnyError::Inconsistent { what: "a record has no such entry" };
    let (reward, rest) = parts(context, record, record.entries.get(at).ok_or(missing)?)?;
    let taken = state.settlement.taken(record.header.epoch, at);
    Ok((reward.checked_sub(taken.reward)?, rest.checked_sub(taken.rest)?))
}

/// Closes an entry: nothing more of it can be claimed or taken.
pub(super) fn mark_claimed(state: &mut State, epoch: u64, at: usize) -> Result<(), AnyError> {
    let entry = u32::try_from(at).map_err(|_| OVERFLOW)?;
    state.settlement.taken.remove(&(epoch, entry));
    let word = u32::try_from(at >> 6).map_err(|_| OVERFLOW)?;
    let bits = state.settlement.claimed.get(&(epoch, word)).copied().unwrap_or(0);
    state.settlement.claimed.put((epoch, word), bits | 1 << (at & 63));
    Ok(())
}

/// Who receives an account's claims.
fn recipient_of(state: &mut State, handle: AccountHandle) -> Result<AccountHandle, AnyError> {
    let account = state.ledger.address(handle);
    let participant = state.registry.participant(handle);
    let recipient = participant.map_or(account, |participant| participant.recipient);
    state.ledger.open(recipient)
}
