//! Errors of `parameters`, by number; `docs/spec` gives the order in which they are checked.

use crate::error::numbered_errors;

numbered_errors! {
    /// Why a change of parameters was refused.
    200;
    /// Only a governor schedules changes.
    1 NotGovernor {} => "only an account with the role governor may schedule parameters";
    /// The epoch is not in the future.
    2 EpochNotInFuture {
        /// Epoch asked for.
        epoch: u64,
        /// The open epoch.
        open: u64,
    } => "parameters can change from epoch {epoch} on only if it is after the open epoch {open}";
    /// Something that is never votable differs.
    3 NotVotable {
        /// The field.
        field: &'static str,
    } => "{field} never changes after genesis";
    /// The values contradict each other or leave their range.
    4 Invalid {
        /// Where.
        path: String,
        /// The finding.
        message: String,
    } => "{path}: {message}";
    /// Too many changes wait already.
    5 TooManyScheduled {
        /// Most that may wait.
        limit: usize,
    } => "at most {limit} changes of parameters may wait at a time";
    /// The network decides by votes.
    6 DecidedByVote {} => "parameters of this network change by proposal and vote only";
}
