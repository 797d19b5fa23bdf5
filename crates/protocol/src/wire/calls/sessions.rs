//! `ISessions`.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::market::{
    CloseSession, OpenSession, RedeemVoucher, TopUpSession, Voucher,
};
use workmint_core::names::ModelId;
use workmint_core::time::Deadline;

use super::faults;
use super::values::{address, amount, of_address, of_amount, of_optional, optional, strict};
use crate::wire::abi::ISessions::{self, ISessionsCalls as Calls};
use crate::wire::chain::ChainSpec;
use crate::wire::refusal::Refusal;
use crate::wire::typed;

pub(super) fn decode(input: &[u8], chain: &ChainSpec) -> Result<Message, Refusal> {
    Ok(match strict::<Calls>("ISessions", input)? {
        Calls::openSession(call) => Message::OpenSession(OpenSession {
            provider: address(call.provider),
            model: ModelId(call.model),
            deposit: amount("deposit", call.deposit)?,
            max_price: optional("maxPrice", call.maxPrice)?,
            expires: expires(call.expiryKind, call.expiry)?,
        }),
        Calls::topUpSession(call) => Message::TopUpSession(TopUpSession {
            session: call.session,
            amount: amount("amount", call.amount)?,
        }),
        Calls::redeemVoucher(call) => Message::RedeemVoucher(redeem(&call, chain)?),
        Calls::closeSession(call) => Message::CloseSession(CloseSession {
            customer: address(call.customer),
            session: call.session,
        }),
        Calls::sessionOf(_) | Calls::nextSession(_) => {
            return Err(faults::view("ISessions", input));
        }
    })
}

fn expires(kind: u8, expiry: u64) -> Result<Option<Deadline>, Refusal> {
    match kind {
        0 if expiry == 0 => Ok(None),
        0 => Err(Refusal::range("expiry", expiry, "0 with expiryKind 0")),
        1 => Ok(Some(Deadline::Time(expiry))),
        2 => Ok(Some(Deadline::Epoch(expiry))),
        kind => Err(Refusal::range("expiryKind", kind, "0 to 2")),
    }
}

/// A voucher whose signature is its customer's.
fn redeem(
    call: &ISessions::redeemVoucherCall,
    chain: &ChainSpec,
) -> Result<RedeemVoucher, Refusal> {
    let (customer, session) = (address(call.customer), call.voucher.session);
    let cumulative = amount("voucher.cumulative", call.voucher.cumulative)?;
    let digest = typed::voucher_digest(session, cumulative, chain);
    typed::require(customer, &digest, &call.signature)?;
    let (chain_id, genesis) = (chain.chain_id, chain.genesis);
    let voucher = Voucher { chain_id, genesis, session, cumulative, signer: customer };
    Ok(RedeemVoucher { customer, voucher })
}

pub(super) fn open(message: &OpenSession) -> Vec<u8> {
    let (kind, expiry) = match message.expires {
        None => (0, 0),
        Some(Deadline::Time(at)) => (1, at),
        Some(Deadline::Epoch(epoch)) => (2, epoch),
    };
    ISessions::openSessionCall {
        provider: of_address(message.provider),
        model: message.model.0,
        deposit: of_amount(message.deposit),
        maxPrice: of_optional(message.max_price),
        expiryKind: kind,
        expiry,
    }
    .abi_encode()
}

pub(super) fn top_up(message: &TopUpSession) -> Vec<u8> {
    let amount = of_amount(message.amount);
    ISessions::topUpSessionCall { session: message.session, amount }.abi_encode()
}

pub(super) fn redeem_voucher(message: &RedeemVoucher, signature: &[u8; 65]) -> Vec<u8> {
    let RedeemVoucher { customer, voucher } = message;
    let (session, cumulative) = (voucher.session, of_amount(voucher.cumulative));
    ISessions::redeemVoucherCall {
        customer: of_address(*customer),
        voucher: ISessions::Voucher { session, cumulative },
        signature: signature.to_vec().into(),
    }
    .abi_encode()
}

pub(super) fn close(message: &CloseSession) -> Vec<u8> {
    let customer = of_address(message.customer);
    ISessions::closeSessionCall { customer, session: message.session }.abi_encode()
}
