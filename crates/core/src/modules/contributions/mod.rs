//! `contributions`: work that its contributor claims for a stream with a rate (document 002 calls
//! it a claim; a claim here collects a settled reward).
//!
//! A contributor submits what it did under an id of its own; verifiers of different families
//! measure it; what they accept can be challenged; what nobody refutes becomes final and is settled
//! with the epoch in which it does. Says what is final and what was found; `rewards` says what that
//! is worth.
//!
//! Invariants: an id is settled at most once; nobody verifies or judges a relative's contribution;
//! a dataset is settled once; the recorded loss of a model only falls; the bond lock of an account
//! is the sum of its open challenges' bonds.

mod challenge;
mod close;
mod errors;
mod events;
mod formulas;
mod improvements;
mod invariants;
mod messages;
mod state;
mod submit;
#[cfg(test)]
mod tests;
mod verify;

pub use challenge::{apply_challenge, apply_judge};
pub(crate) use close::{close, end_close, foreseen};
use close::{close_unpaid, score_of};
pub use errors::Error;
pub use events::{ClosedReason, Event};
pub use formulas::{Standing, by_consensus, points, recommended_epoch_ms, reputation_points};
pub use improvements::improves_enough;
pub(crate) use invariants::recount;
pub use messages::{
    ChallengeContribution, ContributionKey, JudgeContribution, SubmitContribution, Verdict,
    VerifyContributions,
};
pub use state::{
    Conduct, Contribution, ContributionId, ContributionState, FinalContribution, Found,
    GivenVerdict, MULTIPLIER_UNIT, Pace, Stage,
};
pub use submit::{apply_submit, submission_hash};
pub use verify::apply_verify;
