//! Reading a case's JSON: exact integers and decimals, with errors that name the key.

use super::verdict::Mismatch;
use serde::Deserialize;
use serde_json::Value;
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
}

/// A value inside a case, with the path to it for errors.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    path: String,
    value: &'a Value,
}

impl Case {
    /// The arguments.
    pub(super) fn input(&self) -> Node<'_> {
        Node { path: "input".to_owned(), value: &self.input }
    }

    /// The results.
    pub(super) fn expected(&self) -> Node<'_> {
        Node { path: "expected".to_owned(), value: &self.expected }
    }
}

impl<'a> Node<'a> {
    /// The member of an object; absent ones are null.
    pub(super) fn at(&self, key: &str) -> Node<'a> {
        let value = self.value.get(key).unwrap_or(&Value::Null);
        Node { path: format!("{}.{key}", self.path), value }
    }

    /// Whether the member is there and not null.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some_and(|value| !value.is_null())
    }

    /// Whether it is null or absent.
    pub(super) fn is_null(&self) -> bool {
        self.value.is_null()
    }

    /// The elements of a list; none of null.
    pub(super) fn list(&self) -> Result<Vec<Node<'a>>, Mismatch> {
        match self.value {
            Value::Null => Ok(Vec::new()),
            Value::Array(all) => Ok(all
                .iter()
                .enumerate()
                .map(|(at, value)| Node { path: format!("{}[{at}]", self.path), value })
                .collect()),
            _ => Err(self.wrong("a list")),
        }
    }

    /// The members of an object, ascending by key; none of null.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Node<'a>)>, Mismatch> {
        match self.value {
            Value::Null => Ok(Vec::new()),
            Value::Object(all) => {
                let mut members: Vec<_> = all
                    .iter()
                    .map(|(key, value)| {
                        (key.as_str(), Node { path: format!("{}.{key}", self.path), value })
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
        match self.value {
            Value::Null => Ok(""),
            Value::String(text) => Ok(text),
            _ => Err(self.wrong("a text")),
        }
    }

    /// True or false; null is false.
    pub(super) fn flag(&self) -> Result<bool, Mismatch> {
        match self.value {
            Value::Null => Ok(false),
            Value::Bool(flag) => Ok(*flag),
            _ => Err(self.wrong("true or false")),
        }
    }

    /// A whole number, as JSON number or decimal string; null is 0, as in the peers' encoding.
    pub(super) fn integer(&self) -> Result<i128, Mismatch> {
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
        let text = match self.value {
            Value::Null => "0".to_owned(),
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
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

    fn wrong(&self, wanted: &str) -> Mismatch {
        Mismatch(format!("{}: {wanted} is needed, not {}", self.path, self.value))
    }
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
