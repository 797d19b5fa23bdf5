//! `[pricing]` and `[market.escrow]`: what work costs and when it is paid for.

mod paced;

use super::super::{EpochLength, PriceRounding, PriceStep, Pricing, StabilityZone};
use super::checker::{Checker, brief, grouped, is_zero};
use workmint_amounts::{Amount, Ratio};

pub(super) fn check(checker: &mut Checker<'_>) {
    match &checker.parameters.pricing {
        Pricing::Fixed => {}
        Pricing::StabilityZone(zone) => stability_zone(checker, zone),
        Pricing::Imbalance(rules) => paced::imbalance(checker, rules),
        Pricing::Hamiltonian(rules) => paced::hamiltonian(checker, rules),
        Pricing::UnitOfCompute { initial } => {
            affordable(checker, "pricing.initial", *initial);
            if initial.is_zero() {
                let message = "work is free until a provider asks a price";
                checker.fact("pricing.initial", message);
            }
        }
    }
    if matches!(checker.parameters.pricing, Pricing::UnitOfCompute { .. }) {
        return;
    }
    for (at, model) in checker.parameters.models.iter().enumerate() {
        if model.compute_per_unit != 1 {
            let message = "it has no effect: prices are not per unit of compute";
            checker.warning(&format!("models[{at}].compute_per_unit"), message);
        }
    }
}

/// A price above the asset's cap can never be paid.
fn affordable(checker: &mut Checker<'_>, path: &str, price: Amount) {
    let id = checker.parameters.market.asset;
    if let Some(asset) = checker.parameters.asset(id)
        && price > asset.cap
    {
        let message = format!("it is more {} than can ever exist", asset.symbol);
        checker.error(path, message, &format!("at most the cap of {}", asset.symbol));
    }
}

/// Minimum and maximum of prices.
fn bounds(checker: &mut Checker<'_>, minimum: Amount, maximum: Amount) {
    let path = "pricing.maximum";
    checker.require(!minimum.is_zero(), "pricing.minimum", minimum, "at least 1 base unit");
    if minimum > maximum {
        let asset = checker.parameters.market.asset;
        let (value, least) = (checker.shown(maximum, asset), checker.shown(minimum, asset));
        let message = format!("the maximum {value} is below the minimum");
        checker.error(path, message, &format!("at least {least}"));
    }
    affordable(checker, path, maximum);
}

fn stability_zone(checker: &mut Checker<'_>, zone: &StabilityZone) {
    let path = |key: &str| format!("pricing.{key}");
    let StabilityZone { lower, upper, elasticity, window, minimum, maximum, .. } = *zone;
    checker.ratio(lower <= upper, &path("lower"), lower, "0 to upper");
    checker.ratio(upper.at_most_one(), &path("upper"), upper, "lower to 1");
    checker.ratio(elasticity.at_most_one(), &path("elasticity"), elasticity, "0 to 1");
    checker.count(&path("window"), u64::from(window), 1, 10_000);
    bounds(checker, minimum, maximum);
    affordable(checker, &path("grace_price"), zone.grace_price);
    let length = checker.parameters.network.epoch_length;
    if zone.step == PriceStep::Block && matches!(length, EpochLength::Time(_)) {
        let message = "epochs end by time: nobody knows how many blocks one has";
        checker.error(&path("step"), message, "epoch");
    }
    if zone.step == PriceStep::Block {
        let message = "work reported in summaries loads the block that closes its epoch: between \
                       closes prices follow single requests only";
        checker.fact(&path("step"), message);
    }
    outside(checker, minimum, maximum);
    movement(checker, zone);
    if zone.grace_end_epoch > 0 && zone.grace_price.is_zero() {
        let epoch = grouped(zone.grace_end_epoch);
        let message = format!("work is free before epoch {epoch}: its providers earn no payment");
        checker.fact(&path("grace_price"), message);
    }
}

/// Prices that models start with outside of the bounds.
fn outside(checker: &mut Checker<'_>, minimum: Amount, maximum: Amount) {
    let asset = checker.parameters.market.asset;
    for (at, model) in checker.parameters.models.iter().enumerate() {
        let price = model.price_per_unit;
        if price < minimum || price > maximum {
            let price = checker.shown(price, asset);
            let (least, most) = (checker.shown(minimum, asset), checker.shown(maximum, asset));
            let message = format!("it starts at {price}, but prices are {least} to {most}");
            checker.warning(&format!("models[{at}].price_per_unit"), message);
        }
    }
}

/// How far a step goes, and whether a fraction of a base unit stops it.
fn movement(checker: &mut Checker<'_>, zone: &StabilityZone) {
    let path = "pricing.elasticity";
    let steps = zone.upper.complement().and_then(|distance| distance.checked_mul(zone.elasticity));
    let (Ok(rise), Ok(fall)) = (steps, zone.lower.checked_mul(zone.elasticity)) else {
        return;
    };
    if rise.is_zero() && fall.is_zero() {
        return checker.fact(path, "prices never move");
    }
    let step = match zone.step {
        PriceStep::Block => "block",
        PriceStep::Epoch => "epoch",
    };
    let message = format!(
        "a price rises by at most {} and falls by at most {} of itself each {step}",
        brief(rise),
        brief(fall)
    );
    checker.fact(path, message);
    if zone.rounding == PriceRounding::Truncate
        && let Ok(least) = Ratio::ONE.checked_div(rise).and_then(|least| least.ceil_mul(1))
        && zone.minimum < Amount::new(least)
    {
        let (least, most) = (Amount::new(least).to_grouped(0, 0), brief(rise));
        let message = format!(
            "with steps of at most {most}, cut off, a price below {least} base units can never rise"
        );
        checker.warning("pricing.rounding", message);
    }
}

pub(super) fn check_escrow(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Some(rules) = &parameters.market.escrow else {
        return;
    };
    let units = rules.default_max_units;
    checker.count("market.escrow.default_max_units", units, 1, u64::MAX);
    if is_zero(rules.expiry) {
        let message = "no provider can answer in time: every request is refunded and missed";
        checker.warning("market.escrow.expiry", message);
    }
    let (market, emitted) = (parameters.market.asset, parameters.emission.asset);
    if market != emitted {
        let (market, emitted) = (checker.symbol(market), checker.symbol(emitted));
        let message = format!(
            "customers pay in {market}, rewards are in {emitted}: what a provider owes for work \
             found wrong cannot be kept from its rewards"
        );
        checker.fact("market.escrow", message);
    }
}
