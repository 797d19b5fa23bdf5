//! Jobs, sessions, prices.

use std::ops::RangeInclusive;

use axum::extract::State as Shared;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use workmint_amounts::{Amount, Ratio};
use workmint_core::modules::ledger::AccountHandle;
use workmint_core::modules::market::jobs::{Job as JobRow, JobId, Stage};
use workmint_core::modules::market::{Session as SessionRow, SessionId};
use workmint_core::modules::parameters::Parameters;
use workmint_core::modules::pricing;
use workmint_core::names::ModelId;
use workmint_core::{Address, State};
use workmint_protocol::market::{self as quotes, Question};

use super::answer::{Answer, At, Ends, Money, Page, Units};
use super::ordered::{Ordering, Paged};
use super::{Asked, Paging, Problem, Rest, TimePairs, handle, parameters};

/// A job under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// Its customer.
    pub customer: String,
    /// That account's number for it.
    pub number: u64,
    /// The model.
    pub model: String,
    /// The privacy tier.
    pub tier: u8,
    /// What the tier multiplies the price by.
    pub multiplier: String,
    /// Price of a unit of work at tier 0.
    pub price_per_unit: Money,
    /// Most units of work, a whole number as text.
    pub max_units: String,
    /// The service level, milliseconds.
    pub max_latency_ms: u32,
    /// Locked of the customer's.
    pub deposit: Money,
    /// Hash of the input.
    pub commitment: String,
    /// Who may accept it; null: whoever offers it.
    pub asked: Option<String>,
    /// Open, accepted, revealed, disputed, before the judges.
    pub stage: String,
    /// When the stage is over.
    pub deadline: Ends,
    /// Who does it.
    pub provider: Option<String>,
    /// The provider's bond.
    pub provider_bond: Option<Money>,
    /// Units of the revealed result, a whole number as text.
    pub units: Option<String>,
    /// Hash of the revealed result.
    pub result: Option<String>,
    /// Reporters that measured it.
    pub measures: u64,
    /// The customer's bond of a dispute.
    pub dispute_bond: Option<Money>,
}

/// Whose rows of a list by customer are asked for.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `Asked` reads")]
pub(super) struct OfCustomer {
    /// Only those of this account.
    #[param(pattern = "^0x([0-9a-f]{40}|[0-9A-F]{40})$")]
    customer: Option<String>,
}

/// The keys of a page of a list by customer, without one of all. `None`: there are none, or nobody
/// knows the customer.
fn keys(
    state: &State,
    asked: Option<Address>,
    paged: &Paged<2>,
) -> Option<RangeInclusive<(AccountHandle, u64)>> {
    let (least, most) = match asked {
        None => (handle(0), handle(u64::MAX)),
        Some(asked) => {
            let only = state.ledger.handle(&asked)?;
            (only, only)
        }
    };
    let of = |[customer, number]: [u64; 2]| (handle(customer), number);
    paged.keys(((least, 0), (most, u64::MAX)), of)
}

/// Jobs under way, by customer and number.
#[utoipa::path(get, path = "/v1/jobs", tag = "market",
    params(TimePairs, Ordering, OfCustomer),
    responses((status = 200, description = "Jobs", body = Page<Job>)))]
pub(super) async fn jobs(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Job>, Problem> {
    let paged = asked.paged()?;
    let of = asked.address("customer")?;
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        let rows = keys(state, of, &paged).into_iter();
        let rows = rows.flat_map(|keys| state.market.jobs.jobs_in(keys));
        let key = |((customer, number), _): &(JobId, &JobRow)| format!("{}~{number}", customer.0);
        paged.page(At::of(state), rows, key, |(id, row)| job_of(state, &parameters, id, row))
    })
    .await
}

/// One job under way.
#[utoipa::path(get, path = "/v1/jobs/{customer}/{number}", tag = "market",
    params(super::CustomerPart, super::NumberPart),
    responses((status = 200, description = "The job", body = Answer<Job>)))]
pub(super) async fn job(Shared(rest): Shared<Rest>, asked: Asked) -> Result<Answer<Job>, Problem> {
    asked.end()?;
    let (customer, number) = (asked.address_part("customer")?, asked.number_part("number")?);
    rest.look(move |state| {
        let account = state.ledger.handle(&customer);
        let found = account.and_then(|of| Some((of, state.market.jobs.job(of, number)?)));
        let missing = || Problem::missing(format!("{customer} has no job {number} under way"));
        let (account, row) = found.ok_or_else(missing)?;
        let job = job_of(state, &*parameters(state)?, (account, number), row)?;
        Ok(Answer::new(At::of(state), job))
    })
    .await
}

fn job_of(
    state: &State,
    parameters: &Parameters,
    (customer, number): JobId,
    row: &JobRow,
) -> Result<Job, Problem> {
    let units = Units(parameters);
    let money = |amount| units.money(parameters.market.asset, amount);
    let name = |account: AccountHandle| state.ledger.address(account).to_string();
    let taken = row.stage.taken();
    let delivery = match &row.stage {
        Stage::Revealed(_, delivery) | Stage::Disputed(_, delivery, _) => Some(delivery),
        Stage::Open | Stage::Accepted(_) => None,
    };
    let bond = row.stage.dispute_bond();
    let measures = delivery.map_or(0, |delivery| delivery.measures.len());
    Ok(Job {
        customer: name(customer),
        number,
        model: units.model(row.model)?,
        tier: row.tier,
        multiplier: row.multiplier.to_string(),
        price_per_unit: money(row.price)?,
        max_units: row.max_units.to_string(),
        max_latency_ms: row.max_latency_ms,
        deposit: money(row.deposit)?,
        commitment: row.commitment.to_string(),
        asked: row.asked.map(name),
        stage: row.stage.name().to_owned(),
        deadline: row.deadline.into(),
        provider: taken.map(|taken| name(taken.provider)),
        provider_bond: taken.map(|taken| money(taken.bond)).transpose()?,
        units: delivery.map(|delivery| delivery.units.to_string()),
        result: delivery.map(|delivery| delivery.result.to_string()),
        measures: u64::try_from(measures).unwrap_or(u64::MAX),
        dispute_bond: (!bond.is_zero()).then(|| money(bond)).transpose()?,
    })
}

/// An open session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its customer.
    pub customer: String,
    /// That account's number for it.
    pub number: u64,
    /// Who works.
    pub provider: String,
    /// The model.
    pub model: String,
    /// Price of a unit of work, fixed when it was opened.
    pub price_per_unit: Money,
    /// Ever put in.
    pub deposit: Money,
    /// Ever taken by vouchers, fees included.
    pub taken: Money,
    /// What it still holds.
    pub left: Money,
    /// Fees of what was taken.
    pub fee: Money,
    /// When it ends by itself.
    pub expires: Ends,
    /// When it ends because the customer closed it.
    pub closes: Option<Ends>,
    /// The last epoch in which it paid.
    pub paid_in: Option<u64>,
}

/// Open sessions, by customer and number.
#[utoipa::path(get, path = "/v1/sessions", tag = "market",
    params(TimePairs, Ordering, OfCustomer),
    responses((status = 200, description = "Sessions", body = Page<Session>)))]
pub(super) async fn sessions(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Session>, Problem> {
    let paged = asked.paged()?;
    let of = asked.address("customer")?;
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        let rows = keys(state, of, &paged).into_iter();
        let rows = rows.flat_map(|keys| state.market.sessions_in(keys));
        let key =
            |((customer, number), _): &(SessionId, &SessionRow)| format!("{}~{number}", customer.0);
        paged.page(At::of(state), rows, key, |(id, row)| session_of(state, &parameters, id, row))
    })
    .await
}

/// One open session.
#[utoipa::path(get, path = "/v1/sessions/{customer}/{number}", tag = "market",
    params(super::CustomerPart, super::NumberPart),
    responses((status = 200, description = "The session", body = Answer<Session>)))]
pub(super) async fn session(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Session>, Problem> {
    asked.end()?;
    let (customer, number) = (asked.address_part("customer")?, asked.number_part("number")?);
    rest.look(move |state| {
        let account = state.ledger.handle(&customer);
        let found = account.and_then(|of| Some((of, state.market.session(of, number)?)));
        let missing = || Problem::missing(format!("{customer} has no open session {number}"));
        let (account, row) = found.ok_or_else(missing)?;
        let session = session_of(state, &*parameters(state)?, (account, number), row)?;
        Ok(Answer::new(At::of(state), session))
    })
    .await
}

fn session_of(
    state: &State,
    parameters: &Parameters,
    (customer, number): SessionId,
    row: &SessionRow,
) -> Result<Session, Problem> {
    let units = Units(parameters);
    let money = |amount: Amount| units.money(parameters.market.asset, amount);
    Ok(Session {
        customer: state.ledger.address(customer).to_string(),
        number,
        provider: state.ledger.address(row.provider).to_string(),
        model: units.model(row.model)?,
        price_per_unit: money(row.price)?,
        deposit: money(row.deposit)?,
        taken: money(row.taken)?,
        left: money(row.left()?)?,
        fee: money(row.fee)?,
        expires: row.expires.into(),
        closes: row.closes.map(Ends::from),
        paid_in: row.paid_in,
    })
}

/// What a model costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Price {
    /// The model.
    pub model: String,
    /// Of a unit of its work, now.
    pub price_per_unit: Money,
    /// Units of it that all offers give in an epoch, a whole number as text.
    pub offered_units: String,
    /// Units that the open epoch still has room for, a whole number as text.
    pub room_units: String,
}

/// What the models cost now, in the network's order.
#[utoipa::path(get, path = "/v1/prices", tag = "market", params(Paging),
    responses((status = 200, description = "Prices", body = Page<Price>)))]
pub(super) async fn prices(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Price>, Problem> {
    let limit = asked.limit()?;
    let [first] = asked.cursor()?.unwrap_or_default();
    asked.end()?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let rows = (0_u16..).zip(&parameters.models).skip(first);
        let item = |(number, model): (u16, &workmint_core::modules::parameters::Model)| {
            let id = ModelId(number);
            let price = pricing::price(state, &parameters, id)?;
            Ok(Price {
                model: model.id.to_string(),
                price_per_unit: Units(&parameters).money(parameters.market.asset, price)?,
                offered_units: state.market.jobs.capacity(id).to_string(),
                room_units: state.market.jobs.room(id).to_string(),
            })
        };
        Page::of(At::of(state), limit, rows, |(number, _)| number.to_string(), item)
    })
    .await
}

/// What a job would cost if it were created now, with the bounds of what its price can become.
#[utoipa::path(get, path = "/v1/quote", tag = "market",
    params(
        ("model" = String, Query, description = "The model's id", min_length = 1, max_length = 64),
        ("tokens" = u64, Query, description = "Units of work", minimum = 1,
            maximum = 9007199254740991_u64),
        ("tier" = Option<String>, Query, description = "The privacy tier, by name or number; 0 \
            unless given", min_length = 1, max_length = 64),
        ("quality" = Option<String>, Query, description = "The quality that is taken to be \
            measured; 1 unless given", pattern = "MULT")),
    responses((status = 200, description = "The estimate, by document 003's names",
        body = serde_json::Value)))]
pub(super) async fn quote(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<axum::response::Response, Problem> {
    let model = asked.required("model")?.to_owned();
    let tier = asked.text("tier")?.unwrap_or("0").to_owned();
    asked.required("tokens")?;
    let units = asked.number("tokens", (1, super::asked::MAX_NUMBER))?.unwrap_or_default();
    let quality = match asked.text("quality")? {
        Some(text) => workmint_protocol::rewards::parse_multiplier(text)
            .map_err(|error| Problem::parameter("quality", error))?,
        None => 1_000_000,
    };
    asked.end()?;
    let quality = Ratio::new(u128::from(quality), 1_000_000)?;
    rest.look(move |state| {
        let parameters = parameters(state)?;
        let model = quotes::model(&parameters, &model).map_err(refused)?;
        let tier = quotes::tier(&parameters, &tier).map_err(refused)?;
        let prices = (&state.pricing, state.chain().epoch);
        let question = Question { model, tier, units, quality };
        let quote = quotes::quote(&parameters, prices, &question).map_err(refused)?;
        Ok(At::of(state).respond(axum::Json(quote)))
    })
    .await
}

fn refused(error: quotes::Error) -> Problem {
    match error {
        quotes::Error::NotAllowed { parameter, .. } => Problem::refused(None, &error).of(parameter),
        quotes::Error::NoJobs => Problem::not_of_network(error),
        quotes::Error::Engine(ref engine) => Problem::refused(Some(engine.code()), &error),
        quotes::Error::NoAsset => Problem::internal(error),
    }
}
