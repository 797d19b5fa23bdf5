//! `stake`: what providers stake, their staking power and reputation (document 003).
//!
//! One position per provider: an amount and a lock that may only be extended. A withdrawal begins
//! after the lock, while no vote and no job binds it; it gives no power from then on, but stays
//! slashable until it is released, less the unstake burn.
//!
//! Invariants (INV-49): the locks of stake and of unbonding stake are exactly its rows; a
//! withdrawal is released only after the slashing of the close in which it falls due; a reputation
//! is at most 1,000; a case of malice slashes once.

mod apply;
mod close;
mod errors;
mod events;
mod formulas;
mod invariants;
mod malice;
mod messages;
mod reputation;
mod slash;
mod state;

#[cfg(test)]
mod tests;

pub use apply::{apply_deposit, apply_withdraw};
pub(crate) use apply::{bind, unbind};
pub(crate) use close::{end_close, release_due};
pub use errors::Error;
pub use events::{Event, Offence};
pub use formulas::{lock_multiplier, sla_fraction, staking_power, unstake_burn};
pub(crate) use invariants::recount;
pub use malice::apply_find_malice;
pub use messages::{DepositStake, FindMalice, WithdrawStake};
pub(crate) use reputation::earn_reputation;
pub(crate) use slash::slash;
pub use state::{MaliceCase, Position, StakeState, active, earning, earning_power, power};
