//! What is asked: so much work of some kinds.

use std::collections::BTreeMap;
use std::fmt;

use workmint_amounts::Amount;
use workmint_core::modules::parameters::ContributionKind;

use super::words::words;

/// Digits after the dot of a multiplier.
const MULTIPLIER_DECIMALS: u8 = 6;

/// One contribution, as contributions are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Tokens; 10^-9 of the recorded loss; tasks; bytes.
    pub quantity: u64,
    /// First multiplier, 10^-6; `None`: the document's usual one.
    pub first: Option<u32>,
    /// Second multiplier, 10^-6; `None`: the document's usual one.
    pub second: Option<u32>,
}

/// What an estimate is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// One contribution of each kind that is asked about.
    pub work: BTreeMap<ContributionKind, Work>,
    /// They are a day's work, not one contribution each.
    pub daily: bool,
}

/// A number that cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseWorkError {
    /// The text.
    pub given: String,
    /// What is allowed.
    pub allowed: String,
}

impl fmt::Display for ParseWorkError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "allowed: {}", self.allowed)
    }
}

impl std::error::Error for ParseWorkError {}

/// Reads a quantity in the request's unit: tokens, per cent, tasks, GB.
///
/// # Errors
/// Everything but a plain decimal number of the kind's digits and range.
pub fn parse_quantity(kind: ContributionKind, text: &str) -> Result<u64, ParseWorkError> {
    let words = words(kind);
    let read = Amount::parse_decimal(text, words.decimals).ok();
    let read = read.and_then(|read| u64::try_from(read.get()).ok());
    read.filter(|quantity| *quantity <= words.most).ok_or_else(|| {
        let most = Amount::new(words.most.into()).to_decimal(words.decimals);
        let allowed = match words.decimals {
            0 => format!("whole numbers from 0 to {most} {}", words.unit),
            decimals => format!("0 to {most} {}, with at most {decimals} decimals", words.unit),
        };
        ParseWorkError { given: text.to_owned(), allowed }
    })
}

/// Reads a multiplier, in 10^-6.
///
/// # Errors
/// Everything but a plain decimal number with at most 6 digits after the dot that a verifier can
/// measure: from 0 to 4294.967295.
pub fn parse_multiplier(text: &str) -> Result<u32, ParseWorkError> {
    let read = Amount::parse_decimal(text, MULTIPLIER_DECIMALS).ok();
    let read = read.and_then(|read| u32::try_from(read.get()).ok());
    read.ok_or_else(|| {
        let most = Amount::new(u32::MAX.into()).to_decimal(MULTIPLIER_DECIMALS);
        let allowed = format!("0 to {most}, with at most {MULTIPLIER_DECIMALS} decimals");
        ParseWorkError { given: text.to_owned(), allowed }
    })
}
