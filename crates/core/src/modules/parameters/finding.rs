//! What the checker says about parameters.

use std::fmt;

/// How serious a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The parameters cannot be used.
    Error,
    /// They can, but hardly as meant.
    Warning,
    /// True, and worth knowing.
    Fact,
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Fact => "fact",
        })
    }
}

/// A statement about one value, or about how several work together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How serious it is.
    pub level: Level,
    /// Where, by the key names of the network file: `streams[1].share`, `collateral.unbonding`.
    pub path: String,
    /// The fact, with its values.
    pub message: String,
    /// The values that would be right; empty if the message says it all.
    pub allowed: String,
}

impl Finding {
    /// A finding of level error, with the values that would be right.
    #[must_use]
    pub fn error(path: &str, message: String, allowed: &str) -> Self {
        Self { level: Level::Error, path: path.to_owned(), message, allowed: allowed.to_owned() }
    }

    /// A finding of level warning.
    #[must_use]
    pub fn warning(path: &str, message: String) -> Self {
        Self { level: Level::Warning, path: path.to_owned(), message, allowed: String::new() }
    }

    /// A finding of level fact.
    #[must_use]
    pub fn fact(path: &str, message: String) -> Self {
        Self { level: Level::Fact, path: path.to_owned(), message, allowed: String::new() }
    }

    /// Message and allowed values in one text.
    #[must_use]
    pub fn text(&self) -> String {
        if self.allowed.is_empty() {
            self.message.clone()
        } else {
            format!("{}; allowed: {}", self.message, self.allowed)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}: {}", self.level, self.path, self.text())
    }
}
