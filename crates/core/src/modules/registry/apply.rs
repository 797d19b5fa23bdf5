//! Joining, leaving, naming.

use super::{
    ConfirmTie, ConfirmValidator, Error, Event, Node, Participant, RegisterNode,
    RegisterParticipant, RetireNode, Role, SetRecipient,
};
use crate::address::Address;
use crate::error::{Error as AnyError, OVERFLOW};
use crate::modules::ledger::AccountHandle;
use crate::state::{Context, State};
use workmint_amounts::ArithmeticError;

/// Nodes a participant may have.
const MAX_NODES: u32 = 4_096;

/// Registers the sender.
pub fn apply_register_participant(
    state: &mut State,
    context: &Context,
    message: &RegisterParticipant,
) -> Result<(), AnyError> {
    let RegisterParticipant { owner, validator } = *message;
    if state.registry.participants.contains(&context.sender) {
        return Err(Error::AlreadyRegistered {}.into());
    }
    if owner == Address::ZERO || validator == Some(Address::ZERO) {
        return Err(Error::NullAddress {}.into());
    }
    require_no_role(state, context, owner)?;
    let account = state.ledger.address(context.sender);
    let row = Participant { owner, recipient: account, validator, nodes: 0 };
    state.registry.participants.put(context.sender, row);
    state.emit(Event::ParticipantRegistered { account });
    Ok(())
}

/// Adds a node of the sender, or changes its models.
pub fn apply_register_node(
    state: &mut State,
    context: &Context,
    message: &RegisterNode,
) -> Result<(), AnyError> {
    let (account, mut participant) = sender_row(state, context)?;
    let mut models = message.models.clone();
    models.sort_unstable();
    models.dedup();
    if models.is_empty() || models.len() != message.models.len() {
        return Err(Error::BadModels {}.into());
    }
    if let Some(model) = models.iter().find(|model| context.parameters.model(**model).is_none()) {
        return Err(Error::UnknownModel { model: *model }.into());
    }
    let key = (context.sender, message.node);
    if !state.registry.nodes.contains(&key) {
        if participant.nodes >= MAX_NODES {
            return Err(Error::TooManyNodes { limit: MAX_NODES }.into());
        }
        participant.nodes = participant.nodes.checked_add(1).ok_or(OVERFLOW)?;
        state.registry.participants.put(context.sender, participant);
    }
    state.registry.nodes.put(key, Node { models });
    state.emit(Event::NodeRegistered { account, node: message.node });
    Ok(())
}

/// Takes a node of the sender out of service.
pub fn apply_retire_node(
    state: &mut State,
    context: &Context,
    message: &RetireNode,
) -> Result<(), AnyError> {
    let (account, mut participant) = sender_row(state, context)?;
    let key = (context.sender, message.node);
    if !state.registry.nodes.contains(&key) {
        return Err(Error::UnknownNode { node: message.node }.into());
    }
    participant.nodes = participant.nodes.checked_sub(1).ok_or(ArithmeticError::Underflow)?;
    state.registry.participants.put(context.sender, participant);
    state.registry.nodes.remove(&key);
    state.emit(Event::NodeRetired { account, node: message.node });
    Ok(())
}

/// Names who receives the sender's claims.
pub fn apply_set_recipient(
    state: &mut State,
    context: &Context,
    message: &SetRecipient,
) -> Result<(), AnyError> {
    let (account, mut participant) = sender_row(state, context)?;
    if message.recipient == Address::ZERO {
        return Err(Error::NullAddress {}.into());
    }
    require_no_role(state, context, message.recipient)?;
    participant.recipient = message.recipient;
    state.registry.participants.put(context.sender, participant);
    state.emit(Event::RecipientSet { account, recipient: message.recipient });
    Ok(())
}

/// The error if another account names a reporter, judge or verifier: relatives may not judge each
/// other, so a provider could disqualify whoever is to judge it.
fn require_no_role(state: &State, context: &Context, named: Address) -> Result<(), AnyError> {
    let holds = |handle| {
        state.registry.has_role(handle, Role::Reporter)
            || state.registry.has_role(handle, Role::Judge)
            || state.registry.has_role(handle, Role::Verifier)
    };
    match state.ledger.handle(&named) {
        Some(handle) if handle != context.sender && holds(handle) => {
            Err(Error::HoldsRole { account: named }.into())
        }
        Some(_) | None => Ok(()),
    }
}

/// The sender, a validator, confirms the participant that named it: from now on its faults and its
/// status count for that participant.
pub fn apply_confirm_validator(
    state: &mut State,
    context: &Context,
    message: &ConfirmValidator,
) -> Result<(), AnyError> {
    let validator = state.ledger.address(context.sender);
    let not_named = Error::NotNamed { participant: message.participant };
    let handle = state
        .ledger
        .handle(&message.participant)
        .filter(|handle| {
            let participant = state.registry.participant(*handle);
            participant.is_some_and(|participant| participant.validator == Some(validator))
        })
        .ok_or(not_named)?;
    if state.registry.validators.contains(&validator) {
        return Err(Error::ValidatorTaken { validator }.into());
    }
    state.registry.validators.put(validator, handle);
    state.emit(Event::ValidatorConfirmed { account: message.participant, validator });
    Ok(())
}

/// The sender confirms the participant that names it owner or recipient: from now on they may not
/// judge each other, nor may others of the same owner or recipient.
pub fn apply_confirm_tie(
    state: &mut State,
    context: &Context,
    message: &ConfirmTie,
) -> Result<(), AnyError> {
    let named = state.ledger.address(context.sender);
    let names = |handle: &AccountHandle| {
        let row = state.registry.participant(*handle);
        row.is_some_and(|row| row.owner == named || row.recipient == named)
    };
    let handle = state
        .ledger
        .handle(&message.participant)
        .filter(names)
        .ok_or(Error::NotOwnerOrRecipient { participant: message.participant })?;
    state.registry.ties.put((named, handle), ());
    state.emit(Event::TieConfirmed { account: message.participant, by: named });
    Ok(())
}

/// The sender's address and row; the error if it is no participant.
fn sender_row(state: &State, context: &Context) -> Result<(Address, Participant), AnyError> {
    let account = state.ledger.address(context.sender);
    let row = state.registry.participant(context.sender).cloned();
    Ok((account, row.ok_or(Error::NotRegistered { account })?))
}
