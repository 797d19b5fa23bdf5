//! Which kind a message is of: fees go by it.

use crate::modules::market::jobs;
use crate::modules::opinions::Request;
use crate::modules::parameters::MessageKind as Kind;
use crate::modules::validators;
use crate::transaction::Message;

impl Message {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Job(message) => of_job(message),
            Self::Validator(message) => of_validator(message),
            Self::Opinion(request) => of_opinion(request),
            Self::Transfer(_) => Kind::Transfer,
            Self::RegisterParticipant(_) => Kind::RegisterParticipant,
            Self::ConfirmValidator(_) => Kind::ConfirmValidator,
            Self::ConfirmTie(_) => Kind::ConfirmTie,
            Self::RegisterNode(_) => Kind::RegisterNode,
            Self::RetireNode(_) => Kind::RetireNode,
            Self::SetRecipient(_) => Kind::SetRecipient,
            Self::DepositCollateral(_) => Kind::DepositCollateral,
            Self::WithdrawCollateral(_) => Kind::WithdrawCollateral,
            Self::SubmitComputeProof(_) => Kind::SubmitComputeProof,
            Self::SubmitSummary(_) => Kind::SubmitSummary,
            Self::ReportMisses(_) => Kind::ReportMisses,
            Self::ReportConfirmation(_) => Kind::ReportConfirmation,
            Self::Attest(_) => Kind::Attest,
            Self::Challenge(_) => Kind::Challenge,
            Self::Judge(_) => Kind::Judge,
            Self::CommitSeed(_) => Kind::CommitSeed,
            Self::RevealSeed(_) => Kind::RevealSeed,
            Self::RecordChecks(_) => Kind::RecordChecks,
            Self::DelegateModel(_) => Kind::DelegateModel,
            Self::RefuseModel(_) => Kind::RefuseModel,
            Self::OpenDeposit(_) => Kind::OpenDeposit,
            Self::CloseDeposit(_) => Kind::CloseDeposit,
            Self::OpenEscrow(_) => Kind::OpenEscrow,
            Self::FinishEscrow(_) => Kind::FinishEscrow,
            Self::RefuteEscrow(_) => Kind::RefuteEscrow,
            Self::SubmitContribution(_) => Kind::SubmitContribution,
            Self::VerifyContributions(_) => Kind::VerifyContributions,
            Self::ChallengeContribution(_) => Kind::ChallengeContribution,
            Self::JudgeContribution(_) => Kind::JudgeContribution,
            Self::ProposePrice(_) => Kind::ProposePrice,
            Self::Claim(_) => Kind::Claim,
            Self::ReleaseVested(_) => Kind::ReleaseVested,
            Self::ScheduleParameters(_) => Kind::ScheduleParameters,
            Self::OpenSession(_) => Kind::OpenSession,
            Self::TopUpSession(_) => Kind::TopUpSession,
            Self::RedeemVoucher(_) => Kind::RedeemVoucher,
            Self::CloseSession(_) => Kind::CloseSession,
            Self::RequestTier(_) => Kind::RequestTier,
            Self::AttestTier(_) => Kind::AttestTier,
            Self::RefuteTier(_) => Kind::RefuteTier,
            Self::AttestHeartbeats(_) => Kind::AttestHeartbeats,
            Self::DepositStake(_) => Kind::DepositStake,
            Self::WithdrawStake(_) => Kind::WithdrawStake,
            Self::FindMalice(_) => Kind::FindMalice,
            Self::Propose(_) => Kind::Propose,
            Self::Vote(_) => Kind::Vote,
            Self::AddLiquidity(_) => Kind::AddLiquidity,
            Self::RemoveLiquidity(_) => Kind::RemoveLiquidity,
            Self::Swap(_) => Kind::Swap,
            Self::Approve(_) => Kind::Approve,
            Self::TransferFrom(_) => Kind::TransferFrom,
            Self::Relayed(_) => Kind::Relayed,
        }
    }
}

fn of_job(message: &jobs::Message) -> Kind {
    match message {
        jobs::Message::PutOffer(_) => Kind::PutOffer,
        jobs::Message::WithdrawOffer(_) => Kind::WithdrawOffer,
        jobs::Message::CreateJob(_) => Kind::CreateJob,
        jobs::Message::CancelJob(_) => Kind::CancelJob,
        jobs::Message::AcceptJob(_) => Kind::AcceptJob,
        jobs::Message::RevealResult(_) => Kind::RevealResult,
        jobs::Message::AttestQuality(_) => Kind::AttestQuality,
        jobs::Message::DisputeJob(_) => Kind::DisputeJob,
        jobs::Message::PostEvidence(_) => Kind::PostEvidence,
        jobs::Message::JudgeJob(_) => Kind::JudgeJob,
    }
}

fn of_validator(message: &validators::Message) -> Kind {
    match message {
        validators::Message::Bond(_) => Kind::Bond,
        validators::Message::Unbond(_) => Kind::Unbond,
        validators::Message::Delegate(_) => Kind::Delegate,
        validators::Message::Undelegate(_) => Kind::Undelegate,
        validators::Message::SetCommission(_) => Kind::SetCommission,
        validators::Message::Activate => Kind::Activate,
        validators::Message::Retire => Kind::Retire,
        validators::Message::LeaveJail => Kind::LeaveJail,
        validators::Message::Collect(_) => Kind::Collect,
        validators::Message::Withdraw(_) => Kind::Withdraw,
    }
}

fn of_opinion(request: &Request) -> Kind {
    match request {
        Request::RegisterSeat(_) => Kind::RegisterSeat,
        Request::SetWeights(_) => Kind::SetWeights,
        Request::CommitWeights(_) => Kind::CommitWeights,
        Request::RevealWeights(_) => Kind::RevealWeights,
        Request::SetChildren(_) => Kind::SetChildren,
        Request::SetChildTake(_) => Kind::SetChildTake,
    }
}
