//! The emission budget, computed again from the inputs with other code.

use workmint_amounts::{Amount, Ratio, exp_decay_floor, pow_floor};
use workmint_core::EpochInputs;
use workmint_core::inputs::Penalty;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{Parameters, Schedule};
use workmint_core::modules::rewards::EmissionLine;

type Fallible<T> = Result<T, String>;

fn failed(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The epoch's emission.
#[derive(Debug)]
pub(super) struct Budget {
    /// By the schedule alone.
    pub(super) scheduled: Amount,
    /// min(schedule, min(allocation - minted, cap - issued) + recycling pool).
    pub(super) issuable: Amount,
    /// The cut-off that the schedule passes.
    pub(super) cutoff: Option<Amount>,
}

/// Computes it and compares it with the record.
pub(super) fn check(
    parameters: &Parameters,
    inputs: &EpochInputs,
    recorded: &EmissionLine,
) -> Fallible<Budget> {
    let budget = budget(parameters, inputs)?;
    let computed = (budget.scheduled, budget.issuable, budget.cutoff);
    if computed == (recorded.scheduled, recorded.budget, recorded.cutoff) {
        Ok(budget)
    } else {
        Err(format!("the epoch's emission is {budget:?}, recorded {recorded:?}"))
    }
}

fn budget(parameters: &Parameters, inputs: &EpochInputs) -> Fallible<Budget> {
    let rules = &parameters.emission;
    let facts = &inputs.emission;
    let people = &inputs.participants;
    let mut work = Amount::ZERO;
    for (paid, penalty) in people.work.iter().zip(&people.penalty) {
        if *penalty == Penalty::None {
            work = work.checked_add(*paid).map_err(failed)?;
        }
    }
    if facts.work != work {
        return Err(format!("the subsidised work is {work}, the inputs say {}", facts.work));
    }
    let Some(offset) = inputs.epoch.checked_sub(rules.genesis_epoch) else {
        return Ok(Budget { scheduled: Amount::ZERO, issuable: Amount::ZERO, cutoff: None });
    };
    let left = rules.allocation.checked_sub(facts.minted).unwrap_or(Amount::ZERO);
    let mut cutoff = None;
    let scheduled = match &rules.schedule {
        Schedule::Exponential { initial, rate } => {
            Amount::new(exp_decay_floor(initial.get(), *rate, offset).map_err(failed)?)
        }
        Schedule::FixedPerBlock { reward } => {
            reward.checked_mul(u128::from(facts.blocks)).unwrap_or(Amount::MAX)
        }
        Schedule::RemainingFraction { rate } => rate.apply_floor(left).map_err(failed)?,
        Schedule::Geometric { initial, factor, period_epochs } => {
            geometric((*initial, *factor, *period_epochs), offset)?
        }
        Schedule::Inflation { base, rate, year_epochs, dynamic: _ } => {
            let year = rate.apply_floor(*base).map_err(failed)?;
            geometric((year, Ratio::ONE, *year_epochs), offset)?
        }
        Schedule::WorkSubsidy { rate, interval, reduction } => {
            let rate = lowered(*rate, *reduction, facts.reductions)?;
            let budget = (rules.allocation, facts.minted);
            let (amount, passed) = subsidy(work, (rate, *interval, *reduction), budget)?;
            cutoff = passed;
            amount
        }
    };
    let cap = parameters.asset(rules.asset).map_or(Amount::ZERO, |asset| asset.cap);
    let below_cap = cap.checked_sub(facts.asset_issued).unwrap_or(Amount::ZERO);
    let recycled = inputs.pot(rules.asset, &Pot::Recycling);
    let issuable = left.min(below_cap).checked_add(recycled).unwrap_or(Amount::MAX);
    Ok(Budget { scheduled, issuable: scheduled.min(issuable), cutoff })
}

/// What the period has given up to and including this epoch, less what it gave before.
fn geometric((initial, factor, length): (Amount, Ratio, u64), offset: u64) -> Fallible<Amount> {
    let (period, at) = (offset / length, offset % length);
    let whole = pow_floor(initial.get(), factor, period).map_or(Amount::MAX, Amount::new);
    let given = |epochs: u64| {
        let share = Ratio::new(epochs.into(), length.into()).map_err(failed)?;
        share.apply_floor(whole).map_err(failed)
    };
    given(at + 1)?.checked_sub(given(at)?).map_err(failed)
}

/// A rate after so many cut-offs, in units of 10^-4 once there was one.
fn lowered(rate: Ratio, reduction: Ratio, times: u32) -> Fallible<Ratio> {
    let kept = reduction.complement().map_err(failed)?;
    let half = Ratio::new(1, 2).map_err(failed)?;
    let mut rate = rate;
    for _ in 0..times {
        let exact = rate.checked_mul(kept).and_then(|rate| rate.checked_mul(10_000_u64.into()));
        let up = exact.and_then(|exact| exact.checked_add(half)).map_err(failed)?;
        let next = Ratio::new(up.numerator() / up.denominator(), 10_000).map_err(failed)?;
        if next == rate {
            break;
        }
        rate = next;
    }
    Ok(rate)
}

/// work / (1 - rate), but beyond the next multiple of the interval at the lower rate.
fn subsidy(
    work: Amount,
    (rate, interval, reduction): (Ratio, Ratio, Ratio),
    (allocation, minted): (Amount, Amount),
) -> Fallible<(Amount, Option<Amount>)> {
    if minted >= allocation {
        return Ok((Amount::ZERO, None));
    }
    let rest = rate.complement().map_err(failed)?;
    let at = |work: Amount, rest: Ratio| -> Fallible<Amount> {
        let times = Ratio::ONE.checked_div(rest).map_err(failed)?;
        Ok(times.apply_floor(work).unwrap_or(Amount::MAX))
    };
    let (down, up) = (interval.apply_floor(allocation), interval.apply_ceil(allocation));
    let (down, up) = (down.map_err(failed)?, up.map_err(failed)?);
    // A half goes up: then the floor of the double is odd.
    let double = interval.checked_add(interval).and_then(|double| double.apply_floor(allocation));
    let unit = if double.map_err(failed)?.get() % 2 == 1 { up } else { down };
    let passed = minted.get().checked_div(unit.get());
    let next = passed.and_then(|passed| unit.checked_mul(passed.checked_add(1)?).ok());
    let next = next.unwrap_or(allocation);
    let full = at(work, rest)?;
    let until = next.checked_sub(minted).map_err(failed)?;
    if full <= until {
        return Ok((full, None));
    }
    if next >= allocation {
        return Ok((until, Some(next)));
    }
    let used = rest.apply_floor(until).map_err(failed)?;
    let beyond = work.checked_sub(used).map_err(failed)?;
    let kept = reduction.complement().and_then(|kept| kept.checked_mul(rate));
    let slower = kept.and_then(Ratio::complement).map_err(failed)?;
    let sum = until.checked_add(at(beyond, slower)?).unwrap_or(Amount::MAX);
    Ok((sum, Some(next)))
}
