//! Events of `weights`.

use super::events;
use crate::wire::addresses;
use workmint_core::Address;
use workmint_core::modules::weights::Event;
use workmint_core::names::ModelId;

events! {
    "IWeightsEvents" at addresses::WEIGHTS, of Event;

    Confirmed { account: Address, confirmed: u64, inactive: bool }
    ModelDelegated { account: Address, model: ModelId, to: Option<Address> }
    ModelRefused { account: Address, model: ModelId, refused: bool }
}
