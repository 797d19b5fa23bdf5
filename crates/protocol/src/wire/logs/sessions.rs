//! Events of `market::sessions`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::market::SessionEvent;
use workmint_core::names::ModelId;
use workmint_core::time::Deadline;

events! {
    "ISessionsEvents" at addresses::SESSIONS, of SessionEvent;

    Opened {
        customer: Address,
        session: u64,
        provider: Address,
        model: ModelId,
        price: Amount,
        deposit: Amount,
        expires: Deadline,
    }
    ToppedUp { customer: Address, session: u64, amount: Amount, deposit: Amount }
    Redeemed {
        customer: Address,
        session: u64,
        provider: Address,
        paid: Amount,
        fee: Amount,
        left: Amount,
    }
    Closing { customer: Address, session: u64, provider: Address, ends: Deadline }
    Ended {
        customer: Address,
        session: u64,
        provider: Address,
        paid: Amount,
        fee: Amount,
        refunded: Amount,
    }
}
