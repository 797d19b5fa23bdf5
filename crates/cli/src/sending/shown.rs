//! What is signed, resolved: accounts with their address, amounts with their asset, words with what
//! they stand for.

use alloy_dyn_abi::DynSolValue;
use alloy_primitives::U256;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_protocol::wire::addresses;

use super::facts::{Asset, Facts};
use super::kinds::Input;
use super::meaning::{Leaves, Meaning, NO_MODEL, leaves};
use super::values::Reader;
use crate::output::utc;

/// An amount with its asset, for people.
pub(crate) fn money(amount: Amount, asset: &Asset) -> String {
    let digits = amount.to_decimal(asset.decimals);
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let shown = u8::try_from(fraction).unwrap_or(asset.decimals);
    format!("{} {}", amount.to_grouped(asset.decimals, shown), asset.symbol)
}

/// What leaves the sender's spendable balance of an asset, besides fees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaving {
    /// Of what.
    pub(crate) asset: Asset,
    /// Base units; `None`: without a limit.
    pub(crate) amount: Option<Amount>,
    /// All of it, or at most.
    pub(crate) how: Leaves,
}

impl Reader<'_> {
    /// A name and a text for each option, and the asset's contract where the kind is an asset's.
    pub(crate) fn shown(&self, values: &[DynSolValue]) -> Vec<(String, String)> {
        let mut lines = Vec::new();
        for (input, value) in self.kind().inputs.iter().zip(values) {
            self.lines(input, value, &mut lines);
        }
        if let (None, Ok(asset)) = (self.kind().contract, self.token()) {
            let contract = addresses::token(workmint_core::names::AssetId(asset.number));
            lines.push(("asset".to_owned(), format!("{} (contract {contract})", asset.symbol)));
        }
        lines
    }

    /// What leaves the sender's spendable balance.
    pub(crate) fn leaving(&self, values: &[DynSolValue]) -> Vec<Leaving> {
        let pairs = self.kind().inputs.iter().zip(values);
        let found = pairs.filter_map(|(input, value)| {
            let how = leaves(&self.kind().function.name, &input.param)?;
            let asset = self.asset_of(self.meaning(input)).ok()??.clone();
            let DynSolValue::Uint(number, _) = value else { return None };
            let amount = u128::try_from(*number).ok().map(Amount::new);
            Some(Leaving { asset, amount, how })
        });
        found.collect()
    }

    fn lines(&self, input: &Input, value: &DynSolValue, lines: &mut Vec<(String, String)>) {
        match value {
            DynSolValue::Tuple(values) if input.is_struct() => {
                for (field, value) in input.fields.iter().zip(values) {
                    self.lines(field, value, lines);
                }
            }
            _ if self.meaning(input) == Meaning::Denominator => {}
            _ => {
                let file = self.texts(input).iter().find(|text| text.starts_with('@'));
                let text = self.text(input, value);
                let text = match (file, value) {
                    (Some(file), DynSolValue::FixedBytes(..)) => {
                        format!("{text} (Keccak-256 of {})", file.trim_start_matches('@'))
                    }
                    (Some(file), _) => format!("{text} ({})", file.trim_start_matches('@')),
                    (None, _) => text,
                };
                lines.push((input.option.clone(), text));
            }
        }
    }

    /// A value, resolved.
    fn text(&self, input: &Input, value: &DynSolValue) -> String {
        let list = |values: &[DynSolValue], between| {
            let texts: Vec<String> = values.iter().map(|one| self.text(input, one)).collect();
            if texts.is_empty() { "none".to_owned() } else { texts.join(between) }
        };
        match value {
            DynSolValue::Array(values) => {
                list(values, if input.fields.is_empty() { ", " } else { "; " })
            }
            DynSolValue::Tuple(values) => {
                let fields = input.fields.iter().zip(values);
                let fields = fields
                    .map(|(field, value)| format!("{}={}", field.option, self.text(field, value)));
                fields.collect::<Vec<String>>().join(",")
            }
            DynSolValue::Uint(number, _) => self.number_text(input, *number),
            DynSolValue::Address(address) => {
                let address = Address(address.into_array());
                let name = self.names().iter().find(|(_, one)| **one == address);
                match name {
                    _ if address == Address::ZERO => "none".to_owned(),
                    Some((name, _)) => format!("{name} ({address})"),
                    None => address.to_string(),
                }
            }
            DynSolValue::FixedBytes(word, _) => word.to_string(),
            DynSolValue::Bytes(bytes) if self.meaning(input) == Meaning::Parameters => {
                let text = self.texts(input).first().map_or("", String::as_str);
                format!("{text} ({} bytes)", bytes.len())
            }
            DynSolValue::Bytes(bytes) => format!("0x{}", crate::keys::hex(bytes)),
            DynSolValue::Bool(flag) => flag.to_string(),
            DynSolValue::String(text) => format!("\"{text}\""),
            other => format!("{other:?}"),
        }
    }

    fn number_text(&self, input: &Input, number: U256) -> String {
        let meaning = self.meaning(input);
        let facts: &Facts = self.facts();
        let small = u64::try_from(number).ok();
        let named = match meaning {
            Meaning::Model if small == Some(NO_MODEL) => Some("none".to_owned()),
            Meaning::Model => {
                let model = facts.models.iter().find(|one| Some(u64::from(one.number)) == small);
                model.map(|model| format!("{} (number {number})", model.id))
            }
            Meaning::Tier => {
                let at = small.and_then(|at| usize::try_from(at).ok());
                at.and_then(|at| facts.tiers().nth(at))
                    .map(|name| format!("{name} (tier {number})"))
            }
            Meaning::Asset => {
                let asset = facts.assets.iter().find(|one| Some(u64::from(one.number)) == small);
                asset.map(|asset| format!("{} (number {number})", asset.symbol))
            }
            Meaning::Word(words) => {
                let word = words.iter().find(|(_, of)| Some(*of) == small);
                word.map(|(word, _)| (*word).to_owned())
            }
            Meaning::Time => small.map(utc),
            Meaning::Length => Some(format!("{number} ms")),
            Meaning::Numerator => self.texts(input).first().cloned(),
            _ => None,
        };
        match (named, self.asset_of(meaning)) {
            (Some(named), _) => named,
            (None, Ok(Some(asset))) => match u128::try_from(number) {
                Ok(units) => {
                    format!("{} ({number} base units)", money(Amount::new(units), asset))
                }
                Err(_) => format!("no limit of {}", asset.symbol),
            },
            (None, _) => number.to_string(),
        }
    }
}
