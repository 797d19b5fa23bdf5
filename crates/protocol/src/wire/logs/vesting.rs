//! Events of `vesting`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::vesting::Event;
use workmint_core::names::AssetId;

events! {
    "IVestingEvents" at addresses::VESTING, of Event;

    Granted { account: Address, asset: AssetId, amount: Amount, end_epoch: u64 }
    Released { account: Address, asset: AssetId, amount: Amount }
}
