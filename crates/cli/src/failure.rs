//! Why a command failed, and its exit code.

use std::fmt;
use std::process::ExitCode;

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
}

impl Failure {
    /// The documented exit code.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Check(_) => 1,
            Self::Input(_) => 2,
            Self::Damage(_) => 3,
            Self::Machine(_) => 4,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(text) | Self::Input(text) | Self::Damage(text) | Self::Machine(text) => {
                formatter.write_str(text)
            }
        }
    }
}
