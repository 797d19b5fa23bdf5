//! `[contributions]`: who may submit what, and how it is verified.

use super::super::{Contributions, ContributorReputation, MessageKind, RateLimit, Score};
use super::checker::{Checker, brief, is_zero};
use crate::time::{DAY_MS, Duration};
use std::cmp::Ordering;
use workmint_amounts::Ratio;

/// Most points of one part of a reputation.
const HUNDRED: Ratio = Ratio::from_integer(100);
const YEAR_MS: u64 = 366 * DAY_MS;

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Some(rules) = &parameters.contributions else {
        return;
    };
    if !parameters.streams.iter().any(|stream| matches!(stream.score, Score::Rate(_))) {
        checker.warning("contributions", "no stream pays a rate: a contribution earns nothing");
    }
    checker.count("contributions.submit_window", rules.submit_window_epochs, 0, 1_000);
    verdicts(checker, rules);
    windows(checker, rules);
    if let Some(limit) = rules.rate_limit {
        rate_limit(checker, limit);
    }
    if let Some(rule) = &rules.reputation {
        reputation(checker, rule);
    }
}

fn verdicts(checker: &mut Checker<'_>, rules: &Contributions) {
    let (all, approvals) = (rules.verifiers, rules.approvals);
    checker.count("contributions.verifiers", u64::from(all), 1, 64);
    let majority = all.checked_div(2).and_then(|half| half.checked_add(1)).unwrap_or(all);
    let path = "contributions.approvals";
    checker.count(path, u64::from(approvals), u64::from(majority), u64::from(all.max(majority)));
    let (confidence, path) = (rules.confidence, "contributions.confidence");
    checker.ratio(confidence.at_most_one(), path, confidence, "0 to 1");
    if confidence.is_zero() {
        checker.warning(path, "a verdict counts however unsure its verifier is");
    }
    if all == 1 {
        let message = "one verifier alone decides what a contribution is worth";
        checker.fact("contributions.verifiers", message);
    }
}

fn windows(checker: &mut Checker<'_>, rules: &Contributions) {
    let (window, path) = (rules.challenge_window, "contributions.challenge_window");
    if is_zero(rules.verify_window) {
        let message = "verifiers have no time: no contribution is ever accepted";
        checker.error("contributions.verify_window", message, "a duration above 0");
    }
    if is_zero(window) {
        checker.warning(path, "no accepted contribution can ever be challenged");
    } else {
        let message = format!(
            "a contribution is paid at the earliest at the first close {window} after it was \
             accepted"
        );
        checker.fact(path, message);
        if rules.challenge_bond.is_zero() {
            let message = "a challenge costs nothing: anyone can hold back payments";
            checker.warning("contributions.challenge_bond", message);
        }
        if is_zero(rules.decision_window) {
            let message = "judges have no time: every challenged contribution stands";
            checker.warning("contributions.decision_window", message);
        }
    }
    let (verify, decision) = (rules.verify_window, rules.decision_window);
    let unbonding = checker.parameters.collateral.unbonding;
    if checker.compare(&[unbonding], &[verify, window, decision]) == Some(Ordering::Less) {
        let message = format!(
            "unbonding {unbonding} is shorter than the {verify} + {window} + {decision} in which a \
             contribution is verified, challenged and judged: its contributor can leave before"
        );
        checker.warning("collateral.unbonding", message);
    }
}

/// A cool-down makes the limit smaller than it reads.
fn rate_limit(checker: &mut Checker<'_>, limit: RateLimit) {
    let RateLimit { most, interval_ms, cooldown_ms } = limit;
    let path = |key: &str| format!("contributions.rate_limit.{key}");
    let shown = Duration::Milliseconds;
    checker.count(&path("most"), u64::from(most), 1, 1_000_000);
    let holds = (1_000..=YEAR_MS).contains(&interval_ms);
    checker.require(holds, &path("interval"), shown(interval_ms), "1s to 366d");
    checker.require(cooldown_ms <= YEAR_MS, &path("cooldown"), shown(cooldown_ms), "0s to 366d");
    per_node(checker, &path("most"));
    let (interval, cooldown) = (shown(interval_ms), shown(cooldown_ms));
    if cooldown_ms == 0 {
        return;
    }
    let message = match interval_ms.checked_sub(cooldown_ms).filter(|left| *left > 0) {
        Some(left) => {
            let both = interval_ms.checked_add(cooldown_ms).map_or(interval, shown);
            format!(
                "the cool-down makes the limit smaller: {most} in {interval} only if all come \
                 within {}, {most} in {both} if the last comes at the interval's end",
                shown(left)
            )
        }
        None => format!("the cool-down makes the limit smaller: at most {most} in {cooldown}"),
    };
    checker.fact(&path("cooldown"), message);
}

/// An account may have as many nodes as it likes.
fn per_node(checker: &mut Checker<'_>, path: &str) {
    let parameters = checker.parameters;
    let rules = parameters.contributions.as_ref();
    let reputation = rules.and_then(|rules| rules.reputation.as_ref());
    let staked = reputation.is_some_and(|rule| !rule.least_stake.is_zero());
    let (fees, kind) = (&parameters.fees, MessageKind::SubmitContribution);
    let free = fees.of_kind(kind).is_zero() && fees.per_byte.is_zero();
    let rest = if free && !staked {
        "; messages are free and nobody needs collateral: nothing else holds submissions back"
    } else {
        ""
    };
    let message = "the limit is of each node: an account with n nodes submits n times as much";
    checker.fact(path, format!("{message}{rest}"));
}

fn reputation(checker: &mut Checker<'_>, rule: &ContributorReputation) {
    let path = |key: &str| format!("contributions.reputation.{key}");
    for (key, points) in [
        ("per_contribution", rule.per_contribution),
        ("most_contributions", rule.most_contributions),
        ("accuracy", rule.accuracy),
        ("per_stake_decade", rule.per_stake_decade),
        ("most_stake", rule.most_stake),
        ("most_age", rule.most_age),
        ("clean", rule.clean),
        ("per_violation", rule.per_violation),
        ("least", rule.least),
    ] {
        checker.ratio(points <= HUNDRED, &path(key), points, "0 to 100");
    }
    let days = rule.days_per_point;
    let holds = !days.is_zero() && days <= Ratio::from_integer(3_650);
    checker.ratio(holds, &path("days_per_point"), days, "above 0, at most 3650");
    let parts =
        [rule.most_contributions, rule.accuracy, rule.most_stake, rule.most_age, rule.clean];
    let sum = parts.into_iter().try_fold(Ratio::ZERO, Ratio::checked_add);
    let Ok(sum) = sum else {
        return;
    };
    let (least, most) = (brief(rule.least), brief(sum));
    if sum < rule.least {
        let message =
            format!("nobody can ever have {least} points: all parts together give {most}");
        checker.warning(&path("least"), message);
    } else if rule.clean < rule.least {
        let message = format!(
            "a newcomer has {} points, and {least} are needed: only collateral and age can bring \
             the rest",
            brief(rule.clean)
        );
        checker.fact(&path("least"), message);
    }
}

/// Whether `count` verifiers are enough.
pub(super) fn check_verifiers(checker: &mut Checker<'_>, count: u64) {
    let Some(rules) = &checker.parameters.contributions else {
        if count > 0 {
            let message = "nothing can be contributed: verifiers have nothing to verify";
            checker.warning("roles.verifiers", message);
        }
        return;
    };
    let needed = u64::from(rules.verifiers);
    if needed > count {
        let message = format!("{needed} verdicts cannot be had: there are {count} verifiers");
        // Fewer verdicts would help only if as many as must approve can still be had.
        let allowed = if count < u64::from(rules.approvals) {
            format!("at least {needed} verifiers in [roles]")
        } else {
            format!("{} to {count}", rules.approvals)
        };
        return checker.error("contributions.verifiers", message, &allowed);
    }
    if let Some(spare) = count.checked_sub(needed) {
        let message = format!(
            "with more than {spare} of the {count} verifiers among its relatives a contributor's \
             work can never be accepted"
        );
        checker.fact("roles.verifiers", message);
    }
    together(checker, rules, count);
}

/// How many verifiers can decide alone. One that decides everything is told of elsewhere.
fn together(checker: &mut Checker<'_>, rules: &Contributions, count: u64) {
    let (all, accept) = (rules.verifiers, rules.approvals);
    let against = all.checked_sub(accept).and_then(|spare| spare.checked_add(1));
    let Some(reject) = against.filter(|_| all > 1) else { return };
    let verifiers = |count: u32| match count {
        1 => "1 verifier".to_owned(),
        _ => format!("{count} verifiers together"),
    };
    let can = if accept == reject {
        format!("{} can accept or reject anything", verifiers(accept))
    } else {
        format!("{} can accept anything, {} reject it", verifiers(accept), verifiers(reject))
    };
    let first = if u64::from(all) == count { "the" } else { "the first" };
    let message = format!("{first} {all} of {count} verdicts decide: {can}");
    checker.fact("contributions.verifiers", message);
}
