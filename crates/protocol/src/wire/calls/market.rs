//! `IMarket`: deposits and escrows.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::market::{
    CloseDeposit, FinishEscrow, OpenDeposit, OpenEscrow, RefuteEscrow,
};
use workmint_core::names::ModelId;

use super::CallError;
use super::faults;
use super::values::{address, amount, hash, of_address, of_amount, of_hash, strict};
use crate::wire::abi::IMarket::{self, IMarketCalls as Calls};
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8]) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>("IMarket", input)? {
        Calls::openDeposit(call) => Message::OpenDeposit(OpenDeposit {
            model: ModelId(call.model),
            amount: amount("amount", call.amount)?,
            max_price: amount("maxPrice", call.maxPrice)?,
        }),
        Calls::closeDeposit(call) => {
            Message::CloseDeposit(CloseDeposit { model: ModelId(call.model) })
        }
        Calls::openEscrow(call) => Message::OpenEscrow(OpenEscrow {
            id: hash(call.id),
            model: ModelId(call.model),
            provider: address(call.provider),
            prompt_units: call.promptUnits,
            max_units: Some(call.maxUnits).filter(|units| *units != u64::MAX),
        }),
        Calls::finishEscrow(call) => Message::FinishEscrow(FinishEscrow {
            customer: address(call.customer),
            id: hash(call.id),
            prompt_units: call.promptUnits,
            answer_units: call.answerUnits,
        }),
        Calls::refuteEscrow(call) => Message::RefuteEscrow(RefuteEscrow {
            customer: address(call.customer),
            id: hash(call.id),
        }),
        Calls::depositOf(_) => return Err(faults::view("IMarket", input)),
    })
}

pub(super) fn open_deposit(message: &OpenDeposit) -> Vec<u8> {
    IMarket::openDepositCall {
        model: message.model.0,
        amount: of_amount(message.amount),
        maxPrice: of_amount(message.max_price),
    }
    .abi_encode()
}

pub(super) fn close_deposit(message: &CloseDeposit) -> Vec<u8> {
    IMarket::closeDepositCall { model: message.model.0 }.abi_encode()
}

pub(super) fn open_escrow(message: &OpenEscrow) -> Result<Vec<u8>, CallError> {
    if message.max_units == Some(u64::MAX) {
        let why = "2^64 - 1 says the network's default";
        return Err(CallError::NoForm { field: "maxUnits", why });
    }
    let call = IMarket::openEscrowCall {
        id: of_hash(message.id),
        model: message.model.0,
        provider: of_address(message.provider),
        promptUnits: message.prompt_units,
        maxUnits: message.max_units.unwrap_or(u64::MAX),
    };
    Ok(call.abi_encode())
}

pub(super) fn finish_escrow(message: &FinishEscrow) -> Vec<u8> {
    IMarket::finishEscrowCall {
        customer: of_address(message.customer),
        id: of_hash(message.id),
        promptUnits: message.prompt_units,
        answerUnits: message.answer_units,
    }
    .abi_encode()
}

pub(super) fn refute_escrow(message: &RefuteEscrow) -> Vec<u8> {
    let customer = of_address(message.customer);
    IMarket::refuteEscrowCall { customer, id: of_hash(message.id) }.abi_encode()
}
