//! Reads one value of each kind, with errors that say how to write it.

use crate::choices::Choices;
use crate::definition::{Owner, stand_in};
use crate::reader::{Field, Reader, Section, kind};
use crate::values;
use toml::de::DeValue;
use workmint_amounts::{Amount, ParseAmountError, ParseRatioError, Ratio, SignedRatio};
use workmint_core::Address;
use workmint_core::modules::parameters::{AssetId, EpochLength, Name};
use workmint_core::time::Duration;

/// What amounts of an asset are written in.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) id: AssetId,
    pub(super) symbol: String,
    pub(super) decimals: u8,
}

/// The readable assets; `complete` unless one could not be read.
pub(super) struct Units {
    pub(super) known: Vec<Unit>,
    pub(super) complete: bool,
}

/// Digits after the dot of a loss.
pub(crate) const LOSS_DIGITS: u8 = 9;
const RATIO: &str = "a decimal string such as \"0.2\", or a fraction such as \"1/3\"";

impl<'a> Reader<'a> {
    /// A text; `allowed` describes the right ones.
    fn text(&mut self, field: &Field<'a>, allowed: &str) -> Option<&'a str> {
        if let DeValue::String(text) = field.value {
            return Some(text);
        }
        let message = format!("a text in quotes is needed, not {}", kind(field.value));
        self.wrong(field, message, allowed);
        None
    }

    /// A number written as text; `what` says how such numbers are written.
    fn decimal(&mut self, field: &Field<'a>, what: &str, allowed: &str) -> Option<&'a str> {
        let bare = match field.value {
            DeValue::Integer(number) => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            DeValue::String(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_) => return self.text(field, allowed),
        };
        let plain = bare.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
        let message = if plain {
            format!("{bare} is a bare number; {what}: write \"{bare}\"")
        } else {
            format!("{bare} is no number to settle by; {what}")
        };
        self.wrong(field, message, allowed);
        None
    }

    /// Notes that a text is not what it should be.
    fn refuse<T>(&mut self, field: &Field<'a>, message: String, allowed: &str) -> Option<T> {
        self.wrong(field, message, allowed);
        None
    }

    pub(super) fn name(&mut self, section: &Section<'a>, key: &'static str) -> Option<Name> {
        let field = self.field(section, key)?;
        self.name_in(&field)
    }

    fn name_in(&mut self, field: &Field<'a>) -> Option<Name> {
        let allowed = "1 to 64 characters from a-z A-Z 0-9 . _ / -";
        let text = self.text(field, allowed)?;
        let message = || format!("\"{text}\" is no name");
        text.parse().ok().or_else(|| self.refuse(field, message(), allowed))
    }

    /// A list of names.
    pub(super) fn names(&mut self, section: &Section<'a>, key: &'static str) -> Option<Vec<Name>> {
        let field = self.field(section, key)?;
        let elements = self.elements(&field, "a list of names in quotes")?;
        let read: Vec<Option<Name>> = elements.iter().map(|name| self.name_in(name)).collect();
        read.into_iter().collect()
    }

    /// A whole number that fits `T`; ranges inside `T` are the checker's.
    pub(super) fn count<T: TryFrom<u64>>(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<T> {
        self.count_to(section, key, u64::MAX >> (64 - 8 * size_of::<T>().min(8)))
    }

    /// A whole number up to `largest`, which fits `T`.
    pub(super) fn count_to<T: TryFrom<u64>>(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        largest: u64,
    ) -> Option<T> {
        let allowed = "a whole number without quotes";
        let field = self.field(section, key)?;
        let number = match field.value {
            DeValue::Integer(number) => number,
            DeValue::String(text) if text.parse::<u64>().is_ok() => {
                let message = format!("\"{text}\" is a text; counts have no quotes: write {text}");
                return self.refuse(&field, message, allowed);
            }
            other => {
                let message = format!("a whole number is needed, not {}", kind(other));
                return self.refuse(&field, message, allowed);
            }
        };
        let read = u64::from_str_radix(number.as_str(), number.radix());
        let message = || format!("\"{}\" is out of range", number.as_str());
        let allowed = format!("0 to {largest}");
        let value = read.ok().filter(|value| *value <= largest);
        let value = value.and_then(|value| T::try_from(value).ok());
        value.or_else(|| self.refuse(&field, message(), &allowed))
    }

    /// A whole number that may be negative.
    pub(super) fn signed_count(&mut self, section: &Section<'a>, key: &'static str) -> Option<i16> {
        let field = self.field(section, key)?;
        let DeValue::Integer(number) = field.value else {
            let message = format!("a whole number is needed, not {}", kind(field.value));
            return self.refuse(&field, message, "a whole number without quotes");
        };
        let read = i16::from_str_radix(number.as_str(), number.radix()).ok();
        let message = || format!("\"{}\" is out of range", number.as_str());
        let allowed = format!("{} to {}", i16::MIN, i16::MAX);
        read.or_else(|| self.refuse(&field, message(), &allowed))
    }

    /// A whole number with a default.
    pub(super) fn count_or<T: TryFrom<u64>>(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        default: T,
    ) -> Option<T> {
        if section.optional(key).is_some() { self.count(section, key) } else { Some(default) }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, section: &Section<'a>, key: &'static str) -> Option<bool> {
        let field = self.field(section, key)?;
        if let DeValue::Boolean(flag) = field.value {
            return Some(*flag);
        }
        let message = format!("true or false is needed, not {}", kind(field.value));
        self.refuse(&field, message, "true, false, without quotes")
    }

    /// A number of display units; needs the asset to be known.
    pub(super) fn amount(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        unit: Option<&Unit>,
    ) -> Option<Amount> {
        let field = self.field(section, key)?;
        let (symbol, decimals) =
            unit.map_or(("display units", 38), |unit| (unit.symbol.as_str(), unit.decimals));
        let allowed = format!("a decimal string in {symbol}, such as \"{}\"", example(decimals));
        let text =
            self.decimal(&field, "amounts are decimal strings in display units", &allowed)?;
        let read = Amount::parse_decimal(text, decimals);
        let refused = |error: &ParseAmountError| format!("\"{text}\" is no amount: {error}");
        match read {
            Ok(amount) => unit.map(|_| amount),
            // Without the asset its digits are not known, and 38 are too many for large numbers.
            Err(ParseAmountError::TooLarge { .. }) if unit.is_none() => None,
            Err(error) => self.refuse(&field, refused(&error), &allowed),
        }
    }

    /// An amount that is 0 where the file has none.
    pub(super) fn amount_or_zero(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        unit: Option<&Unit>,
    ) -> Option<Amount> {
        match section.optional(key) {
            Some(_) => self.amount(section, key, unit),
            None => Some(Amount::ZERO),
        }
    }

    pub(super) fn ratio(&mut self, section: &Section<'a>, key: &'static str) -> Option<Ratio> {
        let field = self.field(section, key)?;
        self.ratio_in(&field)
    }

    /// A ratio that stands in a list.
    pub(super) fn ratio_in(&mut self, field: &Field<'a>) -> Option<Ratio> {
        let text = self.decimal(field, "ratios are decimal strings", RATIO)?;
        let refused = |error: ParseRatioError| format!("\"{text}\" is no ratio: {error}");
        match text.parse() {
            Ok(ratio) => Some(ratio),
            Err(error) => self.refuse(field, refused(error), RATIO),
        }
    }

    /// A number with up to nine digits after the dot, in 10^-9, that may be absent.
    pub(super) fn optional_loss(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<Option<u64>> {
        let Some(field) = section.optional(key) else {
            return Some(None);
        };
        let allowed = "a decimal string below 2^64 x 10^-9, such as \"2.5\"";
        let text = self.decimal(&field, "losses are decimal strings", allowed)?;
        let read = Amount::parse_decimal(text, LOSS_DIGITS);
        match read.map(|loss| u64::try_from(loss.get())) {
            Ok(Ok(loss)) => Some(Some(loss)),
            Ok(Err(_)) => self.refuse(&field, format!("\"{text}\" is too large"), allowed),
            Err(error) => self.refuse(&field, format!("\"{text}\" is no loss: {error}"), allowed),
        }
    }

    /// A ratio with a default.
    pub(super) fn ratio_or(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        default: Ratio,
    ) -> Option<Ratio> {
        if section.optional(key).is_some() { self.ratio(section, key) } else { Some(default) }
    }

    /// A ratio that may be absent.
    pub(super) fn optional_ratio(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<Option<Ratio>> {
        match section.optional(key) {
            Some(_) => self.ratio(section, key).map(Some),
            None => Some(None),
        }
    }

    pub(super) fn signed_ratio(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<SignedRatio> {
        let field = self.field(section, key)?;
        let text = self.decimal(&field, "ratios are decimal strings", RATIO)?;
        let refused = |error: ParseRatioError| format!("\"{text}\" is no ratio: {error}");
        match text.parse() {
            Ok(ratio) => Some(ratio),
            Err(error) => self.refuse(&field, refused(error), RATIO),
        }
    }

    fn parsed<T>(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        allowed: &str,
    ) -> Option<T> {
        let field = self.field(section, key)?;
        let text = self.text(&field, allowed)?;
        let message = || format!("\"{text}\" cannot be read");
        parse(text).or_else(|| self.refuse(&field, message(), allowed))
    }

    pub(super) fn duration(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<Duration> {
        self.parsed(section, key, values::duration, values::DURATION)
    }

    /// A length in time, milliseconds.
    pub(super) fn time(&mut self, section: &Section<'a>, key: &'static str) -> Option<u64> {
        self.parsed(section, key, values::time, values::TIME)
    }

    /// A length in time that may be absent, milliseconds.
    pub(super) fn optional_time(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<Option<u64>> {
        match section.optional(key) {
            Some(_) => self.time(section, key).map(Some),
            None => Some(None),
        }
    }

    pub(super) fn epochs(&mut self, section: &Section<'a>, key: &'static str) -> Option<u64> {
        self.parsed(section, key, values::epochs, values::EPOCHS)
    }

    /// A length in epochs that fits 32 bits.
    pub(super) fn short_epochs(&mut self, section: &Section<'a>, key: &'static str) -> Option<u32> {
        let count = self.epochs(section, key)?;
        let field = self.field(section, key)?;
        let allowed = format!("at most {} epochs", u32::MAX);
        u32::try_from(count)
            .ok()
            .or_else(|| self.refuse(&field, format!("{count} epochs are too many"), &allowed))
    }

    pub(super) fn blocks(&mut self, section: &Section<'a>, key: &'static str) -> Option<u64> {
        self.parsed(section, key, values::blocks, values::BLOCKS)
    }

    pub(super) fn epoch_length(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<EpochLength> {
        self.parsed(section, key, values::epoch_length, values::EPOCH_LENGTH)
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        choices: Choices<T>,
    ) -> Option<T> {
        let field = self.field(section, key)?;
        self.choice_in(&field, choices)
    }

    /// A list of choices; absent means none. Ascending, as the core keeps sets.
    pub(super) fn choices_or_none<T: Copy + Ord>(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        choices: Choices<T>,
    ) -> Option<Vec<T>> {
        if section.optional(key).is_none() {
            return Some(Vec::new());
        }
        let field = self.field(section, key)?;
        let elements = self.elements(&field, "a list of words in quotes")?;
        let read: Vec<Option<T>> =
            elements.iter().map(|element| self.choice_in(element, choices)).collect();
        let mut read: Vec<T> = read.into_iter().collect::<Option<_>>()?;
        read.sort_unstable();
        Some(read)
    }

    fn choice_in<T: Copy>(&mut self, field: &Field<'a>, choices: Choices<T>) -> Option<T> {
        let allowed: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let allowed = allowed.join(", ");
        let text = self.text(field, &allowed)?;
        let found = choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        found.or_else(|| self.refuse(field, format!("unknown word \"{text}\""), &allowed))
    }

    /// A choice with a default.
    pub(super) fn choice_or<T: Copy>(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        choices: Choices<T>,
        default: T,
    ) -> Option<T> {
        if section.optional(key).is_some() {
            self.choice(section, key, choices)
        } else {
            Some(default)
        }
    }

    /// An asset by its symbol.
    pub(super) fn asset(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        units: &Units,
    ) -> Option<Unit> {
        let symbols: Vec<&str> = units.known.iter().map(|unit| unit.symbol.as_str()).collect();
        let allowed = symbols.join(", ");
        let field = self.field(section, key)?;
        let text = self.text(&field, &allowed)?;
        let found = units.known.iter().find(|unit| unit.symbol == text).cloned();
        if found.is_none() && units.complete {
            self.wrong(&field, format!("there is no asset \"{text}\""), allowed);
        }
        found
    }

    /// An amount of the asset for each unit of something; a fraction of a base unit stays one.
    pub(super) fn amount_per_unit(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
        unit: Option<&Unit>,
    ) -> Option<Ratio> {
        let ratio = self.ratio(section, key)?;
        let base_units = 10_u128.checked_pow(u32::from(unit?.decimals)).map(Ratio::from_integer);
        let found = base_units.and_then(|base_units| ratio.checked_mul(base_units).ok());
        if found.is_none() {
            let field = self.field(section, key)?;
            let message = format!("\"{ratio}\" has too many digits");
            self.wrong(&field, message, "a number below 2^128 base units");
        }
        found
    }

    /// An account of the parameters; a name stands in for itself until a chain is created.
    /// `None` inside: the treasury.
    pub(super) fn account(
        &mut self,
        section: &Section<'a>,
        key: &'static str,
    ) -> Option<Option<Address>> {
        let field = self.field(section, key)?;
        match self.owner(&field)? {
            Owner::Treasury => Some(None),
            Owner::Address(address) => Some(Some(address)),
            Owner::Named(name) => {
                let address = stand_in(&name);
                self.accounts.insert(address, name);
                Some(Some(address))
            }
        }
    }

    pub(super) fn owner(&mut self, field: &Field<'a>) -> Option<Owner> {
        let text = self.text(field, values::OWNER)?;
        match values::owner(text) {
            Ok(owner) => Some(owner),
            Err(message) => self.refuse(field, message, values::OWNER),
        }
    }
}

/// An amount as it can be written.
fn example(decimals: u8) -> &'static str {
    match decimals {
        0 => "285000",
        1 => "285000.5",
        _ => "285000.25",
    }
}
