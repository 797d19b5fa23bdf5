//! What happened in `market`.

use crate::address::Address;
use crate::names::ModelId;
use crate::time::Deadline;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened in `market`. Amounts are base units of the market's asset.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A deposit was opened or topped up.
    Deposited {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// Added.
        amount: Amount,
        /// Left afterwards.
        left: Amount,
    },
    /// Final work was paid.
    Paid {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// Paid.
        amount: Amount,
    },
    /// The deposit ends at the close after this deadline.
    Closing {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// The deadline.
        ends: Deadline,
    },
    /// The deposit ended.
    Refunded {
        /// The customer.
        customer: Address,
        /// The model.
        model: ModelId,
        /// What was left, spendable again.
        amount: Amount,
    },
}
