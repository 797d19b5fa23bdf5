//! `[market.jobs]`: single jobs with bonds and windows on both sides.

use super::super::{JobRules, Pricing};
use super::checker::{Checker, is_zero};
use workmint_amounts::Ratio;

/// Most units of one job.
const MAX_UNITS: u64 = 1 << 32;
/// Quality never multiplies a price by more.
const MAX_QUALITY: u64 = 10;

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Some(rules) = &parameters.market.jobs else {
        return;
    };
    windows(checker, rules);
    let path = "market.jobs.bond_minimum";
    checker.require(!rules.bond_minimum.is_zero(), path, rules.bond_minimum, "above 0");
    let (bond, path) = (rules.bond_ratio, "market.jobs.bond_ratio");
    checker.ratio(bond.at_most_one(), path, bond, "0 to 1");
    if bond.is_zero() {
        let message = "the bond does not grow with a job: a large one can be held up for little";
        checker.warning(path, message);
    }
    let (least, most) = (rules.least_quality, rules.most_quality);
    let holds = !least.is_zero() && least.at_most_one();
    checker.ratio(holds, "market.jobs.least_quality", least, "above 0, at most 1");
    let holds = (Ratio::ONE..=Ratio::from(MAX_QUALITY)).contains(&most);
    checker.ratio(holds, "market.jobs.most_quality", most, "1 to 10");
    checker.count("market.jobs.max_units", rules.max_units, 1, MAX_UNITS);
    capacity(checker, rules);
    checker.recycling(
        "slashing.destination",
        parameters.slashing.destination,
        parameters.market.asset,
    );
    if parameters.stake.is_none() {
        let message = "providers stake nothing: a missed service level costs only the bond";
        checker.fact("market.jobs", message);
    }
    if parameters.work.quorum == 1 {
        checker.fact("market.jobs", "one reporter alone sets the quality that is paid");
    }
}

fn capacity(checker: &mut Checker<'_>, rules: &JobRules) {
    let parameters = checker.parameters;
    let backed = parameters.stake.as_ref().is_some_and(|rules| rules.capacity.is_some());
    if !backed && !matches!(parameters.pricing, Pricing::Fixed) {
        let message = "no stake backs what is offered: an offer that is not meant lowers prices";
        checker.warning("stake.capacity", message);
    }
    if rules.counts_from.is_zero() && parameters.stake.is_some() {
        let message = "a job of any payment raises reputation and opens pots that need a paid job";
        checker.warning("market.jobs.counts_from", message);
    }
}

fn windows(checker: &mut Checker<'_>, rules: &JobRules) {
    let windows = [
        ("accept_window", rules.accept_window, "no provider can accept a job in time"),
        ("result_window", rules.result_window, "no provider can deliver in time: bonds are lost"),
        ("dispute_window", rules.dispute_window, "no job can be disputed or measured"),
        ("evidence_window", rules.evidence_window, "every disputed job is lost by its provider"),
        ("decision_window", rules.decision_window, "every answered dispute is paid undecided"),
    ];
    for (name, window, meaning) in windows {
        let path = format!("market.jobs.{name}");
        checker.bounded(&path, window);
        if is_zero(window) {
            checker.warning(&path, meaning);
        }
    }
}
