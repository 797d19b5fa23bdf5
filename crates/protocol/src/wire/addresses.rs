//! Where the system contracts, the assets and the pots are.
//!
//! Nobody has a key of any of them. System contracts are at `0x…0800` and a number, assets at
//! `0x…010000` and their number, pots at `0x…020000` and theirs; a pot with a name of its own is at
//! the address derived from that name.

use super::contracts::{Contract, is_reserved};
use workmint_core::Address;
use workmint_core::modules::ledger::{Ledger, Pot};
use workmint_core::names::AssetId;

const ASSETS: u32 = 0x01_0000;
const POTS: u32 = 0x02_0000;

/// The address that ends in this number.
pub(crate) const fn fixed(number: u32) -> Address {
    let [first, second, third, fourth] = number.to_be_bytes();
    Address([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, first, second, third, fourth])
}

/// The engine itself, of no module.
pub const ENGINE: Address = Contract::Network.address();
/// `parameters`.
pub const PARAMETERS: Address = Contract::Parameters.address();
/// `registry`.
pub const REGISTRY: Address = Contract::Registry.address();
/// `vesting`.
pub const VESTING: Address = Contract::Vesting.address();
/// `collateral`.
pub const COLLATERAL: Address = Contract::Collateral.address();
/// `pricing`.
pub const PRICING: Address = Contract::Pricing.address();
/// `slashing`.
pub const SLASHING: Address = Contract::Slashing.address();
/// `work`.
pub const WORK: Address = Contract::Work.address();
/// `market`.
pub const MARKET: Address = Contract::Market.address();
/// `market::jobs`.
pub const JOBS: Address = Contract::Jobs.address();
/// `market::sessions`.
pub const SESSIONS: Address = Contract::Sessions.address();
/// `weights`.
pub const WEIGHTS: Address = Contract::Weights.address();
/// `contributions`.
pub const CONTRIBUTIONS: Address = Contract::Contributions.address();
/// `rewards`.
pub const REWARDS: Address = Contract::Rewards.address();
/// `settlement`.
pub const SETTLEMENT: Address = Contract::Settlement.address();
/// `attestation`.
pub const ATTESTATION: Address = Contract::Attestation.address();
/// `stake`.
pub const STAKE: Address = Contract::Stake.address();
/// `governance`.
pub const GOVERNANCE: Address = Contract::Governance.address();
/// `exchange`.
pub const EXCHANGE: Address = Contract::Exchange.address();
/// `validators`.
pub const VALIDATORS: Address = Contract::Validators.address();
/// `opinions`.
pub const OPINIONS: Address = Contract::Opinions.address();

/// The ERC-20 contract of an asset.
#[must_use]
pub fn token(asset: AssetId) -> Address {
    fixed(ASSETS + u32::from(asset.0))
}

/// The asset whose contract this is; it need not exist.
#[must_use]
pub fn asset_of(address: &Address) -> Option<AssetId> {
    let (zeros, number) = address.0.split_at(16);
    let number = u32::from_be_bytes(number.try_into().ok()?);
    let asset = u16::try_from(number.checked_sub(ASSETS)?).ok()?;
    zeros.iter().all(|byte| *byte == 0).then_some(AssetId(asset))
}

/// The pots whose addresses are numbers.
const NUMBERED: [Pot; 9] = [
    Pot::Claims,
    Pot::Payments,
    Pot::Treasury,
    Pot::Recycling,
    Pot::Restitution,
    Pot::MarketFees,
    Pot::Exchange,
    Pot::Bonds,
    Pot::Delegators,
];

/// The pot whose money is at an address: one that every network has, or one with a name of its own
/// that holds something now.
#[must_use]
pub fn pot_at(address: &Address, ledger: &Ledger) -> Option<Pot> {
    let is_here = |of: &Pot| pot(of) == *address;
    if is_reserved(address) {
        return NUMBERED.into_iter().find(is_here);
    }
    let named = ledger.pots().map(|(_, of, _)| of);
    let mut named = named.filter(|of| matches!(of, Pot::Carry(_) | Pot::Named(_)));
    named.find(|of| is_here(of)).cloned()
}

/// Where a pot's money is.
#[must_use]
pub fn pot(pot: &Pot) -> Address {
    match pot {
        Pot::Claims => fixed(POTS),
        Pot::Payments => fixed(POTS + 1),
        Pot::Treasury => fixed(POTS + 2),
        Pot::Recycling => fixed(POTS + 3),
        Pot::Restitution => fixed(POTS + 4),
        Pot::MarketFees => fixed(POTS + 5),
        Pot::Exchange => fixed(POTS + 6),
        Pot::Bonds => fixed(POTS + 7),
        Pot::Delegators => fixed(POTS + 8),
        Pot::Carry(_) | Pot::Named(_) => Address::derived(format!("workmint/pot/{pot}").as_bytes()),
    }
}
