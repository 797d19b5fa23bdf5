//! `[validators]`: what is bonded, who is active, what faults cost.

use super::super::{Score, Stream, Validators};
use super::checker::{Checker, brief, is_zero};
use crate::time::Duration;
use std::cmp::Ordering;
use workmint_amounts::Ratio;

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    for (at, stream) in parameters.streams.iter().enumerate() {
        scored(checker, at, stream);
    }
    let Some(rules) = &parameters.validators else { return };
    checker.asset("validators.asset", rules.asset);
    let destination = parameters.slashing.destination;
    checker.recycling("slashing.destination", destination, rules.asset);
    if !parameters.streams.iter().any(|stream| stream.score.is_of_validators()) {
        checker.warning("validators", "no stream pays validators: bonding earns nothing");
    }
    amounts(checker, rules);
    activity(checker, rules);
    unbonding(checker, rules);
    commission(checker, rules);
    absence(checker, rules);
}

/// Delegators' rewards are counted in one asset.
fn scored(checker: &mut Checker<'_>, at: usize, stream: &Stream) {
    let parameters = checker.parameters;
    let bonds = match &stream.score {
        Score::BondedStake | Score::BlocksProposed => true,
        Score::YumaDividends => false,
        Score::PocWeight(_)
        | Score::WorkDone
        | Score::FixedAccount { .. }
        | Score::Rate(_)
        | Score::Availability(_)
        | Score::StakingPower(_)
        | Score::Liquidity
        | Score::ModelShares
        | Score::Performance
        | Score::YumaIncentive => return,
    };
    if bonds && parameters.validators.is_none() {
        let message = "there are no validators to score";
        checker.error(&format!("streams[{at}].score"), message, "only with [validators]");
    }
    if parameters.asset_of(&stream.source) != parameters.emission.asset {
        let message = "validators share what a stream pays with their delegators";
        let allowed = "a source that pays in emission.asset";
        checker.error(&format!("streams[{at}].source"), message, allowed);
    }
}

fn amounts(checker: &mut Checker<'_>, rules: &Validators) {
    for (path, amount) in [
        ("validators.minimum", rules.minimum),
        ("validators.minimum_delegation", rules.minimum_delegation),
    ] {
        if amount.is_zero() {
            checker.error(path, "nothing is needed", "at least one base unit");
        }
    }
}

fn activity(checker: &mut Checker<'_>, rules: &Validators) {
    let most = u64::from(rules.most_active);
    checker.count("validators.most_active", most, 1, 1_024);
    checker.count("validators.activation_delay", rules.activation_delay_epochs, 0, 1_024);
    let churn = u64::from(rules.churn_limit);
    checker.count("validators.churn_limit", churn, 1, most.max(1));
    checker.count("validators.jail", rules.jail_epochs, 0, 100_000);
    let third = most.div_ceil(3);
    if let Some(closes) = third.checked_add(churn).and_then(|sum| sum.checked_sub(1))
        && let Some(closes) = closes.checked_div(churn)
    {
        let message = format!(
            "at most {churn} of {most} change at a close: a third of the set takes {} to replace",
            Duration::Epochs(closes)
        );
        checker.fact("validators.churn_limit", message);
    }
    if rules.jail_epochs == 0 {
        let message = "a validator with a fault of consensus can come back in the next epoch";
        checker.warning("validators.jail", message);
    }
}

fn unbonding(checker: &mut Checker<'_>, rules: &Validators) {
    checker.count("validators.max_withdrawals", u64::from(rules.max_withdrawals), 1, 256);
    let (unbonding, path) = (rules.unbonding, "validators.unbonding");
    checker.bounded(path, unbonding);
    if is_zero(unbonding) {
        let message = "bonds can leave before they are slashed";
        checker.error(path, message, "a duration above 0");
        return;
    }
    let oldest = checker.parameters.slashing.evidence_max_age;
    match checker.compare(&[unbonding], &[oldest]) {
        Some(Ordering::Less) => {
            let message = format!(
                "unbonding {unbonding} is shorter than the {oldest} for which evidence counts: \
                 late evidence finds nothing to take"
            );
            checker.warning(path, message);
        }
        Some(Ordering::Equal | Ordering::Greater) => {}
        None => {
            let message = format!(
                "unbonding {unbonding} cannot be compared with the {oldest} for which evidence \
                 counts: epochs are counted in blocks, not in time"
            );
            checker.fact(path, message);
        }
    }
}

fn commission(checker: &mut Checker<'_>, rules: &Validators) {
    for (path, share) in [
        ("validators.most_commission", rules.most_commission),
        ("validators.commission_step", rules.commission_step),
    ] {
        checker.ratio(share.at_most_one(), path, share, "0 to 1");
    }
    let (most, step) = (rules.most_commission, rules.commission_step);
    if most == Ratio::ONE && step == Ratio::ONE {
        let message = "a validator can keep all of its delegators' rewards from one epoch to the \
                       next";
        checker.warning("validators.commission_step", message);
    }
}

fn absence(checker: &mut Checker<'_>, rules: &Validators) {
    let (least, most) = (rules.absence_least, rules.absence_most);
    let (signed, path) = (rules.least_signed, "validators.least_signed");
    checker.ratio(signed.at_most_one(), path, signed, "0 to 1");
    checker.ratio(most.at_most_one(), "validators.absence_most", most, "0 to 1");
    checker.ratio(least <= most, "validators.absence_least", least, "0 to absence_most");
    if signed.is_zero() {
        checker.fact(path, "nobody is slashed for blocks that it did not sign");
    } else if most.is_zero() {
        let message = format!("who signs less than {} of its blocks loses nothing", brief(signed));
        checker.warning("validators.absence_most", message);
    } else if signed == Ratio::ONE {
        let message = "a single block that it did not sign slashes a validator";
        checker.warning(path, message);
    }
    let cap = checker.parameters.asset(rules.asset).map(|asset| asset.cap);
    if cap.is_some_and(|cap| rules.least_slash > cap) {
        let message = "the least slash takes everything from everybody";
        checker.warning("validators.least_slash", message);
    } else if rules.least_slash >= rules.minimum {
        let message = "one slash of the least size takes all that the least validator bonds";
        checker.warning("validators.least_slash", message);
    }
}
