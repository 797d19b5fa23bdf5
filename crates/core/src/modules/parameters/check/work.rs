//! `[work]` with its nested sections: reports, duties, conduct.

use super::super::{MissedRequests, ReputationRule, Sampling, StatusTest, Work};
use super::checker::{Checker, brief, is_zero};
use crate::time::{DAY_MS, Duration};
use std::cmp::Ordering;
use workmint_amounts::Ratio;

pub(super) fn check(checker: &mut Checker<'_>) {
    work(checker);
    quorum_weight(checker);
    proof_window(checker);
    missed_requests(checker);
    let rules = &checker.parameters.work;
    if let Some(rule) = &rules.sampling {
        sampling(checker, rule);
    }
    if let Some(rule) = &rules.status {
        status(checker, rule);
    }
    if let Some(rule) = &rules.reputation {
        reputation(checker, rule);
    }
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
            let key = format!("{path}.rate");
            checker.ratio(is_inside(*rate), &key, *rate, "above 0, below 1");
            let key = format!("{path}.significance");
            checker.ratio(is_inside(*significance), &key, *significance, "above 0, below 1");
        }
        MissedRequests::Tables { rate, follows_network } => {
            let key = format!("{path}.rate");
            checker.ratio(is_inside(*rate), &key, *rate, "above 0, below 1");
            tables(checker, *rate, *follows_network);
        }
    }
    checker.fact(path, "a participant with no request passes the missed-request test");
}

/// Rates of the tables, per mille; the test takes the next one at or above its own.
const TABLE_RATES: [u128; 6] = [50, 100, 200, 300, 400, 500];

fn tables(checker: &mut Checker<'_>, rate: Ratio, follows_network: bool) {
    let path = "work.missed_requests";
    let Ok(per_mille) = rate.ceil_mul(1_000) else {
        return;
    };
    let table = TABLE_RATES.into_iter().find(|table| per_mille <= *table);
    let Some(table) = table.and_then(|table| Ratio::new(table, 1_000).ok()) else {
        let message = format!("there is no table for {}: the exact tail decides", brief(rate));
        return checker.fact(&format!("{path}.rate"), message);
    };
    if table != rate {
        let (rate, table) = (brief(rate), brief(table));
        let message = format!("{rate} is judged by the table for {table}");
        checker.fact(&format!("{path}.rate"), message);
    }
    if follows_network {
        let message = "once the whole network missed 0.381 of its requests, nobody can fail";
        checker.fact(&format!("{path}.follows_network"), message);
    }
}

fn is_inside(ratio: Ratio) -> bool {
    !ratio.is_zero() && ratio < Ratio::ONE
}

fn quorum_weight(checker: &mut Checker<'_>) {
    let (quorum, weight) = (checker.parameters.work.quorum, checker.parameters.work.quorum_weight);
    let Some(weight) = weight else {
        return;
    };
    let path = "work.quorum_weight";
    checker.ratio(is_inside(weight), path, weight, "above 0, below 1");
    if weight.checked_add(weight).is_ok_and(|twice| twice < Ratio::ONE) {
        let message = format!(
            "attesting weight above {} is no majority: two groups can accept contradicting reports",
            brief(weight)
        );
        checker.warning(path, message);
    }
    let message = format!(
        "while the reporters of a report have no more than {} of the weight, {quorum} of them \
         accept it, with more than half of the reporters' own weight",
        brief(weight)
    );
    checker.fact("work.quorum", message);
}

fn proof_window(checker: &mut Checker<'_>) {
    let Some(length) = checker.parameters.work.proof_window_ms else {
        return;
    };
    let path = "work.proof_window";
    let shown = Duration::Milliseconds(length);
    checker.require((1..=366 * DAY_MS).contains(&length), path, shown, "1ms to 366d");
    if checker.compare(&[shown], &[Duration::Epochs(1)]) == Some(Ordering::Greater) {
        let message = format!("a proof of {shown} is longer than an epoch");
        checker.warning(path, message);
    }
}

fn sampling(checker: &mut Checker<'_>, rule: &Sampling) {
    let Sampling { minimum, maximum, halfway, full_traffic, low_traffic } = *rule;
    let path = |key: &str| format!("work.sampling.{key}");
    let holds = minimum <= halfway;
    checker.ratio(holds, &path("minimum"), minimum, "0 to halfway");
    checker.ratio(halfway <= maximum, &path("halfway"), halfway, "minimum to maximum");
    let hundred = Ratio::from_integer(100);
    checker.ratio(maximum <= hundred, &path("maximum"), maximum, "0 to 100");
    let below = low_traffic.checked_mul(2).is_some_and(|twice| twice < full_traffic);
    let allowed = "below half of full_traffic";
    checker.require(below, &path("low_traffic"), low_traffic, allowed);
    let work = &checker.parameters.work;
    if work.checks_per_epoch == 0 {
        checker.warning("work.checks_per_epoch", "checks are drawn, but nobody owes any");
    }
    let most = brief(maximum);
    let message = if work.reputation.is_none() {
        format!("nobody earns reputation: a receipt is checked {most} times on average")
    } else {
        let least = brief(minimum);
        format!(
            "a receipt is checked {most} times on average if its provider has no reputation, \
             {least} times at full reputation and traffic"
        )
    };
    checker.fact("work.sampling", message);
}

/// Whether the quotients of two such rates, and of their complements, are exact fractions of 128
/// bits that do not round to 0: or else the status test cannot be prepared.
fn has_logarithms(rate: Ratio) -> bool {
    const MOST: u128 = 1_000_000_000_000;
    const STEP: u128 = 1_000_000;
    let (part, whole) = (rate.numerator(), rate.denominator());
    let enough = |part: u128| part.checked_mul(STEP).is_some_and(|part| part >= whole);
    whole <= MOST && enough(part) && whole.checked_sub(part).is_some_and(enough)
}

fn status(checker: &mut Checker<'_>, rule: &StatusTest) {
    let path = |key: &str| format!("work.status.{key}");
    let most = Ratio::from_integer(1_000);
    for (good_key, good, bad_key, bad, threshold_key, threshold) in [
        (
            "good_invalid",
            rule.good_invalid,
            "bad_invalid",
            rule.bad_invalid,
            "invalid_threshold",
            rule.invalid_threshold,
        ),
        (
            "good_downtime",
            rule.good_downtime,
            "bad_downtime",
            rule.bad_downtime,
            "downtime_threshold",
            rule.downtime_threshold,
        ),
    ] {
        let limits = "0.000001 to 0.999999, with at most 12 decimals";
        let allowed = format!("above 0, below {bad_key}; {limits}");
        checker.ratio(has_logarithms(good) && good < bad, &path(good_key), good, &allowed);
        let allowed = format!("above 0, below 1; {limits}");
        checker.ratio(has_logarithms(bad), &path(bad_key), bad, &allowed);
        let holds = !threshold.is_zero() && threshold <= most;
        checker.ratio(holds, &path(threshold_key), threshold, "above 0, at most 1000");
    }
    let quick = rule.quick_failure;
    checker.ratio(quick < Ratio::ONE, &path("quick_failure"), quick, "0 to below 1");
    if quick.is_zero() {
        checker.fact(&path("quick_failure"), "failures in a row alone make nobody invalid");
    } else if let Some(count) = failures_in_a_row(rule.good_invalid, quick) {
        let message = format!("{count} failures in a row make a provider invalid");
        checker.fact(&path("quick_failure"), message);
    }
}

/// The first count with good^count < quick; nothing if it is above 100 or out of reach.
fn failures_in_a_row(good: Ratio, quick: Ratio) -> Option<u32> {
    let mut likely = Ratio::ONE;
    for count in 1..=100 {
        likely = likely.checked_mul(good).ok()?;
        if likely < quick {
            return Some(count);
        }
    }
    None
}

fn reputation(checker: &mut Checker<'_>, rule: &ReputationRule) {
    let path = |key: &str| format!("work.reputation.{key}");
    let epochs = rule.epochs_to_full;
    checker.count(&path("epochs_to_full"), epochs, 1, 10_000);
    let cutoff = rule.miss_cutoff;
    checker.ratio(cutoff.at_most_one(), &path("miss_cutoff"), cutoff, "0 to 1");
    let penalty = rule.miss_penalty;
    let holds = penalty <= Ratio::from_integer(100);
    checker.ratio(holds, &path("miss_penalty"), penalty, "0 to 100");
    if checker.parameters.work.sampling.is_none() {
        let message = "checks are not sampled: reputation is only shown";
        checker.fact("work.reputation", message);
    }
}
