//! Calls of system contracts as messages of the engine, and back.
//!
//! Every message has one function. [`message_of`] accepts one encoding of it; [`call_of`] makes
//! that one.

pub(crate) mod attestation;
mod collateral;
pub(crate) mod contributions;
pub(crate) mod faults;
mod governance;
pub(crate) mod jobs;
mod market;
mod opinions;
mod plain;
mod registry;
mod relays;
mod sessions;
mod token;
mod validators;
pub(crate) mod values;
pub(crate) mod work;

use alloy_primitives::U256;
use std::fmt;
use workmint_core::{Address, Message};

use super::chain::ChainSpec;
use super::contracts::{self, Contract, Place};
use super::refusal::Refusal;

/// What a transaction does, without who, when and for which fee.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// Contract or recipient.
    pub to: Address,
    /// Native value, wei.
    pub value: U256,
    /// Selector and arguments; empty in a native transfer.
    pub input: Vec<u8>,
}

/// Why a message cannot be sent as a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// It carries somebody's signature: see [`signed_call_of`].
    NeedsSignature,
    /// A value has no form in the function's arguments.
    NoForm {
        /// The argument.
        field: &'static str,
        /// Why.
        why: &'static str,
    },
}

impl fmt::Display for CallError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeedsSignature => {
                formatter.write_str("this message carries the EIP-712 signature of another account")
            }
            Self::NoForm { field, why } => write!(formatter, "{field}: {why}"),
        }
    }
}

impl std::error::Error for CallError {}

/// The message of a call; signatures inside it are verified.
///
/// # Errors
/// [`Refusal`] names the field and what is allowed.
pub fn message_of(call: &Call, chain: &ChainSpec) -> Result<Message, Refusal> {
    decode(&call.to, call.value, &call.input, chain)
}

/// [`message_of`] without a [`Call`] of one's own.
pub(crate) fn decode(
    to: &Address,
    value: U256,
    input: &[u8],
    chain: &ChainSpec,
) -> Result<Message, Refusal> {
    let no_value = |contract: &'static str| match value.is_zero() {
        true => Ok(()),
        false => Err(Refusal::ValueToContract { contract }),
    };
    match contracts::place(to, chain) {
        Place::Account => token::native(*to, value, input, chain),
        Place::Reserved => Err(Refusal::Reserved { field: "to", address: *to }),
        Place::Token(asset) => {
            no_value(contracts::TOKEN_NAME)?;
            token::decode(asset, input)
        }
        Place::Contract(contract) => {
            no_value(contract.name())?;
            of_contract(contract, input, chain)
        }
    }
}

fn of_contract(contract: Contract, input: &[u8], chain: &ChainSpec) -> Result<Message, Refusal> {
    match contract {
        Contract::Registry => registry::decode(input),
        Contract::Collateral => collateral::decode(input),
        Contract::Work => work::decode(input, chain),
        Contract::Weights => plain::weights(input),
        Contract::Market => market::decode(input),
        Contract::Jobs => jobs::decode(input, chain),
        Contract::Sessions => sessions::decode(input, chain),
        Contract::Contributions => contributions::decode(input, chain),
        Contract::Pricing => plain::pricing(input),
        Contract::Settlement => plain::settlement(input),
        Contract::Vesting => plain::vesting(input),
        Contract::Parameters => governance::parameters(input),
        Contract::Attestation => attestation::decode(input, chain),
        Contract::Stake => plain::stake(input),
        Contract::Governance => governance::governance(input),
        Contract::Exchange => plain::exchange(input),
        Contract::Validators => validators::decode(input),
        Contract::Opinions => opinions::decode(input),
        Contract::Slashing | Contract::Rewards | Contract::Network => {
            Err(faults::view(contract.name(), input))
        }
    }
}

/// The call that says a message: what a wallet signs.
///
/// # Errors
/// [`CallError`].
pub fn call_of(message: &Message, chain: &ChainSpec) -> Result<Call, CallError> {
    Ok(match message {
        Message::Transfer(transfer) => token::transfer(transfer, chain),
        Message::Approve(approve) => token::approve(approve),
        Message::TransferFrom(transfer) => token::transfer_from(transfer),
        other => at(encode(other)?),
    })
}

/// The call that says a message with the EIP-712 signature of the account whose word it carries:
/// of a voucher's customer, of a report's author.
///
/// # Errors
/// [`CallError`].
pub fn signed_call_of(
    message: &Message,
    signature: &[u8; 65],
    chain: &ChainSpec,
) -> Result<Call, CallError> {
    Ok(match message {
        Message::RedeemVoucher(redeem) => {
            at((Contract::Sessions, sessions::redeem_voucher(redeem, signature)))
        }
        Message::Relayed(relayed) => at(relays::encode(relayed, signature)),
        other => return call_of(other, chain),
    })
}

fn at((contract, input): (Contract, Vec<u8>)) -> Call {
    Call { to: contract.address(), value: U256::ZERO, input }
}

/// What contracts of modules are asked; what tokens are asked is not of them.
fn encode(message: &Message) -> Result<(Contract, Vec<u8>), CallError> {
    use Contract::{
        Attestation, Collateral, Contributions, Exchange, Governance, Jobs, Market, Opinions,
        Parameters, Pricing, Registry, Sessions, Settlement, Stake, Validators, Vesting, Weights,
    };
    Ok(match message {
        Message::RegisterParticipant(it) => (Registry, registry::participant(it)?),
        Message::ConfirmValidator(it) => (Registry, registry::confirm_validator(it)),
        Message::ConfirmTie(it) => (Registry, registry::confirm_tie(it)),
        Message::RegisterNode(it) => (Registry, registry::register_node(it)),
        Message::RetireNode(it) => (Registry, registry::retire_node(it)),
        Message::SetRecipient(it) => (Registry, registry::set_recipient(it)),
        Message::DepositCollateral(it) => (Collateral, collateral::deposit(it)),
        Message::WithdrawCollateral(it) => (Collateral, collateral::withdraw(it)),
        Message::DelegateModel(it) => (Weights, plain::delegate_model(it)?),
        Message::RefuseModel(it) => (Weights, plain::refuse_model(it)),
        Message::OpenDeposit(it) => (Market, market::open_deposit(it)),
        Message::CloseDeposit(it) => (Market, market::close_deposit(it)),
        Message::OpenEscrow(it) => (Market, market::open_escrow(it)?),
        Message::FinishEscrow(it) => (Market, market::finish_escrow(it)),
        Message::RefuteEscrow(it) => (Market, market::refute_escrow(it)),
        Message::SubmitContribution(it) => (Contributions, contributions::submit(it)?),
        Message::VerifyContributions(it) => (Contributions, contributions::verify(it)),
        Message::ChallengeContribution(it) => (Contributions, contributions::challenge(it)),
        Message::JudgeContribution(it) => (Contributions, contributions::judge(it)),
        Message::ProposePrice(it) => (Pricing, plain::propose_price(it)),
        Message::Claim(it) => (Settlement, plain::claim(it)),
        Message::ReleaseVested(_) => (Vesting, plain::release_vested()),
        Message::ScheduleParameters(it) => (Parameters, governance::schedule(it)?),
        Message::OpenSession(it) => (Sessions, sessions::open(it)),
        Message::TopUpSession(it) => (Sessions, sessions::top_up(it)),
        Message::CloseSession(it) => (Sessions, sessions::close(it)),
        Message::RequestTier(it) => (Attestation, attestation::request_tier(it)),
        Message::AttestTier(it) => (Attestation, attestation::attest_tier(it)),
        Message::RefuteTier(it) => (Attestation, attestation::refute_tier(it)),
        Message::AttestHeartbeats(it) => (Attestation, attestation::attest_heartbeats(it)),
        Message::DepositStake(it) => (Stake, plain::deposit_stake(it)),
        Message::WithdrawStake(it) => (Stake, plain::withdraw_stake(it)),
        Message::FindMalice(it) => (Stake, plain::find_malice(it)),
        Message::Job(it) => (Jobs, jobs::encode(it)?),
        Message::Propose(it) => (Governance, governance::propose(it)?),
        Message::Vote(it) => (Governance, governance::vote(it)),
        Message::AddLiquidity(it) => (Exchange, plain::add_liquidity(it)),
        Message::RemoveLiquidity(it) => (Exchange, plain::remove_liquidity(it)),
        Message::Swap(it) => (Exchange, plain::swap(it)),
        Message::Validator(it) => (Validators, validators::encode(it)),
        Message::Opinion(it) => (Opinions, opinions::encode(it)),
        Message::SubmitComputeProof(_)
        | Message::SubmitSummary(_)
        | Message::ReportMisses(_)
        | Message::ReportConfirmation(_)
        | Message::Attest(_)
        | Message::Challenge(_)
        | Message::Judge(_)
        | Message::CommitSeed(_)
        | Message::RevealSeed(_)
        | Message::RecordChecks(_) => (Contract::Work, work::encode(message)?),
        Message::RedeemVoucher(_) | Message::Relayed(_) => return Err(CallError::NeedsSignature),
        Message::Transfer(_) | Message::Approve(_) | Message::TransferFrom(_) => {
            return Err(CallError::NoForm {
                field: "asset",
                why: "tokens have their own contracts",
            });
        }
    })
}
