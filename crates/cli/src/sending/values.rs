//! What people write, as the values of an ABI: amounts with their unit, names of models, epochs by
//! word, structs as `field=value,field=value`.

use alloy_dyn_abi::{DynSolType, DynSolValue, JsonAbiExt, Specifier};
use alloy_primitives::{Address as AbiAddress, B256, U256};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use workmint_amounts::Ratio;
use workmint_core::Address;
use workmint_core::names::AssetId;
use workmint_core::time::Duration;
use workmint_protocol::wire::{Call, addresses};

use super::facts::{self, Asset, Facts, Part};
use super::kinds::{Input, Kind};
use super::meaning::{Meaning, NO_MODEL, meaning};
use crate::keys::unhex;

/// Addresses of the user's keys by name.
pub(crate) type Names = BTreeMap<String, Address>;

/// Values of options by their name; lists have several.
pub(crate) type Given = BTreeMap<String, Vec<String>>;

/// Turns what was given into the values of a kind's function.
pub(crate) struct Reader<'a> {
    facts: &'a Facts,
    /// Milliseconds since 1970, for times that begin now.
    now_ms: u64,
    /// Addresses of the user's keys by name.
    names: &'a Names,
    kind: &'a Kind,
    given: &'a Given,
}

impl<'a> Reader<'a> {
    /// Of what was given for a kind.
    pub(crate) fn new(
        facts: &'a Facts,
        names: &'a Names,
        kind: &'a Kind,
        given: &'a Given,
    ) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        Self { facts, now_ms, names, kind, given }
    }

    pub(super) fn kind(&self) -> &'a Kind {
        self.kind
    }

    pub(super) fn facts(&self) -> &'a Facts {
        self.facts
    }

    pub(super) fn names(&self) -> &'a Names {
        self.names
    }

    pub(super) fn meaning(&self, input: &Input) -> Meaning {
        meaning(&self.kind.function.name, &input.param)
    }

    /// What was given for the option of an input.
    pub(super) fn texts(&self, input: &Input) -> &'a [String] {
        self.given.get(&input.option).map_or(&[][..], Vec::as_slice)
    }

    /// Whether what was given has an epoch by word, which is another number in another epoch.
    pub(crate) fn names_epoch(&self) -> bool {
        let words = |text: &String| text.contains("open") || text.contains("closed");
        let inputs = self.kind.options.iter();
        let mut inputs = inputs.flat_map(|input| std::iter::once(input).chain(&input.fields));
        inputs.any(|input| self.meaning(input) == Meaning::Epoch)
            && self.given.values().flatten().any(words)
    }

    /// The call that these values make.
    pub(crate) fn call(&self, values: &[DynSolValue]) -> Result<Call, String> {
        let to = match self.kind.contract {
            Some(contract) => contract.address(),
            None => addresses::token(AssetId(self.token()?.number)),
        };
        let input = self.kind.function.abi_encode_input(values);
        let input = input.map_err(|error| error.to_string())?;
        Ok(Call { to, value: U256::ZERO, input })
    }

    /// All values, in the function's order.
    pub(crate) fn values(&self) -> Result<Vec<DynSolValue>, String> {
        self.kind.inputs.iter().map(|input| self.option(input)).collect()
    }

    fn option(&self, input: &Input) -> Result<DynSolValue, String> {
        if input.is_struct() {
            let fields = input.fields.iter().map(|field| self.option(field));
            return fields.collect::<Result<_, String>>().map(DynSolValue::Tuple);
        }
        let value = self.input(input, self.texts(input));
        // What is wrong with another option says so itself.
        value.map_err(|error| match error.starts_with("--") {
            true => error,
            false => format!("--{}: {error}", input.option),
        })
    }

    /// The asset whose contract a transfer or approval is for.
    pub(crate) fn token(&self) -> Result<&'a Asset, String> {
        if let Some(symbol) = self.one("asset") {
            return self.facts.asset(symbol).map_err(|error| format!("--asset: {error}"));
        }
        let named = self.one("amount").and_then(|amount| amount.trim().split_once(' '));
        match (named, self.facts.assets.as_slice()) {
            (Some((_, unit)), _) if unit.trim() != "base" => {
                self.facts.asset(unit.trim()).map_err(|error| format!("--amount: {error}"))
            }
            (_, [only]) => Ok(only),
            _ => {
                let symbols = self.facts.assets.iter().map(|asset| asset.symbol.as_str());
                let symbols = symbols.collect::<Vec<&str>>().join(", ");
                Err(format!("--asset: which one? Allowed: {symbols}"))
            }
        }
    }

    fn one(&self, option: &str) -> Option<&'a str> {
        self.given.get(option).and_then(|texts| texts.first()).map(String::as_str)
    }

    fn input(&self, input: &Input, texts: &[String]) -> Result<DynSolValue, String> {
        let ty = input.param.ty.as_str();
        if let Some(element) = ty.strip_suffix("[]") {
            let one = |text: &str| match input.fields.is_empty() {
                true => self.scalar(input, element, text.trim()),
                false => self.tuple(input, text),
            };
            // Plain values may stand in one option with commas; structs have commas of their own.
            let parts = texts.iter().filter(|text| !text.trim().is_empty());
            let values: Result<Vec<DynSolValue>, String> = match input.fields.is_empty() {
                true => parts.flat_map(|text| text.split(',')).map(one).collect(),
                false => parts.map(|text| one(text)).collect(),
            };
            return values.map(DynSolValue::Array);
        }
        self.scalar(input, ty, texts.first().ok_or("it is missing")?)
    }

    fn tuple(&self, input: &Input, text: &str) -> Result<DynSolValue, String> {
        let mut pairs = BTreeMap::new();
        for pair in text.split(',') {
            let names = || {
                let names = input.fields.iter().map(|field| field.option.clone());
                names.collect::<Vec<String>>().join(", ")
            };
            let shape = || format!("\"{pair}\": allowed is FIELD=VALUE; fields: {}", names());
            let (name, value) = pair.split_once('=').ok_or_else(shape)?;
            let top = name.trim().split('.').next().unwrap_or_default();
            if !input.fields.iter().any(|field| field.option == top) {
                return Err(shape());
            }
            if pairs.insert(name.trim().to_owned(), value.trim().to_owned()).is_some() {
                return Err(format!("{} stands twice", name.trim()));
            }
        }
        self.fields(input, &pairs, "")
    }

    fn fields(
        &self,
        input: &Input,
        pairs: &BTreeMap<String, String>,
        prefix: &str,
    ) -> Result<DynSolValue, String> {
        let values = input.fields.iter().map(|field| {
            let name = format!("{prefix}{}", field.option);
            if !field.fields.is_empty() {
                return self.fields(field, pairs, &format!("{name}."));
            }
            let text = pairs.get(&name).ok_or_else(|| format!("{name} is missing"))?;
            self.scalar(field, &field.param.ty, text).map_err(|error| format!("{name}: {error}"))
        });
        values.collect::<Result<Vec<DynSolValue>, String>>().map(DynSolValue::Tuple)
    }

    fn scalar(&self, input: &Input, ty: &str, text: &str) -> Result<DynSolValue, String> {
        let sol: DynSolType = ty.resolve().map_err(|error| format!("{error}"))?;
        match sol {
            DynSolType::Uint(bits) => {
                let number = self.number(input, bits, text)?;
                if number.bit_len() > bits {
                    return Err(format!("\"{text}\": allowed: 0 to 2^{bits} - 1"));
                }
                Ok(DynSolValue::Uint(number, bits))
            }
            DynSolType::Address => self.address(text).map(DynSolValue::Address),
            DynSolType::Bool => match text {
                "true" | "yes" => Ok(DynSolValue::Bool(true)),
                "false" | "no" => Ok(DynSolValue::Bool(false)),
                _ => Err(format!("\"{text}\"; allowed: true, false")),
            },
            DynSolType::FixedBytes(32) => hash(text).map(|hash| DynSolValue::FixedBytes(hash, 32)),
            DynSolType::String => Ok(DynSolValue::String(text.to_owned())),
            DynSolType::Bytes if self.meaning(input) == Meaning::Parameters => {
                parameters(text).map(DynSolValue::Bytes)
            }
            DynSolType::Bytes => bytes(text).map(DynSolValue::Bytes),
            other => Err(format!("values of {other} cannot be written here")),
        }
    }

    fn number(&self, input: &Input, bits: usize, text: &str) -> Result<U256, String> {
        let largest = U256::MAX >> (256_usize.saturating_sub(bits));
        let meaning = self.meaning(input);
        if matches!(text, "max" | "all" | "unlimited") {
            if meaning.is_money() && !input.may_be_unlimited() {
                return Err(format!("\"{text}\": this amount has a limit; write how much"));
            }
            return Ok(largest);
        }
        let money = |asset: Option<&Asset>| {
            let (amount, _) = facts::amount(text, asset, self.facts)?;
            Ok(U256::from(amount.get()))
        };
        let small = |number: u64| Ok(U256::from(number));
        match meaning {
            Meaning::Amount(_) | Meaning::AmountOfAsset | Meaning::AmountOfOther => {
                money(self.asset_of(meaning)?)
            }
            Meaning::Asset => small(u64::from(self.facts.asset(text)?.number)),
            Meaning::Model if text == "none" => small(NO_MODEL),
            Meaning::Model => small(u64::from(self.facts.model(text)?)),
            Meaning::Tier => small(u64::from(self.facts.tier(text)?)),
            Meaning::Numerator => Ok(U256::from(ratio(text)?.0)),
            Meaning::Denominator => Ok(U256::from(ratio(text)?.1)),
            Meaning::Epoch if text == "open" => small(self.facts.epoch),
            Meaning::Epoch if text == "closed" => {
                let closed = self.facts.epoch.checked_sub(1);
                small(closed.ok_or("\"closed\": no epoch is closed yet")?)
            }
            Meaning::Epoch => whole(text, "a number, \"open\", or \"closed\" for the last one"),
            Meaning::Version if text == "active" => small(self.facts.parameters_version),
            Meaning::Version => whole(text, "a number, or \"active\""),
            Meaning::Time => match text.strip_prefix('+') {
                Some(length) => small(self.now_ms.saturating_add(milliseconds(length)?)),
                None => whole(text, "milliseconds since 1970, or +DURATION from now such as +10m"),
            },
            Meaning::Length => small(milliseconds(text)?),
            Meaning::Word(words) => {
                let number = text.parse::<u64>().ok();
                let found = words.iter().find(|(word, of)| *word == text || Some(*of) == number);
                let names = || words.iter().map(|(word, _)| *word).collect::<Vec<&str>>();
                let wrong = || format!("\"{text}\"; allowed: {}", names().join(", "));
                small(found.ok_or_else(wrong)?.1)
            }
            Meaning::Plain | Meaning::Parameters => whole(text, "a whole number"),
        }
    }

    /// The asset that an amount is of; of nothing else.
    pub(super) fn asset_of(&self, meaning: Meaning) -> Result<Option<&'a Asset>, String> {
        match meaning {
            Meaning::Amount(part) => self.facts.asset_of(part).map(Some),
            Meaning::AmountOfAsset => self.own_asset().map(Some),
            Meaning::AmountOfOther => {
                let first = self.facts.asset_of(Part::PoolFirst)?;
                let second = self.facts.asset_of(Part::PoolSecond)?;
                Ok(Some(if self.own_asset()? == first { second } else { first }))
            }
            _ => Ok(None),
        }
    }

    fn address(&self, text: &str) -> Result<AbiAddress, String> {
        if text == "none" {
            return Ok(AbiAddress::ZERO);
        }
        let address = match self.names.get(text) {
            Some(address) => *address,
            None => text.parse::<Address>().map_err(|error| match text.starts_with("0x") {
                true => format!("\"{text}\": {error}"),
                false => format!("\"{text}\": {error}; there is {}", no_key(text, self.names)),
            })?,
        };
        Ok(AbiAddress::from(*address.as_bytes()))
    }

    /// The asset that a function's other option names, or its contract is of.
    fn own_asset(&self) -> Result<&'a Asset, String> {
        let named = self.kind.options.iter().find(|input| self.meaning(input) == Meaning::Asset);
        match named.and_then(|input| self.one(&input.option)) {
            Some(symbol) => self.facts.asset(symbol),
            None => self.token(),
        }
    }
}

/// That no key has this name, and which names keys have.
fn no_key(name: &str, names: &Names) -> String {
    let all = names.keys().map(String::as_str).collect::<Vec<&str>>().join(", ");
    match all.is_empty() {
        true => format!("no key \"{name}\": there are none yet"),
        false => format!("no key \"{name}\"; allowed: {all}, or one of their addresses"),
    }
}

fn whole(text: &str, allowed: &str) -> Result<U256, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| U256::from_str_radix(text, 10).ok()).flatten();
    number.ok_or_else(|| format!("\"{text}\"; allowed: {allowed}"))
}

/// A ratio in lowest terms; `none` is 0/0, which a function may take for: not given.
fn ratio(text: &str) -> Result<(u128, u128), String> {
    let wrong = || format!("\"{text}\"; allowed: a ratio such as 5%, 0.05 or 1/20");
    if text == "none" {
        return Ok((0, 0));
    }
    let ratio = match (text.split_once('/'), text.strip_suffix('%')) {
        (Some((upper, lower)), _) => {
            let upper = upper.trim().parse::<u128>().map_err(|_| wrong())?;
            Ratio::new(upper, lower.trim().parse().map_err(|_| wrong())?).map_err(|_| wrong())?
        }
        (None, Some(percent)) => {
            let ratio = Ratio::parse_decimal(percent.trim()).map_err(|_| wrong())?;
            let hundredth = Ratio::new(1, 100).map_err(|_| wrong())?;
            ratio.checked_mul(hundredth).map_err(|_| wrong())?
        }
        (None, None) => Ratio::parse_decimal(text).map_err(|_| wrong())?,
    };
    Ok((ratio.numerator(), ratio.denominator()))
}

fn milliseconds(text: &str) -> Result<u64, String> {
    let wrong =
        || format!("\"{text}\"; allowed: milliseconds, or a duration such as 90s, 10m, 28d");
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| wrong());
    }
    match workmint_networks::duration(text) {
        Some(Duration::Milliseconds(length)) => Ok(length),
        Some(Duration::Epochs(_)) | None => Err(wrong()),
    }
}

fn hash(text: &str) -> Result<B256, String> {
    if let Some(path) = text.strip_prefix('@') {
        return Ok(alloy_primitives::keccak256(contents(path)?));
    }
    let digits = text.strip_prefix("0x").and_then(unhex);
    let bytes = digits.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    bytes.map(B256::from).ok_or_else(|| {
        format!("\"{text}\"; allowed: 0x and 64 hexadecimal digits, or @FILE for its Keccak-256")
    })
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    match text.strip_prefix('@') {
        Some(path) => contents(path),
        None => text
            .strip_prefix("0x")
            .and_then(unhex)
            .ok_or_else(|| format!("\"{text}\"; allowed: 0x and hexadecimal digits, or @FILE")),
    }
}

fn contents(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(Path::new(path)).map_err(|error| format!("cannot read {path}: {error}"))
}

/// All parameters of a network file.
fn parameters(name: &str) -> Result<Vec<u8>, String> {
    let definition = crate::source::network(name).map_err(|failure| failure.to_string())?;
    borsh::to_vec(&definition.parameters).map_err(|error| error.to_string())
}
