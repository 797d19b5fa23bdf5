//! Adapters: how emission is shared, through frozen inputs and the plan that settles.

use std::collections::BTreeMap;

use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::modules::parameters::{Score, StakingPower};
use workmint_core::modules::rewards::{SettlementPlan, StreamPlan};
use workmint_core::modules::settlement::moves_of_plan;

use super::people::{People, Person, network, settle, treasury, weight};
use crate::conformance::case::{Case, Node};
use crate::conformance::chain::address;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "distribute_epoch_rewards", run: python },
    Adapter { file: "", function: "distribute_with_infra", run: with_infra },
    Adapter { file: "", function: "distribute_by_epoch_stats", run: by_stats },
];

/// What each gets, base units.
type Paid = BTreeMap<Address, Amount>;

fn stream<'a>(planned: &'a SettlementPlan, name: &str) -> Result<&'a StreamPlan, Mismatch> {
    let found = planned.streams.iter().find(|stream| stream.name.as_str() == name);
    found.ok_or_else(|| Mismatch::new(format!("there is no stream {name}")))
}

/// What a stream pays to whom, of all that are in it.
fn paid(stream: &StreamPlan, people: &People) -> Paid {
    let rewards = people.keys().copied().zip(stream.rewards.iter().copied());
    rewards.filter(|(_, reward)| !reward.is_zero()).collect()
}

/// Compares a stream with the peer's rewards, each `width` apart at most; whether all are equal.
fn compare(what: &str, ours: &Paid, theirs: &Paid, width: u128) -> Result<bool, Mismatch> {
    let mut equal = true;
    for account in ours.keys().chain(theirs.keys()) {
        let of = |paid: &Paid| paid.get(account).copied().unwrap_or_default();
        let (ours, theirs) = (of(ours), of(theirs));
        equal &= ours == theirs;
        if ours.get().abs_diff(theirs.get()) > width {
            let text = format!("{what} of {account}: ours {ours}, theirs {theirs}, {width} apart");
            return Err(Mismatch::new(text));
        }
    }
    Ok(equal)
}

/// The peer's rewards by whoever has that name.
fn rewards(node: &Node<'_>) -> Result<Paid, Mismatch> {
    let mut all = Paid::new();
    for (who, reward) in node.members()? {
        all.insert(account(who)?, reward.amount()?);
    }
    Ok(all)
}

/// An address as it is written, or that of a name.
fn account(who: &str) -> Result<Address, Mismatch> {
    if who.starts_with("0x") { Ok(who.parse()?) } else { Ok(address(who)) }
}

/// Document 004's 40 / 40 / 20. The peer floors each pool and computes in floats: a unit for that,
/// and one in 2^52. Where nobody is paid the treasury is not, either.
fn python(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let rules = network(&[
        ("miners", 4_000, Score::Performance),
        ("validators", 4_000, Score::BondedStake),
        ("dao", 2_000, treasury()),
    ])?;
    let mut people = People::new();
    for (who, score) in input.at("miner_scores").members()? {
        people.entry(address(who)).or_default().weight = weight(score.ratio()?)?;
    }
    for (who, stake) in input.at("validator_stakes").members()? {
        people.entry(address(who)).or_default().bonded = stake.amount()?;
    }
    let (total, pool) = (input.at("total_emission").amount()?, input.at("pool_balance").amount()?);
    let planned = settle(&rules, &people, (total, pool))?;
    let width = total.get().div_ceil(1 << 52).max(1) + 1;
    let mut equal = true;
    let mut some = false;
    for (name, key) in [("miners", "miner_rewards"), ("validators", "validator_rewards")] {
        let ours = paid(stream(&planned, name)?, &people);
        some |= !ours.is_empty();
        equal &= compare(name, &ours, &rewards(&expected.at(key))?, width)?;
    }
    let theirs = expected.at("dao").amount()?;
    let ours = stream(&planned, "dao")?.paid;
    if !some {
        require("the treasury without any other", ours, Amount::ZERO)?;
        // Theirs is paid its fifth all the same.
        let due = Amount::new(total.get() / 5);
        if due.get().abs_diff(theirs.get()) > width {
            return Err(Mismatch::new(format!("the treasury: due {due}, theirs {theirs}")));
        }
        return Ok(decided(theirs.is_zero(), Decision::TreasuryWithTheOthers));
    }
    if ours.get().abs_diff(theirs.get()) > width {
        return Err(Mismatch::new(format!("the treasury: ours {ours}, theirs {theirs}")));
    }
    issued(&planned, (total, pool), &expected)?;
    Ok(decided(equal && ours == theirs, Decision::SharesOfTheWhole))
}

/// From the pool first: never less of it than what is needed, and never more than there is.
fn issued(
    planned: &SettlementPlan,
    (total, pool): (Amount, Amount),
    expected: &Node<'_>,
) -> Result<(), Mismatch> {
    let (from_pool, minted) =
        (expected.at("from_pool").amount()?, expected.at("from_mint").amount()?);
    require("the peer's emission", from_pool.checked_add(minted)?, total)?;
    require("the peer's pool comes first", from_pool, total.min(pool))?;
    let moves = moves_of_plan(planned, pool)?;
    let of = |part: fn(&workmint_core::modules::settlement::Moves) -> Amount| {
        Amount::sum(moves.iter().flatten().map(part))
    };
    let (recycled, new) = (of(|moved| moved.recycled)?, of(|moved| moved.minted)?);
    let used = recycled.checked_add(new)?;
    require("our pool comes first", recycled, used.min(pool))
}

const fn decided(equal: bool, decision: Decision) -> Verdict {
    if equal { Verdict::Passed } else { Verdict::Deviates(decision) }
}

/// Pools of 35, 28, 2, 12, 10, 8 and 5 %. The peer's shares have 12 digits, its dust goes to the
/// last address, and it shares the pools of validators and delegators by a scale of stake that
/// falls: here by the same, as if it were bonded.
fn with_infra(case: &Case) -> Outcome {
    let (input, expected) = (case.input(), case.expected());
    let power = StakingPower { least_uptime: Ratio::ZERO, needs_paid_job: false };
    let rules = network(&[
        ("miners", 3_500, Score::Performance),
        ("validators", 2_800, Score::BondedStake),
        ("infra", 200, Score::WorkDone),
        ("delegators", 1_200, Score::StakingPower(power)),
        ("community", 1_000, treasury()),
        ("owners", 800, Score::Liquidity),
        ("dao", 500, treasury()),
    ])?;
    let people = members(&input)?;
    let total = input.at("total_emission").amount()?;
    let planned = settle(&rules, &people, (total, Amount::ZERO))?;
    let mut equal = true;
    for (name, key) in [
        ("miners", "miner_rewards"),
        ("validators", "validator_rewards"),
        ("infra", "infrastructure_rewards"),
        ("delegators", "delegator_rewards"),
        ("owners", "subnet_owner_rewards"),
    ] {
        let (stream, theirs) = (stream(&planned, name)?, rewards(&expected.at(key))?);
        let width = dusty(theirs.len(), stream.fresh)?;
        equal &= compare(name, &paid(stream, &people), &theirs, width)?;
    }
    for (name, key) in [("community", "community_ecosystem_allocation"), ("dao", "dao_allocation")]
    {
        let (ours, theirs) = (stream(&planned, name)?.paid, expected.at(key).amount()?);
        require(name, ours.get().abs_diff(theirs.get()) <= 1, true)?;
        equal &= ours == theirs;
    }
    let scaled = ["validators", "delegators"]
        .iter()
        .any(|key| input.at(key).list().is_ok_and(|list| list.len() > 1));
    if scaled {
        return Ok(Verdict::Deviates(Decision::StakeCountsWhole));
    }
    Ok(decided(equal, Decision::DustIsCarried))
}

/// Everybody of the record, each group by the score that its stream reads.
fn members(input: &Node<'_>) -> Result<People, Mismatch> {
    let mut people = People::new();
    let mut each =
        |group: &str,
         who: &str,
         write: &mut dyn FnMut(&Node<'_>, &mut Person) -> Result<(), Mismatch>| {
            for one in input.at(group).list()? {
                let account = account(one.at(who).text()?)?;
                write(&one, people.entry(account).or_default())?;
            }
            Ok::<(), Mismatch>(())
        };
    each("miners", "address", &mut |one, person| {
        person.weight = weight(one.at("score").ratio()?)?;
        Ok(())
    })?;
    each("validators", "address", &mut |one, person| {
        person.bonded = falling(one.at("stake").amount()?)?;
        Ok(())
    })?;
    each("infra", "address", &mut |one, person| {
        person.work = Amount::new(weight(one.at("uptime_score").ratio()?)?.into());
        Ok(())
    })?;
    each("delegators", "address", &mut |one, person| {
        let bonus = Ratio::new(locked(one.at("lock_days").number()?), 100)?;
        person.power = bonus.apply_floor(falling(one.at("stake").amount()?)?)?;
        Ok(())
    })?;
    each("subnets", "owner", &mut |one, person| {
        person.shares = person.shares.checked_add(one.at("emission_weight").amount()?)?;
        Ok(())
    })?;
    Ok(people)
}

/// What a stake counts with the peer: a share that falls by its whole tokens between knots.
fn falling(stake: Amount) -> Result<Amount, Mismatch> {
    const MDT: u128 = 1_000_000_000_000_000_000;
    const KNOTS: [(u128, u128); 7] = [
        (1, 10_000),
        (10, 8_500),
        (50, 6_000),
        (100, 5_000),
        (500, 2_500),
        (1_000, 2_000),
        (10_000, 1_000),
    ];
    if stake.get() <= MDT {
        return Ok(stake);
    }
    let whole = stake.get() / MDT;
    let mut points = 1_000;
    for pair in KNOTS.windows(2) {
        if let [(from, high), (to, low)] = pair
            && (*from..*to).contains(&whole)
        {
            points = high - (high - low) * (whole - from) / (to - from);
        }
    }
    Ok(Ratio::new(points, 10_000)?.apply_floor(stake)?)
}

/// What the peer's locks make of 100.
const fn locked(days: u64) -> u128 {
    match days {
        0..30 => 100,
        30..90 => 110,
        90..180 => 125,
        180..365 => 150,
        _ => 200,
    }
}

/// How far the peer's rewards of so many may be off: shares of 12 digits, the dust on one of them,
/// and a unit where a pool is cut off.
fn dusty(count: usize, pool: Amount) -> Result<u128, Mismatch> {
    let digits = pool.checked_mul(count as u128)?.get().div_ceil(1_000_000_000_000);
    Ok(count as u128 + 2 + digits)
}

/// A pool by scores that finished work on GPUs lifts: the same scores as work done.
fn by_stats(case: &Case) -> Outcome {
    let (input, pool) = (case.input(), case.input().at("pool").amount()?);
    let rules = network(&[("miners", 10_000, Score::WorkDone)])?;
    let rate = input.at("gpu_bonus_rate").ratio()?;
    let more = rate.checked_sub(Ratio::ONE)?;
    let mut scores = Vec::new();
    let mut common = 1_u128;
    for one in input.at("miners").list()? {
        let assigned: u64 = one.at("gpu_assigned").number()?;
        let done: u64 = one.at("gpu_completed").number()?;
        let share = Ratio::new(done.into(), u128::from(assigned.max(1)))?;
        let bonus = Ratio::ONE.checked_add(more.checked_mul(share)?)?;
        let score = one.at("base_score").ratio()?.checked_mul(bonus)?;
        common = common.checked_mul(score.denominator()).ok_or_else(wide)?;
        scores.push((account(one.at("address").text()?)?, score));
    }
    let mut people = People::new();
    for (account, score) in scores {
        let whole = score.checked_mul(Ratio::from_integer(common))?;
        require("a whole score", whole.denominator(), 1)?;
        people.entry(account).or_default().work = Amount::new(whole.numerator());
    }
    let planned = settle(&rules, &people, (pool, Amount::ZERO))?;
    let theirs = rewards(&case.expected())?;
    let stream = stream(&planned, "miners")?;
    let width = dusty(theirs.len(), pool)?;
    let equal = compare("reward", &paid(stream, &people), &theirs, width)?;
    Ok(decided(equal, Decision::DustIsCarried))
}

fn wide() -> Mismatch {
    Mismatch::new("scores have no common denominator below 2^128")
}
