//! What there is of each asset.

use std::collections::BTreeMap;

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_amounts::Amount;
use workmint_core::State;
use workmint_core::modules::ledger::LockKind;
use workmint_core::names::AssetId;

use super::answer::{Answer, At, Money, Units};
use super::{Asked, Problem, Rest, parameters};

/// What there is of every asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct Supply {
    /// One of each asset, in the network's order.
    pub assets: Vec<AssetSupply>,
}

/// What there is of an asset. issued - burned = circulating + locked + in pots.
#[derive(Debug, Serialize, ToSchema)]
pub struct AssetSupply {
    /// Its symbol.
    pub asset: String,
    /// A display unit is 10^decimals base units.
    pub decimals: u8,
    /// Most that may ever be issued.
    pub cap: Money,
    /// Ever issued, genesis included.
    pub issued: Money,
    /// Ever burned.
    pub burned: Money,
    /// What exists: issued - burned.
    pub existing: Money,
    /// What accounts may spend.
    pub circulating: Money,
    /// What accounts own and may not spend.
    pub locked: Money,
    /// The same by why it is locked; what is zero is left out.
    pub locks: BTreeMap<String, Money>,
    /// What nobody owns yet.
    pub in_pots: Money,
    /// The same by pot; what is zero is left out.
    pub pots: BTreeMap<String, Money>,
}

/// What there is of every asset.
#[utoipa::path(get, path = "/v1/supply", tag = "supply",
    responses((status = 200, description = "Every asset", body = Answer<Supply>)))]
pub(super) async fn supply(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Supply>, Problem> {
    asked.end()?;
    rest.look(of_state).await
}

/// What there is of every asset of a state.
///
/// # Errors
/// If totals of the state disagree.
pub fn of_state(state: &State) -> Result<Answer<Supply>, Problem> {
    let parameters = parameters(state)?;
    let ids = (0..state.ledger.asset_count()).filter_map(|at| u16::try_from(at).ok());
    let assets = ids.map(|id| of_asset(state, &Units(&parameters), AssetId(id)));
    Ok(Answer::new(At::of(state), Supply { assets: assets.collect::<Result<_, _>>()? }))
}

fn of_asset(state: &State, units: &Units<'_>, asset: AssetId) -> Result<AssetSupply, Problem> {
    let supply = state.ledger.supply(asset);
    let money = |amount| units.money(asset, amount);
    let locked = Amount::sum(supply.locked)?;
    let locks = LockKind::ALL.iter().zip(supply.locked).filter(|(_, amount)| !amount.is_zero());
    let locks = locks.map(|(kind, amount)| Ok((kind.to_string(), money(amount)?)));
    let pots = state.ledger.pots().filter(|(of, ..)| *of == asset);
    let pots = pots.map(|(_, pot, amount)| Ok((pot.to_string(), money(amount)?)));
    let cap = money(state.ledger.cap(asset))?;
    Ok(AssetSupply {
        asset: cap.asset.clone(),
        decimals: cap.decimals,
        cap,
        issued: money(supply.issued)?,
        burned: money(supply.burned)?,
        existing: money(supply.existing())?,
        circulating: money(supply.in_accounts.checked_sub(locked)?)?,
        locked: money(locked)?,
        locks: locks.collect::<Result<_, Problem>>()?,
        in_pots: money(supply.in_pots)?,
        pots: pots.collect::<Result<_, Problem>>()?,
    })
}
