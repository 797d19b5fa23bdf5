//! Participants from JSON, one object at a time.

use std::cell::RefCell;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use workmint_core::modules::parameters::Parameters;
use workmint_core::offline::OfflineNode;

use super::collect::{Collected, Facts, Whole, amount, count, model};
use super::providers::Said;
use crate::failure::Failure;

const FIELDS: [&str; 4] = ["epoch", "blocks", "minted", "participants"];

/// A number as a JSON integer or a decimal string, kept as text.
pub(super) struct Number(pub(super) String);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON integer or a decimal string")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
        Err(E::custom(format!(
            "the JSON number {value} is no integer below 2^64; allowed: a smaller integer, or a \
             decimal string"
        )))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Number, E> {
        Ok(Number(value.to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Node {
    node: Number,
    model: String,
    weight: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Units {
    model: String,
    units: Number,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Participant {
    account: String,
    #[serde(default)]
    nodes: Vec<Node>,
    collateral: Option<Number>,
    unbonding: Option<Number>,
    requests: Option<Number>,
    missed: Option<Number>,
    #[serde(default)]
    units: Vec<Units>,
    jailed: Option<bool>,
    refuted: Option<bool>,
    inactive: Option<bool>,
    effective_weight: Option<Number>,
    confirmed_weight: Option<Number>,
    earned: Option<Number>,
    debt: Option<Number>,
    stake: Option<Number>,
    staking_power: Option<Number>,
    probes_answered: Option<Number>,
    paid_jobs: Option<Number>,
    pool_shares: Option<Number>,
}

/// Reads a whole file.
pub(super) fn read(
    source: impl Read,
    name: &str,
    parameters: &Parameters,
) -> Result<Collected, Failure> {
    let collected = RefCell::new(Collected::new(false));
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    let document = Document { parameters, collected: &collected };
    let read = document.deserialize(&mut deserializer);
    read.and_then(|()| deserializer.end()).map_err(|error| unreadable(name, &error))?;
    Ok(collected.into_inner())
}

/// Where a document cannot be read, and why.
pub(super) fn unreadable(name: &str, error: &serde_json::Error) -> Failure {
    if error.is_io() {
        let kind = error.io_error_kind().unwrap_or(std::io::ErrorKind::Other);
        return Failure::reading(name, &std::io::Error::new(kind, error.to_string()));
    }
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    let what = text.strip_suffix(&place).unwrap_or(&text);
    Failure::Input(format!("{name}:{line}:{column}: {what}"))
}

/// The outermost object.
struct Document<'a> {
    parameters: &'a Parameters,
    collected: &'a RefCell<Collected>,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with a list of participants")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen: Vec<String> = Vec::new();
        let mut facts = Facts::default();
        let asset = self.parameters.asset(self.parameters.emission.asset);
        let decimals = asset.map_or(0, |asset| asset.decimals);
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                return Err(A::Error::custom(format!("field {key} stands here twice")));
            }
            let whole = |text: &str| count(&key, text, u64::MAX).map_err(A::Error::custom);
            match key.as_str() {
                "epoch" => facts.epoch = Some(whole(&map.next_value::<Number>()?.0)?),
                "blocks" => facts.blocks = Some(whole(&map.next_value::<Number>()?.0)?),
                "minted" => {
                    let text = map.next_value::<Number>()?.0;
                    facts.minted =
                        Some(amount("minted", &text, decimals).map_err(A::Error::custom)?);
                }
                "participants" => map.next_value_seed(Participants(&self))?,
                _ => return Err(A::Error::unknown_field(&key, &FIELDS)),
            }
            seen.push(key);
        }
        if !seen.iter().any(|key| key == "participants") {
            return Err(A::Error::missing_field("participants"));
        }
        self.collected.borrow_mut().facts = facts;
        Ok(())
    }
}

/// The list: each participant is taken in as it is read.
struct Participants<'a, 'b>(&'b Document<'a>);

impl<'de> DeserializeSeed<'de> for Participants<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Participants<'_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of participants")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Document { parameters, collected } = self.0;
        loop {
            let at = collected.borrow().len();
            let named = |error: String| A::Error::custom(format!("participants[{at}]: {error}"));
            // serde_json finds line and column at the end of the text again.
            let next = list.next_element::<Participant>();
            match next.map_err(|error| named(error.to_string()))? {
                Some(one) => {
                    take(&mut collected.borrow_mut(), parameters, at as u64, &one).map_err(named)?
                }
                None => return Ok(()),
            }
        }
    }
}

fn take(
    collected: &mut Collected,
    parameters: &Parameters,
    at: u64,
    one: &Participant,
) -> Result<(), String> {
    let address = collected.account(&one.account)?;
    if collected.knows(&address) {
        return Err(format!("account {address} is listed twice; allowed: once"));
    }
    let money = |field: &str, number: &Option<Number>, asset| {
        let decimals = parameters.asset(asset).map_or(0, |asset| asset.decimals);
        let text = number.as_ref().map(|number| number.0.as_str());
        text.map(|text| amount(field, text, decimals)).transpose()
    };
    let held = parameters.collateral.asset;
    let whole_number = |field: &str, number: &Option<Number>| {
        let text = number.as_ref().map(|number| number.0.as_str());
        text.map(|text| count(field, text, u64::MAX)).transpose()
    };
    let of_provider =
        [&one.stake, &one.staking_power, &one.probes_answered, &one.paid_jobs, &one.pool_shares];
    let of_provider = of_provider.map(|number| number.as_ref().map(|number| number.0.as_str()));
    let whole = Whole {
        collateral: money("collateral", &one.collateral, held)?,
        unbonding: money("unbonding", &one.unbonding, held)?,
        requests: whole_number("requests", &one.requests)?,
        missed: whole_number("missed", &one.missed)?,
        jailed: one.jailed,
        refuted: one.refuted,
        inactive: one.inactive,
        effective: whole_number("effective_weight", &one.effective_weight)?,
        confirmed: whole_number("confirmed_weight", &one.confirmed_weight)?,
        earned: money("earned", &one.earned, parameters.market.asset)?,
        debt: money("debt", &one.debt, parameters.emission.asset)?,
        provider: Said::read(parameters, of_provider)?,
    };
    collected.add(address, at, &whole, None, None)?;
    for node in &one.nodes {
        let number = count("node", &node.node.0, u64::from(u32::MAX))?;
        let node = OfflineNode {
            node: u32::try_from(number).map_err(|error| error.to_string())?,
            model: model(parameters, &node.model)?,
            weight: count("weight", &node.weight.0, u64::MAX)?,
        };
        collected.add(address, at, &Whole::default(), Some(node), None)?;
    }
    let mut listed = Vec::new();
    for units in &one.units {
        let model = model(parameters, &units.model)?;
        if listed.contains(&model) {
            return Err(format!("units: model {} is listed twice; allowed: once", units.model));
        }
        listed.push(model);
        let count = count("units", &units.units.0, u64::MAX)?;
        collected.add(address, at, &Whole::default(), None, Some((model, count)))?;
    }
    Ok(())
}
