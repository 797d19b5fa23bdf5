//! What an account can ask of the pool.

use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// Add both assets in the pool's proportion, for shares of it.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct AddLiquidity {
    /// Most of each of the pool's assets, base units, at least 1 of both.
    pub amounts: (Amount, Amount),
    /// Fewest shares it has to bring.
    pub min_shares: u128,
    /// Last block time at which it counts, milliseconds since 1970.
    pub deadline: u64,
}

/// Give shares back for their part of both assets.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct RemoveLiquidity {
    /// Shares, at least 1.
    pub shares: u128,
    /// Least of each of the pool's assets, base units.
    pub min_amounts: (Amount, Amount),
    /// Last block time at which it counts, milliseconds since 1970.
    pub deadline: u64,
}

/// Change an amount of one of the pool's assets for the other.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Swap {
    /// The asset that goes in.
    pub asset_in: AssetId,
    /// How much of it, base units, at least 1.
    pub amount_in: Amount,
    /// Least of the other asset that has to come out, base units.
    pub min_out: Amount,
    /// Last block time at which it counts, milliseconds since 1970.
    pub deadline: u64,
}
