//! Transactions: what became of one, and sending one.

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use workmint_node::SubmitError;

use super::answer::Answer;
use super::blocks::{Transaction, transaction as shown};
use super::{Asked, Problem, Rest};
use crate::sending::NotSent;
use crate::server::retry_after;

/// Most bytes of a signed transaction.
const MOST: usize = 128 * 1024;

/// A transaction of a block, by its hash.
#[utoipa::path(get, path = "/v1/transactions/{hash}", tag = "chain",
    params(("hash" = String, Path, description = "Its hash", pattern = "^0x[0-9a-f]{64}$")),
    responses((status = 200, description = "The transaction", body = Answer<Transaction>)))]
pub(super) async fn transaction(
    Shared(rest): Shared<Rest>,
    asked: Asked,
) -> Result<Answer<Transaction>, Problem> {
    asked.end()?;
    let hash = asked.hash_part("hash")?;
    rest.finds(move |running| shown(running, &running.transaction(&hash)?)).await
}

/// A signed transaction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Its bytes: `0x` and hexadecimal digits.
    #[schema(pattern = "^0x([0-9a-f]{2}){1,200}$")]
    pub raw: String,
}

/// A transaction that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Waiting {
    /// Its hash.
    pub hash: String,
    /// Why it is not in a block yet.
    pub detail: String,
}

/// Sends a signed EIP-1559 transaction: as JSON, or its bytes alone. The answer comes when it is in
/// a block and that is durable; whether it did what it asked for, `succeeded` says.
#[utoipa::path(post, path = "/v1/transactions", tag = "chain",
    request_body(description = "The transaction", content(
        (Signed = "application/json"), (Vec<u8> = "application/octet-stream"))),
    responses(
        (status = 200, description = "It is in a block", body = Answer<Transaction>),
        (status = 202, description = "It waits for a block, or for an earlier one of its sender",
            body = Waiting)))]
pub(super) async fn submit(
    Shared(rest): Shared<Rest>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    asked.end()?;
    let raw = raw(&headers, body)?;
    let at = rest.running.at();
    match rest.sending.submit(raw).await {
        Ok(included) => {
            let hash = included.hash;
            // Its signature was checked and its block written: this is no long request.
            let running = rest.running.clone();
            let read = move || shown(&running, &running.transaction(&hash)?);
            Ok(rest.apart(read).await?.into_response())
        }
        Err(NotSent::Refused(SubmitError::Queued { hash, .. })) => {
            let detail = "it waits for a block, or for an earlier transaction of its sender";
            let detail = detail.to_owned();
            let waiting = Waiting { hash: hash.to_string(), detail };
            Ok(at.respond((StatusCode::ACCEPTED, axum::Json(waiting))))
        }
        Err(NotSent::Refused(error)) => Err(refused(&error)),
        Err(NotSent::TooMany(wait, text)) => {
            let again = [(header::RETRY_AFTER, retry_after(wait))];
            Ok((again, Problem::too_many(text)).into_response())
        }
    }
}

/// The media type before its parameters.
pub(super) fn media_type(headers: &HeaderMap) -> &str {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    given.and_then(|given| given.split(';').next()).unwrap_or_default().trim()
}

/// The body, or why it cannot be had.
pub(super) fn whole(body: Result<Bytes, BytesRejection>, most: usize) -> Result<Bytes, Problem> {
    let too_long = || Problem::too_long(format!("allowed: at most {most} bytes"));
    match body {
        Ok(body) if body.len() > most => Err(too_long()),
        Ok(body) => Ok(body),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(too_long()),
        Err(error) => Err(Problem::body(error)),
    }
}

fn raw(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Vec<u8>, Problem> {
    match media_type(headers) {
        "application/octet-stream" => Ok(whole(body, MOST)?.to_vec()),
        "application/json" => {
            let body = whole(body, 2 * MOST + 64)?;
            let signed: Signed = serde_json::from_slice(&body).map_err(Problem::body)?;
            let digits = signed.raw.strip_prefix("0x");
            let bytes = digits.and_then(|digits| alloy_primitives::hex::decode(digits).ok());
            let detail = "allowed: 0x and an even number of hexadecimal digits";
            bytes.ok_or_else(|| Problem::body(detail).of("raw"))
        }
        _ => Err(Problem::media_type("allowed: application/json, application/octet-stream")),
    }
}

/// Why a transaction was not taken.
fn refused(error: &SubmitError) -> Problem {
    match error {
        SubmitError::Stopping | SubmitError::Full { .. } => Problem::busy(error),
        error => Problem::refused(Some(error.code()), error),
    }
}
