//! What customers are charged: said by `work`, moved by `market`. And answers of single requests:
//! paid by `market`, counted by `work`.

use crate::modules::ledger::AccountHandle;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What one customer is charged for one summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Charge {
    /// The customer.
    pub customer: AccountHandle,
    /// The model paid for.
    pub model: ModelId,
    /// Price of one unit, locked when the summary came in; base units of the market's asset.
    pub price: Amount,
    /// Units x price.
    pub amount: Amount,
}

/// A single request that was answered and paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Who answered.
    pub provider: AccountHandle,
    /// The model.
    pub model: ModelId,
    /// Units of work.
    pub units: u64,
    /// Paid, base units of the market's asset.
    pub paid: Amount,
}
