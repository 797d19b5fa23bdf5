//! Scores of seats, computed again: medians by trying every weight, the consensus by `yuma.rs`,
//! what lenders of power earn by fractions.

use workmint_amounts::Ratio;
use workmint_core::EpochInputs;
use workmint_core::inputs::Opinions as Frozen;
use workmint_core::modules::opinions::yuma::{Limits, Run, Seats, run};
use workmint_core::modules::parameters::{Opinions, Parameters, Score, YumaMode};

use super::yuma::{self, Found};
use super::{Fallible, failed};

/// By participant; 0 for all where there are no seats.
pub(super) fn scores(
    score: &Score,
    parameters: &Parameters,
    inputs: &EpochInputs,
) -> Fallible<Vec<u128>> {
    let mut all = vec![0; inputs.participants.len()];
    let (Some(rules), Some(frozen)) = (&parameters.opinions, &inputs.opinions) else {
        return Ok(all);
    };
    let found = match score {
        Score::Performance => medians(rules, &frozen.seats),
        Score::YumaIncentive => consensus(rules, &frozen.seats)?.0,
        Score::YumaDividends => consensus(rules, &frozen.seats)?.1,
        _ => return Err("this score is no seat's".to_owned()),
    };
    let lends = matches!(score, Score::YumaDividends);
    for (seat, earned) in found.into_iter().enumerate() {
        let mut left = earned;
        for part in frozen.lent.iter().filter(|part| lends && usize::from(part.seat) == seat) {
            let lenders = of_lender(frozen, seat, part.power.get(), earned)?;
            left = left.checked_sub(lenders).ok_or("lenders get more than was earned")?;
            *row_of(&mut all, part.of)? += lenders;
        }
        if let Some(holder) = frozen.holder.get(seat).copied().flatten() {
            *row_of(&mut all, holder)? += left;
        }
    }
    Ok(all)
}

fn row_of(all: &mut [u128], row: u32) -> Fallible<&mut u128> {
    all.get_mut(row as usize).ok_or_else(|| "a holder or lender is no participant".to_owned())
}

fn of_lender(frozen: &Frozen, seat: usize, lent: u128, earned: u128) -> Fallible<u128> {
    let power = frozen.seats.power.get(seat).ok_or("a seat without power")?.get();
    if earned == 0 {
        return Ok(0);
    }
    let part = Ratio::new(lent, power).map_err(failed)?.floor_mul(earned).map_err(failed)?;
    let take = frozen.take.get(seat).copied().unwrap_or(Ratio::ZERO);
    Ok(part - take.floor_mul(part).map_err(failed)?)
}

fn limits(rules: &Opinions) -> Limits {
    Limits {
        least_power: rules.least_power,
        most_validators: rules.most_validators,
        activity_cutoff_blocks: rules.activity_cutoff_blocks,
        commit_reveal: rules.weighing.reveal_epochs.is_some(),
    }
}

/// Incentive and dividends. Upstream's arithmetic has no second form here: its results are those of
/// the engine, which recorded epochs of upstream check.
fn consensus(rules: &Opinions, seats: &Seats) -> Fallible<(Vec<u128>, Vec<u128>)> {
    let none = || vec![0; seats.power.len()];
    let Some(terms) = &rules.yuma else {
        return Ok((none(), none()));
    };
    let engine = run(&Run { rules: terms, limits: limits(rules), seats }).map_err(failed)?;
    match terms.mode {
        YumaMode::Strict => {
            let found = yuma::find(terms, &limits(rules), seats)?;
            // Permits and bonds are what the next epoch begins with: all of it must agree.
            if Found::of(&engine) != found {
                return Err("the consensus is not what its rules give".to_owned());
            }
            Ok((found.incentive, found.dividends))
        }
        YumaMode::Subtensor => {
            let wide = |column: Vec<u64>| column.into_iter().map(u128::from).collect();
            Ok((wide(engine.incentive), wide(engine.dividends)))
        }
    }
}

/// Of every seat the smallest weight that more than half of the power with a say does not exceed.
fn medians(rules: &Opinions, seats: &Seats) -> Vec<u128> {
    let owns = |seat: usize| seats.owner.map(usize::from) == Some(seat);
    let say: Vec<u128> = (0..seats.power.len())
        .map(|seat| {
            let power = seats.power[seat];
            let enough = owns(seat) || power >= rules.least_power;
            let weighs = owns(seat) || seats.permit[seat];
            let until =
                u128::from(seats.last_update[seat]) + u128::from(rules.activity_cutoff_blocks);
            let active = until >= u128::from(seats.height);
            if enough && weighs && active { power.get() } else { 0 }
        })
        .collect();
    let hides = rules.weighing.reveal_epochs.is_some();
    let weight = |validator: usize, miner: usize| {
        let since = seats.registered[miner];
        let before = hides && seats.committed[validator].is_some_and(|at| at < since);
        if seats.last_update[validator] <= since || before {
            return 0;
        }
        if validator == miner && !owns(miner) {
            return 0;
        }
        let entries = seats.weights.entries_of(validator);
        entries.filter(|(of, _)| usize::from(*of) == miner).map(|(_, w)| w).max().unwrap_or(0)
    };
    let total: u128 = say.iter().sum();
    let median = |miner: usize| {
        let said: Vec<(u32, u128)> =
            say.iter().enumerate().map(|(seat, power)| (weight(seat, miner), *power)).collect();
        let up_to = |limit: u32| -> u128 {
            said.iter().filter(|(weight, _)| *weight <= limit).map(|(_, power)| power).sum()
        };
        let candidates = said.iter().filter(|(_, power)| *power > 0).map(|(weight, _)| *weight);
        let enough = |weight: &u32| up_to(*weight) > total - up_to(*weight);
        candidates.filter(enough).min().map_or(0, u128::from)
    };
    (0..seats.power.len()).map(median).collect()
}
