//! `[governance]`: proposals and votes.

use super::super::{EpochLength, Governance, PowerRule, ProposalRules};
use super::checker::{Checker, brief, is_zero};
use crate::time::Duration;
use std::cmp::Ordering;
use workmint_amounts::{Amount, Ratio, sqrt_floor};

pub(super) fn check(checker: &mut Checker<'_>) {
    let parameters = checker.parameters;
    let Some(rules) = &parameters.governance else {
        return;
    };
    checker.asset("governance.asset", rules.asset);
    checker.count("governance.max_open", u64::from(rules.max_open), 1, 64);
    deposit(checker, rules);
    checker.bounded("governance.timelock", rules.timelock);
    at_closes(checker, "governance.timelock", rules.timelock);
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
            "without a deposit {} proposals of a kind cost nothing and keep all others out",
            rules.max_open
        );
        checker.warning(path, message);
    }
    if checker.parameters.asset(rules.asset).is_some_and(|asset| rules.deposit > asset.cap) {
        let shown = checker.shown(rules.deposit, rules.asset);
        checker.error(path, format!("nobody can ever have {shown}"), "at most the asset's cap");
    }
}

/// Votes are counted and carried out at closes only. A time of whole epochs from one close is over
/// at the block that closes the last of them, or just after it, as blocks happen to come.
fn at_closes(checker: &mut Checker<'_>, path: &str, duration: Duration) {
    let (EpochLength::Time(epoch), Duration::Milliseconds(length)) =
        (checker.parameters.network.epoch_length, duration)
    else {
        return;
    };
    let epochs = length.checked_div(epoch).unwrap_or(0);
    if epochs > 0 && length.checked_rem(epoch) == Some(0) {
        let exact = Duration::Epochs(epochs);
        let message = format!(
            "{duration} from one close to another last an epoch more where the last closing block \
             comes earlier in its epoch than the first: {exact} do not"
        );
        checker.warning(path, message);
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
    at_closes(checker, &path, rules.voting);
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
    let validators = checker.parameters.validators.as_ref();
    let bonds = validators.filter(|of| of.asset == rules.asset);
    if let Some(bonds) = bonds.filter(|_| rules.power != PowerRule::EffectiveWeight) {
        bonds_vote(checker, rules, bonds.unbonding);
    }
    let bonds = bonds.is_some();
    least_power(checker, rules);
    match rules.power {
        PowerRule::Sqrt => splitting(checker, rules),
        PowerRule::Linear if stake.is_none() && !bonds => {
            let message = "nothing is staked, so nobody has power";
            checker.error(path, message, "with [stake], or [validators] that bond the same asset");
        }
        PowerRule::Linear | PowerRule::EffectiveWeight => {}
    }
}

/// What is bonded votes, and may begin to leave after it voted.
fn bonds_vote(checker: &mut Checker<'_>, rules: &Governance, unbonding: Duration) {
    let path = "governance.power";
    let kinds = [rules.parameters, rules.treasury, rules.upgrade];
    let later = |kind: &ProposalRules| {
        checker.compare(&[unbonding], &[kind.voting, rules.timelock]) == Some(Ordering::Less)
    };
    if kinds.iter().any(later) {
        let message = "what is bonded votes, and can be gone before what it voted for is done";
        checker.warning(path, message);
    } else {
        let message = "what is bonded to validators votes for whoever bonded or delegated it";
        checker.fact(path, message);
    }
}

fn least_power(checker: &mut Checker<'_>, rules: &Governance) {
    let path = "governance.least_power";
    let cap = checker.parameters.asset(rules.asset).map_or(Amount::ZERO, |asset| asset.cap);
    let shown = checker.shown(cap, rules.asset);
    if rules.least_power > cap {
        checker.error(path, "nobody can ever have power", &format!("at most the cap {shown}"));
    } else if rules.power == PowerRule::Sqrt && rules.least_power.is_zero() {
        let message = "accounts cost nothing: with one base unit each they outvote everybody";
        checker.error(path, message, &format!("above 0, at most the cap {shown}"));
    }
    if rules.power == PowerRule::EffectiveWeight && !rules.least_power.is_zero() {
        checker.warning(path, "effective weight is no balance: this does nothing");
    }
}

/// What square roots give to who divides what it owns among accounts: n parts have sqrt(n) times
/// the power of one, and no part is below the least.
fn splitting(checker: &mut Checker<'_>, rules: &Governance) {
    let Some(asset) = checker.parameters.asset(rules.asset) else {
        return;
    };
    let parts = asset.cap.get().checked_div(rules.least_power.get()).unwrap_or(0);
    // Rounded up: "at most".
    let floor = sqrt_floor(parts);
    let most =
        if floor.checked_mul(floor) == Some(parts) { Some(floor) } else { floor.checked_add(1) };
    if parts == 0 {
        return;
    }
    let least = checker.shown(rules.least_power, rules.asset);
    let most = Amount::new(most.unwrap_or(floor)).to_grouped(0, 0);
    let message = format!(
        "square-root voting lets a splitter gain: n accounts with {least} each have sqrt(n) times \
         the power of one with all; who owned the whole cap, {most} times at most"
    );
    checker.warning("governance.power", message);
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
