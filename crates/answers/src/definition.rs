//! What a network's file says before the network runs.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::{EpochLength, Parameters};
use workmint_networks::NetworkDefinition;

use crate::error::AnswerError;

/// Base units of the emission's asset that exist at genesis.
///
/// # Errors
/// They leave 128 bits.
pub fn genesis_issued(definition: &NetworkDefinition) -> Result<Amount, AnswerError> {
    let asset = definition.parameters.emission.asset;
    let of = definition.allocations.iter();
    let amounts = of.filter(|template| template.asset == asset);
    Amount::sum(amounts.map(|template| template.amount)).map_err(AnswerError::input)
}

/// Blocks of an epoch; an epoch that ends by time is taken to have a block a second.
#[must_use]
pub fn blocks_per_epoch(parameters: &Parameters) -> u64 {
    match parameters.network.epoch_length {
        EpochLength::Blocks(blocks) => blocks,
        EpochLength::Time(length) => length / 1_000,
    }
}
