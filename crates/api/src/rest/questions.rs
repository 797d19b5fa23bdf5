//! Why, how much: what the library of answers tells about an account or an epoch.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Number, Value};
use utoipa::ToSchema;
use workmint_answers::explain::Past;
use workmint_answers::{Network, Order, estimate, explain, lists, metrics, what_if};

use super::answer::{At, Page};
use super::ordered::{Ordering, cursor_of};
use super::transactions::{media_type, whole};
use super::{Asked, Problem, Rest};

/// Epochs of a page of metrics unless `limit` says otherwise: each is settled again.
const DEFAULT_EPOCHS: u64 = 10;
/// Most epochs of a page of metrics.
const MOST_EPOCHS: u64 = 100;

/// Why an account receives what it receives in an epoch, step by step; of the open epoch what its
/// close would give if nothing more happened.
#[utoipa::path(get, path = "/v1/settlements/{epoch}/explain/{address}", tag = "questions",
    params(("epoch" = u64, Path, description = "A settled epoch, or the open one",
            maximum = 9007199254740991_u64),
        super::AddressPart),
    responses((status = 200, description = "Every step with its numbers, which are decimal strings",
        body = Value)))]
pub(super) async fn explained(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.end()?;
    let (epoch, account) = (asked.number_part("epoch")?, asked.address_part("address")?);
    rest.asks(move |running| {
        let at = running.at();
        // The past of one who only delegated takes a replay of the journal: not for a request.
        let found = explain::explain(running, (epoch, &account), Past::Leave)?;
        let document = found.document()?;
        Ok(running.answered_at(at).respond(axum::Json(document)))
    })
    .await
}

/// What an account earns: the open epoch exactly, then a band with its assumptions.
#[utoipa::path(get, path = "/v1/estimate/{address}", tag = "questions",
    params(super::AddressPart),
    responses((status = 200, description = "The estimate; numbers are decimal strings",
        body = Value)))]
pub(super) async fn estimated(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.end()?;
    let account = asked.address_part("address")?;
    rest.asks(move |running| {
        let at = running.at();
        let found = estimate::of_account(running, &account)?;
        let document = found.document()?;
        Ok(running.answered_at(at).respond(axum::Json(document)))
    })
    .await
}

/// Documents 003's and 004's metrics of closed epochs and of the open one, by epoch.
#[utoipa::path(get, path = "/v1/metrics", tag = "questions", params(
        ("limit" = Option<u16>, Query, description = "Epochs of the page; 10 unless given",
            minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "Where the page begins: `next` of the \
            page before", pattern = "^(desc~)?[0-9]{1,19}$"),
        Ordering),
    responses((status = 200, description = "Metrics by epoch, by the documents' names",
        body = Page<Value>)))]
pub(super) async fn all_metrics(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Value>, Problem> {
    let limit = asked.number("limit", (1, MOST_EPOCHS))?.unwrap_or(DEFAULT_EPOCHS);
    let limit = usize::try_from(limit).unwrap_or(1);
    let order = asked.order()?;
    let first = asked.cursor_in::<1>(order)?.map(|[epoch]| epoch);
    asked.end()?;
    rest.asks(move |running| {
        let head = running.at();
        let open = running.chain().epoch;
        // What has not begun has no figures: nothing follows it, and all else is before it.
        let first = match order {
            Order::Ascending if first.is_some_and(|first| first > open) => {
                let At { height, time_ms } = head;
                return Ok(Page { height, time_ms, items: Vec::new(), next: None });
            }
            Order::Ascending => first,
            Order::Descending => first.map(|first| first.min(open)),
        };
        let page = metrics::page(running, (order, first), limit)?;
        let items = page.rows.iter().map(metrics::Row::document).collect::<Result<_, _>>()?;
        let At { height, time_ms } = running.answered_at(head);
        let next = page.next.map(|next| cursor_of(order, &next.to_string()));
        Ok(Page { height, time_ms, items, next })
    })
    .await
}

/// Documents 003's and 004's metrics of one epoch.
#[utoipa::path(get, path = "/v1/epochs/{epoch}/metrics", tag = "questions",
    params(("epoch" = u64, Path, description = "An epoch that has begun",
        maximum = 9007199254740991_u64)),
    responses((status = 200, description = "The metrics, by the documents' names",
        body = Value)))]
pub(super) async fn epoch_metrics(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Response, Problem> {
    asked.end()?;
    let epoch = asked.number_part("epoch")?;
    rest.asks(move |running| {
        let at = running.at();
        let row = metrics::one(running, epoch)?;
        let document = row.document()?;
        Ok(running.answered_at(at).respond(axum::Json(document)))
    })
    .await
}

/// What other parameters would have paid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with network and epochs")]
pub struct OtherParameters {
    /// The text of a network file with the other parameters.
    #[schema(min_length = 1, max_length = 262144)]
    pub network: String,
    /// How many of the last settled epochs are settled again.
    #[schema(minimum = 1, maximum = 100)]
    #[serde(deserialize_with = "whole_number")]
    pub epochs: u64,
    /// Accounts of the page; 100 unless given.
    #[schema(minimum = 1, maximum = 1000, default = 100)]
    #[serde(default, deserialize_with = "perhaps_whole_number")]
    pub limit: Option<u64>,
    /// Where the page of accounts begins: `next` of the page before.
    #[schema(pattern = r"^0x[0-9a-f]{40}\.[0-9]{1,4}$")]
    pub after: Option<String>,
}

/// A whole number of JSON, where `5.0` is one too.
fn whole_number<'de, D: Deserializer<'de>>(reader: D) -> Result<u64, D::Error> {
    let given = Number::deserialize(reader)?;
    let text = given.to_string();
    let read = text.strip_suffix(".0").unwrap_or(&text).parse();
    read.map_err(|_| D::Error::custom(format!("{text} is no whole number from 0 to 2^64 - 1")))
}

fn perhaps_whole_number<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    struct Whole(#[serde(deserialize_with = "whole_number")] u64);
    Ok(Option::<Whole>::deserialize(reader)?.map(|whole| whole.0))
}

/// Most bytes of a question about other parameters.
const MOST_BYTES: usize = 512 * 1024;

/// What the last settled epochs would have paid under other parameters: the same frozen inputs,
/// settled again; differences by epoch and by account.
#[utoipa::path(post, path = "/v1/what-if", tag = "questions", request_body = OtherParameters,
    responses((status = 200, description = "Before and after; numbers are decimal strings",
        body = Value)))]
pub(super) async fn what_if(
    Shared(rest): Shared<Rest>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    asked.end()?;
    if media_type(&headers) != "application/json" {
        return Err(Problem::media_type("allowed: application/json"));
    }
    let body = whole(body, MOST_BYTES)?;
    let other: OtherParameters = serde_json::from_slice(&body).map_err(Problem::body)?;
    if other.network.is_empty() || other.network.len() > MOST_BYTES / 2 {
        let detail = format!("allowed: 1 to {} bytes", MOST_BYTES / 2);
        return Err(Problem::body(detail).of("network"));
    }
    if !(1..=what_if::MOST_EPOCHS).contains(&other.epochs) {
        let detail = format!("allowed: 1 to {}", what_if::MOST_EPOCHS);
        return Err(Problem::body(detail).of("epochs"));
    }
    let limit = usize::try_from(other.limit.unwrap_or(100)).unwrap_or(usize::MAX);
    if !(1..=what_if::MOST_ACCOUNTS).contains(&limit) {
        let detail = format!("allowed: 1 to {}", what_if::MOST_ACCOUNTS);
        return Err(Problem::body(detail).of("limit"));
    }
    let after = other.after.as_deref().map(what_if::key).transpose();
    let after = after.map_err(|error| Problem::body(error).of("after"))?;
    rest.asks(move |running| {
        let at = running.at();
        let text = (other.network.as_str(), "network");
        let found = what_if::of_text(running, text, other.epochs)?;
        Ok(at.respond(axum::Json(found.document(after, limit)?)))
    })
    .await
}

/// What an account lets others spend, by spender and asset.
#[utoipa::path(get, path = "/v1/accounts/{address}/allowances", tag = "accounts",
    params(super::AddressPart,
        ("limit" = Option<u16>, Query, description = "Rows of the page; 100 unless given",
            minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "Where the page begins: `next` of the \
            page before",
            pattern = r"^0x[0-9a-f]{40}\.0x[0-9a-f]{40}\.[0-9]{1,4}$")),
    responses((status = 200, description = "Allowances", body = Page<Value>)))]
pub(super) async fn allowances(
    Shared(rest): Shared<Rest>,
    mut asked: Asked,
) -> Result<Page<Value>, Problem> {
    let account = Some(asked.address_part("address")?);
    let limit = asked.limit()?;
    let after = asked.text("cursor")?.map(str::to_owned);
    asked.end()?;
    rest.look(move |state| {
        let At { height, time_ms } = At::of(state);
        let query = lists::Query { account, after: after.as_deref(), limit };
        let page = lists::allowances(state, &query).map_err(super::of_list)?;
        Ok(Page { height, time_ms, items: page.items, next: page.next })
    })
    .await
}
