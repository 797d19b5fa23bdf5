//! An estimate without a running network: from weights alone.

use std::sync::Arc;

use workmint_amounts::Amount;
use workmint_core::modules::emission::{Facts, project};
use workmint_core::modules::parameters::{EpochLength, Parameters, Schedule, Score, Source};
use workmint_core::modules::weights::{Breakdown, effective_weight};

use super::band::{Basis, Place};
use super::report::{Assumption, Estimate};
use crate::commands::explain::weight::{needed, per_unit};
use crate::failure::Failure;
use crate::output::{asset_of, grouped, percent, shown};
use crate::source;

/// Epochs from the first that mints which can be asked for.
const HORIZON: u64 = 100_000;

/// What is asked.
pub(super) struct Question<'a> {
    pub(super) network: &'a str,
    pub(super) weight: u64,
    pub(super) network_weight: u64,
    pub(super) collateral: Option<&'a str>,
    pub(super) epoch: Option<u64>,
    /// Time a block takes, milliseconds.
    pub(super) block_ms: u64,
}

/// Answers it.
pub(super) fn estimate(question: &Question<'_>) -> Result<Estimate, Failure> {
    let definition = source::network(question.network)?;
    let parameters = &definition.parameters;
    let emission = &parameters.emission;
    if let Schedule::WorkSubsidy { .. } = emission.schedule {
        return Err(Failure::Input(format!(
            "--network {}: it subsidises work, not weight; allowed: --data-dir DIR ADDRESS, where \
             the work is known",
            question.network
        )));
    }
    let (start, last) = (emission.genesis_epoch, emission.genesis_epoch.saturating_add(HORIZON));
    let epoch = question.epoch.unwrap_or(start);
    if !(start..=last).contains(&epoch) {
        return Err(Failure::Input(format!(
            "--epoch {epoch}: allowed: {start} (the first that mints) to {last}"
        )));
    }
    if question.weight > question.network_weight {
        return Err(Failure::Input(format!(
            "--weight {}: allowed: 1 to {}, the --network-weight, which includes yours",
            question.weight, question.network_weight
        )));
    }
    let collateral = collateral(parameters, question)?;
    let weight = weigh(parameters, question.weight, epoch, collateral)?;
    let issued = source::genesis_issued(&definition)?;
    let score = u128::from(weight.effective);
    let places = parameters
        .streams
        .iter()
        .filter_map(|stream| match (&stream.source, &stream.score) {
            (Source::Emission { share }, Score::PocWeight(_) | Score::ModelShares) => Some(Place {
                share: *share,
                limit: None,
                score,
                score_unused: score,
                denominator: question.network_weight.into(),
                direct: false,
            }),
            _ => None,
        })
        .collect();
    let basis = Basis {
        emission: emission.clone(),
        cap: asset_of(parameters, emission.asset)?.cap,
        first: facts(parameters, issued, epoch)?,
        places,
        work: Amount::ZERO,
        epoch_ms: match parameters.network.epoch_length {
            EpochLength::Time(length) => length.max(1),
            EpochLength::Blocks(blocks) => blocks.saturating_mul(question.block_ms).max(1),
        },
    };
    Ok(Estimate {
        account: None,
        exact: None,
        next: None,
        told: told(parameters, question, collateral, &weight, epoch)?,
        band: Some(basis.band()?),
        contributed: None,
        assumptions: assumptions(parameters, question),
        parameters: Arc::new(definition.parameters),
    })
}

fn collateral(parameters: &Parameters, question: &Question<'_>) -> Result<Option<Amount>, Failure> {
    let asset = asset_of(parameters, parameters.collateral.asset)?;
    let Some(text) = question.collateral else {
        return Ok(None);
    };
    let parsed = Amount::parse_decimal(text, asset.decimals);
    parsed.map(Some).map_err(|error| {
        Failure::Input(format!(
            "--collateral {text}: {error}; allowed: {} from 0, with at most {} decimals",
            asset.symbol, asset.decimals
        ))
    })
}

/// Without a word about collateral all of the weight counts.
fn weigh(
    parameters: &Parameters,
    weight: u64,
    epoch: u64,
    collateral: Option<Amount>,
) -> Result<Breakdown, Failure> {
    let enough = collateral.unwrap_or(Amount::new(u128::MAX));
    effective_weight(&parameters.weights, epoch, weight, enough, true).map_err(Failure::input)
}

/// What the epoch's budget depends on, if every epoch before minted its whole budget and the
/// network is used in full.
fn facts(parameters: &Parameters, issued: Amount, epoch: u64) -> Result<Facts, Failure> {
    let blocks = source::blocks_per_epoch(parameters);
    let mut minted = Amount::ZERO;
    for row in project(parameters, issued, blocks) {
        let row = row.map_err(Failure::input)?;
        if row.epoch >= epoch {
            break;
        }
        minted = row.cumulative;
    }
    Ok(Facts {
        minted,
        asset_issued: issued.checked_add(minted).map_err(Failure::input)?,
        ..Facts::in_full_use(epoch, blocks)
    })
}

fn told(
    parameters: &Parameters,
    question: &Question<'_>,
    collateral: Option<Amount>,
    weight: &Breakdown,
    epoch: u64,
) -> Result<Vec<String>, Failure> {
    let asset = asset_of(parameters, parameters.collateral.asset)?;
    let all = shown(needed(parameters, question.weight)?, asset);
    let unit = per_unit(parameters.weights.collateral_per_weight_unit, asset);
    let mut lines = vec![match collateral {
        None => format!(
            "Weight: all of {} counts; that takes {all} of collateral (the base share of {} needs \
             none, each further unit {unit}).",
            grouped(question.weight),
            parameters.weights.base_weight_ratio
        ),
        Some(amount) => format!(
            "Weight: of {} counts {}: the base of {} and {} activated by {} of collateral. For all \
             of it {all} is needed.",
            grouped(question.weight),
            grouped(weight.effective),
            grouped(weight.base),
            grouped(weight.activated),
            shown(amount, asset)
        ),
    }];
    lines.push(format!(
        "Share of the network from epoch {} on: {} of {}, {}.",
        grouped(epoch),
        grouped(weight.effective),
        grouped(question.network_weight),
        percent(weight.effective.into(), question.network_weight.into())
    ));
    Ok(lines)
}

fn assumptions(parameters: &Parameters, question: &Question<'_>) -> Vec<Assumption> {
    let mut all = vec![
        Assumption::new(
            "base",
            "the same share of weight in every epoch; the budget follows the schedule, and every \
             epoch before minted its whole budget",
        ),
        Assumption::new("low", "the network's weight is 25 % higher"),
        Assumption::new("high", "the network's weight is 20 % lower"),
    ];
    if question.collateral.is_none() {
        all.push(Assumption::new("collateral", "enough for all of the weight"));
    }
    all.push(Assumption::new(
        "bonuses",
        "everyone has the same utilisation and coverage bonus: none changes the share",
    ));
    if parameters.streams.iter().any(|stream| stream.score == Score::ModelShares) {
        all.push(Assumption::new(
            "models",
            "your weight is spread over the models as everybody's, and each has at least its \
             reference weight",
        ));
    }
    if parameters.weights.unit_price.is_some() {
        all.push(Assumption::new(
            "unit price",
            "collateral of a unit of weight as the network begins; it follows rewards",
        ));
    }
    if let EpochLength::Blocks(_) = parameters.network.epoch_length {
        let seconds = Amount::new(question.block_ms.into()).to_decimal(3);
        all.push(Assumption::new("time", format!("a block every {seconds} s (--block-time)")));
    }
    all.push(Assumption::new(
        "not counted",
        "payments for work, slashes, forfeits, missed claims, transaction fees, running costs",
    ));
    all
}
