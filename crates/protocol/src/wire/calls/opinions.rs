//! `IOpinions`.

use alloy_sol_types::SolCall;
use workmint_core::Message;
use workmint_core::modules::opinions::{
    CommitWeights, RegisterSeat, Request, RevealWeights, SetChildTake, SetChildren, SetWeights,
};

use super::values::{address, amount, hash, of_address, of_amount, of_hash, ratio, strict};
use crate::wire::abi::IOpinions::{self, Child, IOpinionsCalls as Calls, SeatWeight};
use crate::wire::refusal::Refusal;

pub(super) fn decode(input: &[u8]) -> Result<Message, Refusal> {
    Ok(Message::Opinion(match strict::<Calls>("IOpinions", input)? {
        Calls::registerSeat(call) => {
            Request::RegisterSeat(RegisterSeat { most_price: amount("mostPrice", call.mostPrice)? })
        }
        Calls::setWeights(call) => {
            Request::SetWeights(SetWeights { entries: entries(&call.entries) })
        }
        Calls::commitWeights(call) => {
            Request::CommitWeights(CommitWeights { hash: hash(call.hash) })
        }
        Calls::revealWeights(call) => Request::RevealWeights(RevealWeights {
            entries: entries(&call.entries),
            salt: hash(call.salt),
        }),
        Calls::setChildren(call) => {
            let children = call.children.iter().map(|child| (address(child.account), child.share));
            Request::SetChildren(SetChildren { children: children.collect() })
        }
        Calls::setChildTake(call) => Request::SetChildTake(SetChildTake {
            take: ratio("take", call.numerator, call.denominator)?,
        }),
    }))
}

fn entries(entries: &[SeatWeight]) -> Vec<(u16, u16)> {
    entries.iter().map(|entry| (entry.seat, entry.weight)).collect()
}

fn of_entries(entries: &[(u16, u16)]) -> Vec<SeatWeight> {
    entries.iter().map(|&(seat, weight)| SeatWeight { seat, weight }).collect()
}

pub(super) fn encode(message: &Request) -> Vec<u8> {
    match message {
        Request::RegisterSeat(seat) => {
            IOpinions::registerSeatCall { mostPrice: of_amount(seat.most_price) }.abi_encode()
        }
        Request::SetWeights(weights) => {
            IOpinions::setWeightsCall { entries: of_entries(&weights.entries) }.abi_encode()
        }
        Request::CommitWeights(commit) => {
            IOpinions::commitWeightsCall { hash: of_hash(commit.hash) }.abi_encode()
        }
        Request::RevealWeights(weights) => IOpinions::revealWeightsCall {
            entries: of_entries(&weights.entries),
            salt: of_hash(weights.salt),
        }
        .abi_encode(),
        Request::SetChildren(message) => {
            let children = message.children.iter().map(|&(account, share)| {
                let account = of_address(account);
                Child { account, share }
            });
            IOpinions::setChildrenCall { children: children.collect() }.abi_encode()
        }
        Request::SetChildTake(message) => IOpinions::setChildTakeCall {
            numerator: message.take.numerator(),
            denominator: message.take.denominator(),
        }
        .abi_encode(),
    }
}
