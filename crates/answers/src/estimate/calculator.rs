//! An estimate without a running network: from weights alone.

use std::sync::Arc;

use workmint_amounts::Amount;
use workmint_core::modules::emission::{Facts, project};
use workmint_core::modules::parameters::{EpochLength, Parameters, Schedule, Score, Source};
use workmint_core::modules::weights::{Breakdown, effective_weight};
use workmint_networks::NetworkDefinition;

use super::band::{Basis, Place};
use super::report::{Assumption, Estimate};
use crate::definition::{blocks_per_epoch, genesis_issued};
use crate::error::AnswerError;
use crate::explain::weight::{needed, per_unit};
use crate::text::{asset_of, grouped, percent, shown};

/// Epochs from the first that mints which can be asked for.
const HORIZON: u64 = 100_000;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The participant's weight, of all its accepted compute proofs; at least 1.
    pub weight: u64,
    /// Effective weight of the whole network, the participant's included.
    pub network_weight: u64,
    /// The participant's collateral in display units; `None`: enough for all of its weight.
    pub collateral: Option<&'a str>,
    /// The epoch to begin with; `None`: the first that mints.
    pub epoch: Option<u64>,
    /// Time a block takes, milliseconds: for networks whose epochs are counted in blocks.
    pub block_ms: u64,
    /// What the asker calls the field above.
    pub block_time: &'a str,
}

/// Estimates what a weight earns in a network that need not run: arithmetic on its parameters.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `network`, `weight`, `collateral` and `epoch`.
pub fn by_weight(
    definition: &NetworkDefinition,
    question: &Question<'_>,
) -> Result<Estimate, AnswerError> {
    let parameters = &definition.parameters;
    let emission = &parameters.emission;
    let weight = check(parameters, question)?;
    let start = emission.genesis_epoch;
    let epoch = question.epoch.unwrap_or(start);
    let collateral = collateral(parameters, question)?;
    let counted = weigh(parameters, weight, epoch, collateral)?;
    let issued = genesis_issued(definition)?;
    let score = u128::from(counted.effective);
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
        told: told(parameters, question, collateral, &counted, epoch)?,
        band: Some(basis.band()?),
        contributed: None,
        assumptions: assumptions(parameters, question),
        parameters: Arc::new(parameters.clone()),
    })
}

/// The weight, if the question can be asked of the network.
fn check(parameters: &Parameters, question: &Question<'_>) -> Result<u64, AnswerError> {
    let emission = &parameters.emission;
    if let Schedule::WorkSubsidy { .. } = emission.schedule {
        return Err(AnswerError::BadInput {
            field: "network",
            value: parameters.network.name.to_string(),
            what: "it subsidises work, not weight".to_owned(),
            allowed: "to ask of an account, whose work is known".to_owned(),
        });
    }
    let (start, last) = (emission.genesis_epoch, emission.genesis_epoch.saturating_add(HORIZON));
    if let Some(epoch) = question.epoch.filter(|epoch| !(start..=last).contains(epoch)) {
        let allowed = format!("{start} (the first that mints) to {last}");
        return Err(AnswerError::range("epoch", epoch, allowed));
    }
    let (weight, all) = (question.weight, question.network_weight);
    if !(1..=all).contains(&weight) {
        let allowed = format!("1 to {all}, the network_weight, which includes yours");
        return Err(AnswerError::range("weight", weight, allowed));
    }
    if !(1..=86_400_000).contains(&question.block_ms) {
        return Err(AnswerError::range("block_ms", question.block_ms, "1 to 86400000"));
    }
    Ok(weight)
}

fn collateral(
    parameters: &Parameters,
    question: &Question<'_>,
) -> Result<Option<Amount>, AnswerError> {
    let asset = asset_of(parameters, parameters.collateral.asset)?;
    let Some(text) = question.collateral else {
        return Ok(None);
    };
    let parsed = Amount::parse_decimal(text, asset.decimals);
    parsed.map(Some).map_err(|error| AnswerError::BadInput {
        field: "collateral",
        value: text.to_owned(),
        what: error.to_string(),
        allowed: format!("{} from 0, with at most {} decimals", asset.symbol, asset.decimals),
    })
}

/// Without a word about collateral all of the weight counts.
fn weigh(
    parameters: &Parameters,
    weight: u64,
    epoch: u64,
    collateral: Option<Amount>,
) -> Result<Breakdown, AnswerError> {
    let enough = collateral.unwrap_or(Amount::new(u128::MAX));
    effective_weight(&parameters.weights, epoch, weight, enough, true).map_err(AnswerError::input)
}

/// What the epoch's budget depends on, if every epoch before minted its whole budget and the
/// network is used in full.
fn facts(parameters: &Parameters, issued: Amount, epoch: u64) -> Result<Facts, AnswerError> {
    let blocks = blocks_per_epoch(parameters);
    let mut minted = Amount::ZERO;
    for row in project(parameters, issued, blocks) {
        let row = row.map_err(AnswerError::input)?;
        if row.epoch >= epoch {
            break;
        }
        minted = row.cumulative;
    }
    Ok(Facts {
        minted,
        asset_issued: issued.checked_add(minted).map_err(AnswerError::input)?,
        ..Facts::in_full_use(epoch, blocks)
    })
}

fn told(
    parameters: &Parameters,
    question: &Question<'_>,
    collateral: Option<Amount>,
    weight: &Breakdown,
    epoch: u64,
) -> Result<Vec<String>, AnswerError> {
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
        all.push(Assumption::new(
            "time",
            format!("a block every {seconds} s ({})", question.block_time),
        ));
    }
    all.push(Assumption::new(
        "not counted",
        "payments for work, slashes, forfeits, missed claims, transaction fees, running costs",
    ));
    all
}
