//! Tests of the public surface of `workmint-amounts`, against big rationals and golden files.
//!
//! `WORKMINT_FULL=1` multiplies the generated cases to millions.

// Generators and expected ranges stay inside 128 bits by saturating; only the crate must not.
#![allow(clippy::disallowed_methods)]

mod apportion;
mod binomial;
mod encoding;
mod fixed;
mod golden;
mod ln;
mod mul_div;
mod oracle;
mod ratio;
mod schedule;
mod share;
mod split;
mod text;
