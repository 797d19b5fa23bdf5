//! Events of `exchange`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::exchange::Event;
use workmint_core::names::AssetId;

events! {
    "IExchangeEvents" at addresses::EXCHANGE, of Event;

    LiquidityAdded { account: Address, amounts: (Amount, Amount), shares: u128 }
    LiquidityRemoved { account: Address, amounts: (Amount, Amount), shares: u128 }
    Swapped { account: Address, asset_in: AssetId, amount_in: Amount, amount_out: Amount }
}
