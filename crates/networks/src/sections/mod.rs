//! Turns each section of the file into the core's type.

mod market;
mod money;
mod pricing;
mod scalars;
mod streams;
mod weights;
mod work;

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
    let (weights, collateral) = weights::weights_and_collateral(reader, &assets.units);
    let slashing = weights::slashing(reader);
    let work = work::work(reader, unit);
    let pricing = pricing::pricing(reader, unit);
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
        pricing: pricing?,
        fees: fees?,
        claims: claims?,
        contributions: None,
        buckets: None,
    })
}
