//! `work`: reports of work and how they are believed.
//!
//! A provider signs one summary per epoch, node and model, and claims one compute proof per epoch,
//! node and model; a quorum of reporters attests them. An accepted summary can be challenged; it is
//! tallied at the first close at which its window is over. Participants also owe sampled checks,
//! drawn from a seed they committed before the draw was known. What all this says of a
//! participant's conduct is judged here too: missed requests, status, reputation.
//!
//! Never touches customers' money: it says what is charged, and the caller moves it.
//!
//! Invariants: a report is counted at most once; nobody attests, judges or checks a relative's
//! report; no weight or tally exists without an accepted report; the bond lock of an account is the
//! sum of its open challenges' bonds.

mod answers;
mod attest;
mod challenge;
mod close;
mod conduct;
mod confirm;
mod duties;
mod errors;
mod events;
mod formulas;
mod invariants;
mod members;
mod messages;
mod miss_tables;
mod miss_test;
mod open_challenge;
mod reputation;
mod sampling;
mod standing;
mod state;
mod submit;
mod window;

pub(crate) use answers::{count_answer, count_miss, forget_refuted, refute_answer};
pub use attest::{
    Accepted, AcceptedReading, AcceptedSummary, Electorate, apply_attest, passes_vote,
};
pub use challenge::{LostChallenge, apply_challenge, apply_judge};
use close::make_final;
pub(crate) use close::{
    accepted_proofs, begin_close, decide_overdue, end_close, lapse, ready_receipts, stale_receipts,
    tally, withdraw,
};
pub use conduct::{
    SequentialTest, Standing, Statistics, Status, StatusReason, StatusRule, less_likely, log_units,
};
pub use confirm::apply_confirmation;
pub use duties::{apply_commit_seed, apply_record_checks, apply_reveal_seed, commitment_of};
pub(crate) use duties::{forget, require_done};
pub use errors::Error;
pub use events::Event;
pub use formulas::draw_checks;
pub(crate) use invariants::recount;
pub(crate) use members::keep_members;
pub use messages::{
    Attest, Challenge, Check, CommitSeed, ConfirmationKey, Judge, MissKey, RecordChecks,
    ReportConfirmation, ReportKey, ReportMisses, ReportRef, RevealSeed, SubmitComputeProof,
    SubmitSummary, Usage, Window,
};
pub use miss_test::{
    BINOMIAL_LIMIT, CriticalTable, MissTest, NetworkMisses, TAIL_LIMIT, followed_rate,
};
pub(crate) use open_challenge::Bond;
pub use open_challenge::OpenChallenge;
pub use reputation::Reputation;
pub(crate) use reputation::{EpochServed, earn_reputation};
pub use sampling::{
    MAX_POOL, Odds, check_probability, draw, expected_checks, minimum_checks, owes_check,
};
pub(crate) use standing::{foreseen_statuses, judge_statuses};
pub use state::{
    Closed, Duty, Member, Members, MissId, MissReport, Proof, Reading, ReadingId, Receipt,
    ReportId, Seed, Tally, WorkState,
};
pub(crate) use submit::content;
pub use submit::{apply_compute_proof, apply_misses, apply_summary};
pub use window::time_factor;
