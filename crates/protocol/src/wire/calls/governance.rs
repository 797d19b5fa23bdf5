//! `IParameters` and `IGovernance`.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::governance::{Choice, Kind, Propose, Vote};
use workmint_core::modules::parameters::{Parameters, ScheduleParameters};
use workmint_core::names::AssetId;

use super::CallError;
use super::faults;
use super::values::{amount, of_address, of_amount, owner, strict};
use crate::wire::abi::{IGovernance, IParameters};
use crate::wire::refusal::Refusal;

pub(super) fn parameters(input: &[u8]) -> Result<Message, Refusal> {
    use IParameters::IParametersCalls as Calls;
    Ok(match strict::<Calls>("IParameters", input)? {
        Calls::scheduleParameters(call) => Message::ScheduleParameters(ScheduleParameters {
            epoch: call.epoch,
            parameters: whole(&call.parameters)?,
        }),
        Calls::version(_) => return Err(faults::view("IParameters", input)),
    })
}

pub(super) fn governance(input: &[u8]) -> Result<Message, Refusal> {
    use IGovernance::IGovernanceCalls as Calls;
    let kind = match strict::<Calls>("IGovernance", input)? {
        Calls::proposeParameters(call) => {
            Kind::Parameters { base: call.base, parameters: whole(&call.parameters)? }
        }
        Calls::proposeSpend(call) => Kind::Spend {
            to: owner("to", call.to)?,
            asset: AssetId(call.asset),
            amount: amount("amount", call.amount)?,
        },
        Calls::proposeUpgrade(call) => Kind::Upgrade { version: call.version, height: call.height },
        Calls::vote(call) => {
            let choice = choice(call.choice)?;
            return Ok(Message::Vote(Vote { proposal: call.proposal, choice }));
        }
        Calls::proposalOf(_) | Calls::ballotOf(_) => {
            return Err(faults::view("IGovernance", input));
        }
    };
    Ok(Message::Propose(Propose { kind }))
}

fn choice(number: u8) -> Result<Choice, Refusal> {
    match number {
        0 => Ok(Choice::Yes),
        1 => Ok(Choice::No),
        2 => Ok(Choice::Abstain),
        number => Err(Refusal::range("choice", number, "0 (yes), 1 (no) or 2 (abstain)")),
    }
}

/// Parameters in their one encoding.
fn whole(bytes: &[u8]) -> Result<Box<Parameters>, Refusal> {
    let refused = |why: String| Refusal::Arguments { function: "parameters".to_owned(), why };
    let parameters: Parameters =
        borsh::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
    match borsh::to_vec(&parameters) {
        Ok(again) if again == bytes => Ok(Box::new(parameters)),
        _ => Err(refused("not the one valid encoding of these values".to_owned())),
    }
}

fn of_whole(parameters: &Parameters) -> Result<Vec<u8>, CallError> {
    let why = "encoding failed";
    borsh::to_vec(parameters).map_err(|_| CallError::NoForm { field: "parameters", why })
}

pub(super) fn schedule(message: &ScheduleParameters) -> Result<Vec<u8>, CallError> {
    let parameters = of_whole(&message.parameters)?.into();
    Ok(IParameters::scheduleParametersCall { epoch: message.epoch, parameters }.abi_encode())
}

pub(super) fn propose(message: &Propose) -> Result<Vec<u8>, CallError> {
    Ok(match &message.kind {
        Kind::Parameters { base, parameters } => {
            let parameters = of_whole(parameters)?.into();
            IGovernance::proposeParametersCall { base: *base, parameters }.abi_encode()
        }
        Kind::Spend { to, asset, amount } => IGovernance::proposeSpendCall {
            to: of_address(*to),
            asset: asset.0,
            amount: of_amount(*amount),
        }
        .abi_encode(),
        Kind::Upgrade { version, height } => {
            IGovernance::proposeUpgradeCall { version: *version, height: *height }.abi_encode()
        }
    })
}

pub(super) fn vote(message: &Vote) -> Vec<u8> {
    let choice = match message.choice {
        Choice::Yes => 0,
        Choice::No => 1,
        Choice::Abstain => 2,
    };
    IGovernance::voteCall { proposal: message.proposal, choice }.abi_encode()
}
