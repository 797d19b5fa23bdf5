//! Which messages a network can free of its flat fee together.

use crate::modules::market::jobs;
use crate::modules::opinions::Request;
use crate::modules::parameters::MessageGroup;
use crate::transaction::Message;

impl Message {
    /// The group it can be freed of the flat fee with, if there is one.
    #[must_use]
    pub fn group(&self) -> Option<MessageGroup> {
        match self {
            Self::DepositCollateral(_)
            | Self::WithdrawCollateral(_)
            | Self::DepositStake(_)
            | Self::WithdrawStake(_)
            | Self::Validator(_) => Some(MessageGroup::Staking),
            Self::ScheduleParameters(_) | Self::Propose(_) | Self::Vote(_) => {
                Some(MessageGroup::Governance)
            }
            Self::AddLiquidity(_) | Self::RemoveLiquidity(_) | Self::Swap(_) => {
                Some(MessageGroup::Exchange)
            }
            Self::Attest(_)
            | Self::Judge(_)
            | Self::VerifyContributions(_)
            | Self::JudgeContribution(_)
            | Self::AttestTier(_)
            | Self::RefuteTier(_)
            | Self::AttestHeartbeats(_)
            | Self::FindMalice(_)
            | Self::Job(jobs::Message::AttestQuality(_) | jobs::Message::JudgeJob(_))
            | Self::Opinion(
                Request::SetWeights(_) | Request::CommitWeights(_) | Request::RevealWeights(_),
            ) => Some(MessageGroup::Duties),
            Self::Transfer(_)
            | Self::RegisterParticipant(_)
            | Self::ConfirmValidator(_)
            | Self::ConfirmTie(_)
            | Self::RegisterNode(_)
            | Self::RetireNode(_)
            | Self::SetRecipient(_)
            | Self::SubmitComputeProof(_)
            | Self::SubmitSummary(_)
            | Self::ReportMisses(_)
            | Self::ReportConfirmation(_)
            | Self::Challenge(_)
            | Self::CommitSeed(_)
            | Self::RevealSeed(_)
            | Self::RecordChecks(_)
            | Self::DelegateModel(_)
            | Self::RefuseModel(_)
            | Self::OpenDeposit(_)
            | Self::CloseDeposit(_)
            | Self::OpenEscrow(_)
            | Self::FinishEscrow(_)
            | Self::RefuteEscrow(_)
            | Self::SubmitContribution(_)
            | Self::ChallengeContribution(_)
            | Self::ProposePrice(_)
            | Self::Claim(_)
            | Self::ReleaseVested(_)
            | Self::OpenSession(_)
            | Self::TopUpSession(_)
            | Self::RedeemVoucher(_)
            | Self::CloseSession(_)
            | Self::RequestTier(_)
            | Self::Job(_)
            | Self::Opinion(_) => None,
        }
    }
}
