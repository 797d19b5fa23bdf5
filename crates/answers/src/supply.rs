//! What there is of each asset.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::parameters::Asset;
use workmint_core::names::AssetId;

use crate::error::AnswerError;
use crate::network::Network;
use crate::text::amount_json;

/// What there is of one asset. Base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetSupply {
    /// Its number.
    pub id: AssetId,
    /// The asset.
    pub asset: Asset,
    /// Ever issued, at genesis and by emission.
    pub issued: Amount,
    /// Ever burned.
    pub burned: Amount,
    /// Issued - burned: what exists.
    pub existing: Amount,
    /// Minted by emission, of the emission's asset; genesis is not in it.
    pub minted: Option<Amount>,
    /// Most that emission may ever mint, of its asset.
    pub allocation: Option<Amount>,
}

/// The supply at a height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supplies {
    /// The height.
    pub height: u64,
    /// The open epoch.
    pub epoch: u64,
    /// By asset, ascending by number.
    pub assets: Vec<AssetSupply>,
}

/// The supply after the last block: one short look at the state.
///
/// # Errors
/// Damage: more is burned than issued.
pub fn supply(network: &impl Network) -> Result<Supplies, AnswerError> {
    let parameters = network.parameters()?;
    network.read(|state| {
        let mut assets = Vec::new();
        for (id, asset) in (0..).map(AssetId).zip(&parameters.assets) {
            let supply = state.ledger.supply(id);
            let existing = supply.issued.checked_sub(supply.burned);
            let emitted = id == parameters.emission.asset;
            assets.push(AssetSupply {
                id,
                asset: asset.clone(),
                issued: supply.issued,
                burned: supply.burned,
                existing: existing.map_err(AnswerError::damage)?,
                minted: emitted.then(|| state.emission.totals().minted),
                allocation: emitted.then_some(parameters.emission.allocation),
            });
        }
        let chain = state.chain();
        Ok(Supplies { height: chain.height, epoch: chain.epoch, assets })
    })
}

impl Supplies {
    /// For machines.
    #[must_use]
    pub fn document(&self) -> Value {
        let one = |of: &AssetSupply| {
            let money = |amount| amount_json(amount, &of.asset);
            json!({
                "asset": of.asset.symbol.as_str(),
                "number": of.id.0,
                "decimals": of.asset.decimals,
                "cap": money(of.asset.cap),
                "issued": money(of.issued),
                "burned": money(of.burned),
                "existing": money(of.existing),
                "minted": of.minted.map(money),
                "allocation": of.allocation.map(money),
            })
        };
        json!({
            "height": self.height.to_string(),
            "epoch": self.epoch.to_string(),
            "assets": self.assets.iter().map(one).collect::<Vec<Value>>(),
        })
    }
}
