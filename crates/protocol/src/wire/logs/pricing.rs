//! Events of `pricing`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::pricing::Event;
use workmint_core::names::ModelId;

events! {
    "IPricingEvents" at addresses::PRICING, of Event;

    Proposed { account: Address, price: Amount }
    PriceChanged { model: ModelId, price: Amount }
}
