//! What happened in `settlement`.

use crate::address::Address;
use crate::hash::Hash;
use crate::modules::parameters::{Destination, Name};
use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

/// What happened in `settlement`. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// An epoch was settled.
    Settled {
        /// The epoch.
        epoch: u64,
        /// Newly minted.
        minted: Amount,
        /// Root of the settlement tree.
        root: Hash,
        /// Claims it holds.
        claims: u64,
    },
    /// What penalties removed from a stream.
    Forfeited {
        /// The epoch.
        epoch: u64,
        /// The stream.
        stream: Name,
        /// In total.
        amount: Amount,
        /// Where it went.
        to: Destination,
    },
    /// A claim was paid.
    Claimed {
        /// The epoch.
        epoch: u64,
        /// Whose claim.
        account: Address,
        /// Who received it.
        recipient: Address,
        /// The asset.
        asset: AssetId,
        /// Paid.
        amount: Amount,
        /// Of which vests, base units.
        vesting: Amount,
        /// Epochs over which it vests; 0 is free at once.
        vesting_epochs: u64,
    },
    /// Unclaimed or unvested rewards of an offender were taken.
    ClaimForfeited {
        /// The epoch.
        epoch: u64,
        /// The offender.
        account: Address,
        /// The asset.
        asset: AssetId,
        /// Taken.
        amount: Amount,
    },
    /// Claims that nobody made in time.
    Expired {
        /// The epoch.
        epoch: u64,
        /// The asset.
        asset: AssetId,
        /// In total.
        amount: Amount,
        /// Where it went.
        to: Destination,
    },
    /// What debts to customers took of a stream's rewards.
    Recovered {
        /// The epoch.
        epoch: u64,
        /// The stream.
        stream: Name,
        /// In total.
        amount: Amount,
    },
    /// What rounding left of a stream that carries nothing.
    DustForfeited {
        /// The epoch.
        epoch: u64,
        /// The stream.
        stream: Name,
        /// In total.
        amount: Amount,
        /// Where it went.
        to: Destination,
    },
    /// A customer got a refuted payment, or a part of it, back from what the offender had not
    /// claimed or had not vested.
    ClaimRepaid {
        /// The epoch.
        epoch: u64,
        /// The offender.
        account: Address,
        /// The customer.
        customer: Address,
        /// The asset.
        asset: AssetId,
        /// Repaid.
        amount: Amount,
    },
}
