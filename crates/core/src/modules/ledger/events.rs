//! What happened in `ledger`.

use crate::address::Address;
use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened in `ledger`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// One account sent to another.
    Transferred {
        /// Sender.
        from: Address,
        /// Recipient.
        to: Address,
        /// The asset.
        asset: AssetId,
        /// Base units.
        amount: Amount,
    },
}
