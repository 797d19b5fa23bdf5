//! The auditor: recounts what the engine says with code of its own.
//!
//! It uses `workmint_amounts` for numbers and nothing of the core's formulas. [`ledger`] keeps a
//! naive double-entry book from the postings alone, [`fees`] compares what each transaction paid
//! and what accounts locked for rows; [`history`] follows from epoch to epoch what
//! inputs must say, [`seats`] who holds which seat and what it cost; [`recount`] computes every
//! settlement from its frozen inputs the slow and obvious way, with [`emission`], [`usage`],
//! [`bonuses`], [`model_shares`], and for streams with a rate [`worth`], [`buckets`] and
//! [`shares`]; [`tree`] builds the Merkle tree one node at a time; [`signatures`] reads what was
//! signed out of its bytes again.

mod bonuses;
mod buckets;
mod counted;
mod emission;
pub(crate) mod fees;
pub(crate) mod history;
mod issued;
pub(crate) mod ledger;
mod model_shares;
mod opinions;
mod providers;
pub(crate) mod recount;
pub(crate) mod seats;
mod shares;
pub(crate) mod signatures;
mod sold;
#[cfg(test)]
mod tests;
mod tree;
mod unit_price;
mod usage;
mod validators;
mod worth;
mod yuma;

/// What does not fit, in words.
type Fallible<T> = Result<T, String>;

fn failed(error: impl std::fmt::Display) -> String {
    error.to_string()
}
