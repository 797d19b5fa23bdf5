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
//! * no allowance is zero, and each is of accounts and an asset that exist (INV-35);
//! * an account's locks never exceed its balance; `spendable` is the one definition of the rest.

mod allowances;
mod errors;
mod events;
mod invariants;
mod post;
mod state;

pub use allowances::{Approve, TransferFrom, apply_approve, apply_transfer_from};
pub use errors::Error;
pub use events::Event;
pub use invariants::recount;
pub(crate) use invariants::{check, recount_allowances};
pub use post::{Transfer, apply_transfer};
pub use state::{
    Account, AccountHandle, Holder, Holding, Ledger, LockKind, Posting, Pot, Reason, Supply,
};
