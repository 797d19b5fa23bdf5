//! Jobs and sessions.

use serde_json::{Value, json};
use workmint_amounts::Amount;
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::market::Session;
use workmint_core::modules::market::jobs::{Job, Stage};
use workmint_core::modules::parameters::Parameters;
use workmint_core::{Address, State};

use super::{Page, Query, active, handle, model_name, page};
use crate::error::AnswerError;
use crate::text::{amount_json, asset_of};

/// A customer and the number of its job or session.
type Number = (AccountHandle, u64);

fn key(state: &State, text: &str) -> Option<Number> {
    let (customer, number) = text.split_once('.')?;
    Some((handle(state, customer)?, number.parse().ok()?))
}

/// Where a list begins: after a key, or with the first of an account.
fn first(asked: Option<AccountHandle>, after: Option<Number>) -> Option<Number> {
    match (asked, after) {
        (Some(of), Some(after)) if after.0 >= of => Some(after),
        (Some(of), _) => of.0.checked_sub(1).map(|before| (AccountHandle(before), u64::MAX)),
        (None, after) => after,
    }
}

/// Jobs that have not ended, by customer and number; of one customer if `account` is given.
///
/// # Errors
/// [`AnswerError::BadInput`] of the fields `after` and `limit`, [`AnswerError::NotFound`] of
/// `account`.
pub fn jobs(state: &State, query: &Query<'_>) -> Result<Page, AnswerError> {
    let (parameters, limit, asked) = (active(state)?, query.limit()?, query.handle(state)?);
    let after = query.key("CUSTOMER.NUMBER", |text| key(state, text))?;
    let rows = state.market.jobs.jobs_after(first(asked, after));
    let rows = rows.take_while(|((customer, _), _)| asked.is_none_or(|of| of == *customer));
    page(
        rows,
        limit,
        |(customer, number), row| one_job(state, &parameters, (*customer, *number), row).map(Some),
        |(customer, number)| format!("{}.{number}", state.ledger.address(*customer)),
    )
}

/// One job that has not ended.
///
/// # Errors
/// [`AnswerError::NotFound`] of the field `job`.
pub fn job(state: &State, customer: &Address, number: u64) -> Result<Value, AnswerError> {
    let parameters = active(state)?;
    let of = state.ledger.handle(customer);
    let found = of.and_then(|of| {
        let mut after = state.market.jobs.jobs_after(first(Some(of), before(of, number)));
        after.next().filter(|(id, _)| *id == (of, number))
    });
    let none = || {
        let what = format!("{customer} has no job {number} under way; ended ones are history");
        AnswerError::not_found("job", what)
    };
    let (id, row) = found.ok_or_else(none)?;
    one_job(state, &parameters, id, row)
}

fn before(of: AccountHandle, number: u64) -> Option<Number> {
    number.checked_sub(1).map(|before| (of, before))
}

fn one_job(
    state: &State,
    parameters: &Parameters,
    (customer, number): Number,
    row: &Job,
) -> Result<Value, AnswerError> {
    let asset = asset_of(parameters, parameters.market.asset)?;
    let address = |of: AccountHandle| state.ledger.address(of).to_string();
    let taken = row.stage.taken();
    let delivery = match &row.stage {
        Stage::Revealed(_, delivery) | Stage::Disputed(_, delivery, _) => Some(delivery),
        Stage::Open | Stage::Accepted(_) => None,
    };
    let bond = row.stage.dispute_bond();
    Ok(json!({
        "customer": address(customer),
        "number": number.to_string(),
        "model": model_name(parameters, row.model),
        "privacy_tier": row.tier,
        "multiplier": row.multiplier.to_string(),
        "price_per_unit": amount_json(row.price, asset),
        "max_units": row.max_units.to_string(),
        "max_latency_ms": row.max_latency_ms.to_string(),
        "deposit": amount_json(row.deposit, asset),
        "commitment": row.commitment.to_string(),
        "asked": row.asked.map(address),
        "stage": row.stage.name(),
        "deadline": row.deadline.to_string(),
        "provider": taken.map(|taken| address(taken.provider)),
        "provider_bond": taken.map(|taken| amount_json(taken.bond, asset)),
        "units": delivery.map(|delivery| delivery.units.to_string()),
        "result": delivery.map(|delivery| delivery.result.to_string()),
        "measurements": delivery.map(|delivery| delivery.measures.len().to_string()),
        "dispute_bond": (bond > Amount::ZERO).then(|| amount_json(bond, asset)),
    }))
}

/// Open sessions, by customer and number; of one customer if `account` is given.
///
/// # Errors
/// As [`jobs`].
pub fn sessions(state: &State, query: &Query<'_>) -> Result<Page, AnswerError> {
    let (parameters, limit, asked) = (active(state)?, query.limit()?, query.handle(state)?);
    let after = query.key("CUSTOMER.NUMBER", |text| key(state, text))?;
    let rows = state.market.sessions_after(first(asked, after));
    let rows = rows.take_while(|((customer, _), _)| asked.is_none_or(|of| of == *customer));
    page(
        rows,
        limit,
        |(customer, number), row| {
            one_session(state, &parameters, (*customer, *number), row).map(Some)
        },
        |(customer, number)| format!("{}.{number}", state.ledger.address(*customer)),
    )
}

/// One open session.
///
/// # Errors
/// [`AnswerError::NotFound`] of the field `session`.
pub fn session(state: &State, customer: &Address, number: u64) -> Result<Value, AnswerError> {
    let parameters = active(state)?;
    let of = state.ledger.handle(customer);
    let found = of.and_then(|of| Some((of, state.market.session(of, number)?)));
    let none = || {
        let what = format!("{customer} has no open session {number}");
        AnswerError::not_found("session", what)
    };
    let (of, row) = found.ok_or_else(none)?;
    one_session(state, &parameters, (of, number), row)
}

fn one_session(
    state: &State,
    parameters: &Parameters,
    (customer, number): Number,
    row: &Session,
) -> Result<Value, AnswerError> {
    let asset = asset_of(parameters, parameters.market.asset)?;
    let left = row.left().map_err(AnswerError::damage)?;
    Ok(json!({
        "customer": state.ledger.address(customer).to_string(),
        "number": number.to_string(),
        "provider": state.ledger.address(row.provider).to_string(),
        "model": model_name(parameters, row.model),
        "price_per_unit": amount_json(row.price, asset),
        "deposit": amount_json(row.deposit, asset),
        "taken": amount_json(row.taken, asset),
        "left": amount_json(left, asset),
        "fee": amount_json(row.fee, asset),
        "fee_rate": row.rate.to_string(),
        "close_window": row.close_window.to_string(),
        "expires": row.expires.to_string(),
        "closes": row.closes.map(|closes| closes.to_string()),
        "paid_in": row.paid_in.map(|epoch| epoch.to_string()),
    }))
}
