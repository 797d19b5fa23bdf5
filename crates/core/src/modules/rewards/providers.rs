//! Scores of providers and of those who hold shares of the pool (document 003).

use super::Error;
use crate::error::Error as AnyError;
use crate::inputs::{EpochInputs, ProviderRow, Utilisation};
use crate::modules::parameters::{Availability, Score, StakingPower};
use workmint_amounts::{Amount, ArithmeticError, Operation, Ratio, floor_of_products};

const OVERFLOW: ArithmeticError = ArithmeticError::Overflow { operation: Operation::Add };

/// Scores by participant, 0 for whom the inputs know no stake or shares of; of scores of providers
/// only.
pub(super) fn scores(score: &Score, inputs: &EpochInputs) -> Result<Vec<Amount>, AnyError> {
    let mut all = vec![Amount::ZERO; inputs.participants.len()];
    let factor = match score {
        Score::Availability(rule) => network_factor(rule, &inputs.utilisation)?,
        Score::PocWeight(_)
        | Score::WorkDone
        | Score::FixedAccount { .. }
        | Score::Rate(_)
        | Score::StakingPower(_)
        | Score::Liquidity
        | Score::ModelShares
        | Score::Performance
        | Score::BondedStake
        | Score::BlocksProposed
        | Score::YumaIncentive
        | Score::YumaDividends => Ratio::ZERO,
    };
    for row in inputs.providers.rows() {
        let found = match score {
            Score::Availability(rule) => asked_for(rule, factor, &row, inputs.probes)?,
            Score::StakingPower(rule) if scores_power(rule, &row, inputs.probes)? => row.power,
            Score::Liquidity => row.shares,
            Score::PocWeight(_)
            | Score::WorkDone
            | Score::FixedAccount { .. }
            | Score::Rate(_)
            | Score::StakingPower(_)
            | Score::ModelShares
            | Score::Performance
            | Score::BondedStake
            | Score::BlocksProposed
            | Score::YumaIncentive
            | Score::YumaDividends => Amount::ZERO,
        };
        let place = all.get_mut(row.participant as usize);
        *place.ok_or(Error::BadInputs { what: "a provider is no participant" })? = found;
    }
    Ok(all)
}

/// Units paid for / units offered over the rule's window, within its bounds; the least factor
/// while nothing is offered. Epochs count by what was offered in them: one of much supply weighs
/// more than one of little.
///
/// # Errors
/// Overflow if a sum exceeds 128 bits.
pub fn network_factor(rule: &Availability, by_epoch: &[Utilisation]) -> Result<Ratio, AnyError> {
    let (mut demand, mut supply) = (0_u128, 0_u128);
    for epoch in by_epoch.iter().rev().take(rule.window as usize) {
        demand = demand.checked_add(epoch.demand).ok_or(OVERFLOW)?;
        supply = supply.checked_add(epoch.supply).ok_or(OVERFLOW)?;
    }
    if supply == 0 {
        return Ok(rule.least_factor);
    }
    Ok(Ratio::new(demand, supply)?.max(rule.least_factor).min(rule.most_factor))
}

/// floor(stake x answered / held x factor x rate), base units; rounds down once. 0 while no probe
/// was held: nobody was seen.
pub fn asked_for(
    rule: &Availability,
    factor: Ratio,
    row: &ProviderRow,
    held: u32,
) -> Result<Amount, AnyError> {
    if held == 0 {
        return Ok(Amount::ZERO);
    }
    let rate = rule.rate_per_epoch;
    let answered = u128::from(row.answered.min(held));
    let factors = [row.stake.get(), answered, factor.numerator(), rate.numerator()];
    let divisors = [u128::from(held), factor.denominator(), rate.denominator()];
    Ok(Amount::new(floor_of_products(factors, divisors, u128::MAX)?))
}

/// Whether a provider's staking power scores.
///
/// # Errors
/// None for a number of probes above 0.
pub fn scores_power(rule: &StakingPower, row: &ProviderRow, held: u32) -> Result<bool, AnyError> {
    let (worked, least) = (row.paid > 0, rule.least_uptime);
    let seen = match held {
        0 => least.is_zero(),
        held => Ratio::new(u128::from(row.answered), u128::from(held))? >= least,
    };
    Ok(seen && (worked || !rule.needs_paid_job))
}
