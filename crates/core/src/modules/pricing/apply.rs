//! Proposing a price.

use super::{Error, Event, ProposePrice};
use crate::error::Error as AnyError;
use crate::modules::parameters::Pricing;
use crate::modules::registry;
use crate::state::{Context, State};

/// Keeps what the sender proposes for a unit of compute: the next close takes the median.
pub fn apply_propose(
    state: &mut State,
    context: &Context,
    message: &ProposePrice,
) -> Result<(), AnyError> {
    if !matches!(context.parameters.pricing, Pricing::UnitOfCompute { .. }) {
        return Err(Error::NoProposals {}.into());
    }
    let account = state.ledger.address(context.sender);
    if state.registry.participant(context.sender).is_none() {
        return Err(registry::Error::NotRegistered { account }.into());
    }
    let cap = state.ledger.cap(context.parameters.market.asset);
    if message.price.is_zero() || message.price > cap {
        return Err(Error::OutOfRange { cap }.into());
    }
    state.pricing.proposals.put(context.sender, message.price);
    state.emit(Event::Proposed { account, price: message.price });
    Ok(())
}
