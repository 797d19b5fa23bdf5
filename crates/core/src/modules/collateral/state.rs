//! Active collateral and withdrawals under way.

use crate::modules::ledger::AccountHandle;
use crate::table::Table;
use crate::time::Deadline;
use workmint_amounts::{Amount, ArithmeticError};

/// State of `collateral`; amounts are base units of the collateral asset.
#[derive(Default)]
pub struct CollateralState {
    pub(crate) active: Table<AccountHandle, Amount>,
    pub(crate) withdrawals: Table<(AccountHandle, Deadline), Amount>,
    /// The same withdrawals by deadline, so that a close touches only those that are due.
    pub(crate) due: Table<(Deadline, AccountHandle), ()>,
    pub(crate) jailed: Table<AccountHandle, ()>,
}

impl CollateralState {
    /// Active collateral of a participant.
    #[must_use]
    pub fn active(&self, account: AccountHandle) -> Amount {
        self.active.get(&account).copied().unwrap_or(Amount::ZERO)
    }

    /// The participant's withdrawals under way, by deadline.
    pub fn withdrawals(&self, account: AccountHandle) -> impl Iterator<Item = (Deadline, Amount)> {
        let range = (account, Deadline::Time(0))..=(account, Deadline::Epoch(u64::MAX));
        self.withdrawals.range(range).map(|((_, deadline), amount)| (*deadline, *amount))
    }

    /// Sum of the participant's withdrawals under way.
    pub fn unbonding(&self, account: AccountHandle) -> Result<Amount, ArithmeticError> {
        Amount::sum(self.withdrawals(account).map(|(_, amount)| amount))
    }

    /// Whether the participant's validator is unbonding or jailed.
    #[must_use]
    pub fn is_jailed(&self, account: AccountHandle) -> bool {
        self.jailed.contains(&account)
    }
}
