//! What happened in `exchange`.

use crate::address::Address;
use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened in `exchange`. Amounts are base units, in the order of the pool's assets.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// An account added to the pool.
    LiquidityAdded {
        /// The account.
        account: Address,
        /// What was taken of it.
        amounts: (Amount, Amount),
        /// Shares it got.
        shares: u128,
    },
    /// An account took its part out of the pool.
    LiquidityRemoved {
        /// The account.
        account: Address,
        /// What it got.
        amounts: (Amount, Amount),
        /// Shares it gave.
        shares: u128,
    },
    /// One asset was changed for the other.
    Swapped {
        /// The account.
        account: Address,
        /// The asset that went in.
        asset_in: AssetId,
        /// How much of it.
        amount_in: Amount,
        /// What came out of the other asset.
        amount_out: Amount,
    },
}
