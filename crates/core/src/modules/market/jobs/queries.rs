//! Who could take a job now, for customers who ask.

use super::offers::free_units;
use super::{Error, backing};
use crate::address::Address;
use crate::error::Error as AnyError;
use crate::modules::ledger::AccountHandle;
use crate::modules::parameters::Parameters;
use crate::names::ModelId;
use crate::state::{Context, State};
use std::sync::Arc;

/// An offer that a job of a model and tier fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Available {
    /// The provider.
    pub provider: Address,
    /// The highest tier it offers.
    pub tier: u8,
    /// Units of work in an epoch.
    pub capacity: u64,
    /// Units left in the open epoch.
    pub free: u64,
    /// Why it could not accept a job now: its stake, or its attested tier.
    pub refused: Option<AnyError>,
}

/// All offers of a model for a tier, by address. What `AcceptJob` would check of a provider, but
/// for its ties to the customer and the money for its bond.
///
/// # Errors
/// [`Error::UnknownModel`], [`Error::UnknownTier`].
pub fn available(
    state: &State,
    parameters: &Arc<Parameters>,
    (model, tier): (ModelId, u8),
) -> Result<Vec<Available>, Error> {
    if parameters.model(model).is_none() {
        return Err(Error::UnknownModel {});
    }
    backing::multiplier(parameters, tier)?;
    let parameters = Arc::clone(parameters);
    let now = state.now();
    let context = Context { now, last: now, sender: AccountHandle(0), parameters };
    let fitting = state.market.jobs.offers().filter(|(_, of, _)| *of == model);
    let available = fitting.filter_map(|(provider, _, offer)| {
        let free = free_units(state, provider, (model, tier)).ok()?;
        let refused = backing::require(state, &context, provider, tier).err();
        let address = state.ledger.address(provider);
        let (tier, capacity) = (offer.tier, offer.capacity);
        Some(Available { provider: address, tier, capacity, free, refused })
    });
    let mut all: Vec<Available> = available.collect();
    all.sort_unstable_by_key(|available| available.provider);
    Ok(all)
}
