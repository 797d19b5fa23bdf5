//! Events of `registry`.

use super::events;
use crate::wire::addresses;
use workmint_core::Address;
use workmint_core::modules::registry::Event;

events! {
    "IRegistryEvents" at addresses::REGISTRY, of Event;

    ParticipantRegistered { account: Address }
    ValidatorConfirmed { account: Address, validator: Address }
    TieConfirmed { account: Address, by: Address }
    NodeRegistered { account: Address, node: u32 }
    NodeRetired { account: Address, node: u32 }
    RecipientSet { account: Address, recipient: Address }
}
