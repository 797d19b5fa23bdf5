//! What customers are charged: said by `work`, moved by `market`.

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
