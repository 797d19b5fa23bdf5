//! What happened in `pricing`.

use crate::address::Address;
use crate::names::ModelId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened in `pricing`. Prices are base units of the market's asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A participant proposed the price of a unit of compute.
    Proposed {
        /// The participant.
        account: Address,
        /// The price.
        price: Amount,
    },
    /// What a unit of a model's work costs from the next block on.
    PriceChanged {
        /// The model.
        model: ModelId,
        /// The price.
        price: Amount,
    },
}
