//! `[network]`, `[[assets]]`, `[[models]]`.

use super::super::{ContributionKind, EpochLength, MAX_QUANTITY, Score};
use super::checker::Checker;
use crate::time::DAY_MS;
use workmint_amounts::{Amount, Ratio};

/// 1 s to 366 days.
const EPOCH_MS: std::ops::RangeInclusive<u64> = 1_000..=31_622_400_000;
/// The largest chain id that common wallets take: they compute 2 x it + 36 in 53 bits.
const MOST_CHAIN_ID: u64 = 4_503_599_627_370_476;
const _: () = assert!(*EPOCH_MS.end() / DAY_MS == 366);

pub(super) fn check(checker: &mut Checker<'_>) {
    let network = &checker.parameters.network;
    checker.count("network.chain_id", network.chain_id, 0, MOST_CHAIN_ID);
    let path = "network.epoch_length";
    match network.epoch_length {
        EpochLength::Time(length) => {
            let value = format!("{length}ms");
            checker.require(EPOCH_MS.contains(&length), path, value, "1s to 366d");
        }
        EpochLength::Blocks(count) => {
            let value = format!("{count} blocks");
            checker.require(count > 0, path, value, "at least 1 block");
        }
    }
    assets(checker);
    models(checker);
}

fn assets(checker: &mut Checker<'_>) {
    let assets = &checker.parameters.assets;
    let count = u64::try_from(assets.len()).unwrap_or(u64::MAX);
    if !(1..=16).contains(&count) {
        checker.error("assets", format!("there are {count} assets"), "1 to 16");
    }
    for (at, asset) in assets.iter().enumerate() {
        checker.count(&format!("assets[{at}].decimals"), u64::from(asset.decimals), 0, 18);
        checker.require(!asset.cap.is_zero(), &format!("assets[{at}].cap"), asset.cap, "above 0");
    }
    let path = |at| format!("assets[{at}].symbol");
    checker.unique(assets.iter().enumerate().map(|(at, of)| (path(at), of.symbol.as_str())));
}

/// A price or bond above the asset's cap can never be paid, and its products overflow.
fn affordable(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Some(asset) = parameters.asset(parameters.market.asset) else {
        return;
    };
    let prices = parameters.models.iter().enumerate();
    let mut amounts: Vec<_> = prices
        .map(|(at, model)| (format!("models[{at}].price_per_unit"), model.price_per_unit))
        .collect();
    amounts
        .push(("work.challenge_bond_minimum".to_owned(), parameters.work.challenge_bond_minimum));
    for (path, _) in amounts.iter().filter(|(_, amount)| *amount > asset.cap) {
        let message = format!("it is more {} than can ever exist", asset.symbol);
        checker.error(path, message, &format!("at most the cap of {}", asset.symbol));
    }
}

fn models(checker: &mut Checker<'_>) {
    let models = &checker.parameters.models;
    if models.len() > 1_024 {
        checker.error("models", format!("there are {} models", models.len()), "0 to 1024");
    }
    for (at, model) in models.iter().enumerate() {
        let path = format!("models[{at}].units_per_weight");
        checker.count(&path, model.units_per_weight, 1, u64::MAX);
        let (factor, path) = (model.weight_factor, format!("models[{at}].weight_factor"));
        let holds = factor <= Ratio::from_integer(1_000_000);
        checker.ratio(holds, &path, factor, "0 to 1000000");
        if factor.is_zero() {
            let message = format!("proofs with {} count nothing", model.id);
            checker.warning(&path, message);
        }
        let path = format!("models[{at}].compute_per_unit");
        checker.count(&path, model.compute_per_unit, 1, 1_000_000_000);
        if model.price_per_unit.is_zero() {
            let message = format!("work on {} is free: its providers earn no payment", model.id);
            checker.fact(&format!("models[{at}].price_per_unit"), message);
        }
    }
    affordable(checker);
    losses(checker);
    let path = |at| format!("models[{at}].id");
    checker.unique(models.iter().enumerate().map(|(at, of)| (path(at), of.id.as_str())));
}

/// An improvement is submitted as a loss below the recorded one.
fn losses(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let improved = parameters.streams.iter().any(|stream| {
        matches!(&stream.score, Score::Rate(rule) if rule.kind == ContributionKind::Improvement)
    });
    let shown = |loss: u64| Amount::new(u128::from(loss)).to_decimal(9);
    for (at, model) in parameters.models.iter().enumerate() {
        let path = format!("models[{at}].recorded_loss");
        let holds = model.recorded_loss <= MAX_QUANTITY;
        let allowed = format!("0 to {}", shown(MAX_QUANTITY));
        checker.require(holds, &path, shown(model.recorded_loss), &allowed);
        if improved && model.recorded_loss == 0 {
            let message = format!(
                "improvements of {} can never be submitted: there is no loss to improve on",
                model.id
            );
            checker.fact(&path, message);
        }
    }
}
