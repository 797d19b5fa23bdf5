//! The pool and the shares of it.

use crate::fewest::Fewest;
use crate::modules::ledger::AccountHandle;
use crate::table::{Single, Table};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What the pool is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Pool {
    /// What it holds of its two assets, base units; both 0 before the first deposit, both above 0
    /// ever after.
    pub reserves: (Amount, Amount),
    /// All shares.
    pub shares: u128,
    /// Of which nobody's: they can never be given back.
    pub locked: u128,
}

/// An account's shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Position {
    /// Shares now, above 0.
    pub shares: u128,
    /// The fewest in the open epoch.
    pub fewest: Fewest,
}

/// State of `exchange`.
#[derive(Default)]
pub struct ExchangeState {
    pub(crate) pool: Single<Pool>,
    pub(crate) positions: Table<AccountHandle, Position>,
}

impl ExchangeState {
    /// The pool.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        self.pool.get()
    }

    /// Shares of an account.
    #[must_use]
    pub fn shares(&self, account: AccountHandle) -> u128 {
        self.positions.get(&account).map_or(0, |row| row.shares)
    }

    /// Fewest shares that an account had at any time of `epoch`, which is the open one: shares
    /// that come late in an epoch or leave early count for nothing in it.
    #[must_use]
    pub fn lowest_shares(&self, account: AccountHandle, epoch: u64) -> u128 {
        self.positions.get(&account).map_or(0, |row| row.fewest.during(epoch, row.shares))
    }

    /// All positions, by account.
    pub fn positions(&self) -> impl Iterator<Item = (AccountHandle, &Position)> {
        self.positions.iter().map(|(account, row)| (*account, row))
    }

    /// Writes an account's shares, remembering the fewest of the open epoch.
    pub(crate) fn write(&mut self, account: AccountHandle, shares: u128, epoch: u64) {
        let old = self.positions.get(&account).copied().unwrap_or_default();
        if shares == 0 {
            // Whoever comes back in the same epoch had none in it, as a missing row says.
            self.positions.remove(&account);
        } else {
            let fewest = old.fewest.after(epoch, old.shares, shares);
            self.positions.put(account, Position { shares, fewest });
        }
    }
}
