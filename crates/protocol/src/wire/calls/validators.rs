//! `IValidators`.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::validators::{Bond, Delegate, Message as Request, Undelegate};

use super::faults;
use super::values::{address, amount, of_address, of_amount, of_optional, optional, ratio, strict};
use crate::wire::abi::IValidators::{self, IValidatorsCalls as Calls};
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8]) -> Result<Message, Refusal> {
    Ok(Message::Validator(match strict::<Calls>("IValidators", input)? {
        Calls::bond(call) => Request::Bond(Bond {
            amount: amount("amount", call.amount)?,
            commission: match (call.commissionNumerator, call.commissionDenominator) {
                (0, 0) => None,
                (numerator, denominator) => Some(ratio("commission", numerator, denominator)?),
            },
        }),
        Calls::unbond(call) => Request::Unbond(optional("amount", call.amount)?),
        Calls::delegate(call) => Request::Delegate(Delegate {
            validator: address(call.validator),
            amount: amount("amount", call.amount)?,
        }),
        Calls::undelegate(call) => Request::Undelegate(Undelegate {
            validator: address(call.validator),
            amount: optional("amount", call.amount)?,
        }),
        Calls::setCommission(call) => {
            Request::SetCommission(ratio("commission", call.numerator, call.denominator)?)
        }
        Calls::activate(_) => Request::Activate,
        Calls::retire(_) => Request::Retire,
        Calls::leaveJail(_) => Request::LeaveJail,
        Calls::collect(call) => Request::Collect(address(call.validator)),
        Calls::withdraw(call) => Request::Withdraw(address(call.validator)),
        Calls::poolOf(_) | Calls::delegationOf(_) => {
            return Err(faults::view("IValidators", input));
        }
    }))
}

pub(super) fn encode(message: &Request) -> Vec<u8> {
    match message {
        Request::Bond(bond) => IValidators::bondCall {
            amount: of_amount(bond.amount),
            commissionNumerator: bond.commission.map_or(0, |share| share.numerator()),
            commissionDenominator: bond.commission.map_or(0, |share| share.denominator()),
        }
        .abi_encode(),
        Request::Unbond(amount) => {
            IValidators::unbondCall { amount: of_optional(*amount) }.abi_encode()
        }
        Request::Delegate(message) => IValidators::delegateCall {
            validator: of_address(message.validator),
            amount: of_amount(message.amount),
        }
        .abi_encode(),
        Request::Undelegate(message) => IValidators::undelegateCall {
            validator: of_address(message.validator),
            amount: of_optional(message.amount),
        }
        .abi_encode(),
        Request::SetCommission(share) => IValidators::setCommissionCall {
            numerator: share.numerator(),
            denominator: share.denominator(),
        }
        .abi_encode(),
        Request::Activate => IValidators::activateCall {}.abi_encode(),
        Request::Retire => IValidators::retireCall {}.abi_encode(),
        Request::LeaveJail => IValidators::leaveJailCall {}.abi_encode(),
        Request::Collect(validator) => {
            IValidators::collectCall { validator: of_address(*validator) }.abi_encode()
        }
        Request::Withdraw(validator) => {
            IValidators::withdrawCall { validator: of_address(*validator) }.abi_encode()
        }
    }
}
