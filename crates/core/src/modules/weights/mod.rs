//! `weights`: the one snapshot of effective weights per epoch.
//!
//! Fixed at the close of the epoch before, from accepted compute proofs and active collateral,
//! after all slashing and release. Numerator, denominator and every view of the epoch read this
//! snapshot.
//!
//! Invariants (INV-13): effective <= potential; base + eligible == potential; the snapshot does not
//! change while its epoch is open.

mod formulas;
mod power_cap;
mod state;

use crate::error::numbered_errors;

pub use formulas::{Breakdown, effective_weight};
pub use power_cap::{apply_power_cap, optimal_cap};
pub use state::{Snapshot, WeightState};
pub(crate) use state::{fix_next, recount};

numbered_errors! {
    /// Why a weight cannot be computed.
    1000;
    /// The sum of a participant's proofs leaves 64 bits.
    1 PotentialTooLarge {} => "the sum of the participant's proof weights exceeds 2^64 - 1";
}
