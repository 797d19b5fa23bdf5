//! Rates, estimates and buckets, by the field names of document 002 (API endpoints).
//!
//! Names of streams are those of the network's file; where the document's field names carry the
//! token's name, ours carry the lower-case symbol of the asset (`estimate_bly`). Amounts are
//! decimal strings in display units, ratios decimal strings, counts numbers.

mod buckets;
mod calculator;
mod error;
mod estimate;
mod health;
mod notes;
mod policy;
mod question;
mod rated;
mod spread;
mod unit;
mod words;

pub use buckets::{Bucket, BucketStatus, Buckets};
pub use calculator::{Calculation, Each, Line, Scenario, ScenarioWork, calculate};
pub use error::Error;
pub use estimate::{Applied, Clamp, Daily, Estimate, StreamEstimate, estimate};
pub use health::{Alert, Health, Metric, Metrics, Status, health, metrics};
pub use policy::{Policy, policy};
pub use question::{ParseWorkError, Question, Work, parse_multiplier, parse_quantity};
pub use rated::{Rated, rated};
pub use spread::Spread;
pub use unit::{Money, Unit, percent};
pub use words::{MultiplierWords, Words, words};
