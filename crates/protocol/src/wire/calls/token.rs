//! `IERC20` of every asset, and native transfers.

use alloy_primitives::U256;
use alloy_sol_types::SolCall;
use workmint_core::modules::ledger::Transfer;
use workmint_core::names::AssetId;
use workmint_core::{Address, Message};

use super::Call;
use super::values::{address, amount, of_address, of_amount, strict};
use crate::wire::abi::IERC20::{self, IERC20Calls as Calls};
use crate::wire::chain::ChainSpec;
use crate::wire::refusal::Refusal;
use crate::wire::{addresses, contracts};

pub(super) fn decode(asset: AssetId, input: &[u8]) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>(contracts::TOKEN_NAME, input)? {
        Calls::transfer(call) => Message::Transfer(Transfer {
            to: owner("to", address(call.to))?,
            asset,
            amount: amount("value", call.value)?,
        }),
    })
}

/// Sending native value.
pub(super) fn native(
    to: Address,
    value: U256,
    input: &[u8],
    chain: &ChainSpec,
) -> Result<Message, Refusal> {
    if !input.is_empty() {
        return Err(Refusal::InputToAccount { bytes: input.len() });
    }
    let (units, rest) = value.div_rem(chain.scale());
    if !rest.is_zero() {
        return Err(Refusal::PartOfUnit { value, scale: chain.scale() });
    }
    let amount = amount("value in base units", units)?;
    Ok(Message::Transfer(Transfer { to, asset: chain.fee_asset, amount }))
}

/// The fee asset is sent as native value, any other through its contract.
pub(super) fn transfer(message: &Transfer, chain: &ChainSpec) -> Call {
    if message.asset == chain.fee_asset && !contracts::is_reserved(&message.to) {
        return Call { to: message.to, value: chain.to_wei(message.amount), input: Vec::new() };
    }
    let (to, value) = (of_address(message.to), of_amount(message.amount));
    let input = IERC20::transferCall { to, value }.abi_encode();
    Call { to: addresses::token(message.asset), value: U256::ZERO, input }
}

/// An address that can own something.
fn owner(field: &'static str, address: Address) -> Result<Address, Refusal> {
    if contracts::is_reserved(&address) {
        return Err(Refusal::Reserved { field, address });
    }
    Ok(address)
}
