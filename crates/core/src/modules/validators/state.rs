//! Pools, delegations, withdrawals, the active set, counters of the open epoch.

use super::pool::{Delegation, Part, Pool, Wish, worth};
use crate::modules::ledger::AccountHandle;
use crate::table::{Single, Table};
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError, Fixed};

/// Withdrawals from one validator with one deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Unbonding {
    /// Base units of the bonded asset; never more than shares.
    pub tokens: Amount,
    /// All shares of them.
    pub shares: u128,
    /// Counts how often everything was slashed.
    pub generation: u64,
    /// A close has released it: it can be slashed no more.
    pub released: bool,
}

/// An account's part of an [`Unbonding`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Withdrawal {
    /// Its shares.
    pub shares: u128,
    /// The generation they are of; those of an earlier one are worth nothing.
    pub generation: u64,
}

/// A validator that is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Active {
    /// Its first epoch.
    pub since: u64,
    /// What was bonded to it when the open epoch's set was chosen, base units: what it is selected
    /// by.
    pub power: Amount,
}

/// What a share had earned at some point, while rows still ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub(crate) struct Checkpoint {
    pub(crate) per_share: Fixed,
    /// Rows that ask for it.
    pub(crate) rows: u64,
}

/// State of `validators`.
#[derive(Default)]
pub struct ValidatorState {
    /// By validator; removed with the last that needs it.
    pub(crate) pools: Table<AccountHandle, Pool>,
    /// By delegator and validator.
    pub(crate) delegations: Table<(AccountHandle, AccountHandle), Delegation>,
    /// What a share of the pool had earned at the close of an epoch in which somebody delegated.
    pub(crate) entries: Table<(AccountHandle, u64), Checkpoint>,
    /// What a share had earned when its generation ended.
    pub(crate) endings: Table<(AccountHandle, u64), Checkpoint>,
    /// By validator and deadline.
    pub(crate) unbonding: Table<(AccountHandle, Deadline), Unbonding>,
    /// Those a close has still to release.
    pub(crate) due: Table<(Deadline, AccountHandle), ()>,
    /// By owner, validator and deadline.
    pub(crate) withdrawals: Table<(AccountHandle, AccountHandle, Deadline), Withdrawal>,
    /// Who is active in the open epoch.
    pub(crate) active: Table<AccountHandle, Active>,
    /// Blocks of the open epoch whose signatures were counted.
    pub(crate) blocks: Single<u64>,
    /// Of which an active validator did not sign.
    pub(crate) missed: Table<AccountHandle, u64>,
    /// Blocks of the open epoch by proposer.
    pub(crate) proposed: Table<AccountHandle, u64>,
    /// How many joined, and how many left by will or displacement, at the last close.
    pub(crate) churn: Single<(u32, u32)>,
}

impl ValidatorState {
    /// A validator's pool, as it was last written.
    #[must_use]
    pub fn pool(&self, validator: AccountHandle) -> Option<&Pool> {
        self.pools.get(&validator)
    }

    /// All pools, by validator.
    pub fn pools(&self) -> impl Iterator<Item = (AccountHandle, &Pool)> {
        self.pools.iter().map(|(validator, pool)| (*validator, pool))
    }

    /// Pools from a validator on.
    pub fn pools_from(&self, first: AccountHandle) -> impl Iterator<Item = (AccountHandle, &Pool)> {
        self.pools.range(first..).map(|(validator, pool)| (*validator, pool))
    }

    /// What an account delegated to a validator.
    #[must_use]
    pub fn delegation(
        &self,
        account: AccountHandle,
        validator: AccountHandle,
    ) -> Option<&Delegation> {
        self.delegations.get(&(account, validator))
    }

    /// To whom an account delegated, by validator.
    pub fn delegations(
        &self,
        account: AccountHandle,
    ) -> impl Iterator<Item = (AccountHandle, &Delegation)> {
        let range = (account, AccountHandle(0))..=(account, AccountHandle(u32::MAX));
        self.delegations.range(range).map(|((_, validator), row)| (*validator, row))
    }

    /// To whom an account delegated, from a validator on, by validator.
    pub fn delegations_from(
        &self,
        account: AccountHandle,
        first: AccountHandle,
    ) -> impl Iterator<Item = (AccountHandle, &Delegation)> {
        let range = (account, first)..=(account, AccountHandle(u32::MAX));
        self.delegations.range(range).map(|((_, validator), row)| (*validator, row))
    }

    /// What an account's delegation to a validator is worth, base units; without what is leaving.
    pub fn delegated(
        &self,
        account: AccountHandle,
        validator: AccountHandle,
    ) -> Result<Amount, ArithmeticError> {
        let Some(row) = self.delegation(account, validator) else {
            return Ok(Amount::ZERO);
        };
        match self.pool(validator).filter(|pool| pool.generation == row.generation) {
            Some(pool) => pool.worth(row.part.sum()?),
            None => Ok(Amount::ZERO),
        }
    }

    /// What an account has bonded: its own pool's bond and what it delegated, base units; without
    /// what is leaving.
    pub fn bonded_by(&self, account: AccountHandle) -> Result<Amount, ArithmeticError> {
        let own = self.pool(account).map_or(Ok(Amount::ZERO), Pool::own_worth)?;
        let delegated =
            self.delegations(account).map(|(validator, _)| self.delegated(account, validator));
        delegated.into_iter().try_fold(own, |sum, worth| sum.checked_add(worth?))
    }

    /// A validator's withdrawals under way and released, by deadline.
    pub fn unbonding(
        &self,
        validator: AccountHandle,
    ) -> impl Iterator<Item = (Deadline, &Unbonding)> {
        let range = (validator, Deadline::Time(0))..=(validator, Deadline::Epoch(u64::MAX));
        self.unbonding.range(range).map(|((_, deadline), row)| (*deadline, row))
    }

    /// An account's withdrawals from a validator, by deadline.
    pub fn withdrawals(
        &self,
        account: AccountHandle,
        validator: AccountHandle,
    ) -> impl Iterator<Item = (Deadline, &Withdrawal)> {
        let (first, last) = (Deadline::Time(0), Deadline::Epoch(u64::MAX));
        let range = (account, validator, first)..=(account, validator, last);
        self.withdrawals.range(range).map(|((.., deadline), row)| (*deadline, row))
    }

    /// An account's withdrawals from a validator on, by validator and deadline.
    pub fn withdrawals_from(
        &self,
        account: AccountHandle,
        first: AccountHandle,
    ) -> impl Iterator<Item = (AccountHandle, Deadline, &Withdrawal)> {
        let last = AccountHandle(u32::MAX);
        let range =
            (account, first, Deadline::Time(0))..=(account, last, Deadline::Epoch(u64::MAX));
        let rows = self.withdrawals.range(range);
        rows.map(|((_, validator, deadline), row)| (*validator, *deadline, row))
    }

    /// What a withdrawal from a validator of one deadline is worth, base units, and whether a close
    /// has released it. What was slashed to nothing waits for nothing.
    pub fn withdrawn(
        &self,
        place: (AccountHandle, Deadline),
        own: &Withdrawal,
    ) -> Result<(Amount, bool), ArithmeticError> {
        let row = self.unbonding.get(&place).filter(|row| row.generation == own.generation);
        match row {
            Some(row) => Ok((worth((row.tokens, row.shares), own.shares)?, row.released)),
            None => Ok((Amount::ZERO, true)),
        }
    }

    /// Removes a pool of which nothing is left: what a close walks is never more than what is
    /// bonded or leaving, and the few that are in jail or owe dust. Without holders and endings no
    /// delegation of any generation is there, so what comes later meets no old share.
    pub(super) fn remove_if_done(&mut self, validator: AccountHandle) {
        let is_empty = self.pool(validator).is_some_and(|pool| {
            let shares = [pool.own, pool.delegated];
            pool.tokens.is_zero()
                && shares == [Part::default(); 2]
                && pool.holders == 0
                && pool.unclaimed.is_zero()
                && pool.remainder == Fixed::ZERO
                && pool.wish == Wish::Rest
                && pool.jail.is_none()
        });
        let mut endings = self.endings.range((validator, 0)..=(validator, u64::MAX));
        let is_needed = endings.next().is_some()
            || self.unbonding(validator).next().is_some()
            || self.is_active(validator);
        if is_empty && !is_needed {
            self.pools.remove(&validator);
        }
    }

    /// Who is active in the open epoch, by account.
    pub fn active(&self) -> impl Iterator<Item = (AccountHandle, &Active)> {
        self.active.iter().map(|(validator, row)| (*validator, row))
    }

    /// Whether an account is.
    #[must_use]
    pub fn is_active(&self, validator: AccountHandle) -> bool {
        self.active.contains(&validator)
    }

    /// Since when an account is active, and with what power; `None`: it is not.
    #[must_use]
    pub fn active_row(&self, validator: AccountHandle) -> Option<&Active> {
        self.active.get(&validator)
    }

    /// How many joined, and how many left by will or displacement, at the last close.
    #[must_use]
    pub fn churn(&self) -> (u32, u32) {
        *self.churn.get()
    }
}
