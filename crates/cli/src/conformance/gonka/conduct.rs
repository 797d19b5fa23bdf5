//! Adapters: status, reputation, and the slashes that follow.

use workmint_amounts::{Amount, Ratio};
use workmint_core::Hash;
use workmint_core::modules::parameters::{MissedRequests, ReputationRule, StatusTest};
use workmint_core::modules::slashing::{OffenceKind, combined_fraction};
use workmint_core::modules::work::{
    MissTest, Reputation, SequentialTest, Standing, Statistics, Status, StatusReason, StatusRule,
    less_likely, log_units,
};

use crate::conformance::case::{Case, Node};
use crate::conformance::chain::{GNK, Holding, LocalChain, built_in};
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn any(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "participant_status_sprt", function: "ComputeStatus", run: status },
    any("probabilityOfConsecutiveFailures", failures_in_a_row),
    any("CalculateReputation", reputation),
    any("InvalidateInference", invalidation),
    any("CheckAndSlashForDowntime", downtime),
];

fn status(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let rules = input.at("validationParameters");
    if !rules.has("FalsePositiveRate") || !rules.has("QuickFailureThreshold") {
        return Ok(Verdict::NotCovered(
            "without these numbers the peer has no status test; ours is then off as a whole",
        ));
    }
    let stats = input.at("newValue").at("CurrentEpochStats");
    let rule = if input.has("precomputed") {
        rule_of_logs(&rules, &input.at("precomputed"))?
    } else {
        // Logarithms that are not given are those of the rates.
        match status_test(&rules).map(|test| StatusRule::new(&test)) {
            Ok(Ok(rule)) => rule,
            Ok(Err(_)) | Err(_) => return refused_rates(&input, &expected),
        }
    };
    let standing = Standing {
        status: match input.at("newValue").at("Status").text()? {
            "INVALID" => Status::Invalid,
            "INACTIVE" => Status::Inactive,
            _ => Status::Active,
        },
        failures_in_a_row: input.at("newValue").at("ConsecutiveInvalidInferences").number()?,
        statistics: statistics(&input.at("oldStats"))?,
        invalid_log: log_units(stats.at("InvalidLLR").decimal()?)?,
        downtime_log: log_units(stats.at("InactiveLLR").decimal()?)?,
    };
    let needed = input.at("confirmationPocParams").at("AlphaThreshold").ratio()?;
    let fell_behind =
        stats.has("ConfirmationPoCRatio") && stats.at("ConfirmationPoCRatio").ratio()? < needed;
    let (judged, reason) = rule.judge(&standing, &statistics(&stats)?, fell_behind)?;
    require("status", status_name(judged.status), expected.at("r0").text()?)?;
    // No reason is null or an empty list.
    let reason_given = expected.optional("r1");
    let theirs = if reason_given.list().is_ok() { "" } else { reason_given.text()? };
    require("reason", reason_name(reason), theirs)?;
    let after = expected.at("r2");
    after.at("ConfirmationPoCRatio").unchanged(&stats.at("ConfirmationPoCRatio"))?;
    require("statistics", judged.statistics, statistics(&after)?)?;
    let logs = [judged.invalid_log, judged.downtime_log];
    let theirs = [
        log_units(after.at("InvalidLLR").decimal()?)?,
        log_units(after.at("InactiveLLR").decimal()?)?,
    ];
    same("log likelihoods", logs, theirs)
}

/// Where ours refuses the rates, the peer names an error and leaves everything as it is.
fn refused_rates(input: &Node<'_>, expected: &Node<'_>) -> Outcome {
    require("status", "ACTIVE", expected.at("r0").text()?)?;
    require("reason", "algorithm_error", expected.at("r1").text()?)?;
    let (before, after) = (input.at("newValue").at("CurrentEpochStats"), expected.at("r2"));
    require("statistics", statistics(&before)?, statistics(&after)?)?;
    for log in ["InvalidLLR", "InactiveLLR"] {
        let (before, after) = (before.at(log).decimal()?, after.at(log).decimal()?);
        require(log, log_units(before)?, log_units(after)?)?;
    }
    Ok(Verdict::Passed)
}

fn statistics(stats: &Node<'_>) -> Result<Statistics, Mismatch> {
    Ok(Statistics {
        answered: stats.at("InferenceCount").number()?,
        missed: stats.at("MissedRequests").number()?,
        validated: stats.at("ValidatedInferences").number()?,
        invalidated: stats.at("InvalidatedInferences").number()?,
    })
}

fn status_test(rules: &Node<'_>) -> Result<StatusTest, Mismatch> {
    Ok(StatusTest {
        good_invalid: rules.at("FalsePositiveRate").ratio()?,
        bad_invalid: rules.at("BadParticipantInvalidationRate").ratio()?,
        invalid_threshold: rules.at("InvalidationHThreshold").ratio()?,
        good_downtime: rules.at("DowntimeGoodPercentage").ratio()?,
        bad_downtime: rules.at("DowntimeBadPercentage").ratio()?,
        downtime_threshold: rules.at("DowntimeHThreshold").ratio()?,
        quick_failure: rules.at("QuickFailureThreshold").ratio()?,
    })
}

/// The rules with the logarithms that a case gives; it need not give those of its rates.
fn rule_of_logs(rules: &Node<'_>, logs: &Node<'_>) -> Result<StatusRule, Mismatch> {
    let test = status_test(rules)?;
    let of = |fail: &str, pass: &str, threshold| -> Result<SequentialTest, Mismatch> {
        let (failure, success) = (logs.at(fail).decimal()?, logs.at(pass).decimal()?);
        Ok(SequentialTest::of_logs(failure, success, threshold)?)
    };
    Ok(StatusRule {
        invalid: of("InvalidationLogFail", "InvalidationLogPass", test.invalid_threshold)?,
        downtime: of("InactiveLogFail", "InactiveLogPass", test.downtime_threshold)?,
        good_invalid: test.good_invalid,
        quick_failure: test.quick_failure,
    })
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Active => "ACTIVE",
        Status::Inactive => "INACTIVE",
        Status::Invalid => "INVALID",
    }
}

fn reason_name(reason: Option<StatusReason>) -> &'static str {
    match reason {
        None => "",
        Some(StatusReason::AlreadySet) => "already_set",
        Some(StatusReason::FailuresInARow) => "consecutive_failures",
        Some(StatusReason::Invalidations) => "statistical_invalidations",
        Some(StatusReason::Downtime) => "downtime",
        Some(StatusReason::Confirmation) => "failed_confirmation_poc",
    }
}

/// Ours asks whether a probability is below a limit: not below the peer's value, but below any
/// larger one. Of a rate that is none the peer makes 0.
fn failures_in_a_row(case: &Case) -> Outcome {
    let (input, theirs) = (case.input(), case.expected().at("result").ratio()?);
    let failures = input.at("consecutiveFailures").integer()?;
    let rate = input.at("expectedFailureRate").decimal()?;
    let refused =
        rate.is_negative() || failures < 0 || less_likely(rate.magnitude(), 1, Ratio::ONE).is_err();
    if refused {
        return same("probability of a rate that is none", Ratio::ZERO, theirs);
    }
    let less = |limit| -> Result<bool, Mismatch> {
        Ok(less_likely(rate.magnitude(), input.at("consecutiveFailures").number()?, limit)?)
    };
    require("below the peer's value", less(theirs)?, false)?;
    let larger = theirs.checked_add(Ratio::new(1, 10_u128.pow(30))?)?;
    same("below a larger value", less(larger)?, true)
}

fn reputation(case: &Case) -> Outcome {
    let context = case.input().at("ctx");
    let rules = context.at("ValidationParams");
    let rule = ReputationRule {
        epochs_to_full: rules.at("EpochsToMax").number()?,
        miss_cutoff: rules.at("MissPercentageCutoff").ratio()?,
        miss_penalty: rules.at("MissRequestsPenalty").ratio()?,
    };
    let mut ours = Reputation { epochs: context.at("EpochCount").number()?, missed: 0 };
    for share in context.at("EpochMissPercentages").list()? {
        ours.add_share(&rule, share.ratio()?)?;
    }
    same("reputation", ours.score(&rule)?, case.expected().at("result").number()?)
}

/// Answers that a judge refutes, one after the other, until the provider is invalid and pays for it
/// with collateral.
fn invalidation(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let mut rules = built_in("gonka-mainnet")?;
    rules.weights.grace_until_epoch = None;
    let missing = || Mismatch::new("gonka-mainnet has no status test");
    let test = rules.work.status.as_mut().ok_or_else(missing)?;
    test.good_invalid = input.at("false_positive_rate").ratio()?;
    rules.slashing.invalid_work = input.at("slash_fraction_invalid").ratio()?;
    for model in &mut rules.models {
        model.price_per_unit = Amount::new(1);
    }
    let before: u64 = input.at("consecutive_invalid_before").number()?;
    let (parties, active) = (("customer", "host"), input.at("active").amount()?);
    let funds = Amount::new(u128::from(before)).checked_add(Amount::new(1))?;
    let holding = |who, amount| Holding { who, asset: GNK, amount, vesting_epochs: 0 };
    let holdings = [holding(parties.0, funds), holding(parties.1, active)];
    let mut chain = LocalChain::new(rules, &holdings)?;
    chain.join(parties.1)?;
    chain.deposit(parties.1, active)??;
    for number in 0..=before {
        if number == before {
            // The end of an epoch keeps the row of failures; none comes before the last is judged.
            chain.close()?;
        }
        let id = Hash::of("conformance", &[&number.to_be_bytes()]);
        chain.ask(parties, id, Amount::new(1))?;
        chain.answer(parties, id)?;
        chain.refute(parties.0, id)?;
    }
    let provider = chain.handle(parties.1)?;
    let status = chain.state.work.standing(provider).status;
    require("status", status_name(status), expected.at("status").text()?)?;
    let left = chain.state.collateral.active(provider);
    same("collateral left", left, expected.at("active_after").amount()?)
}

/// v0.2.0: downtime by the share of misses.
fn downtime(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let threshold = input.at("downtime_missed_percentage_threshold").ratio()?;
    let test = MissTest::new(&MissedRequests::Ratio { threshold })?;
    let (missed, answered) =
        (input.at("missed_requests").number()?, input.at("inference_count").number()?);
    let failed = test.fails(missed, answered)?;
    require("slashed", failed, expected.at("slash_called").flag()?)?;
    let fraction = input.at("slash_fraction_downtime").ratio()?;
    let offences: &[_] = if failed { &[(OffenceKind::Downtime, fraction)] } else { &[] };
    same("fraction", combined_fraction(offences)?, expected.at("fraction").ratio()?)
}
