//! Events of `market::jobs`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::modules::market::jobs::{Event, Outcome};
use workmint_core::names::ModelId;
use workmint_core::time::Deadline;
use workmint_core::{Address, Hash};

events! {
    "IJobsEvents" at addresses::JOBS, of Event;

    Offered { provider: Address, model: ModelId, tier: u8, capacity: u64 }
    OfferWithdrawn { provider: Address, model: ModelId }
    Created {
        customer: Address,
        number: u64,
        model: ModelId,
        tier: u8,
        price: Amount,
        deposit: Amount,
        max_units: u64,
        max_latency_ms: u32,
        asked: Option<Address>,
        until: Deadline,
    }
    Accepted { customer: Address, number: u64, provider: Address, bond: Amount }
    Revealed { customer: Address, number: u64, provider: Address, units: u64, result: Hash }
    Measured {
        customer: Address,
        number: u64,
        reporter: Address,
        latency_ms: u32,
        quality_permille: u16,
    }
    Disputed {
        customer: Address,
        number: u64,
        provider: Address,
        bond: Amount,
        grounds: Hash,
        until: Deadline,
    }
    EvidencePosted { customer: Address, number: u64, provider: Address, evidence: Hash }
    Judged { customer: Address, number: u64, judge: Address, for_customer: bool }
    Ended {
        customer: Address,
        number: u64,
        provider: Option<Address>,
        outcome: Outcome,
        paid: Amount,
        fee: Amount,
        refunded: Amount,
    }
    Sold { model: ModelId, tier: u8, jobs: u64, units: u64, paid: Amount }
    Providers { active: u64 }
    Capacity { model: ModelId, units: u64 }
}
