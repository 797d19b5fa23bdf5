//! Adapters: `update_price` of document 003, and the prices of `ComputeMarket`.

use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{Imbalance, PriceMoves};
use workmint_core::modules::pricing::{FinePrice, imbalance_step};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "document_formulas", function: "update_price", run: update_price },
    Adapter { file: "", function: "ComputeMarket._updateMarketPrice", run: market_price },
    Adapter {
        file: "",
        function: "ComputeMarket price trajectory (100-block steps, demand incremented by the \
                   triggering request, then reset)",
        run: trajectory,
    },
];

/// Base units of one AI.
const UNIT: u128 = 1_000_000_000_000_000_000;
/// Fine units of a base unit.
const FINE: u128 = 1_000_000_000;
/// The bounds of `ComputeMarket`, wei.
const MARKET: (i128, i128) = (1_000_000_000_000, 1_000_000_000_000_000_000_000);
/// Utilisation there is in parts of 10,000, at rest at a half.
const PARTS: i128 = 10_000;
const REST: u128 = 5_000;

fn rules(elasticity: Ratio, largest_step: u128, bounds: (u128, u128)) -> Imbalance {
    Imbalance {
        elasticity,
        moves: PriceMoves {
            steps_per_epoch: 1,
            largest_step: Ratio::from_integer(largest_step),
            minimum: Amount::new(bounds.0),
            maximum: Amount::new(bounds.1),
        },
    }
}

/// A price of the document, AI, in base units to the nearest.
fn base_units(price: &Node<'_>) -> Result<u128, Mismatch> {
    let twice = price.ratio()?.floor_mul(2 * UNIT)?;
    Ok(twice.div_ceil(2))
}

/// Every number as the document has it, with its bounds of 0.00001 and 0.01 AI and no largest step.
/// The document computes in floats: 16 digits, of four operations.
fn update_price(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let old = FinePrice::of(Amount::new(base_units(&input.at("price"))?))?;
    let (demand, supply) = (input.at("demand").ratio()?, input.at("supply").ratio()?);
    let rules = rules(input.at("elasticity").ratio()?, 1_000_000_000, (UNIT / 100_000, UNIT / 100));
    let new = imbalance_step(&rules, old, (demand, supply))?;
    if supply.is_zero() {
        require("the peer raises", "ZeroDivisionError", expected.at("raises").text()?)?;
        let most = FinePrice::of(rules.moves.maximum)?;
        require("price", new, if demand.is_zero() { old } else { most })?;
        return Ok(Verdict::Deviates(Decision::NoSupplyNoDivision));
    }
    let whole = base_units(&expected)?;
    let ours = new.quoted().get();
    let digits = whole / 1_000_000_000_000_000;
    if ours.abs_diff(whole) > digits.max(1) {
        return Err(Mismatch::new(format!("price: ours {ours}, theirs {whole} base units")));
    }
    Ok(Verdict::Passed)
}

/// What `ComputeMarket` computes from a price, its velocity, supply and demand, from our rule: the
/// force is the change of a step of `imbalance` with elasticity 1/2 against half of the supply,
/// cut off; the rest is the velocity we do not have.
struct Theirs {
    price: i128,
    velocity: i128,
    utilisation: i128,
    /// Our price by the same rule.
    ours: FinePrice,
}

fn theirs(price: i128, velocity: i128, supply: i128, demand: i128) -> Result<Theirs, Mismatch> {
    let utilisation = if supply == 0 { 0 } else { demand * PARTS / supply };
    let rules = rules(Ratio::new(1, 2)?, 1_000_000_000, (1, u128::MAX));
    let old = FinePrice::of(Amount::new(u128::try_from(price)?))?;
    let load = (Ratio::from_integer(u128::try_from(utilisation)?), Ratio::from_integer(REST));
    let ours = imbalance_step(&rules, old, load)?;
    // Cut off toward the old price.
    let force = i128::try_from(ours.0.abs_diff(old.0) / FINE)?;
    let force = if ours >= old { force } else { -force };
    let velocity = velocity * 9_500 / PARTS + force;
    let price = (price + velocity).clamp(MARKET.0, MARKET.1);
    Ok(Theirs { price, velocity: velocity.max(0), utilisation, ours })
}

fn market_price(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let number = |key: &str| input.at(key).integer();
    let (before, supply) = (number("velocity")?, number("supply")?);
    let theirs = theirs(number("price")?, before, supply, number("demand")?)?;
    require("price", theirs.price, expected.at("price").integer()?)?;
    require("velocity", theirs.velocity, expected.at("velocity").integer()?)?;
    require("utilisation", theirs.utilisation, expected.at("utilization_bps").integer()?)?;
    let ours = i128::try_from(theirs.ours.quoted().get())?.clamp(MARKET.0, MARKET.1);
    if before == 0 && supply > 0 && ours == theirs.price {
        return Ok(Verdict::Passed);
    }
    Ok(Verdict::Deviates(Decision::PriceWithoutVelocity))
}

fn trajectory(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let number = |key: &str| input.at(key).integer();
    let (supply, mut price, mut velocity) =
        (number("supply")?, number("price")?, number("velocity")?);
    let rows = expected.at("rows").list()?;
    require("steps", i128::try_from(rows.len())?, number("steps")?)?;
    for row in rows {
        let row = row.list()?;
        let column = |at: usize| match row.get(at) {
            Some(value) => value.integer(),
            None => Err(Mismatch::new("a row of four columns is needed")),
        };
        require("demand", column(0)?, number("demand")? + 1)?;
        let next = theirs(price, velocity, supply, column(0)?)?;
        (price, velocity) = (next.price, next.velocity);
        require("price", price, column(1)?)?;
        require("velocity", velocity, column(2)?)?;
        require("utilisation", next.utilisation, column(3)?)?;
    }
    Ok(Verdict::Deviates(Decision::PriceWithoutVelocity))
}
