//! `[governance]`: proposals and votes.

use super::super::{Governance, PowerRule, ProposalRules};
use super::checker::{Checker, brief, is_zero};
use std::cmp::Ordering;
use workmint_amounts::Ratio;

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Some(rules) = &parameters.governance else {
        return;
    };
    checker.asset("governance.asset", rules.asset);
    checker.count("governance.max_open", u64::from(rules.max_open), 1, 64);
    deposit(checker, rules);
    checker.bounded("governance.timelock", rules.timelock);
    if is_zero(rules.timelock) {
        let message = "without a timelock nobody who disagrees has time to leave";
        checker.warning("governance.timelock", message);
    }
    for (kind, of) in [
        ("parameters", &rules.parameters),
        ("treasury", &rules.treasury),
        ("upgrade", &rules.upgrade),
    ] {
        proposal(checker, kind, of);
    }
    power(checker, rules);
    leaving(checker, rules);
}

fn deposit(checker: &mut Checker<'_>, rules: &Governance) {
    let path = "governance.deposit";
    if rules.deposit.is_zero() {
        let message = format!(
            "without a deposit {} proposals cost nothing and keep all others out",
            rules.max_open
        );
        checker.warning(path, message);
    }
    if checker.parameters.asset(rules.asset).is_some_and(|asset| rules.deposit > asset.cap) {
        let shown = checker.shown(rules.deposit, rules.asset);
        checker.error(path, format!("nobody can ever have {shown}"), "at most the asset's cap");
    }
}

fn proposal(checker: &mut Checker<'_>, kind: &str, rules: &ProposalRules) {
    let path = format!("governance.{kind}.quorum");
    checker.ratio(rules.quorum.at_most_one(), &path, rules.quorum, "0 to 1");
    if rules.quorum.is_zero() {
        checker.warning(&path, "a single vote decides, and no deposit is lost");
    }
    let path = format!("governance.{kind}.approval");
    let below_one = rules.approval < Ratio::ONE;
    checker.ratio(below_one, &path, rules.approval, "0 to below 1");
    if below_one && rules.approval.checked_add(rules.approval).is_ok_and(|twice| twice < Ratio::ONE)
    {
        let share = brief(rules.approval);
        checker.warning(&path, format!("a minority, anything above {share}, outvotes the others"));
    }
    let path = format!("governance.{kind}.voting");
    checker.bounded(&path, rules.voting);
    if is_zero(rules.voting) {
        checker.error(&path, "a vote without length", "a time, or 1 epoch and more");
    }
}

/// Where power comes from, and who gains by it.
fn power(checker: &mut Checker<'_>, rules: &Governance) {
    let path = "governance.power";
    let stake = checker.parameters.stake.as_ref();
    if let Some(stake) = stake
        && stake.asset != rules.asset
        && rules.power != PowerRule::EffectiveWeight
    {
        let (staked, voting) = (checker.symbol(stake.asset), checker.symbol(rules.asset));
        let message = format!("{staked} is staked, {voting} votes");
        checker.error("governance.asset", message, "the asset that is staked");
    }
    match rules.power {
        PowerRule::Sqrt => checker.warning(
            path,
            "square-root voting lets a splitter gain: 100 accounts with a hundredth each have 10 \
             times the power of one with all",
        ),
        PowerRule::Linear if stake.is_none() => {
            checker.error(path, "nothing is staked, so nobody has power", "with [stake] only");
        }
        PowerRule::Linear | PowerRule::EffectiveWeight => {}
    }
}

/// Whether stake that voted can be gone before what it voted for happens.
fn leaving(checker: &mut Checker<'_>, rules: &Governance) {
    let parameters = checker.parameters;
    let Some(stake) = &parameters.stake else {
        return;
    };
    if rules.power == PowerRule::EffectiveWeight {
        return;
    }
    if checker.compare(&[rules.timelock], &[stake.unbonding]) == Some(Ordering::Less) {
        let (timelock, unbonding) = (rules.timelock, stake.unbonding);
        let message = format!(
            "the timelock {timelock} is shorter than the unbonding {unbonding} of stake: who \
             disagrees is still bound when a proposal is carried out"
        );
        checker.fact("governance.timelock", message);
    }
}
