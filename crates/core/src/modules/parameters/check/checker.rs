//! Collects findings; the words that all sections share.

use super::super::{AssetId, Destination, EpochLength, Finding, Parameters};
use crate::time::Duration;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Display;
use workmint_amounts::{Amount, Ratio};

/// Most digits after the dot of a ratio: more of them could leave 256 bits inside a formula.
const MAX_RATIO_DENOMINATOR: u128 = 1_000_000_000_000_000_000;
/// Largest numerator of a ratio, for the same reason.
const MAX_RATIO_NUMERATOR: u128 = 1 << 96;

/// The parameters under check and what was found so far.
pub(super) struct Checker<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(parameters: &'a Parameters) -> Self {
        Self { parameters, findings: Vec::new() }
    }

    pub(super) fn error(&mut self, path: &str, message: impl Into<String>, allowed: &str) {
        self.findings.push(Finding::error(path, message.into(), allowed));
    }

    pub(super) fn warning(&mut self, path: &str, message: impl Into<String>) {
        self.findings.push(Finding::warning(path, message.into()));
    }

    pub(super) fn fact(&mut self, path: &str, message: impl Into<String>) {
        self.findings.push(Finding::fact(path, message.into()));
    }

    /// An error unless `holds`.
    pub(super) fn require(&mut self, holds: bool, path: &str, value: impl Display, allowed: &str) {
        if !holds {
            self.error(path, format!("\"{value}\" is out of range"), allowed);
        }
    }

    /// A whole number from `min` to `max`.
    pub(super) fn count(&mut self, path: &str, value: u64, min: u64, max: u64) {
        let allowed = format!("{min} to {max}");
        self.require((min..=max).contains(&value), path, value, &allowed);
    }

    /// A duration with an end in sight: what waits for it would be locked for ever.
    pub(super) fn bounded(&mut self, path: &str, duration: Duration) {
        const MOST_MS: u64 = 3_650 * crate::time::DAY_MS;
        const MOST_EPOCHS: u64 = 100_000;
        let too_long = match duration {
            Duration::Milliseconds(length) => length > MOST_MS,
            Duration::Epochs(count) => count > MOST_EPOCHS,
        };
        if too_long {
            let message = format!("{duration} locks money for ever");
            self.error(path, message, "at most 3,650 days or 100,000 epochs");
        }
    }

    /// A ratio in a range that the caller judged, of a size that formulas can work with.
    pub(super) fn ratio(&mut self, holds: bool, path: &str, value: Ratio, allowed: &str) {
        self.require(holds, path, value, allowed);
        if value.denominator() > MAX_RATIO_DENOMINATOR || value.numerator() > MAX_RATIO_NUMERATOR {
            let most = "at most 18 digits after the dot, below 2^96";
            self.error(path, format!("{value} has too many digits"), most);
        }
    }

    /// An asset that exists.
    pub(super) fn asset(&mut self, path: &str, id: AssetId) {
        if self.parameters.asset(id).is_none() {
            let count = self.parameters.assets.len();
            self.error(
                path,
                format!("there is no asset number {}", id.0),
                &format!("below {count}"),
            );
        }
    }

    /// Names that must differ, each with its path.
    pub(super) fn unique<'n>(&mut self, names: impl Iterator<Item = (String, &'n str)>) {
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (path, name) in names {
            match seen.get(name) {
                Some(first) => {
                    let message = format!("\"{name}\" is already the name of {first}");
                    self.error(&path, message, "a name used once");
                }
                None => {
                    seen.insert(name, path);
                }
            }
        }
    }

    /// The recycling pool serves only the emitted asset.
    pub(super) fn recycling(&mut self, path: &str, destination: Destination, asset: AssetId) {
        let emitted = self.parameters.emission.asset;
        if destination == Destination::Recycling && asset != emitted {
            let (lost, emitted) = (self.symbol(asset), self.symbol(emitted));
            let message =
                format!("{lost} in the recycling pool is never re-issued: only {emitted}");
            self.warning(path, message);
        }
    }

    /// The asset's symbol; "?" if there is none.
    pub(super) fn symbol(&self, id: AssetId) -> String {
        self.parameters.asset(id).map_or_else(|| "?".to_owned(), |asset| asset.symbol.to_string())
    }

    /// An amount in display units, with its symbol: "285,000 GNK".
    pub(super) fn shown(&self, amount: Amount, id: AssetId) -> String {
        let decimals = self.parameters.asset(id).map_or(0, |asset| asset.decimals);
        let exact = amount.to_decimal(decimals);
        let fraction = exact.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let fraction = u8::try_from(fraction).unwrap_or(decimals);
        format!("{} {}", amount.to_grouped(decimals, fraction), self.symbol(id))
    }

    /// An amount in display units with at most two digits after the dot, rounded down.
    pub(super) fn rough(&self, amount: Amount, id: AssetId) -> String {
        let decimals = self.parameters.asset(id).map_or(0, |asset| asset.decimals);
        format!("{} {}", amount.to_grouped(decimals, decimals.min(2)), self.symbol(id))
    }

    /// How the sum of some durations compares with the sum of others; `None` if time and epochs of
    /// unknown length meet.
    pub(super) fn compare(&self, some: &[Duration], others: &[Duration]) -> Option<Ordering> {
        let sum = |durations: &[Duration], unit: &dyn Fn(Duration) -> Option<u128>| {
            durations.iter().try_fold(0_u128, |sum, length| sum.checked_add(unit(*length)?))
        };
        let by = |unit: &dyn Fn(Duration) -> Option<u128>| {
            Some(sum(some, unit)?.cmp(&sum(others, unit)?))
        };
        by(&|length| self.milliseconds(length)).or_else(|| by(&epochs))
    }

    fn milliseconds(&self, duration: Duration) -> Option<u128> {
        match (duration, self.parameters.network.epoch_length) {
            (Duration::Milliseconds(length), _) => Some(u128::from(length)),
            (Duration::Epochs(count), EpochLength::Time(length)) => {
                u128::from(count).checked_mul(u128::from(length))
            }
            (Duration::Epochs(0), EpochLength::Blocks(_)) => Some(0),
            (Duration::Epochs(_), EpochLength::Blocks(_)) => None,
        }
    }
}

fn epochs(duration: Duration) -> Option<u128> {
    match duration {
        Duration::Epochs(count) => Some(u128::from(count)),
        Duration::Milliseconds(0) => Some(0),
        Duration::Milliseconds(_) => None,
    }
}

/// Whether a duration has no length.
pub(super) fn is_zero(duration: Duration) -> bool {
    matches!(duration, Duration::Milliseconds(0) | Duration::Epochs(0))
}

/// Above 0, at most 1.
pub(super) fn is_share(ratio: Ratio) -> bool {
    !ratio.is_zero() && ratio.at_most_one()
}

/// Where something goes, as the end of a sentence.
pub(super) fn goes(destination: Destination) -> &'static str {
    match destination {
        Destination::Burn => "burned",
        Destination::Treasury => "paid to the treasury",
        Destination::Recycling => "put into the recycling pool",
    }
}

/// A whole number with commas.
pub(super) fn grouped(number: u64) -> String {
    Amount::new(u128::from(number)).to_grouped(0, 0)
}

/// A ratio with up to four digits after the dot, rounded down: "1.0666".
pub(super) fn brief(ratio: Ratio) -> String {
    let text = ratio.to_decimal_string(4);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
