//! `[collateral]`, `[slashing]`: what stands against cheating.

use super::super::{Collateral, MissConsequence, SlashBase, SlashRounding};
use super::checker::{Checker, brief, goes};
use crate::time::Duration;
use std::cmp::Ordering;
use workmint_amounts::Ratio;

pub(super) fn check(checker: &mut Checker<'_>) {
    collateral(checker);
    slashing(checker);
    taken(checker);
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
    let parameters = checker.parameters;
    let mut durations = vec![
        ("collateral.unbonding", parameters.collateral.unbonding),
        ("market.close_window", parameters.market.close_window),
        ("work.challenge_window", parameters.work.challenge_window),
        ("work.decision_window", parameters.work.decision_window),
        ("slashing.evidence_max_age", parameters.slashing.evidence_max_age),
    ];
    if let Some(rules) = &parameters.contributions {
        durations.extend([
            ("contributions.verify_window", rules.verify_window),
            ("contributions.challenge_window", rules.challenge_window),
            ("contributions.decision_window", rules.decision_window),
        ]);
    }
    let escrow = parameters.market.escrow.as_ref();
    durations.extend(escrow.map(|rules| ("market.escrow.expiry", rules.expiry)));
    if let Some(rules) = &parameters.market.sessions {
        durations.push(("market.sessions.close_window", rules.close_window));
        durations.push(("market.sessions.max_length", rules.max_length));
    }
    for (path, duration) in durations {
        checker.bounded(path, duration);
    }
}

fn slashing(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let slashing = &parameters.slashing;
    let (invalid, downtime) = (slashing.invalid_work, slashing.downtime);
    checker.ratio(invalid.at_most_one(), "slashing.invalid_work", invalid, "0 to 1");
    checker.ratio(downtime.at_most_one(), "slashing.downtime", downtime, "0 to 1");
    if let Some(most) = slashing.downtime_most {
        let path = "slashing.downtime_most";
        let holds = downtime <= most && most.at_most_one();
        checker.ratio(holds, path, most, "slashing.downtime to 1");
        if most > invalid {
            let (most, invalid) = (brief(most), brief(invalid));
            let message = format!("being offline costs up to {most}, cheating only {invalid}");
            checker.warning(path, message);
        } else if holds {
            let message = format!(
                "failing the missed-request test takes {} of collateral, missing everything {}; \
                 between them by what is missed beyond what passes",
                brief(downtime),
                brief(most)
            );
            checker.fact(path, message);
        }
    }
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

/// What a slash is a fraction of, and whether anything takes the one for downtime.
fn taken(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let slashing = &parameters.slashing;
    if slashing.base == SlashBase::Required {
        let base = "a slash is a fraction of what the weight requires";
        let message = match parameters.weights.grace_until_epoch {
            Some(_) => format!(
                "{base}; while nothing is required it is a fraction of all: in the grace period \
                 the same offence costs more"
            ),
            None => format!("{base}; who has no weight loses that fraction of all"),
        };
        checker.fact("slashing.base", message);
    }
    if slashing.rounding == SlashRounding::DownPerHolding {
        let message = "each holding keeps its fraction of a base unit: splitting withdrawals saves \
                       up to a base unit for each";
        checker.fact("slashing.rounding", message);
    }
    let work = &parameters.work;
    let taken = work.missed_consequence == MissConsequence::Slash || work.status.is_some();
    if !taken && !slashing.downtime.is_zero() {
        let message = "nothing takes it: a failed missed-request test forfeits the reward, and \
                       there is no status test";
        checker.warning("slashing.downtime", message);
    }
}
