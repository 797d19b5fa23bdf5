//! `collateral`: deposits that back weight (document 001).
//!
//! Active collateral gives weight; a withdrawal gives none from its request on, but stays slashable
//! until it is released. While a participant's validator is unbonding or jailed its collateral
//! gives no weight and it cannot deposit more. What a unit of weight takes is kept here, because
//! slashes go by it; `weights` reads it.
//!
//! Invariants (INV-11): the collateral and unbonding locks of an account are exactly its rows; a
//! withdrawal is released only after the slashing of the close in which it falls due; a participant
//! has at most `max_withdrawals` under way; a price of a unit of weight is above 0.

mod apply;
mod errors;
mod events;
mod formulas;
mod invariants;
mod state;
mod unit_price;

pub use apply::{Deposit, Offender, Slashed, Withdraw, apply_deposit, apply_withdraw};
pub(crate) use apply::{release_due, set_jailed, slash};
pub use errors::Error;
pub use events::Event;
pub use formulas::{required_collateral, share_taken, slash_amounts};
pub(crate) use invariants::recount;
pub use state::CollateralState;
pub(crate) use unit_price::move_unit_price;
pub use unit_price::{Earned, next_unit_price};
