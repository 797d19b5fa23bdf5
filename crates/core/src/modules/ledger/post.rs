//! Moving money: the only writers of balances, locks, pots and supply.

use super::{
    Account, AccountHandle, Error, Event, Holder, Holding, Ledger, LockKind, Posting, Reason,
};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::names::AssetId;
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Send an amount to an account.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Transfer {
    /// Recipient.
    pub to: Address,
    /// The asset.
    pub asset: AssetId,
    /// Base units, at least 1.
    pub amount: Amount,
}

/// Sends an amount from the sender's spendable balance.
pub fn apply_transfer(
    state: &mut State,
    context: &Context,
    message: &Transfer,
) -> Result<(), AnyError> {
    let Transfer { to, asset, amount } = *message;
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    let recipient = state.ledger.open(to)?;
    state.ledger.post(Posting {
        asset,
        from: Holder::Account(context.sender),
        to: Holder::Account(recipient),
        amount,
        reason: Reason::Transfer,
    })?;
    let from = state.ledger.address(context.sender);
    state.emit(Event::Transferred { from, to, asset, amount });
    Ok(())
}

impl Ledger {
    /// The handle of an address, opening the account if it is new.
    pub(crate) fn open(&mut self, address: Address) -> Result<AccountHandle, AnyError> {
        if address == Address::ZERO {
            return Err(Error::NullRecipient {}.into());
        }
        if let Some(handle) = self.handle(&address) {
            return Ok(handle);
        }
        let next = self.accounts.len().ok_or(Error::TooManyAccounts {})?;
        let handle = AccountHandle(next);
        self.accounts.push(Account { address, nonce: 0 });
        self.by_address.put(address, handle);
        Ok(handle)
    }

    /// Counts one transaction of the account.
    pub(crate) fn bump_nonce(&mut self, handle: AccountHandle) -> Result<(), AnyError> {
        let mut account = *self.account(handle).ok_or(MISSING)?;
        account.nonce = account.nonce.checked_add(1).ok_or(OVERFLOW)?;
        if self.accounts.set(handle.0, account) { Ok(()) } else { Err(MISSING) }
    }

    /// Moves an amount between holders; from an account, only what is spendable. Moving zero does
    /// nothing.
    pub(crate) fn post(&mut self, posting: Posting) -> Result<(), AnyError> {
        let Posting { asset, amount, .. } = posting;
        if amount.is_zero() {
            return Ok(());
        }
        if usize::from(asset.0) >= self.holdings.len() {
            return Err(Error::UnknownAsset { asset }.into());
        }
        if let Holder::Account(handle) = posting.from {
            let spendable = self.spendable(handle, asset);
            if spendable < amount {
                let account = self.address(handle);
                return Err(Error::InsufficientFunds { account, needed: amount, spendable }.into());
            }
        }
        self.take(&posting)?;
        self.give(&posting)?;
        self.postings.push(posting);
        Ok(())
    }

    /// Moves an amount out of an account's lock to another holder.
    pub(crate) fn post_locked(
        &mut self,
        kind: LockKind,
        from: AccountHandle,
        posting: Posting,
    ) -> Result<(), AnyError> {
        self.unlock(from, posting.asset, kind, posting.amount)?;
        self.post(posting)
    }

    fn take(&mut self, posting: &Posting) -> Result<(), AnyError> {
        let Posting { asset, amount, .. } = *posting;
        let mut supply = self.supply(asset);
        match &posting.from {
            Holder::Issuance => {
                let (issued, cap) = (supply.issued, self.cap(asset));
                let after = issued.checked_add(amount)?;
                if after > cap {
                    return Err(Error::CapExceeded { issued, amount, cap }.into());
                }
                supply.issued = after;
            }
            Holder::Account(handle) => {
                let mut holding = self.holding(*handle, asset);
                holding.balance = holding.balance.checked_sub(amount)?;
                self.write_holding(*handle, asset, holding)?;
                supply.in_accounts = supply.in_accounts.checked_sub(amount)?;
            }
            Holder::Pot(pot) => {
                let held = self.pot(asset, pot);
                let left = held.checked_sub(amount).map_err(|_| Error::InsufficientPot {
                    pot: pot.clone(),
                    needed: amount,
                    held,
                })?;
                if left.is_zero() {
                    self.pots.remove(&(asset, pot.clone()));
                } else {
                    self.pots.put((asset, pot.clone()), left);
                }
                supply.in_pots = supply.in_pots.checked_sub(amount)?;
            }
        }
        self.supply.put(asset, supply);
        Ok(())
    }

    fn give(&mut self, posting: &Posting) -> Result<(), AnyError> {
        let Posting { asset, amount, .. } = *posting;
        let mut supply = self.supply(asset);
        match &posting.to {
            Holder::Issuance => supply.burned = supply.burned.checked_add(amount)?,
            Holder::Account(handle) => {
                let mut holding = self.holding(*handle, asset);
                holding.balance = holding.balance.checked_add(amount)?;
                self.write_holding(*handle, asset, holding)?;
                supply.in_accounts = supply.in_accounts.checked_add(amount)?;
            }
            Holder::Pot(pot) => {
                let held = self.pot(asset, pot).checked_add(amount)?;
                self.pots.put((asset, pot.clone()), held);
                supply.in_pots = supply.in_pots.checked_add(amount)?;
            }
        }
        self.supply.put(asset, supply);
        Ok(())
    }

    /// Binds a part of what is spendable.
    pub(crate) fn lock(
        &mut self,
        handle: AccountHandle,
        asset: AssetId,
        kind: LockKind,
        amount: Amount,
    ) -> Result<(), AnyError> {
        let spendable = self.spendable(handle, asset);
        if spendable < amount {
            let account = self.address(handle);
            return Err(Error::InsufficientFunds { account, needed: amount, spendable }.into());
        }
        let mut holding = self.holding(handle, asset);
        holding.locked = holding.locked.checked_add(amount)?;
        let locked = self.locked(handle, asset, kind).checked_add(amount)?;
        self.write_lock(handle, asset, kind, locked)?;
        self.write_holding(handle, asset, holding)
    }

    /// Frees a part of what one lock binds.
    pub(crate) fn unlock(
        &mut self,
        handle: AccountHandle,
        asset: AssetId,
        kind: LockKind,
        amount: Amount,
    ) -> Result<(), AnyError> {
        let locked = self.locked(handle, asset, kind);
        let left = locked.checked_sub(amount).map_err(|_| Error::InsufficientLock {
            account: self.address(handle),
            kind,
            needed: amount,
            locked,
        })?;
        let mut holding = self.holding(handle, asset);
        holding.locked = holding.locked.checked_sub(amount)?;
        self.write_lock(handle, asset, kind, left)?;
        self.write_holding(handle, asset, holding)
    }

    /// Moves an amount from one lock of an account to another.
    pub(crate) fn relock(
        &mut self,
        handle: AccountHandle,
        asset: AssetId,
        (from, to): (LockKind, LockKind),
        amount: Amount,
    ) -> Result<(), AnyError> {
        self.unlock(handle, asset, from, amount)?;
        self.lock(handle, asset, to, amount)
    }

    fn write_lock(
        &mut self,
        handle: AccountHandle,
        asset: AssetId,
        kind: LockKind,
        amount: Amount,
    ) -> Result<(), AnyError> {
        let key = (handle, asset, kind);
        let old = self.locked(handle, asset, kind);
        let mut supply = self.supply(asset);
        if let Some(total) = LockKind::ALL
            .iter()
            .position(|other| *other == kind)
            .and_then(|at| supply.locked.get_mut(at))
        {
            *total = total.checked_sub(old)?.checked_add(amount)?;
        }
        self.supply.put(asset, supply);
        if amount.is_zero() {
            self.locks.remove(&key);
        } else {
            self.locks.put(key, amount);
        }
        Ok(())
    }

    fn write_holding(
        &mut self,
        handle: AccountHandle,
        asset: AssetId,
        holding: Holding,
    ) -> Result<(), AnyError> {
        let table =
            self.holdings.get_mut(usize::from(asset.0)).ok_or(Error::UnknownAsset { asset })?;
        while table.len().is_some_and(|rows| rows <= handle.0) {
            table.push(Holding::default());
        }
        if table.set(handle.0, holding) { Ok(()) } else { Err(MISSING) }
    }
}

const MISSING: AnyError = AnyError::Inconsistent { what: "an account handle without a row" };
