//! `weights`: the one snapshot of effective weights per epoch.
//!
//! Fixed at the close of the epoch before, from accepted compute proofs and active collateral,
//! after all slashing and release. Numerator, denominator and every view of the epoch read this
//! snapshot.
//!
//! Invariants (INV-13): effective <= potential; a potential is what its nodes give;
//! base + eligible == potential; the snapshot does not
//! change while its epoch is open.

mod confirmation;
mod epoch;
mod events;
mod formulas;
mod invariants;
mod kept;
mod messages;
mod participation;
mod potential;
mod power_cap;
mod state;

use crate::address::Address;
use crate::error::numbered_errors;

pub(crate) use confirmation::confirm;
pub use confirmation::{Folded, fold_reading};
pub(crate) use epoch::fix_next;
pub use events::Event;
pub use formulas::{Breakdown, effective_weight};
pub(crate) use invariants::recount;
pub(crate) use kept::interrupt;
pub use kept::{NodeWeight, merge_by_model};
pub use messages::{DelegateModel, RefuseModel};
pub use participation::{apply_delegate, apply_refuse};
pub use potential::Factors;
pub use power_cap::{apply_power_cap, optimal_cap};
pub use state::{Snapshot, WeightState};

numbered_errors! {
    /// Why a weight cannot be computed.
    1000;
    /// A participant's potential weight leaves 64 bits.
    1 PotentialTooLarge {} => "the participant's potential weight exceeds 2^64 - 1";
    /// Models are neither delegated nor refused here.
    2 NoParticipation {} => "this network has no rule of participation";
    /// A delegation needs somebody else.
    3 DelegatedToItself {} => "a model is delegated to another participant";
    /// Who has no weight says nothing of models.
    4 NoWeight {
        /// Whose weight.
        account: Address
    } => "{account} has no weight in the open epoch";
}
