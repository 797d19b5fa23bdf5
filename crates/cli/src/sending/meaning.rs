//! What an input of a function means where its ABI type alone does not say it, and how it is
//! written on a command line.

use alloy_json_abi::Param;

use super::facts::Part;
use super::kinds::{Input, Kind};

/// What a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
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
    /// A privacy tier.
    Tier,
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
    /// The upper number of a ratio; one option for both.
    Numerator,
    /// Its lower number, read from the same option.
    Denominator,
}

const CHOICES: &[(&str, u64)] = &[("yes", 0), ("no", 1), ("abstain", 2)];
const EXPIRIES: &[(&str, u64)] = &[("latest", 0), ("time", 1), ("epoch", 2)];
const REPORTS: &[(&str, u64)] =
    &[("summary", 0), ("compute-proof", 1), ("misses", 2), ("reading", 3)];
/// For a model: none.
pub(super) const NO_MODEL: u64 = u16::MAX as u64;

/// What an input of a function means. Every amount of the contracts is here; a test holds it.
pub(super) fn meaning(function: &str, param: &Param) -> Meaning {
    use Meaning::{Amount, AmountOfAsset, AmountOfOther, Word};
    match (function, param.name.as_str()) {
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
        (_, "numerator" | "commissionNumerator") => Meaning::Numerator,
        (_, "denominator" | "commissionDenominator") => Meaning::Denominator,
        (_, "model" | "models") => Meaning::Model,
        (_, "tier") => Meaning::Tier,
        (_, "asset" | "assetIn") => Meaning::Asset,
        (_, "epoch") => Meaning::Epoch,
        (_, "deadlineMs" | "fromMs" | "toMs") => Meaning::Time,
        (_, "lockMs") => Meaning::Length,
        // The rest of what is money is the customers'.
        _ if param.ty == "uint256" => Amount(Part::Market),
        _ => Meaning::Plain,
    }
}

impl Meaning {
    /// An amount of money.
    pub(super) fn is_money(self) -> bool {
        matches!(self, Self::Amount(_) | Self::AmountOfAsset | Self::AmountOfOther)
    }
}

/// What of an amount leaves what the sender can spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// All of it.
    All,
    /// That much or less.
    AtMost,
}

/// Whether an amount leaves what the sender can spend.
pub(super) fn leaves(function: &str, param: &Param) -> Option<Leaves> {
    match (function, param.name.as_str()) {
        ("transfer", "value")
        | ("deposit" | "depositStake" | "bond" | "delegate", "amount")
        | ("topUpSession" | "openDeposit", "amount")
        | ("challenge" | "challengeContribution", "bond")
        | ("openSession", "deposit")
        | ("swap", "amountIn") => Some(Leaves::All),
        ("registerSeat", "mostPrice")
        | ("createJob", "maxSpend")
        | ("addLiquidity", "maxFirst" | "maxSecond") => Some(Leaves::AtMost),
        _ => None,
    }
}

/// What stands for a value in the help, in a word.
pub(super) fn shape(function: &str, param: &Param) -> String {
    let one = match (meaning(function, param), param.ty.trim_end_matches("[]")) {
        (meaning, _) if meaning.is_money() => "AMOUNT".to_owned(),
        (Meaning::Asset, _) => "SYMBOL".to_owned(),
        (Meaning::Model, _) => "MODEL".to_owned(),
        (Meaning::Tier, _) => "TIER".to_owned(),
        (Meaning::Epoch, _) => "N|open|closed".to_owned(),
        (Meaning::Version, _) => "N|active".to_owned(),
        (Meaning::Time, _) => "TIME".to_owned(),
        (Meaning::Length, _) => "DURATION".to_owned(),
        (Meaning::Parameters, _) => "NETWORK|FILE".to_owned(),
        (Meaning::Numerator, _) => "RATIO".to_owned(),
        (Meaning::Word(words), _) => {
            words.iter().map(|(word, _)| *word).collect::<Vec<&str>>().join("|")
        }
        (_, "address") => "ADDRESS|NAME".to_owned(),
        (_, "bool") => "true|false".to_owned(),
        (_, "bytes32") => "HASH|@FILE".to_owned(),
        (_, "bytes") => "HEX|@FILE".to_owned(),
        (_, "string") => "TEXT".to_owned(),
        _ => "N".to_owned(),
    };
    if param.ty.ends_with("[]") { format!("{one},..") } else { one }
}

/// How a value is written, where the interface, which speaks of numbers, does not say it.
pub(super) fn written(function: &str, param: &Param) -> Option<&'static str> {
    Some(match (meaning(function, param), param.ty.trim_end_matches("[]")) {
        (meaning, _) if meaning.is_money() => {
            "Written in display units, 100 or \"100 GNK\"; base units are \"17 base\""
        }
        (Meaning::Model, _) => "Written as its name or its number",
        (Meaning::Tier, _) => "Written as its name (open, gpu-tee) or its number",
        (Meaning::Asset, _) => "Written as its symbol",
        (Meaning::Time, _) => "Written as milliseconds since 1970, or as +10m: so long from now",
        (Meaning::Length, _) => "Written as 28d, 12h, 10m, or as milliseconds",
        (Meaning::Parameters, _) => "Written as the name or the file of a network that has them",
        (Meaning::Numerator, _) if function == "bond" => {
            "Written as 5%, 0.05 or 1/20, and as none where it is not given"
        }
        (Meaning::Numerator, _) => "Written as 5%, 0.05 or 1/20",
        (Meaning::Plain, "address") => {
            "Written as an address or the name of a key; none is the zero address"
        }
        _ => return None,
    })
}

/// A value that can stand in an example.
pub(super) fn example(kind: &Kind, input: &Input) -> String {
    if !input.fields.is_empty() {
        return example_fields(kind, input, "").join(",");
    }
    let ty = input.param.ty.trim_end_matches("[]");
    let text = match (meaning(&kind.function.name, &input.param), ty) {
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
        (Meaning::Numerator | Meaning::Denominator, _) => "5%",
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
        (Meaning::Plain | Meaning::Tier, _) => "1",
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
