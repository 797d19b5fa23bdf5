//! Scores of providers and of shares of the pool, computed again with fractions.

use std::collections::BTreeMap;

use workmint_amounts::Ratio;
use workmint_core::EpochInputs;
use workmint_core::inputs::ProviderRow;
use workmint_core::modules::parameters::{Availability, Score};

use super::{Fallible, failed};

/// By participant.
pub(super) fn scores(score: &Score, inputs: &EpochInputs) -> Fallible<Vec<u128>> {
    let columns = &inputs.providers;
    let mut found: BTreeMap<u32, u128> = BTreeMap::new();
    for (at, participant) in columns.participant.iter().enumerate() {
        let row = columns.row(at).ok_or("a column of providers is too short")?;
        if row.answered > inputs.probes {
            return Err(format!("row {participant} answered more probes than were held"));
        }
        let one = match score {
            Score::Availability(rule) => asked(rule, &row, inputs)?,
            Score::StakingPower(rule) => {
                let seen = if inputs.probes == 0 {
                    rule.least_uptime == Ratio::ZERO
                } else {
                    uptime(&row, inputs)? >= rule.least_uptime
                };
                let worked = row.paid != 0 || !rule.needs_paid_job;
                if seen && worked { row.power.get() } else { 0 }
            }
            Score::Liquidity => row.shares.get(),
            _ => {
                return Err("this score is no provider's".to_owned());
            }
        };
        if found.insert(*participant, one).is_some() {
            return Err(format!("two rows of providers for row {participant}"));
        }
    }
    let people = inputs.participants.len();
    if found.keys().any(|row| *row as usize >= people) {
        return Err("a provider is no participant".to_owned());
    }
    let of = |row: usize| u32::try_from(row).ok().and_then(|row| found.get(&row).copied());
    Ok((0..people).map(|row| of(row).unwrap_or(0)).collect())
}

fn uptime(row: &ProviderRow, inputs: &EpochInputs) -> Fallible<Ratio> {
    Ratio::new(u128::from(row.answered), u128::from(inputs.probes)).map_err(failed)
}

fn asked(rule: &Availability, row: &ProviderRow, inputs: &EpochInputs) -> Fallible<u128> {
    if inputs.probes == 0 || row.answered == 0 {
        return Ok(0);
    }
    let first = inputs.utilisation.len().saturating_sub(rule.window as usize);
    let epochs = inputs.utilisation.get(first..).unwrap_or_default();
    let demand: u128 = epochs.iter().map(|epoch| epoch.demand).sum();
    let supply: u128 = epochs.iter().map(|epoch| epoch.supply).sum();
    let mut factor = rule.least_factor;
    if let Ok(found) = Ratio::new(demand, supply) {
        factor = if found > rule.most_factor {
            rule.most_factor
        } else if found > rule.least_factor {
            found
        } else {
            rule.least_factor
        };
    }
    let share = uptime(row, inputs)?.checked_mul(factor).map_err(failed)?;
    let share = share.checked_mul(rule.rate_per_epoch).map_err(failed)?;
    Ok(share.apply_floor(row.stake).map_err(failed)?.get())
}
