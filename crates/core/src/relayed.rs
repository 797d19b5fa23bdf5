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
/// submission. Within it the state remembers every word, carried or sent by its author, because a
/// key can be free again: a summary that was refuted is gone, and must not come back by an old
/// signature.
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

impl Report {
    /// The report that a message is, if it is one, sent by its author in that epoch.
    #[must_use]
    pub fn of(message: &Message, epoch: u64) -> Option<Self> {
        Some(match message {
            Message::SubmitComputeProof(it) => Self::SubmitComputeProof(it.clone()),
            Message::SubmitSummary(it) => Self::SubmitSummary(it.clone()),
            Message::ReportMisses(it) => Self::ReportMisses(it.clone()),
            Message::ReportConfirmation(it) => Self::ReportConfirmation(it.clone()),
            Message::Attest(it) => Self::Attest(it.clone()),
            Message::VerifyContributions(it) => Self::VerifyContributions(it.clone()),
            Message::AttestHeartbeats(it) => Self::AttestHeartbeats { epoch, report: it.clone() },
            Message::Job(jobs::Message::AttestQuality(it)) => Self::AttestQuality(*it),
            // Each by its name: whoever adds a message decides here whether others carry it.
            Message::Transfer(_)
            | Message::RegisterParticipant(_)
            | Message::ConfirmValidator(_)
            | Message::ConfirmTie(_)
            | Message::RegisterNode(_)
            | Message::RetireNode(_)
            | Message::SetRecipient(_)
            | Message::DepositCollateral(_)
            | Message::WithdrawCollateral(_)
            | Message::Challenge(_)
            | Message::Judge(_)
            | Message::CommitSeed(_)
            | Message::RevealSeed(_)
            | Message::RecordChecks(_)
            | Message::DelegateModel(_)
            | Message::RefuseModel(_)
            | Message::OpenDeposit(_)
            | Message::CloseDeposit(_)
            | Message::OpenEscrow(_)
            | Message::FinishEscrow(_)
            | Message::RefuteEscrow(_)
            | Message::SubmitContribution(_)
            | Message::ChallengeContribution(_)
            | Message::JudgeContribution(_)
            | Message::ProposePrice(_)
            | Message::Claim(_)
            | Message::ReleaseVested(_)
            | Message::ScheduleParameters(_)
            | Message::OpenSession(_)
            | Message::TopUpSession(_)
            | Message::RedeemVoucher(_)
            | Message::CloseSession(_)
            | Message::RequestTier(_)
            | Message::AttestTier(_)
            | Message::RefuteTier(_)
            | Message::DepositStake(_)
            | Message::WithdrawStake(_)
            | Message::FindMalice(_)
            | Message::Job(_)
            | Message::Propose(_)
            | Message::Vote(_)
            | Message::AddLiquidity(_)
            | Message::RemoveLiquidity(_)
            | Message::Swap(_)
            | Message::Validator(_)
            | Message::Opinion(_)
            | Message::Approve(_)
            | Message::TransferFrom(_)
            | Message::Relayed(_) => return None,
        })
    }
}

/// Runs the report as if its signer had sent it.
pub(crate) fn apply(state: &mut State, context: &Context, message: &Relayed) -> Result<(), Error> {
    if let Report::AttestHeartbeats { epoch, .. } = &message.report {
        attestation::require_open_epoch(context, *epoch)?;
    }
    let word = word_of(message)?;
    if state.relayed.contains(&word) {
        return Err(Error::AlreadyCarried { by: message.by });
    }
    state.relayed.put(word, ());
    let sender = state.ledger.open(message.by)?;
    let context = Context { sender, ..context.clone() };
    transaction::apply(state, &context, &Message::from(message.report.clone()))
}

/// Remembers a report that its author sends itself: carried after that it would be said twice. Its
/// author may send it again, as each time it signs anew; the report's own key refuses what stands.
pub(crate) fn remember(
    state: &mut State,
    context: &Context,
    message: &Message,
) -> Result<(), Error> {
    let Some(report) = Report::of(message, context.now.epoch) else {
        return Ok(());
    };
    let word = word_of(&Relayed { by: state.ledger.address(context.sender), report })?;
    if !state.relayed.contains(&word) {
        state.relayed.put(word, ());
    }
    Ok(())
}

fn word_of(message: &Relayed) -> Result<Hash, Error> {
    let bytes = borsh::to_vec(message)
        .map_err(|_| Error::Inconsistent { what: "a message that cannot be encoded" })?;
    Ok(Hash::of("workmint relayed v1", &[&bytes]))
}

/// At the close: words of an epoch that has ended are refused by their own keys.
pub(crate) fn end_close(state: &mut State) {
    state.relayed.clear();
}
