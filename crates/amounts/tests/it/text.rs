//! Parsing and printing amounts; bad inputs by name.

use proptest::prelude::*;
use workmint_amounts::{Amount, ParseAmountError, ParseRatioError, Ratio, SignedRatio};

use crate::oracle::{cases, number};

use ParseAmountError::{
    Empty, InvalidCharacter, LeadingZero, MissingFractionPart, MissingIntegerPart, TooLarge,
    TooManyDecimals,
};

fn invalid(character: char, position: usize) -> ParseAmountError {
    InvalidCharacter { character, position }
}

/// Texts no number is read from, whatever the unit.
fn bad_numbers() -> Vec<(&'static str, &'static str, ParseAmountError)> {
    vec![
        ("empty", "", Empty),
        ("not a number", "NaN", invalid('N', 0)),
        ("infinity", "inf", invalid('i', 0)),
        ("plus", "+1", invalid('+', 0)),
        ("exponent", "1e5", invalid('e', 1)),
        ("upper-case exponent", "1E5", invalid('E', 1)),
        ("hexadecimal", "0x10", invalid('x', 1)),
        ("thousands separator", "1,000", invalid(',', 1)),
        ("underscore", "1_000", invalid('_', 1)),
        ("space inside", "1 000", invalid(' ', 1)),
        ("leading space", " 1", invalid(' ', 0)),
        ("trailing space", "1 ", invalid(' ', 1)),
        ("trailing newline", "1\n", invalid('\n', 1)),
        ("zero byte", "1\0", invalid('\0', 1)),
        ("only a dot", ".", MissingIntegerPart),
        ("no integer part", ".5", MissingIntegerPart),
        ("no fraction part", "1.", MissingFractionPart),
        ("two dots", "1.2.3", invalid('.', 3)),
        ("adjacent dots", "1..2", invalid('.', 2)),
        ("double zero", "00", LeadingZero),
        ("leading zero", "01", LeadingZero),
        ("leading zero before a dot", "00.5", LeadingZero),
        ("Arabic digit", "\u{661}", invalid('\u{661}', 0)),
        ("full-width digit", "1\u{ff11}", invalid('\u{ff11}', 1)),
        ("Unicode minus", "\u{2212}1", invalid('\u{2212}', 0)),
        ("no-break space", "1\u{a0}", invalid('\u{a0}', 1)),
        ("byte-order mark", "\u{feff}1", invalid('\u{feff}', 0)),
        ("percent", "5%", invalid('%', 1)),
    ]
}

#[test]
fn bad_amounts_are_refused_by_name() {
    for (name, text, error) in bad_numbers() {
        assert_eq!(Amount::parse_decimal(text, 9), Err(error), "{name}");
    }
    let table = [
        ("minus", "-1", 9, invalid('-', 0)),
        ("ten decimals", "0.0000000001", 9, TooManyDecimals { allowed: 9, found: 10 }),
        ("ten decimals of zero", "1.0000000000", 9, TooManyDecimals { allowed: 9, found: 10 }),
        ("a fraction of a base unit", "1.0", 0, TooManyDecimals { allowed: 0, found: 1 }),
        ("2^128", "340282366920938463463374607431768211456", 0, TooLarge { decimals: 0 }),
        ("2^128 units", "340282366920938463463.374607431768211456", 18, TooLarge { decimals: 18 }),
        ("too large a unit", "1", 39, TooLarge { decimals: 39 }),
        ("ten times too large", "3402823669209384634634", 18, TooLarge { decimals: 18 }),
    ];
    for (name, text, decimals, error) in table {
        assert_eq!(Amount::parse_decimal(text, decimals), Err(error), "{name}");
    }
    let endless = "9".repeat(1_000_000);
    assert_eq!(Amount::parse_decimal(&endless, 9), Err(TooLarge { decimals: 9 }));
    let endless = format!("0.{endless}");
    assert_eq!(
        Amount::parse_decimal(&endless, 9),
        Err(TooManyDecimals { allowed: 9, found: 1_000_000 })
    );
    assert_eq!("1.0".parse::<Amount>(), Err(TooManyDecimals { allowed: 0, found: 1 }));
    assert_eq!("-1".parse::<Amount>(), Err(invalid('-', 0)));
}

#[test]
fn good_amounts() {
    for (text, decimals, units) in [
        ("285000", 9, 285_000_000_000_000),
        ("0.5", 9, 500_000_000),
        ("0", 9, 0),
        ("0.0", 9, 0),
        ("10", 0, 10),
        ("0.000000001", 9, 1),
        ("1.50", 2, 150),
        ("340282366920938463463374607431768211455", 0, u128::MAX),
        ("340282366920938463463.374607431768211455", 18, u128::MAX),
        ("0", 255, 0),
        ("0.000000000000000000000000000000000000000001", 42, 1),
    ] {
        assert_eq!(Amount::parse_decimal(text, decimals), Ok(Amount::new(units)), "{text}");
    }
}

#[test]
fn bad_ratios_are_refused_by_name() {
    for (name, text, error) in bad_numbers() {
        let error = ParseRatioError::Number(error);
        assert_eq!(Ratio::parse_decimal(text), Err(error), "{name}");
        assert_eq!(SignedRatio::parse_decimal(text), Err(error), "{name}");
        assert_eq!(SignedRatio::parse_decimal(&format!("-{text}")), Err(error), "minus {name}");
        assert_eq!(text.parse::<Ratio>(), Err(error), "{name}");
    }
    let number = ParseRatioError::Number;
    let long = format!("0.{}", "0".repeat(39));
    for (name, text, error) in [
        ("minus", "-1", number(invalid('-', 0))),
        ("39 decimals", &long, number(TooManyDecimals { allowed: 38, found: 39 })),
        ("zero denominator", "1/0", ParseRatioError::ZeroDenominator),
        ("zero over zero", "0/0", ParseRatioError::ZeroDenominator),
        ("no denominator", "1/", number(Empty)),
        ("no numerator", "/2", number(Empty)),
        ("two slashes", "1/2/3", number(invalid('/', 1))),
        ("decimal numerator", "0.5/2", number(TooManyDecimals { allowed: 0, found: 1 })),
        ("minus below", "1/-2", number(invalid('-', 0))),
    ] {
        assert_eq!(text.parse::<Ratio>(), Err(error), "{name}");
    }
    assert_eq!(SignedRatio::parse_decimal("--1"), Err(number(invalid('-', 0))));
    assert_eq!(Ratio::parse_decimal("1/2"), Err(number(invalid('/', 1))));
    assert_eq!("2/4".parse(), Ok(Ratio::new(1, 2).unwrap()));
    assert_eq!("-2/4".parse(), Ok(SignedRatio::new(true, Ratio::new(1, 2).unwrap())));
}

#[test]
fn messages_say_what_is_allowed() {
    let message = |text, decimals| Amount::parse_decimal(text, decimals).unwrap_err().to_string();
    assert_eq!(message("1.234", 2), "3 digits after the dot: at most 2 are allowed");
    assert_eq!(message("1.5", 0), "1 digits after the dot: only whole numbers are allowed");
    assert_eq!(
        message("340282366920938463464", 18),
        "too large: at most 340282366920938463463.374607431768211455 is allowed"
    );
    assert_eq!(
        message("1e5", 9),
        "character 'e' at position 1: only digits and one dot are allowed"
    );
    assert_eq!(message("07", 9), "leading zero: write 7, not 07");
}

#[test]
fn amounts_for_people() {
    let grouped = |units, decimals, shown| Amount::new(units).to_grouped(decimals, shown);
    assert_eq!(grouped(285_000_000_000_000, 9, 9), "285,000.000000000");
    assert_eq!(grouped(600_142_511_281_213_054, 9, 2), "600,142,511.28");
    assert_eq!(grouped(999, 0, 0), "999");
    assert_eq!(grouped(1_000, 0, 0), "1,000");
    assert_eq!(grouped(1_999_999, 6, 0), "1");
    assert_eq!(grouped(1_999_999, 6, 3), "1.999");
    assert_eq!(grouped(5, 1, 4), "0.5000");
    assert_eq!(grouped(7, 0, 2), "7.00");
    assert_eq!(grouped(0, 9, 2), "0.00");
    assert_eq!(Amount::new(500_000_000).to_decimal(9), "0.5");
    assert_eq!(Amount::new(285_000_000_000_000).to_decimal(9), "285000");
    assert_eq!(Amount::new(100).to_decimal(0), "100");
    assert_eq!(Amount::ZERO.to_decimal(9), "0");
    assert_eq!(Amount::new(1).to_decimal(42).len(), 44);
    assert_eq!(Amount::new(1_234_567).to_string(), "1234567");
    assert_eq!(format!("{:>5}|", Amount::new(12)), "   12|");
}

proptest! {
    #![proptest_config(cases(5_000, 1_000_000))]

    #[test]
    fn amounts_read_back(units in number(), decimals in 0_u8..60) {
        let amount = Amount::new(units);
        prop_assert_eq!(Amount::parse_decimal(&amount.to_decimal(decimals), decimals), Ok(amount));
        prop_assert_eq!(amount.to_string().parse(), Ok(amount));
        let shown = amount.to_grouped(decimals, decimals).replace(',', "");
        prop_assert_eq!(Amount::parse_decimal(&shown, decimals), Ok(amount));
    }

    #[test]
    fn decimal_ratios_read_back(digits in 0_u128..10_u128.pow(38), decimals in 0_u8..38) {
        let text = Amount::new(digits).to_decimal(decimals);
        let ratio = Ratio::parse_decimal(&text).unwrap();
        prop_assert_eq!(ratio.to_string(), text);
        prop_assert_eq!(Ratio::new(digits, 10_u128.pow(u32::from(decimals))), Ok(ratio));
    }

    #[test]
    fn no_text_makes_a_parser_fail_badly(text in ".{0,40}", decimals: u8) {
        if let Ok(amount) = Amount::parse_decimal(&text, decimals) {
            let exact = amount.to_decimal(decimals);
            let trimmed = match text.contains('.') {
                true => text.trim_end_matches('0').trim_end_matches('.'),
                false => &text,
            };
            prop_assert_eq!(trimmed, exact);
        }
        let has_digit = text.contains(|c: char| c.is_ascii_digit());
        prop_assert!(has_digit || text.parse::<SignedRatio>().is_err());
    }

    #[test]
    fn nearly_numbers_parse_to_what_they_say(
        text in "[0-9]{0,42}[.]?[0-9]{0,12}", decimals in 0_u8..20,
    ) {
        if let Ok(amount) = Amount::parse_decimal(&text, decimals) {
            let shown = amount.to_decimal(decimals);
            prop_assert_eq!(Amount::parse_decimal(&shown, decimals), Ok(amount));
            prop_assert!(text.starts_with(&shown));
        }
    }
}
