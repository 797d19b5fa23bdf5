//! Grants, and when they end.

use super::{Outlook, outlook};
use crate::error::Error;
use crate::modules::ledger::AccountHandle;
use crate::names::AssetId;
use crate::table::Table;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Identifies a grant: one per owner, asset and span of epochs; more of the same is added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub struct GrantId {
    /// The owner.
    pub account: AccountHandle,
    /// The asset.
    pub asset: AssetId,
    /// The epoch in which it began.
    pub start_epoch: u64,
    /// Epochs over which it vests; at least 1.
    pub epochs: u64,
    /// Whose reward it is: if that participant is convicted of the epoch before, what has not
    /// vested is taken. `None`: nothing takes it.
    pub earner: Option<AccountHandle>,
}

/// An amount under way to its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Grant {
    /// Base units.
    pub total: Amount,
    /// Of which vest with the first epoch, before the rest is spread: what division by the epochs
    /// leaves of each amount, where that comes first; base units.
    pub first: Amount,
    /// Base units released so far.
    pub released: Amount,
}

/// State of `vesting`.
#[derive(Default)]
pub struct Vesting {
    pub(crate) grants: Table<GrantId, Grant>,
    /// Grants by the epoch in which everything is free.
    pub(crate) ends: Table<(u64, GrantId), ()>,
    /// Grants that can be taken, by earner and first epoch.
    pub(crate) earned: Table<(AccountHandle, u64, GrantId), ()>,
}

impl Vesting {
    /// The grants of an account.
    pub fn grants_of(&self, account: AccountHandle) -> impl Iterator<Item = (GrantId, Grant)> {
        let first = GrantId { account, asset: AssetId(0), start_epoch: 0, epochs: 0, earner: None };
        self.grants
            .range(first..)
            .take_while(move |(id, _)| id.account == account)
            .map(|(id, grant)| (*id, *grant))
    }

    /// What the account's grants of an asset release, epoch by epoch, from the close of
    /// `first_epoch` on.
    pub fn outlook(
        &self,
        account: AccountHandle,
        asset: AssetId,
        first_epoch: u64,
    ) -> Result<Outlook, Error> {
        outlook(self.grants_of(account).filter(|(id, _)| id.asset == asset), first_epoch)
    }
}
