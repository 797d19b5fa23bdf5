//! What of a network one needs to write its messages: names, units, the open epoch. It is what
//! `GET /v1/network` answers, live or from a file.

use serde::Deserialize;
use std::path::Path;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{MessageGroup, MessageKind};
use workmint_core::names::{AssetId, Name};
use workmint_protocol::wire::{AssetSpec, ChainSpec, addresses};

use crate::failure::Failure;

/// What a network says about itself.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Facts {
    /// Its name.
    pub(crate) name: String,
    /// What its transactions are signed for.
    pub(crate) chain_id: u64,
    /// Hash of its genesis.
    pub(crate) genesis: String,
    /// The open epoch.
    pub(crate) epoch: u64,
    /// Version of the parameters in force.
    pub(crate) parameters_version: u64,
    /// Symbol of what fees are paid in.
    pub(crate) fee_asset: String,
    /// Its assets.
    pub(crate) assets: Vec<Asset>,
    /// Its models.
    pub(crate) models: Vec<Model>,
    /// Its parameters, as its file would write them.
    parameters: Vec<Parameter>,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Asset {
    /// Its number.
    pub(crate) number: u16,
    /// Ticker.
    pub(crate) symbol: String,
    /// Display unit = 10^decimals base units.
    pub(crate) decimals: u8,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Model {
    /// Its number.
    pub(crate) number: u16,
    /// Its id.
    pub(crate) id: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Parameter {
    section: String,
    key: String,
    value: String,
}

/// Whose asset an amount is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What collateral is.
    Collateral,
    /// What customers pay in.
    Market,
    /// What is minted.
    Emission,
    /// What providers stake.
    Stake,
    /// What validators bond.
    Validators,
    /// The pool's first asset.
    PoolFirst,
    /// The pool's second asset.
    PoolSecond,
}

impl Part {
    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::Collateral => ("collateral", "asset"),
            Self::Market => ("market", "asset"),
            Self::Emission => ("emission", "asset"),
            Self::Stake => ("stake", "asset"),
            Self::Validators => ("validators", "asset"),
            Self::PoolFirst => ("exchange", "first_asset"),
            Self::PoolSecond => ("exchange", "second_asset"),
        }
    }
}

impl Facts {
    /// Reads the answer of `GET /v1/network`.
    pub(crate) fn read(text: &str, from: &str) -> Result<Self, Failure> {
        serde_json::from_str(text).map_err(|error| {
            Failure::Input(format!("{from}: not what GET /v1/network answers: {error}"))
        })
    }

    /// Reads a file with it.
    pub(crate) fn file(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path);
        Self::read(&text.map_err(|error| Failure::reading(&name, &error))?, &name)
    }

    /// The asset with this symbol.
    pub(crate) fn asset(&self, symbol: &str) -> Result<&Asset, String> {
        let found = self.assets.iter().find(|asset| asset.symbol == symbol);
        found.ok_or_else(|| {
            let symbols: Vec<&str> = self.assets.iter().map(|one| one.symbol.as_str()).collect();
            format!("\"{symbol}\" is no asset of {}; allowed: {}", self.name, symbols.join(", "))
        })
    }

    /// The asset of a part of the network.
    pub(crate) fn asset_of(&self, part: Part) -> Result<&Asset, String> {
        let (section, key) = part.place();
        let row = self.parameters.iter().find(|row| row.section == section && row.key == key);
        let row = row.ok_or_else(|| format!("{} has no {section}", self.name))?;
        self.asset(&row.value)
    }

    /// The privacy tier with this name or number; a network without tiers has number 0 alone.
    pub(crate) fn tier(&self, text: &str) -> Result<u8, String> {
        let number = text.parse::<u8>().ok();
        let names: Vec<&str> = self.tiers().collect();
        let found =
            names.iter().zip(0_u8..).find(|(name, at)| **name == text || Some(*at) == number);
        match (found, number) {
            (Some((_, at)), _) => Ok(at),
            (None, Some(0)) if names.is_empty() => Ok(0),
            _ if names.is_empty() => {
                Err(format!("\"{text}\": {} has no privacy tiers; allowed: 0", self.name))
            }
            _ => {
                let allowed: Vec<String> =
                    names.iter().enumerate().map(|(at, name)| format!("{name} or {at}")).collect();
                Err(format!(
                    "\"{text}\" is no tier of {}; allowed: {}",
                    self.name,
                    allowed.join(", ")
                ))
            }
        }
    }

    /// Names of the privacy tiers, from 0 on.
    pub(crate) fn tiers(&self) -> impl Iterator<Item = &str> {
        let rows = self.parameters.iter();
        let rows =
            rows.filter(|row| row.section.starts_with("attestation.tiers[") && row.key == "name");
        rows.map(|row| row.value.as_str())
    }

    /// The part of the network whose asset a stream pays in.
    pub(crate) fn paid_from(&self, stream: &str) -> Option<Part> {
        let mut rows = self.parameters.iter();
        let named = rows.find(|row| {
            row.section.starts_with("streams[") && row.key == "name" && row.value == stream
        })?;
        let mut rows = self.parameters.iter();
        let source = rows.find(|row| row.section == named.section && row.key == "source")?;
        Some(match source.value.as_str() {
            "payments" | "pot" => Part::Market,
            _ => Part::Emission,
        })
    }

    /// The fee of a message whose transaction has so many bytes, base units of the fee asset;
    /// `None` where the parameters do not say it.
    pub(crate) fn fee(&self, kind: MessageKind, bytes: usize) -> Option<Amount> {
        let decimals = self.asset(&self.fee_asset).ok()?.decimals;
        let value = |section: &str, key: &str| {
            let mut rows = self.parameters.iter();
            rows.find(|row| row.section == section && row.key == key).map(|row| row.value.as_str())
        };
        let amount = |text: &str| Amount::parse_decimal(text, decimals).ok();
        let flat = amount(value("fees", "flat")?)?;
        let free = value("fees", "free").unwrap_or_default();
        let group = kind.group().map(word);
        if group.is_some_and(|group| free.split(", ").any(|free| free == group)) {
            return Some(Amount::ZERO);
        }
        let of_kind = value("fees.kinds", kind.name()).map_or(Some(flat), amount)?;
        let per_byte = value("fees", "per_byte").map_or(Some(Amount::ZERO), amount)?;
        let of_bytes = per_byte.checked_mul(u128::try_from(bytes).ok()?).ok()?;
        of_kind.checked_add(of_bytes).ok()
    }

    /// What decides how the network's transactions are read.
    pub(crate) fn chain(&self) -> Result<ChainSpec, String> {
        let name = |text: &str| text.parse::<Name>().map_err(|error| format!("{text}: {error}"));
        let fee_asset = self.asset(&self.fee_asset)?;
        let assets = self.assets.iter().map(|asset| {
            let id = AssetId(asset.number);
            let contract = addresses::token(id);
            Ok(AssetSpec { id, symbol: name(&asset.symbol)?, decimals: asset.decimals, contract })
        });
        Ok(ChainSpec {
            name: name(&self.name)?,
            chain_id: self.chain_id,
            genesis: self.genesis.parse().map_err(|error| format!("genesis: {error}"))?,
            fee_asset: AssetId(fee_asset.number),
            decimals: fee_asset.decimals,
            assets: assets.collect::<Result<_, String>>()?,
        })
    }

    /// The model with this id or number.
    pub(crate) fn model(&self, text: &str) -> Result<u16, String> {
        let number = text.parse::<u16>().ok();
        let found = self.models.iter().find(|one| one.id == text || Some(one.number) == number);
        found.map(|model| model.number).ok_or_else(|| {
            let ids: Vec<&str> = self.models.iter().map(|model| model.id.as_str()).collect();
            format!("\"{text}\" is no model of {}; allowed: {}", self.name, ids.join(", "))
        })
    }
}

/// A group of messages, as network files write it.
fn word(group: MessageGroup) -> &'static str {
    match group {
        MessageGroup::Staking => "staking",
        MessageGroup::Governance => "governance",
        MessageGroup::Exchange => "exchange",
        MessageGroup::Duties => "duties",
    }
}

/// Reads an amount: `5.25` or `5.25 GNK` in display units of the asset, `17 base` in base units.
/// Without `asset` the text has to name it.
pub(crate) fn amount<'a>(
    text: &str,
    asset: Option<&'a Asset>,
    facts: &'a Facts,
) -> Result<(Amount, &'a Asset), String> {
    let text = text.trim();
    let (number, unit) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let unit = unit.trim();
    let which = || {
        let symbols: Vec<&str> = facts.assets.iter().map(|one| one.symbol.as_str()).collect();
        format!("\"{text}\": of which asset? Add one of {}", symbols.join(", "))
    };
    let asset = match (unit, asset) {
        ("" | "base", asset) => asset.ok_or_else(which)?,
        (symbol, Some(asset)) if symbol == asset.symbol => asset,
        (symbol, Some(asset)) => {
            let allowed = &asset.symbol;
            return Err(format!("\"{text}\" is in {symbol}; allowed: {allowed}, or base units"));
        }
        (symbol, None) => facts.asset(symbol)?,
    };
    let read = match unit {
        "base" => number.parse::<Amount>(),
        _ => Amount::parse_decimal(number, asset.decimals),
    };
    let symbol = &asset.symbol;
    read.map(|amount| (amount, asset)).map_err(|error| {
        let decimals = asset.decimals;
        format!(
            "\"{text}\": {error}; allowed: \"5.25 {symbol}\" with at most {decimals} decimals, or \
             \"17 base\""
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        let text = r#"{"height":1,"time_ms":2,"name":"two","chain_id":7,"epoch":3,
            "parameters_version":1,"fee_asset":"HAI","genesis":"0x",
            "assets":[{"number":0,"symbol":"AI","decimals":18},
                      {"number":1,"symbol":"HAI","decimals":6}],
            "models":[{"number":0,"id":"q/one"}],
            "parameters":[{"section":"collateral","key":"asset","value":"AI","unit":""},
                {"section":"exchange","key":"second_asset","value":"HAI"}]}"#;
        Facts::read(text, "here").unwrap()
    }

    #[test]
    fn amounts_have_one_meaning() {
        let facts = facts();
        let hai = facts.asset("HAI").unwrap();
        let read = |text: &str| amount(text, Some(hai), &facts).map(|found| found.0.get());
        assert_eq!(read("5"), Ok(5_000_000));
        assert_eq!(read(" 5.25 HAI "), Ok(5_250_000));
        assert_eq!(read("17 base"), Ok(17));
        for wrong in ["", "5 AI", "-1", "1.0000001", "1e3", "5 5", "0x10", "1.5 base", "five"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        let (found, asset) = amount("0.5 AI", None, &facts).unwrap();
        assert_eq!((found.get(), asset.number), (500_000_000_000_000_000, 0));
        assert!(amount("5", None, &facts).unwrap_err().contains("of which asset"));
        assert!(amount("5 GNK", None, &facts).unwrap_err().contains("AI, HAI"));
    }

    /// Of every kind of message on every built-in network, what the engine takes.
    #[test]
    fn fees_are_the_engines() {
        for preset in workmint_networks::presets() {
            let parameters = preset.definition().unwrap().parameters;
            let asset = parameters.asset(parameters.fees.asset).unwrap();
            let rows = workmint_networks::summary_of(&parameters).into_iter().map(|row| {
                serde_json::json!({"section": row.section, "key": row.key, "value": row.value})
            });
            let text = serde_json::json!({
                "name": preset.name, "chain_id": 7, "epoch": 3, "parameters_version": 1,
                "genesis": "0x", "fee_asset": asset.symbol.as_str(), "models": [],
                "assets": [{"number": 0, "symbol": asset.symbol.as_str(),
                            "decimals": asset.decimals}],
                "parameters": rows.collect::<Vec<serde_json::Value>>(),
            });
            let facts = Facts::read(&text.to_string(), "here").unwrap();
            for kind in MessageKind::ALL {
                let fees = &parameters.fees;
                let of_bytes = fees.per_byte.checked_mul(300).unwrap();
                let due = match fees.frees(*kind) {
                    true => Amount::ZERO,
                    false => fees.of_kind(*kind).checked_add(of_bytes).unwrap(),
                };
                assert_eq!(facts.fee(*kind, 300), Some(due), "{} {}", preset.name, kind.name());
            }
        }
        assert_eq!(facts().fee(MessageKind::Transfer, 300), None, "a file without fees");
    }

    #[test]
    fn names_are_found() {
        let facts = facts();
        assert_eq!(facts.asset_of(Part::Collateral).unwrap().symbol, "AI");
        assert_eq!(facts.asset_of(Part::PoolSecond).unwrap().symbol, "HAI");
        assert!(facts.asset_of(Part::Stake).unwrap_err().contains("has no stake"));
        assert_eq!((facts.model("q/one"), facts.model("0")), (Ok(0), Ok(0)));
        assert!(facts.model("1").unwrap_err().contains("q/one"));
        assert!(Facts::read("{}", "here").is_err());
    }
}
