//! What contributions are worth, before they are made.

use std::cmp::Ordering;

use serde::{Serialize, Serializer, ser::SerializeMap};
use workmint_amounts::{Amount, Ratio, mul_div_floor};
use workmint_core::modules::contributions::improves_enough;
use workmint_core::modules::parameters::{
    ContributionKind, Multiplier, MultiplierRule, Parameters, RateScore,
};
use workmint_core::modules::rewards::{MULTIPLIER_UNIT, worth_of};

use super::buckets::{BucketStatus, Buckets, in_time};
use super::rated::{Rated, rated};
use super::spread::Spread;
use super::unit::{Money, Unit};
use super::words::{MultiplierWords, words};
use super::{Error, Question, Work, notes};

/// A day in milliseconds.
pub(super) const DAY_MS: u64 = 86_400_000;

/// What contributions are worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// By stream, in the parameters' order.
    pub streams: Vec<StreamEstimate>,
    /// All together, if a day's work was asked about.
    pub daily: Option<Daily>,
    /// What the numbers rest on.
    pub notes: Vec<String>,
    /// The buckets they were compared with.
    pub budget_status: BucketStatus,
}

/// What one stream's contribution is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamEstimate {
    /// The stream.
    pub stream: String,
    /// What it pays.
    pub kind: ContributionKind,
    /// The asset.
    pub unit: Unit,
    /// Base units for one unit of the kind.
    pub rate: Amount,
    /// As it was asked.
    pub work: Work,
    /// First multiplier.
    pub first: Applied,
    /// Second multiplier, if the kind has it.
    pub second: Option<Applied>,
    /// Base units.
    pub estimate: Amount,
    /// What least or most made of it.
    pub clamp: Option<Clamp>,
    /// What the bucket has for it, base units: in the open epoch, or in a day.
    pub available: Amount,
    /// When the bucket pays it if nobody else wants it; one contribution only.
    pub spread: Spread,
}

/// A multiplier and what it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its words.
    pub words: &'static MultiplierWords,
    /// Before its range, 10^-6.
    pub found: u32,
    /// Whether the request said so.
    pub asked: bool,
    /// What it counts.
    pub counts: Ratio,
    /// Least.
    pub min: Ratio,
    /// Most.
    pub max: Ratio,
}

/// What least or most made of a worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clamp {
    /// An improvement below this one is worth nothing: a share of the recorded loss.
    TooSmall(Ratio),
    /// Raised to the least that a contribution is worth, from so many base units.
    Raised(Amount),
    /// Cut to the most that a contribution is worth, from so many base units.
    Cut(Amount),
    /// The work is more than one contribution can have or be worth: it takes at least so many.
    Split(u128),
}

/// A day's work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Daily {
    /// The asset.
    pub unit: Unit,
    /// All estimates together, base units.
    pub total: Amount,
    /// What all buckets have in a day, base units.
    pub budget: Amount,
}

impl StreamEstimate {
    /// Whether the bucket has that much now.
    #[must_use]
    pub fn budget_available(&self) -> bool {
        self.estimate <= self.available
    }

    /// Its multipliers.
    pub fn multipliers(&self) -> impl Iterator<Item = &Applied> {
        [Some(&self.first), self.second.as_ref()].into_iter().flatten()
    }
}

/// What contributions are worth under these parameters, and whether the buckets have that much.
///
/// # Errors
/// [`Error::NothingAsked`], [`Error::NoRates`], [`Error::NoStream`], [`Error::NotAsked`];
/// [`Error::NotOne`] unless it is a day's work; and what the engine refuses.
pub fn estimate(
    parameters: &Parameters,
    question: &Question,
    buckets: &Buckets,
) -> Result<Estimate, Error> {
    let rated = rated(parameters)?;
    if question.work.is_empty() {
        return Err(Error::NothingAsked);
    }
    for (kind, work) in &question.work {
        if !rated.iter().any(|stream| stream.kind() == *kind) {
            return Err(Error::NoStream(*kind));
        }
        let one = 1..=words(*kind).most_in_one;
        if !question.daily && !one.contains(&work.quantity) {
            return Err(Error::NotOne(*kind));
        }
    }
    let mut streams = Vec::new();
    for stream in &rated {
        if let Some(work) = question.work.get(&stream.kind()) {
            streams.push(of_stream(parameters, stream, (*work, question.daily), buckets)?);
        }
    }
    let daily = match question.daily {
        false => None,
        true => Some(Daily {
            unit: Unit::of(parameters)?,
            total: Amount::sum(streams.iter().map(|stream| stream.estimate))?,
            budget: buckets.budget_in(DAY_MS)?,
        }),
    };
    let mut estimate =
        Estimate { streams, daily, notes: Vec::new(), budget_status: buckets.status()? };
    estimate.notes = notes::of(parameters, &estimate, buckets)?;
    Ok(estimate)
}

fn of_stream(
    parameters: &Parameters,
    stream: &Rated<'_>,
    (work, daily): (Work, bool),
    buckets: &Buckets,
) -> Result<StreamEstimate, Error> {
    let (first, second) = multipliers(parameters, stream.score, work)?;
    let found = (first.found, second.as_ref().map_or(MULTIPLIER_UNIT, |second| second.found));
    let (estimate, clamp) = match daily {
        true => of_several(stream.score, work.quantity, found)?,
        false => clamped(stream.score, work.quantity, found)?,
    };
    let state = buckets.state(stream.name);
    let (available, target) =
        state.map_or_else(Default::default, |state| (state.available, state.line.target));
    let in_a_day = || in_time(target, DAY_MS, buckets.epoch_ms());
    Ok(StreamEstimate {
        stream: stream.name.to_owned(),
        kind: stream.kind(),
        unit: Unit::of(parameters)?,
        rate: stream.score.rate,
        work,
        first,
        second,
        estimate,
        clamp,
        available: if daily { in_a_day()?.unwrap_or(available) } else { available },
        spread: Spread::of(parameters, estimate, (available, target))?,
    })
}

/// The two multipliers of a contribution, the second only if the kind has it.
pub(super) fn multipliers(
    parameters: &Parameters,
    score: &RateScore,
    work: Work,
) -> Result<(Applied, Option<Applied>), Error> {
    let words = words(score.kind);
    let first = applied(parameters, (&score.first, &words.first), work.quantity, work.first)?;
    let second = match &words.second {
        Some(second) => {
            Some(applied(parameters, (&score.second, second), work.quantity, work.second)?)
        }
        None => None,
    };
    Ok((first, second))
}

fn applied(
    parameters: &Parameters,
    (multiplier, words): (&Multiplier, &'static MultiplierWords),
    quantity: u64,
    asked: Option<u32>,
) -> Result<Applied, Error> {
    let unit = u128::from(MULTIPLIER_UNIT);
    let found = match &multiplier.rule {
        MultiplierRule::Measured => asked.unwrap_or(words.default),
        MultiplierRule::Consensus { steps, few, few_value } => {
            let rule = "the share of verifiers that approve";
            refuse(words, asked, rule)?;
            let verifiers = parameters.contributions.as_ref().map_or(0, |rules| rules.verifiers);
            let value = if verifiers < *few { *few_value } else { steps.at(Ratio::ONE) };
            u32::try_from(value.floor_mul(unit)?).unwrap_or(u32::MAX)
        }
        MultiplierRule::ByImprovement(steps) => {
            refuse(words, asked, "the improvement itself")?;
            let value = steps.at(Ratio::new(quantity.into(), 1_000_000_000)?);
            u32::try_from(value.floor_mul(unit)?).unwrap_or(u32::MAX)
        }
    };
    let counts = multiplier.clamped(Ratio::new(found.into(), unit)?);
    let (min, max) = (multiplier.min, multiplier.max);
    Ok(Applied { words, found, asked: asked.is_some(), counts, min, max })
}

fn refuse(
    words: &'static MultiplierWords,
    asked: Option<u32>,
    rule: &'static str,
) -> Result<(), Error> {
    match asked {
        Some(_) => Err(Error::NotAsked { parameter: words.parameter, rule }),
        None => Ok(()),
    }
}

/// A contribution's worth by the function that settles it, and what least and most did to it.
fn clamped(
    score: &RateScore,
    quantity: u64,
    found: (u32, u32),
) -> Result<(Amount, Option<Clamp>), Error> {
    if quantity > 0 && !improves_enough(score, quantity)? {
        return Ok((Amount::ZERO, Some(Clamp::TooSmall(score.least_improvement))));
    }
    let (worth, free) = (worth_of(score, quantity, found)?, free_worth(score, quantity, found)?);
    let clamp = match worth.cmp(&free) {
        Ordering::Greater => Some(Clamp::Raised(free)),
        Ordering::Less => Some(Clamp::Cut(free)),
        Ordering::Equal => None,
    };
    Ok((worth, clamp))
}

/// The worth of work that may be many contributions: neither least nor most touches it.
fn of_several(
    score: &RateScore,
    quantity: u64,
    found: (u32, u32),
) -> Result<(Amount, Option<Clamp>), Error> {
    if quantity > 0 && !improves_enough(score, quantity)? {
        return Ok((Amount::ZERO, Some(Clamp::TooSmall(score.least_improvement))));
    }
    let free = free_worth(score, quantity, found)?;
    let count = least_count(score, quantity, free);
    Ok((free, (count > 1).then_some(Clamp::Split(count))))
}

/// How many contributions such work takes at least: none has more than
/// [`Words::most_in_one`](super::Words) or is worth more than the rule's maximum.
pub(super) fn least_count(score: &RateScore, quantity: u64, free: Amount) -> u128 {
    let by_worth = free.get().div_ceil(score.maximum.get().max(1));
    by_worth.max(quantity.div_ceil(words(score.kind).most_in_one).into())
}

/// What a quantity is worth if nothing is too little or too much, base units.
pub(super) fn free_worth(
    score: &RateScore,
    quantity: u64,
    found: (u32, u32),
) -> Result<Amount, Error> {
    let free = RateScore { minimum: Amount::ZERO, maximum: Amount::MAX, ..score.clone() };
    Ok(worth_of(&free, quantity, found)?)
}

impl Serialize for Estimate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for stream in &self.streams {
            map.serialize_entry(&stream.stream, stream)?;
        }
        if let Some(daily) = &self.daily {
            map.serialize_entry("daily", daily)?;
        }
        map.serialize_entry("notes", &self.notes)?;
        map.serialize_entry("budget_status", &self.budget_status)?;
        map.end()
    }
}

impl Serialize for StreamEstimate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = &self.unit;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(&unit.key(words(self.kind).rate), &unit.money(self.rate))?;
        map.serialize_entry(&unit.key("estimate"), &unit.money(self.estimate))?;
        for applied in self.multipliers() {
            map.serialize_entry(applied.words.applied, &applied.counts.to_string())?;
        }
        map.serialize_entry("budget_available", &self.budget_available())?;
        map.end()
    }
}

impl Serialize for Daily {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let money = |amount| -> Money { self.unit.money(amount) };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(&self.unit.key("total"), &money(self.total))?;
        map.serialize_entry("daily_budget", &money(self.budget))?;
        map.serialize_entry("utilization", &self.utilization())?;
        map.end()
    }
}

impl Daily {
    /// The total as a share of the budget with four digits, rounded down: `0.0183`.
    #[must_use]
    pub fn utilization(&self) -> String {
        let parts = mul_div_floor(self.total.get(), 10_000, self.budget.get());
        parts.map_or_else(|_| "0".to_owned(), |parts| Amount::new(parts).to_decimal(4))
    }
}
