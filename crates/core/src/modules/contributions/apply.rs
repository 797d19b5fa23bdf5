//! Submitting, verifying, challenging, judging.

use super::{
    ChallengeContribution, Error, JudgeContribution, SubmitContribution, VerifyContributions,
};
use crate::error::Error as AnyError;
use crate::state::{Context, State};

/// Takes a contribution.
pub fn apply_submit(
    _state: &mut State,
    _context: &Context,
    _message: &SubmitContribution,
) -> Result<(), AnyError> {
    Err(Error::NotInForce {}.into())
}

/// Counts a verifier's verdicts.
pub fn apply_verify(
    _state: &mut State,
    _context: &Context,
    _message: &VerifyContributions,
) -> Result<(), AnyError> {
    Err(Error::NotInForce {}.into())
}

/// Challenges an accepted contribution.
pub fn apply_challenge(
    _state: &mut State,
    _context: &Context,
    _message: &ChallengeContribution,
) -> Result<(), AnyError> {
    Err(Error::NotInForce {}.into())
}

/// Counts a judge's vote.
pub fn apply_judge(
    _state: &mut State,
    _context: &Context,
    _message: &JudgeContribution,
) -> Result<(), AnyError> {
    Err(Error::NotInForce {}.into())
}
