//! Where a peer computed in floats or in rounded decimals, how far its digits are trusted.
//!
//! Floats are used here only, to compare; nothing in the engine reads this file.

/// How far a peer's value may be from ours, and why.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tolerance {
    /// Absolute difference allowed.
    pub(super) absolute: f64,
    /// Why the peer's digits end there.
    pub(super) reason: &'static str,
}
