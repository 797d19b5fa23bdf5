//! What an adapter says of a case.

use super::decisions::Decision;

/// The outcome of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Our value is the peer's.
    Passed,
    /// Our value differs as a decision says, and exactly as much.
    Deviates(Decision),
    /// The record has a shape, or asserts a thing, that Workmint has no use for: why.
    NotCovered(&'static str),
}

/// Why a case failed: an input that cannot be read, an error of ours, or a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch(pub(super) String);

/// What every adapter returns.
pub(super) type Outcome = Result<Verdict, Mismatch>;

impl Mismatch {
    /// A failure with this text.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl<E: std::error::Error> From<E> for Mismatch {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Passed if `ours` is `theirs`; the difference names `what`.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(what: &str, ours: T, theirs: T) -> Outcome {
    require(what, ours, theirs).map(|()| Verdict::Passed)
}

/// The difference if `ours` is not `theirs`, for cases that compare several values.
pub(super) fn require<T: PartialEq + std::fmt::Debug>(
    what: &str,
    ours: T,
    theirs: T,
) -> Result<(), Mismatch> {
    if ours == theirs {
        return Ok(());
    }
    Err(Mismatch(format!("{what}: ours {ours:?}, theirs {theirs:?}")))
}
