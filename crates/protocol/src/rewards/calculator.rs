//! The calculator: what typical work earns (document 002, interactive calculator).

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer, ser::SerializeMap};
use workmint_amounts::{Amount, mul_div_floor};
use workmint_core::modules::contributions::improves_enough;
use workmint_core::modules::parameters::{ContributionKind, Parameters, RateScore};
use workmint_core::modules::rewards::{MULTIPLIER_UNIT, worth_of};

use super::estimate::{free_worth, least_count, multipliers};
use super::rated::{Rated, rated};
use super::unit::{Money, Unit, grouped};
use super::words::words;
use super::{Error, Work, notes};

/// Hours are counted in thousandths.
const HOUR: u64 = 1_000;

/// What every calculation rests on.
const BASIS: &str = "What verified work is worth; a bucket may pay it over several epochs. \
                     Multipliers are what verifiers measure.";

/// What work is calculated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// One of each.
    Custom,
    /// Some hours of inference.
    InferenceHour,
    /// One improvement.
    LearningSession,
    /// A batch of tasks.
    ValidationBatch,
    /// One dataset.
    DatasetUpload,
}

/// The scenarios by name.
const SCENARIOS: [(&str, Scenario); 5] = [
    ("custom", Scenario::Custom),
    ("inference_hour", Scenario::InferenceHour),
    ("learning_session", Scenario::LearningSession),
    ("validation_batch", Scenario::ValidationBatch),
    ("dataset_upload", Scenario::DatasetUpload),
];

impl Scenario {
    /// Names of all scenarios.
    #[must_use]
    pub fn names() -> [&'static str; 5] {
        SCENARIOS.map(|(name, _)| name)
    }

    /// Whether it has work of this kind.
    #[must_use]
    pub const fn has(self, kind: ContributionKind) -> bool {
        matches!(
            (self, kind),
            (Self::Custom, _)
                | (Self::InferenceHour, ContributionKind::Tokens)
                | (Self::LearningSession, ContributionKind::Improvement)
                | (Self::ValidationBatch, ContributionKind::Tasks)
                | (Self::DatasetUpload, ContributionKind::Dataset)
        )
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = SCENARIOS.iter().find(|(_, scenario)| scenario == self);
        formatter.write_str(named.map_or("", |(name, _)| name))
    }
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = SCENARIOS.iter().find(|(name, _)| *name == text);
        named
            .map(|(_, scenario)| *scenario)
            .ok_or_else(|| format!("allowed: {}", Self::names().join(", ")))
    }
}

/// The work of a scenario; quantities as contributions are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScenarioWork {
    /// Hours it takes, thousandths; at least 1.
    pub hours: u64,
    /// Tokens an hour.
    pub tokens_per_hour: u64,
    /// An improvement, 10^-9 of the recorded loss.
    pub improvements_per_session: u64,
    /// Tasks.
    pub tasks_per_batch: u64,
    /// Bytes.
    pub gb_per_upload: u64,
}

impl Default for ScenarioWork {
    /// The document's: one hour, 100,000 tokens, 2 %, 50 tasks, 10 GB.
    fn default() -> Self {
        Self {
            hours: HOUR,
            tokens_per_hour: 100_000,
            improvements_per_session: 20_000_000,
            tasks_per_batch: 50,
            gb_per_upload: 10_000_000_000,
        }
    }
}

/// What a scenario earns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calculation {
    /// The scenario.
    pub scenario: Scenario,
    /// The asset.
    pub unit: Unit,
    /// By stream, in the parameters' order.
    pub estimates: Vec<Line>,
    /// All together, base units.
    pub total: Amount,
    /// Hours, thousandths.
    pub hours: u64,
    /// Of an hour, base units, rounded down.
    pub hourly_rate: Amount,
    /// What the numbers rest on, and what takes several contributions.
    pub notes: Vec<String>,
}

/// What one stream's work earns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The stream.
    pub stream: String,
    /// The work in words.
    pub description: String,
    /// Base units.
    pub reward: Amount,
    /// What it comes to.
    pub each: Each,
    unit: Unit,
}

/// What a reward comes to, base units, rounded down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// For an hour.
    PerHour(Amount),
    /// Without and with its difficulty.
    Factors {
        /// Multipliers 1.
        base: Amount,
        /// With them.
        with_difficulty: Amount,
    },
    /// For a task.
    PerTask(Amount),
    /// For a GB.
    PerGb(Amount),
}

/// What a scenario's work earns at the usual multipliers. What exceeds one contribution is worth
/// what several are; only what fits into one is raised to the least that one is worth.
///
/// # Errors
/// [`Error::NoRates`]; [`Error::NoStream`] for a scenario of a kind that the network does not pay;
/// what the engine refuses.
pub fn calculate(
    parameters: &Parameters,
    scenario: Scenario,
    work: &ScenarioWork,
) -> Result<Calculation, Error> {
    let unit = Unit::of(parameters)?;
    let mut estimates = Vec::new();
    let mut notes = vec![BASIS.to_owned()];
    let rated = rated(parameters)?;
    for stream in rated.iter().filter(|stream| scenario.has(stream.kind())) {
        let (line, several) = line(parameters, stream, work, &unit)?;
        estimates.push(line);
        notes.extend(several);
    }
    let all = [
        ContributionKind::Tokens,
        ContributionKind::Improvement,
        ContributionKind::Tasks,
        ContributionKind::Dataset,
    ];
    if let (true, Some(kind)) =
        (estimates.is_empty(), all.into_iter().find(|kind| scenario.has(*kind)))
    {
        return Err(Error::NoStream(kind));
    }
    let total = Amount::sum(estimates.iter().map(|line| line.reward))?;
    Ok(Calculation {
        scenario,
        unit,
        estimates,
        total,
        hours: work.hours,
        hourly_rate: per(total, HOUR, work.hours)?,
        notes,
    })
}

fn per(amount: Amount, times: u64, of: u64) -> Result<Amount, Error> {
    Ok(Amount::new(mul_div_floor(amount.get(), times.into(), of.into())?))
}

/// A stream's line, and the note that it takes several contributions.
fn line(
    parameters: &Parameters,
    stream: &Rated<'_>,
    work: &ScenarioWork,
    unit: &Unit,
) -> Result<(Line, Option<String>), Error> {
    let quantity = match stream.kind() {
        ContributionKind::Tokens => {
            let tokens = per(Amount::new(work.tokens_per_hour.into()), work.hours, HOUR)?;
            u64::try_from(tokens.get()).map_err(|_| Error::TooMuch(ContributionKind::Tokens))?
        }
        ContributionKind::Improvement => work.improvements_per_session,
        ContributionKind::Tasks => work.tasks_per_batch,
        ContributionKind::Dataset => work.gb_per_upload,
    };
    let of = Work { quantity, first: None, second: None };
    let (first, second) = multipliers(parameters, stream.score, of)?;
    let second_found = second.as_ref().map_or(MULTIPLIER_UNIT, |second| second.found);
    // What improves too little is worth nothing, and is shown as what it is.
    let counted = if improves_enough(stream.score, quantity)? { quantity } else { 0 };
    let found = (first.found, second_found);
    let (reward, count) = worth(stream.score, counted, found)?;
    let several = (count > 1).then(|| notes::split(stream, quantity, count, unit));
    let each = match stream.kind() {
        ContributionKind::Tokens => Each::PerHour(per(reward, HOUR, work.hours)?),
        ContributionKind::Improvement => Each::Factors {
            base: worth(stream.score, counted, (MULTIPLIER_UNIT, MULTIPLIER_UNIT))?.0,
            with_difficulty: reward,
        },
        ContributionKind::Tasks => Each::PerTask(per(reward, 1, quantity.max(1))?),
        ContributionKind::Dataset => Each::PerGb(per(reward, 1_000_000_000, quantity.max(1))?),
    };
    let words = words(stream.kind());
    let mut description = format!("{} {}", grouped(quantity, words.decimals), words.unit);
    for (at, applied) in [Some(first), second].into_iter().flatten().enumerate() {
        let joined = if at == 0 { "at" } else { "and" };
        description.push_str(&format!(" {joined} {} {}", applied.words.name, applied.counts));
    }
    let (stream, unit) = (stream.name.to_owned(), unit.clone());
    Ok((Line { stream, description, reward, each, unit }, several))
}

/// What the work is worth and how many contributions it takes at least.
fn worth(score: &RateScore, quantity: u64, found: (u32, u32)) -> Result<(Amount, u128), Error> {
    let free = free_worth(score, quantity, found)?;
    match least_count(score, quantity, free) {
        count @ 2.. => Ok((free, count)),
        count => Ok((worth_of(score, quantity, found)?, count)),
    }
}

impl Serialize for Calculation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = &self.unit;
        let hours = Amount::new(self.hours.into()).to_decimal(3);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("scenario", &self.scenario.to_string())?;
        map.serialize_entry("estimates", &Lines(&self.estimates))?;
        map.serialize_entry(&unit.key("total_reward"), &unit.money(self.total))?;
        map.serialize_entry("work_duration_hours", &hours)?;
        map.serialize_entry(&unit.key("hourly_rate"), &unit.money(self.hourly_rate))?;
        map.serialize_entry("note", &self.notes.join(" "))?;
        map.end()
    }
}

struct Lines<'a>(&'a [Line]);

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|line| (&line.stream, line)))
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let money = |amount| self.unit.money(amount);
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("description", &self.description)?;
        map.serialize_entry(&self.unit.key("reward"), &money(self.reward))?;
        match self.each {
            Each::PerHour(amount) => map.serialize_entry("per_hour", &money(amount))?,
            Each::Factors { base, with_difficulty } => map.serialize_entry(
                "factors",
                &Factors { base: money(base), with_difficulty: money(with_difficulty) },
            )?,
            Each::PerTask(amount) => map.serialize_entry("per_task", &money(amount))?,
            Each::PerGb(amount) => map.serialize_entry("per_gb", &money(amount))?,
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Factors {
    base: Money,
    with_difficulty: Money,
}
