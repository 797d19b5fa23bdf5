//! An estimate, and its JSON.

use std::sync::Arc;

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::Address;
use workmint_core::modules::parameters::{Asset, Parameters};

use super::band::{Band, Earned, Period};
use super::contributed::Contributed;
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// A sentence under a name.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// What it is about.
    pub name: &'static str,
    /// What is assumed.
    pub text: String,
}

impl Assumption {
    pub(super) fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into() }
    }
}

/// What the open epoch pays if nothing more happens.
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    /// The epoch.
    pub epoch: u64,
    /// From emission, base units of its asset.
    pub rewards: Amount,
    /// Payments for work, base units of the market's asset.
    pub work: Amount,
    /// Of pots that streams pay out, base units of the market's asset.
    pub pots: Amount,
    /// What missed requests cost, base units of collateral.
    pub slashed: Amount,
}

/// Weights of the following epoch, as far as its proofs are accepted.
#[derive(Clone, Copy, Debug)]
pub struct NextWeight {
    /// The epoch.
    pub epoch: u64,
    /// Potential and effective.
    pub yours: Option<(u64, u64)>,
    /// Effective.
    pub network: u128,
}

/// Everything told.
#[derive(Clone, Debug)]
pub struct Estimate {
    /// What it is computed with.
    pub parameters: Arc<Parameters>,
    /// Whose it is; `None`: anybody's with that weight.
    pub account: Option<Address>,
    /// Facts told first.
    pub told: Vec<String>,
    /// What the open epoch pays.
    pub exact: Option<Exact>,
    /// Weights of the next epoch.
    pub next: Option<NextWeight>,
    /// From the open epoch on; `None` if nothing that weighs is paid.
    pub band: Option<Band>,
    /// What contributions earned, in networks that pay nothing else.
    pub contributed: Option<Contributed>,
    /// What is assumed.
    pub assumptions: Vec<Assumption>,
}

/// The assets an estimate names.
pub struct Assets<'a> {
    /// Of emission.
    pub emission: &'a Asset,
    /// Of payments.
    pub market: &'a Asset,
    /// Of collateral.
    pub collateral: &'a Asset,
}

impl Estimate {
    /// The assets it names.
    ///
    /// # Errors
    /// Damage: one is unknown.
    pub fn assets(&self) -> Result<Assets<'_>, AnswerError> {
        let parameters = &self.parameters;
        Ok(Assets {
            emission: asset_of(parameters, parameters.emission.asset)?,
            market: asset_of(parameters, parameters.market.asset)?,
            collateral: asset_of(parameters, parameters.collateral.asset)?,
        })
    }

    /// Whether rewards and payments for work can be added.
    #[must_use]
    pub fn one_asset(&self) -> bool {
        self.parameters.emission.asset == self.parameters.market.asset
    }

    /// Whether any period pays for work.
    #[must_use]
    pub fn has_work(&self) -> bool {
        let periods = self.band.iter().flat_map(|band| &band.periods);
        let mut all = periods.flat_map(|period| &period.earned);
        all.any(|earned| !earned.work.is_zero())
    }
}

impl Estimate {
    /// For machines.
    ///
    /// # Errors
    /// Damage.
    pub fn document(&self) -> Result<Value, AnswerError> {
        let estimate = self;
        let assets = estimate.assets()?;
        let exact = estimate.exact.map(|exact| {
            json!({
                "epoch": exact.epoch.to_string(),
                "rewards": amount_json(exact.rewards, assets.emission),
                "work": amount_json(exact.work, assets.market),
                "pots": amount_json(exact.pots, assets.market),
                "slashed": amount_json(exact.slashed, assets.collateral),
            })
        });
        let next = estimate.next.map(|next| {
            json!({
                "epoch": next.epoch.to_string(),
                "potential": next.yours.map(|(potential, _)| potential.to_string()),
                "effective": next.yours.map(|(_, effective)| effective.to_string()),
                "network_effective": next.network.to_string(),
            })
        });
        let earned = |earned: &Earned| {
            json!({
                "rewards": amount_json(earned.rewards, assets.emission),
                "work": amount_json(earned.work, assets.market),
            })
        };
        let period = |period: &Period| {
            let [low, base, high] = &period.earned;
            json!({
                "per": period.name,
                "low": earned(low),
                "base": earned(base),
                "high": earned(high),
            })
        };
        let assumption =
            |assumption: &Assumption| json!({ "name": assumption.name, "text": assumption.text });
        let band = estimate.band.as_ref().map(|band| {
            json!({
                "first_epoch": band.first_epoch.to_string(),
                "periods": band.periods.iter().map(period).collect::<Vec<Value>>(),
            })
        });
        let mut document = json!({
            "network": estimate.parameters.network.name.as_str(),
            "account": estimate.account.map(|account| account.to_string()),
            "facts": estimate.told,
            "exact": exact,
            "next_weight": next,
            "band": band,
            "assumptions": estimate.assumptions.iter().map(assumption).collect::<Vec<Value>>(),
        });
        if let Some(contributed) = &estimate.contributed {
            document["contributions"] = contributed.document(assets.emission);
        }
        Ok(document)
    }
}
