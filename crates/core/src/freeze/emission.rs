//! What the emission follows: facts that are sums over the frozen columns.
//!
//! The close, the preview, an epoch settled off-line and a dry run all call it, so that the same
//! columns give the same facts.

use crate::error::{Error, OVERFLOW};
use crate::inputs::{EpochInputs, Penalty};
use crate::modules::ledger::Pot;
use crate::modules::parameters::Parameters;
use workmint_amounts::{Ratio, ratio_of_sums};

/// Units of a model's difficulty: 10^-18, the most digits a parameter has.
const DIFFICULTY_UNIT: u128 = 1_000_000_000_000_000_000;

/// Fills in the facts about the network's use, from the other columns of `inputs`: for inputs made
/// by hand, as those of an epoch settled off-line.
pub fn count_use(parameters: &Parameters, inputs: &mut EpochInputs) -> Result<(), Error> {
    let people = &inputs.participants;
    let (mut tasks, mut missed, mut weight) = (0_u128, 0_u128, 0_u128);
    let columns = people.requests.iter().zip(&people.missed).zip(&people.effective);
    let columns = columns.zip(&people.penalty).filter(|(_, penalty)| **penalty == Penalty::None);
    for (((requests, unanswered), effective), _) in columns {
        tasks = tasks.checked_add(u128::from(*requests)).ok_or(OVERFLOW)?;
        missed = missed.checked_add(u128::from(*unanswered)).ok_or(OVERFLOW)?;
        weight = weight.checked_add(u128::from(*effective)).ok_or(OVERFLOW)?;
    }
    let proposed =
        inputs.validators.proposed.iter().try_fold(0_u64, |all, of| all.checked_add(*of));
    let (difficulty, participation) = (difficulty(parameters, inputs)?, participation(inputs)?);
    let recycled = inputs.pot(parameters.emission.asset, &Pot::Recycling);
    let facts = &mut inputs.emission;
    // Counts are what reporters say: 2^64 of them must not stop the chain.
    let count = |sum: u128| u64::try_from(sum).unwrap_or(u64::MAX);
    (facts.tasks, facts.missed, facts.weight) = (count(tasks), count(missed), weight);
    (facts.difficulty, facts.participation) = (difficulty, participation);
    (facts.proposed, facts.recycled) = (proposed.ok_or(OVERFLOW)?, recycled);
    Ok(())
}

/// sum(units x difficulty) / sum(units) over the models; 0 without any unit. The network says how
/// hard a model is, never who claims the work.
fn difficulty(parameters: &Parameters, inputs: &EpochInputs) -> Result<Ratio, Error> {
    let rows = parameters.models.iter().zip(&inputs.model_units).map(|(model, units)| {
        let hard = model.difficulty.floor_mul(DIFFICULTY_UNIT)?;
        Ok((u128::from(*units), hard.min(DIFFICULTY_UNIT), DIFFICULTY_UNIT))
    });
    Ok(ratio_of_sums(rows.collect::<Result<Vec<_>, Error>>()?)?)
}

/// sum(bonded x signed) / sum(bonded x due) over the validators; 0 without any.
fn participation(inputs: &EpochInputs) -> Result<Ratio, Error> {
    let rows = inputs.validators.rows().map(|row| {
        let due = u128::from(row.due);
        (row.bonded.get(), u128::from(row.signed).min(due), due)
    });
    Ok(ratio_of_sums(rows)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;
    use crate::inputs::{Row, ValidatorRow};
    use crate::modules::parameters::sound;
    use workmint_amounts::Amount;

    fn row(seed: &str, requests: u64, missed: u64, effective: u64, penalty: Penalty) -> Row {
        let account = Address::derived(seed.as_bytes());
        Row { requests, missed, effective, penalty, ..Row::idle(account) }
    }

    #[test]
    fn facts_are_sums_over_the_columns() {
        let mut parameters = sound();
        parameters.models[0].difficulty = "0.2".parse().unwrap();
        parameters.models[1].difficulty = "0.9".parse().unwrap();
        let mut inputs = EpochInputs::default();
        let rows = [
            row("a", 10, 1, 100, Penalty::None),
            row("b", 20, 2, 200, Penalty::Downtime),
            row("c", 40, 4, 400, Penalty::None),
            row("d", 80, 8, 800, Penalty::Refuted),
        ];
        rows.into_iter().for_each(|row| inputs.participants.push(row, 0));
        inputs.model_units = vec![300, 100];
        let validator = |participant, bonded, signed, due, proposed| ValidatorRow {
            participant,
            bonded: Amount::new(bonded),
            signed,
            due,
            proposed,
            ..ValidatorRow::default()
        };
        inputs.validators.push(validator(0, 300, 90, 100, 60));
        inputs.validators.push(validator(2, 100, 0, 100, 0));
        inputs.validators.push(validator(3, 100, 5, 10, 7));
        inputs.pots = vec![(parameters.emission.asset, Pot::Recycling, Amount::new(77))];
        count_use(&parameters, &mut inputs).unwrap();
        let facts = &inputs.emission;
        assert_eq!((facts.tasks, facts.missed, facts.weight), (50, 5, 500));
        // (300 x 0.2 + 100 x 0.9) / 400 = 0.375.
        assert_eq!(facts.difficulty, "0.375".parse().unwrap());
        // (27,000 + 0 + 500) / (30,000 + 10,000 + 1,000).
        assert_eq!(facts.participation, Ratio::new(27_500, 41_000).unwrap());
        assert_eq!((facts.proposed, facts.recycled), (67, Amount::new(77)));
        count_use(&parameters, &mut EpochInputs::default()).unwrap();
    }

    /// Reporters may say any count below 2^64 of each participant.
    #[test]
    fn counts_beyond_64_bits_stop_nothing() {
        let mut inputs = EpochInputs::default();
        for seed in ["a", "b"] {
            inputs.participants.push(row(seed, u64::MAX, u64::MAX, 1, Penalty::None), 0);
        }
        count_use(&sound(), &mut inputs).unwrap();
        assert_eq!((inputs.emission.tasks, inputs.emission.missed), (u64::MAX, u64::MAX));
    }
}
