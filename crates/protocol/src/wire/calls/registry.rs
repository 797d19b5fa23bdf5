//! `IRegistry`.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::registry::{
    ConfirmTie, ConfirmValidator, RegisterNode, RegisterParticipant, RetireNode, SetRecipient,
};
use workmint_core::names::ModelId;

use super::CallError;
use super::faults;
use super::values::{address, named, of_address, of_named, owner, strict};
use crate::wire::abi::IRegistry::{self, IRegistryCalls as Calls};
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8]) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>("IRegistry", input)? {
        Calls::registerParticipant(call) => Message::RegisterParticipant(RegisterParticipant {
            owner: owner("owner", call.owner)?,
            validator: named(call.validator)
                .map(|_| owner("validator", call.validator))
                .transpose()?,
        }),
        Calls::confirmValidator(call) => {
            Message::ConfirmValidator(ConfirmValidator { participant: address(call.participant) })
        }
        Calls::confirmTie(call) => {
            Message::ConfirmTie(ConfirmTie { participant: address(call.participant) })
        }
        Calls::registerNode(call) => Message::RegisterNode(RegisterNode {
            node: call.node,
            models: call.models.into_iter().map(ModelId).collect(),
        }),
        Calls::retireNode(call) => Message::RetireNode(RetireNode { node: call.node }),
        Calls::setRecipient(call) => {
            let recipient = owner("recipient", call.recipient)?;
            Message::SetRecipient(SetRecipient { recipient })
        }
        Calls::participantOf(_) => return Err(faults::view("IRegistry", input)),
    })
}

pub(super) fn participant(message: &RegisterParticipant) -> Result<Vec<u8>, CallError> {
    let validator = of_named("validator", message.validator)?;
    let owner = of_address(message.owner);
    Ok(IRegistry::registerParticipantCall { owner, validator }.abi_encode())
}

pub(super) fn confirm_validator(message: &ConfirmValidator) -> Vec<u8> {
    IRegistry::confirmValidatorCall { participant: of_address(message.participant) }.abi_encode()
}

pub(super) fn confirm_tie(message: &ConfirmTie) -> Vec<u8> {
    IRegistry::confirmTieCall { participant: of_address(message.participant) }.abi_encode()
}

pub(super) fn register_node(message: &RegisterNode) -> Vec<u8> {
    let models = message.models.iter().map(|model| model.0).collect();
    IRegistry::registerNodeCall { node: message.node, models }.abi_encode()
}

pub(super) fn retire_node(message: &RetireNode) -> Vec<u8> {
    IRegistry::retireNodeCall { node: message.node }.abi_encode()
}

pub(super) fn set_recipient(message: &SetRecipient) -> Vec<u8> {
    IRegistry::setRecipientCall { recipient: of_address(message.recipient) }.abi_encode()
}
