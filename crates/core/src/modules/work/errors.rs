//! Errors of `work`, by number; `docs/spec` gives the order in which they are checked.

use crate::address::Address;
use crate::error::numbered_errors;
use crate::time::Deadline;
use workmint_amounts::Amount;

numbered_errors! {
    /// Why a report, attestation, challenge or check was refused.
    800;
    /// Reports are for the open epoch.
    1 WrongEpoch {
        /// The message's epoch.
        given: u64,
        /// The epoch it must name.
        expected: u64,
    } => "the message names epoch {given}, it must name epoch {expected}";
    /// There is one report per epoch, node and model.
    2 AlreadyReported {} => "this was reported already for the epoch, node and model";
    /// A list is empty, too long, not strictly ascending, or has a zero.
    3 BadList {
        /// Which list, and what is allowed.
        rule: &'static str,
    } => "{rule}";
    /// A number is out of range.
    4 OutOfRange {
        /// The field and its range.
        rule: &'static str,
    } => "{rule}";
    /// The sender lacks the role.
    5 NotReporter {} => "only an account with the role reporter may do this";
    /// The sender lacks the role.
    6 NotJudge {} => "only an account with the role judge may do this";
    /// There is no such open report.
    7 UnknownReport {
        /// The provider.
        participant: Address,
    } => "there is no such open report of {participant}";
    /// The sender is related to the provider, a customer or the challenger.
    8 ConflictOfInterest {
        /// Whom the sender is related to.
        with: Address,
    } => "the sender shares account, owner or recipient with {with}";
    /// The sender attested it already.
    9 AlreadyAttested {} => "the sender attested this report already";
    /// The contents differ from what the sender saw.
    10 RootMismatch {} => "the batch root does not match the reports' contents";
    /// Only an accepted, unchallenged summary within its window can be challenged.
    11 NotChallengeable {} =>
        "the summary is not accepted, is challenged already, or its window is over";
    /// The bond is too small.
    12 BondTooSmall {
        /// Least bond, base units.
        minimum: Amount,
    } => "the bond must be at least {minimum} base units";
    /// There is no open challenge.
    13 NotChallenged {} => "the summary is not challenged";
    /// The judge has voted.
    14 AlreadyJudged {} => "the judge has voted on this challenge";
    /// Too late.
    15 DecisionOver {
        /// When it was over.
        deadline: Deadline,
    } => "the time to decide was over at {deadline}";
    /// No seed, or another one, was committed.
    16 SeedMismatch {} => "the seed is not the one committed in that epoch";
    /// The seed was revealed.
    17 AlreadyRevealed {} => "the seed was revealed already";
    /// The check was not drawn for the sender, or is done.
    18 CheckNotDue {} => "the check is not due for the sender";
    /// A duty is not done.
    19 DutyUndone {
        /// Checks recorded.
        done: usize,
        /// Checks due.
        due: usize,
    } => "{done} of {due} sampled checks are recorded; reveal the seed and record the rest first";
    /// A customer that was never seen.
    20 UnknownCustomer {
        /// The customer.
        customer: Address,
    } => "there is no account {customer} to charge";
    /// The randomness that duties are drawn from is known in the closing block.
    21 EpochCloses {} => "no seed can be committed in the block that closes the epoch";
    /// The network does not run by this rule.
    40 NotInForce {
        /// Which one.
        rule: &'static str,
    } => "{rule}";
}
