//! What a user can ask of `pricing`.

use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Propose, as a participant, the price of a unit of compute; it stays until changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct ProposePrice {
    /// Base units of the market's asset, 1 to its cap.
    pub price: Amount,
}
