//! Streams that score stake and uptime of providers, or shares of the pool; pots streams pay out.

use super::super::{Availability, FeeTo, Source, StakingPower, Stream};
use super::checker::{Checker, is_share};
use crate::names::Name;
use workmint_amounts::Ratio;

/// A pot has one stream at most, and something that fills it.
pub(super) fn check_pot(checker: &mut Checker<'_>, at: usize, name: &Name) {
    let path = format!("streams[{at}].pot");
    let streams = checker.parameters.streams.iter().take(at);
    let same = |of: &&Stream| matches!(&of.source, Source::Pot { name: of } if of == name);
    if let Some(first) = streams.clone().find(same) {
        let message = format!("stream {} already pays out pot {name}", first.name);
        checker.error(&path, message, "a pot no other stream pays out");
    }
    if !filled(checker).any(|of| of == name) {
        let message = format!("nothing is ever put into pot {name}, so nothing is paid");
        checker.warning(&path, message);
    }
}

/// Pots of fees that no stream pays out.
pub(super) fn check_unpaid(checker: &mut Checker<'_>) {
    let streams = &checker.parameters.streams;
    let paid = |name: &&Name| {
        streams.iter().any(|of| matches!(&of.source, Source::Pot { name: of } if of == *name))
    };
    let unpaid: Vec<&Name> = filled(checker).filter(|name| !paid(name)).collect();
    for name in unpaid {
        let message = format!("no stream pays out pot {name}: what goes into it stays there");
        checker.warning("market.fee.split", message);
    }
}

fn filled<'a>(checker: &Checker<'a>) -> impl Iterator<Item = &'a Name> + use<'a> {
    let split = checker.parameters.market.fee.iter().flat_map(|fee| &fee.split);
    split.filter_map(|part| match &part.to {
        FeeTo::Pot(name) => Some(name),
        FeeTo::Burn | FeeTo::Treasury => None,
    })
}

/// Ranges, and what stake and probes it needs.
pub(super) fn availability(
    checker: &mut Checker<'_>,
    stream: &Stream,
    rule: &Availability,
    path: &dyn Fn(&str) -> String,
) {
    let rate = rule.rate_per_epoch;
    checker.ratio(is_share(rate), &path("rate_per_epoch"), rate, "above 0, at most 1");
    let (least, most) = (rule.least_factor, rule.most_factor);
    let holds = !most.is_zero() && most <= Ratio::from_integer(10);
    checker.ratio(holds, &path("most_factor"), most, "above 0, at most 10");
    checker.ratio(least <= most, &path("least_factor"), least, "0 to most_factor");
    if !(1..=1_024).contains(&rule.window) {
        let message = format!("it is {}", rule.window);
        checker.error(&path("window"), message, "1 to 1024");
    }
    let parameters = checker.parameters;
    let key = path("score");
    if let Some(stake) =
        stake(checker, &key).filter(|stake| *stake != parameters.asset_of(&stream.source))
    {
        let staked = checker.symbol(stake);
        let paid = checker.symbol(parameters.asset_of(&stream.source));
        let message = format!("it is a share of a stake in {staked}, the stream pays {paid}");
        checker.error(&key, message, "a stake in the asset the stream pays");
    }
    probes(checker, &key);
    if parameters.market.jobs.is_none() && least != most {
        let message =
            "without [market.jobs] there is neither demand nor supply: the least factor holds";
        checker.warning(&path("least_factor"), message);
    }
}

/// Ranges, and what stake, probes and jobs it needs.
pub(super) fn staking_power(
    checker: &mut Checker<'_>,
    stream: &Stream,
    rule: &StakingPower,
    path: &dyn Fn(&str) -> String,
) {
    let least = rule.least_uptime;
    checker.ratio(least <= Ratio::ONE, &path("least_uptime"), least, "0 to 1");
    let key = path("score");
    let _ = stake(checker, &key);
    if !least.is_zero() {
        probes(checker, &path("least_uptime"));
    }
    let market = &checker.parameters.market;
    if rule.needs_paid_job && market.jobs.is_none() {
        let message = "there is no [market.jobs]: nobody is ever paid for a job";
        checker.error(&path("needs_paid_job"), message, "false");
    } else if !rule.needs_paid_job && stream.source.is_emission() {
        let message = format!("{} pays providers that never worked", stream.name);
        checker.fact(&path("needs_paid_job"), message);
    }
}

/// Shares need a pool.
pub(super) fn liquidity(checker: &mut Checker<'_>, path: &dyn Fn(&str) -> String) {
    if checker.parameters.exchange.is_none() {
        let message = "there is no [exchange]: nobody holds shares of a pool";
        checker.error(&path("score"), message, "a score of something the network has");
    }
}

/// The asset staked.
fn stake(checker: &mut Checker<'_>, path: &str) -> Option<crate::names::AssetId> {
    let asset = checker.parameters.stake.as_ref().map(|stake| stake.asset);
    if asset.is_none() {
        let message = "there is no [stake]: nobody can score";
        checker.error(path, message, "a score of something the network has");
    }
    asset
}

fn probes(checker: &mut Checker<'_>, path: &str) {
    let attestation = checker.parameters.attestation.as_ref();
    if attestation.is_none_or(|rules| rules.probes_per_epoch == 0) {
        let message = "there are no probes: nobody is ever seen available";
        checker.error(path, message, "[attestation] with probes_per_epoch of 1 or more");
    }
}
