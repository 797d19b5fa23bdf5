//! `[weights]`, `[collateral]`, `[slashing]`, `[work]`: what stands against cheating.

use super::super::{Collateral, MissedRequests, Work};
use super::checker::{Checker, brief, goes, grouped, is_zero};
use crate::time::Duration;
use std::cmp::Ordering;
use workmint_amounts::{Amount, Ratio};

pub(super) fn check(checker: &mut Checker<'_>) {
    weights(checker);
    collateral(checker);
    slashing(checker);
    work(checker);
    missed_requests(checker);
}

fn weights(checker: &mut Checker<'_>) {
    let weights = &checker.parameters.weights;
    let (base, per_unit) = (weights.base_weight_ratio, weights.collateral_per_weight_unit);
    let path = "weights.base_weight_ratio";
    checker.ratio(base.at_most_one(), path, base, "0 to 1");
    let unit_path = "weights.collateral_per_weight_unit";
    checker.ratio(!per_unit.is_zero(), unit_path, per_unit, "above 0");
    if base == Ratio::ONE {
        checker.warning(path, "all weight is effective without collateral: nothing is at stake");
    } else if !base.is_zero() {
        let message = format!(
            "a ratio of {} of potential weight needs no collateral: splitting into identities \
             costs nothing there",
            brief(base)
        );
        checker.fact(path, message);
    }
    let backing = base.complement().and_then(|eligible| eligible.checked_mul(per_unit));
    if let Ok(amount) = backing.and_then(|each| each.ceil_mul(1_000)) {
        let shown = checker.shown(Amount::new(amount), checker.parameters.collateral.asset);
        let message = format!("a potential weight of 1,000 is fully effective with {shown}");
        checker.fact(unit_path, message);
    }
    if let Some(epoch) = weights.grace_until_epoch {
        let epoch = grouped(epoch);
        let message = format!("up to and including epoch {epoch} no weight needs collateral");
        checker.fact("weights.grace_until_epoch", message);
    }
}

fn collateral(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Collateral { asset, unbonding, max_withdrawals } = parameters.collateral;
    checker.asset("collateral.asset", asset);
    checker.count("collateral.max_withdrawals", u64::from(max_withdrawals), 1, 256);
    bounded(checker);
    let path = "collateral.unbonding";
    let (window, decision) = (parameters.work.challenge_window, parameters.work.decision_window);
    match checker.compare(&[unbonding], &[window, decision]) {
        Some(Ordering::Less) => checker.warning(
            path,
            format!(
                "unbonding {unbonding} is shorter than challenge window {window} + decision window \
                 {decision}: a cheater can leave before judgement"
            ),
        ),
        Some(Ordering::Equal | Ordering::Greater) => {}
        None => checker.fact(
            path,
            format!(
                "unbonding {unbonding} cannot be compared with challenge window {window} + \
                 decision window {decision}: epochs are counted in blocks, not in time"
            ),
        ),
    }
    let oldest = parameters.slashing.evidence_max_age;
    if matches!(oldest, Duration::Epochs(_)) {
        let message = format!("evidence is dated in time: an age of {oldest} refuses all of it");
        checker.error("slashing.evidence_max_age", message, "a time, such as \"28d\"");
    }
    if checker.compare(&[unbonding], &[oldest]) == Some(Ordering::Less) {
        let message = format!(
            "evidence counts for {oldest}, collateral is released after {unbonding}: late evidence \
             finds nothing to take"
        );
        checker.warning("slashing.evidence_max_age", message);
    }
}

/// Durations without an end would lock money for ever.
fn bounded(checker: &mut Checker<'_>) {
    const MOST_MS: u64 = 3_650 * crate::time::DAY_MS;
    const MOST_EPOCHS: u64 = 100_000;
    let parameters = checker.parameters;
    let durations = [
        ("collateral.unbonding", parameters.collateral.unbonding),
        ("market.close_window", parameters.market.close_window),
        ("work.challenge_window", parameters.work.challenge_window),
        ("work.decision_window", parameters.work.decision_window),
        ("slashing.evidence_max_age", parameters.slashing.evidence_max_age),
    ];
    for (path, duration) in durations {
        let too_long = match duration {
            Duration::Milliseconds(length) => length > MOST_MS,
            Duration::Epochs(count) => count > MOST_EPOCHS,
        };
        if too_long {
            let message = format!("{duration} locks money for ever");
            checker.error(path, message, "at most 3,650 days or 100,000 epochs");
        }
    }
}

fn slashing(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let slashing = &parameters.slashing;
    let (invalid, downtime) = (slashing.invalid_work, slashing.downtime);
    checker.ratio(invalid.at_most_one(), "slashing.invalid_work", invalid, "0 to 1");
    checker.ratio(downtime.at_most_one(), "slashing.downtime", downtime, "0 to 1");
    let (share, path) = (slashing.reporter_share, "slashing.reporter_share");
    let holds = share.checked_add(share).is_ok_and(Ratio::at_most_one);
    checker.ratio(holds, path, share, "0 to 0.5");
    if invalid.is_zero() {
        checker.warning("slashing.invalid_work", "a refuted report costs no collateral");
    }
    if downtime > invalid {
        let message =
            format!("being offline costs {}, cheating only {}", brief(downtime), brief(invalid));
        checker.warning("slashing.downtime", message);
    }
    if !share.is_zero() && holds {
        let message = format!(
            "a participant that challenges itself through another account gets back at most {} of \
             the slash; the rest is {}",
            brief(share),
            goes(slashing.destination)
        );
        checker.fact(path, message);
    }
    let path = "slashing.destination";
    checker.recycling(path, slashing.destination, parameters.collateral.asset);
}

fn work(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let work: &Work = &parameters.work;
    checker.count("work.quorum", u64::from(work.quorum), 1, 64);
    let path = "work.max_customers_per_summary";
    checker.count(path, u64::from(work.max_customers_per_summary), 1, 4_096);
    let bond = work.challenge_bond_ratio;
    checker.ratio(bond.at_most_one(), "work.challenge_bond_ratio", bond, "0 to 1");
    if bond.is_zero() && work.challenge_bond_minimum.is_zero() {
        checker.warning("work.challenge_bond_ratio", "a challenge costs nothing: anyone can stall");
    }
    if work.quorum == 1 {
        checker.fact("work.quorum", "one reporter alone decides what is accepted");
    }
    if is_zero(work.challenge_window) {
        checker.warning("work.challenge_window", "no accepted summary can ever be challenged");
    } else {
        challenge_window(checker, work);
    }
    if is_zero(work.decision_window) {
        let message = "judges have no time: every challenged receipt stands";
        checker.warning("work.decision_window", message);
    }
    if work.checks_per_epoch == 0 {
        checker.fact("work.checks_per_epoch", "validators owe no sampled checks");
    }
}

/// When work is paid follows from when it is final.
fn challenge_window(checker: &mut Checker<'_>, work: &Work) {
    let (path, window) = ("work.challenge_window", work.challenge_window);
    match checker.compare(&[window], &[Duration::Epochs(1)]) {
        Some(Ordering::Greater | Ordering::Equal) => checker.fact(
            path,
            format!(
                "the challenge window {window} is at least an epoch: all work is paid an epoch \
                 later or more"
            ),
        ),
        Some(Ordering::Less) => checker.fact(
            path,
            format!("work accepted in the last {window} of an epoch is paid with the next epoch"),
        ),
        None => {}
    }
}

fn missed_requests(checker: &mut Checker<'_>) {
    let path = "work.missed_requests";
    match &checker.parameters.work.missed_requests {
        MissedRequests::Ratio { threshold } => {
            let path = "work.missed_requests.threshold";
            checker.ratio(threshold.at_most_one(), path, *threshold, "0 to 1");
            if *threshold == Ratio::ONE {
                checker.warning(path, "nobody can ever fail the missed-request test");
            } else if let Ok(enough) = Ratio::ONE.checked_div(*threshold)
                && let Ok(enough) = enough.ceil_mul(1)
            {
                let message = format!("with fewer than {enough} requests a single miss fails");
                checker.fact(path, message);
            }
        }
        MissedRequests::Binomial { rate, significance } => {
            let inside = |ratio: Ratio| !ratio.is_zero() && ratio < Ratio::ONE;
            let key = format!("{path}.rate");
            checker.ratio(inside(*rate), &key, *rate, "above 0, below 1");
            let key = format!("{path}.significance");
            checker.ratio(inside(*significance), &key, *significance, "above 0, below 1");
        }
        MissedRequests::Tables { .. } => {}
    }
    checker.fact(path, "a participant with no request passes the missed-request test");
}
