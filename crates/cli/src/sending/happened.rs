//! Events of `GET /v1/events` for people: one a line, amounts with their asset, words for numbers.

use serde_json::Value;
use workmint_amounts::Amount;
use workmint_core::names::AssetId;
use workmint_protocol::wire::logs::{EventField, EventSpec, catalogue};
use workmint_protocol::wire::{Kind, addresses};

use super::facts::{Asset, Facts, Part};
use super::shown::money;
use crate::output::utc;

/// Fields in milliseconds that are lengths of time; all others are times.
const LENGTHS: [&str; 2] = ["latency_ms", "max_latency_ms"];

/// 2^256 - 1: what an allowance without limit is.
const UNLIMITED: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

/// An event in a line: its place, its interface and name, its fields.
pub(crate) fn line(event: &Value, facts: &Facts) -> String {
    let id = event.get("id").and_then(Value::as_str).unwrap_or_default();
    format!("{id:<10}  {}", said(event, facts))
}

/// An event's interface and name, and its fields.
pub(crate) fn said(event: &Value, facts: &Facts) -> String {
    let text = |name: &str| event.get(name).and_then(Value::as_str);
    let said = match (text("contract"), text("event")) {
        (Some(contract), Some(name)) => {
            let mut specs = catalogue().iter();
            let spec = specs.find(|spec| spec.contract == contract && spec.name == name);
            let fields = match spec {
                Some(spec) => Said { event, facts, spec }.fields(),
                // Of a node of another version.
                None => event.get("fields").map(plain).unwrap_or_default(),
            };
            format!("{contract}.{name}  {fields}")
        }
        _ => format!("a log of {}", text("address").unwrap_or_default()),
    };
    said.trim_end().to_owned()
}

fn plain(fields: &Value) -> String {
    let fields = fields.as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| format!("{name} {}", super::render::scalar(value)));
    fields.collect::<Vec<String>>().join(", ")
}

/// A time in milliseconds since 1970, by the calendar.
fn calendar(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), utc)
}

/// An event and what it takes to read it.
struct Said<'a> {
    event: &'a Value,
    facts: &'a Facts,
    spec: &'static EventSpec,
}

impl Said<'_> {
    fn fields(&self) -> String {
        let all = &self.spec.fields;
        let mut texts = Vec::new();
        let mut at = 0;
        while let Some(first) = all.get(at) {
            let parts = all.iter().skip(at).take_while(|field| field.of == first.of).count();
            let parts = all.get(at..at + parts).unwrap_or_default();
            self.field(first.of, parts, &mut texts);
            at += parts.len().max(1);
        }
        texts.join(", ")
    }

    /// A field of the engine's event, which has one part or more.
    fn field(&self, of: &str, parts: &[EventField], texts: &mut Vec<String>) {
        let named = of.replace('_', " ");
        let value = |part: &str| {
            let found = parts.iter().find(|field| field.part == part);
            found.map(|field| self.value(field)).unwrap_or_default()
        };
        let is = |names: &[&str]| {
            names.len() == parts.len() && names.iter().zip(parts).all(|(of, part)| *of == part.part)
        };
        if is(&["numerator", "denominator"]) {
            texts.push(format!("{named} {}/{}", value("numerator"), value("denominator")));
        } else if is(&["kind", "value"]) {
            texts.push(match value("kind").as_str() {
                "Time" => format!("{named} {}", calendar(&value("value"))),
                _ => format!("{named} epoch {}", value("value")),
            });
        } else if is(&["given", ""]) {
            let given = value("given") == "true";
            texts.push(format!("{named} {}", if given { value("") } else { "-".to_owned() }));
        } else if let (Some(named), [field]) = (named.strip_suffix(" ms"), parts) {
            texts.push(match LENGTHS.contains(&of) {
                true => format!("{named} {} ms", self.value(field)),
                false => format!("{named} {}", calendar(&self.value(field))),
            });
        } else {
            for field in parts {
                let name = format!("{named} {}", field.part.replace('_', " "));
                texts.push(format!("{} {}", name.trim_end(), self.value(field)));
            }
        }
    }

    fn raw(&self, name: &str) -> Option<&Value> {
        self.event.get("fields")?.get(name)
    }

    fn number(&self, name: &str) -> Option<u16> {
        self.raw(name)?.as_str()?.parse().ok()
    }

    fn value(&self, field: &EventField) -> String {
        let Some(raw) = self.raw(&field.name) else { return "-".to_owned() };
        let shown = match (field.kind, raw) {
            (Kind::Uint(256), Value::String(text)) => self.amount(field, text),
            (Kind::Uints(256), Value::Array(list)) => {
                let list = list.iter().filter_map(Value::as_str);
                let amounts: Option<Vec<String>> =
                    list.map(|text| self.amount(field, text)).collect();
                amounts.map(|amounts| amounts.join(" + "))
            }
            (Kind::Uint(16), Value::String(_)) => self.name(field),
            _ => None,
        };
        shown.unwrap_or_else(|| super::render::scalar(raw))
    }

    /// What a number of an asset or a model stands for.
    fn name(&self, field: &EventField) -> Option<String> {
        let number = self.number(&field.name)?;
        if field.of.starts_with("asset") {
            return self.asset_numbered(number).map(|asset| asset.symbol.clone());
        }
        let of_model = field.of == "model" || field.part == "model";
        let mut models = self.facts.models.iter().filter(|_| of_model);
        models.find(|model| model.number == number).map(|model| model.id.clone())
    }

    fn amount(&self, field: &EventField, text: &str) -> Option<String> {
        if text == UNLIMITED {
            return Some("no limit".to_owned());
        }
        let amount: Amount = text.parse().ok()?;
        Some(match self.asset(field) {
            Some(asset) => money(amount, asset),
            None => format!("{text} base units"),
        })
    }

    fn asset_numbered(&self, number: u16) -> Option<&Asset> {
        self.facts.assets.iter().find(|asset| asset.number == number)
    }

    /// The asset of an amount. What the event itself names goes first; the rest is what the part of
    /// the network counts in.
    fn asset(&self, field: &EventField) -> Option<&Asset> {
        let part = match (self.spec.contract, self.spec.name, field.name.as_str()) {
            ("IERC20Events", ..) => {
                let said_by = self.event.get("address")?.as_str()?.parse().ok()?;
                return self.asset_numbered(addresses::asset_of(&said_by)?.0);
            }
            (_, "Swapped", name) => {
                let given = AssetId(self.number("assetIn")?);
                let pool = [Part::PoolFirst, Part::PoolSecond];
                let mut pool = pool.into_iter().filter_map(|part| self.facts.asset_of(part).ok());
                let is_given = |asset: &&Asset| asset.number == given.0;
                return pool.find(|asset| is_given(asset) == (name == "amountIn"));
            }
            _ if self.raw("asset").is_some() => {
                return self.asset_numbered(self.number("asset")?);
            }
            ("IExchangeEvents", _, name) if name.ends_with("First") => Part::PoolFirst,
            ("IExchangeEvents", ..) => Part::PoolSecond,
            ("ICollateralEvents" | "ISlashingEvents", ..) => Part::Collateral,
            ("IStakeEvents", ..) => Part::Stake,
            ("IValidatorsEvents", "Collected" | "Credited", _) => Part::Emission,
            ("IValidatorsEvents", ..) => Part::Validators,
            ("ISettlementEvents", ..) => match self.raw("stream") {
                Some(stream) => self.facts.paid_from(stream.as_str()?)?,
                None => Part::Emission,
            },
            ("IRewardsEvents" | "IContributionsEvents" | "IOpinionsEvents", ..) => Part::Emission,
            // The rest of what is money is the customers'.
            _ => Part::Market,
        };
        self.facts.asset_of(part).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn facts() -> Facts {
        let text = r#"{"name":"two","chain_id":7,"epoch":3,"parameters_version":1,
            "fee_asset":"HAI","genesis":"0x",
            "assets":[{"number":0,"symbol":"AI","decimals":18},
                      {"number":1,"symbol":"HAI","decimals":6}],
            "models":[{"number":0,"id":"q/one"}],
            "parameters":[{"section":"collateral","key":"asset","value":"AI"},
                {"section":"market","key":"asset","value":"HAI"},
                {"section":"emission","key":"asset","value":"AI"},
                {"section":"stake","key":"asset","value":"AI"},
                {"section":"validators","key":"asset","value":"AI"},
                {"section":"streams[0]","key":"name","value":"fees"},
                {"section":"streams[0]","key":"source","value":"pot"},
                {"section":"streams[1]","key":"name","value":"work"},
                {"section":"streams[1]","key":"source","value":"emission"},
                {"section":"exchange","key":"first_asset","value":"AI"},
                {"section":"exchange","key":"second_asset","value":"HAI"}]}"#;
        Facts::read(text, "here").unwrap()
    }

    fn told(contract: &str, event: &str, fields: Value) -> String {
        let token = addresses::token(AssetId(1)).to_string();
        let event = json!({ "id": "7-2", "contract": contract, "event": event, "fields": fields,
                            "address": token });
        line(&event, &facts())
    }

    #[test]
    fn amounts_have_the_asset_they_are_of() {
        let recovered = |stream: &str| {
            let fields = json!({"epoch": "1", "stream": stream, "amount": "5"});
            told("ISettlementEvents", "Recovered", fields)
        };
        let all = [
            told("IERC20Events", "Transfer", json!({"from": "a", "to": "b", "value": "1500000"})),
            told(
                "IERC20Events",
                "Approval",
                json!({"owner": "a", "spender": "b", "value": super::UNLIMITED}),
            ),
            told(
                "IExchangeEvents",
                "Swapped",
                json!({"account": "a", "assetIn": "1", "amountIn": "2000000",
                       "amountOut": "1000000000000000000"}),
            ),
            told(
                "IExchangeEvents",
                "LiquidityAdded",
                json!({"account": "a", "amountsFirst": "1000000000000000000",
                       "amountsSecond": "5", "shares": "9"}),
            ),
            recovered("fees"),
            recovered("work"),
            recovered("gone"),
            told(
                "IStakeEvents",
                "WithdrawalBegan",
                json!({"account": "a", "amount": "5000000000000000000", "completesKind": "Epoch",
                       "completesValue": "9"}),
            ),
            told(
                "IStakeEvents",
                "WithdrawalBegan",
                json!({"account": "a", "amount": "0", "completesKind": "Time",
                       "completesValue": "1795337677179"}),
            ),
            told(
                "IMarketEvents",
                "Paid",
                json!({"customer": "a", "model": "0", "amount": "2500000"}),
            ),
        ];
        let expected = [
            "IERC20Events.Transfer  from a, to b, value 1.5 HAI",
            "IERC20Events.Approval  owner a, spender b, value no limit",
            "IExchangeEvents.Swapped  account a, asset in HAI, amount in 2 HAI, amount out 1 AI",
            "IExchangeEvents.LiquidityAdded  account a, amounts first 1 AI, amounts second \
             0.000005 HAI, shares 9",
            "ISettlementEvents.Recovered  epoch 1, stream fees, amount 0.000005 HAI",
            "ISettlementEvents.Recovered  epoch 1, stream work, amount 0.000000000000000005 AI",
            "ISettlementEvents.Recovered  epoch 1, stream gone, amount 5 base units",
            "IStakeEvents.WithdrawalBegan  account a, amount 5 AI, completes epoch 9",
            "IStakeEvents.WithdrawalBegan  account a, amount 0 AI, completes \
             2026-11-22T08:54:37.179Z",
            "IMarketEvents.Paid  customer a, model q/one, amount 2.5 HAI",
        ];
        for (told, expected) in all.iter().zip(expected) {
            assert_eq!(told.as_str(), format!("7-2         {expected}"));
        }
    }

    #[test]
    fn ratios_and_what_is_not_known_are_told() {
        let punished = told(
            "ISlashingEvents",
            "Punished",
            json!({"account": "a", "kind": "Downtime", "fractionNumerator": "1",
                   "fractionDenominator": "20", "amount": "1000000000000000000"}),
        );
        assert!(punished.ends_with("kind Downtime, fraction 1/20, amount 1 AI"), "{punished}");
        let staked = told(
            "IStakeEvents",
            "Staked",
            json!({"account": "a", "amount": "0", "active": "0", "lockedUntilMs": "17"}),
        );
        let until = "locked until 1970-01-01T00:00:00.017Z";
        assert!(staked.ends_with(&format!("amount 0 AI, active 0 AI, {until}")), "{staked}");
        assert!(told("IStakeEvents", "New", json!({"b": "5"})).ends_with("IStakeEvents.New  b 5"));
        let log = json!({ "id": "7-2", "contract": null, "event": null, "address": "0x1" });
        assert_eq!(line(&log, &facts()), "7-2         a log of 0x1");
    }

    /// A new field in milliseconds is one or the other.
    #[test]
    fn fields_in_milliseconds_are_known() {
        let fields = catalogue().iter().flat_map(|spec| &spec.fields);
        let mut found: Vec<&str> =
            fields.map(|field| field.of).filter(|of| of.ends_with("_ms")).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, ["latency_ms", "locked_until_ms", "max_latency_ms"]);
    }

    /// Every amount of every event has an asset on a network that has all parts.
    #[test]
    fn no_amount_of_an_event_is_without_an_asset() {
        let facts = facts();
        let mut count = 0;
        for spec in catalogue() {
            let fields = spec.fields.iter().map(|field| {
                let value = match (field.name.as_str(), field.kind) {
                    ("stream", _) => json!("work"),
                    (_, Kind::Uints(_)) => json!(["1"]),
                    _ => json!("1"),
                };
                (field.name.clone(), value)
            });
            let fields = Value::Object(fields.collect());
            let token = addresses::token(AssetId(1)).to_string();
            let event = json!({ "fields": fields, "address": token });
            let said = Said { event: &event, facts: &facts, spec };
            for field in &spec.fields {
                if matches!(field.kind, Kind::Uint(256) | Kind::Uints(256)) {
                    count += 1;
                    let told = said.value(field);
                    assert!(told.ends_with("AI"), "{} {}: {told}", spec.name, field.name);
                }
            }
        }
        assert!(count > 60, "{count}");
    }
}
