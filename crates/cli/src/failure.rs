//! Why a command failed, and its exit code.

use std::fmt;
use std::io;
use std::process::ExitCode;

use workmint_answers::AnswerError;
use workmint_protocol::rewards;
use workmint_storage::store::StoreError;

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A check came out negative (exit code 1).
    Check(String),
    /// The input is wrong; nothing was changed (exit code 2).
    Input(String),
    /// Data is damaged, or the engine stopped on a broken invariant (exit code 3).
    Damage(String),
    /// The machine refused to read or write (exit code 4).
    Machine(String),
    /// A transaction left this machine and nobody said what became of it (exit code 5).
    Unknown(String),
    /// Whoever read our output has seen enough, as `| head` does; no failure (exit code 0).
    Closed,
}

impl Failure {
    /// The documented exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Closed => 0,
            Self::Check(_) => 1,
            Self::Input(_) => 2,
            Self::Damage(_) => 3,
            Self::Machine(_) => 4,
            Self::Unknown(_) => 5,
        })
    }

    /// The input is wrong.
    pub(crate) fn input(what: impl fmt::Display) -> Self {
        Self::Input(what.to_string())
    }

    /// A computation on valid data failed: what is stored does not hold together.
    pub(crate) fn damage(what: impl fmt::Display) -> Self {
        Self::Damage(what.to_string())
    }

    /// A question has no answer; `option` is what the command line calls the field to blame.
    pub(crate) fn answer(error: &AnswerError, option: &str) -> Self {
        let text = error.told(option);
        match error {
            AnswerError::NotFound { .. } | AnswerError::BadInput { .. } => Self::Input(text),
            AnswerError::Damage(_) => Self::Damage(text),
            AnswerError::Machine(_) => Self::Machine(text),
        }
    }

    /// A file could not be read: a missing one is wrong input, everything else the machine's fault.
    pub(crate) fn reading(file: &str, error: &io::Error) -> Self {
        let text = format!("cannot read {file}: {error}");
        match error.kind() {
            io::ErrorKind::NotFound
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput => Self::Input(text),
            _ => Self::Machine(text),
        }
    }

    /// A file could not be written.
    pub(crate) fn writing(file: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Machine(format!("cannot write {file}: {error}")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(text)
            | Self::Input(text)
            | Self::Damage(text)
            | Self::Machine(text)
            | Self::Unknown(text) => formatter.write_str(text),
            Self::Closed => formatter.write_str("the output was closed"),
        }
    }
}

impl From<AnswerError> for Failure {
    fn from(error: AnswerError) -> Self {
        Self::answer(&error, error.field().unwrap_or_default())
    }
}

impl From<rewards::Error> for Failure {
    fn from(error: rewards::Error) -> Self {
        AnswerError::from(error).into()
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if error.is_damage() {
            Self::Damage(error.to_string())
        } else if error.is_missing() || matches!(error, StoreError::AlreadyExists { .. }) {
            Self::Input(error.to_string())
        } else {
            Self::Machine(error.to_string())
        }
    }
}
