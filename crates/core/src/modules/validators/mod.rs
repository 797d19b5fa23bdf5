//! `validators`: who bonds money, who is active, what faults cost, what delegators earn
//! (document 004 §3.1, ModernTensor).
//!
//! A validator is an account with a *pool*: base units in [`Pot::Bonds`] and whole shares of them,
//! its own and its delegators'. A slash lowers the pool's units and touches no delegator. What
//! leaves goes through unbonding pools, one per validator and deadline, slashable until a close
//! releases them. Delegators' rewards lie in [`Pot::Delegators`] and are counted by one
//! accumulator per pool: nothing here is linear in delegators.
//!
//! Invariants: the pot of bonds is what the pools and unbonding pools hold, and a pool never holds
//! more units than shares (INV-60); shares are what the rows hold (INV-61); what a pool owes its
//! delegators is exactly what their shares earned and what divisions left, and the pot of
//! delegators is the sum (INV-62); the active set is within its limits and its changes within the
//! churn limit (INV-63).
//!
//! [`Pot::Bonds`]: crate::modules::ledger::Pot::Bonds
//! [`Pot::Delegators`]: crate::modules::ledger::Pot::Delegators

mod apply;
mod close;
mod delegate;
mod duty;
mod errors;
mod events;
mod formulas;
mod invariants;
mod messages;
mod pool;
mod selection;
mod slash;
mod standing;
mod state;
mod unbond;

#[cfg(test)]
mod tests;

pub use apply::apply;
pub(crate) use close::{choose_active, end_close, judge_absent, release_due};
pub(crate) use delegate::credit;
pub use duty::EpochDuty;
pub(crate) use duty::count_block;
pub use errors::Error;
pub use events::{Event, Fault, Why};
pub use formulas::{absence_fraction, release_at, slash_amount};
pub(crate) use invariants::recount;
pub use messages::{Bond, Delegate, Message, Undelegate};
pub use pool::{Commission, Delegation, Part, Pool, Wish};
pub use selection::{active, proposer, select, turn};
pub(crate) use slash::{punish, retire_at_once};
pub use state::{Active, Unbonding, ValidatorState, Withdrawal};
