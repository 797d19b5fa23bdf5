//! Recounts what validators score and what their delegators get.

use super::{Fallible, failed};
use workmint_amounts::{Amount, share_by_long_division};
use workmint_core::EpochInputs;
use workmint_core::modules::parameters::Score;

/// Scores by participant: bonded stake by blocks signed, or blocks proposed.
pub(super) fn scores(score: &Score, inputs: &EpochInputs) -> Fallible<Vec<u128>> {
    let columns = &inputs.validators;
    let mut all = vec![0_u128; inputs.participants.len()];
    for (at, participant) in columns.participant.iter().enumerate() {
        let missing = || format!("validator {at} has no value in every column");
        let of = |column: &[u64]| column.get(at).copied().ok_or_else(missing);
        let found = match score {
            Score::BlocksProposed => u128::from(of(&columns.proposed)?),
            Score::BondedStake => {
                let bonded = columns.bonded.get(at).ok_or_else(missing)?.get();
                let (signed, due) = (of(&columns.signed)?, of(&columns.due)?);
                match due {
                    0 => 0,
                    due => {
                        let signed = u128::from(signed.min(due));
                        share_by_long_division(bonded, signed, u128::from(due)).map_err(failed)?
                    }
                }
            }
            _ => return Err("this score is no validator's".to_owned()),
        };
        let place = usize::try_from(*participant).ok().and_then(|row| all.get_mut(row));
        *place.ok_or("a validator is no participant")? = found;
    }
    Ok(all)
}

/// Takes out of the rewards what is delegators': the part of a reward after commission that
/// delegated money bears of all that is bonded. Returns the sum.
pub(super) fn share(inputs: &EpochInputs, rewards: &mut [Amount]) -> Fallible<Amount> {
    let columns = &inputs.validators;
    let facts = columns.bonded.iter().zip(&columns.delegated).zip(&columns.commission);
    let mut sum = Amount::ZERO;
    for (participant, ((bonded, delegated), commission)) in columns.participant.iter().zip(facts) {
        let row = usize::try_from(*participant).ok().and_then(|row| rewards.get_mut(row));
        let Some(reward) = row.filter(|_| !bonded.is_zero()) else {
            continue;
        };
        let (kept, of) = (commission.numerator(), commission.denominator());
        let left = of.checked_sub(kept).ok_or("a commission above 1")?;
        let shared = share_by_long_division(reward.get(), left, of).map_err(failed)?;
        let delegated = delegated.get().min(bonded.get());
        let part = share_by_long_division(shared, delegated, bonded.get()).map_err(failed)?;
        *reward = reward.checked_sub(Amount::new(part)).map_err(failed)?;
        sum = sum.checked_add(Amount::new(part)).map_err(failed)?;
    }
    Ok(sum)
}
