//! An epoch's amount and budget. Pure functions of parameters and facts.

use super::projection::Stage;
use super::schedules::work_subsidy::{self, Rules, Subsidy};
use super::schedules::{
    dynamic, exponential, fixed_per_block, geometric, halving, halving_by_issuance, inflation,
    remaining_fraction,
};
use super::utility::{Used, used};
use crate::error::Error;
use crate::modules::parameters::{DynamicBudget, Emission, Parameters, Schedule, Source};
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// What a budget depends on besides parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Facts {
    /// The epoch that closes.
    pub epoch: u64,
    /// Blocks it had.
    pub blocks: u64,
    /// Base units that emission minted in all epochs before.
    pub minted: Amount,
    /// Base units ever issued of the asset, genesis included. Burning makes no room.
    pub asset_issued: Amount,
    /// Payments for the epoch's work by participants without a penalty, base units.
    pub work: Amount,
    /// How often a cut-off has lowered the rate of `work_subsidy` so far.
    pub reductions: u32,
    /// Budget of earlier epochs that rolled over, base units: nobody else may be promised it.
    pub reserved: Amount,
    /// Contributors with a final contribution in the epoch.
    pub active: u64,
    /// Backpay owed before the close, base units.
    pub backpay: Amount,
    /// What the recycling pool holds of the emitted asset, base units.
    pub recycled: Amount,
    /// Requests of customers that participants without a penalty answered.
    pub tasks: u64,
    /// Requests that they left unanswered.
    pub missed: u64,
    /// Mean difficulty of the models by accepted units, each in whole 10^-18; 0 to 1.
    pub difficulty: Ratio,
    /// Blocks that validators signed / blocks they should have signed, by what is bonded to them;
    /// 0 to 1.
    pub participation: Ratio,
    /// Effective weight of the participants without a penalty together.
    pub weight: u128,
    /// Blocks that active validators proposed.
    pub proposed: u64,
}

impl Facts {
    /// An epoch of `blocks` blocks in which the network is used in full: its amount is the
    /// schedule's own, and validators propose every block. Nothing was minted before.
    #[must_use]
    pub fn in_full_use(epoch: u64, blocks: u64) -> Self {
        Self {
            epoch,
            blocks,
            proposed: blocks,
            tasks: u64::MAX,
            difficulty: Ratio::ONE,
            participation: Ratio::ONE,
            weight: u128::MAX,
            ..Self::default()
        }
    }
}

/// What holds a budget down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Bound {
    /// The schedule; also when something else allows just as much.
    Schedule,
    /// What is left of the emission's allocation.
    Allocation,
    /// What is left below the asset's cap.
    Cap,
}

/// What an epoch may mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Budget {
    /// Base units by the schedule alone.
    pub plain: Amount,
    /// What utility, reference weight and quota leave of it, base units.
    pub scheduled: Amount,
    /// What the quota took, base units.
    pub unmet: Amount,
    /// Base units that may be minted: at most `scheduled`.
    pub budget: Amount,
    /// Which limit gave `budget`.
    pub bound_by: Bound,
    /// The cumulative minting at which the rate of `work_subsidy` falls, if `scheduled` passes it.
    pub cutoff: Option<Amount>,
}

/// Base units that schedule, utility, reference weight and quota give to an epoch, before
/// allocation and cap; 0 before the emission's genesis epoch. Rounded as the schedule's own file
/// says (docs/spec/emission.md §3), then as `utility.rs` does.
pub fn scheduled(emission: &Emission, facts: &Facts) -> Result<Amount, Error> {
    let plain = offer(emission, facts)?.amount;
    Ok(used(emission, facts, plain)?.amount)
}

/// What a block pays its proposer, base units; 0 if no stream pays for blocks.
#[must_use]
pub fn block_reward(parameters: &Parameters) -> Amount {
    let reward = |source: &Source| match source {
        Source::BlockRewards { reward } => Some(*reward),
        Source::Emission { .. } | Source::Payments | Source::Pot { .. } => None,
    };
    parameters.streams.iter().find_map(|stream| reward(&stream.source)).unwrap_or_default()
}

/// reward x proposed blocks, base units, before allocation and cap; 0 before the emission's genesis
/// epoch; 2^128 - 1 if it is more.
#[must_use]
pub fn scheduled_blocks(parameters: &Parameters, facts: &Facts) -> Amount {
    if facts.epoch < parameters.emission.genesis_epoch {
        return Amount::ZERO;
    }
    fixed_per_block::amount(block_reward(parameters), facts.proposed)
}

/// What the schedule gives, with the cut-off it passes.
fn offer(emission: &Emission, facts: &Facts) -> Result<Subsidy, Error> {
    let plain = |amount| Subsidy { amount, cutoff: None };
    let Some(offset) = facts.epoch.checked_sub(emission.genesis_epoch) else {
        return Ok(plain(Amount::ZERO));
    };
    let (allocation, minted) = (emission.allocation, facts.minted);
    Ok(match &emission.schedule {
        Schedule::Exponential { initial, rate } => {
            plain(exponential::amount(*initial, *rate, offset)?)
        }
        Schedule::FixedPerBlock { reward } => plain(fixed_per_block::amount(*reward, facts.blocks)),
        Schedule::RemainingFraction { rate } => {
            plain(remaining_fraction::amount(allocation, minted, *rate)?)
        }
        Schedule::Geometric { initial, factor, period_epochs } => {
            plain(geometric::amount(*initial, *factor, *period_epochs, offset)?)
        }
        Schedule::Inflation { base, rate, year_epochs, dynamic } => {
            let year = (*base, *rate, *year_epochs);
            plain(inflated(year, dynamic.as_ref(), facts, offset)?)
        }
        Schedule::Halving { initial, interval_epochs, most_halvings, minimum } => {
            let halving = (*interval_epochs, *most_halvings);
            plain(halving::amount((*initial, *minimum), halving, offset))
        }
        Schedule::HalvingByIssuance { initial, of, most_halvings } => {
            let issued = facts.asset_issued.checked_sub(facts.recycled)?;
            let rule = (*initial, *of, *most_halvings);
            plain(halving_by_issuance::amount(rule, issued, facts.blocks))
        }
        Schedule::WorkSubsidy { rate, interval, reduction } => {
            let rules = Rules { rate: *rate, interval: *interval, reduction: *reduction };
            work_subsidy::subsidy(rules, facts.reductions, (allocation, minted), facts.work)?
        }
    })
}

/// The epoch's inflation, following activity and backlog if `rule` says so. `year`: base, rate,
/// epochs.
fn inflated(
    year: (Amount, Ratio, u64),
    rule: Option<&DynamicBudget>,
    facts: &Facts,
    offset: u64,
) -> Result<Amount, Error> {
    let (base, rate, epochs) = year;
    let fixed = inflation::amount(base, rate, epochs, offset)?;
    let Some(rule) = rule else {
        return Ok(fixed);
    };
    let of = if rule.of_supply { facts.asset_issued } else { base };
    let plain = inflation::amount(of, rate, epochs, offset)?;
    let backlog = dynamic::backlog_days(facts.backpay, inflation::of_year(of, rate)?)?;
    Ok(dynamic::amount(rule, plain, fixed, facts.active, backlog)?)
}

/// Contributors with which a budget that follows activity is the plain one; 0 if none does.
pub(super) const fn full_activity(schedule: &Schedule) -> u64 {
    match schedule {
        Schedule::Inflation { dynamic: Some(rule), .. } => rule.full_activity,
        Schedule::Exponential { .. }
        | Schedule::FixedPerBlock { .. }
        | Schedule::RemainingFraction { .. }
        | Schedule::Geometric { .. }
        | Schedule::Inflation { dynamic: None, .. }
        | Schedule::WorkSubsidy { .. }
        | Schedule::Halving { .. }
        | Schedule::HalvingByIssuance { .. } => 0,
    }
}

/// The rules of `work_subsidy`; `None` under another schedule.
fn subsidy_rules(schedule: &Schedule) -> Option<Rules> {
    let Schedule::WorkSubsidy { rate, interval, reduction } = schedule else {
        return None;
    };
    Some(Rules { rate: *rate, interval: *interval, reduction: *reduction })
}

/// The rate of `work_subsidy` after so many cut-offs; `None` under another schedule.
pub fn work_subsidy_rate(schedule: &Schedule, reductions: u32) -> Result<Option<Ratio>, Error> {
    let rate = |rules| work_subsidy::rate_after(rules, reductions);
    Ok(subsidy_rules(schedule).map(rate).transpose()?)
}

/// What `work_subsidy` mints from `from` to the next cut-off; `None` under another schedule.
pub(super) fn stage(
    emission: &Emission,
    from: Amount,
    reductions: u32,
) -> Result<Option<Stage>, Error> {
    let Some(rules) = subsidy_rules(&emission.schedule) else {
        return Ok(None);
    };
    let next = work_subsidy::next_cutoff(emission.allocation, from, rules.interval)?;
    let rate = work_subsidy::rate_after(rules, reductions)?;
    let (until, per_unit) = (next.min(emission.allocation), work_subsidy::per_unit(rate)?);
    Ok(Some(Stage { from, until, rate, per_unit }))
}

/// Whether the schedule, which gives an epoch this amount, gives nothing from then on if every
/// budget is minted whole. A period of `geometric` may give nothing to some of its epochs only.
pub(super) fn has_ended(
    emission: &Emission,
    facts: &Facts,
    scheduled: Amount,
) -> Result<bool, Error> {
    match &emission.schedule {
        Schedule::Geometric { initial, factor, period_epochs } if scheduled.is_zero() => {
            let offset = facts.epoch.checked_sub(emission.genesis_epoch);
            let period = offset.and_then(|offset| offset.checked_div(*period_epochs));
            let whole = geometric::of_period(*initial, *factor, period.unwrap_or(0))?;
            Ok(whole.is_zero())
        }
        Schedule::Inflation { base, rate, .. } => Ok(inflation::of_year(*base, *rate)?.is_zero()),
        Schedule::WorkSubsidy { .. } => Ok(facts.minted >= emission.allocation),
        Schedule::Exponential { .. }
        | Schedule::FixedPerBlock { .. }
        | Schedule::RemainingFraction { .. }
        | Schedule::Geometric { .. }
        | Schedule::Halving { .. }
        | Schedule::HalvingByIssuance { .. } => Ok(scheduled.is_zero()),
    }
}

/// Whether what the schedule gives depends on the blocks of an epoch.
#[must_use]
pub const fn counts_blocks(schedule: &Schedule) -> bool {
    match schedule {
        Schedule::FixedPerBlock { .. } | Schedule::HalvingByIssuance { .. } => true,
        Schedule::Exponential { .. }
        | Schedule::RemainingFraction { .. }
        | Schedule::Geometric { .. }
        | Schedule::Inflation { .. }
        | Schedule::WorkSubsidy { .. }
        | Schedule::Halving { .. } => false,
    }
}

/// Whether schedule or rewards of blocks never end by themselves: only allocation or cap stop them.
#[must_use]
pub fn is_endless(parameters: &Parameters) -> bool {
    if !block_reward(parameters).is_zero() {
        return true;
    }
    match &parameters.emission.schedule {
        Schedule::FixedPerBlock { .. } | Schedule::Inflation { .. } => true,
        Schedule::Geometric { factor, .. } => *factor >= Ratio::ONE,
        Schedule::Halving { minimum, initial, most_halvings, .. } => {
            let last = initial.get().checked_shr(*most_halvings).unwrap_or(0);
            last > 0 && last >= minimum.get()
        }
        Schedule::Exponential { .. }
        | Schedule::RemainingFraction { .. }
        | Schedule::HalvingByIssuance { .. }
        | Schedule::WorkSubsidy { .. } => false,
    }
}

/// min(allocation - minted, cap - issued), base units: what may ever be minted from now on.
#[must_use]
pub fn issuable(emission: &Emission, cap: Amount, facts: &Facts) -> Amount {
    let left = |limit: Amount, used| limit.checked_sub(used).unwrap_or(Amount::ZERO);
    left(emission.allocation, facts.minted).min(left(cap, facts.asset_issued))
}

/// min(scheduled, allocation - minted - reserved, cap - issued - reserved), base units
/// (docs/spec/emission.md §4). Rewards of blocks come first: the caller counts them as reserved.
///
/// Governance may lower allocation and cap, also below what exists already: nothing is left then.
pub fn budget(emission: &Emission, cap: Amount, facts: &Facts) -> Result<Budget, Error> {
    let Subsidy { amount: plain, cutoff } = offer(emission, facts)?;
    let Used { amount: scheduled, unmet } = used(emission, facts, plain)?;
    let left = |limit: Amount, used: Amount| {
        let left = limit.checked_sub(used).and_then(|left| left.checked_sub(facts.reserved));
        left.unwrap_or(Amount::ZERO)
    };
    let (budget, bound_by) = (scheduled, Bound::Schedule);
    let mut result = Budget { plain, scheduled, unmet, budget, bound_by, cutoff };
    let limits = [
        (left(emission.allocation, facts.minted), Bound::Allocation),
        (left(cap, facts.asset_issued), Bound::Cap),
    ];
    for (limit, bound_by) in limits {
        if limit < result.budget {
            result = Budget { budget: limit, bound_by, ..result };
        }
    }
    Ok(result)
}
