//! The pool of two assets.

use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// A constant-product pool of two assets (document 003, dual tokens). Never a source of prices.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Exchange {
    /// The two assets; they differ. Never votable.
    pub assets: (AssetId, AssetId),
    /// Share of what goes in that stays in the pool; 0 to below 1.
    pub fee: Ratio,
    /// Shares of the first deposit that nobody owns; 1 to 10^9.
    pub locked_shares: u64,
    /// What the treasury puts into the pool at genesis; its shares are nobody's.
    pub seed: Option<(Amount, Amount)>,
}
