//! Why a message about contributions was refused.

use super::ContributionKey;
use crate::address::Address;
use crate::error::numbered_errors;
use crate::names::Name;
use crate::time::Deadline;
use workmint_amounts::{Amount, Ratio};

numbered_errors! {
    /// Why a message about contributions was refused.
    1400;
    /// The network has no contributions.
    1 NotInForce {} => "this network takes no contributions";
    /// No stream of that name pays a rate.
    2 NoSuchStream {
        /// The name.
        stream: Name,
    } => "no stream {stream} pays a rate for contributions";
    /// The epoch is not open for submissions.
    3 WrongEpoch {
        /// The epoch named.
        epoch: u64,
        /// The first epoch that may still be named.
        from: u64,
        /// The open epoch.
        open: u64,
    } => "work of epoch {epoch} cannot be submitted now: epochs {from} to {open} can";
    /// A number is out of range.
    4 OutOfRange {
        /// The range.
        rule: &'static str,
    } => "out of range: {rule}";
    /// The same id was used for something else.
    5 IdUsed {
        /// The contribution.
        contribution: ContributionKey,
    } => "contribution {contribution} was submitted with other content";
    /// Too many submissions.
    6 TooMany {
        /// Most in an interval.
        most: u32,
        /// When the node may submit again, milliseconds since 1970.
        again_ms: u64,
    } => "this node has submitted {most} contributions; it may again from {again_ms} ms on";
    /// The dataset became final before.
    7 DuplicateDataset {
        /// As which contribution.
        contribution: ContributionKey,
    } => "this dataset became final as {contribution}: it is paid once";
    /// The model has no recorded loss to improve on.
    8 NoRecordedLoss {} => "the model has no recorded loss that could be improved";
    /// Reputation is too low.
    9 LowReputation {
        /// Points.
        points: Ratio,
        /// Points needed.
        least: Ratio,
    } => "the contributor's reputation is {points} points, {least} are needed";
    /// Collateral is too low.
    10 LowStake {
        /// Base units deposited.
        stake: Amount,
        /// Base units needed.
        least: Amount,
    } => "the contributor's collateral is {stake} base units, {least} are needed";
    /// The sender is not a verifier.
    11 NotVerifier {} => "the sender is not a verifier";
    /// The list is malformed.
    12 BadList {
        /// The rule.
        rule: &'static str,
    } => "{rule}";
    /// There is no such contribution.
    13 Unknown {
        /// The name.
        contribution: ContributionKey,
    } => "there is no contribution {contribution}";
    /// It is decided already.
    14 NotOpen {
        /// The contribution.
        contribution: ContributionKey,
    } => "contribution {contribution} waits for no verdict";
    /// Something else was submitted than the verifier saw.
    15 WrongSubmission {
        /// The contribution.
        contribution: ContributionKey,
    } => "the verdict on {contribution} is about another submission";
    /// The sender, or a verifier of its family, has given its verdict.
    16 AlreadyVerified {
        /// The contribution.
        contribution: ContributionKey,
    } => "this verifier or a relative of it has given its verdict on {contribution}";
    /// Nobody verifies or judges its own or a relative's contribution.
    17 ConflictOfInterest {
        /// With whom.
        with: Address,
    } => "the sender is or is related to {with}";
    /// It cannot be challenged now.
    18 NotChallengeable {
        /// The contribution.
        contribution: ContributionKey,
    } => "contribution {contribution} is not accepted, its window is over, or it is challenged";
    /// The bond is too small.
    19 BondTooSmall {
        /// Base units needed.
        minimum: Amount,
    } => "the bond is below {minimum} base units";
    /// There is no challenge.
    20 NotChallenged {} => "this contribution is not challenged";
    /// Judges may no longer decide.
    21 DecisionOver {
        /// Since when.
        deadline: Deadline,
    } => "the time to decide was over at {deadline}";
    /// The sender is not a judge.
    22 NotJudge {} => "the sender is not a judge";
    /// The sender has voted.
    23 AlreadyJudged {} => "this judge has voted";
    /// The message names a model where none belongs, or none where one does.
    24 WrongModel {
        /// The rule.
        rule: &'static str,
    } => "{rule}";
    /// The contributor used the same content under another id.
    25 EvidenceUsed {
        /// Under which.
        contribution: ContributionKey,
    } => "the same content was submitted as {contribution}: evidence counts once";
}
