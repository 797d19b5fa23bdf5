//! Numbers and amounts as answers write them.

use serde_json::{Value, json};
use workmint_amounts::{Amount, share_by_long_division};
use workmint_core::Hash;
use workmint_core::modules::parameters::{Asset, Parameters};
use workmint_core::names::AssetId;
use workmint_protocol::Money;

use crate::error::AnswerError;

/// An amount with thousands separators and unit, exact: `284,864.657146472 GNK`.
#[must_use]
pub fn shown(amount: Amount, asset: &Asset) -> String {
    format!("{} {}", number(amount, asset), asset.symbol)
}

/// As [`shown`], without the unit.
#[must_use]
pub fn number(amount: Amount, asset: &Asset) -> String {
    let digits = amount.to_decimal(asset.decimals);
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let fraction = u8::try_from(fraction).unwrap_or(asset.decimals);
    amount.to_grouped(asset.decimals, fraction)
}

/// For columns of tables: thousands separators and all decimals.
#[must_use]
pub fn column(amount: Amount, asset: &Asset) -> String {
    amount.to_grouped(asset.decimals, asset.decimals)
}

/// A whole number with thousands separators.
#[must_use]
pub fn grouped(number: impl Into<u128>) -> String {
    Amount::new(number.into()).to_grouped(0, 0)
}

/// A count of things, `what` being one of them: `1 error`, `2,000 errors`.
#[must_use]
pub fn counted(number: impl Into<u128>, what: &str) -> String {
    let number = number.into();
    let end = if number == 1 { "" } else { "s" };
    format!("{} {what}{end}", grouped(number))
}

/// A whole number of 10^-`decimals`, as a decimal with thousands separators and no trailing zeros.
#[must_use]
pub fn scaled(number: u128, decimals: u8) -> String {
    let digits = Amount::new(number).to_decimal(decimals);
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let fraction = u8::try_from(fraction).unwrap_or(decimals);
    Amount::new(number).to_grouped(decimals, fraction)
}

/// `part` of `whole` in per cent with four digits, rounded down.
#[must_use]
pub fn percent(part: u128, whole: u128) -> String {
    match share_by_long_division(1_000_000, part, whole) {
        Ok(share) => format!("{} %", Amount::new(share).to_grouped(4, 4)),
        Err(_) => "-".to_owned(),
    }
}

/// A multiple of 10^-9 as a number: `1.05`.
#[must_use]
pub fn nano(number: u128) -> String {
    let text = Amount::new(number).to_decimal(9);
    match text.split_once('.') {
        Some((whole, fraction)) => {
            let whole: Amount = whole.parse().unwrap_or_default();
            format!("{}.{fraction}", whole.to_grouped(0, 0))
        }
        None => grouped(number.checked_div(1_000_000_000).unwrap_or(0)),
    }
}

/// An amount for machines: base units as a decimal string, asset and decimals beside it.
#[must_use]
pub fn amount_json(amount: Amount, asset: &Asset) -> Value {
    json!({
        "amount": amount.to_string(),
        "asset": asset.symbol.as_str(),
        "decimals": asset.decimals,
    })
}

/// A hash as its `Display` writes it, fast enough for the proofs of a million claims.
#[must_use]
pub fn hex(hash: &Hash) -> String {
    let digit = |value: u8| char::from(if value < 10 { b'0' } else { b'a' - 10 } + value);
    let mut text = String::with_capacity(66);
    text.push_str("0x");
    for byte in hash.0 {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

/// The asset with this number; parameters and state always agree on the numbers.
///
/// # Errors
/// Damage if they do not.
pub fn asset_of(parameters: &Parameters, id: AssetId) -> Result<&Asset, AnswerError> {
    parameters
        .asset(id)
        .ok_or_else(|| AnswerError::Damage(format!("the network has no asset number {}", id.0)))
}

/// [`amount_json`] of an amount that has its unit with it.
#[must_use]
pub fn money_json(money: &Money) -> Value {
    json!({
        "amount": money.amount.to_string(),
        "asset": money.unit.symbol.as_str(),
        "decimals": money.unit.decimals,
    })
}

/// A time in milliseconds since 1970 as RFC 3339 writes it, in UTC and the Gregorian calendar.
#[must_use]
pub fn utc(time_ms: u64) -> String {
    const DAY: u64 = 86_400_000;
    /// Days of 400 years, which repeat.
    const ERA: u64 = 146_097;
    let (days, rest) = (time_ms / DAY, time_ms % DAY);
    // Years counted from March put the leap day at their end; 719,468 days lie before 1970.
    let days = days + 719_468;
    let (era, of_era) = (days / ERA, days % ERA);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year + u64::from(month <= 2);
    let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60);
    let milliseconds = rest % 1_000;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_of_the_calendar() {
        for (time_ms, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_799_999, "2000-02-29T23:59:59.999Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_000_000_000_000, "2001-09-09T01:46:40.000Z"),
            (1_735_689_599_001, "2024-12-31T23:59:59.001Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(utc(time_ms), text);
        }
    }

    #[test]
    fn hex_is_what_display_writes() {
        let hash = Hash(std::array::from_fn(|at| (at * 37 + 5) as u8));
        assert_eq!(hex(&hash), hash.to_string());
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(percent(1, 3), "33.3333 %");
        assert_eq!(percent(1, 0), "-");
        assert_eq!(nano(1_050_000_000), "1.05");
        assert_eq!(nano(12_345_000_000_001), "12,345.000000001");
    }
}
