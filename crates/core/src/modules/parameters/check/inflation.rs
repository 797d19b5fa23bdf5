//! Schedule `inflation`: a rate a year, and how an epoch's amount follows activity and backlog.

use super::super::{AssetId, DynamicBudget, EpochLength, Schedule};
use super::checker::{Checker, brief, grouped};
use super::rates::{fine, steps};
use crate::time::{DAY_MS, Duration};
use workmint_amounts::{Amount, ArithmeticError, Ratio};

const TEN: Ratio = Ratio::from_integer(10);

pub(super) fn check(checker: &mut Checker<'_>, (base, rate): (Amount, Ratio), year_epochs: u64) {
    checker.ratio(rate <= TEN, "emission.rate", rate, "0 to 10");
    checker.count("emission.year", year_epochs, 1, u64::MAX);
    if let Some(days) = odd_year(checker, year_epochs) {
        let length = match checker.parameters.network.epoch_length {
            EpochLength::Time(length) => Duration::Milliseconds(length).to_string(),
            EpochLength::Blocks(count) => format!("{count} blocks"),
        };
        let message = format!(
            "{} epochs of {length} (network.epoch_length) are {days} days, not a year: the rate \
             is of that time",
            grouped(year_epochs)
        );
        checker.warning("emission.year", message);
    }
    match rate.floor_mul(base.get()) {
        Ok(0) => checker.warning("emission.rate", "the schedule mints nothing"),
        Ok(_) => {}
        Err(_) => {
            let message = "base x rate is more than 2^128 base units";
            checker.error("emission.base", message, "a smaller base");
        }
    }
}

/// Days of the schedule's year, if that is no year: 365 days within a day. Nobody knows how long
/// blocks take.
fn odd_year(checker: &Checker<'_>, year_epochs: u64) -> Option<String> {
    let EpochLength::Time(length) = checker.parameters.network.epoch_length else {
        return None;
    };
    let length = u128::from(length).checked_mul(u128::from(year_epochs))?;
    let days = Ratio::new(length, u128::from(DAY_MS)).ok()?;
    let year = Ratio::from_integer(364)..=Ratio::from_integer(366);
    (!year.contains(&days)).then(|| two_digits(days))
}

pub(super) fn check_dynamic(checker: &mut Checker<'_>, rate: Ratio, rule: &DynamicBudget) {
    let path = |key: &str| format!("emission.dynamic.{key}");
    let schedule = &checker.parameters.emission.schedule;
    let year = if let Schedule::Inflation { year_epochs, .. } = schedule {
        odd_year(checker, *year_epochs)
    } else {
        None
    };
    let year = year.map_or_else(|| "a year".to_owned(), |days| format!("{days} days"));
    checker.count(&path("full_activity"), rule.full_activity, 1, u64::MAX);
    let (least, most) = (rule.least_activity, rule.most_activity);
    fine(checker, least <= most, &path("least_activity"), least, "0 to most_activity");
    fine(checker, most <= TEN, &path("most_activity"), most, "0 to 10");
    steps(checker, &path("backlog"), &rule.backlog, (None, TEN));
    fine(checker, rule.least <= rule.most, &path("least"), rule.least, "0 to most");
    fine(checker, rule.most <= TEN, &path("most"), rule.most, "0 to 10");
    if let Ok(highest) = rate.checked_mul(rule.most)
        && rule.most > Ratio::ONE
    {
        let (rate, highest) = (percent(rate), percent(highest));
        let message = format!(
            "{year} can exceed the rate: {rate} becomes {highest} if every epoch gets the most"
        );
        checker.fact(&path("most"), message);
    }
    if !rule.least.is_zero() {
        let least = percent(rule.least);
        let message = format!("without any activity an epoch still gets {least} of the plain one");
        checker.fact(&path("least"), message);
    }
    if rule.of_supply {
        let message = "the rate is of what is issued: it compounds, and base counts nothing";
        checker.fact(&path("of_supply"), message);
    }
}

/// What a year mints beside what exists; `existing` is what exists at genesis.
pub(super) fn check_genesis(checker: &mut Checker<'_>, id: AssetId, existing: Amount) {
    let emission = &checker.parameters.emission;
    let Schedule::Inflation { base, rate, year_epochs, dynamic } = &emission.schedule else {
        return;
    };
    if id != emission.asset {
        return;
    }
    if *base != existing {
        let (base, existing) = (checker.shown(*base, id), checker.shown(existing, id));
        let message = format!("the rate is of {base}, not of the {existing} at genesis");
        checker.fact("emission.base", message);
    }
    if dynamic.as_ref().is_some_and(|rule| rule.of_supply) {
        return;
    }
    if let Ok(Some(year)) = Year::of((*base, *rate), emission.allocation, existing) {
        let each = checker.shown(year.minted, id);
        let epoch = year.minted.get().checked_div(u128::from(*year_epochs));
        let epoch = checker.rough(Amount::new(epoch.unwrap_or(0)), id);
        let (first, last) = (percent(year.first), percent(year.last));
        let existing = checker.shown(existing, id);
        let count = grouped(year.count);
        let message = match odd_year(checker, *year_epochs) {
            None => format!(
                "a year mints {each}, {epoch} an epoch: {first} of the {existing} at genesis; the \
                 allocation ends in year {count}, {last} of what exists then"
            ),
            Some(days) => format!(
                "each {days} days mint {each}, {epoch} an epoch: {first} of the {existing} at \
                 genesis; the allocation ends in number {count} of them, {last} of what exists then"
            ),
        };
        checker.fact("emission.rate", message);
    }
}

/// A year of inflation, every budget minted whole.
struct Year {
    /// What it mints, base units.
    minted: Amount,
    /// The year in which the allocation ends, from 1.
    count: u64,
    /// Of what exists at genesis.
    first: Ratio,
    /// Of what exists when the last year begins.
    last: Ratio,
}

impl Year {
    /// Nothing if nothing is minted or exists.
    fn of(
        (base, rate): (Amount, Ratio),
        allocation: Amount,
        existing: Amount,
    ) -> Result<Option<Self>, ArithmeticError> {
        let minted = Amount::new(rate.floor_mul(base.get())?);
        let years = allocation.get().div_ceil(minted.get().max(1));
        let (Ok(count), Some(before)) = (u64::try_from(years), years.checked_sub(1)) else {
            return Ok(None);
        };
        if minted.is_zero() || existing.is_zero() {
            return Ok(None);
        }
        let by_then = existing.checked_add(minted.checked_mul(before)?)?;
        let part = |of: Amount| Ratio::new(minted.get(), of.get());
        Ok(Some(Self { minted, count, first: part(existing)?, last: part(by_then)? }))
    }
}

/// "5.26 %", rounded down.
pub(super) fn percent(ratio: Ratio) -> String {
    let hundred = ratio.checked_mul(Ratio::from_integer(100));
    hundred.map_or_else(|_| brief(ratio), |shown| format!("{} %", two_digits(shown)))
}

/// At most two digits after the dot, rounded down: "113.01".
pub(super) fn two_digits(ratio: Ratio) -> String {
    let text = ratio.to_decimal_string(2);
    let whole = ratio.floor_mul(1).map(|whole| Amount::new(whole).to_grouped(0, 0));
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction.trim_end_matches('0'));
    match (whole, fraction) {
        (Ok(whole), "") => whole,
        (Ok(whole), fraction) => format!("{whole}.{fraction}"),
        (Err(_), _) => text,
    }
}
