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

#[cfg(test)]
mod tests {
    use super::*;

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
