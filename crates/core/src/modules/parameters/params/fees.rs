//! Fees of messages, and the kinds and groups of messages that they go by.

use super::Destination;
use crate::names::AssetId;
use borsh::{BorshDeserialize, BorshSerialize};
use workmint_amounts::{Amount, Ratio};

/// Least gas of a transaction that wallets know.
pub const LEAST_GAS: u64 = 21_000;
/// Units of gas that [`Fees::measure`] is, where it divides by them in 10^-18 of a display unit.
pub const GAS_OF_MEASURE: u64 = 25_000;

/// What a transaction costs, and which messages are free. Amounts are base units of `asset`.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Fees {
    /// The asset fees, tips and storage deposits are paid in.
    pub asset: AssetId,
    /// Of a message that `kinds` does not name; may be 0 in a local network.
    pub flat: Amount,
    /// Of messages of these kinds, instead of `flat`; each kind at most once, ascending.
    pub kinds: Vec<(MessageKind, Amount)>,
    /// For each byte of the transaction as it was sent, besides the fee of its kind.
    pub per_byte: Amount,
    /// Locked for each lasting row that a transaction adds to the state; 0: nothing is.
    pub storage_deposit: Amount,
    /// Groups of messages that pay no fee at all, each at most once, ascending.
    pub free: Vec<MessageGroup>,
    /// Share of fees and tips that is burned, rounded up; 0 to 1.
    pub burned_share: Ratio,
    /// Where the rest goes.
    pub destination: Destination,
}

impl Fees {
    /// What a message of this kind costs besides its bytes, if it is not free.
    #[must_use]
    pub fn of_kind(&self, kind: MessageKind) -> Amount {
        let named = self.kinds.iter().find(|(of, _)| *of == kind);
        named.map_or(self.flat, |(_, fee)| *fee)
    }

    /// Whether messages of this kind pay nothing.
    #[must_use]
    pub fn frees(&self, kind: MessageKind) -> bool {
        kind.group().is_some_and(|group| self.free.contains(&group))
    }

    /// The greatest amount that every fee is a whole multiple of, base units: of the flat fee, of
    /// those of kinds and of a byte. 0 if there is no fee.
    #[must_use]
    pub fn measure(&self) -> Amount {
        let of_kinds = self.kinds.iter().map(|(_, fee)| fee.get());
        let all = [self.flat.get(), self.per_byte.get()].into_iter().chain(of_kinds);
        Amount::new(all.fold(0, common_divisor))
    }

    /// Whether no transaction ever pays a fee.
    #[must_use]
    pub fn are_zero(&self) -> bool {
        self.flat.is_zero()
            && self.per_byte.is_zero()
            && self.kinds.iter().all(|(_, fee)| fee.is_zero())
    }
}

/// The greatest common divisor; that of a number and 0 is the number.
fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while let Some(rest) = one.checked_rem(other) {
        (one, other) = (other, rest);
    }
    one
}

/// Messages that a network can free of its fees together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
pub enum MessageGroup {
    /// Depositing and withdrawing stake and collateral, bonding and delegating to validators.
    Staking,
    /// Proposals, votes, parameters of a governor.
    Governance,
    /// The pool of two assets: how a newcomer gets the fee asset.
    Exchange,
    /// What only holders of a role can send: attesting, judging, verifying, measuring.
    Duties,
}

/// Declares the kinds of messages: one line each, with the word that files and tools use, and the
/// group it can be freed of fees with.
macro_rules! message_kinds {
    ($($kind:ident $name:literal $group:expr),* $(,)?) => {
        /// A kind of message.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize,
        )]
        pub enum MessageKind {
            $( #[doc = concat!("`", $name, "`.")] $kind ),*
        }

        impl MessageKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The word for it in files and tools, in snake case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $( Self::$kind => $name ),*
                }
            }

            /// The group it can be freed of fees with, if there is one.
            #[must_use]
            pub const fn group(self) -> Option<MessageGroup> {
                match self {
                    $( Self::$kind => $group ),*
                }
            }
        }
    };
}

message_kinds! {
    Transfer "transfer" None,
    RegisterParticipant "register_participant" None,
    ConfirmValidator "confirm_validator" None,
    ConfirmTie "confirm_tie" None,
    RegisterNode "register_node" None,
    RetireNode "retire_node" None,
    SetRecipient "set_recipient" None,
    DepositCollateral "deposit_collateral" Some(MessageGroup::Staking),
    WithdrawCollateral "withdraw_collateral" Some(MessageGroup::Staking),
    SubmitComputeProof "submit_compute_proof" None,
    SubmitSummary "submit_summary" None,
    ReportMisses "report_misses" None,
    ReportConfirmation "report_confirmation" None,
    Attest "attest" Some(MessageGroup::Duties),
    Challenge "challenge" None,
    Judge "judge" Some(MessageGroup::Duties),
    CommitSeed "commit_seed" None,
    RevealSeed "reveal_seed" None,
    RecordChecks "record_checks" None,
    DelegateModel "delegate_model" None,
    RefuseModel "refuse_model" None,
    OpenDeposit "open_deposit" None,
    CloseDeposit "close_deposit" None,
    OpenEscrow "open_escrow" None,
    FinishEscrow "finish_escrow" None,
    RefuteEscrow "refute_escrow" None,
    SubmitContribution "submit_contribution" None,
    VerifyContributions "verify_contributions" Some(MessageGroup::Duties),
    ChallengeContribution "challenge_contribution" None,
    JudgeContribution "judge_contribution" Some(MessageGroup::Duties),
    ProposePrice "propose_price" None,
    Claim "claim" None,
    ReleaseVested "release_vested" None,
    ScheduleParameters "schedule_parameters" Some(MessageGroup::Governance),
    OpenSession "open_session" None,
    TopUpSession "top_up_session" None,
    RedeemVoucher "redeem_voucher" None,
    CloseSession "close_session" None,
    RequestTier "request_tier" None,
    AttestTier "attest_tier" Some(MessageGroup::Duties),
    RefuteTier "refute_tier" Some(MessageGroup::Duties),
    AttestHeartbeats "attest_heartbeats" Some(MessageGroup::Duties),
    DepositStake "deposit_stake" Some(MessageGroup::Staking),
    WithdrawStake "withdraw_stake" Some(MessageGroup::Staking),
    FindMalice "find_malice" Some(MessageGroup::Duties),
    PutOffer "put_offer" None,
    WithdrawOffer "withdraw_offer" None,
    CreateJob "create_job" None,
    CancelJob "cancel_job" None,
    AcceptJob "accept_job" None,
    RevealResult "reveal_result" None,
    AttestQuality "attest_quality" Some(MessageGroup::Duties),
    DisputeJob "dispute_job" None,
    PostEvidence "post_evidence" None,
    JudgeJob "judge_job" Some(MessageGroup::Duties),
    Propose "propose" Some(MessageGroup::Governance),
    Vote "vote" Some(MessageGroup::Governance),
    AddLiquidity "add_liquidity" Some(MessageGroup::Exchange),
    RemoveLiquidity "remove_liquidity" Some(MessageGroup::Exchange),
    Swap "swap" Some(MessageGroup::Exchange),
    Bond "bond" Some(MessageGroup::Staking),
    Unbond "unbond" Some(MessageGroup::Staking),
    Delegate "delegate" Some(MessageGroup::Staking),
    Undelegate "undelegate" Some(MessageGroup::Staking),
    SetCommission "set_commission" Some(MessageGroup::Staking),
    Activate "activate" Some(MessageGroup::Staking),
    Retire "retire" Some(MessageGroup::Staking),
    LeaveJail "leave_jail" Some(MessageGroup::Staking),
    Collect "collect" Some(MessageGroup::Staking),
    Withdraw "withdraw" Some(MessageGroup::Staking),
    RegisterSeat "register_seat" None,
    SetWeights "set_weights" Some(MessageGroup::Duties),
    CommitWeights "commit_weights" Some(MessageGroup::Duties),
    RevealWeights "reveal_weights" Some(MessageGroup::Duties),
    SetChildren "set_children" None,
    SetChildTake "set_child_take" None,
    Approve "approve" None,
    TransferFrom "transfer_from" None,
    Relayed "relayed" None,
}
