//! `IERC20` of every asset, and native transfers.

use alloy_primitives::U256;
use alloy_sol_types::SolCall;
use workmint_amounts::Amount;
use workmint_core::modules::ledger::{Approve, Transfer, TransferFrom};
use workmint_core::names::AssetId;
use workmint_core::{Address, Message};

use super::values::{address, amount, of_address, of_amount, of_optional, optional, owner, strict};
use super::{Call, faults};
use crate::wire::abi::IERC20::{self, IERC20Calls as Calls};
use crate::wire::chain::ChainSpec;
use crate::wire::refusal::Refusal;
use crate::wire::{addresses, contracts};

pub(super) fn decode(asset: AssetId, input: &[u8]) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>(contracts::TOKEN_NAME, input)? {
        Calls::transfer(call) => Message::Transfer(Transfer {
            to: owner("to", call.to)?,
            asset,
            amount: amount("value", call.value)?,
        }),
        Calls::approve(call) => Message::Approve(Approve {
            spender: owner("spender", call.spender)?,
            asset,
            // What never runs out is the largest number in both worlds, and has one form.
            amount: match optional("value", call.value)? {
                Some(Amount::MAX) => {
                    let allowed = "0 to 2^128 - 2 base units, or 2^256 - 1 for no limit";
                    return Err(Refusal::range("value", call.value, allowed));
                }
                given => given.unwrap_or(Amount::MAX),
            },
        }),
        Calls::transferFrom(call) => Message::TransferFrom(TransferFrom {
            from: address(call.from),
            to: owner("to", call.to)?,
            asset,
            amount: amount("value", call.value)?,
        }),
        Calls::name(_)
        | Calls::symbol(_)
        | Calls::decimals(_)
        | Calls::totalSupply(_)
        | Calls::balanceOf(_)
        | Calls::spendableOf(_)
        | Calls::allowance(_) => return Err(faults::view(contracts::TOKEN_NAME, input)),
    })
}

pub(super) fn approve(message: &Approve) -> Call {
    let limited = Some(message.amount).filter(|amount| *amount != Amount::MAX);
    let (spender, value) = (of_address(message.spender), of_optional(limited));
    of_token(message.asset, IERC20::approveCall { spender, value }.abi_encode())
}

pub(super) fn transfer_from(message: &TransferFrom) -> Call {
    let (from, to) = (of_address(message.from), of_address(message.to));
    let value = of_amount(message.amount);
    of_token(message.asset, IERC20::transferFromCall { from, to, value }.abi_encode())
}

fn of_token(asset: AssetId, input: Vec<u8>) -> Call {
    Call { to: addresses::token(asset), value: U256::ZERO, input }
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
    of_token(message.asset, IERC20::transferCall { to, value }.abi_encode())
}
