//! `slashing`: offences, each punished once.
//!
//! Decides fractions and that an offence was not punished before; `collateral` takes the money.
//!
//! Invariants (INV-12): once per offence; the base is active and unbonding collateral when judging
//! starts, or what of it the weight requires; fractions of one close never sum above 1.

mod apply;
mod formulas;
mod state;

use crate::address::Address;
use crate::error::numbered_errors;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

pub use apply::apply_evidence;
pub(crate) use apply::{forget_old, judge_downtime, punish};
pub use formulas::{OffenceKind, combined_fraction, downtime_fraction};
pub use state::{Offence, SlashingState};

numbered_errors! {
    /// Why an offence was not punished.
    700;
    /// It was already.
    1 AlreadyPunished {} => "this offence was punished already";
    /// The evidence is too old, or from the future.
    2 EvidenceOutOfDate {
        /// When it happened, milliseconds.
        time_ms: u64,
        /// Block time, milliseconds.
        now_ms: u64,
    } => "the fault at {time_ms} ms is not within the evidence age of block time {now_ms} ms";
    /// A fraction above 1.
    3 FractionAboveOne {
        /// The fraction.
        fraction: Ratio,
    } => "the slash fraction {fraction} is above 1";
    /// No participant runs the validator.
    4 UnknownValidator {
        /// The validator.
        validator: Address,
    } => "no participant runs validator {validator}";
}

/// What happened in `slashing`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Event {
    /// An offence was punished.
    Punished {
        /// The participant.
        account: Address,
        /// What it did.
        kind: OffenceKind,
        /// Fraction of collateral taken.
        fraction: Ratio,
        /// Base units taken.
        amount: Amount,
    },
}
