//! `[pricing]`; without it prices are fixed.

use super::scalars::Unit;
use crate::choices::{self, PRICE_ROUNDINGS, PRICINGS, PricingWord, STEPS};
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{Pricing, StabilityZone};

const ZONE_KEYS: [&str; 10] = [
    "lower",
    "upper",
    "elasticity",
    "step",
    "window",
    "minimum",
    "maximum",
    "grace_end_epoch",
    "grace_price",
    "rounding",
];

/// `unit` is what the market is paid in.
pub(super) fn pricing(reader: &mut Reader<'_>, unit: Option<&Unit>) -> Option<Pricing> {
    let Some(section) = reader.optional_section(None, "pricing")? else {
        return Some(Pricing::Fixed);
    };
    let rule = reader.choice(&section, "rule", PRICINGS)?;
    let beside = format!("rule \"{}\"", choices::word(PRICINGS, &rule));
    match rule {
        PricingWord::Fixed => {
            reader.unused(&section, &ZONE_KEYS, &beside);
            reader.unused(&section, &["initial"], &beside);
            Some(Pricing::Fixed)
        }
        PricingWord::StabilityZone => {
            reader.unused(&section, &["initial"], &beside);
            stability_zone(reader, &section, unit).map(Pricing::StabilityZone)
        }
        PricingWord::UnitOfCompute => {
            reader.unused(&section, &ZONE_KEYS, &beside);
            Some(Pricing::UnitOfCompute { initial: reader.amount(&section, "initial", unit)? })
        }
    }
}

fn stability_zone<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<StabilityZone> {
    let lower = reader.ratio(section, "lower");
    let upper = reader.ratio(section, "upper");
    let elasticity = reader.ratio(section, "elasticity");
    let step = reader.choice(section, "step", STEPS);
    let window = reader.count(section, "window");
    let minimum = reader.amount(section, "minimum", unit);
    let maximum = reader.amount(section, "maximum", unit);
    let grace_end_epoch = reader.count(section, "grace_end_epoch");
    let grace_price = reader.amount(section, "grace_price", unit);
    let rounding = reader.choice(section, "rounding", PRICE_ROUNDINGS);
    Some(StabilityZone {
        lower: lower?,
        upper: upper?,
        elasticity: elasticity?,
        step: step?,
        window: window?,
        minimum: minimum?,
        maximum: maximum?,
        grace_end_epoch: grace_end_epoch?,
        grace_price: grace_price?,
        rounding: rounding?,
    })
}
