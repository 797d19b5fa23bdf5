//! Buckets: what they have, how much of it is used, what they owe.

use serde::{Serialize, Serializer, ser::SerializeMap};
use workmint_amounts::{Amount, ArithmeticError, Ratio, mul_div_floor};
use workmint_core::State;
use workmint_core::inputs::EpochInputs;
use workmint_core::modules::parameters::{EpochLength, Parameters};
use workmint_core::modules::rewards::{self, BucketLine, BucketState};
use workmint_core::modules::settlement::Header;

use super::Error;
use super::estimate::DAY_MS;
use super::rated::rated;
use super::unit::{Money, Unit, percent};

/// An hour in milliseconds.
const HOUR_MS: u64 = 3_600_000;

/// All buckets of a network at one time: what every answer about budgets is computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    epoch: u64,
    live: bool,
    settled: bool,
    unit: Unit,
    epoch_ms: Option<u64>,
    states: Vec<BucketState>,
    utilization: Vec<Ratio>,
}

impl Buckets {
    /// As the network's file gives them to the first epoch that mints. `issued` is what exists of
    /// the emission's asset at genesis, base units.
    ///
    /// # Errors
    /// [`Error::NoRates`], and what the engine refuses.
    pub fn of_file(parameters: &Parameters, issued: Amount) -> Result<Self, Error> {
        let inputs = rewards::first_epoch(parameters, issued);
        Self::at(parameters, &inputs, Vec::new(), false)
    }

    /// As they stand in a state's open epoch.
    ///
    /// # Errors
    /// [`Error::NoRates`], and what the engine refuses.
    pub fn of_state(state: &State) -> Result<Self, Error> {
        let parameters = state.active_parameters().ok_or(Error::NoRates)?;
        rated(&parameters)?;
        Self::of_inputs(&parameters, &state.preview_inputs()?, state)
    }

    /// As they stand in a state whose open epoch will be settled from these inputs: unlike what
    /// [`Buckets::of_state`] foresees, those of a close know which contributions become final.
    ///
    /// # Errors
    /// [`Error::NoRates`], and what the engine refuses.
    pub fn of_inputs(
        parameters: &Parameters,
        inputs: &EpochInputs,
        state: &State,
    ) -> Result<Self, Error> {
        let headers = state.settlement.headers(..).rev();
        let since = state.chain().time_ms.saturating_sub(DAY_MS);
        // The last settlement always counts: an epoch may be longer than a day.
        let recent =
            headers.enumerate().take_while(|(at, header)| *at == 0 || header.time_ms > since);
        Self::at(parameters, inputs, recent.map(|(_, header)| header).collect(), true)
    }

    fn at(
        parameters: &Parameters,
        inputs: &EpochInputs,
        recent: Vec<&Header>,
        live: bool,
    ) -> Result<Self, Error> {
        rated(parameters)?;
        let states = rewards::buckets(parameters, inputs)?;
        let used = |state: &BucketState| {
            let lines = recent.iter().flat_map(|header| &header.streams);
            let lines = lines.filter(|line| line.name == state.stream);
            rewards::utilization(lines.filter_map(|line| line.bucket.as_ref()))
        };
        Ok(Self {
            epoch: inputs.epoch,
            live,
            settled: !recent.is_empty(),
            unit: Unit::of(parameters)?,
            epoch_ms: match parameters.network.epoch_length {
                EpochLength::Time(length) => Some(length),
                EpochLength::Blocks(_) => None,
            },
            utilization: states.iter().map(used).collect::<Result<_, _>>()?,
            states,
        })
    }

    /// The epoch they stand in.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Whether they are those of a running network.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.live
    }

    /// Whether an epoch was settled already.
    #[must_use]
    pub const fn has_settled(&self) -> bool {
        self.settled
    }

    /// The asset.
    #[must_use]
    pub const fn unit(&self) -> &Unit {
        &self.unit
    }

    /// Length of an epoch, milliseconds; `None` if epochs are counted in blocks.
    #[must_use]
    pub const fn epoch_ms(&self) -> Option<u64> {
        self.epoch_ms
    }

    /// The bucket of a stream.
    #[must_use]
    pub fn state(&self, stream: &str) -> Option<&BucketState> {
        self.states.iter().find(|state| state.stream.as_str() == stream)
    }

    /// All buckets in the parameters' order, each with what it paid in the last 24 hours as a
    /// share of its targets.
    pub fn all(&self) -> impl Iterator<Item = (&BucketState, Ratio)> {
        self.states.iter().zip(self.utilization.iter().copied())
    }

    /// What all targets come to in a time, base units, rounded down; the open epoch's if epochs
    /// are counted in blocks.
    pub(super) fn budget_in(&self, milliseconds: u64) -> Result<Amount, Error> {
        let targets = self.targets()?;
        Ok(in_time(targets, milliseconds, self.epoch_ms)?.unwrap_or(targets))
    }

    fn targets(&self) -> Result<Amount, ArithmeticError> {
        Amount::sum(self.states.iter().map(|state| state.line.target))
    }

    /// `GET /rewards/buckets/status`.
    ///
    /// # Errors
    /// What the engine refuses.
    pub fn status(&self) -> Result<BucketStatus, Error> {
        let bucket = |(state, utilization): (&BucketState, Ratio)| Bucket {
            stream: state.stream.as_str().to_owned(),
            unit: self.unit.clone(),
            available: state.available,
            line: state.line,
            utilization,
            backpay_queue_size: state.owed_rows,
            backpay_queue: state.owed,
        };
        let hourly = in_time(self.targets()?, HOUR_MS, self.epoch_ms)?;
        Ok(BucketStatus {
            epoch: self.epoch,
            hourly_budget: hourly.map(|amount| self.unit.money(amount)),
            buckets: self.all().map(bucket).collect(),
        })
    }
}

/// What an amount for each epoch comes to in a time, rounded down; `None` if epochs are counted in
/// blocks.
pub(super) fn in_time(
    each: Amount,
    milliseconds: u64,
    epoch_ms: Option<u64>,
) -> Result<Option<Amount>, ArithmeticError> {
    let of = |length: u64| mul_div_floor(each.get(), milliseconds.into(), length.into());
    Ok(epoch_ms.map(of).transpose()?.map(Amount::new))
}

/// How all buckets stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketStatus {
    /// The open epoch.
    pub epoch: u64,
    /// What all targets come to in an hour; `None` if epochs are counted in blocks.
    pub hourly_budget: Option<Money>,
    /// By stream, in the parameters' order.
    pub buckets: Vec<Bucket>,
}

/// How one bucket stands. Amounts are base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The stream.
    pub stream: String,
    /// The asset.
    pub unit: Unit,
    /// What is left of its own budget in the open epoch.
    pub available: Amount,
    /// What it would do if the epoch closed with what is known now.
    pub line: BucketLine,
    /// Paid in the last 24 hours as a share of the targets.
    pub utilization: Ratio,
    /// Rows owed: one for each epoch and recipient.
    pub backpay_queue_size: u64,
    /// Owed, before decay.
    pub backpay_queue: Amount,
}

impl Serialize for BucketStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("epoch", &self.epoch)?;
        map.serialize_entry("hourly_budget", &self.hourly_budget)?;
        map.serialize_entry("buckets", &ByStream(&self.buckets))?;
        map.end()
    }
}

struct ByStream<'a>(&'a [Bucket]);

impl Serialize for ByStream<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|bucket| (&bucket.stream, bucket)))
    }
}

impl Serialize for Bucket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (unit, line) = (&self.unit, &self.line);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("available", &unit.money(self.available))?;
        map.serialize_entry("target", &unit.money(line.target))?;
        map.serialize_entry("floor", &unit.money(line.floor))?;
        map.serialize_entry("ceiling", &unit.money(line.ceiling))?;
        map.serialize_entry("utilization_24h", &percent(self.utilization))?;
        map.serialize_entry("backpay_queue_size", &self.backpay_queue_size)?;
        let owed = unit.money(self.backpay_queue);
        map.serialize_entry(&unit.key("backpay_queue"), &owed)?;
        map.end()
    }
}
