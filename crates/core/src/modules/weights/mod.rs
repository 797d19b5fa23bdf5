//! `weights`: the one snapshot of effective weights per epoch.
//!
//! Fixed at the close of the epoch before, from accepted compute proofs and active collateral,
//! after all slashing and release. Numerator, denominator and every view of the epoch read this
//! snapshot.
//!
//! Invariants (INV-13): effective <= potential; a potential is what its nodes give;
//! base + eligible == potential; the snapshot does not
//! change while its epoch is open.

mod formulas;
mod potential;
mod power_cap;
mod state;

use crate::error::numbered_errors;

pub use formulas::{Breakdown, effective_weight};
pub use potential::Factors;
pub use power_cap::{apply_power_cap, optimal_cap};
pub use state::{Snapshot, WeightState};
pub(crate) use state::{fix_next, recount};

numbered_errors! {
    /// Why a weight cannot be computed.
    1000;
    /// A participant's potential weight leaves 64 bits.
    1 PotentialTooLarge {} => "the participant's potential weight exceeds 2^64 - 1";
}
