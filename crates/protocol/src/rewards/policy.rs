//! The policy: rates, multipliers, a day's budget.

use serde::{Serialize, Serializer, ser::SerializeMap};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::Parameters;

use super::buckets::Buckets;
use super::estimate::DAY_MS;
use super::rated::{Rated, rated};
use super::unit::Unit;
use super::words::words;
use super::{Error, MultiplierWords};

/// What a network pays for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The asset.
    pub unit: Unit,
    /// Field and rate, base units, of every stream in the parameters' order.
    pub rates: Vec<(String, Amount)>,
    /// Name, least and most of every multiplier.
    pub multipliers: Vec<(String, Ratio, Ratio)>,
    /// What all buckets have in a day, base units, rounded down.
    pub daily_budget: Amount,
    /// In words.
    pub description: String,
}

/// What a network pays for.
///
/// # Errors
/// [`Error::NoRates`], and what the engine refuses.
pub fn policy(parameters: &Parameters, buckets: &Buckets) -> Result<Policy, Error> {
    let streams = rated(parameters)?;
    let unit = Unit::of(parameters)?;
    let rates = streams.iter().map(|stream| (field(&streams, stream), stream.score.rate));
    let rates = rates.collect();
    let mut multipliers = Vec::new();
    for stream in &streams {
        let words = words(stream.kind());
        let mut put = |words: &MultiplierWords, min, max| {
            multipliers.push((format!("{}_{}", stream.name, words.name), min, max));
        };
        put(&words.first, stream.score.first.min, stream.score.first.max);
        if let Some(second) = &words.second {
            put(second, stream.score.second.min, stream.score.second.max);
        }
    }
    let names: Vec<&str> = streams.iter().map(|stream| stream.name).collect();
    Ok(Policy {
        rates,
        multipliers,
        daily_budget: buckets.budget_in(DAY_MS)?,
        description: format!(
            "Verified work alone is paid, at these rates, out of the buckets {}.",
            names.join(", ")
        ),
        unit,
    })
}

/// The field of a stream's rate, without the asset; with the stream's name if another stream pays
/// for the same.
fn field(all: &[Rated<'_>], stream: &Rated<'_>) -> String {
    let field = words(stream.kind()).policy_rate;
    let same = all.iter().filter(|other| other.kind() == stream.kind()).count();
    if same > 1 { format!("{}_{field}", stream.name) } else { field.to_owned() }
}

#[derive(Serialize)]
struct Range {
    min: String,
    max: String,
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("rates", &Rates(self))?;
        map.serialize_entry("multipliers", &Multipliers(self))?;
        map.serialize_entry("daily_budget", &self.unit.money(self.daily_budget))?;
        map.serialize_entry("description", &self.description)?;
        map.end()
    }
}

struct Rates<'a>(&'a Policy);

impl Serialize for Rates<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = &self.0.unit;
        let rates = self.0.rates.iter();
        serializer.collect_map(rates.map(|(field, rate)| (unit.key(field), unit.money(*rate))))
    }
}

struct Multipliers<'a>(&'a Policy);

impl Serialize for Multipliers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.0.multipliers.iter();
        serializer.collect_map(
            all.map(|(name, min, max)| {
                (name, Range { min: min.to_string(), max: max.to_string() })
            }),
        )
    }
}
