//! Scores of validators, and what of their rewards is their delegators' (document 004 §3.1,
//! ModernTensor).

use super::split::take_out;
use super::{Error, StreamPlan};
use crate::error::Error as AnyError;
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

/// Takes out of the rewards, before debts, what is delegators': they owe their validator's
/// customers nothing. Budget and dust stay what they are: what is paid less goes to the pot of
/// delegators.
pub(super) fn share_with_delegators(
    planned: &mut StreamPlan,
    inputs: &EpochInputs,
) -> Result<(), AnyError> {
    for row in inputs.validators.rows() {
        let Some(reward) = planned.rewards.get(row.participant as usize) else {
            continue;
        };
        let part = delegators_part(&row, *reward)?;
        if part.is_zero() {
            continue;
        }
        take_out(planned, row.participant, part)?;
        planned.delegated = planned.delegated.checked_add(part)?;
        planned.delegations.push((row.participant, part));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use workmint_amounts::Ratio;

    fn row(bonded: u128, delegated: u128, commission: (u128, u128)) -> ValidatorRow {
        ValidatorRow {
            bonded: Amount::new(bonded),
            delegated: Amount::new(delegated),
            commission: Ratio::new(commission.0, commission.1).unwrap(),
            ..ValidatorRow::default()
        }
    }

    #[test]
    fn bonds_score_by_the_blocks_signed() {
        let score = |bonded, signed, due| {
            bonded_stake(&ValidatorRow { signed, due, ..row(bonded, 0, (0, 1)) }).unwrap().get()
        };
        assert_eq!(score(1_000, 2, 3), 666);
        assert_eq!(score(1_000, 3, 3), 1_000);
        assert_eq!(score(1_000, 9, 3), 1_000, "never more than was due");
        assert_eq!(score(1_000, 0, 3), 0);
        assert_eq!(score(1_000, 0, 0), 0, "nobody was seen");
        assert_eq!(score(u128::MAX, u64::MAX - 1, u64::MAX), u128::MAX - (1 << 64) - 1);
    }

    #[test]
    fn delegators_get_their_part_after_commission() {
        let part = |row, reward| delegators_part(&row, Amount::new(reward)).unwrap().get();
        assert_eq!(part(row(1_400, 400, (1, 10)), 1_000), 257);
        assert_eq!(part(row(1_400, 0, (1, 10)), 1_000), 0);
        assert_eq!(part(row(0, 0, (1, 10)), 1_000), 0);
        assert_eq!(part(row(400, 400, (0, 1)), 1_000), 1_000, "all is delegated");
        assert_eq!(part(row(400, 400, (1, 1)), 1_000), 0, "all is kept");
        assert_eq!(part(row(3, 2, (1, 3)), 10), 4, "floor(floor(20 / 3) x 2 / 3)");
    }
}
