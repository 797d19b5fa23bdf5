//! What of a network decides how its transactions are read.

use alloy_primitives::U256;
use workmint_amounts::Amount;
use workmint_core::genesis::Genesis;
use workmint_core::names::{AssetId, Name};
use workmint_core::table::EncodingError;
use workmint_core::{Address, Hash};

use super::addresses;

/// Decimals that wallets take every network's native money to have.
pub const WEI_DECIMALS: u8 = 18;

/// A token as wallets see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetSpec {
    /// Its number.
    pub id: AssetId,
    /// Ticker.
    pub symbol: Name,
    /// Display unit = 10^decimals base units; 0 to 18.
    pub decimals: u8,
    /// Its ERC-20 contract.
    pub contract: Address,
}

/// What of a network decides how its transactions are read; fixed for its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSpec {
    /// The network's name.
    pub name: Name,
    /// Bound into every signature.
    pub chain_id: u64,
    /// Hash of the genesis.
    pub genesis: Hash,
    /// The native asset: what wallets show as the balance of an account and pay fees in.
    pub fee_asset: AssetId,
    /// Its decimals, 0 to 18.
    pub decimals: u8,
    /// Every asset, by number.
    pub assets: Vec<AssetSpec>,
}

impl ChainSpec {
    /// What a genesis says.
    ///
    /// # Errors
    /// Encoding the genesis failed.
    pub fn of(genesis: &Genesis) -> Result<Self, EncodingError> {
        let parameters = &genesis.parameters;
        let assets: Vec<AssetSpec> = (0_u16..)
            .zip(&parameters.assets)
            .map(|(number, asset)| AssetSpec {
                id: AssetId(number),
                symbol: asset.symbol.clone(),
                decimals: asset.decimals.min(WEI_DECIMALS),
                contract: addresses::token(AssetId(number)),
            })
            .collect();
        let fee_asset = parameters.fees.asset;
        let native = assets.get(usize::from(fee_asset.0));
        Ok(Self {
            name: parameters.network.name.clone(),
            chain_id: genesis.chain_id()?,
            genesis: genesis.hash()?,
            fee_asset,
            decimals: native.map_or(WEI_DECIMALS, |asset| asset.decimals),
            assets,
        })
    }

    /// Wei in one base unit of the fee asset: 10^(18 - decimals).
    #[must_use]
    pub fn scale(&self) -> U256 {
        U256::from(10_u64.pow(u32::from(WEI_DECIMALS.abs_diff(self.decimals))))
    }

    /// An amount of the fee asset in wei, exactly.
    #[must_use]
    pub fn to_wei(&self, amount: Amount) -> U256 {
        // Below 2^128 x 10^18 < 2^188.
        U256::from(amount.get()) * self.scale()
    }

    /// Wei as base units of the fee asset, rounded down; above the largest amount: the largest.
    #[must_use]
    pub fn floor_from_wei(&self, wei: U256) -> Amount {
        let units = wei / self.scale();
        Amount::new(u128::try_from(units).unwrap_or(u128::MAX))
    }

    /// An asset by its number.
    #[must_use]
    pub fn asset(&self, id: AssetId) -> Option<&AssetSpec> {
        self.assets.get(usize::from(id.0))
    }
}
