//! `pricing`: what a unit of work of each model costs now.
//!
//! Five rules: a fixed price; a price that follows utilisation within bounds, each block or each
//! epoch; a price of compute that providers propose and a weighted median decides; prices that
//! follow what is asked against what is offered (`imbalance`), or that and the queue it left
//! (`hamiltonian`), in steps of equal time. A price is read once, when a summary, a request or a
//! job comes in, and locked there.
//!
//! Never moves money and never looks up: what was worked, what could have been worked and who has
//! which weight come as arguments.
//!
//! Invariants (INV-27): a price that moved is within its bounds, a queue within its limit; a
//! model's load is the sum of its window's steps.

mod apply;
mod events;
mod formulas;
mod hamiltonian;
mod imbalance;
mod invariants;
mod messages;
mod paced;
mod state;
mod steps;

use crate::error::numbered_errors;
use workmint_amounts::Amount;

pub use apply::apply_propose;
pub use events::Event;
pub use formulas::{
    FinePrice, capacity_of_step, mean_load, next_price, price_at, slide, stepped, utilisation,
    weighted_median,
};
pub use hamiltonian::{Shadow, excess, hamiltonian_step};
pub use imbalance::imbalance_step;
pub(crate) use invariants::{check, recount};
pub use messages::ProposePrice;
pub(crate) use paced::{add_demand, set_supply};
pub use state::{ModelPrice, PricingState, price};
pub(crate) use steps::{add_load, adopt, at_close, end_block, set_weights};

numbered_errors! {
    /// Why a price was not proposed.
    1300;
    /// Another rule sets prices.
    1 NoProposals {} => "prices are not set by proposals here";
    /// The proposal is zero or above what exists.
    2 OutOfRange {
        /// The market asset's cap, base units.
        cap: Amount,
    } => "a proposed price is 1 to {cap} base units";
}
