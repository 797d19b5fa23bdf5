//! Events of `opinions`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::{Amount, Ratio};
use workmint_core::Address;
use workmint_core::modules::opinions::Event;

events! {
    "IOpinionsEvents" at addresses::OPINIONS, of Event;

    SeatTaken {
        account: Address,
        seat: u16,
        price: Amount,
        burned: Amount,
        replaced: Option<Address>,
    }
    SeatEnded { account: Address, seat: u16 }
    WeightsSet { account: Address, seat: u16, count: u16 }
    WeightsCommitted { account: Address, seat: u16, reveal_in: u64 }
    CommitmentLapsed { account: Address, seat: u16, epoch: u64 }
    ChildrenSet { account: Address, children: Vec<(Address, u16)>, from: u64 }
    TakeSet { account: Address, take: Ratio, from: u64 }
}
