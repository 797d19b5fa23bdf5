//! One row per rule of model shares, the price of a unit of weight, graded downtime and vesting in
//! parts.

use super::super::*;
use super::check;
use super::tests::{Change, ErrorRow, RemarkRow, assert_found, ratio, sound};
use workmint_amounts::Ratio;

/// Sound parameters with all four rules.
fn all() -> Parameters {
    let mut parameters = sound();
    for (model, share) in parameters.models.iter_mut().zip(["0.6", "0.4"]) {
        (model.share, model.reference_weight) = (ratio(share), 50);
    }
    parameters.streams[0].score = Score::ModelShares;
    parameters.weights.unit_price = Some(UnitPrice {
        window_epochs: 30,
        multiple: ratio("20"),
        largest_step: ratio("0.1"),
        minimum: ratio("1"),
        maximum: ratio("100"),
    });
    parameters.slashing.downtime = ratio("0.01");
    parameters.slashing.downtime_most = Some(ratio("0.05"));
    parameters.claims.vesting_epochs = 90;
    parameters.claims.vesting_share = ratio("0.5");
    parameters
}

fn price(parameters: &mut Parameters) -> &mut UnitPrice {
    parameters.weights.unit_price.as_mut().unwrap()
}

#[rustfmt::skip]
const ERRORS: &[ErrorRow] = &[
    ("share above 1", |p| p.models[0].share = ratio("1.1"), "models[0].share", "0 to 1"),
    ("shares below 1", |p| p.models[0].share = ratio("0.5"),
     "models", "compute divides by shares that sum to 0.9; allowed: shares that sum to exactly 1"),
    ("no window", |p| price(p).window_epochs = 0, "weights.unit_price.window", "1 to 1024"),
    ("long window", |p| price(p).window_epochs = 1_025, "weights.unit_price.window", "1 to 1024"),
    ("no multiple", |p| price(p).multiple = Ratio::ZERO,
     "weights.unit_price.multiple", "above 0, at most 10000"),
    ("large multiple", |p| price(p).multiple = ratio("10001"),
     "weights.unit_price.multiple", "above 0, at most 10000"),
    ("no step", |p| price(p).largest_step = Ratio::ZERO,
     "weights.unit_price.largest_step", "above 0, below 1"),
    ("whole step", |p| price(p).largest_step = Ratio::ONE,
     "weights.unit_price.largest_step", "above 0, below 1"),
    ("no minimum", |p| price(p).minimum = Ratio::ZERO, "weights.unit_price.minimum", "above 0"),
    ("bounds crossed", |p| price(p).maximum = ratio("0.5"),
     "weights.unit_price.maximum", "at least the minimum"),
    ("starts below", |p| price(p).minimum = ratio("4"),
     "weights.collateral_per_weight_unit", "minimum 4 to maximum 100 base units"),
    ("starts above", |p| price(p).maximum = ratio("2"),
     "weights.collateral_per_weight_unit", "starts outside its bounds"),
    ("stuck", |p| price(p).minimum = ratio("0.000000009"),
     "weights.unit_price.minimum", "the price would stay there"),
    ("two assets", |p| p.collateral.asset = AssetId(1),
     "weights.unit_price", "rewards are in GNK, collateral is in USD"),
    ("most below least", |p| p.slashing.downtime_most = Some(ratio("0.009")),
     "slashing.downtime_most", "slashing.downtime to 1"),
    ("most above 1", |p| p.slashing.downtime_most = Some(ratio("1.01")),
     "slashing.downtime_most", "slashing.downtime to 1"),
    ("vesting share", |p| p.claims.vesting_share = ratio("1.5"), "claims.vesting_share", "0 to 1"),
];

#[rustfmt::skip]
const REMARKS: &[RemarkRow] = &[
    ("shares", |_| (), Level::Fact, "streams[0].score",
     "does not earn is not minted: no other model gets it"),
    ("reference", |_| (), Level::Fact, "models[0].reference_weight",
     "small earns its share of 0.6 from a weight of 50 on, less below"),
    ("no reference", |p| p.models[1].reference_weight = 0,
     Level::Warning, "models[1].reference_weight", "a single node of any weight takes large's"),
    ("no share", |p| { p.models[0].share = Ratio::ONE; p.models[1].share = Ratio::ZERO },
     Level::Fact, "models[1].share", "weight for large earns nothing of compute"),
    ("idle shares", |p| p.streams[0].score = sound().streams[0].score.clone(),
     Level::Warning, "models[0].share", "nothing is divided by it"),
    ("price", |_| (), Level::Fact, "weights.unit_price",
     "takes 20 epochs of what it earned, by the mean of the last 30; a close moves that by at most \
      0.1"),
    ("nothing pays weight", |p| p.streams[0].score = Score::WorkDone,
     Level::Warning, "weights.unit_price", "the price falls to its minimum"),
    ("nothing backs weight", |p| p.weights.base_weight_ratio = Ratio::ONE,
     Level::Warning, "weights.unit_price", "the price is idle"),
    ("graded", |_| (), Level::Fact, "slashing.downtime_most", "takes 0.01 of collateral, missing"),
    ("dear downtime", |p| p.slashing.downtime_most = Some(ratio("0.5")),
     Level::Warning, "slashing.downtime_most", "costs up to 0.5, cheating only 0.2"),
    ("half vests", |_| (), Level::Fact, "claims.vesting_share",
     "0.5 of a claim is free at once, the rest vests over 90 epochs"),
    ("nothing vests", |p| p.claims.vesting_epochs = 0,
     Level::Warning, "claims.vesting_share", "no share of them vests"),
];

#[test]
fn the_rules_together_are_sound() {
    let found = check(&all());
    let errors: Vec<_> = found.iter().filter(|of| of.level == Level::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn each_breach_is_found() {
    for (name, change, path, text) in ERRORS {
        assert_found(&changed(*change), name, Level::Error, path, text);
    }
}

#[test]
fn what_the_author_should_know_is_said() {
    for (name, change, level, path, text) in REMARKS {
        assert_found(&changed(*change), name, *level, path, text);
    }
}

fn changed(change: Change) -> Vec<Finding> {
    let mut parameters = all();
    change(&mut parameters);
    check(&parameters)
}
