//! `[stake]` and `[attestation]`: what providers risk, and who says what they are.

use super::super::{Attestation, Stake};
use super::checker::{Checker, brief, is_zero};
use crate::time::{DAY_MS, Duration};
use std::cmp::Ordering;
use workmint_amounts::{Amount, Ratio};

const TWO: Ratio = Ratio::from_integer(2);
const TEN: Ratio = Ratio::from_integer(10);
const TEN_YEARS_MS: u64 = 3_660 * DAY_MS;

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    if let Some(rules) = &parameters.stake {
        stake(checker, rules);
        slashing(checker, rules);
    }
    if let Some(rules) = &parameters.attestation {
        attestation(checker, rules);
        if parameters.stake.is_none() {
            let message =
                "nothing is staked: refuted evidence of a tier costs its provider nothing";
            checker.warning("attestation", message);
        }
    }
}

fn stake(checker: &mut Checker<'_>, rules: &Stake) {
    checker.asset("stake.asset", rules.asset);
    let (destination, asset) = (checker.parameters.slashing.destination, rules.asset);
    checker.recycling("slashing.destination", destination, asset);
    if rules.minimum.is_zero() {
        checker.error("stake.minimum", "no stake is needed", "at least one base unit");
    }
    let (lock, path) = (rules.full_lock_ms, "stake.full_lock");
    let holds = (1_000..=TEN_YEARS_MS).contains(&lock);
    checker.require(holds, path, Duration::Milliseconds(lock), "1s to 3660d");
    let (most, path) = (rules.most_lock, "stake.most_lock");
    checker.ratio((Ratio::ONE..=TEN).contains(&most), path, most, "1 to 10");
    strongest(checker, rules);
    if let Some(capacity) = rules.capacity {
        checker.ratio(!capacity.is_zero(), "stake.capacity", capacity, "above 0");
    }
    let path = "stake.max_withdrawals";
    checker.count(path, u64::from(rules.max_withdrawals), 1, 1_024);
    let (burn, path) = (rules.unstake_burn, "stake.unstake_burn");
    checker.ratio(burn.at_most_one(), path, burn, "0 to 1");
    if burn == Ratio::ONE {
        checker.warning(path, "whatever is unstaked is burned");
    }
    let (unbonding, path) = (rules.unbonding, "stake.unbonding");
    checker.bounded(path, unbonding);
    if is_zero(unbonding) {
        checker.warning(path, "stake can leave before it is slashed");
    }
    let window = checker.parameters.work.decision_window;
    if checker.compare(&[unbonding], &[window]) == Some(Ordering::Less) {
        let message = format!(
            "unbonding {unbonding} is shorter than the {window} in which judges decide: a provider \
             can leave before"
        );
        checker.warning(path, message);
    }
}

/// A power that 128 bits do not hold would stop every close.
fn strongest(checker: &mut Checker<'_>, rules: &Stake) {
    let parameters = checker.parameters;
    let tiers = parameters.attestation.iter().flat_map(|rules| &rules.tiers);
    let highest = tiers.map(|tier| tier.multiplier).max().unwrap_or(Ratio::ONE);
    let cap = parameters.assets.get(usize::from(rules.asset.0)).map_or(Amount::ZERO, |it| it.cap);
    // The highest reputation doubles it.
    let most = rules.most_lock.checked_mul(highest).and_then(|by| by.checked_mul(TWO));
    if most.and_then(|most| most.apply_ceil(cap)).is_err() {
        let message = "all of the asset staked for the longest lock in the highest tier has a \
                       power above 2^128";
        let allowed = "cap x most_lock x highest tier x 2 below 2^128 base units";
        checker.error("stake.most_lock", message, allowed);
    }
}

fn slashing(checker: &mut Checker<'_>, rules: &Stake) {
    let of = &rules.slashing;
    let (least, most) = (of.sla_least, of.sla_most);
    let path = "stake.slashing.sla_least";
    checker.ratio(least <= most, path, least, "0 to sla_most");
    for (path, fraction) in [
        ("stake.slashing.sla_most", most),
        ("stake.slashing.attestation", of.attestation),
        ("stake.slashing.malice", of.malice),
    ] {
        checker.ratio(fraction.at_most_one(), path, fraction, "0 to 1");
        if fraction.is_zero() {
            checker.warning(path, "this offence costs nothing");
        }
    }
}

fn attestation(checker: &mut Checker<'_>, rules: &Attestation) {
    checker.count("attestation.quorum", u64::from(rules.quorum), 1, 64);
    if rules.quorum == 1 {
        let message = "one attestor alone decides what tier a provider has and whether it answered";
        checker.fact("attestation.quorum", message);
    }
    if is_zero(rules.validity) {
        let message = "a tier lapses in the moment it is granted";
        checker.error("attestation.validity", message, "a duration above 0");
    }
    let probes = u64::from(rules.probes_per_epoch);
    checker.count("attestation.probes_per_epoch", probes, 0, 1_024);
    let count = u64::try_from(rules.tiers.len()).unwrap_or(u64::MAX);
    checker.count("attestation.tiers", count, 1, 16);
    let mut before: Option<Ratio> = None;
    for (at, tier) in rules.tiers.iter().enumerate() {
        let (path, now) = (format!("attestation.tiers[{at}].multiplier"), tier.multiplier);
        checker.ratio((Ratio::ONE..=TEN).contains(&now), &path, now, "1 to 10");
        if let Some(before) = before.filter(|before| now < *before) {
            let message =
                format!("{} is less than {}, of the tier below", brief(now), brief(before));
            checker.error(&path, message, "at least that of the tier below");
        }
        before = Some(now);
    }
    let names = rules.tiers.iter().enumerate();
    let names =
        names.map(|(at, tier)| (format!("attestation.tiers[{at}].name"), tier.name.as_str()));
    checker.unique(names);
}

/// Whether the attestors of the genesis can agree.
pub(super) fn check_attestors(checker: &mut Checker<'_>, attestors: u64) {
    let Some(rules) = &checker.parameters.attestation else {
        return;
    };
    let (quorum, path) = (u64::from(rules.quorum), "attestation.quorum");
    if quorum > attestors {
        let message =
            format!("a quorum of {quorum} attestors cannot be met: there are {attestors}");
        checker.error(path, message, &format!("1 to {attestors}"));
    } else if quorum.checked_mul(2).is_some_and(|twice| twice <= attestors) {
        let message = format!(
            "{quorum} of {attestors} attestors are no majority: two groups can contradict each \
             other"
        );
        checker.warning(path, message);
    }
}
