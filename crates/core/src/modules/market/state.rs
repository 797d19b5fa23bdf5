//! Deposits.

use crate::modules::ledger::AccountHandle;
use crate::names::ModelId;
use crate::table::{Single, Table};
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, ArithmeticError};

/// A customer's deposit for one model, base units of the market's asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Deposit {
    /// Ever put in.
    pub deposited: Amount,
    /// Ever paid for final work.
    pub paid: Amount,
    /// Reserved for work under way.
    pub reserved: Amount,
    /// Most the customer pays for a unit.
    pub max_price: Amount,
    /// When it ends, once its owner closes it.
    pub ends: Option<Deadline>,
}

impl Deposit {
    /// What is left: deposited - paid.
    pub fn left(&self) -> Result<Amount, ArithmeticError> {
        self.deposited.checked_sub(self.paid)
    }

    /// What can still be charged: left - reserved.
    pub fn available(&self) -> Result<Amount, ArithmeticError> {
        self.left()?.checked_sub(self.reserved)
    }
}

/// State of `market`.
#[derive(Default)]
pub struct MarketState {
    pub(crate) deposits: Table<(AccountHandle, ModelId), Deposit>,
    /// Sum of what is left of all deposits.
    pub(crate) totals: Single<Amount>,
}

impl MarketState {
    /// The deposit of a customer for a model.
    #[must_use]
    pub fn deposit(&self, customer: AccountHandle, model: ModelId) -> Option<&Deposit> {
        self.deposits.get(&(customer, model))
    }

    /// All deposits.
    pub fn deposits(&self) -> impl Iterator<Item = (AccountHandle, ModelId, &Deposit)> {
        self.deposits.iter().map(|((customer, model), deposit)| (*customer, *model, deposit))
    }
}
