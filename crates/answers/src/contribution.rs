//! The words for contributions: their kinds, units and multipliers.

use workmint_amounts::Amount;
use workmint_core::modules::parameters::{ContributionKind, Parameters, RateScore, Score};

use crate::text::{grouped, scaled};

/// What the first and the second multiplier of a kind are called; a kind may have one only.
#[must_use]
pub fn multipliers(kind: ContributionKind) -> &'static [&'static str] {
    match kind {
        ContributionKind::Tokens => &["quality"],
        ContributionKind::Improvement => &["difficulty", "applicability"],
        ContributionKind::Tasks => &["complexity"],
        ContributionKind::Dataset => &["quality", "diversity"],
    }
}

/// The unit of a kind in files, and its decimals: a file's 1.5 GB are 1,500,000,000 bytes.
#[must_use]
pub fn unit(kind: ContributionKind) -> (&'static str, u8) {
    match kind {
        ContributionKind::Tokens => ("tokens", 0),
        ContributionKind::Improvement => ("% of the recorded loss", 7),
        ContributionKind::Tasks => ("tasks", 0),
        ContributionKind::Dataset => ("GB", 9),
    }
}

/// What the rate of a kind pays for.
#[must_use]
pub fn rated_by(kind: ContributionKind) -> &'static str {
    match kind {
        ContributionKind::Tokens => "1,000 tokens",
        ContributionKind::Improvement => "1 % of the recorded loss",
        ContributionKind::Tasks => "1 task",
        ContributionKind::Dataset => "1 GB",
    }
}

/// A settled quantity with its unit: `100,000 tokens`, `2 % of the recorded loss`.
#[must_use]
pub fn quantity(kind: ContributionKind, quantity: u64) -> String {
    let (unit, decimals) = unit(kind);
    let unit = match (kind, quantity) {
        (ContributionKind::Tokens, 1) => "token",
        (ContributionKind::Tasks, 1) => "task",
        _ => unit,
    };
    format!("{} {unit}", scaled(u128::from(quantity), decimals))
}

/// A settled quantity in its unit as a plain decimal, for machines.
#[must_use]
pub fn plain_quantity(kind: ContributionKind, quantity: u64) -> String {
    Amount::new(u128::from(quantity)).to_decimal(unit(kind).1)
}

/// A submitted or measured quantity and its unit for machines: of an improvement the new loss.
#[must_use]
pub fn plain_measured(kind: ContributionKind, number: u64) -> (String, &'static str) {
    match kind {
        ContributionKind::Improvement => (plain_loss(number), "loss"),
        ContributionKind::Tokens | ContributionKind::Tasks | ContributionKind::Dataset => {
            (plain_quantity(kind, number), unit(kind).0)
        }
    }
}

/// A loss, 10^-9, as a plain decimal, for machines.
#[must_use]
pub fn plain_loss(number: u64) -> String {
    Amount::new(u128::from(number)).to_decimal(9)
}

/// A multiplier found, 10^-6, as a plain decimal, for machines.
#[must_use]
pub fn plain_multiplier(found: u32) -> String {
    Amount::new(u128::from(found)).to_decimal(6)
}

/// A submitted or measured quantity with its unit: of an improvement the model's new loss.
#[must_use]
pub fn measured(kind: ContributionKind, number: u64) -> String {
    match kind {
        ContributionKind::Improvement => format!("a loss of {}", loss(number)),
        ContributionKind::Tokens | ContributionKind::Tasks | ContributionKind::Dataset => {
            quantity(kind, number)
        }
    }
}

/// A loss, 10^-9, as a number without unit.
#[must_use]
pub fn loss(number: u64) -> String {
    scaled(u128::from(number), 9)
}

/// A multiplier found, 10^-6, as a number.
#[must_use]
pub fn multiplier(found: u32) -> String {
    scaled(u128::from(found), 6)
}

/// The multipliers found, by their names: `quality 1.1`.
#[must_use]
pub fn found(kind: ContributionKind, (first, second): (u32, u32)) -> String {
    let pairs = multipliers(kind).iter().zip([first, second]);
    let words: Vec<String> =
        pairs.map(|(name, found)| format!("{name} {}", multiplier(found))).collect();
    words.join(", ")
}

/// The rate of the stream with this name; `None`: there is none, or it pays no rate.
#[must_use]
pub fn rate_of<'a>(parameters: &'a Parameters, stream: &str) -> Option<&'a RateScore> {
    let found = parameters.streams.iter().find(|of| of.name.as_str() == stream)?;
    match &found.score {
        Score::Rate(rate) => Some(rate),
        _ => None,
    }
}

/// How sure a verifier is, 10^-6, in per cent: `96.5 %`.
#[must_use]
pub fn percent_sure(confidence: u32) -> String {
    format!("{} %", scaled(u128::from(confidence), 4))
}

/// A count for people: `1 contribution`, `2 contributions`.
#[must_use]
pub fn counted(count: u64, one: &str, many: &str) -> String {
    let noun = if count == 1 { one } else { many };
    format!("{} {noun}", grouped(count))
}
