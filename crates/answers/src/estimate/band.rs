//! The band: a share of the coming epochs' budgets under three sets of assumptions. Integers only.

use std::cmp::Ordering;

use workmint_amounts::{Amount, ArithmeticError, Ratio, mul_div_floor};
use workmint_core::modules::emission::{Facts, budget, issuable};
use workmint_core::modules::parameters::Emission;

use crate::error::AnswerError;

/// Milliseconds of an hour.
const HOUR: u64 = 3_600_000;
/// Epochs evaluated one by one; of more only every n-th is.
const MOST_EPOCHS: u64 = 2_000;

/// Low, base, high.
pub(super) const CASES: [Case; 3] = [Case::Low, Case::Base, Case::High];

/// A set of assumptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    /// Network weight + 25 %, no utilisation bonus, work - 25 %.
    Low,
    /// As now.
    Base,
    /// Network weight - 20 %, work + 25 %.
    High,
}

/// A participant's place in one stream of emission.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The stream's share of emission.
    pub(super) share: Ratio,
    /// Most that the stream splits; `None` without a limit.
    pub(super) limit: Option<Amount>,
    /// The participant's score; ignored if it takes everything.
    pub(super) score: u128,
    /// The same without utilisation bonus.
    pub(super) score_unused: u128,
    /// All scores, the participant's included.
    pub(super) denominator: u128,
    /// Whether the stream pays the participant its whole budget.
    pub(super) direct: bool,
}

/// Budgets of a few epochs on end, base units.
#[derive(Clone, Copy, Debug)]
struct Step {
    /// Of the first, which stands for the others.
    each: Amount,
    /// How many of them mint as much.
    whole: u64,
    /// What there is for the epoch behind those; after it nothing is left.
    rest: Amount,
}

/// What a band is computed from.
#[derive(Clone, Debug)]
pub(super) struct Basis {
    /// The schedule.
    pub(super) emission: Emission,
    /// Cap of its asset.
    pub(super) cap: Amount,
    /// The first epoch of the band.
    pub(super) first: Facts,
    /// The participant's streams.
    pub(super) places: Vec<Place>,
    /// Payments for its work in an epoch.
    pub(super) work: Amount,
    /// Length of an epoch, milliseconds; at least 1.
    pub(super) epoch_ms: u64,
}

/// Rewards from emission and payments for work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earned {
    /// Base units of the emission's asset.
    pub rewards: Amount,
    /// Base units of the market's asset.
    pub work: Amount,
}

/// One period under the three assumptions.
#[derive(Clone, Debug)]
pub struct Period {
    /// Its name.
    pub name: &'static str,
    /// In the order of `CASES`.
    pub earned: [Earned; 3],
}

/// The whole band.
#[derive(Clone, Debug)]
pub struct Band {
    /// The first epoch it is for.
    pub first_epoch: u64,
    /// Epoch, hour, day, month.
    pub periods: Vec<Period>,
    /// Only every n-th epoch was evaluated.
    pub step: u64,
}

impl Basis {
    /// Computes the band.
    pub(super) fn band(&self) -> Result<Band, AnswerError> {
        let month = HOUR * 24 * 30;
        let epochs = month.div_ceil(self.epoch_ms).saturating_add(1);
        let step = epochs.div_ceil(MOST_EPOCHS);
        let budgets = self.budgets(epochs.div_ceil(step), step)?;
        let lengths =
            [("epoch", self.epoch_ms), ("hour", HOUR), ("day", HOUR * 24), ("month (30 d)", month)];
        let mut periods = Vec::with_capacity(lengths.len());
        for (name, length) in lengths {
            let mut earned = [Earned::default(); 3];
            for (sum, case) in earned.iter_mut().zip(CASES) {
                *sum = self.over(case, &budgets, step, length).map_err(AnswerError::input)?;
            }
            periods.push(Period { name, earned });
        }
        Ok(Band { first_epoch: self.first.epoch, periods, step })
    }

    /// Budgets of every `step`-th epoch, as if every epoch minted its whole budget.
    fn budgets(&self, count: u64, step: u64) -> Result<Vec<Step>, AnswerError> {
        let mut facts = self.first;
        let mut all = Vec::new();
        for _ in 0..count {
            let result = budget(&self.emission, self.cap, &facts).map_err(AnswerError::input)?;
            // The epochs that the first of a step stands for mint no more than there is.
            let each = result.budget;
            let left = issuable(&self.emission, self.cap, &facts);
            let whole = left.get().checked_div(each.get()).unwrap_or(u128::MAX);
            let whole = u64::try_from(whole).unwrap_or(u64::MAX).min(step);
            let minted = each.checked_mul(u128::from(whole)).map_err(AnswerError::input)?;
            let rest = match whole < step {
                true => left.checked_sub(minted).map_err(AnswerError::input)?,
                false => Amount::ZERO,
            };
            all.push(Step { each, whole, rest });
            let minted = minted.checked_add(rest).map_err(AnswerError::input)?;
            facts.minted = facts.minted.checked_add(minted).map_err(AnswerError::input)?;
            let lowered = result.cutoff.is_some_and(|cutoff| facts.minted >= cutoff);
            facts.reductions = facts.reductions.saturating_add(u32::from(lowered));
            let issued = facts.asset_issued.checked_add(minted);
            facts.asset_issued = issued.map_err(AnswerError::input)?;
            facts.epoch = facts.epoch.checked_add(step).ok_or_else(|| {
                AnswerError::refused("epoch", "the band would pass the last epoch, 2^64 - 1")
            })?;
        }
        Ok(all)
    }

    /// What a period of `length` ms earns: its whole epochs, and of the next one the part begun.
    fn over(
        &self,
        case: Case,
        budgets: &[Step],
        step: u64,
        length: u64,
    ) -> Result<Earned, ArithmeticError> {
        let whole = length.checked_div(self.epoch_ms).unwrap_or(0);
        let rest = length.checked_rem(self.epoch_ms).unwrap_or(0);
        let mut left = whole;
        let mut rewards = Amount::ZERO;
        for budget in budgets {
            let reward = self.reward(case, budget.each)?;
            let epochs = left.min(step);
            let whole = reward.checked_mul(u128::from(epochs.min(budget.whole)))?;
            rewards = rewards.checked_add(whole)?;
            if epochs > budget.whole {
                rewards = rewards.checked_add(self.reward(case, budget.rest)?)?;
            }
            left -= epochs;
            if epochs < step {
                // The epoch that has begun is the next one: after what is left comes nothing.
                let begun = match epochs.cmp(&budget.whole) {
                    Ordering::Less => reward,
                    Ordering::Equal => self.reward(case, budget.rest)?,
                    Ordering::Greater => Amount::ZERO,
                };
                let part = mul_div_floor(begun.get(), rest.into(), self.epoch_ms.into())?;
                rewards = rewards.checked_add(Amount::new(part))?;
                break;
            }
        }
        let work = self.work_of(case)?;
        let part = mul_div_floor(work.get(), rest.into(), self.epoch_ms.into())?;
        let work = work.checked_mul(u128::from(whole))?;
        Ok(Earned { rewards, work: work.checked_add(Amount::new(part))? })
    }

    /// Payments for an epoch's work.
    fn work_of(&self, case: Case) -> Result<Amount, ArithmeticError> {
        let (times, of) = match case {
            Case::Low => (3, 4),
            Case::Base => (1, 1),
            Case::High => (5, 4),
        };
        mul_div_floor(self.work.get(), times, of).map(Amount::new)
    }

    /// The participant's part of one epoch's emission.
    fn reward(&self, case: Case, budget: Amount) -> Result<Amount, ArithmeticError> {
        let mut sum = Amount::ZERO;
        for place in &self.places {
            let offered = place.share.apply_floor(budget)?;
            let offered = place.limit.map_or(offered, |limit| offered.min(limit));
            sum = sum.checked_add(place.part(case, offered)?)?;
        }
        Ok(sum)
    }
}

impl Place {
    /// The participant's part of what the stream splits, rounded down once.
    fn part(&self, case: Case, offered: Amount) -> Result<Amount, ArithmeticError> {
        if self.direct {
            return Ok(offered);
        }
        // The factors below need three bits: of scores that large the last ones say nothing.
        let shift = if self.denominator.leading_zeros() < 8 { 8 } else { 0 };
        let (score, unused) = (self.score >> shift, self.score_unused >> shift);
        let all = self.denominator >> shift;
        let (part, whole) = match case {
            Case::Low => (unused * 4, (all.saturating_sub(score) + unused) * 5),
            Case::Base => (score, all),
            Case::High => ((score * 5).min(all * 4), all * 4),
        };
        if whole == 0 {
            return Ok(Amount::ZERO);
        }
        mul_div_floor(offered.get(), part, whole).map(Amount::new)
    }
}
