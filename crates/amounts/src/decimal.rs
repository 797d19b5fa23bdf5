//! Reading and writing decimal digits, exactly.

use crate::ParseAmountError;

/// A decimal number read from text: `digits * 10^-decimals`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decimal {
    /// All digits, before and after the dot, as one integer; nothing if that exceeds 128 bits.
    pub(crate) digits: Option<u128>,
    /// How many of them stand after the dot; at most the number allowed.
    pub(crate) decimals: u8,
}

/// Reads a strict decimal number with at most `allowed` digits after the dot.
pub(crate) fn read(text: &str, allowed: u8) -> Result<Decimal, ParseAmountError> {
    if text.is_empty() {
        return Err(ParseAmountError::Empty);
    }
    let dot = text.find('.');
    let is_valid = |at: usize, c: char| c.is_ascii_digit() || (c == '.' && dot == Some(at));
    if let Some((position, character)) = text.char_indices().find(|(at, c)| !is_valid(*at, *c)) {
        return Err(ParseAmountError::InvalidCharacter { character, position });
    }
    let (integer, fraction) = match text.split_once('.') {
        Some((_, "")) if text.len() > 1 => return Err(ParseAmountError::MissingFractionPart),
        Some(parts) => parts,
        None => (text, ""),
    };
    if integer.is_empty() {
        return Err(ParseAmountError::MissingIntegerPart);
    }
    if integer.len() > 1 && integer.starts_with('0') {
        return Err(ParseAmountError::LeadingZero);
    }
    let found = fraction.len();
    let decimals = u8::try_from(found)
        .ok()
        .filter(|decimals| *decimals <= allowed)
        .ok_or(ParseAmountError::TooManyDecimals { allowed, found })?;
    let digits = integer
        .chars()
        .chain(fraction.chars())
        .filter_map(|c| c.to_digit(10))
        .try_fold(0_u128, |value, digit| value.checked_mul(10)?.checked_add(u128::from(digit)));
    Ok(Decimal { digits, decimals })
}

/// `value * 10^exponent`, or nothing if it exceeds 128 bits.
pub(crate) fn times_power_of_ten(value: u128, exponent: u8) -> Option<u128> {
    if value == 0 {
        return Some(0);
    }
    value.checked_mul(10_u128.checked_pow(u32::from(exponent))?)
}

/// The digits of `units * 10^-decimals` before and after the dot; exactly `decimals` after it.
pub(crate) fn split_digits(units: u128, decimals: u8) -> (String, String) {
    let decimals = usize::from(decimals);
    let mut integer = format!("{units:0>decimals$}");
    // Padding made the text at least `decimals` long, so the difference has the right sign.
    let fraction = integer.split_off(integer.len().abs_diff(decimals));
    if integer.is_empty() {
        integer.push('0');
    }
    (integer, fraction)
}

/// Puts a comma between groups of three digits.
pub(crate) fn group_thousands(integer: &str) -> String {
    let mut grouped = String::new();
    for (index, digit) in integer.chars().enumerate() {
        if index > 0 && integer.len().abs_diff(index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
