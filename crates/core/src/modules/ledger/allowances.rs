//! What accounts let others spend, as ERC-20 has it.

use super::{AccountHandle, Error, Event, Holder, Ledger, Posting, Reason};
use crate::address::Address;
use crate::error::Error as AnyError;
use crate::names::AssetId;
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Let an account spend up to an amount of one's own, instead of what it was allowed before.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Approve {
    /// Who may spend.
    pub spender: Address,
    /// The asset.
    pub asset: AssetId,
    /// Base units; 0 takes the allowance back, the largest amount never runs out.
    pub amount: Amount,
}

/// Spend of what an account allowed the sender.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct TransferFrom {
    /// Whose money it is.
    pub from: Address,
    /// Recipient.
    pub to: Address,
    /// The asset.
    pub asset: AssetId,
    /// Base units, at least 1.
    pub amount: Amount,
}

/// Sets what an account may spend of the sender's.
pub fn apply_approve(
    state: &mut State,
    context: &Context,
    message: &Approve,
) -> Result<(), AnyError> {
    let Approve { spender, asset, amount } = *message;
    if usize::from(asset.0) >= state.ledger.asset_count() {
        return Err(Error::UnknownAsset { asset }.into());
    }
    if spender == Address::ZERO {
        return Err(Error::NullRecipient {}.into());
    }
    if amount.is_zero() {
        // Taking back from an account that was never seen opens none.
        if let Some(handle) = state.ledger.handle(&spender) {
            state.ledger.allow(context.sender, handle, asset, amount);
        }
    } else {
        let handle = state.ledger.open(spender)?;
        state.ledger.allow(context.sender, handle, asset, amount);
    }
    let owner = state.ledger.address(context.sender);
    state.emit(Event::Approved { owner, spender, asset, amount });
    Ok(())
}

/// Sends an amount of an account's spendable balance that it allowed the sender to spend.
pub fn apply_transfer_from(
    state: &mut State,
    context: &Context,
    message: &TransferFrom,
) -> Result<(), AnyError> {
    let TransferFrom { from, to, asset, amount } = *message;
    if amount.is_zero() {
        return Err(Error::ZeroAmount {}.into());
    }
    if usize::from(asset.0) >= state.ledger.asset_count() {
        return Err(Error::UnknownAsset { asset }.into());
    }
    let recipient = state.ledger.open(to)?;
    let short = |allowed| {
        let spender = state.ledger.address(context.sender);
        Error::InsufficientAllowance { owner: from, spender, needed: amount, allowed }
    };
    let owner = state.ledger.handle(&from).ok_or_else(|| short(Amount::ZERO))?;
    let allowed = state.ledger.allowance(owner, context.sender, asset);
    let left = allowed.checked_sub(amount).map_err(|_| short(allowed))?;
    if allowed != Amount::MAX {
        state.ledger.allow(owner, context.sender, asset, left);
    }
    let (from_holder, to_holder) = (Holder::Account(owner), Holder::Account(recipient));
    let reason = Reason::Transfer;
    state.ledger.post(Posting { asset, from: from_holder, to: to_holder, amount, reason })?;
    state.emit(Event::Transferred { from, to, asset, amount });
    Ok(())
}

impl Ledger {
    /// What an account lets another spend, base units.
    #[must_use]
    pub fn allowance(
        &self,
        owner: AccountHandle,
        spender: AccountHandle,
        asset: AssetId,
    ) -> Amount {
        self.allowances.get(&(owner, spender, asset)).copied().unwrap_or_default()
    }

    /// Every allowance: owner, spender, asset, base units.
    pub fn allowances(
        &self,
    ) -> impl Iterator<Item = (AccountHandle, AccountHandle, AssetId, Amount)> {
        self.allowances
            .iter()
            .map(|((owner, spender, asset), amount)| (*owner, *spender, *asset, *amount))
    }

    /// The allowances after one of those keys (owner, spender, asset); without one all. Base units.
    pub fn allowances_after(
        &self,
        after: Option<(AccountHandle, AccountHandle, AssetId)>,
    ) -> impl Iterator<Item = ((AccountHandle, AccountHandle, AssetId), Amount)> {
        self.allowances.after(after).map(|(key, amount)| (*key, *amount))
    }

    fn allow(
        &mut self,
        owner: AccountHandle,
        spender: AccountHandle,
        asset: AssetId,
        amount: Amount,
    ) {
        let key = (owner, spender, asset);
        if amount.is_zero() {
            self.allowances.remove(&key);
        } else {
            self.allowances.put(key, amount);
        }
    }
}
