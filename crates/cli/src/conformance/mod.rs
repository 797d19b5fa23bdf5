//! Conformance: recorded inputs and outputs of the peers' code against our functions.
//!
//! A vector file is a JSON list of `{name, source, function, input, expected}`. An adapter turns
//! one case into a call of the function production uses, and compares; it computes nothing itself.
//!
//! | file | holds |
//! |---|---|
//! | `suite.rs` | finds the adapter of a case, runs it, counts |
//! | `case.rs` | reading JSON: exact integers, decimals, the peers' `Value x 10^Exponent` |
//! | `chain.rs` | a chain in memory, for cases that assert what a state becomes |
//! | `verdict.rs` | what an adapter says of a case |
//! | `decisions.rs` | where we differ on purpose, and why |
//! | `tolerances.rs` | where a peer computed in floats, how far its digits are trusted, and why |
//! | `bittensor/` | the adapters for opentensor/subtensor |
//! | `blyan/` | the adapters for Blyan |
//! | `gonka/` | the adapters for gonka-ai/gonka |
//! | `hanzo/` | the adapters for Hanzo's document and contracts |
//! | `moderntensor/` | the adapters for ModernTensor's Python and Rust |

mod bittensor;
mod blyan;
mod case;
mod chain;
mod decisions;
mod gonka;
mod hanzo;
mod moderntensor;
mod suite;
mod tolerances;
mod verdict;

pub(crate) use suite::{Counts, FileReport, read_directory, run_file};
