//! `[emission]`, `[market]`, `[claims]`: where money comes from and how it arrives.

use super::super::{ClaimMode, Schedule, Source};
use super::checker::{Checker, brief, goes, grouped, is_share, is_zero};
use super::{emission as emission_use, inflation};
use workmint_amounts::{Ratio, SignedRatio};

pub(super) fn check_emission(checker: &mut Checker<'_>) {
    let emission = &checker.parameters.emission;
    checker.asset("emission.asset", emission.asset);
    if let Some(asset) = checker.parameters.asset(emission.asset)
        && emission.allocation > asset.cap
    {
        let cap = checker.shown(asset.cap, emission.asset);
        let value = checker.shown(emission.allocation, emission.asset);
        let message = format!("the allocation {value} is above the asset's cap");
        checker.error("emission.allocation", message, &format!("at most {cap}"));
    }
    match &emission.schedule {
        Schedule::Exponential { initial, rate } => {
            let lowest = SignedRatio::new(true, Ratio::ONE);
            let holds = (lowest..=SignedRatio::ZERO).contains(rate);
            checker.require(holds, "emission.rate", rate, "-1 to 0");
            if rate.is_zero() {
                checker.fact("emission.rate", "the schedule never falls");
            }
            if initial.is_zero() {
                checker.warning("emission.initial", "the schedule mints nothing");
            }
        }
        Schedule::FixedPerBlock { reward } => {
            if reward.is_zero() {
                checker.warning("emission.reward", "the schedule mints nothing");
            }
        }
        Schedule::Halving { .. } | Schedule::HalvingByIssuance { .. } => {
            emission_use::check_halving(checker, &emission.schedule);
        }
        Schedule::RemainingFraction { rate } => {
            checker.ratio(is_share(*rate), "emission.rate", *rate, "above 0, at most 1");
            if *rate == Ratio::ONE {
                checker.fact("emission.rate", "the first epoch mints the whole allocation");
            }
        }
        Schedule::Geometric { initial, factor, period_epochs } => {
            let holds = *factor <= Ratio::from_integer(2);
            checker.ratio(holds, "emission.factor", *factor, "0 to 2");
            checker.count("emission.period", *period_epochs, 1, u64::MAX);
            if *factor == Ratio::ONE {
                checker.fact("emission.factor", "the schedule never falls");
            } else if *factor > Ratio::ONE {
                let message = "the schedule grows: only allocation and cap end it";
                checker.fact("emission.factor", message);
            }
            if initial.is_zero() {
                checker.warning("emission.initial", "the schedule mints nothing");
            }
        }
        Schedule::Inflation { base, rate, year_epochs, dynamic } => {
            inflation::check(checker, (*base, *rate), *year_epochs);
            if let Some(rule) = dynamic {
                inflation::check_dynamic(checker, *rate, rule);
            }
        }
        Schedule::WorkSubsidy { rate, interval, reduction } => {
            work_subsidy(checker, *rate, *interval, *reduction);
        }
    }
}

fn work_subsidy(checker: &mut Checker<'_>, rate: Ratio, interval: Ratio, reduction: Ratio) {
    checker.ratio(rate < Ratio::ONE, "emission.rate", rate, "0 to below 1");
    checker.ratio(is_share(interval), "emission.interval", interval, "above 0, at most 1");
    checker.ratio(reduction.at_most_one(), "emission.reduction", reduction, "0 to 1");
    if reduction.is_zero() {
        checker.fact("emission.reduction", "no cut-off lowers the subsidy");
    }
    let (market, emitted) = (checker.parameters.market.asset, checker.parameters.emission.asset);
    if market != emitted {
        let (market, emitted) = (checker.symbol(market), checker.symbol(emitted));
        let message = format!("the subsidy is a multiple of payments, which are in {market}");
        checker.error("emission.schedule", message, &format!("payments in {emitted}"));
    }
}

pub(super) fn check_market(checker: &mut Checker<'_>) {
    let market = &checker.parameters.market;
    checker.asset("market.asset", market.asset);
    if is_zero(market.close_window) {
        let message = "a customer can take work and close the deposit before it is reported";
        checker.warning("market.close_window", message);
    }
    let streams = &checker.parameters.streams;
    if !streams.iter().any(|stream| stream.source == Source::Payments) {
        let message = "no stream has source payments: what customers pay stays in its pot for ever";
        checker.warning("streams", message);
    }
}

pub(super) fn check_claims(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let claims = &parameters.claims;
    checker.count("claims.window", claims.window_epochs, 1, 1_024);
    checker.count("claims.vesting", claims.vesting_epochs, 0, 3_650);
    vesting_share(checker);
    for asset in [parameters.emission.asset, parameters.market.asset] {
        checker.recycling("claims.unclaimed", claims.unclaimed, asset);
        if parameters.emission.asset == parameters.market.asset {
            break;
        }
    }
    match claims.mode {
        ClaimMode::Pull => {
            let epochs = if claims.window_epochs == 1 { "epoch" } else { "epochs" };
            let (count, goes) = (grouped(claims.window_epochs), goes(claims.unclaimed));
            let message =
                format!("a reward not claimed within {count} {epochs} of its settlement is {goes}");
            checker.fact("claims.unclaimed", message);
        }
        ClaimMode::Push if parameters.work.checks_per_epoch > 0 => {
            let message = "rewards are paid at the close, before the checks of the next epoch are \
                           due: an undone check forfeits nothing";
            checker.warning("claims.mode", message);
        }
        ClaimMode::Push => {}
    }
}

fn vesting_share(checker: &mut Checker<'_>) {
    let claims = &checker.parameters.claims;
    let (share, epochs) = (claims.vesting_share, claims.vesting_epochs);
    let path = "claims.vesting_share";
    checker.ratio(share.at_most_one(), path, share, "0 to 1");
    if share < Ratio::ONE && epochs == 0 {
        checker.warning(path, "rewards vest over 0 epochs: no share of them vests");
    } else if share < Ratio::ONE {
        let free = share.complement().unwrap_or(Ratio::ZERO);
        let message = format!(
            "{} of a claim is free at once, the rest vests over {} epochs: a conviction takes only \
             what has not vested",
            brief(free),
            grouped(epochs)
        );
        checker.fact(path, message);
    }
}
