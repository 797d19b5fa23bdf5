//! The engine's errors for people: amounts with their asset. The engine counts base units and does
//! not say of what; here it is known from the error's module, or from what the transaction moves.

use serde_json::Value;
use workmint_amounts::Amount;
use workmint_core::error::{FieldInfo, FieldKind};
use workmint_protocol::wire::errors::{ErrorSpec, catalogue, describe_revert};

use super::client::Refused;
use super::facts::{Asset, Facts, Part};
use super::meaning::leaves;
use super::shown::money;
use super::values::Reader;
use crate::keys::unhex;

/// Of which asset an error's amounts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    /// What fees are paid in.
    Fee,
    /// That of a part of the network.
    Part(Part),
    /// That of the error's field `asset`.
    Field,
    /// What the transaction moves.
    Moved,
    /// The error does not say: only a network of one asset leaves no doubt.
    Unsaid,
}

/// Every error with amounts, by module and name.
const ERRORS: [(&str, &str, Of); 28] = [
    ("collateral", "InsufficientCollateral", Of::Part(Part::Collateral)),
    ("contributions", "LowStake", Of::Part(Part::Collateral)),
    ("contributions", "BondTooSmall", Of::Part(Part::Emission)),
    ("exchange", "LessOut", Of::Unsaid),
    ("exchange", "BeyondPool", Of::Unsaid),
    ("fees", "CannotPayFee", Of::Fee),
    ("fees", "AboveLimit", Of::Fee),
    ("fees", "CannotStore", Of::Fee),
    ("governance", "AboveTreasury", Of::Field),
    ("jobs", "StakeTooSmall", Of::Part(Part::Stake)),
    ("jobs", "AboveMaxSpend", Of::Part(Part::Market)),
    ("ledger", "InsufficientFunds", Of::Moved),
    ("ledger", "InsufficientLock", Of::Unsaid),
    ("ledger", "InsufficientPot", Of::Unsaid),
    ("ledger", "CapExceeded", Of::Unsaid),
    ("ledger", "InsufficientAllowance", Of::Moved),
    ("market", "PriceAboveLimit", Of::Part(Part::Market)),
    ("market", "DepositTooSmall", Of::Part(Part::Market)),
    ("market", "AboveCap", Of::Part(Part::Market)),
    ("market", "StaleVoucher", Of::Part(Part::Market)),
    ("opinions", "TooDear", Of::Part(Part::Emission)),
    ("opinions", "TooLittlePower", Of::Unsaid),
    ("stake", "InsufficientStake", Of::Part(Part::Stake)),
    ("stake", "BelowMinimum", Of::Part(Part::Stake)),
    ("validators", "BelowMinimum", Of::Part(Part::Validators)),
    ("validators", "InsufficientBond", Of::Part(Part::Validators)),
    ("validators", "StillActive", Of::Part(Part::Validators)),
    ("work", "BondTooSmall", Of::Part(Part::Market)),
];

/// Numbers of these errors that are no amounts.
const COUNTS: [&str; 2] = ["rows", "asset"];
/// What stands behind an amount in the engine's words.
const BASE_UNITS: &str = " base units";

/// What one needs to know of a transaction to say its errors.
#[derive(Clone, Debug)]
pub(crate) struct Telling {
    facts: Facts,
    moved: Option<Asset>,
}

impl Telling {
    /// Of a transaction that moves this asset, if it moves one.
    pub(crate) fn new(facts: &Facts, moved: Option<&Asset>) -> Self {
        Self { facts: facts.clone(), moved: moved.cloned() }
    }

    /// The text of an error by its number; what is not known stays as the engine says it.
    pub(crate) fn text(&self, code: u16, text: &str) -> String {
        let spec = catalogue().get(&code);
        spec.and_then(|spec| self.with_asset(spec, text)).unwrap_or_else(|| text.to_owned())
    }

    /// The text of a refused call.
    pub(crate) fn refused(&self, refused: &Refused) -> String {
        let data = refused.data.as_ref().and_then(Value::as_str);
        let bytes = data.and_then(|data| unhex(data.strip_prefix("0x")?));
        match bytes.and_then(|bytes| describe_revert(&bytes)) {
            Some(error) => self.text(error.code, refused.words()),
            None => refused.words().to_owned(),
        }
    }

    fn with_asset(&self, spec: &ErrorSpec, text: &str) -> Option<String> {
        let (.., of) = ERRORS
            .iter()
            .find(|(module, name, _)| *module == spec.module && *name == spec.info.name)?;
        let parts = parts(spec.info.text, text)?;
        let asset = self.asset(*of, &parts)?;
        let mut told = String::new();
        let mut after_amount = false;
        for part in &parts {
            match *part {
                Piece::Words(words) => {
                    let words = match after_amount {
                        true => words.strip_prefix(BASE_UNITS).unwrap_or(words),
                        false => words,
                    };
                    told.push_str(words);
                    after_amount = false;
                }
                Piece::Value(name, value) if is_amount(spec.info.fields, name) => {
                    told.push_str(&money(value.parse::<Amount>().ok()?, asset));
                    after_amount = true;
                }
                Piece::Value(_, value) => told.push_str(value),
            }
        }
        Some(told)
    }

    fn asset(&self, of: Of, parts: &[Piece<'_>]) -> Option<&Asset> {
        let facts = &self.facts;
        let only = facts.assets.first().filter(|_| facts.assets.len() == 1);
        let found = match of {
            Of::Fee => facts.asset(&facts.fee_asset).ok(),
            Of::Part(part) => facts.asset_of(part).ok(),
            Of::Field => {
                let number = parts.iter().find_map(|part| match *part {
                    Piece::Value("asset", number) => number.parse::<u16>().ok(),
                    _ => None,
                });
                facts.assets.iter().find(|asset| Some(asset.number) == number)
            }
            Of::Moved => self.moved.as_ref(),
            Of::Unsaid => None,
        };
        found.or(only)
    }
}

impl<'a> Reader<'a> {
    /// The asset that the transaction takes from the sender or hands on, if it is just one.
    pub(crate) fn moved(&self) -> Option<&'a Asset> {
        if self.kind().contract.is_none() {
            return self.token().ok();
        }
        let inputs = self.kind().inputs.iter();
        let taken =
            inputs.filter(|input| leaves(&self.kind().function.name, &input.param).is_some());
        let mut assets = taken.map(|input| self.asset_of(self.meaning(input)).ok().flatten());
        let first = assets.next()??;
        assets.all(|asset| asset == Some(first)).then_some(first)
    }
}

fn is_amount(fields: &[FieldInfo], name: &str) -> bool {
    let field = fields.iter().find(|field| field.name == name);
    field.is_some_and(|field| field.kind == FieldKind::Number) && !COUNTS.contains(&name)
}

/// A part of an error's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Words(&'a str),
    /// The value of a field.
    Value(&'a str, &'a str),
}

/// A text taken apart by its pattern, which has `{name}` where a value stands; `None` if it is not
/// made by that.
fn parts<'a>(pattern: &'a str, text: &'a str) -> Option<Vec<Piece<'a>>> {
    let (mut pattern, mut text) = (pattern, text);
    let mut parts = Vec::new();
    while let Some((words, rest)) = pattern.split_once('{') {
        let (name, rest) = rest.split_once('}')?;
        let next = rest.split('{').next().unwrap_or_default();
        text = text.strip_prefix(words)?;
        let end = if next.is_empty() { text.len() } else { text.find(next)? };
        let (value, after) = text.split_at(end);
        parts.extend([Piece::Words(words), Piece::Value(name, value)]);
        (pattern, text) = (rest, after);
    }
    parts.push(Piece::Words(pattern));
    (text == pattern).then_some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(assets: &str) -> Facts {
        let text = format!(
            r#"{{"name":"two","chain_id":7,"epoch":3,"parameters_version":1,"fee_asset":"HAI",
            "genesis":"0x","assets":[{assets}],"models":[],
            "parameters":[{{"section":"collateral","key":"asset","value":"AI"}},
                {{"section":"stake","key":"asset","value":"AI"}}]}}"#
        );
        Facts::read(&text, "here").unwrap()
    }

    const HAI: &str = r#"{"number":1,"symbol":"HAI","decimals":6}"#;
    const AI: &str = r#"{"number":0,"symbol":"AI","decimals":3}"#;

    fn two() -> Facts {
        facts(&format!("{AI},{HAI}"))
    }

    fn code(module: &str, name: &str) -> u16 {
        let spec = catalogue().values().find(|one| one.module == module && one.info.name == name);
        spec.unwrap_or_else(|| panic!("{module} {name}")).info.code
    }

    #[test]
    fn amounts_are_told_with_their_asset() {
        let two = two();
        let told = |module, name, text: &str, moved: Option<&Asset>| {
            Telling::new(&two, moved).text(code(module, name), text)
        };
        let fee = "fee and tip are 5000000 base units, the sender can spend 100";
        assert_eq!(
            told("fees", "CannotPayFee", fee, None),
            "fee and tip are 5 HAI, the sender can spend 0.0001 HAI"
        );
        let active = "7 base units of collateral are active, 1234500 were asked for";
        assert_eq!(
            told("collateral", "InsufficientCollateral", active, None),
            "0.007 AI of collateral are active, 1,234.5 AI were asked for"
        );
        let treasury = "the treasury holds 1 base units of asset number 1, 2000000 are asked for";
        assert_eq!(
            told("governance", "AboveTreasury", treasury, None),
            "the treasury holds 0.000001 HAI of asset number 1, 2 HAI are asked for"
        );
        let rows = "3 new rows of the state lock 30 base units, the sender can spend 20";
        assert_eq!(
            told("fees", "CannotStore", rows, None),
            "3 new rows of the state lock 0.00003 HAI, the sender can spend 0.00002 HAI"
        );
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        let two = two();
        let text = "account 0x12 can spend 100 base units, 5000000 are needed";
        let funds = code("ledger", "InsufficientFunds");
        let moved = two.asset("HAI").unwrap();
        assert_eq!(
            Telling::new(&two, Some(moved)).text(funds, text),
            "account 0x12 can spend 0.0001 HAI, 5 HAI are needed"
        );
        assert_eq!(Telling::new(&two, None).text(funds, text), text);
        // With one asset there is no doubt.
        let one = facts(AI);
        let expected = "account 0x12 can spend 0.1 AI, 5,000 AI are needed";
        assert_eq!(Telling::new(&one, None).text(funds, text), expected);
        for other in ["", "account 0x12 can spend", "something else", "account a can spend x base"]
        {
            assert_eq!(Telling::new(&one, None).text(funds, other), other);
        }
        let zero = code("ledger", "ZeroAmount");
        assert_eq!(Telling::new(&one, None).text(zero, "no"), "no");
        assert_eq!(Telling::new(&one, None).text(9_999, "no"), "no");
    }

    /// A new error with an amount must be entered above.
    #[test]
    fn every_error_in_base_units_is_known() {
        for (module, name, _) in ERRORS {
            code(module, name);
        }
        let unknown = catalogue().values().filter(|spec| {
            spec.info.text.contains(BASE_UNITS.trim())
                && !ERRORS.iter().any(|one| (one.0, one.1) == (spec.module, spec.info.name))
        });
        // "1 to {cap} base units": the 1 is one base unit, and stays one.
        let names: Vec<(&str, &str)> = unknown.map(|one| (one.module, one.info.name)).collect();
        assert_eq!(names, [("pricing", "OutOfRange")]);
    }
}
