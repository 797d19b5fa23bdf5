//! Scores of validators, and what of their rewards is their delegators' (document 004 §3.1,
//! ModernTensor).

use super::{Error, StreamPlan};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::inputs::{EpochInputs, ValidatorRow};
use crate::modules::parameters::Score;
use workmint_amounts::{Amount, ArithmeticError, mul_div_floor};

/// Scores by participant, 0 for who is no validator; of scores of validators only.
pub(super) fn scores(score: &Score, inputs: &EpochInputs) -> Result<Vec<Amount>, AnyError> {
    let mut all = vec![Amount::ZERO; inputs.participants.len()];
    for row in inputs.validators.rows() {
        let found = match score {
            Score::BondedStake => bonded_stake(&row)?,
            Score::BlocksProposed => Amount::new(u128::from(row.proposed)),
            Score::PocWeight(_)
            | Score::WorkDone
            | Score::FixedAccount { .. }
            | Score::Rate(_)
            | Score::Availability(_)
            | Score::StakingPower(_)
            | Score::Liquidity
            | Score::ModelShares
            | Score::Performance
            | Score::YumaIncentive
            | Score::YumaDividends => Amount::ZERO,
        };
        let place = all.get_mut(row.participant as usize);
        *place.ok_or(Error::BadInputs { what: "a validator is no participant" })? = found;
    }
    Ok(all)
}

/// floor(bonded x signed / due), base units: what was bonded throughout the epoch, by the blocks
/// signed. 0 where no block was due: nobody was seen.
pub fn bonded_stake(row: &ValidatorRow) -> Result<Amount, ArithmeticError> {
    if row.due == 0 {
        return Ok(Amount::ZERO);
    }
    let (signed, due) = (row.signed.min(row.due), u128::from(row.due));
    Ok(Amount::new(mul_div_floor(row.bonded.get(), u128::from(signed), due)?))
}

/// floor(floor(reward x (1 - commission)) x delegated / bonded): what of a validator's reward is
/// its delegators', base units. Both roundings favour the validator by less than a unit.
pub fn delegators_part(row: &ValidatorRow, reward: Amount) -> Result<Amount, ArithmeticError> {
    if row.bonded.is_zero() {
        return Ok(Amount::ZERO);
    }
    let shared = row.commission.complement()?.apply_floor(reward)?;
    let delegated = row.delegated.min(row.bonded);
    Ok(Amount::new(mul_div_floor(shared.get(), delegated.get(), row.bonded.get())?))
}

/// Takes out of the rewards, after debts, what is delegators'. Budget and dust stay what they are:
/// what is paid less goes to the pot of delegators.
pub(super) fn share_with_delegators(
    planned: &mut StreamPlan,
    inputs: &EpochInputs,
) -> Result<(), AnyError> {
    for row in inputs.validators.rows() {
        let Some(reward) = planned.rewards.get_mut(row.participant as usize) else {
            continue;
        };
        let part = delegators_part(&row, *reward)?;
        if part.is_zero() {
            continue;
        }
        *reward = reward.checked_sub(part)?;
        if reward.is_zero() {
            planned.recipients = planned.recipients.checked_sub(1).ok_or(OVERFLOW)?;
        }
        planned.paid = planned.paid.checked_sub(part)?;
        planned.delegated = planned.delegated.checked_add(part)?;
        planned.delegations.push((row.participant, part));
    }
    Ok(())
}
