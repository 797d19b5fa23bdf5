//! Events of `market`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::modules::market::{Event, Return};
use workmint_core::names::ModelId;
use workmint_core::time::Deadline;
use workmint_core::{Address, Hash};

events! {
    "IMarketEvents" at addresses::MARKET, of Event;

    Deposited { customer: Address, model: ModelId, amount: Amount, left: Amount }
    Paid { customer: Address, model: ModelId, amount: Amount }
    Closing { customer: Address, model: ModelId, ends: Deadline }
    Refunded { customer: Address, model: ModelId, amount: Amount }
    Opened {
        customer: Address,
        id: Hash,
        provider: Address,
        model: ModelId,
        price: Amount,
        escrow: Amount,
    }
    AnswerWaits { customer: Address, id: Hash, provider: Address }
    Answered {
        customer: Address,
        id: Hash,
        provider: Address,
        units: u64,
        paid: Amount,
        refunded: Amount,
    }
    Missed { customer: Address, id: Hash, provider: Address, refunded: Amount, counts: bool }
    AnswerRefuted {
        customer: Address,
        id: Hash,
        provider: Address,
        amount: Amount,
        missing: Amount,
        returned: Return,
    }
    DebtPaid { debtor: Address, creditor: Address, amount: Amount, left: Amount }
    FeesSplit { total: Amount, parts: Vec<Amount> }
    => Job in jobs;
    => Session in sessions;
}
