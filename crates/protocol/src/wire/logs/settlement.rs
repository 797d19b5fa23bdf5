//! Events of `settlement`.

use super::events;
use crate::wire::addresses;
use workmint_amounts::Amount;
use workmint_core::modules::parameters::{Destination, Name};
use workmint_core::modules::settlement::Event;
use workmint_core::names::AssetId;
use workmint_core::{Address, Hash};

events! {
    "ISettlementEvents" at addresses::SETTLEMENT, of Event;

    Settled { epoch: u64, minted: Amount, root: Hash, claims: u64 }
    Forfeited { epoch: u64, stream: Name, amount: Amount, to: Destination }
    Claimed {
        epoch: u64,
        account: Address,
        recipient: Address,
        asset: AssetId,
        amount: Amount,
        vesting: Amount,
        vesting_epochs: u64,
    }
    ClaimForfeited { epoch: u64, account: Address, asset: AssetId, amount: Amount }
    Expired { epoch: u64, asset: AssetId, amount: Amount, to: Destination }
    Recovered { epoch: u64, stream: Name, amount: Amount }
    DustForfeited { epoch: u64, stream: Name, amount: Amount, to: Destination }
    ClaimRepaid { epoch: u64, account: Address, customer: Address, asset: AssetId, amount: Amount }
}
