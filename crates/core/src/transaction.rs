//! Messages, transactions and their one local encoding.

use crate::address::Address;
use crate::charge::Answered;
use crate::epoch;
use crate::error::Error;
use crate::modules::market::jobs;
use crate::modules::settlement::Refund;
use crate::modules::{
    attestation, collateral, contributions, exchange, governance, ledger, market, opinions,
    parameters, pricing, registry, settlement, stake, validators, vesting, weights, work,
};
use crate::relayed::{self, Relayed};
use crate::state::{Context, State};
use borsh::{BorshDeserialize, BorshSerialize};
use std::fmt;
use workmint_amounts::Amount;

/// Everything a user can ask.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Message {
    /// Send an amount to an account.
    Transfer(ledger::Transfer),
    /// Become a participant.
    RegisterParticipant(registry::RegisterParticipant),
    /// Confirm, as a validator, a participant.
    ConfirmValidator(registry::ConfirmValidator),
    /// Confirm, as owner or recipient, a participant.
    ConfirmTie(registry::ConfirmTie),
    /// Add a node.
    RegisterNode(registry::RegisterNode),
    /// Take a node out of service.
    RetireNode(registry::RetireNode),
    /// Name another recipient of claims.
    SetRecipient(registry::SetRecipient),
    /// Deposit collateral.
    DepositCollateral(collateral::Deposit),
    /// Begin to withdraw collateral.
    WithdrawCollateral(collateral::Withdraw),
    /// Claim a compute proof's weight.
    SubmitComputeProof(work::SubmitComputeProof),
    /// Report served requests.
    SubmitSummary(work::SubmitSummary),
    /// Report requests that a participant did not answer.
    ReportMisses(work::ReportMisses),
    /// Read a participant's weight again.
    ReportConfirmation(work::ReportConfirmation),
    /// Attest reports.
    Attest(work::Attest),
    /// Challenge a summary.
    Challenge(work::Challenge),
    /// Judge a challenge.
    Judge(work::Judge),
    /// Commit the seed of the epoch's duties.
    CommitSeed(work::CommitSeed),
    /// Reveal it and learn the duties.
    RevealSeed(work::RevealSeed),
    /// Record checks done.
    RecordChecks(work::RecordChecks),
    /// Let another participant serve a model in one's place.
    DelegateModel(weights::DelegateModel),
    /// Say that one will not serve a model.
    RefuseModel(weights::RefuseModel),
    /// Prepay for work, or top up.
    OpenDeposit(market::OpenDeposit),
    /// Get back what is not used.
    CloseDeposit(market::CloseDeposit),
    /// Put a single request into escrow.
    OpenEscrow(market::OpenEscrow),
    /// Say that it is answered.
    FinishEscrow(market::FinishEscrow),
    /// Say that its answer is worth nothing.
    RefuteEscrow(market::RefuteEscrow),
    /// Claim work for a stream with a rate.
    SubmitContribution(contributions::SubmitContribution),
    /// Give verdicts on contributions.
    VerifyContributions(contributions::VerifyContributions),
    /// Challenge a contribution.
    ChallengeContribution(contributions::ChallengeContribution),
    /// Judge a challenge of a contribution.
    JudgeContribution(contributions::JudgeContribution),
    /// Propose the price of a unit of compute.
    ProposePrice(pricing::ProposePrice),
    /// Claim a settled epoch's reward.
    Claim(settlement::Claim),
    /// Release what has vested so far.
    ReleaseVested(vesting::ReleaseVested),
    /// Run under other parameters from an epoch on.
    ScheduleParameters(parameters::ScheduleParameters),
    /// Open a session with a provider.
    OpenSession(market::OpenSession),
    /// Add to a session's deposit.
    TopUpSession(market::TopUpSession),
    /// Be paid by a voucher.
    RedeemVoucher(market::RedeemVoucher),
    /// End a session.
    CloseSession(market::CloseSession),
    /// Ask for a privacy tier.
    RequestTier(attestation::RequestTier),
    /// Attest a privacy tier.
    AttestTier(attestation::AttestTier),
    /// Say that the evidence of a tier is false.
    RefuteTier(attestation::RefuteTier),
    /// Report who answered a probe.
    AttestHeartbeats(attestation::AttestHeartbeats),
    /// Stake as a provider.
    DepositStake(stake::DepositStake),
    /// Begin to withdraw stake.
    WithdrawStake(stake::WithdrawStake),
    /// Find malice of a provider.
    FindMalice(stake::FindMalice),
    /// Of single jobs.
    Job(jobs::Message),
    /// Open a proposal.
    Propose(governance::Propose),
    /// Vote on one.
    Vote(governance::Vote),
    /// Add to the pool of two assets.
    AddLiquidity(exchange::AddLiquidity),
    /// Take one's part out of it.
    RemoveLiquidity(exchange::RemoveLiquidity),
    /// Change one of its assets for the other.
    Swap(exchange::Swap),
    /// Of validators.
    Validator(validators::Message),
    /// Of seats, weights and lent power.
    Opinion(opinions::Request),
    /// Let an account spend of one's own.
    Approve(ledger::Approve),
    /// Spend of what an account allowed.
    TransferFrom(ledger::TransferFrom),
    /// Carry what somebody else reports.
    Relayed(Box<Relayed>),
}

/// A transaction the caller has decoded and, where signatures exist, verified.
#[derive(Clone, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct DecodedTransaction {
    /// Who signed it.
    pub sender: Address,
    /// The sender's transaction number, from 0.
    pub nonce: u64,
    /// Paid besides the fee, base units of the fee asset: for who orders transactions to prefer
    /// this one. The core takes it and knows no order. Only what `fee_limit` leaves of it is taken.
    pub tip: Amount,
    /// Most that fee and tip may be together, base units of the fee asset.
    pub fee_limit: Amount,
    /// What is asked.
    pub message: Message,
}

/// The tag of the local encoding: borsh of [`DecodedTransaction`] with a stated sender. Accepted
/// only where no stranger can submit (demo, off-line settlement, simulator).
pub const LOCAL_CODEC: u8 = 0;

/// The tag of signed Ethereum transactions (EIP-2718). Whoever writes a block decodes and verifies
/// them; the core is told what they say.
pub const ETHEREUM_CODEC: u8 = 1;

/// Why bytes are not a transaction of a local network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// Another codec than [`LOCAL_CODEC`].
    UnknownCodec(u8),
    /// Not the one valid encoding.
    Malformed(String),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCodec(codec) => write!(formatter, "unknown transaction codec {codec}"),
            Self::Malformed(why) => write!(formatter, "malformed transaction: {why}"),
        }
    }
}

impl std::error::Error for DecodeError {}

impl DecodedTransaction {
    /// A transaction without a tip, whatever its fee.
    #[must_use]
    pub fn new(sender: Address, nonce: u64, message: Message) -> Self {
        Self { sender, nonce, tip: Amount::ZERO, fee_limit: Amount::MAX, message }
    }

    /// The one valid local encoding.
    pub fn encode_local(&self) -> Result<Vec<u8>, crate::table::EncodingError> {
        borsh::to_vec(self)
    }

    /// Decodes strictly: no trailing bytes, no second form.
    pub fn decode_local(codec: u8, bytes: &[u8]) -> Result<Self, DecodeError> {
        if codec != LOCAL_CODEC {
            return Err(DecodeError::UnknownCodec(codec));
        }
        borsh::from_slice(bytes).map_err(|error| DecodeError::Malformed(error.to_string()))
    }
}

/// Runs one message. Called by the block after fee and nonce; a message that fails has changed
/// nothing, because the caller rolls back to its mark.
pub(crate) fn apply(state: &mut State, context: &Context, message: &Message) -> Result<(), Error> {
    match message {
        Message::Transfer(message) => ledger::apply_transfer(state, context, message),
        Message::RegisterParticipant(message) => {
            registry::apply_register_participant(state, context, message)
        }
        Message::ConfirmValidator(message) => {
            registry::apply_confirm_validator(state, context, message)
        }
        Message::ConfirmTie(message) => registry::apply_confirm_tie(state, context, message),
        Message::RegisterNode(message) => register_node(state, context, message),
        Message::RetireNode(message) => retire_node(state, context, message),
        Message::SetRecipient(message) => registry::apply_set_recipient(state, context, message),
        Message::DepositCollateral(message) => collateral::apply_deposit(state, context, message),
        Message::WithdrawCollateral(message) => collateral::apply_withdraw(state, context, message),
        Message::SubmitComputeProof(message) => work::apply_compute_proof(state, context, message),
        Message::SubmitSummary(message) => submit_summary(state, context, message),
        Message::ReportMisses(message) => report_misses(state, context, message),
        Message::ReportConfirmation(message) => report_confirmation(state, context, message),
        Message::Attest(message) => attest(state, context, message),
        Message::Challenge(message) => work::apply_challenge(state, context, message),
        Message::Judge(message) => judge(state, context, message),
        Message::CommitSeed(message) => commit_seed(state, context, message),
        Message::RevealSeed(message) => work::apply_reveal_seed(state, context, message),
        Message::RecordChecks(message) => work::apply_record_checks(state, context, message),
        Message::DelegateModel(message) => weights::apply_delegate(state, context, message),
        Message::RefuseModel(message) => weights::apply_refuse(state, context, message),
        Message::OpenDeposit(message) => market::apply_open(state, context, message),
        Message::CloseDeposit(message) => market::apply_close(state, context, message),
        Message::OpenEscrow(message) => open_escrow(state, context, message),
        Message::FinishEscrow(message) => finish_escrow(state, context, message),
        Message::RefuteEscrow(message) => refute_escrow(state, context, message),
        Message::SubmitContribution(message) => {
            contributions::apply_submit(state, context, message)
        }
        Message::VerifyContributions(message) => {
            contributions::apply_verify(state, context, message)
        }
        Message::ChallengeContribution(message) => {
            contributions::apply_challenge(state, context, message)
        }
        Message::JudgeContribution(message) => contributions::apply_judge(state, context, message),
        Message::ProposePrice(message) => pricing::apply_propose(state, context, message),
        Message::Claim(message) => settlement::apply_claim(state, context, message),
        Message::ReleaseVested(message) => vesting::apply_release(state, context, message),
        Message::ScheduleParameters(message) => schedule(state, context, message),
        Message::OpenSession(message) => market::apply_open_session(state, context, message),
        Message::TopUpSession(message) => market::apply_top_up_session(state, context, message),
        Message::RedeemVoucher(message) => market::apply_redeem_voucher(state, context, message),
        Message::CloseSession(message) => market::apply_close_session(state, context, message),
        Message::RequestTier(message) => attestation::apply_request_tier(state, context, message),
        Message::AttestTier(message) => attestation::apply_attest_tier(state, context, message),
        Message::RefuteTier(message) => refute_tier(state, context, message),
        Message::AttestHeartbeats(probe) => attestation::apply_heartbeats(state, context, probe),
        Message::DepositStake(message) => stake::apply_deposit(state, context, message),
        Message::WithdrawStake(message) => withdraw_stake(state, context, message),
        Message::FindMalice(message) => find_malice(state, context, message),
        Message::Job(message) => jobs::apply(state, context, message),
        Message::Propose(message) => governance::apply_propose(state, context, message),
        Message::Vote(message) => governance::apply_vote(state, context, message),
        Message::AddLiquidity(message) => exchange::apply_add(state, context, message),
        Message::RemoveLiquidity(message) => exchange::apply_remove(state, context, message),
        Message::Swap(message) => exchange::apply_swap(state, context, message),
        Message::Validator(message) => validators::apply(state, context, message),
        Message::Opinion(request) => opinions::apply(state, context, request),
        Message::Approve(message) => ledger::apply_approve(state, context, message),
        Message::TransferFrom(message) => ledger::apply_transfer_from(state, context, message),
        Message::Relayed(message) => relayed::apply(state, context, message),
    }
}

/// Begins to withdraw stake, and ends the offers it backed.
fn withdraw_stake(
    state: &mut State,
    context: &Context,
    message: &stake::WithdrawStake,
) -> Result<(), Error> {
    stake::apply_withdraw(state, context, message)?;
    jobs::prune(state, context, context.sender);
    Ok(())
}

/// Counts a judge that finds malice, and ends the offers of whose stake is taken for it.
fn find_malice(
    state: &mut State,
    context: &Context,
    message: &stake::FindMalice,
) -> Result<(), Error> {
    stake::apply_find_malice(state, context, message)?;
    if let Some(provider) = state.ledger.handle(&message.account) {
        jobs::prune(state, context, provider);
    }
    Ok(())
}

/// Takes in a summary that its customers' deposits cover.
fn submit_summary(
    state: &mut State,
    context: &Context,
    message: &work::SubmitSummary,
) -> Result<(), Error> {
    let charges = work::apply_summary(state, context, message)?;
    market::require_funds(state, context, &charges)
}

fn report_misses(
    state: &mut State,
    context: &Context,
    message: &work::ReportMisses,
) -> Result<(), Error> {
    weighed(state, context, |state, electorate| {
        work::apply_misses(state, context, message, electorate)
    })
}

fn report_confirmation(
    state: &mut State,
    context: &Context,
    message: &work::ReportConfirmation,
) -> Result<(), Error> {
    let readings = weighed(state, context, |state, electorate| {
        work::apply_confirmation(state, context, message, electorate)
    })?;
    carry_on(state, context, work::Accepted { readings, ..Default::default() })
}

fn commit_seed(
    state: &mut State,
    context: &Context,
    message: &work::CommitSeed,
) -> Result<(), Error> {
    let closes = epoch::is_over(&context.parameters, state.chain(), &context.now);
    work::apply_commit_seed(state, context, message, closes)
}

fn open_escrow(
    state: &mut State,
    context: &Context,
    message: &market::OpenEscrow,
) -> Result<(), Error> {
    counted(state, |state| market::apply_open_escrow(state, context, message))
}

fn finish_escrow(
    state: &mut State,
    context: &Context,
    message: &market::FinishEscrow,
) -> Result<(), Error> {
    counted(state, |state| market::apply_finish_escrow(state, context, message))
}

/// Counts an attestor that says evidence is false; a quorum of them slashes the provider.
fn refute_tier(
    state: &mut State,
    context: &Context,
    message: &attestation::RefuteTier,
) -> Result<(), Error> {
    let refuted = attestation::apply_refute_tier(state, context, message)?;
    if let (Some(account), Some(rules)) = (refuted, &context.parameters.stake) {
        let offence = (stake::Offence::Attestation, rules.slashing.attestation);
        stake::slash(state, context, account, offence, None)?;
        jobs::prune(state, context, account);
    }
    Ok(())
}

/// Counts a judge's vote; a provider that loses by it loses what it has not claimed.
fn judge(state: &mut State, context: &Context, message: &work::Judge) -> Result<(), Error> {
    let offence = (message.summary.epoch, &message.summary.participant);
    let weight = weight_of_offender(state, offence);
    let Some(lost) = work::apply_judge(state, context, message, weight)? else {
        return Ok(());
    };
    market::release(state, &lost.refunds)?;
    forfeit(state, context, &lost)
}

fn register_node(
    state: &mut State,
    context: &Context,
    message: &registry::RegisterNode,
) -> Result<(), Error> {
    registry::apply_register_node(state, context, message)?;
    weights::interrupt(state, context.sender, message.node);
    Ok(())
}

fn retire_node(
    state: &mut State,
    context: &Context,
    message: &registry::RetireNode,
) -> Result<(), Error> {
    registry::apply_retire_node(state, context, message)?;
    weights::interrupt(state, context.sender, message.node);
    Ok(())
}

/// Counts a reporter's word, and goes on with what it completes.
fn attest(state: &mut State, context: &Context, message: &work::Attest) -> Result<(), Error> {
    let accepted = weighed(state, context, |state, electorate| {
        work::apply_attest(state, context, message, electorate)
    })?;
    carry_on(state, context, accepted)
}

/// Runs what goes by the weights of the open epoch's snapshot.
fn weighed<T>(
    state: &mut State,
    context: &Context,
    run: impl FnOnce(&mut State, &work::Electorate<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let snapshot = std::sync::Arc::clone(state.weights.current());
    let weight_of = |account: &Address| snapshot.effective_of(account);
    let electorate = work::Electorate::new(state, context, snapshot.total, &weight_of);
    run(state, &electorate)
}

/// What follows when attestations complete reports.
fn carry_on(state: &mut State, context: &Context, accepted: work::Accepted) -> Result<(), Error> {
    for summary in accepted.summaries {
        reserve(state, context, &summary);
    }
    accepted.readings.iter().try_for_each(|reading| weights::confirm(state, context, reading))
}

/// Governors schedule parameters whose quorums can be met.
fn schedule(
    state: &mut State,
    context: &Context,
    message: &parameters::ScheduleParameters,
) -> Result<(), Error> {
    let may = state.registry.has_role(context.sender, registry::Role::Governor);
    parameters::apply_schedule(state, context, message, may, state.registry.quorums())
}

/// Counts a request that was answered by a message.
fn counted(
    state: &mut State,
    apply: impl FnOnce(&mut State) -> Result<Option<Answered>, Error>,
) -> Result<(), Error> {
    let answered = apply(state)?;
    answered.map_or(Ok(()), |answered| work::count_answer(state, &answered))
}

/// Refutes an answer: its payment returns or is owed, and it counts as invalid work.
fn refute_escrow(
    state: &mut State,
    context: &Context,
    message: &market::RefuteEscrow,
) -> Result<(), Error> {
    let Some(refuted) = market::apply_refute_escrow(state, context, message)? else {
        return Ok(());
    };
    let provider = state.ledger.address(refuted.answered.provider);
    let weight = weight_of_offender(state, (refuted.epoch, &provider));
    let answer = (&refuted.answered, refuted.epoch);
    let lost = work::refute_answer(state, context, answer, weight)?;
    let (customer, missing) = (refuted.request.0, refuted.missing);
    let refund = Refund { customer, asset: context.parameters.market.asset, missing };
    let missing = settlement::convict(state, context, &lost, Some(refund))?;
    market::conclude_refutation(state, context, &refuted, missing)
}

/// The weight that a slash goes by: the larger one of the offence's epoch and the open one, so that
/// nobody escapes by lowering its own afterwards.
fn weight_of_offender(state: &State, (epoch, account): (u64, &Address)) -> u64 {
    let then = state.ledger.handle(account).map(|handle| state.work.weight_in(epoch, handle));
    state.weights.current().effective_of(account).max(then.unwrap_or(0))
}

/// A provider that is punished for its work loses what it has not yet claimed for that epoch.
fn forfeit(state: &mut State, context: &Context, lost: &work::LostChallenge) -> Result<(), Error> {
    settlement::convict(state, context, lost, None).map(|_| ())
}

/// Reserves what an accepted summary will cost. If its customers' deposits no longer cover it, the
/// summary lapses and the others of the batch stand.
fn reserve(state: &mut State, context: &Context, accepted: &work::AcceptedSummary) {
    let reserved =
        state.isolate("reservation", |state| market::reserve(state, context, &accepted.charges));
    if !reserved {
        work::lapse(state, accepted.id);
    }
}
