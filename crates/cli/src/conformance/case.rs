//! Reading a case's JSON: exact integers and decimals, with errors that name the key.

use super::verdict::{Mismatch, require};
use serde::Deserialize;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use workmint_amounts::{Amount, Ratio, SignedRatio};

/// One recorded case.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Case {
    /// What the case is called; for people only.
    pub(super) name: String,
    /// The peer's function.
    pub(super) function: String,
    /// Its arguments.
    pub(super) input: Value,
    /// Its results.
    pub(super) expected: Value,
    /// The paths of values that an adapter asked for.
    #[serde(skip)]
    asked: Asked,
}

type Asked = RefCell<BTreeSet<String>>;

/// The members of results by which a peer says that it refused.
const REFUSALS: [&str; 2] = ["err", "error"];

/// A value inside a case, with the path to it for errors.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    path: String,
    value: &'a Value,
    asked: &'a Asked,
    /// A result that the case does not give: to compare with it would compare with nothing.
    missing: bool,
}

impl Case {
    /// The arguments.
    pub(super) fn input(&self) -> Node<'_> {
        self.root("input", &self.input)
    }

    /// The results.
    pub(super) fn expected(&self) -> Node<'_> {
        self.root("expected", &self.expected)
    }

    fn root<'a>(&'a self, name: &str, value: &'a Value) -> Node<'a> {
        Node { path: name.to_owned(), value, asked: &self.asked, missing: false }
    }

    /// That the peer refused, if its adapter never asked whether it did.
    pub(super) fn unheard_refusal(&self) -> Option<Mismatch> {
        let said = |key: &&str| {
            let value = self.expected.get(key);
            let refused = value.is_some_and(|value| !is_nothing(value));
            refused && !self.asked.borrow().contains(&format!("expected.{key}"))
        };
        let key = REFUSALS.into_iter().find(said)?;
        Some(Mismatch(format!("the peer refused: {}", self.expected.get(key)?)))
    }
}

impl<'a> Node<'a> {
    fn inner(&self, path: String, value: &'a Value) -> Node<'a> {
        Node { path, value, asked: self.asked, missing: false }
    }

    /// Notes that the value was asked for. A result that is not given has none.
    fn ask(&self) -> Result<(), Mismatch> {
        self.asked.borrow_mut().insert(self.path.clone());
        if self.missing {
            return Err(Mismatch(format!("{}: the case gives no such result", self.path)));
        }
        Ok(())
    }

    /// The member of an object; absent ones are null, but results have to be given.
    pub(super) fn at(&self, key: &str) -> Node<'a> {
        let value = self.value.get(key);
        let missing = value.is_none() && self.path == "expected";
        let inner = self.inner(format!("{}.{key}", self.path), value.unwrap_or(&Value::Null));
        Node { missing, ..inner }
    }

    /// The member of an object that a case may leave out; absent ones are null.
    pub(super) fn optional(&self, key: &str) -> Node<'a> {
        Node { missing: false, ..self.at(key) }
    }

    /// Whether the member is there and not null.
    pub(super) fn has(&self, key: &str) -> bool {
        self.asked.borrow_mut().insert(format!("{}.{key}", self.path));
        self.value.get(key).is_some_and(|value| !value.is_null())
    }

    /// Whether it is null or absent.
    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// The value itself.
    pub(super) fn value(&self) -> Result<&'a Value, Mismatch> {
        self.ask()?;
        Ok(self.value)
    }

    /// The elements of a list; none of null.
    pub(super) fn list(&self) -> Result<Vec<Node<'a>>, Mismatch> {
        self.ask()?;
        match self.value {
            Value::Null => Ok(Vec::new()),
            Value::Array(all) => Ok(all
                .iter()
                .enumerate()
                .map(|(at, value)| self.inner(format!("{}[{at}]", self.path), value))
                .collect()),
            _ => Err(self.wrong("a list")),
        }
    }

    /// The members of an object, ascending by key; none of null.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Node<'a>)>, Mismatch> {
        self.ask()?;
        match self.value {
            Value::Null => Ok(Vec::new()),
            Value::Object(all) => {
                let mut members: Vec<_> = all
                    .iter()
                    .map(|(key, value)| {
                        (key.as_str(), self.inner(format!("{}.{key}", self.path), value))
                    })
                    .collect();
                members.sort_by_key(|(key, _)| *key);
                Ok(members)
            }
            _ => Err(self.wrong("an object")),
        }
    }

    /// A text; null is empty.
    pub(super) fn text(&self) -> Result<&'a str, Mismatch> {
        self.ask()?;
        match self.value {
            Value::Null => Ok(""),
            Value::String(text) => Ok(text),
            _ => Err(self.wrong("a text")),
        }
    }

    /// True or false; null is false.
    pub(super) fn flag(&self) -> Result<bool, Mismatch> {
        self.ask()?;
        match self.value {
            Value::Null => Ok(false),
            Value::Bool(flag) => Ok(*flag),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// A whole number, as JSON number or decimal string; null is 0, as in the peers' encoding.
    pub(super) fn integer(&self) -> Result<i128, Mismatch> {
        self.ask()?;
        match self.value {
            Value::Null => Ok(0),
            Value::Number(number) => {
                number.to_string().parse().map_err(|_| self.wrong("a whole number"))
            }
            Value::String(text) => text.parse().map_err(|_| self.wrong("a whole number")),
            _ => Err(self.wrong("a whole number")),
        }
    }

    /// A whole number of another type.
    pub(super) fn number<T: TryFrom<i128>>(&self) -> Result<T, Mismatch> {
        let number = self.integer()?;
        T::try_from(number).map_err(|_| Mismatch(format!("{}: {number} is too large", self.path)))
    }

    /// An amount of base units.
    pub(super) fn amount(&self) -> Result<Amount, Mismatch> {
        Ok(Amount::new(self.number()?))
    }

    /// A decimal: a text, a JSON number as written, or the peers' `{Value, Exponent}`; null is 0.
    pub(super) fn decimal(&self) -> Result<SignedRatio, Mismatch> {
        self.ask()?;
        let text = match self.value {
            Value::Null => "0".to_owned(),
            Value::String(text) => text.clone(),
            Value::Number(number) => plain(&number.to_string()),
            Value::Object(_) => {
                let (value, exponent) =
                    (self.at("Value").integer()?, self.at("Exponent").number::<i32>()?);
                return scaled(value, exponent).ok_or_else(|| self.wrong("a decimal in range"));
            }
            Value::Bool(_) | Value::Array(_) => return Err(self.wrong("a decimal")),
        };
        text.parse().map_err(|error| Mismatch(format!("{}: \"{text}\": {error}", self.path)))
    }

    /// A decimal that is not negative.
    pub(super) fn ratio(&self) -> Result<Ratio, Mismatch> {
        let decimal = self.decimal()?;
        if decimal.is_negative() {
            return Err(self.wrong("a decimal of at least 0"));
        }
        Ok(decimal.magnitude())
    }

    /// That this is the other value, member by member; what is null or empty is not there.
    pub(super) fn unchanged(&self, other: &Node<'_>) -> Result<(), Mismatch> {
        self.ask()?;
        match (self.value, other.value) {
            (Value::Object(all), _) if all.values().all(is_nothing) && is_nothing(other.value) => {
                Ok(())
            }
            (Value::Object(all), Value::Object(others)) => {
                for key in all.keys().chain(others.keys()) {
                    self.at(key).unchanged(&other.at(key))?;
                }
                Ok(())
            }
            (Value::Array(_), Value::Array(_)) => {
                let (all, others) = (self.list()?, other.list()?);
                require(&self.path, others.len(), all.len())?;
                all.iter().zip(&others).try_for_each(|(one, other)| one.unchanged(other))
            }
            (one, other) if one == other || is_nothing(one) && is_nothing(other) => Ok(()),
            (one, other) => require(&self.path, other, one),
        }
    }

    fn wrong(&self, wanted: &str) -> Mismatch {
        Mismatch(format!("{}: {wanted} is needed, not {}", self.path, self.value))
    }
}

/// What the peers' encoding leaves out.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
    }
}

/// A float as it is written, "1.5e-7", without an exponent: "0.00000015".
fn plain(text: &str) -> String {
    let Some((digits, exponent)) = text.split_once('e') else {
        return text.to_owned();
    };
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let places = exponent.unsigned_abs() as usize;
    let (whole, fraction) = if exponent < 0 {
        let padded = format!("{whole:0>width$}", width = places + 1);
        let (whole, moved) = padded.split_at(padded.len() - places);
        (whole.to_owned(), format!("{moved}{fraction}"))
    } else {
        let padded = format!("{fraction:0<places$}");
        let (moved, fraction) = padded.split_at(places);
        (format!("{whole}{moved}"), fraction.to_owned())
    };
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{dot}{fraction}")
}

/// value x 10^exponent.
fn scaled(value: i128, exponent: i32) -> Option<SignedRatio> {
    let power = 10_u128.checked_pow(exponent.unsigned_abs())?;
    let magnitude = value.unsigned_abs();
    let ratio = if exponent < 0 {
        Ratio::new(magnitude, power).ok()?
    } else {
        Ratio::from_integer(magnitude.checked_mul(power)?)
    };
    Some(SignedRatio::new(value < 0, ratio))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn floats_with_exponents() {
        let cases = [
            ("0.5", "0.5"),
            ("1e-5", "0.00001"),
            ("-1.5e-7", "-0.00000015"),
            ("1.25e1", "12.5"),
            ("1e16", "10000000000000000"),
            ("1.5e1", "15"),
        ];
        for (text, expected) in cases {
            assert_eq!(plain(text), expected);
        }
    }
}
