//! What a close computes from frozen seats: pure functions of numbers.

use super::yuma::{self, Limits, Masks, Outcome, Run, Seats};
use crate::error::{Error, OVERFLOW};
use crate::modules::parameters::Opinions;
use workmint_amounts::{Amount, ArithmeticError, Ratio, mul_div_floor};

/// The whole of a performance score, and of a weight.
pub const FULL: u16 = 65_535;

/// The rules of a run besides those of the consensus.
#[must_use]
pub fn limits(rules: &Opinions) -> Limits {
    Limits {
        least_power: rules.least_power,
        most_validators: rules.most_validators,
        activity_cutoff_blocks: rules.activity_cutoff_blocks,
        commit_reveal: rules.weighing.reveal_epochs.is_some(),
    }
}

/// Runs the consensus; `None` where there is none.
///
/// # Errors
/// If a column of the seats is shorter than others, or their power together exceeds 2^128 - 1.
pub fn consensus(rules: &Opinions, seats: &Seats) -> Result<Option<Outcome>, Error> {
    let run = |yuma| yuma::run(&Run { rules: yuma, limits: limits(rules), seats });
    rules.yuma.as_ref().map(run).transpose()
}

/// Who may weigh others until the next close, where no consensus says it.
#[must_use]
pub fn permits(rules: &Opinions, seats: &Seats) -> Vec<bool> {
    Masks { limits: limits(rules), seats }.next_permit()
}

/// Power with a say by seat, base units.
#[must_use]
pub fn power_with_say(rules: &Opinions, seats: &Seats) -> Vec<u128> {
    Masks { limits: limits(rules), seats }.with_say()
}

/// By seat, the median of validators' weights on it by power: the smallest weight such that those
/// who give it or less have more than half of the power with a say. Whoever gives none gives 0.
/// 0 to 65,535; all 0 while nobody has a say.
///
/// # Errors
/// Overflow if the power with a say exceeds 2^128 - 1.
pub fn performance(rules: &Opinions, seats: &Seats) -> Result<Vec<u16>, ArithmeticError> {
    let masks = Masks { limits: limits(rules), seats };
    let power = masks.with_say();
    let total = sum(power.iter().copied())?;
    // By seat, weights above 0 with the power behind them.
    let mut said: Vec<Vec<(u32, u128)>> = vec![Vec::new(); seats.power.len()];
    let mut row = Vec::new();
    for (seat, power) in power.iter().enumerate().filter(|(_, power)| **power > 0) {
        masks.weights_of(seat, &mut row);
        for (column, weight) in &row {
            if let Some(of) = said.get_mut(usize::from(*column)) {
                of.push((*weight, *power));
            }
        }
    }
    said.iter_mut().map(|said| median(said, total)).collect()
}

/// `said` are weights above 0; the rest of `total` says 0.
fn median(said: &mut [(u32, u128)], total: u128) -> Result<u16, ArithmeticError> {
    said.sort_unstable();
    let spoken = sum(said.iter().map(|(_, power)| *power))?;
    let mut below = total.checked_sub(spoken).ok_or(OVERFLOW)?;
    let mut weights = said.iter();
    let mut weight = 0;
    // At most half of the power is at or below.
    while below <= total.checked_sub(below).ok_or(OVERFLOW)? {
        let Some((next, power)) = weights.next() else { break };
        weight = *next;
        below = below.checked_add(*power).ok_or(OVERFLOW)?;
    }
    Ok(u16::try_from(weight).unwrap_or(FULL))
}

fn sum(mut values: impl Iterator<Item = u128>) -> Result<u128, ArithmeticError> {
    values.try_fold(0_u128, u128::checked_add).ok_or(OVERFLOW)
}

/// What earns lenders their part of what a seat earned: floor(earned x lent / power), less what the
/// seat keeps of it, floor(part x take). All parts together are at most what was earned.
///
/// # Errors
/// Division by zero if the seat has no power.
pub fn part_of_lender(
    earned: u128,
    (lent, power): (Amount, Amount),
    take: Ratio,
) -> Result<u128, ArithmeticError> {
    let part = mul_div_floor(earned, lent.get(), power.get())?;
    part.checked_sub(take.min(Ratio::ONE).floor_mul(part)?).ok_or(OVERFLOW)
}
