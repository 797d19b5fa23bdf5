//! Adapters: halvings of luxtensor's Rust, and what its utility makes of them.

use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::emission::{Facts, scheduled};
use workmint_core::modules::parameters::Schedule;

use super::emission;
use crate::conformance::case::Case;
use crate::conformance::decisions::Decision;
use crate::conformance::suite::Adapter;
use crate::conformance::verdict::{Mismatch, Outcome, Verdict, require, same};

pub(super) const ADAPTERS: &[Adapter] = &[
    Adapter { file: "", function: "calculate_reward", run: reward },
    Adapter { file: "", function: "get_halving_era", run: era },
    Adapter { file: "", function: "blocks_until_next_halving", run: until_next },
    Adapter { file: "", function: "total_emitted", run: total },
    Adapter { file: "", function: "estimate_total_emission", run: estimate },
    Adapter { file: "", function: "base_emission", run: base },
    Adapter { file: "", function: "adjusted_emission", run: adjusted },
    Adapter { file: "", function: "utility_score_bps", run: utility },
];

/// The peer's rule; its blocks are our epochs of one block.
#[derive(Clone, Copy)]
struct Halvings {
    initial: Amount,
    interval: u64,
    most: u32,
    minimum: Amount,
}

impl Halvings {
    fn of(case: &Case) -> Result<Self, Mismatch> {
        let input = case.input();
        Ok(Self {
            initial: input.at("initial_reward").amount()?,
            interval: input.at("halving_interval").number()?,
            most: input.at("max_halvings").number()?,
            minimum: input.at("minimum_reward").amount()?,
        })
    }

    /// What production gives a block.
    fn at(&self, epoch: u64) -> Result<Amount, Mismatch> {
        let schedule = Schedule::Halving {
            initial: self.initial,
            interval_epochs: self.interval,
            most_halvings: self.most,
            minimum: self.minimum,
        };
        let facts = Facts { epoch, blocks: 1, ..Facts::default() };
        Ok(scheduled(&emission(schedule, Amount::MAX), &facts)?)
    }

    /// The same halvings of an amount that shows how many there were: 2^127 has one bit.
    fn marked(&self) -> Self {
        Self { initial: Amount::new(1 << 127), minimum: Amount::ZERO, ..*self }
    }

    fn era(&self, epoch: u64) -> Result<u32, Mismatch> {
        Ok(self.marked().at(epoch)?.get().leading_zeros())
    }

    /// What the blocks of the first `eras` eras before `height` get, by what an era's first and
    /// last block get.
    fn before(&self, height: u64, eras: u64) -> Result<Amount, Mismatch> {
        let mut sum = Amount::ZERO;
        for era in 0..eras {
            let Some(start) = era.checked_mul(self.interval).filter(|start| *start < height) else {
                break;
            };
            let count = self.interval.min(height - start);
            let each = self.at(start)?;
            require("one reward in an era", self.at(start + count - 1)?, each)?;
            sum = sum.checked_add(each.checked_mul(count.into())?)?;
        }
        Ok(sum)
    }
}

fn height(case: &Case) -> Result<u64, Mismatch> {
    case.input().at("block_height").number()
}

fn reward(case: &Case) -> Outcome {
    same("reward", Halvings::of(case)?.at(height(case)?)?, case.expected().amount()?)
}

fn era(case: &Case) -> Outcome {
    same("halvings", Halvings::of(case)?.era(height(case)?)?, case.expected().number()?)
}

/// The first block in which there was one halving more, by bisection; 0 if none follows.
fn until_next(case: &Case) -> Outcome {
    let (rule, height) = (Halvings::of(case)?, height(case)?);
    let era = rule.era(height)?;
    let (mut low, mut high) = (height, height.saturating_add(rule.interval));
    let blocks = if rule.era(high)? == era {
        0
    } else {
        while low + 1 < high {
            let middle = low.midpoint(high);
            if rule.era(middle)? == era { low = middle } else { high = middle }
        }
        high - height
    };
    same("blocks", blocks, case.expected().number()?)
}

/// All blocks before the height; the peer stops counting with the era of the last halving.
fn total(case: &Case) -> Outcome {
    let (rule, height) = (Halvings::of(case)?, height(case)?);
    let theirs = case.expected().amount()?;
    let eras = u64::from(rule.most) + 1;
    let counted = rule.before(height, eras)?;
    require("emitted up to the era of the last halving", counted, theirs)?;
    let ended = eras.saturating_mul(rule.interval);
    let goes_on = height > ended && !rule.at(ended)?.is_zero();
    let decision = Verdict::Deviates(Decision::TailIsCounted);
    Ok(if goes_on { decision } else { Verdict::Passed })
}

/// As much, once the era of the last halving is over.
fn estimate(case: &Case) -> Outcome {
    let rule = Halvings::of(case)?;
    let eras = u64::from(rule.most) + 1;
    let ended = eras.saturating_mul(rule.interval);
    let ours = rule.before(ended, eras)?;
    require("emitted up to the era of the last halving", ours, case.expected().amount()?)?;
    let goes_on = !rule.at(ended)?.is_zero();
    let decision = Verdict::Deviates(Decision::TailIsCounted);
    Ok(if goes_on { decision } else { Verdict::Passed })
}

/// The constants of `emission.rs`: 0.24 MDT a block, halved ten times, at least 0.001 MDT.
const LUXTENSOR: Halvings = Halvings {
    initial: Amount::new(240_000_000_000_000_000),
    interval: 8_760_000,
    most: 10,
    minimum: Amount::new(1_000_000_000_000_000),
};

/// The peer's base, and whether it is ours: below the minimum ours is 0 and the peer's the minimum.
fn luxtensor(case: &Case) -> Result<(Amount, bool), Mismatch> {
    let ours = LUXTENSOR.at(height(case)?)?;
    let below = ours.is_zero();
    Ok((if below { LUXTENSOR.minimum } else { ours }, below))
}

fn base(case: &Case) -> Outcome {
    let (theirs, below) = luxtensor(case)?;
    require("base emission", theirs, case.expected().amount()?)?;
    Ok(if below { Verdict::Deviates(Decision::NothingBelowTheMinimum) } else { Verdict::Passed })
}

const POINTS: i128 = 10_000;

/// The peer's score in 10,000ths, 5,000 to 15,000, of four metrics that are not the document's.
fn score(case: &Case) -> Result<i128, Mismatch> {
    let input = case.input();
    let metric = |key: &str, scale: i128| -> Result<i128, Mismatch> {
        Ok((input.at(key).integer()? * scale).min(POINTS))
    };
    let sum = 30 * metric("active_validators", 100)?
        + 20 * metric("epoch_transactions", 1)?
        + 30 * metric("epoch_ai_tasks", 10)?
        + 20 * metric("block_utilization", 100)?;
    Ok(5_000 + sum / 100)
}

/// Ours never lifts an epoch above its schedule; the peer's is our base x 85 % to 115 %.
fn adjusted(case: &Case) -> Outcome {
    let (base, _) = luxtensor(case)?;
    let adjusted = POINTS + (score(case)? - POINTS) * 30 / 100;
    let share = Ratio::new(adjusted.unsigned_abs(), POINTS.unsigned_abs())?;
    let expected = case.expected().amount()?;
    require("base x the peer's score", share.apply_floor(base)?, expected)?;
    Ok(Verdict::Deviates(Decision::UtilityOfTheDocument))
}

fn utility(case: &Case) -> Outcome {
    let expected = case.expected().integer()?;
    require("the peer's score", score(case)?, expected)?;
    Ok(Verdict::NotCovered(
        "another utility: validators, transactions, tasks and full blocks, 50 % to 150 %; ours is \
         document 004's",
    ))
}
