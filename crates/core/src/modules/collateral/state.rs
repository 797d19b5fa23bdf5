//! Active collateral and withdrawals under way.

use super::Earned;
use crate::modules::ledger::AccountHandle;
use crate::table::{Single, Table};
use crate::time::Deadline;
use workmint_amounts::{Amount, ArithmeticError, Ratio};

/// State of `collateral`; amounts are base units of the collateral asset.
#[derive(Default)]
pub struct CollateralState {
    pub(crate) active: Table<AccountHandle, Amount>,
    pub(crate) withdrawals: Table<(AccountHandle, Deadline), Amount>,
    /// The same withdrawals by deadline, so that a close touches only those that are due.
    pub(crate) due: Table<(Deadline, AccountHandle), ()>,
    pub(crate) jailed: Table<AccountHandle, ()>,
    /// What a unit of weight takes in the open epoch, base units, where it follows rewards.
    pub(crate) unit_price: Single<Option<Ratio>>,
    /// What epochs of the rule's window paid for weight.
    pub(crate) earned: Table<u64, Earned>,
}

impl CollateralState {
    /// Collateral of a unit of weight in the open epoch, base units; `None`: as the network's file
    /// says.
    #[must_use]
    pub fn unit_price(&self) -> Option<Ratio> {
        *self.unit_price.get()
    }

    /// What each epoch of the rule's window paid for weight, oldest first.
    pub fn earned(&self) -> impl Iterator<Item = (u64, Earned)> {
        self.earned.iter().map(|(epoch, row)| (*epoch, *row))
    }

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
