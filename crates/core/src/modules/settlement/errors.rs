//! Errors of `settlement`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;

numbered_errors! {
    /// Why a claim was refused.
    1200;
    /// The epoch is not closed yet.
    1 NotSettled {
        /// The epoch.
        epoch: u64,
        /// The open epoch.
        open: u64,
    } => "epoch {epoch} is not settled; epoch {open} is open";
    /// Its claims expired.
    2 Expired {
        /// The epoch.
        epoch: u64,
    } => "the claims of epoch {epoch} have expired";
    /// The account has nothing to claim in that epoch.
    3 NothingToClaim {
        /// The account.
        account: Address,
        /// The epoch.
        epoch: u64,
    } => "account {account} has nothing to claim for epoch {epoch}";
    /// It was paid or forfeited.
    4 AlreadyClaimed {
        /// The epoch.
        epoch: u64,
    } => "the claim for epoch {epoch} was paid or forfeited already";
    /// Rewards are paid at the close.
    5 PushMode {} => "this network pays rewards at the close; there is nothing to claim";
}
