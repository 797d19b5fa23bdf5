//! `[[streams]]`: sources, scores, splits and how they fit together.

use super::super::{
    Bonuses, Clip, ContributionKind, Denominator, Destination, Limit, Payee, Remainder, Score,
    Source, Split, Stream,
};
use super::checker::{Checker, brief, is_share};
use super::fees::burns_fees;
use super::{buckets, opinions, providers, rates};
use crate::address::Address;
use workmint_amounts::{ArithmeticError, Ratio};

pub(super) fn check(checker: &mut Checker<'_>) {
    let streams = &checker.parameters.streams;
    if streams.len() > 64 {
        checker.error("streams", format!("there are {} streams", streams.len()), "0 to 64");
    }
    let path = |at| format!("streams[{at}].name");
    checker.unique(streams.iter().enumerate().map(|(at, of)| (path(at), of.name.as_str())));
    sources(checker);
    providers::check_unpaid(checker);
    for (at, stream) in streams.iter().enumerate() {
        let path = |key: &str| format!("streams[{at}].{key}");
        score(checker, stream, &path);
        split(checker, stream, &path);
        limit(checker, stream, &path);
        forfeits(checker, stream, &path);
        leftovers(checker, stream, &path);
    }
}

/// Shares of emission sum to exactly 1; payments have one taker.
fn sources(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let mut sum = Some(Ratio::ZERO);
    let mut payments = None;
    for (at, stream) in parameters.streams.iter().enumerate() {
        match &stream.source {
            Source::Emission { share } => {
                let path = format!("streams[{at}].share");
                checker.ratio(is_share(*share), &path, *share, "above 0, at most 1");
                sum = sum.and_then(|sum| sum.checked_add(*share).ok());
            }
            Source::Payments => match payments {
                None => payments = Some(&stream.name),
                Some(first) => {
                    let message = format!("stream {first} already takes all payments");
                    checker.error(&format!("streams[{at}].source"), message, "emission");
                }
            },
            Source::Pot { name } => providers::check_pot(checker, at, name),
            Source::BlockRewards { .. } => {}
        }
    }
    if sum != Some(Ratio::ONE) {
        let sum = sum.map_or_else(|| "more than can be added".to_owned(), |sum| sum.to_string());
        let message = format!("the shares of emission sum to {sum}");
        checker.error("streams", message, "shares that sum to exactly 1");
    } else if !has_scored_emission(checker) {
        let message = "no stream of emission scores work: all of it goes to fixed accounts";
        checker.warning("streams", message);
    }
}

fn score(checker: &mut Checker<'_>, stream: &Stream, path: &dyn Fn(&str) -> String) {
    match &stream.score {
        Score::PocWeight(bonuses) => bonus(checker, bonuses, path),
        // Under source emission it is a subsidy of paid work (document 000 §2.2).
        Score::WorkDone => {}
        Score::Rate(rule) => rates::check(checker, stream, rule, path),
        Score::Availability(rule) => providers::availability(checker, stream, rule, path),
        Score::StakingPower(rule) => providers::staking_power(checker, stream, rule, path),
        Score::Liquidity => providers::liquidity(checker, path),
        Score::Performance | Score::YumaIncentive | Score::YumaDividends => {
            opinions::check_stream(checker, &stream.score, path);
        }
        Score::ModelShares | Score::BondedStake | Score::BlocksProposed => {}
        Score::FixedAccount { account } => {
            if *account == Payee::Account(Address::ZERO) {
                let message = "the zero address never owns anything";
                checker.error(&path("account"), message, "an address or \"treasury\"");
            }
        }
    }
    let needs_models = match &stream.score {
        Score::PocWeight(_) | Score::WorkDone | Score::ModelShares => true,
        Score::FixedAccount { .. }
        | Score::Availability(_)
        | Score::StakingPower(_)
        | Score::Liquidity
        | Score::Performance
        | Score::BondedStake
        | Score::BlocksProposed
        | Score::YumaIncentive
        | Score::YumaDividends => false,
        // An improvement without a model is an error of its own.
        Score::Rate(rule) => rule.kind == ContributionKind::Tokens,
    };
    if needs_models && checker.parameters.models.is_empty() {
        checker.warning(&path("score"), "there is no model to serve: nobody can score");
    }
}

fn split(checker: &mut Checker<'_>, stream: &Stream, path: &dyn Fn(&str) -> String) {
    if let Split::Rate(bucket) = stream.split {
        buckets::check_stream(checker, stream, bucket, path);
    }
    let (message, allowed) = match (&stream.score, stream.split) {
        (Score::FixedAccount { .. }, Split::Direct)
        | (
            Score::PocWeight(_)
            | Score::WorkDone
            | Score::Availability(_)
            | Score::StakingPower(_)
            | Score::Liquidity
            | Score::ModelShares
            | Score::Performance
            | Score::BondedStake
            | Score::BlocksProposed
            | Score::YumaIncentive
            | Score::YumaDividends,
            Split::Proportional,
        )
        | (Score::Rate(_), Split::Rate(_)) => return,
        (Score::FixedAccount { .. }, _) => ("score fixed_account pays one account", "direct"),
        (Score::Rate(_), Split::Direct | Split::Proportional) => {
            ("this score is paid at its rate", "rate")
        }
        (_, Split::Direct) => ("this score has many takers", "proportional"),
        (_, Split::Rate(_)) => ("this score has no rate", "proportional"),
    };
    checker.error(&path("split"), message, allowed);
}

fn limit(checker: &mut Checker<'_>, stream: &Stream, path: &dyn Fn(&str) -> String) {
    let parameters = checker.parameters;
    if stream.limit == Limit::None || matches!(stream.split, Split::Rate(_)) {
        return;
    }
    let limited = |stream: &&Stream| stream.limit == Limit::BurnedFees;
    if parameters.streams.iter().filter(limited).count() > 1 {
        let message = "two streams would each pay as much as the fees burned";
        checker.error(&path("limit"), message, "burned_fees on one stream at most");
    }
    if !stream.source.is_emission() {
        let message = "payments, fees and rewards of blocks are never held back by burned fees";
        checker.error(&path("limit"), message, "none");
    } else if parameters.fees.asset != parameters.emission.asset {
        let fees = checker.symbol(parameters.fees.asset);
        let emitted = checker.symbol(parameters.emission.asset);
        let message = format!("fees are burned in {fees}, the budget is in {emitted}");
        checker.error(&path("limit"), message, "none");
    } else if !burns_fees(checker) {
        checker.warning(&path("limit"), "no fee is ever burned, so the budget is always 0");
    } else if stream.score == Score::WorkDone && parameters.market.fee.is_some() {
        let message = "only what customers paid with the market's fee scores: jobs and sessions";
        checker.fact(&path("limit"), message);
    }
}

/// What rounding leaves, and what a cut by allocation or cap does.
fn leftovers(checker: &mut Checker<'_>, stream: &Stream, path: &dyn Fn(&str) -> String) {
    let emission = stream.source.is_emission();
    if matches!(stream.split, Split::Rate(_)) {
        return;
    }
    if stream.clip == Clip::Shares {
        let key = path("clip");
        if emission {
            let message = "an epoch cut by allocation or cap rounds every share down twice";
            checker.fact(&key, message);
        } else {
            let message =
                "no share but emission's is scaled down: it is never cut by allocation or cap";
            checker.error(&key, message, "budget");
        }
    }
    if stream.remainder == Remainder::Forfeits
        && stream.split == Split::Proportional
        && stream.forfeits == Destination::Burn
    {
        let lost = if emission { "burned: not minted" } else { "burned" };
        let message = format!("what rounding leaves of {} is {lost}", stream.name);
        checker.fact(&path("remainder"), message);
    }
}

/// Penalties take emission; what customers paid for accepted work stays the provider's.
fn forfeits(checker: &mut Checker<'_>, stream: &Stream, path: &dyn Fn(&str) -> String) {
    let name = &stream.name;
    match (&stream.source, &stream.score) {
        (Source::Payments, _) => {
            let message =
                format!("penalties leave {name} alone: what customers paid stays the provider's");
            checker.fact(&path("source"), message);
        }
        (Source::Pot { .. } | Source::BlockRewards { .. }, _) => {}
        (Source::Emission { .. }, Score::FixedAccount { .. }) => {
            let message = format!("{name} is paid only when a scored stream of emission pays");
            if has_scored_emission(checker) {
                checker.fact(&path("score"), message);
            }
        }
        (Source::Emission { .. }, Score::Rate(_)) => {}
        (
            Source::Emission { .. },
            Score::PocWeight(_)
            | Score::WorkDone
            | Score::Availability(_)
            | Score::StakingPower(_)
            | Score::Liquidity
            | Score::ModelShares
            | Score::Performance
            | Score::BondedStake
            | Score::BlocksProposed
            | Score::YumaIncentive
            | Score::YumaDividends,
        ) => {
            if stream.denominator == Denominator::Paid {
                let message = format!(
                    "what a penalty removes from {name} is shared by the others: they gain by its \
                     failing"
                );
                checker.fact(&path("denominator"), message);
            } else if stream.forfeits == Destination::Burn {
                let message = format!("forfeits of {name} are burned: not minted");
                checker.fact(&path("forfeits"), message);
            }
        }
    }
}

fn has_scored_emission(checker: &Checker<'_>) -> bool {
    checker.parameters.streams.iter().any(|stream| {
        matches!(stream.source, Source::Emission { .. })
            && !matches!(stream.score, Score::FixedAccount { .. })
    })
}

/// The bonuses' ranges, and what the coverage rule does at its edge.
fn bonus(checker: &mut Checker<'_>, bonuses: &Bonuses, path: &dyn Fn(&str) -> String) {
    let ten = Ratio::from_integer(10);
    let Bonuses { utilisation_factor, full_coverage, partial_coverage } = *bonuses;
    let key = path("utilisation_factor");
    checker.ratio(utilisation_factor <= ten, &key, utilisation_factor, "0 to 10");
    let key = path("partial_coverage");
    checker.ratio(partial_coverage <= ten, &key, partial_coverage, "0 to 10");
    let full_path = path("full_coverage");
    let holds = (Ratio::ONE..=ten).contains(&full_coverage);
    checker.ratio(holds, &full_path, full_coverage, "1 to 10");
    let models = checker.parameters.models.len();
    if let Ok(Some(edge)) = CoverageEdge::of(models, partial_coverage) {
        let (below, after) = (brief(edge.below), brief(edge.after));
        let full = brief(full_coverage);
        if full_coverage > edge.below {
            let served = edge.served;
            let message = format!(
                "the coverage bonus is a cliff: {served} of {models} models earn x{below}, all \
                 {models} x{full}; adding a model drops everybody who served all from x{full} to \
                 x{after}"
            );
            checker.fact(&full_path, message);
        } else if full_coverage < edge.below {
            let message =
                format!("serving every model earns x{full}, less than x{below} for all but one");
            checker.warning(&full_path, message);
        }
    }
}

/// What the partial bonus gives just below full coverage.
struct CoverageEdge {
    /// All models but one.
    served: usize,
    /// Multiplier for serving all models but one.
    below: Ratio,
    /// Multiplier for serving all of today's models once there is one more.
    after: Ratio,
}

impl CoverageEdge {
    /// Nothing with fewer than two models.
    fn of(models: usize, partial: Ratio) -> Result<Option<Self>, ArithmeticError> {
        let Some(served) = models.checked_sub(1).filter(|served| *served > 0) else {
            return Ok(None);
        };
        let multiplier = |served: usize| {
            let (served, all) = (served as u128, (served as u128).checked_add(1));
            Ratio::new(served, all.unwrap_or(served))?.checked_mul(partial)?.checked_add(Ratio::ONE)
        };
        Ok(Some(Self { served, below: multiplier(served)?, after: multiplier(models)? }))
    }
}
