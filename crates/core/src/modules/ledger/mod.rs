//! `ledger`: assets, accounts, locks, named pots, double-entry postings, supply.
//!
//! The only module that changes balances or supply. Every change is a [`Posting`]: an amount of one
//! asset moves from one [`Holder`] to another; minting moves it from issuance, burning back to it.
//! There is no way to write an unbalanced entry.
//!
//! Invariants, per asset (INV-01, INV-02, INV-15):
//! * issued - burned == sum of account balances + sum of pots, kept incrementally and recounted at
//!   every epoch's close;
//! * issued <= cap; burning makes no room;
//! * an account's locks never exceed its balance; `spendable` is the one definition of the rest.

mod errors;
mod events;
mod invariants;
mod post;
mod state;

pub use errors::Error;
pub use events::Event;
pub(crate) use invariants::check;
pub use invariants::recount;
pub use post::{Transfer, apply_transfer};
pub use state::{
    Account, AccountHandle, Holder, Holding, Ledger, LockKind, Posting, Pot, Reason, Supply,
};
