//! How single values are written: durations, epoch lengths, owners.

use crate::definition::Owner;
use workmint_core::address::ParseAddressError;
use workmint_core::modules::parameters::EpochLength;
use workmint_core::time::{DAY_MS, Duration};

/// What a duration looks like.
pub(crate) const DURATION: &str = "a whole number and a unit: \"28d\", \"4h\", \"30m\", \"10s\", \
                                   \"500ms\" or \"2 epochs\"";
/// What a length in time looks like.
pub(crate) const TIME: &str =
    "a whole number and a unit: \"1d\", \"4h\", \"5m\", \"10s\", \"500ms\"";
/// What a length in epochs looks like.
pub(crate) const EPOCHS: &str = "whole epochs: \"1 epoch\", \"180 epochs\"";
/// What a length in blocks looks like.
pub(crate) const BLOCKS: &str = "whole blocks: \"1 block\", \"360 blocks\"";
/// What the length of an epoch looks like.
pub(crate) const EPOCH_LENGTH: &str =
    "a time or a number of blocks: \"1d\", \"6h\", \"100 blocks\"";
/// What an owner looks like.
pub(crate) const OWNER: &str = "an address, a name such as \"founder\", or \"treasury\"";

const UNITS: [(&str, u64); 5] =
    [("d", DAY_MS), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// A whole number without sign or leading zero, and the unit after it.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if number.len() > 1 && number.starts_with('0') {
        return None;
    }
    Some((number.parse().ok()?, unit))
}

/// Reads a length of time as network files write it: `"28d"`, `"2 epochs"`; exact, nothing is
/// rounded. `None` if it is none.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    match number_and_unit(text)? {
        (count, " epoch" | " epochs") => Some(Duration::Epochs(count)),
        (count, unit) => {
            let (_, length) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
            count.checked_mul(length).map(Duration::Milliseconds)
        }
    }
}

/// `"5m"`, in milliseconds.
pub(crate) fn time(text: &str) -> Option<u64> {
    match duration(text)? {
        Duration::Milliseconds(length) => Some(length),
        Duration::Epochs(_) => None,
    }
}

/// `"1 epoch"`, `"180 epochs"`.
pub(crate) fn epochs(text: &str) -> Option<u64> {
    match duration(text)? {
        Duration::Epochs(count) => Some(count),
        Duration::Milliseconds(_) => None,
    }
}

/// `"1 block"`, `"360 blocks"`.
pub(crate) fn blocks(text: &str) -> Option<u64> {
    match number_and_unit(text)? {
        (count, " block" | " blocks") => Some(count),
        _ => None,
    }
}

/// Reads an epoch's length as network files write it: `"1d"` or `"100 blocks"`. `None` if it is
/// none.
#[must_use]
pub fn epoch_length(text: &str) -> Option<EpochLength> {
    if let Some(count) = blocks(text) {
        return Some(EpochLength::Blocks(count));
    }
    match duration(text)? {
        Duration::Milliseconds(length) => Some(EpochLength::Time(length)),
        Duration::Epochs(_) => None,
    }
}

/// An epoch length as the file writes it.
pub(crate) fn show_epoch_length(length: EpochLength) -> String {
    match length {
        EpochLength::Time(length) => Duration::Milliseconds(length).to_string(),
        EpochLength::Blocks(count) => show_blocks(count),
    }
}

/// A length in blocks as the file writes it.
pub(crate) fn show_blocks(count: u64) -> String {
    if count == 1 { "1 block".to_owned() } else { format!("{count} blocks") }
}

/// An address, `treasury`, or the name of an account that is bound when a chain is created.
pub(crate) fn owner(text: &str) -> Result<Owner, String> {
    if text == "treasury" {
        return Ok(Owner::Treasury);
    }
    if text.starts_with("0x") || text.starts_with("0X") {
        return text
            .parse()
            .map(Owner::Address)
            .map_err(|error: ParseAddressError| format!("\"{text}\" is no address: {error}"));
    }
    text.parse().map(Owner::Named).map_err(|error| format!("\"{text}\" is no owner: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [
            ("28d", Some(Duration::Milliseconds(28 * DAY_MS))),
            ("4h", Some(Duration::Milliseconds(14_400_000))),
            ("30m", Some(Duration::Milliseconds(1_800_000))),
            ("10s", Some(Duration::Milliseconds(10_000))),
            ("500ms", Some(Duration::Milliseconds(500))),
            ("0d", Some(Duration::Milliseconds(0))),
            ("1 epoch", Some(Duration::Epochs(1))),
            ("2 epochs", Some(Duration::Epochs(2))),
            ("28 parsecs", None),
            ("28 d", None),
            ("28", None),
            ("d", None),
            ("", None),
            ("-1d", None),
            ("1.5d", None),
            ("028d", None),
            ("1d2h", None),
            ("1epoch", None),
            ("18446744073709551616ms", None),
            ("18446744073709551615d", None),
        ];
        for (text, expected) in cases {
            assert_eq!(duration(text), expected, "{text:?}");
            if let Some(duration_read) = expected {
                assert_eq!(duration(&duration_read.to_string()), expected, "written back");
            }
        }
    }

    #[test]
    fn epoch_lengths() {
        let cases = [
            ("1d", Some(EpochLength::Time(DAY_MS))),
            ("100 blocks", Some(EpochLength::Blocks(100))),
            ("1 block", Some(EpochLength::Blocks(1))),
            ("1 epoch", None),
            ("100", None),
        ];
        for (text, expected) in cases {
            assert_eq!(epoch_length(text), expected, "{text:?}");
            if let Some(length) = expected {
                assert_eq!(epoch_length(&show_epoch_length(length)), expected, "written back");
            }
        }
        assert_eq!(epochs("3 epochs"), Some(3));
        assert_eq!(epochs("3d"), None);
        assert_eq!((time("5m"), time("1 epoch")), (Some(300_000), None));
        for (text, expected) in [
            ("360 blocks", Some(360)),
            ("1 block", Some(1)),
            ("360", None),
            ("6h", None),
            ("1 epoch", None),
        ] {
            assert_eq!(blocks(text), expected, "{text:?}");
            assert!(expected.is_none_or(|count| show_blocks(count) == text), "{text:?}");
        }
    }

    #[test]
    fn owners() {
        let checksummed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert_eq!(owner("treasury"), Ok(Owner::Treasury));
        assert_eq!(owner(checksummed), Ok(Owner::Address(checksummed.parse().unwrap())));
        assert!(matches!(owner("reporter-1"), Ok(Owner::Named(_))));
        for wrong in ["0x5a", "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "", "two words", "ä"] {
            assert!(owner(wrong).is_err(), "{wrong:?}");
        }
        let wrong = "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        assert!(owner(wrong).unwrap_err().contains(checksummed), "names the right checksum");
    }
}
