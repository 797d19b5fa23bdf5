//! Why a question has no answer.

use std::fmt;

use workmint_protocol::rewards;
use workmint_storage::index::IndexError;
use workmint_storage::store::StoreError;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// What is asked about does not exist, or not yet.
    NotFound {
        /// The field of the question that names it; may be empty.
        field: &'static str,
        /// What there is instead of it.
        what: String,
    },
    /// A field of the question is out of its range; nothing was changed.
    BadInput {
        /// The field; empty if it is the whole question.
        field: &'static str,
        /// What was given, where that helps; else empty.
        value: String,
        /// What is wrong with it; may be empty if `allowed` says it.
        what: String,
        /// What would be right; may be empty.
        allowed: String,
    },
    /// What is stored does not hold together.
    Damage(String),
    /// The machine refused to read or write.
    Machine(String),
}

impl AnswerError {
    /// A computation on valid data failed: what is stored does not hold together.
    pub fn damage(what: impl fmt::Display) -> Self {
        Self::Damage(what.to_string())
    }

    /// The question as a whole is wrong.
    pub fn input(what: impl fmt::Display) -> Self {
        Self::refused("", what)
    }

    /// A field is wrong, and the text says what is allowed.
    pub fn refused(field: &'static str, what: impl fmt::Display) -> Self {
        let (value, allowed) = (String::new(), String::new());
        Self::BadInput { field, value, what: what.to_string(), allowed }
    }

    /// A field's value is out of its range.
    pub fn range(
        field: &'static str,
        value: impl fmt::Display,
        allowed: impl fmt::Display,
    ) -> Self {
        let (value, allowed) = (value.to_string(), allowed.to_string());
        Self::BadInput { field, value, what: String::new(), allowed }
    }

    /// What a field names does not exist.
    pub fn not_found(field: &'static str, what: impl fmt::Display) -> Self {
        Self::NotFound { field, what: what.to_string() }
    }

    /// The field of the question that it is about; `None`: none, or no field is to blame.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::NotFound { field, .. } | Self::BadInput { field, .. } => {
                Some(*field).filter(|field| !field.is_empty())
            }
            Self::Damage(_) | Self::Machine(_) => None,
        }
    }

    /// In words, with another name for the field: a command line calls it `--epoch`.
    #[must_use]
    pub fn told(&self, named: &str) -> String {
        let (what, value, allowed) = match self {
            Self::Damage(text) | Self::Machine(text) => return text.clone(),
            Self::NotFound { what, .. } => (what, "", ""),
            Self::BadInput { value, what, allowed, .. } => (what, value.as_str(), allowed.as_str()),
        };
        let allowed = match allowed {
            "" => String::new(),
            allowed => format!("allowed: {allowed}"),
        };
        let parts = [what.as_str(), &allowed];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let names: Vec<&str> = [named, value].into_iter().filter(|name| !name.is_empty()).collect();
        let (names, parts) = (names.join(" "), parts.join("; "));
        if names.is_empty() { parts } else { format!("{names}: {parts}") }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.told(self.field().unwrap_or_default()))
    }
}

impl std::error::Error for AnswerError {}

impl From<StoreError> for AnswerError {
    fn from(error: StoreError) -> Self {
        if error.is_damage() {
            Self::damage(error)
        } else if error.is_missing() {
            let field = match error {
                StoreError::NotClosed { .. } | StoreError::Skipped { .. } => "epoch",
                _ => "",
            };
            Self::not_found(field, error)
        } else {
            Self::Machine(error.to_string())
        }
    }
}

impl From<IndexError> for AnswerError {
    fn from(error: IndexError) -> Self {
        // An index that does not answer is rebuilt when it is opened again.
        Self::damage(error)
    }
}

impl From<rewards::Error> for AnswerError {
    fn from(error: rewards::Error) -> Self {
        match error {
            rewards::Error::NoRates
            | rewards::Error::NoStream(_)
            | rewards::Error::NotOne(_)
            | rewards::Error::NotAsked { .. }
            | rewards::Error::TooMuch(_)
            | rewards::Error::NothingAsked => Self::input(error),
            rewards::Error::NoAsset | rewards::Error::Engine(_) => Self::damage(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_field_value_and_range() {
        let error = AnswerError::range("weight", 5, "1 to 4");
        assert_eq!(error.to_string(), "weight 5: allowed: 1 to 4");
        assert_eq!(error.told("--weight"), "--weight 5: allowed: 1 to 4");
        let error = AnswerError::not_found("epoch", "epoch 9 has not begun");
        assert_eq!(error.told("EPOCH"), "EPOCH: epoch 9 has not begun");
        assert_eq!(error.field(), Some("epoch"));
        assert_eq!(AnswerError::input("no").to_string(), "no");
        let error: AnswerError = StoreError::NotClosed { epoch: 4, open: 3 }.into();
        assert_eq!(error.field(), Some("epoch"));
    }
}
