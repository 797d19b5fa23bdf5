//! `market`: customers' prepaid deposits.
//!
//! A deposit is a lock on its owner's account for one model, up to a price. Accepted work reserves
//! a part of it, final work is paid from it, refuted work frees it again.
//!
//! Invariants (INV-10): deposited == paid + refunded + what is left; reserved <= left; the sum of
//! what is left is the deposit locks of all accounts; a deposit ends once.

mod apply;
mod events;
mod invariants;
mod state;

use crate::address::Address;
use crate::error::numbered_errors;
use workmint_amounts::Amount;

pub use apply::{CloseDeposit, OpenDeposit, apply_close, apply_open};
pub(crate) use apply::{pay, refund_due, release, require_funds, reserve};
pub use events::Event;
pub(crate) use invariants::{check_totals, recount};
pub use state::{Deposit, MarketState};

numbered_errors! {
    /// Why a deposit was not opened, charged or closed.
    900;
    /// The amount is zero.
    1 ZeroAmount {} => "the amount must be at least one base unit";
    /// There is no such model.
    2 UnknownModel {} => "there is no such model";
    /// The customer has no deposit for the model.
    3 NoDeposit {
        /// The customer.
        customer: Address,
    } => "customer {customer} has no deposit for the model";
    /// The customer does not pay so much for a unit.
    4 PriceAboveLimit {
        /// Price of a unit, base units.
        price: Amount,
        /// The customer's limit.
        limit: Amount,
    } => "a unit costs {price} base units, the customer pays at most {limit}";
    /// The deposit does not cover the charge.
    5 DepositTooSmall {
        /// The customer.
        customer: Address,
        /// Base units charged.
        charge: Amount,
        /// Base units neither paid, reserved nor refunded.
        available: Amount,
    } => "the deposit of {customer} has {available} base units left, {charge} are charged";
    /// The deposit is being closed.
    6 Closing {} => "the deposit is being closed; open a new one when it has ended";
}
