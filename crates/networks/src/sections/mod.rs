//! Turns each section of the file into the core's type.

mod buckets;
mod contributions;
mod emission;
mod exchange;
mod fees;
mod governance;
mod jobs;
mod market;
mod money;
mod opinions;
mod pricing;
mod rates;
mod scalars;
mod sessions;
mod stake;
mod streams;
mod validators;
mod weights;
mod work;

pub(crate) use market::{ROLES, roles};
pub(crate) use money::Assets;
pub(crate) use scalars::LOSS_DIGITS;

use crate::reader::Reader;
use workmint_core::modules::parameters::Parameters;

/// All sections but roles and genesis allocations. Every section is read, also after a problem.
pub(crate) fn parameters(reader: &mut Reader<'_>, assets: Assets) -> Option<Parameters> {
    let network = money::network(reader);
    let emission = emission::emission(reader, &assets.units);
    let market = market::market(reader, &assets.units);
    let unit = market.as_ref().map(|(_, unit)| unit);
    let models = money::models(reader, unit);
    let emitted = emission.as_ref().map(|(_, unit)| unit);
    let streams = streams::streams(reader, emitted);
    let (weights, collateral) = weights::weights_and_collateral(reader, &assets.units);
    let stake = collateral.as_ref().map(|(_, unit)| unit);
    let slashing = weights::slashing(reader);
    let work = work::work(reader, unit);
    let pricing = pricing::pricing(reader, unit);
    let fees = fees::fees(reader, &assets.units);
    let claims = market::claims(reader);
    let contributions = contributions::contributions(reader, emitted, stake);
    let buckets = buckets::buckets(reader, emitted);
    let provider_stake = stake::stake(reader, &assets.units);
    let attestation = stake::attestation(reader);
    let governance = governance::governance(reader, &assets.units);
    let exchange = exchange::exchange(reader, &assets.units);
    let validators = validators::validators(reader, &assets.units);
    let powers = opinions::Powers {
        bonded: validators.as_ref().and_then(|rules| Some(rules.as_ref()?.asset)),
        collateral: collateral.as_ref().map(|(rules, _)| rules.asset),
        stake: provider_stake.as_ref().and_then(|rules| Some(rules.as_ref()?.asset)),
    };
    let opinions = opinions::opinions(reader, &assets.units, emitted, powers);
    Some(Parameters {
        network: network?,
        assets: assets.assets?,
        models: models?,
        emission: emission?.0,
        streams: streams?,
        weights: weights?,
        collateral: collateral?.0,
        slashing: slashing?,
        work: work?,
        market: market?.0,
        pricing: pricing?,
        fees: fees?,
        claims: claims?,
        contributions: contributions?,
        buckets: buckets?,
        stake: provider_stake?,
        attestation: attestation?,
        exchange: exchange?,
        governance: governance?,
        validators: validators?,
        opinions: opinions?,
    })
}
