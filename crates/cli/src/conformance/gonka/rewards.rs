//! Adapters: the power cap, the reward split, the settlement. The rules are those of the preset
//! `gonka-mainnet`, with what a record says in their place.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::{Denominator, MissedRequests, Parameters, PowerCap};
use workmint_core::modules::rewards::{
    CountedWeights, SCORE_UNIT, SettlementPlan, StreamPlan, StreamScores, plan,
};
use workmint_core::modules::weights::apply_power_cap;
use workmint_core::offline::{OfflineSettlement, settle_inputs};

use super::split::{
    Account, Epoch, default_rate, emission_rules, emission_stream, first_of, mainnet, read,
    set_reward, set_schedule, work_stream,
};
use crate::conformance::case::{Case, Node};
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

const fn any(function: &'static str, run: fn(&Case) -> Outcome) -> Adapter {
    Adapter { file: "", function, run }
}

pub(super) const ADAPTERS: &[Adapter] = &[
    any("CalculateOptimalCap", optimal_cap),
    any("ApplyPowerCappingForWeights", cap_by_count),
    any("ApplyPowerCapping", cap_if_set),
    any("CalculateParticipantBitcoinRewardsWithTransfers", rewards),
    any("CalculateParticipantBitcoinRewards", mainnet_epoch),
    any("GetBitcoinSettleAmountsWithTransfers", rewards_below_supply),
    any("GetParticipantPoCWeight", display_weight),
    any("SettleAccounts", settle_accounts),
    any("GetTotalCoins", total_coins),
    any("PaymentGuardSkips", nothing_to_pay),
];

fn mainnet_cap() -> Result<PowerCap, Mismatch> {
    let rules = mainnet()?.weights.power_cap;
    rules.ok_or_else(|| Mismatch::new("gonka-mainnet has no power cap"))
}

fn weights_in(list: &Node<'_>) -> Result<Vec<i64>, Mismatch> {
    list.list()?.iter().map(|row| row.at("Weight").number()).collect()
}

/// Caps weights; negative ones count for nobody and stay as they are.
fn compare_capped(
    rules: &PowerCap,
    before: &[i64],
    (after, capped): (&[i64], bool),
) -> Result<i128, Mismatch> {
    let mut weights: Vec<u64> =
        before.iter().map(|weight| u64::try_from(*weight).unwrap_or(0)).collect();
    let cap = apply_power_cap(rules, &mut weights)?;
    require("capped", cap.is_some(), capped)?;
    require("weights", weights.len(), after.len())?;
    for ((before, ours), theirs) in before.iter().zip(&weights).zip(after) {
        let ours = if *before < 0 { *before } else { i64::try_from(*ours)? };
        require("weight", ours, *theirs)?;
    }
    Ok(weights.iter().copied().map(i128::from).sum())
}

/// That the peer's rows are those of the input, in its order.
fn same_order(before: &Node<'_>, after: &Node<'_>) -> Result<(), Mismatch> {
    let (before, after) = (before.list()?, after.list()?);
    require("participants", before.len(), after.len())?;
    for (before, after) in before.iter().zip(&after) {
        require("participant", before.at("Index").text()?, after.at("Index").text()?)?;
    }
    Ok(())
}

fn optimal_cap(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let share = input.at("maxPercentage").ratio()?;
    let rules = PowerCap { of_two: share, of_three: share, of_many: share };
    let (before, after) = (weights_in(&input.at("participants"))?, weights_in(&expected.at("r0"))?);
    let capped = expected.at("r2").flag()?;
    same_order(&input.at("participants"), &expected.at("r0"))?;
    let total = compare_capped(&rules, &before, (&after, capped))?;
    let power = if capped { total } else { input.at("totalPower").integer()? };
    let negative = before.iter().any(|weight| *weight < 0);
    if negative { Ok(Verdict::Passed) } else { same("power", power, expected.at("r1").integer()?) }
}

fn cap_by_count(case: &Case) -> Outcome {
    let before = weights_in(&case.input().at("participants"))?;
    let after = weights_in(&case.expected().at("r0"))?;
    let capped = case.expected().at("r1").flag()?;
    same_order(&case.input().at("participants"), &case.expected().at("r0"))?;
    compare_capped(&mainnet_cap()?, &before, (&after, capped)).map(|_| Verdict::Passed)
}

/// The parameter switches the cap on and off; the shares are constants of the peer's.
fn cap_if_set(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let off = input.at("max_individual_power_percentage").ratio()?.is_zero();
    let one = PowerCap { of_two: Ratio::ONE, of_three: Ratio::ONE, of_many: Ratio::ONE };
    let rules = if off { one } else { mainnet_cap()? };
    let numbers = |node: Node<'_>| -> Result<Vec<i64>, Mismatch> {
        node.list()?.iter().map(Node::number).collect()
    };
    let (before, after) = (numbers(input.at("weights"))?, numbers(expected.at("weights"))?);
    let capped = expected.at("was_capped").flag()?;
    let total = compare_capped(&rules, &before, (&after, capped))?;
    same("total", total, expected.at("total").integer()?)
}

/// What a plan leaves to governance: forfeits and dust.
fn left_over(planned: &StreamPlan) -> Result<Amount, Mismatch> {
    Ok(planned.forfeited.checked_add(planned.dust)?)
}

/// The peer's governance also gets what debts took.
fn with_debts(planned: &StreamPlan) -> Result<Amount, Mismatch> {
    Ok(left_over(planned)?.checked_add(planned.recovered)?)
}

/// Where the peer answers with an error: what it does not get cannot be left out here, and an epoch
/// without participants mints nothing. With its error it returns nothing.
fn refused(case: &Case, wanted: &[&str]) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    require("accounts of an error", 0, expected.at("r0").list()?.len())?;
    for amount in ["Amount", "GovernanceAmount"] {
        let theirs = expected.at("r1").at(amount).amount()?;
        require(&format!("{amount} of an error"), Amount::ZERO, theirs)?;
    }
    if wanted.iter().any(|key| !input.has(key)) {
        return Ok(Verdict::Passed);
    }
    let (parameters, epoch) = read(&input, Amount::MAX)?;
    let plan = plan(&parameters, &epoch.inputs)?;
    same("budget", emission_stream(&parameters, &plan)?.budget, Amount::ZERO)
}

const NEEDED: [&str; 2] = ["epochGroupData", "bitcoinParams"];

fn rewards(case: &Case) -> Outcome {
    if case.expected().has("err") {
        return refused(case, &NEEDED);
    }
    let (parameters, epoch) = read(&case.input(), Amount::MAX)?;
    let plan = plan(&parameters, &epoch.inputs)?;
    let planned = emission_stream(&parameters, &plan)?;
    let kept = compare_accounts(case, &parameters, &epoch, (&plan, &plan))?;
    let result = case.expected().at("r1");
    require("emitted", plan.emission.scheduled, result.at("Amount").amount()?)?;
    compare_epoch(&parameters, &epoch, &result)?;
    let theirs = result.at("GovernanceAmount").amount()?;
    if !planned.recovered.is_zero() {
        require("left over, with debts", with_debts(planned)?, theirs)?;
        return Ok(Verdict::Deviates(Decision::DebtsToCustomers));
    }
    require("left over", left_over(planned)?, theirs)?;
    Ok(kept)
}

fn rewards_below_supply(case: &Case) -> Outcome {
    if case.expected().has("err") {
        return refused(case, &[NEEDED[0], NEEDED[1], "settleParams"]);
    }
    let input = case.input();
    let supply = input.at("settleParams").at("total_subsidy_supply").amount()?;
    let (parameters, epoch) = read(&input, supply)?;
    let capped = plan(&parameters, &epoch.inputs)?;
    let (unlimited, _) = read(&input, Amount::MAX)?;
    let uncut = plan(&unlimited, &epoch.inputs)?;
    let kept = compare_accounts(case, &parameters, &epoch, (&capped, &uncut))?;
    let result = case.expected().at("r1");
    require("emitted", capped.emission.budget, result.at("Amount").amount()?)?;
    compare_epoch(&parameters, &epoch, &result)?;
    let theirs = result.at("GovernanceAmount").amount()?;
    let (planned, before) =
        (emission_stream(&parameters, &capped)?, emission_stream(&unlimited, &uncut)?);
    let ours = with_debts(planned)?;
    let bites = capped.emission.budget < capped.emission.scheduled;
    if bites && !capped.emission.budget.is_zero() && !with_debts(before)?.is_zero() {
        let overdrawn = with_debts(before)?.checked_add(ours)?;
        require("left over, with what was left before the cut", overdrawn, theirs)?;
        return Ok(Verdict::Deviates(Decision::ConservedRemainder));
    }
    require("left over", ours, theirs)?;
    if planned.recovered.is_zero() {
        Ok(kept)
    } else {
        Ok(Verdict::Deviates(Decision::DebtsToCustomers))
    }
}

/// Compares which epoch it is, and whether its reward is another than the first one's.
fn compare_epoch(
    parameters: &Parameters,
    epoch: &Epoch,
    result: &Node<'_>,
) -> Result<(), Mismatch> {
    let number = epoch.inputs.epoch;
    require("epoch", number, result.at("EpochNumber").number()?)?;
    let decayed = number != parameters.emission.genesis_epoch;
    require("decayed", decayed, result.at("DecayApplied").flag()?)
}

/// Compares every account; `uncut` is the plan without a supply cap, by which the peer decides
/// whether a debt is covered.
fn compare_accounts(
    case: &Case,
    parameters: &Parameters,
    epoch: &Epoch,
    (plan, uncut): (&SettlementPlan, &SettlementPlan),
) -> Outcome {
    let rewards = emission_stream(parameters, plan)?;
    let before_cut = emission_stream(parameters, uncut)?;
    let work = work_stream(parameters, plan)?;
    let counted = CountedWeights::new(parameters, &epoch.inputs)?;
    let effective = &epoch.inputs.participants.effective;
    let weights = counted.as_ref().map_or(&effective[..], CountedWeights::counted);
    let theirs = case.expected().at("r0").list()?;
    require("accounts", epoch.accounts.len(), theirs.len())?;
    let mut verdict = if epoch.weightless_decide {
        Verdict::Deviates(Decision::WeightlessDecideNothing)
    } else {
        Verdict::Passed
    };
    for (row, (account, theirs)) in epoch.accounts.iter().zip(theirs).enumerate() {
        let Account { name, active } = account;
        let settle = theirs.at("Settle");
        require("account", name.as_str(), settle.at("Participant").text()?)?;
        require("epoch, which its caller sets", 0, settle.at("EpochIndex").integer()?)?;
        let of = |planned: &StreamPlan| planned.rewards.get(row).copied().unwrap_or_default();
        let reward = settle.at("RewardCoins").amount()?;
        require(&format!("reward of {name}"), of(rewards), reward)?;
        let coins = settle.at("WorkCoins").amount()?;
        let earned = epoch.inputs.participants.work.get(row).copied().unwrap_or_default();
        if *active || earned.is_zero() {
            require(&format!("work of {name}"), of(work), coins)?;
        } else {
            require(&format!("work of {name} in the peer's books"), Amount::ZERO, coins)?;
            require(&format!("work of {name}"), of(work), earned)?;
            verdict = Verdict::Deviates(Decision::WorkStaysPaid);
        }
        let weight = |column: &[u64]| column.get(row).copied().unwrap_or(0);
        let counts = theirs.at("ParticipantRewardWeight").number()?;
        require(&format!("counted weight of {name}"), weight(weights), counts)?;
        let full = theirs.at("ParticipantFullWeight").number()?;
        require(&format!("weight of {name}"), weight(effective), full)?;
        let total: u128 = theirs.at("TotalRewardWeight").number()?;
        require("sum of weights", rewards.denominator / SCORE_UNIT, total)?;
        let debt = epoch.inputs.participants.debt.get(row).copied().unwrap_or_default();
        let taken = before_cut.recoveries.iter().find(|(of, _)| *of as usize == row);
        let covered = taken.map_or(Amount::ZERO, |(_, taken)| *taken) == debt;
        require(&format!("debt of {name} left"), !covered, theirs.has("Error"))?;
    }
    Ok(verdict)
}

/// Initial reward, rate and first epoch in the words of a transcribed test.
fn transcribed_schedule<'a>(input: &Node<'a>) -> [Node<'a>; 3] {
    ["initial_epoch_reward", "decay_rate", "genesis_epoch"].map(|key| input.at(key))
}

/// One account of a recorded epoch; all participants are known with their weights.
fn mainnet_epoch(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let mut parameters = mainnet()?;
    set_schedule(&mut parameters, transcribed_schedule(&input), Amount::MAX)?;
    let mut epoch = Epoch::new(&parameters, input.at("epoch_index").number()?);
    for (name, weight) in input.at("weights").members()? {
        epoch.plain(name, weight.number()?, Amount::ZERO)?;
    }
    let plan = plan(&parameters, &epoch.inputs)?;
    let planned = emission_stream(&parameters, &plan)?;
    require(
        "total weight",
        planned.denominator / SCORE_UNIT,
        expected.at("total_weight").number()?,
    )?;
    require("emitted", plan.emission.scheduled, expected.at("epoch_reward").amount()?)?;
    let row = epoch.row(input.at("participant").text()?);
    let reward = row.and_then(|row| planned.rewards.get(row)).copied().unwrap_or_default();
    same("reward", reward, expected.at("rewarded_coins").amount()?)
}

/// The weight of one participant before anything is taken away.
fn display_weight(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let parameters = mainnet()?;
    let mut epoch = Epoch::new(&parameters, 0);
    let members = input.at("epochGroupData").at("ValidationWeights").list()?;
    for member in first_of(&members, "MemberAddress")?.values() {
        let weight: i64 = member.at("Weight").number()?;
        let (name, weight) = (member.at("MemberAddress").text()?, u64::try_from(weight));
        epoch.plain(name, weight.unwrap_or(0), Amount::ZERO)?;
    }
    let plan = plan(&parameters, &epoch.inputs)?;
    let rules = emission_rules(&parameters)?;
    let scores = StreamScores::new(&parameters, rules, &epoch.inputs, None)?;
    let planned = emission_stream(&parameters, &plan)?;
    let score = match epoch.row(input.at("participant").text()?) {
        Some(row) => scores.line(planned, Denominator::Full, row)?.score,
        None => 0,
    };
    same("weight", score / SCORE_UNIT, expected.at("result").number()?)
}

fn settle_accounts(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let mut parameters = mainnet()?;
    set_schedule(&mut parameters, transcribed_schedule(&input), Amount::MAX)?;
    let rate = if input.has("binom_test_p0_grace") {
        input.at("binom_test_p0_grace").ratio()?
    } else {
        default_rate()?
    };
    parameters.work.missed_requests = MissedRequests::Tables { rate, follows_network: true };
    let mut epoch = Epoch::new(&parameters, input.at("epoch_index").number()?);
    let equal: u32 = input.at("equal_participants").number()?;
    for number in 0..equal {
        epoch.transcribed(&format!("equal {number}"), &input.at("each"))?;
    }
    for participant in input.at("participants").list()? {
        epoch.transcribed(participant.at("address").text()?, &participant)?;
    }
    epoch.judge(&parameters)?;
    let settled = settle_inputs(&parameters, epoch.inputs.clone(), false)?;
    let planned = emission_stream(&parameters, &settled.plan)?;
    require("minted", settled.record.header.minted, expected.at("minted").amount()?)?;
    if expected.has("to_gov") {
        require("left over", left_over(planned)?, expected.at("to_gov").amount()?)?;
    }
    let summaries = &settled.record.summaries;
    let paid =
        |row: usize| (summaries.earned.get(row).copied(), summaries.rewarded.get(row).copied());
    let rows = epoch.accounts.len();
    for list in ["settle", "coin_balance_after", "epochs_completed"] {
        if expected.has(list) {
            require(list, rows, expected.at(list).list()?.len())?;
        }
    }
    for (row, theirs) in expected.optional("settle").list()?.iter().enumerate() {
        compare_paid(paid(row), theirs)?;
        require("epoch", epoch.inputs.epoch, theirs.at("epoch_index").number()?)?;
    }
    let closed = (Amount::ZERO, 1);
    for left in expected.optional("coin_balance_after").list()? {
        require("work not settled", closed.0, left.amount()?)?;
    }
    for epochs in expected.optional("epochs_completed").list()? {
        require("epochs closed", closed.1, epochs.integer()?)?;
    }
    for row in 0..rows {
        if expected.has("each") {
            compare_paid(paid(row), &expected.at("each"))?;
            let epochs = expected.at("each").at("epochs_completed").integer()?;
            require("epochs closed", closed.1, epochs)?;
        }
        if expected.has("reward_coins") {
            require("reward", paid(row).1, Some(expected.at("reward_coins").amount()?))?;
        }
        if expected.has("reward_coins_positive") {
            let ours = paid(row).1.is_some_and(|reward| !reward.is_zero());
            require("rewarded", ours, expected.at("reward_coins_positive").flag()?)?;
        }
    }
    Ok(Verdict::Passed)
}

/// Compares what a participant earned of payments and of emission.
fn compare_paid(
    (work, reward): (Option<Amount>, Option<Amount>),
    theirs: &Node<'_>,
) -> Result<(), Mismatch> {
    require("work", work, Some(theirs.at("work_coins").amount()?))?;
    require("reward", reward, Some(theirs.at("reward_coins").amount()?))
}

/// One account that earned both kinds of coins.
fn settle_coins(input: &Node<'_>) -> Result<OfflineSettlement, Mismatch> {
    let mut parameters = mainnet()?;
    set_reward(&mut parameters, input.at("reward_coins").amount()?);
    let mut epoch = Epoch::new(&parameters, parameters.emission.genesis_epoch);
    epoch.plain("account", 1, input.at("work_coins").amount()?)?;
    Ok(settle_inputs(&parameters, epoch.inputs, false)?)
}

fn total_coins(case: &Case) -> Outcome {
    let settled = settle_coins(&case.input())?;
    let entries = &settled.record.entries.amount;
    let ours = entries.first().copied().unwrap_or_default();
    let theirs = case.expected().at("total").amount()?;
    let most = Amount::new(u128::from(i64::MAX.unsigned_abs()));
    if ours > most {
        require("total, at most 2^63 - 1", ours.min(most), theirs)?;
        return Ok(Verdict::Deviates(Decision::ExactTotals));
    }
    same("total", ours, theirs)
}

fn nothing_to_pay(case: &Case) -> Outcome {
    let settled = settle_coins(&case.input())?;
    let skips = case.expected().at("skip").flag()?;
    same("skip", settled.record.entries.is_empty(), skips)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The preset itself, not a copy of its values, is what the records are compared with.
    #[test]
    fn the_preset_caps_by_count() {
        let rules = mainnet_cap().unwrap();
        let shares = [rules.of_two, rules.of_three, rules.of_many].map(|share| share.to_string());
        assert_eq!(shares, ["0.5", "0.4", "0.3"]);
    }
}
