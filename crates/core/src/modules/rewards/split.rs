//! The split of a budget by scores.

use super::scores::{Pair, Scored, StreamScores};
use super::{Error, StreamPlan};
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::parameters::Denominator;
use rayon::prelude::*;
use workmint_amounts::{Amount, ProportionalShare};

/// What one participant gets of one stream. Amounts are base units of the stream's asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShareLine {
    /// Its score before anything was taken away.
    pub score: u128,
    /// The part of it that counts.
    pub counted: u128,
    /// What the full score would get.
    pub share: Amount,
    /// What penalties, readings and caps took of that.
    pub forfeited: Amount,
    /// What of the rest is its delegators'.
    pub delegated: Amount,
    /// What its debt took of what was left then.
    pub recovered: Amount,
    /// What is left for it.
    pub paid: Amount,
}

/// Shares of a budget: floor(uncut x score / denominator), and, if allocation or cap cut the budget
/// after it was split, floor(share x budget / uncut) of that.
struct Shares {
    uncut: ProportionalShare,
    cut: Option<ProportionalShare>,
}

impl Shares {
    fn new(planned: &StreamPlan) -> Result<Self, AnyError> {
        let (budget, uncut) = (planned.budget.get(), planned.uncut.get());
        Ok(Self {
            uncut: ProportionalShare::new(uncut, planned.denominator)?,
            cut: if budget < uncut { Some(ProportionalShare::new(budget, uncut)?) } else { None },
        })
    }

    #[inline]
    fn of(&self, score: u128) -> Result<Amount, AnyError> {
        self.scaled(self.uncut.share(score)?)
    }

    #[inline]
    fn scaled(&self, share: u128) -> Result<Amount, AnyError> {
        Ok(Amount::new(match &self.cut {
            None => share,
            Some(cut) => cut.share(share)?,
        }))
    }

    /// What a debt takes of a reward. Taken before the budget is cut, so that the cut falls on
    /// the debt as on the rest; never more than the debt.
    fn recovered(&self, score: u128, debt: Amount) -> Result<Amount, AnyError> {
        let share = self.uncut.share(score)?;
        let left = share.checked_sub(debt.get().min(share)).ok_or(OVERFLOW)?;
        Ok(self.scaled(share)?.checked_sub(self.scaled(left)?)?)
    }
}

/// How a budget is divided.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub(super) denominator: Denominator,
    /// Scores are base units asked for: the budget is at most their sum.
    pub(super) asked: bool,
}

/// Splits the budget by scores and takes debts out of the rewards; `debts` are rows with what they
/// still owe. Without any score that counts there is no budget; what models do not earn is none.
pub(super) fn split(
    planned: &mut StreamPlan,
    rule: Rule,
    scores: &StreamScores,
    debts: &[(u32, Amount)],
) -> Result<(), AnyError> {
    match scores {
        StreamScores::Weights(pair) => split_by(planned, rule, pair, debts),
        StreamScores::Products(pair) => split_by(planned, rule, pair, debts),
        StreamScores::Models(pair, earned) => {
            planned.budget = earned.apply_floor(planned.budget)?;
            planned.uncut = earned.apply_floor(planned.uncut)?;
            split_by(planned, rule, pair, debts)
        }
        StreamScores::Payments(pair) => split_by(planned, rule, pair, debts),
    }
}

fn split_by<S: Scored>(
    planned: &mut StreamPlan,
    Rule { denominator: rule, asked }: Rule,
    scores: &Pair<S>,
    debts: &[(u32, Amount)],
) -> Result<(), AnyError> {
    planned.denominator = sum(scores, rule)?;
    if planned.denominator == 0 {
        nobody(planned, scores.full.is_empty());
        return Ok(());
    }
    if asked {
        let most = Amount::new(planned.denominator);
        (planned.budget, planned.uncut) = (planned.budget.min(most), planned.uncut.min(most));
    }
    let shares = Shares::new(planned)?;
    share_out(planned, &shares, scores, rule)?;
    recover(planned, &shares, scores, debts)?;
    let spent = Amount::sum([planned.paid, planned.recovered, planned.forfeited])?;
    planned.dust = planned.budget.checked_sub(spent)?;
    // Each share is rounded down at most twice.
    let bound = (scores.full.len() as u128).checked_mul(2).ok_or(OVERFLOW)?;
    if planned.dust.get() < bound {
        Ok(())
    } else {
        Err(Error::NotConserved { stream: planned.name.clone() }.into())
    }
}

/// Nobody scored anything: emission is not minted and a pot is kept, unless what is left over has a
/// destination and there was somebody to pay.
fn nobody(planned: &mut StreamPlan, empty: bool) {
    if planned.keeps_dust() || empty || !planned.source.is_emission() {
        planned.budget = Amount::ZERO;
        planned.uncut = Amount::ZERO;
    } else {
        planned.dust = planned.budget;
    }
}

fn sum<S: Scored>(scores: &Pair<S>, rule: Denominator) -> Result<u128, AnyError> {
    let chunk = 65_536;
    let sum = |(block, part): (usize, &[S])| {
        let first = block.checked_mul(chunk)?;
        part.iter().enumerate().try_fold(0_u128, |sum, (at, score)| {
            sum.checked_add(match rule {
                Denominator::Full => score.score(),
                Denominator::Paid => scores.counted(first.checked_add(at)?, *score),
            })
        })
    };
    let parts: Option<Vec<u128>> = scores.full.par_chunks(chunk).enumerate().map(sum).collect();
    let total = parts.and_then(|parts| parts.into_iter().try_fold(0_u128, u128::checked_add));
    Ok(total.ok_or(OVERFLOW)?)
}

/// The share of everyone's counted score; under a full denominator, what the rest of its score
/// would have got is summed apart.
fn share_out<S: Scored>(
    planned: &mut StreamPlan,
    shares: &Shares,
    scores: &Pair<S>,
    rule: Denominator,
) -> Result<(), AnyError> {
    let chunk = 16_384;
    planned.rewards = vec![Amount::ZERO; scores.full.len()];
    let run = |(block, (rewards, part)): (usize, (&mut [Amount], &[S]))| {
        let first = block.checked_mul(chunk).ok_or(OVERFLOW)?;
        let mut totals = (Amount::ZERO, Amount::ZERO, 0_u64);
        for (at, (reward, full)) in rewards.iter_mut().zip(part).enumerate() {
            let counted = scores.counted(first.checked_add(at).ok_or(OVERFLOW)?, *full);
            if counted > 0 {
                *reward = shares.of(counted)?;
                totals.0 = totals.0.checked_add(*reward)?;
                if !reward.is_zero() {
                    totals.2 = totals.2.checked_add(1).ok_or(OVERFLOW)?;
                }
            }
            if rule == Denominator::Full && counted != full.score() {
                let lost = shares.of(full.score())?.checked_sub(*reward)?;
                totals.1 = totals.1.checked_add(lost)?;
            }
        }
        Ok(totals)
    };
    // Collected as they are: of two chunks that fail, the first must always be the one reported.
    let parts: Vec<Result<_, AnyError>> = planned
        .rewards
        .par_chunks_mut(chunk)
        .zip(scores.full.par_chunks(chunk))
        .enumerate()
        .map(run)
        .collect();
    for part in parts {
        let (paid, lost, recipients) = part?;
        planned.paid = planned.paid.checked_add(paid)?;
        planned.forfeited = planned.forfeited.checked_add(lost)?;
        planned.recipients = planned.recipients.checked_add(recipients).ok_or(OVERFLOW)?;
    }
    Ok(())
}

/// Takes debts out of the rewards just computed.
fn recover<S: Scored>(
    planned: &mut StreamPlan,
    shares: &Shares,
    scores: &Pair<S>,
    debts: &[(u32, Amount)],
) -> Result<(), AnyError> {
    for (row, debt) in debts {
        let at = *row as usize;
        if let Some(full) = scores.full.get(at) {
            let taken = shares.recovered(scores.counted(at, *full), *debt)?;
            note_recovered(planned, *row, taken)?;
        }
    }
    Ok(())
}

/// Takes debts out of the rewards as they are, of each row min(debt, reward): where nothing was
/// split by scores, and where the rewards are what is left after others had their part.
pub(super) fn recover_rest(
    planned: &mut StreamPlan,
    debts: &[(u32, Amount)],
) -> Result<(), AnyError> {
    for (row, debt) in debts {
        let reward = planned.rewards.get(*row as usize).copied().unwrap_or_default();
        note_recovered(planned, *row, reward.min(*debt))?;
    }
    Ok(())
}

fn note_recovered(planned: &mut StreamPlan, row: u32, taken: Amount) -> Result<(), AnyError> {
    if taken.is_zero() {
        return Ok(());
    }
    take_out(planned, row, taken)?;
    planned.recovered = planned.recovered.checked_add(taken)?;
    planned.recoveries.push((row, taken));
    Ok(())
}

/// Takes a part above 0 out of a reward that is to be paid.
pub(super) fn take_out(planned: &mut StreamPlan, row: u32, part: Amount) -> Result<(), AnyError> {
    let reward = planned.rewards.get_mut(row as usize).ok_or(OVERFLOW)?;
    *reward = reward.checked_sub(part)?;
    if reward.is_zero() {
        planned.recipients = planned.recipients.checked_sub(1).ok_or(OVERFLOW)?;
    }
    planned.paid = planned.paid.checked_sub(part)?;
    Ok(())
}

impl StreamScores<'_> {
    /// Whether not all of a participant's score counts.
    #[must_use]
    pub fn is_lowered(&self, at: usize) -> bool {
        let (score, counted) = self.at(at);
        counted < score
    }

    /// A participant's score, and the part of it that counts.
    fn at(&self, at: usize) -> (u128, u128) {
        match self {
            Self::Weights(pair) => scores_at(pair, at),
            Self::Products(pair) | Self::Models(pair, _) => scores_at(pair, at),
            Self::Payments(pair) => scores_at(pair, at),
        }
    }

    /// What one participant gets of the stream these are the scores of, step by step. A stream that
    /// was not split gives everybody nothing.
    pub fn line(
        &self,
        planned: &StreamPlan,
        rule: Denominator,
        at: usize,
    ) -> Result<ShareLine, AnyError> {
        let (score, counted) = self.at(at);
        let taken = planned.recoveries.binary_search_by_key(&at, |(row, _)| *row as usize);
        let taken = taken.ok().and_then(|row| planned.recoveries.get(row));
        let recovered = taken.map_or(Amount::ZERO, |(_, taken)| *taken);
        let delegated = planned.delegations.binary_search_by_key(&at, |(row, _)| *row as usize);
        let delegated = delegated.ok().and_then(|row| planned.delegations.get(row));
        let delegated = delegated.map_or(Amount::ZERO, |(_, part)| *part);
        let paid = planned.rewards.get(at).copied().unwrap_or_default();
        if planned.bucket.is_some() {
            // Paid by worth, not by a score.
            let share = paid.checked_add(recovered)?;
            return Ok(ShareLine { share, recovered, paid, ..ShareLine::default() });
        }
        if planned.denominator == 0 || planned.rewards.is_empty() {
            return Ok(ShareLine { score, counted, ..ShareLine::default() });
        }
        let shares = Shares::new(planned)?;
        let share = shares.of(score.min(planned.denominator))?;
        let forfeited = match rule {
            Denominator::Full => share.checked_sub(Amount::sum([paid, recovered, delegated])?)?,
            Denominator::Paid => Amount::ZERO,
        };
        Ok(ShareLine { score, counted, share, forfeited, delegated, recovered, paid })
    }
}

fn scores_at<S: Scored>(pair: &Pair<S>, at: usize) -> (u128, u128) {
    pair.full.get(at).map_or((0, 0), |full| (full.score(), pair.counted(at, *full)))
}
