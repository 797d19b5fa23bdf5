//! `settlement`: records, proofs, claims, forfeits, expiry.
//!
//! Carries out a plan: mints exactly what it pays or carries, and keeps one record per epoch. A
//! claim pays once. What nobody claims in time goes to its named destination. Every participant has
//! a performance summary; whatever it loses is a line with a reason.
//!
//! Invariants: the claims pot is exactly the sum of what open records still owe (INV-08); a claim
//! pays once (INV-07): a record is removed when it expires, and a bit per entry says whether it was
//! paid; a record never changes but for those bits.

mod apply;
mod convict;
mod epoch;
mod errors;
mod events;
mod invariants;
mod record;

pub use apply::{Claim, apply_claim};
pub use convict::Taken;
pub(crate) use convict::{Refund, convict};
pub(crate) use epoch::{carry_out, expire, pay_all};
pub use errors::Error;
pub use events::Event;
pub(crate) use invariants::{check_totals, recount};
pub use record::{
    Entries, Header, Moves, Record, SettlementState, StreamLine, Summaries, Summary, Totals,
    build_record, moves_of, moves_of_plan,
};
