//! What to watch: metrics, alerts, health.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::rewards::BucketState;

use super::buckets::Buckets;
use super::unit::{Unit, percent};
use super::{Error, rated::rated};

/// `GET /rewards/buckets/metrics`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metrics {
    /// By stream, in the parameters' order.
    pub buckets: Vec<Metric>,
    /// What deserves attention, the parameters' `alerts`.
    pub alerts: Vec<Alert>,
    unit: Unit,
}

/// One bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The stream.
    pub stream: String,
    /// Paid in the last 24 hours as a share of the targets.
    pub utilization: Ratio,
    /// Rows owed: one for each epoch and recipient.
    pub backpay_queue_size: u64,
    /// Owed before decay, base units.
    pub backpay_queue: Amount,
    /// Whether its own budget has at least its floor left.
    pub healthy: bool,
}

/// What deserves attention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Alert {
    /// A stream paid less of its targets in the last 24 hours than it should.
    LowUtilization {
        /// The stream.
        stream: String,
        /// What it paid.
        utilization: Ratio,
        /// What it should.
        least: Ratio,
    },
    /// All streams together owe more than they should.
    HighBackpay {
        /// The asset.
        unit: Unit,
        /// What they owe, base units.
        owed: Amount,
        /// What is too much, base units.
        most: Amount,
        /// Whether it is far too much.
        critical: bool,
    },
    /// A stream could not be planned.
    Quarantined {
        /// The stream.
        stream: String,
        /// Code of the error.
        code: u16,
    },
}

impl Alert {
    /// In a sentence.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::LowUtilization { stream, utilization, least } => format!(
                "{stream} paid {} % of its targets in the last 24 hours; at least {} % is expected",
                percent(*utilization),
                percent(*least)
            ),
            Self::HighBackpay { unit, owed, most, .. } => format!(
                "the buckets owe {}; at most {} is expected",
                unit.shown(*owed),
                unit.shown(*most)
            ),
            Self::Quarantined { stream, code } => {
                format!("{stream} cannot be planned (error {code}): it pays nothing")
            }
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::LowUtilization { .. } => "low_utilization",
            Self::HighBackpay { .. } => "high_backpay",
            Self::Quarantined { .. } => "quarantined",
        }
    }
}

/// What to watch of the buckets.
///
/// # Errors
/// [`Error::NoRates`], and what the engine refuses.
pub fn metrics(parameters: &Parameters, buckets: &Buckets) -> Result<Metrics, Error> {
    rated(parameters)?;
    let metric = |(state, utilization): (&BucketState, Ratio)| Metric {
        stream: state.stream.as_str().to_owned(),
        utilization,
        backpay_queue_size: state.owed_rows,
        backpay_queue: state.owed,
        healthy: state.available >= state.line.floor,
    };
    Ok(Metrics {
        buckets: buckets.all().map(metric).collect(),
        alerts: alerts(parameters, buckets)?,
        unit: buckets.unit().clone(),
    })
}

fn alerts(parameters: &Parameters, buckets: &Buckets) -> Result<Vec<Alert>, Error> {
    let mut all = Vec::new();
    for (state, _) in buckets.all() {
        if let Some(code) = state.quarantined {
            all.push(Alert::Quarantined { stream: state.stream.to_string(), code });
        }
    }
    let rules = parameters.buckets.as_ref().and_then(|buckets| buckets.alerts.as_ref());
    let Some(rules) = rules else {
        return Ok(all);
    };
    // Before anything was settled there is nothing to be low.
    let watched = buckets
        .all()
        .filter(|(state, _)| buckets.has_settled() && rules.streams.contains(&state.stream));
    for (state, utilization) in watched {
        if utilization < rules.least_utilization {
            all.push(Alert::LowUtilization {
                stream: state.stream.to_string(),
                utilization,
                least: rules.least_utilization,
            });
        }
    }
    let owed = Amount::sum(buckets.all().map(|(state, _)| state.owed))?;
    if owed > rules.high_backpay {
        let critical = owed > rules.critical_backpay;
        let most = if critical { rules.critical_backpay } else { rules.high_backpay };
        all.push(Alert::HighBackpay { unit: buckets.unit().clone(), owed, most, critical });
    }
    Ok(all)
}

/// `GET /rewards/health`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// The worst of what was found.
    pub status: Status,
    /// What was found, in sentences.
    pub issues: Vec<String>,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing was found.
    Healthy,
    /// Something deserves attention.
    Degraded,
    /// Somebody is not paid who should be.
    Critical,
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Critical => "critical",
        })
    }
}

/// Whether the buckets are healthy.
///
/// # Errors
/// [`Error::NoRates`], and what the engine refuses.
pub fn health(parameters: &Parameters, buckets: &Buckets) -> Result<Health, Error> {
    rated(parameters)?;
    let alerts = alerts(parameters, buckets)?;
    let status = |alert: &Alert| match alert {
        Alert::Quarantined { .. } | Alert::HighBackpay { critical: true, .. } => Status::Critical,
        Alert::LowUtilization { .. } | Alert::HighBackpay { .. } => Status::Degraded,
    };
    Ok(Health {
        status: alerts.iter().map(status).max().unwrap_or(Status::Healthy),
        issues: alerts.iter().map(Alert::message).collect(),
    })
}

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let unit = &self.unit;
        let mut map = serializer.serialize_map(Some(5))?;
        let all = &self.buckets[..];
        let used = ByStream(all, |bucket: &Metric| percent(bucket.utilization));
        map.serialize_entry("bucket_utilization", &used)?;
        let size = ByStream(all, |bucket: &Metric| bucket.backpay_queue_size);
        map.serialize_entry("backpay_queue_size", &size)?;
        let owed = ByStream(all, |bucket: &Metric| unit.money(bucket.backpay_queue));
        map.serialize_entry(&unit.key("backpay_queue"), &owed)?;
        let healthy = ByStream(all, |bucket: &Metric| bucket.healthy);
        map.serialize_entry("budget_health", &healthy)?;
        map.serialize_entry("alerts", &self.alerts)?;
        map.end()
    }
}

/// One value of every bucket.
struct ByStream<'a, F>(&'a [Metric], F);

impl<T: Serialize, F: Fn(&Metric) -> T> Serialize for ByStream<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|bucket| (&bucket.stream, (self.1)(bucket))))
    }
}

impl Serialize for Alert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.kind())?;
        match self {
            Self::LowUtilization { stream, utilization, least } => {
                map.serialize_entry("bucket", stream)?;
                map.serialize_entry("value", &percent(*utilization))?;
                map.serialize_entry("threshold", &percent(*least))?;
            }
            Self::HighBackpay { unit, owed, most, .. } => {
                map.serialize_entry("value", &unit.money(*owed))?;
                map.serialize_entry("threshold", &unit.money(*most))?;
            }
            Self::Quarantined { stream, code } => {
                map.serialize_entry("bucket", stream)?;
                map.serialize_entry("code", code)?;
            }
        }
        map.serialize_entry("message", &self.message())?;
        map.end()
    }
}

impl Serialize for Health {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("status", &self.status.to_string())?;
        map.serialize_entry("issues", &self.issues)?;
        map.end()
    }
}
