//! What people write, as the values of an ABI: amounts with their unit, names of models, epochs by
//! word, structs as `field=value,field=value`.

use alloy_dyn_abi::{DynSolType, DynSolValue, Specifier};
use alloy_primitives::{Address as AbiAddress, B256, U256};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};
use workmint_core::Address;
use workmint_core::time::Duration;

use super::facts::{self, Asset, Facts, Part};
use super::kinds::{Input, Kind};
use crate::keys::unhex;

/// Values of options by their name; lists have several.
pub(crate) type Given = BTreeMap<String, Vec<String>>;

/// What a value means, where its ABI type alone does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// What its type says.
    Plain,
    /// An amount of an asset that a part of the network has.
    Amount(Part),
    /// An amount of the asset that another option names, or that the text names.
    AmountOfAsset,
    /// The pool's other asset.
    AmountOfOther,
    Asset,
    Model,
    Epoch,
    /// Version of the parameters.
    Version,
    /// A block time.
    Time,
    /// A length of time in milliseconds.
    Length,
    /// A network file's parameters.
    Parameters,
    /// A word for a number.
    Word(&'static [(&'static str, u64)]),
}

const CHOICES: &[(&str, u64)] = &[("yes", 0), ("no", 1), ("abstain", 2)];
const EXPIRIES: &[(&str, u64)] = &[("latest", 0), ("time", 1), ("epoch", 2)];
const REPORTS: &[(&str, u64)] =
    &[("summary", 0), ("compute-proof", 1), ("misses", 2), ("reading", 3)];
/// For a model: none.
const NO_MODEL: u64 = u16::MAX as u64;

/// What an input of a function means. Every amount of the contracts is here; a test holds it.
fn meaning(function: &str, input: &Input) -> Meaning {
    use Meaning::{Amount, AmountOfAsset, AmountOfOther, Word};
    let name = input.param.name.as_str();
    match (function, name) {
        ("deposit" | "withdraw", "amount") => Amount(Part::Collateral),
        ("depositStake" | "withdrawStake", "amount") => Amount(Part::Stake),
        ("bond" | "unbond" | "delegate" | "undelegate", "amount") => Amount(Part::Validators),
        ("registerSeat", "mostPrice") | ("challengeContribution", "bond") => Amount(Part::Emission),
        ("addLiquidity", "maxFirst") | ("removeLiquidity", "minFirst") => Amount(Part::PoolFirst),
        ("addLiquidity", "maxSecond") | ("removeLiquidity", "minSecond") => {
            Amount(Part::PoolSecond)
        }
        ("swap", "minOut") => AmountOfOther,
        ("swap", "amountIn") | ("proposeSpend", "amount") | (_, "value") => AmountOfAsset,
        ("addLiquidity", "minShares") | ("removeLiquidity", "shares") => Meaning::Plain,
        ("vote", "choice") => Word(CHOICES),
        ("openSession", "expiryKind") => Word(EXPIRIES),
        ("attest" | "relayAttest", "kind") => Word(REPORTS),
        ("proposeParameters", "base") => Meaning::Version,
        ("proposeParameters" | "scheduleParameters", "parameters") => Meaning::Parameters,
        (_, "model" | "models") => Meaning::Model,
        (_, "asset" | "assetIn") => Meaning::Asset,
        (_, "epoch") => Meaning::Epoch,
        (_, "deadlineMs" | "fromMs" | "toMs") => Meaning::Time,
        (_, "lockMs") => Meaning::Length,
        // The rest of what is money is the customers'.
        _ if input.param.ty == "uint256" => Amount(Part::Market),
        _ => Meaning::Plain,
    }
}

/// Turns what was given into the values of a kind's function.
pub(crate) struct Reader<'a> {
    facts: &'a Facts,
    /// Milliseconds since 1970, for times that begin now.
    now_ms: u64,
    /// Addresses of the user's keys by name.
    names: &'a BTreeMap<String, Address>,
    kind: &'a Kind,
    given: &'a Given,
}

impl<'a> Reader<'a> {
    /// Of what was given for a kind.
    pub(crate) fn new(
        facts: &'a Facts,
        names: &'a BTreeMap<String, Address>,
        kind: &'a Kind,
        given: &'a Given,
    ) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        Self { facts, now_ms, names, kind, given }
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
        let texts = self.given.get(&input.option).map_or(&[][..], Vec::as_slice);
        let value = self.input(input, texts);
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
            DynSolType::Bytes
                if meaning(&self.kind.function.name, input) == Meaning::Parameters =>
            {
                parameters(text).map(DynSolValue::Bytes)
            }
            DynSolType::Bytes => bytes(text).map(DynSolValue::Bytes),
            other => Err(format!("values of {other} cannot be written here")),
        }
    }

    fn number(&self, input: &Input, bits: usize, text: &str) -> Result<U256, String> {
        let largest = U256::MAX >> (256_usize.saturating_sub(bits));
        let meaning = meaning(&self.kind.function.name, input);
        // The largest number stands for no limit where a function knows one.
        if matches!(text, "max" | "all" | "unlimited") {
            return Ok(largest);
        }
        let money = |asset: Option<&Asset>| {
            let (amount, _) = facts::amount(text, asset, self.facts)?;
            Ok(U256::from(amount.get()))
        };
        let small = |number: u64| Ok(U256::from(number));
        match meaning {
            Meaning::Amount(part) => money(Some(self.facts.asset_of(part)?)),
            Meaning::AmountOfAsset => money(Some(self.own_asset()?)),
            Meaning::AmountOfOther => {
                let first = self.facts.asset_of(Part::PoolFirst)?;
                let second = self.facts.asset_of(Part::PoolSecond)?;
                money(Some(if self.own_asset()? == first { second } else { first }))
            }
            Meaning::Asset => small(u64::from(self.facts.asset(text)?.number)),
            Meaning::Model if text == "none" => small(NO_MODEL),
            Meaning::Model => small(u64::from(self.facts.model(text)?)),
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

    fn address(&self, text: &str) -> Result<AbiAddress, String> {
        if text == "none" {
            return Ok(AbiAddress::ZERO);
        }
        let address = match self.names.get(text) {
            Some(address) => *address,
            None => text.parse::<Address>().map_err(|error| format!("\"{text}\": {error}"))?,
        };
        Ok(AbiAddress::from(*address.as_bytes()))
    }

    /// The asset that a function's other option names, or its contract is of.
    fn own_asset(&self) -> Result<&'a Asset, String> {
        let named = self
            .kind
            .options
            .iter()
            .find(|input| meaning(&self.kind.function.name, input) == Meaning::Asset);
        match named.and_then(|input| self.one(&input.option)) {
            Some(symbol) => self.facts.asset(symbol),
            None => self.token(),
        }
    }
}

fn whole(text: &str, allowed: &str) -> Result<U256, String> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| U256::from_str_radix(text, 10).ok()).flatten();
    number.ok_or_else(|| format!("\"{text}\"; allowed: {allowed}"))
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

/// A value that can stand in an example.
pub(crate) fn example(kind: &Kind, input: &Input) -> String {
    if !input.fields.is_empty() {
        return example_fields(kind, input, "").join(",");
    }
    let ty = input.param.ty.trim_end_matches("[]");
    let text = match (meaning(&kind.function.name, input), ty) {
        (Meaning::AmountOfAsset, _) if kind.contract.is_none() => "5 GNK",
        (Meaning::Amount(_) | Meaning::AmountOfAsset | Meaning::AmountOfOther, _) => "5.25",
        (Meaning::Asset, _) => "GNK",
        (Meaning::Model, _) => "Qwen/Qwen2.5-7B-Instruct",
        (Meaning::Epoch, _) if kind.function.name == "claim" => "closed",
        (Meaning::Epoch, _) => "open",
        (Meaning::Version, _) => "active",
        (Meaning::Time, _) => "+10m",
        (Meaning::Length, _) => "28d",
        (Meaning::Parameters, _) => "gonka",
        (Meaning::Word(words), _) => words.first().map_or("0", |(word, _)| *word),
        // As late as the network allows.
        (Meaning::Plain, _) if input.param.name == "expiry" => "0",
        // Of a report that a provider made itself.
        (Meaning::Plain, "address") if input.param.name == "reporter" => "none",
        (Meaning::Plain, "address") => "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
        (Meaning::Plain, "bool") => "true",
        (Meaning::Plain, "bytes32") => {
            "0x9c22ff5f21f0b81b113e63f7db6da94fedef11b2119b4088b89664fb9a3cb658"
        }
        (Meaning::Plain, "bytes") => "0x00",
        (Meaning::Plain, "string") => "compute",
        (Meaning::Plain, _) => "1",
    };
    text.to_owned()
}

fn example_fields(kind: &Kind, input: &Input, prefix: &str) -> Vec<String> {
    let fields = input.fields.iter().flat_map(|field| {
        let name = format!("{prefix}{}", field.option);
        match field.fields.is_empty() {
            true => vec![format!("{name}={}", example(kind, field))],
            false => example_fields(kind, field, &format!("{name}.")),
        }
    });
    fields.collect()
}
