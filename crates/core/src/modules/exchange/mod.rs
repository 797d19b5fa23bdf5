//! `exchange`: a constant-product pool of two assets (document 003, dual tokens).
//!
//! The pool's money is in [`Pot::Exchange`](crate::modules::ledger::Pot::Exchange). Whoever adds to
//! it gets shares of it; what swaps leave behind belongs to them. Its price is nobody's input: no
//! other module asks for it.
//!
//! Invariants: the pool's reserves are exactly what the pot holds of its assets (INV-32); locked
//! shares and those of accounts sum to all shares (INV-33); a swap never lowers the product of the
//! reserves, adding and removing never lower it per square of shares (INV-34).

mod apply;
mod errors;
mod events;
mod formulas;
mod invariants;
mod messages;
mod state;

pub(crate) use apply::seed;
pub use apply::{apply_add, apply_remove, apply_swap};
pub use errors::Error;
pub use events::Event;
pub use formulas::{Added, added, first_shares, quote_in, quote_out, removed, swapped};
pub(crate) use invariants::{check, recount};
pub use messages::{AddLiquidity, RemoveLiquidity, Swap};
pub use state::{ExchangeState, Pool, Position};
