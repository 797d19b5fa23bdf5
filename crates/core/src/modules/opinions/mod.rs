//! `opinions`: seats of miners and validators, validators' weights on miners, and the consensus
//! over them (document 004 §4.1; reference/bittensor.md).
//!
//! A seat is bought at a price that falls with time and rises with each registration; who earned
//! least loses it when all are taken. What weights are worth is computed at a close, from frozen
//! inputs, by [`yuma`] and [`scores`]; money moves here only as the price of a seat.
//!
//! Invariants: seats from 0 on without a gap, an account holds at most one, what a seat said ends
//! with its holder (INV-55); the price stays within its limits, nobody's power counts more than
//! once (INV-56).

mod change;
mod children;
mod close;
mod errors;
mod events;
mod invariants;
mod messages;
mod power;
mod price;
pub mod scores;
mod seats;
mod state;
pub mod weighing;
mod weights;
pub mod yuma;

use crate::error::Error as AnyError;
use crate::modules::parameters;
use crate::state::{Context, State};
pub(crate) use change::{adopt, begin, same_bonds};
pub(crate) use close::close;
pub use errors::Error;
pub use events::Event;
pub(crate) use invariants::recount;
pub use messages::{
    CommitWeights, RegisterSeat, Request, RevealWeights, SetChildTake, SetChildren, SetWeights,
};
pub(crate) use power::Powers;
use power::own_power;
pub use power::part_of;
pub use price::{price, price_at, risen};
pub use seats::{is_immune, owner_seat, to_replace};
pub use state::{Changing, Children, Commitment, OpinionState, PriceAt, Seat};
pub use weights::commitment;

/// Runs one message.
pub(crate) fn apply(
    state: &mut State,
    context: &Context,
    request: &Request,
) -> Result<(), AnyError> {
    match request {
        Request::RegisterSeat(message) => seats::apply_register(state, context, message),
        Request::SetWeights(message) => weights::apply_set(state, context, message),
        Request::CommitWeights(message) => weights::apply_commit(state, context, message),
        Request::RevealWeights(message) => weights::apply_reveal(state, context, message),
        Request::SetChildren(message) => children::apply_set(state, context, message),
        Request::SetChildTake(message) => children::apply_take(state, context, message),
    }
}

/// The network's rules; an error where there are none.
fn rules(context: &Context) -> Result<&parameters::Opinions, Error> {
    context.parameters.opinions.as_ref().ok_or(Error::Off {})
}
