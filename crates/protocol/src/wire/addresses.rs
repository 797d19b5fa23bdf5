//! Where the system contracts, the assets and the pots are.
//!
//! Nobody has a key of any of them. System contracts are at `0x…0800` and a number, assets at
//! `0x…010000` and their number, pots at `0x…020000` and theirs; a pot with a name of its own is at
//! the address derived from that name.

use workmint_core::Address;
use workmint_core::modules::ledger::Pot;
use workmint_core::names::AssetId;

const ASSETS: u32 = 0x01_0000;
const POTS: u32 = 0x02_0000;

const fn fixed(number: u32) -> Address {
    let [first, second, third, fourth] = number.to_be_bytes();
    Address([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, first, second, third, fourth])
}

/// The engine itself, of no module.
pub const ENGINE: Address = fixed(0x0800 + 23);
/// `parameters`.
pub const PARAMETERS: Address = fixed(0x0800 + 12);
/// `registry`.
pub const REGISTRY: Address = fixed(0x0800 + 1);
/// `vesting`.
pub const VESTING: Address = fixed(0x0800 + 11);
/// `collateral`.
pub const COLLATERAL: Address = fixed(0x0800 + 2);
/// `pricing`.
pub const PRICING: Address = fixed(0x0800 + 9);
/// `slashing`.
pub const SLASHING: Address = fixed(0x0800 + 19);
/// `work`.
pub const WORK: Address = fixed(0x0800 + 3);
/// `market`.
pub const MARKET: Address = fixed(0x0800 + 5);
/// `market::jobs`.
pub const JOBS: Address = fixed(0x0800 + 6);
/// `market::sessions`.
pub const SESSIONS: Address = fixed(0x0800 + 7);
/// `weights`.
pub const WEIGHTS: Address = fixed(0x0800 + 4);
/// `contributions`.
pub const CONTRIBUTIONS: Address = fixed(0x0800 + 8);
/// `rewards`.
pub const REWARDS: Address = fixed(0x0800 + 20);
/// `settlement`.
pub const SETTLEMENT: Address = fixed(0x0800 + 10);
/// `attestation`.
pub const ATTESTATION: Address = fixed(0x0800 + 13);
/// `stake`.
pub const STAKE: Address = fixed(0x0800 + 14);
/// `governance`.
pub const GOVERNANCE: Address = fixed(0x0800 + 15);
/// `exchange`.
pub const EXCHANGE: Address = fixed(0x0800 + 16);
/// `validators`.
pub const VALIDATORS: Address = fixed(0x0800 + 17);
/// `opinions`.
pub const OPINIONS: Address = fixed(0x0800 + 18);

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
