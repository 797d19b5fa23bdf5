//! Validators, what is bonded to them, who is active.

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::ToSchema;
use workmint_core::State;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::validators::{Pool, Wish};

use super::answer::{Answer, At, Money, Page, Units};
use super::{Asked, Paging, Problem, Rest, handle, parameters};

/// A validator.
#[derive(Debug, Serialize, ToSchema)]
pub struct Validator {
    /// Its account.
    pub account: String,
    /// All that is bonded to it.
    pub bonded: Money,
    /// Of which its own.
    pub own: Money,
    /// Delegators with shares.
    pub delegators: u64,
    /// What it keeps of its delegators' rewards.
    pub commission: String,
    /// Whether it is active in the open epoch.
    pub active: bool,
    /// The first epoch of that.
    pub active_since: Option<u64>,
    /// Whether it is in jail.
    pub jailed: bool,
    /// Whether it would be active: serves, rests, leaves.
    pub wish: String,
}

/// Validators, in the order in which their accounts were first seen.
#[utoipa::path(get, path = "/v1/validators", tag = "validators", params(Paging),
    responses((status = 200, description = "Validators", body = Page<Validator>)))]
pub(super) async fn validators(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Validator>, Problem> {
    let limit = asked.limit()?;
    let [first] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    rest.look(move |state| {
        let rows = state.validators.pools_from(handle(first));
        let key = |(account, _): &(AccountHandle, &Pool)| account.0.to_string();
        Page::of(At::of(state), limit, rows, key, |(account, pool)| of(state, account, pool))
    })
    .await
}

/// One validator.
#[utoipa::path(get, path = "/v1/validators/{address}", tag = "validators",
    params(super::AddressPart),
    responses((status = 200, description = "The validator", body = Answer<Validator>)))]
pub(super) async fn validator(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Validator>, Problem> {
    asked.end()?;
    let address = asked.address_part("address")?;
    rest.look(move |state| {
        let account = state.ledger.handle(&address);
        let found = account.and_then(|of| Some((of, state.validators.pool(of)?)));
        let missing = || Problem::missing(format!("{address} is no validator")).of("address");
        let (account, pool) = found.ok_or_else(missing)?;
        Ok(Answer::new(At::of(state), of(state, account, pool)?))
    })
    .await
}

fn of(state: &State, account: AccountHandle, pool: &Pool) -> Result<Validator, Problem> {
    let parameters = parameters(state)?;
    let rules = parameters.validators.as_ref();
    let asset = rules.map(|rules| rules.asset);
    let asset = asset.ok_or_else(|| Problem::internal("validators without rules"))?;
    let money = |amount| Units(&parameters).money(asset, amount);
    let active = state.validators.active_row(account);
    let wish = match pool.wish {
        Wish::Rest => "rests",
        Wish::Serve(_) => "serves",
        Wish::Leave(_) => "leaves",
    };
    Ok(Validator {
        account: state.ledger.address(account).to_string(),
        bonded: money(pool.tokens)?,
        own: money(pool.own_worth()?)?,
        delegators: pool.holders,
        commission: pool.commission.during(state.chain().epoch).to_string(),
        active: active.is_some(),
        active_since: active.map(|row| row.since),
        jailed: pool.jail.is_some(),
        wish: wish.to_owned(),
    })
}
