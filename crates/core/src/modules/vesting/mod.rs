//! `vesting`: amounts released linearly over epochs.
//!
//! A grant is a lock on its owner's account. What has vested is released when its owner asks, and
//! the rest when the grant ends: an epoch's close touches only grants that end.
//!
//! Invariants: first <= total; released <= vested <= total; the vesting lock of an account is the
//! sum of its grants' unreleased parts; a grant never changes its owner.

mod apply;
mod formulas;
mod state;

use crate::address::Address;
use crate::error::numbered_errors;
use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::Amount;

pub use apply::{ReleaseVested, apply_release};
pub(crate) use apply::{cancel, grant, grant_share, recount, release_ended};
pub use formulas::{Outlook, outlook};
pub use state::{Grant, GrantId, Vesting};

numbered_errors! {
    /// Why nothing was released.
    500;
    /// Nothing has vested since the last release.
    1 NothingVested {} => "nothing has vested since the last release";
}

/// What happened in `vesting`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// A grant began.
    Granted {
        /// Its owner.
        account: Address,
        /// The asset.
        asset: AssetId,
        /// Base units.
        amount: Amount,
        /// First epoch after whose start all of it is free.
        end_epoch: u64,
    },
    /// A part became spendable.
    Released {
        /// The owner.
        account: Address,
        /// The asset.
        asset: AssetId,
        /// Base units.
        amount: Amount,
    },
}
