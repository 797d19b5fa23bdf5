//! Scores of seats: the median of validators' weights, and what the consensus gives.

use super::Error;
use crate::error::Error as AnyError;
use crate::inputs::{EpochInputs, LentPower, Opinions};
use crate::modules::opinions::scores::{consensus, part_of_lender, performance};
use crate::modules::opinions::yuma::Outcome;
use crate::modules::parameters::{Parameters, Score};
use std::cell::OnceCell;
use workmint_amounts::{Amount, Ratio};

/// The consensus of one epoch under one set of parameters, run when first asked for and never
/// again.
#[derive(Debug, Default)]
pub(crate) struct Judged(OnceCell<Result<Option<Outcome>, AnyError>>);

impl Judged {
    /// What it gives; `None` where there is none. Must always be asked with the same parameters and
    /// inputs.
    pub(crate) fn outcome(
        &self,
        parameters: &Parameters,
        inputs: &EpochInputs,
    ) -> Result<Option<&Outcome>, AnyError> {
        let run = || match (&parameters.opinions, &inputs.opinions) {
            (Some(rules), Some(frozen)) => consensus(rules, &frozen.seats),
            (Some(_) | None, _) => Ok(None),
        };
        self.0.get_or_init(run).as_ref().map(Option::as_ref).map_err(Clone::clone)
    }
}

/// Scores by participant: those of its seat, and of the power it lends; 0 for all where nothing is
/// known of seats.
pub(super) fn scores(
    score: &Score,
    parameters: &Parameters,
    inputs: &EpochInputs,
    judged: &Judged,
) -> Result<Vec<Amount>, AnyError> {
    let mut all = vec![Amount::ZERO; inputs.participants.len()];
    let (Some(rules), Some(frozen)) = (&parameters.opinions, &inputs.opinions) else {
        return Ok(all);
    };
    let wide = |column: &[u64]| column.iter().map(|part| u128::from(*part)).collect();
    let outcome = || judged.outcome(parameters, inputs);
    let by_seat: Vec<u128> = match score {
        Score::Performance => {
            let medians = performance(rules, &frozen.seats)?;
            medians.into_iter().map(u128::from).collect()
        }
        Score::YumaIncentive => outcome()?.map_or_else(Vec::new, |found| wide(&found.incentive)),
        Score::YumaDividends => outcome()?.map_or_else(Vec::new, |found| wide(&found.dividends)),
        Score::PocWeight(_)
        | Score::WorkDone
        | Score::FixedAccount { .. }
        | Score::Rate(_)
        | Score::Availability(_)
        | Score::StakingPower(_)
        | Score::Liquidity
        | Score::ModelShares
        | Score::BondedStake
        | Score::BlocksProposed => Vec::new(),
    };
    let shared = matches!(score, Score::YumaDividends);
    let mut lent = frozen.lent.iter().filter(|_| shared).peekable();
    for (seat, (earned, holder)) in (0_u16..).zip(by_seat.into_iter().zip(&frozen.holder)) {
        let mut left = earned;
        while let Some(part) = lent.next_if(|part| part.seat == seat) {
            let lenders = lenders_part(frozen, part, earned)?;
            left = left.checked_sub(lenders).ok_or(UNFIT)?;
            add(&mut all, part.of, lenders)?;
        }
        if let Some(holder) = holder {
            add(&mut all, *holder, left)?;
        }
    }
    Ok(all)
}

const UNFIT: Error = Error::BadInputs { what: "more power is lent to a seat than it has" };

/// What a seat earned with lent power, less its take.
fn lenders_part(frozen: &Opinions, part: &LentPower, earned: u128) -> Result<u128, AnyError> {
    let seat = usize::from(part.seat);
    let power = frozen.seats.power.get(seat).copied().unwrap_or_default();
    let take = frozen.take.get(seat).copied().unwrap_or(Ratio::ZERO);
    if earned == 0 {
        return Ok(0);
    }
    Ok(part_of_lender(earned, (part.power, power), take)?)
}

fn add(all: &mut [Amount], row: u32, score: u128) -> Result<(), AnyError> {
    let missing = Error::BadInputs { what: "a holder or lender is no participant" };
    let sum = all.get_mut(row as usize).ok_or(missing)?;
    *sum = sum.checked_add(Amount::new(score))?;
    Ok(())
}
