//! What a provider loses of a settled epoch when its work turns out worthless: what its customer
//! paid goes back first, then the reward is forfeited.

use super::apply::{mark_claimed, open_parts};
use super::epoch::take_from_totals;
use super::{Event, Record, SettlementState};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::fees::holder_of;
use crate::modules::ledger::{AccountHandle, Holder, LockKind, Posting, Pot, Reason};
use crate::modules::vesting;
use crate::modules::work::LostChallenge;
use crate::names::AssetId;
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError};

/// An entry's asset, and what of its reward and of its payments can still be claimed.
type OpenEntry = (AssetId, (Amount, Amount));

/// What was taken of an entry before it was claimed, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Taken {
    /// Of the reward from emission.
    pub reward: Amount,
    /// Of what else it holds.
    pub rest: Amount,
}

impl SettlementState {
    /// What was taken of an open entry.
    #[must_use]
    pub fn taken(&self, epoch: u64, entry: usize) -> Taken {
        let entry = u32::try_from(entry).ok();
        let row = entry.and_then(|entry| self.taken.get(&(epoch, entry)));
        row.copied().unwrap_or_default()
    }

    /// What can still be claimed of an entry of `amount`; 0 once it was paid or all of it taken.
    pub fn left(
        &self,
        epoch: u64,
        entry: usize,
        amount: Amount,
    ) -> Result<Amount, ArithmeticError> {
        if self.is_claimed(epoch, entry) {
            return Ok(Amount::ZERO);
        }
        let Taken { reward, rest } = self.taken(epoch, entry);
        amount.checked_sub(reward)?.checked_sub(rest)
    }
}

/// A refuted payment that its customer has not got back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refund {
    /// The customer.
    pub customer: AccountHandle,
    /// The asset it paid in.
    pub asset: AssetId,
    /// Still missing, base units.
    pub missing: Amount,
}

/// The refuted payment, if any, goes back to its customer from what the offender has not yet
/// claimed of the epoch: from its payments, then, if it was punished, from its reward, then from
/// what of that has not vested. What a punished offender has left of reward and unvested reward,
/// whoever receives it, goes where slashes go. What is left of its payments stays open. Returns
/// what the customer still misses.
pub(crate) fn convict(
    state: &mut State,
    context: &Context,
    lost: &LostChallenge,
    refund: Option<Refund>,
) -> Result<Amount, AnyError> {
    let account = state.ledger.address(lost.participant);
    let mut taking = Taking { context, epoch: lost.epoch, account, refund };
    if let Some(record) = state.settlement.record(lost.epoch).cloned() {
        // All payments before any reward.
        for at in record.entries.of(&account) {
            taking.payments(state, &record, at)?;
        }
        for at in record.entries.of(&account).filter(|_| lost.punished) {
            taking.reward(state, &record, at)?;
        }
    }
    if lost.punished {
        taking.unvested(state, lost.participant)?;
    }
    Ok(taking.refund.map_or(Amount::ZERO, |refund| refund.missing))
}

struct Taking<'a> {
    context: &'a Context,
    epoch: u64,
    account: Address,
    refund: Option<Refund>,
}

/// Where money is taken from.
#[derive(Clone, Copy)]
enum From {
    Claims,
    /// A lock on this account.
    Vesting(AccountHandle),
}

impl Taking<'_> {
    /// Repays the customer from the part of an open entry that is no reward.
    fn payments(&mut self, state: &mut State, record: &Record, at: usize) -> Result<(), AnyError> {
        let Some((asset, (_, rest))) = self.open(state, record, at)? else {
            return Ok(());
        };
        let taken = self.repay(state, (asset, From::Claims), rest)?;
        self.note(state, record, at, Taken { reward: Amount::ZERO, rest: taken })
    }

    /// Takes the reward of an open entry.
    fn reward(&mut self, state: &mut State, record: &Record, at: usize) -> Result<(), AnyError> {
        let Some((asset, (reward, _))) = self.open(state, record, at)? else {
            return Ok(());
        };
        self.take(state, (asset, From::Claims), reward)?;
        self.note(state, record, at, Taken { reward, rest: Amount::ZERO })
    }

    /// Takes what has not vested of the epoch's reward.
    fn unvested(&mut self, state: &mut State, offender: AccountHandle) -> Result<(), AnyError> {
        let start_epoch = self.epoch.checked_add(1).ok_or(OVERFLOW)?;
        let cancelled = vesting::cancel(state, self.context, offender, start_epoch)?;
        for (recipient, asset, amount) in cancelled {
            self.take(state, (asset, From::Vesting(recipient)), amount)?;
        }
        Ok(())
    }

    /// Asset and both parts of an entry that can still be claimed.
    fn open(
        &self,
        state: &State,
        record: &Record,
        at: usize,
    ) -> Result<Option<OpenEntry>, AnyError> {
        match record.entries.get(at) {
            Some((_, asset, _)) if !state.settlement.is_claimed(self.epoch, at) => {
                Ok(Some((asset, open_parts(state, self.context, record, at)?)))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Notes what was taken of an entry; one of which nothing is left is closed.
    fn note(
        &self,
        state: &mut State,
        record: &Record,
        at: usize,
        more: Taken,
    ) -> Result<(), AnyError> {
        let Some((_, asset, amount)) = record.entries.get(at) else {
            return Ok(());
        };
        let sum = more.reward.checked_add(more.rest)?;
        if sum.is_zero() {
            return Ok(());
        }
        take_from_totals(state, asset, sum)?;
        let before = state.settlement.taken(self.epoch, at);
        let taken = Taken {
            reward: before.reward.checked_add(more.reward)?,
            rest: before.rest.checked_add(more.rest)?,
        };
        if taken.reward.checked_add(taken.rest)? == amount {
            return mark_claimed(state, self.epoch, at);
        }
        let entry = u32::try_from(at).map_err(|_| OVERFLOW)?;
        state.settlement.taken.put((self.epoch, entry), taken);
        Ok(())
    }

    /// Takes all of an amount: what the customer misses goes back, the rest where slashes go.
    fn take(
        &mut self,
        state: &mut State,
        (asset, from): (AssetId, From),
        amount: Amount,
    ) -> Result<(), AnyError> {
        let repaid = self.repay(state, (asset, from), amount)?;
        let amount = amount.checked_sub(repaid)?;
        if amount.is_zero() {
            return Ok(());
        }
        let to = holder_of(self.context.parameters.slashing.destination);
        move_from(state, from, (asset, amount), (to, Reason::Forfeit))?;
        let (epoch, account) = (self.epoch, self.account);
        state.emit(Event::ClaimForfeited { epoch, account, asset, amount });
        Ok(())
    }

    /// Repays the customer at most this; returns how much.
    fn repay(
        &mut self,
        state: &mut State,
        (asset, from): (AssetId, From),
        most: Amount,
    ) -> Result<Amount, AnyError> {
        let Some(refund) = self.refund.as_mut().filter(|refund| refund.asset == asset) else {
            return Ok(Amount::ZERO);
        };
        let amount = refund.missing.min(most);
        if amount.is_zero() {
            return Ok(amount);
        }
        refund.missing = refund.missing.checked_sub(amount)?;
        let customer = refund.customer;
        let to = (Holder::Account(customer), Reason::Restitution);
        move_from(state, from, (asset, amount), to)?;
        let (epoch, account) = (self.epoch, self.account);
        let customer = state.ledger.address(customer);
        state.emit(Event::ClaimRepaid { epoch, account, customer, asset, amount });
        Ok(amount)
    }
}

fn move_from(
    state: &mut State,
    from: From,
    (asset, amount): (AssetId, Amount),
    (to, reason): (Holder, Reason),
) -> Result<(), AnyError> {
    let posting = |from| Posting { asset, from, to, amount, reason };
    match from {
        From::Claims => state.ledger.post(posting(Holder::Pot(Pot::Claims))),
        From::Vesting(owner) => {
            let posting = posting(Holder::Account(owner));
            state.ledger.post_locked(LockKind::Vesting, owner, posting)
        }
    }
}
