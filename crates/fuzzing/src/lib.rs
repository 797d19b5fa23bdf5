//! What a fuzzer calls with any bytes, and what must hold then.
//!
//! Each target panics when a property fails; the fuzzer (`fuzz/`) and the tests that replay its
//! small corpora (`fuzz/corpus/<target>/`) call the same functions.
#![forbid(unsafe_code)]

mod journals;
mod network_files;
mod requests;
mod transactions;

pub use journals::journal;
pub use network_files::network_file;
pub use requests::request;
pub use transactions::{CALL, ERROR, LOG, TRANSACTION, key, transaction};

/// A function that takes any bytes and panics if a property fails.
pub type Target = fn(&[u8]);

/// Every target, by the name of its corpus.
pub const TARGETS: [(&str, Target); 4] = [
    ("transaction", transaction),
    ("request", request),
    ("network_file", network_file),
    ("journal", journal),
];
