//! Contributions and what earlier epochs left, from JSON.

use std::io::Read;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::super::json::{Number, unreadable};
use super::row::{FIELDS, Text};
use crate::failure::Failure;

/// A file of contributions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Document {
    pub(super) epoch: Option<Number>,
    pub(super) blocks: Option<Number>,
    pub(super) minted: Option<Number>,
    pub(super) time_ms: Option<Number>,
    pub(super) contributions: Vec<Contribution>,
    #[serde(default)]
    pub(super) rollover: Vec<Rollover>,
    #[serde(default)]
    pub(super) backpay: Vec<Owed>,
    pub(super) settled: Option<Vec<Known>>,
    #[serde(default)]
    pub(super) datasets: Vec<String>,
}

/// One contribution as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contribution {
    account: String,
    stream: String,
    id: Number,
    epoch: Option<Number>,
    quantity: Number,
    content: Option<String>,
    quality: Option<Number>,
    difficulty: Option<Number>,
    applicability: Option<Number>,
    complexity: Option<Number>,
    diversity: Option<Number>,
}

impl Contribution {
    /// Its text by field.
    pub(super) fn text(&self) -> Text<'_> {
        fn number(number: &Option<Number>) -> &str {
            number.as_ref().map_or("", |number| &number.0)
        }
        let text: [&str; FIELDS.len()] = [
            &self.account,
            &self.stream,
            &self.id.0,
            number(&self.epoch),
            &self.quantity.0,
            self.content.as_deref().unwrap_or_default(),
            number(&self.quality),
            number(&self.difficulty),
            number(&self.applicability),
            number(&self.complexity),
            number(&self.diversity),
        ];
        text
    }
}

/// What earlier epochs left, as this command writes it under `carried`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Carried {
    /// The epoch that left it.
    pub(super) epoch: Option<Number>,
    #[serde(default)]
    pub(super) rollover: Vec<Rollover>,
    #[serde(default)]
    pub(super) backpay: Vec<Owed>,
    /// What was settled, as far as it can be submitted again; `None`: the file does not say.
    pub(super) settled: Option<Vec<Known>>,
    /// Content hashes of all datasets settled.
    #[serde(default)]
    pub(super) datasets: Vec<String>,
}

impl Carried {
    /// `None` if it says nothing.
    pub(super) fn if_any(self) -> Option<Self> {
        let budget = !self.rollover.is_empty() || !self.backpay.is_empty();
        let some = budget || self.settled.is_some() || !self.datasets.is_empty();
        some.then_some(self)
    }
}

/// A contribution that was settled.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    pub(super) epoch: Number,
    pub(super) account: String,
    pub(super) id: Number,
    pub(super) content_hash: String,
}

/// Budget of an epoch that may still be used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rollover {
    pub(super) stream: String,
    pub(super) epoch: Number,
    pub(super) amount: Number,
}

/// What is owed to an account for an epoch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Owed {
    pub(super) stream: String,
    pub(super) epoch: Number,
    pub(super) account: String,
    pub(super) since_ms: Number,
    pub(super) owed: Number,
}

/// A file of what earlier epochs left: by itself, or the whole output of a settlement.
#[derive(Deserialize)]
pub(super) struct CarriedFile {
    epoch: Option<Number>,
    carried: Option<Carried>,
    #[serde(default)]
    rollover: Vec<Rollover>,
    #[serde(default)]
    backpay: Vec<Owed>,
    settled: Option<Vec<Known>>,
    #[serde(default)]
    datasets: Vec<String>,
}

impl CarriedFile {
    /// What it says; `None` if it says nothing of the kind.
    pub(super) fn into_carried(self) -> Option<Carried> {
        let Self { epoch, carried, rollover, backpay, settled, datasets } = self;
        match carried {
            Some(carried) => Some(Carried { epoch: carried.epoch.or(epoch), ..carried }),
            None => Carried { epoch, rollover, backpay, settled, datasets }.if_any(),
        }
    }
}

/// Reads a whole file; the error names the field whose value cannot be read.
pub(super) fn read<T: DeserializeOwned>(mut source: impl Read, name: &str) -> Result<T, Failure> {
    let mut bytes = Vec::new();
    source.read_to_end(&mut bytes).map_err(|error| Failure::reading(name, &error))?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let failure = unreadable(name, &error);
        match (failure, field_at(&bytes, &error)) {
            (Failure::Input(what), Some(field)) => {
                Failure::Input(format!("{what}; it is the value of \"{field}\""))
            }
            (failure, _) => failure,
        }
    })
}

/// The field whose value begins or ends where an error was found.
fn field_at(bytes: &[u8], error: &serde_json::Error) -> Option<String> {
    let line = bytes.split(|byte| *byte == b'\n').nth(error.line().checked_sub(1)?)?;
    let text = std::str::from_utf8(line.get(..error.column().min(line.len()))?).ok()?;
    let value = |one: char| one.is_ascii_alphanumeric() || matches!(one, '+' | '-' | '.');
    let before = text.trim_end_matches(value).trim_end().strip_suffix(':')?;
    let (_, field) = before.trim_end().strip_suffix('"')?.rsplit_once('"')?;
    Some(field.to_owned())
}
