//! Events of `rewards`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::Name;
use workmint_core::modules::rewards::{BucketLine, Event, UnpaidReason};

events! {
    "IRewardsEvents" at addresses::REWARDS, of Event;

    BucketClosed { stream: Name, epoch: u64, line: Box<BucketLine> }
    BackpayPaid { stream: Name, owed_for: u64, account: Address, amount: Amount }
    BackpayArose { stream: Name, owed_for: u64, account: Address, amount: Amount }
    BackpayClosed {
        stream: Name,
        owed_for: u64,
        account: Address,
        amount: Amount,
        reason: UnpaidReason,
    }
    RolloverEnded { stream: Name, epoch: u64, amount: Amount }
    StreamQuarantined { stream: Name, epoch: u64, code: u16 }
}
