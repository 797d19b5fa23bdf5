//! Adapters: emission, and the rewards of v0.2.0 that it replaced.

use workmint_amounts::{Amount, Ratio, SignedRatio};
use workmint_core::Address;
use workmint_core::inputs::Penalty;
use workmint_core::modules::emission::{Facts, budget, scheduled, work_subsidy_rate};
use workmint_core::modules::parameters::{
    AssetId, Denominator, Emission, Parameters, Schedule, Score, Source,
};
use workmint_core::offline::{OfflineEpoch, OfflineParticipant, OfflineSettlement, settle};

use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};
use crate::source;

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "CalculateFixedEpochReward", run: fixed_epoch_reward },
    Adapter { file: "", function: "GetTotalSubsidy", run: total_subsidy },
    Adapter { file: "", function: "ReduceSubsidyPercentage", run: reduce_subsidy },
    Adapter { file: "", function: "GetSettleAmounts", run: settle_amounts },
];

/// `GetExponent`: the only decay rates that v0.2.14 takes, and the factor that stands for each.
const FACTORS: [(&str, &str); 4] = [
    ("-0.000475", "0.9995251127946402"),
    ("-0.000001", "0.9999990000005"),
    ("0.0001", "1.0001000050001667"),
    ("0", "1"),
];

/// The first number of an epoch that v0.2.14 refuses: its powers have 32-bit exponents.
const FIRST_REFUSED: u64 = (1 << 31) - 1;

pub(super) fn factor(rate: &Node<'_>) -> Result<Option<Ratio>, Mismatch> {
    if rate.is_null() {
        return Ok(Some(Ratio::ONE));
    }
    let rate = rate.decimal()?;
    for (known, factor) in FACTORS {
        if known.parse::<SignedRatio>()? == rate {
            return Ok(Some(factor.parse()?));
        }
    }
    Ok(None)
}

fn facts(epoch: u64, minted: Amount, work: Amount) -> Facts {
    Facts { epoch, blocks: 1, minted, asset_issued: Amount::ZERO, work, ..Facts::default() }
}

fn emission(schedule: Schedule, allocation: Amount) -> Emission {
    Emission {
        utility: None,
        quota: Ratio::ZERO,
        reference_weight: 0,
        asset: AssetId(0),
        schedule,
        allocation,
        genesis_epoch: 0,
    }
}

fn fixed_epoch_reward(case: &Case) -> Outcome {
    let (input, refused) = (case.input(), case.expected().has("err"));
    let epoch = input.at("epochsSinceGenesis").number()?;
    let factor = match factor(&input.at("decayRate"))? {
        Some(factor) => factor,
        // No schedule can be written for a rate that has no factor.
        None if refused => return Ok(Verdict::Passed),
        // The peer takes it only where nothing is multiplied.
        None => Ratio::ONE,
    };
    let initial = input.at("initialReward").amount()?;
    let schedule = Schedule::Geometric { initial, factor, period_epochs: 1 };
    let facts = facts(epoch, Amount::ZERO, Amount::ZERO);
    let reward = scheduled(&emission(schedule, Amount::MAX), &facts)?;
    if refused && epoch >= FIRST_REFUSED {
        require("result of an error", Amount::ZERO, case.expected().at("result").amount()?)?;
        return Ok(Verdict::Deviates(Decision::AnyEpoch));
    }
    require("error", false, refused)?;
    same("reward", reward, case.expected().at("result").amount()?)
}

/// Settings of v0.2.0, in floats that are written as decimals.
fn subsidy_schedule(settings: &Node<'_>) -> Result<(Emission, Amount), Mismatch> {
    let schedule = Schedule::WorkSubsidy {
        rate: settings.at("current_subsidy_percentage").ratio()?,
        interval: settings.at("stage_cutoff").ratio()?,
        reduction: settings.at("stage_decrease").ratio()?,
    };
    let supply = settings.at("total_subsidy_supply").amount()?;
    Ok((emission(schedule, supply), settings.at("total_subsidy_paid").amount()?))
}

fn total_subsidy(case: &Case) -> Outcome {
    let (emission, paid) = subsidy_schedule(&case.input().at("self"))?;
    let work = case.input().at("workCoins").amount()?;
    let ours = budget(&emission, Amount::MAX, &facts(0, paid, work))?;
    let theirs = case.expected().at("result");
    require("crossed", ours.cutoff.is_some(), theirs.at("CrossedCutoff").flag()?)?;
    same("subsidy", ours.scheduled, theirs.at("Amount").amount()?)
}

/// What a reduction of the rate leaves as it is.
const KEPT: [&str; 4] = [
    "SubsidyReductionInterval",
    "SubsidyReductionAmount",
    "WorkVestingPeriod",
    "RewardVestingPeriod",
];

fn reduce_subsidy(case: &Case) -> Outcome {
    let settings = case.input().at("p");
    let schedule = Schedule::WorkSubsidy {
        rate: settings.at("CurrentSubsidyPercentage").ratio()?,
        interval: settings.at("SubsidyReductionInterval").ratio()?,
        reduction: settings.at("SubsidyReductionAmount").ratio()?,
    };
    let rate = work_subsidy_rate(&schedule, 1)?;
    for outcome in ["p_after", "result"] {
        let theirs = case.expected().at(outcome);
        require(outcome, rate, Some(theirs.at("CurrentSubsidyPercentage").ratio()?))?;
        for kept in KEPT {
            theirs.at(kept).unchanged(&settings.at(kept))?;
        }
    }
    Ok(Verdict::Passed)
}

/// A whole epoch of v0.2.0: the subsidy and the payments, each shared out by work.
fn settle_amounts(case: &Case) -> Outcome {
    let input = case.input();
    let (emission, paid) = subsidy_schedule(&input.at("tokenParams"))?;
    let parameters = legacy_network(emission)?;
    let people = input.at("participants").list()?;
    let epoch = OfflineEpoch {
        epoch: 0,
        blocks: 1,
        minted: paid,
        asset_issued: Amount::ZERO,
        reductions: 0,
        pots: Vec::new(),
        burned_fees: Amount::ZERO,
        participants: people.iter().map(participant).collect::<Result<_, _>>()?,
        ..OfflineEpoch::default()
    };
    let ours = settle(&parameters, epoch, false)?;
    let theirs = case.expected();
    let total = theirs.at("r1");
    let line = &ours.plan.emission;
    require("crossed", line.cutoff.is_some(), total.at("CrossedCutoff").flag()?)?;
    require("subsidy", line.scheduled, total.at("Amount").amount()?)?;
    let results = theirs.at("r0").list()?;
    require("participants", people.len(), results.len())?;
    let mut verdict = Verdict::Passed;
    for (person, result) in people.iter().zip(&results) {
        if let Some(decision) = compare(&ours, person, result)? {
            verdict = Verdict::Deviates(decision);
        }
    }
    Ok(verdict)
}

/// The `gonka` network with the rewards it would have without document 000.
fn legacy_network(emission: Emission) -> Result<Parameters, Mismatch> {
    let named = |_| Mismatch::new("the network gonka does not read");
    let mut parameters = source::network("gonka").map_err(named)?.parameters;
    parameters.emission = emission;
    for asset in &mut parameters.assets {
        asset.cap = Amount::MAX;
    }
    for stream in &mut parameters.streams {
        if matches!(stream.source, Source::Emission { .. }) {
            stream.source = Source::Emission { share: Ratio::ONE };
            stream.score = Score::WorkDone;
            stream.denominator = Denominator::Paid;
        }
    }
    Ok(parameters)
}

/// A negative balance is no work; it is owed.
fn participant(node: &Node<'_>) -> Result<OfflineParticipant, Mismatch> {
    let balance = node.at("CoinBalance").integer()?;
    let (work, owed) = (balance.max(0).unsigned_abs(), balance.min(0).unsigned_abs());
    Ok(OfflineParticipant {
        account: account(node)?,
        nodes: Vec::new(),
        collateral: Amount::ZERO,
        unbonding: Amount::ZERO,
        requests: 0,
        missed: 0,
        units: Vec::new(),
        jailed: false,
        refuted: node.at("Status").text()? == "INVALID",
        inactive: false,
        effective: None,
        confirmed: None,
        work: Some(Amount::new(work)),
        debt: Amount::new(owed),
    })
}

fn account(node: &Node<'_>) -> Result<Address, Mismatch> {
    Ok(Address::derived(node.at("Address").text()?.as_bytes()))
}

/// Compares one participant's amounts; the decision that a difference follows.
fn compare(
    ours: &OfflineSettlement,
    person: &Node<'_>,
    result: &Node<'_>,
) -> Result<Option<Decision>, Mismatch> {
    let at = ours.inputs.participants.find(&account(person)?);
    let row = at.and_then(|at| Some((at, ours.inputs.participants.row(at)?)));
    let (at, row) = row.ok_or_else(|| Mismatch::new("a participant is lost"))?;
    require("owes", !row.debt.is_zero(), result.has("Error"))?;
    let settled = result.at("Settle");
    let name = person.at("Address").text()?;
    require("participant", name, settled.at("Participant").text()?)?;
    require("epoch, which its caller sets", 0, settled.at("EpochIndex").integer()?)?;
    let paid = |emission: bool| {
        let mut streams = ours.plan.streams.iter();
        let stream =
            streams.find(|stream| matches!(stream.source, Source::Emission { .. }) == emission);
        stream.and_then(|stream| stream.rewards.get(at).copied()).unwrap_or_default()
    };
    let (reward, theirs) = (paid(true), settled.at("RewardCoins").amount()?);
    let mut decision = None;
    if reward != theirs {
        decision = Some(rounded_share(ours, row.work, (reward, theirs))?);
    }
    let theirs = settled.at("WorkCoins").amount()?;
    if row.penalty != Penalty::None && theirs.is_zero() && !row.work.is_zero() {
        decision = Some(Decision::WorkStaysPaid);
        require("work", paid(false), row.work)?;
    } else {
        require("work", paid(false), theirs)?;
    }
    Ok(decision)
}

/// The peer rounds a share to 16 digits before it multiplies by the subsidy, and does not look at
/// what is left of the supply: whether their reward is exactly that, and ours the exact share of
/// what there is.
fn rounded_share(
    ours: &OfflineSettlement,
    work: Amount,
    (reward, theirs): (Amount, Amount),
) -> Result<Decision, Mismatch> {
    let line = &ours.plan.emission;
    let share = Ratio::new(work.get(), ours.inputs.emission.work.get())?;
    require("reward of an exact share", reward, share.apply_floor(line.budget)?)?;
    let share = share.rounded_half_up(16)?;
    require("reward of a rounded share", share.apply_floor(line.scheduled)?, theirs)?;
    let bound = line.budget != line.scheduled;
    Ok(if bound { Decision::WithinAllocation } else { Decision::ExactShares })
}
