//! The emission budget, computed again from the inputs with other code.

use std::collections::BTreeSet;

use workmint_amounts::{Amount, Ratio, exp_decay_floor, pow_floor};
use workmint_core::EpochInputs;
use workmint_core::inputs::Penalty;
use workmint_core::modules::ledger::Pot;
use workmint_core::modules::parameters::{DynamicBudget, Parameters, Schedule};
use workmint_core::modules::rewards::EmissionLine;

use super::{Fallible, failed, usage};

/// The epoch's emission.
#[derive(Debug)]
pub(super) struct Budget {
    /// By the schedule alone.
    plain: Amount,
    /// What the network's use leaves of it.
    pub(super) scheduled: Amount,
    /// What the quota took of it.
    unmet: Amount,
    /// What blocks pay, first of everything.
    pub(super) blocks: Amount,
    /// min(scheduled, min(allocation - minted, cap - issued) + recycling pool - what rolled over -
    /// what blocks pay).
    pub(super) issuable: Amount,
    /// What may be issued beside that.
    pub(super) beside: Amount,
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
    let amounts = [budget.plain, budget.scheduled, budget.unmet, budget.blocks, budget.issuable];
    let theirs =
        [recorded.plain, recorded.scheduled, recorded.unmet, recorded.blocks, recorded.budget];
    if (amounts, budget.cutoff) == (theirs, recorded.cutoff) {
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
        let beside = issuable(parameters, inputs);
        let none = Amount::ZERO;
        return Ok(Budget {
            plain: none,
            scheduled: none,
            unmet: none,
            blocks: none,
            issuable: none,
            beside,
            cutoff: None,
        });
    };
    let (plain, cutoff) = by_schedule(parameters, inputs, offset)?;
    let (scheduled, unmet) = usage::after_use(parameters, inputs, plain)?;
    let all = issuable(parameters, inputs);
    let reserved = reserved(parameters, inputs)?;
    let free = all.checked_sub(reserved).unwrap_or(Amount::ZERO);
    let blocks = usage::for_blocks(parameters, inputs)?.min(free);
    let issuable = scheduled.min(free.checked_sub(blocks).map_err(failed)?);
    let used = issuable.checked_add(blocks).map_err(failed)?;
    let beside = all.checked_sub(used).map_err(failed)?;
    Ok(Budget { plain, scheduled, unmet, blocks, issuable, beside, cutoff })
}

/// What the schedule alone gives, with the cut-off it passes.
fn by_schedule(
    parameters: &Parameters,
    inputs: &EpochInputs,
    offset: u64,
) -> Fallible<(Amount, Option<Amount>)> {
    let (rules, facts) = (&parameters.emission, &inputs.emission);
    let left = rules.allocation.checked_sub(facts.minted).unwrap_or(Amount::ZERO);
    let mut cutoff = None;
    let amount = match &rules.schedule {
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
        Schedule::Inflation { base, rate, year_epochs, dynamic } => {
            let share = |base: Amount| -> Fallible<Amount> {
                let year = rate.apply_floor(base).map_err(failed)?;
                geometric((year, Ratio::ONE, *year_epochs), offset)
            };
            match dynamic {
                None => share(*base)?,
                Some(rule) => {
                    let of = if rule.of_supply { facts.asset_issued } else { *base };
                    let year = rate.apply_floor(of).map_err(failed)?;
                    followed(rule, (share(of)?, share(*base)?), year, inputs)?
                }
            }
        }
        Schedule::Halving { initial, interval_epochs, most_halvings, minimum } => {
            usage::halved((*initial, *minimum), offset / interval_epochs, *most_halvings)
        }
        Schedule::HalvingByIssuance { initial, of, most_halvings } => {
            let pool = inputs.pot(rules.asset, &Pot::Recycling);
            let issued = facts.asset_issued.checked_sub(pool).map_err(failed)?;
            let rule = (initial.get(), of.get(), *most_halvings);
            usage::by_issuance(rule, issued.get(), facts.blocks)?
        }
        Schedule::WorkSubsidy { rate, interval, reduction } => {
            let rate = lowered(*rate, *reduction, facts.reductions)?;
            let budget = (rules.allocation, facts.minted);
            let (amount, passed) = subsidy(facts.work, (rate, *interval, *reduction), budget)?;
            cutoff = passed;
            amount
        }
    };
    Ok((amount, cutoff))
}

/// min(allocation - minted, cap - issued) + recycling pool: what may ever be issued from now on.
fn issuable(parameters: &Parameters, inputs: &EpochInputs) -> Amount {
    let (rules, facts) = (&parameters.emission, &inputs.emission);
    let less = |one: Amount, other| one.checked_sub(other).unwrap_or(Amount::ZERO);
    let cap = parameters.asset(rules.asset).map_or(Amount::ZERO, |asset| asset.cap);
    let left = less(rules.allocation, facts.minted).min(less(cap, facts.asset_issued));
    left.checked_add(inputs.pot(rules.asset, &Pot::Recycling)).unwrap_or(Amount::MAX)
}

/// What rolled over and is not too old: promised already.
fn reserved(parameters: &Parameters, inputs: &EpochInputs) -> Fallible<Amount> {
    let most = parameters.buckets.as_ref().map_or(0, |rules| rules.rollover_epochs);
    let young = inputs.lots.iter().filter(|lot| inputs.epoch.saturating_sub(lot.epoch) <= most);
    let reserved = Amount::sum(young.map(|lot| lot.amount)).map_err(failed)?;
    let said = inputs.emission.reserved;
    if said == reserved {
        Ok(reserved)
    } else {
        Err(format!("{reserved} rolled over and may be used, the inputs say {said}"))
    }
}

/// An epoch's inflation, of what counts and of the fixed base, after activity and backlog: both
/// counted again.
fn followed(
    rule: &DynamicBudget,
    (plain, fixed): (Amount, Amount),
    year: Amount,
    inputs: &EpochInputs,
) -> Fallible<Amount> {
    let people: BTreeSet<u32> = inputs.contributions.participant.iter().copied().collect();
    let owed = inputs.backpay.iter().map(|liability| liability.owed);
    let owed = Amount::sum(owed).map_err(failed)?;
    let (active, facts) = (people.len() as u64, &inputs.emission);
    if (facts.active, facts.backpay) != (active, owed) {
        return Err(format!(
            "{active} contributors and {owed} of backpay, the inputs say {} and {}",
            facts.active, facts.backpay
        ));
    }
    let day = Ratio::new(year.get(), 365).map_err(failed)?;
    let mut factor = rule.backlog.steps.first().map_or(Ratio::ZERO, |step| step.value);
    for step in rule.backlog.steps.iter().filter(|_| !year.is_zero()) {
        // The step is reached once it is no longer than what is owed.
        if step.from.checked_mul(day).map_err(failed)? <= Ratio::from_integer(owed.get()) {
            factor = step.value;
        }
    }
    let activity = Ratio::new(active.into(), rule.full_activity.into()).map_err(failed)?;
    let activity = activity.clamp(rule.least_activity, rule.most_activity);
    let product = activity.checked_mul(factor).and_then(|product| product.apply_floor(plain));
    let bounds = (rule.least.apply_floor(fixed), rule.most.apply_floor(fixed));
    let (least, most) = (bounds.0.map_err(failed)?, bounds.1.map_err(failed)?);
    Ok(product.map_err(failed)?.clamp(least, most))
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

#[cfg(test)]
mod tests {
    use super::*;
    use workmint_core::inputs::Liability;
    use workmint_core::modules::emission::{Facts, scheduled};
    use workmint_core::modules::parameters::{Step, Steps};
    use workmint_networks::preset;

    /// The recount of a budget that follows activity and backlog against the engine's.
    #[test]
    fn inflation_that_follows_is_counted_again() {
        let mut parameters = preset("gonka").unwrap().definition().unwrap().parameters;
        let ratio = |text: &str| text.parse::<Ratio>().unwrap();
        let step = |(from, value): (&str, &str)| Step { from: ratio(from), value: ratio(value) };
        let mut amounts = BTreeSet::new();
        for of_supply in [false, true] {
            parameters.emission.schedule = Schedule::Inflation {
                base: Amount::new(1_000_003),
                rate: ratio("0.1"),
                year_epochs: 730,
                dynamic: Some(DynamicBudget {
                    of_supply,
                    full_activity: 4,
                    least_activity: ratio("0.5"),
                    most_activity: ratio("1.5"),
                    backlog: Steps { steps: [("0", "1"), ("1", "0.7")].map(step).to_vec() },
                    least: ratio("0.4"),
                    most: ratio("1.4"),
                }),
            };
            // A day of the base is 100,000 / 365 = 273.97.
            for (people, owed, issued) in
                [(4, 0, 900_000), (4, 273, 1), (4, 274, 900_000), (1, 0, 900_000), (9, 0, 1 << 40)]
            {
                let mut inputs = EpochInputs { epoch: 400, ..EpochInputs::default() };
                inputs.contributions.participant = (0..people).chain(0..people).collect();
                let (since_ms, participant) = (1, 0);
                let owed = Amount::new(owed);
                inputs.backpay =
                    vec![Liability { stream: 0, epoch: 3, participant, since_ms, owed }];
                inputs.emission = Facts {
                    epoch: 400,
                    asset_issued: Amount::new(issued),
                    active: people.into(),
                    backpay: owed,
                    ..Facts::default()
                };
                let ours = scheduled(&parameters.emission, &inputs.emission).unwrap();
                assert_eq!(budget(&parameters, &inputs).unwrap().scheduled, ours);
                amounts.insert(ours);
                inputs.emission.active += 1;
                assert!(budget(&parameters, &inputs).is_err(), "one contributor too many");
            }
        }
        assert!(amounts.len() >= 6, "{amounts:?}");
    }
}
