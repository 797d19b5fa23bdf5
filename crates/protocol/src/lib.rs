//! What clients and servers of a network say to each other.
//!
//! [`economy`] answers what a network emitted, to whom, what was burned: document 004's metrics.
//! [`market`] answers what customers of jobs ask: document 003's metrics, an estimate of a job.
//! [`rewards`] answers what document 002 asks of rates and buckets: estimates, calculator, status,
//! metrics, health, policy. [`wire`] is Ethereum's language: transactions, logs, errors.
//!
//! Pure functions of parameters and state that compute by the functions that settle; every answer
//! is a type that serialises to the document's field names. Where state comes from and how an
//! answer travels is the caller's business.
#![forbid(unsafe_code)]

pub mod economy;
pub mod market;
mod money;
pub mod rewards;
pub mod wire;

pub use money::{Money, Unit};
