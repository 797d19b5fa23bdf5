//! `[pricing]`; without it prices are fixed.

use super::scalars::Unit;
use crate::choices::{self, PRICE_ROUNDINGS, PRICINGS, PricingWord, STEPS};
use crate::reader::{Reader, Section};
use workmint_core::modules::parameters::{
    Hamiltonian, Imbalance, PriceMoves, Pricing, StabilityZone,
};

/// Every key beside `rule`.
const KEYS: [&str; 16] = [
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
    "initial",
    "steps_per_epoch",
    "largest_step",
    "stiffness",
    "damping",
    "most_queue",
];

/// The keys that a rule reads.
fn keys_of(rule: PricingWord) -> &'static [&'static str] {
    match rule {
        PricingWord::Fixed => &[],
        PricingWord::StabilityZone => &[
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
        ],
        PricingWord::UnitOfCompute => &["initial"],
        PricingWord::Imbalance => {
            &["elasticity", "steps_per_epoch", "largest_step", "minimum", "maximum"]
        }
        PricingWord::Hamiltonian => &[
            "stiffness",
            "damping",
            "most_queue",
            "steps_per_epoch",
            "largest_step",
            "minimum",
            "maximum",
        ],
    }
}

/// `unit` is what the market is paid in.
pub(super) fn pricing(reader: &mut Reader<'_>, unit: Option<&Unit>) -> Option<Pricing> {
    let Some(section) = reader.optional_section(None, "pricing")? else {
        return Some(Pricing::Fixed);
    };
    let rule = reader.choice(&section, "rule", PRICINGS)?;
    let beside = format!("rule \"{}\"", choices::word(PRICINGS, &rule));
    let used = keys_of(rule);
    let unused: Vec<&'static str> = KEYS.into_iter().filter(|key| !used.contains(key)).collect();
    reader.unused(&section, &unused, &beside);
    match rule {
        PricingWord::Fixed => Some(Pricing::Fixed),
        PricingWord::StabilityZone => {
            stability_zone(reader, &section, unit).map(Pricing::StabilityZone)
        }
        PricingWord::UnitOfCompute => {
            Some(Pricing::UnitOfCompute { initial: reader.amount(&section, "initial", unit)? })
        }
        PricingWord::Imbalance => {
            let elasticity = reader.ratio(&section, "elasticity");
            let moves = moves(reader, &section, unit);
            Some(Pricing::Imbalance(Imbalance { elasticity: elasticity?, moves: moves? }))
        }
        PricingWord::Hamiltonian => {
            let stiffness = reader.ratio(&section, "stiffness");
            let damping = reader.ratio(&section, "damping");
            let most_queue = reader.ratio(&section, "most_queue");
            let moves = moves(reader, &section, unit);
            Some(Pricing::Hamiltonian(Hamiltonian {
                stiffness: stiffness?,
                damping: damping?,
                most_queue: most_queue?,
                moves: moves?,
            }))
        }
    }
}

/// How often prices move, and their limits.
fn moves<'a>(
    reader: &mut Reader<'a>,
    section: &Section<'a>,
    unit: Option<&Unit>,
) -> Option<PriceMoves> {
    let steps_per_epoch = reader.count(section, "steps_per_epoch");
    let largest_step = reader.ratio(section, "largest_step");
    let minimum = reader.amount(section, "minimum", unit);
    let maximum = reader.amount(section, "maximum", unit);
    Some(PriceMoves {
        steps_per_epoch: steps_per_epoch?,
        largest_step: largest_step?,
        minimum: minimum?,
        maximum: maximum?,
    })
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
