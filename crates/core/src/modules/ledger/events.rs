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
    /// One account lets another spend of its own.
    Approved {
        /// Whose money it is.
        owner: Address,
        /// Who may spend it.
        spender: Address,
        /// The asset.
        asset: AssetId,
        /// Base units from now on; 0: nothing, the largest amount: without end.
        amount: Amount,
    },
}
