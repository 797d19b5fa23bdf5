//! `ICollateral`.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::collateral::{Deposit, Withdraw};

use super::faults;
use super::values::{amount, of_amount, strict};
use crate::wire::abi::ICollateral::{ICollateralCalls as Calls, depositCall, withdrawCall};
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8]) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>("ICollateral", input)? {
        Calls::deposit(call) => {
            Message::DepositCollateral(Deposit { amount: amount("amount", call.amount)? })
        }
        Calls::withdraw(call) => {
            Message::WithdrawCollateral(Withdraw { amount: amount("amount", call.amount)? })
        }
        Calls::collateralOf(_) => return Err(faults::view("ICollateral", input)),
    })
}

pub(super) fn deposit(message: &Deposit) -> Vec<u8> {
    depositCall { amount: of_amount(message.amount) }.abi_encode()
}

pub(super) fn withdraw(message: &Withdraw) -> Vec<u8> {
    withdrawCall { amount: of_amount(message.amount) }.abi_encode()
}
