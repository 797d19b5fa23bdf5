//! Turns each section of the file into the core's type.

mod market;
mod money;
mod rules;
mod scalars;
mod streams;

pub(crate) use market::roles;
pub(crate) use money::Assets;

use crate::reader::Reader;
use workmint_core::modules::parameters::Parameters;

/// All sections but roles and genesis allocations. Every section is read, also after a problem.
pub(crate) fn parameters(reader: &mut Reader<'_>, assets: Assets) -> Option<Parameters> {
    let network = money::network(reader);
    let emission = money::emission(reader, &assets.units);
    let market = market::market(reader, &assets.units);
    let unit = market.as_ref().map(|(_, unit)| unit);
    let models = money::models(reader, unit);
    let streams = streams::streams(reader);
    let (weights, collateral) = rules::weights_and_collateral(reader, &assets.units);
    let slashing = rules::slashing(reader);
    let work = rules::work(reader, unit);
    let fees = market::fees(reader, &assets.units);
    let claims = market::claims(reader);
    Some(Parameters {
        network: network?,
        assets: assets.assets?,
        models: models?,
        emission: emission?,
        streams: streams?,
        weights: weights?,
        collateral: collateral?,
        slashing: slashing?,
        work: work?,
        market: market?.0,
        pricing: workmint_core::modules::parameters::Pricing::Fixed,
        fees: fees?,
        claims: claims?,
    })
}
