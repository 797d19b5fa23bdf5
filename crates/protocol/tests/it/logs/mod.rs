//! What happened, as logs and custom errors: declarations, and round trips of every one.

pub(crate) mod dice;
mod docs;
mod errors;
mod events;
mod solidity;
