//! What somebody signed off-line and another account carries to the chain.

use crate::address::Address;
use crate::error::Error;
use crate::hash::Hash;
use crate::modules::market::jobs;
use crate::modules::{attestation, contributions, work};
use crate::state::{Context, State};
use crate::transaction::{self, Message};
use borsh::{BorshDeserialize, BorshSerialize};

/// A report that `by` signed; the caller verified that. The sender of its transaction pays the fee
/// and counts it; roles and rules go by `by`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Relayed {
    /// Who signed it.
    pub by: Address,
    /// What it says.
    pub report: Report,
}

/// What can be carried by others: words that are refused the second time, so that a signature
/// needs no number. After the epoch their own keys refuse them: its number, their job, their
/// submission. Within it the state remembers every word carried, because a key can be free again:
/// a summary that was refuted is gone, and must not come back by its old signature.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Report {
    /// Served requests.
    SubmitSummary(work::SubmitSummary),
    /// A compute proof's weight.
    SubmitComputeProof(work::SubmitComputeProof),
    /// Requests that a participant did not answer.
    ReportMisses(work::ReportMisses),
    /// A participant's weight, read again.
    ReportConfirmation(work::ReportConfirmation),
    /// Attested reports.
    Attest(work::Attest),
    /// Who answered a probe. Probes are numbered anew in each epoch, so the word says which.
    AttestHeartbeats {
        /// The open epoch.
        epoch: u64,
        /// The report.
        report: attestation::AttestHeartbeats,
    },
    /// What a job's result is worth.
    AttestQuality(jobs::AttestQuality),
    /// Verdicts on contributions.
    VerifyContributions(contributions::VerifyContributions),
}

impl From<Report> for Message {
    fn from(report: Report) -> Self {
        match report {
            Report::SubmitSummary(message) => Self::SubmitSummary(message),
            Report::SubmitComputeProof(message) => Self::SubmitComputeProof(message),
            Report::ReportMisses(message) => Self::ReportMisses(message),
            Report::ReportConfirmation(message) => Self::ReportConfirmation(message),
            Report::Attest(message) => Self::Attest(message),
            Report::AttestHeartbeats { report, .. } => Self::AttestHeartbeats(report),
            Report::AttestQuality(message) => Self::Job(jobs::Message::AttestQuality(message)),
            Report::VerifyContributions(message) => Self::VerifyContributions(message),
        }
    }
}

/// Runs the report as if its signer had sent it.
pub(crate) fn apply(state: &mut State, context: &Context, message: &Relayed) -> Result<(), Error> {
    if let Report::AttestHeartbeats { epoch, .. } = &message.report {
        attestation::require_open_epoch(context, *epoch)?;
    }
    let bytes = borsh::to_vec(message)
        .map_err(|_| Error::Inconsistent { what: "a message that cannot be encoded" })?;
    let word = Hash::of("workmint relayed v1", &[&bytes]);
    if state.relayed.contains(&word) {
        return Err(Error::AlreadyCarried { by: message.by });
    }
    state.relayed.put(word, ());
    let sender = state.ledger.open(message.by)?;
    let context = Context { sender, ..context.clone() };
    transaction::apply(state, &context, &Message::from(message.report.clone()))
}

/// At the close: words of an epoch that has ended are refused by their own keys.
pub(crate) fn end_close(state: &mut State) {
    state.relayed.clear();
}
